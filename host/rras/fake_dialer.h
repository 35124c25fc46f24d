#pragma once

/// Modems that a test dials by hand.

#include <algorithm>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <new>
#include <string>
#include <utility>
#include <vector>

#include "rras/dialer.h"

namespace mbnrig::rras {

/// Thread-safe. Connects end when the test says so, disconnects at once.
class FakeDialer final : public Dialer {
 public:
  struct Dialled {
    std::wstring modem, profile;
    Finished done;
  };

  /// What the next calls answer.
  HRESULT connect_result = S_OK;
  HRESULT disconnect_result = S_OK;
  bool no_memory = false;
  bool stays_connected = false;  ///< disconnects end, yet the modem does not hang up
  std::function<void(const std::wstring& modem, std::chrono::milliseconds timeout)> on_hang_up;

  /// A modem that is registered and not connected, unless it is there already: then in this state.
  void Put(const std::wstring& modem,
           MBN_ACTIVATION_STATE state = MBN_ACTIVATION_STATE_DEACTIVATED) {
    {
      const std::lock_guard lock(mutex_);
      PutLocked(modem, state);
    }
    Tell();
  }
  void SetOperational(const std::wstring& modem, bool operational) {
    const std::lock_guard lock(mutex_);
    for (ModemView& view : modems_)
      if (view.interface_id == modem) view.operational = operational;
  }
  void Remove(const std::wstring& modem) {
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
  /// Ends those that have begun.
  void EndAll(HRESULT status) {
    std::vector<Dialled> all;
    {
      const std::lock_guard lock(mutex_);
      all.swap(dialled_);
    }
    for (const Dialled& dialled : all)
      EndOne(dialled, status);
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
    return modems_;
  }
  HRESULT Connect(const std::wstring& modem, const std::wstring& profile, Finished done) override {
    if (no_memory) throw std::bad_alloc();
    if (FAILED(connect_result)) return connect_result;
    {
      const std::lock_guard lock(mutex_);
      dialled_.push_back({modem, profile, std::move(done)});
    }
    dialled_here_.notify_all();
    return S_OK;
  }
  HRESULT Disconnect(const std::wstring& modem, std::chrono::milliseconds timeout) override {
    if (on_hang_up) on_hang_up(modem, timeout);
    if (FAILED(disconnect_result)) return disconnect_result;
    if (!stays_connected) HangUp(modem);
    return S_OK;
  }

 private:
  void EndOne(const Dialled& dialled, HRESULT status) {
    if (SUCCEEDED(status)) {
      const std::lock_guard lock(mutex_);
      PutLocked(dialled.modem, MBN_ACTIVATION_STATE_ACTIVATED);
    }
    dialled.done(status);
    Tell();
  }
  void PutLocked(const std::wstring& modem, MBN_ACTIVATION_STATE state) {
    for (ModemView& view : modems_) {
      if (view.interface_id == modem) {
        view.state = state;
        return;
      }
    }
    modems_.push_back({modem, L"LTE modem", true, state});
  }
  void HangUp(const std::wstring& modem) {
    {
      const std::lock_guard lock(mutex_);
      for (ModemView& view : modems_)
        if (view.interface_id == modem) view.state = MBN_ACTIVATION_STATE_DEACTIVATED;
    }
    Tell();
  }
  void Tell() {
    if (changed_) changed_();
  }

  mutable std::mutex mutex_;
  std::condition_variable dialled_here_;
  std::vector<ModemView> modems_;
  std::vector<Dialled> dialled_;
  Changed changed_;
};

}  // namespace mbnrig::rras
