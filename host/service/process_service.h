#pragma once

/// A service of the process: it starts on demand, stops in bounded time, and never stops under a
/// call.

#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <exception>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>

#include "service/service_state.h"

namespace mbnrig::service {

/// The one service of a kind in the process. `Definition` says what differs from kind to kind:
///
///   struct Definition {
///     using Config = ...;   // copyable
///     using Running = ...;  // the service from one Start to the next Stop
///     static constexpr const char* kName = "...";  // in messages
///     /// Starts it. Throws std::runtime_error with one line that says what to do.
///     static std::unique_ptr<Running> Make(const Config& config);
///     /// How long Stop and Start wait for the end of what was running.
///     static std::chrono::milliseconds StopBound(const Config& config);
///     /// Whether the calling thread is one that Running::Stop waits for.
///     static bool OnOwnThread();
///     static void LogWarning(std::string_view line) noexcept;
///   };
///
/// Running has two methods. `void BeginStop() noexcept` tells calls that wait inside to return.
/// `void Stop()` ends everything and joins every thread; it runs once, after the last call, on a
/// thread of this class.
///
/// Thread-safe. Registers itself to stop when the process ends.
template <class Definition>
class ProcessService {
 public:
  using Config = typename Definition::Config;
  using Running = typename Definition::Running;

  static ProcessService& Get() {
    // Never destroyed: clients may call while the process ends.
    static ProcessService& service = *new ProcessService;
    return service;
  }
  ProcessService(const ProcessService&) = delete;
  ProcessService& operator=(const ProcessService&) = delete;

  /// A call into the running service. Nothing stops or destroys the service while a Call exists, so
  /// do not keep one. Never throws.
  class Call {
   public:
    Call() : running_(Get().Enter()) {}
    ~Call() {
      if (running_ != nullptr) Get().Leave();
    }
    Call(const Call&) = delete;
    Call& operator=(const Call&) = delete;

    /// False while the service does not run.
    explicit operator bool() const { return running_ != nullptr; }
    Running& operator*() const { return *running_; }
    Running* operator->() const { return running_; }

   private:
    Running* const running_;
  };

  /// Takes effect at the next Start. Throws std::logic_error while the service runs.
  void Configure(Config config) {
    const std::lock_guard lock(lifecycle_);
    const std::lock_guard gate(gate_);
    if (state_ == ServiceState::kRunning) throw std::logic_error(Said("runs; stop it first"));
    config_ = std::move(config);
    touched_ = true;
  }

  Config config() const {
    const std::lock_guard gate(gate_);
    return config_;
  }

  /// Returns when the service runs. Does nothing when it runs already. Throws std::logic_error on a
  /// thread that Stop waits for, what Definition::Make throws, and std::runtime_error when an
  /// earlier Stop has not come to its end within Definition::StopBound.
  void Start() {
    RefuseOnOwnThread();
    const std::lock_guard lock(lifecycle_);
    touched_ = true;
    StartLocked();
  }

  /// Starts the service with its default configuration, unless the program has configured, started
  /// or stopped it. If that fails, a log line says why, and the next call tries again. Throws
  /// std::bad_alloc.
  void StartUnlessTouched() {
    const ServiceState now = state();
    if (now == ServiceState::kRunning || now == ServiceState::kStopping) return;
    // Another thread's start is waited for, so that the client's first call finds the service. A
    // handler that Stop waits for must not wait.
    std::unique_lock lock(lifecycle_, std::defer_lock);
    if (!Definition::OnOwnThread()) {
      lock.lock();
    } else if (!lock.try_lock()) {
      return;
    }
    if (touched_) return;
    try {
      StartLocked();
      touched_ = true;
    } catch (const std::runtime_error& error) {
      Definition::LogWarning(Said("does not start: ") + error.what());
    }
  }

