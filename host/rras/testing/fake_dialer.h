#pragma once

/// A dialer whose modems a test controls.

#include <algorithm>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <new>
#include <string>
#include <utility>
#include <vector>

#include "rras/model/dialer.h"

namespace mbnrig::rras::testing {

/// A connect ends when the test ends it; a disconnect ends at once. Thread-safe.
class FakeDialer final : public Dialer {
 public:
  struct Dialled {
    std::string modem, profile;
    Finished done;
  };

  // What the next calls do.
  HRESULT connect_result = S_OK;
  HRESULT disconnect_result = S_OK;
  bool no_memory = false;
  bool stays_connected = false;  ///< a disconnect ends, but the modem does not hang up
  bool hang_up_quietly = false;  ///< a disconnect sends no event
  bool in_handler = false;       ///< what InHandler returns
  std::function<void(const std::string& modem, std::chrono::milliseconds timeout)> on_hang_up;
  /// Runs once: after the next hang-up, before Disconnect returns.
  std::function<void(const std::string& modem)> after_hang_up;

  /// Adds a registered modem in this state, or gives a modem that is there this state.
  void Put(const std::string& modem,
           MBN_ACTIVATION_STATE state = MBN_ACTIVATION_STATE_DEACTIVATED) {
    {
      const std::lock_guard lock(mutex_);
      PutLocked(modem, state);
    }
    Tell();
  }
  /// The event that the connection of a modem has ended, whatever the modem is now.
  void TellEnded(const std::string& modem) { changed_(modem); }
  /// As Put, without an event.
  void PutQuietly(const std::string& modem, MBN_ACTIVATION_STATE state) {
    const std::lock_guard lock(mutex_);
    PutLocked(modem, state);
  }
  void SetOperational(const std::string& modem, bool operational) {
    const std::lock_guard lock(mutex_);
    for (ModemView& view : modems_)
      if (view.interface_id == modem) view.operational = operational;
  }
  void Remove(const std::string& modem) {
    {
      const std::lock_guard lock(mutex_);
      std::erase_if(modems_, [&](const ModemView& view) { return view.interface_id == modem; });
    }
    Tell();
  }

  /// Waits for the next Connect and returns it.
  Dialled NextDialled() {
    std::unique_lock lock(mutex_);
    dialled_here_.wait(lock, [&] { return !dialled_.empty(); });
    Dialled next = std::move(dialled_.front());
    dialled_.erase(dialled_.begin());
    return next;
  }
  /// Ends the next Connect.
  void End(HRESULT status) { EndOne(NextDialled(), status); }
  /// Ends the connects that have begun.
  void EndAll(HRESULT status) {
    std::vector<Dialled> all;
    {
      const std::lock_guard lock(mutex_);
      all.swap(dialled_);
    }
    for (const Dialled& dialled : all)
      EndOne(dialled, status);
  }

  /// How often the router asked for the modems.
  int looks() const {
    const std::lock_guard lock(mutex_);
    return looks_;
  }

  void Start(Changed changed) override { changed_ = std::move(changed); }
  void Stop() override {
    changed_ = nullptr;
    std::vector<Dialled> abandoned;
    {
      const std::lock_guard lock(mutex_);
      abandoned.swap(dialled_);
    }
    for (const Dialled& attempt : abandoned)
      attempt.done(E_ABORT);
  }
  std::vector<ModemView> Modems() const override {
    const std::lock_guard lock(mutex_);
    ++looks_;
    return modems_;
  }
  HRESULT Connect(const std::string& modem, const std::string& profile, Finished done) override {
    if (no_memory) throw std::bad_alloc();
    if (FAILED(connect_result)) return connect_result;
    {
      const std::lock_guard lock(mutex_);
      dialled_.push_back({modem, profile, std::move(done)});
    }
    dialled_here_.notify_all();
    return S_OK;
  }
  HRESULT Disconnect(const std::string& modem, std::chrono::milliseconds timeout) override {
    if (on_hang_up) on_hang_up(modem, timeout);
    if (FAILED(disconnect_result)) return disconnect_result;
    if (stays_connected) return E_FAIL;
    HangUp(modem);
    if (const auto hook = std::exchange(after_hang_up, nullptr)) hook(modem);
    return S_OK;
  }
  bool InHandler() const override { return in_handler; }

 private:
  void EndOne(const Dialled& dialled, HRESULT status) {
    if (SUCCEEDED(status)) {
      const std::lock_guard lock(mutex_);
      PutLocked(dialled.modem, MBN_ACTIVATION_STATE_ACTIVATED);
    }
    dialled.done(status);
    Tell();
  }
  void PutLocked(const std::string& modem, MBN_ACTIVATION_STATE state) {
    for (ModemView& view : modems_) {
      if (view.interface_id == modem) {
        view.state = state;
        return;
      }
    }
    modems_.push_back({modem, "LTE modem", true, state});
  }
  void HangUp(const std::string& modem) {
    {
      const std::lock_guard lock(mutex_);
      for (ModemView& view : modems_)
        if (view.interface_id == modem) view.state = MBN_ACTIVATION_STATE_DEACTIVATED;
    }
    if (!hang_up_quietly) Tell();
  }
  void Tell() {
    if (changed_) changed_({});
  }

  mutable std::mutex mutex_;
  std::condition_variable dialled_here_;
  mutable int looks_ = 0;
  std::vector<ModemView> modems_;
  std::vector<Dialled> dialled_;
  Changed changed_;
};

}  // namespace mbnrig::rras::testing