  /// No call begins any more. Waits for the calls under way and for the end of Running::Stop, for
  /// Definition::StopBound at the most. When that time is over, a log line says so, and the service
  /// stays in ServiceState::kStopping. Everything that its threads use then stays as well, until
  /// they have ended and Stop or Start is called again. Idempotent. Throws std::logic_error on a
  /// thread that it waits for, and std::system_error when the system gives it no thread; then the
  /// service runs on.
  void Stop() {
    RefuseOnOwnThread();
    const std::lock_guard lock(lifecycle_);
    touched_ = true;
    const ServiceState before = state();
    if (before == ServiceState::kStopped) return;
    if (before == ServiceState::kRunning) {
      ending_ = std::thread([this] { End(); });
      {
        const std::lock_guard gate(gate_);
        state_ = ServiceState::kStopping;
        running_->BeginStop();
      }
      changed_.notify_all();
    }
    if (AwaitEnd()) return;
    Definition::LogWarning(Said("has not stopped within ") +
                           std::to_string(Definition::StopBound(config_).count()) +
                           " ms, because a call or an event handler has not returned; it goes on "
                           "stopping and cannot start again before that");
  }

  ServiceState state() const {
    const std::lock_guard gate(gate_);
    return state_;
  }

  // What a Call does, for code that does not see Running whole.

  /// Begins a call. Null while the service does not run; then Leave must not follow.
  Running* Enter() noexcept {
    const std::lock_guard gate(gate_);
    if (state_ != ServiceState::kRunning) return nullptr;
    ++calls_;
    return running_.get();
  }
  void Leave() noexcept {
    const std::lock_guard gate(gate_);
    if (--calls_ == 0) changed_.notify_all();
  }

 private:
  ProcessService() = default;
  ~ProcessService() = default;

  static std::string Said(const char* what) { return std::string(Definition::kName) + ' ' + what; }

  void RefuseOnOwnThread() const {
    if (state() != ServiceState::kStopped && Definition::OnOwnThread())
      throw std::logic_error(Said("cannot be started or stopped by an event handler"));
  }

  // With lifecycle_.
  void StartLocked() {
    if (state() == ServiceState::kRunning) return;
    if (ending_.joinable() && !AwaitEnd())
      throw std::runtime_error(
          Said("is still stopping: a call or an event handler has not "
               "returned; start it again afterwards"));
    SetState(ServiceState::kStarting);
    std::unique_ptr<Running> running;
    try {
      running = Definition::Make(config_);
    } catch (...) {
      SetState(ServiceState::kStopped);
      throw;
    }
    // After Make: a service that it uses has registered before, and stops later.
    static const bool registered = std::atexit(StopAtExit) == 0;
    static_cast<void>(registered);
    const std::lock_guard gate(gate_);
    running_ = std::move(running);
    state_ = ServiceState::kRunning;
    ended_ = false;
  }

  static void StopAtExit() {
    try {
      Get().Stop();
    } catch (const std::exception& error) {
      Definition::LogWarning(error.what());
    }
  }

  // On ending_. Here the waits take as long as they take. Their callers are in AwaitEnd, which has
  // a bound, and what this thread uses is not destroyed before the thread has been joined.
  void End() {
    {
      std::unique_lock gate(gate_);
      changed_.wait(gate, [&] { return state_ == ServiceState::kStopping && calls_ == 0; });
    }
    try {
      running_->Stop();
    } catch (const std::exception& error) {
      Definition::LogWarning(Said("has not stopped in good order: ") + error.what());
    }
    std::unique_ptr<Running> over;
    {
      const std::lock_guard gate(gate_);
      over = std::move(running_);
    }
    over.reset();  // may wait as well, so it is part of what has a bound
    {
      const std::lock_guard gate(gate_);
      ended_ = true;
    }
    changed_.notify_all();
  }

  // With lifecycle_, in ServiceState::kStopping. False when the bound was too short.
  bool AwaitEnd() {
    {
      std::unique_lock gate(gate_);
      if (!changed_.wait_for(gate, Definition::StopBound(config_), [&] { return ended_; }))
        return false;
    }
    ending_.join();
    SetState(ServiceState::kStopped);
    return true;
  }

  void SetState(ServiceState state) {
    const std::lock_guard gate(gate_);
    state_ = state;
  }

  std::mutex lifecycle_;  // held during Configure, Start and Stop; lock before gate_
  bool touched_ = false;  // guarded by lifecycle_: it was configured, started or stopped
  std::thread ending_;    // guarded by lifecycle_: runs End

  mutable std::mutex gate_;
  std::condition_variable changed_;
  ServiceState state_ = ServiceState::kStopped;  // guarded by gate_, as all below
  Config config_;                                // written with both locks, read with one of them
  std::unique_ptr<Running> running_;             // End uses it without the lock
  int calls_ = 0;
  bool ended_ = false;  // End has done its work
};

}  // namespace mbnrig::service
