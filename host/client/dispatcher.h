#pragma once

/// The client's thread: it owns the state of every device and calls every handler. A caller of
/// Dispatch may run the task itself while the thread is idle.

#include <atomic>
#include <map>
#include <memory>
#include <thread>
#include <vector>

#include "client/clock.h"
#include "transport/executor.h"

namespace mbnrig::client {

class Dispatcher : public transport::Executor {
 public:
  explicit Dispatcher(std::shared_ptr<Clock> clock);
  ~Dispatcher() override;
  Dispatcher(const Dispatcher&) = delete;
  Dispatcher& operator=(const Dispatcher&) = delete;

  bool Post(Task&& task) override;
  bool Dispatch(Task&& task) override;
  TimerId After(std::chrono::milliseconds delay, Task task) override;
  void Cancel(TimerId timer) override;
  TimePoint Now() const override { return clock_->Now(); }

  /// Whether the calling thread is the one that runs tasks now.
  bool OnThread() const { return std::this_thread::get_id() == owner_; }
  /// Runs the posted tasks, drops the timers and joins the thread. Must not be called by a task.
  /// May be called again, but not by two threads at once.
  void Stop();
  /// For tests with a clock that does not move: waits until no task is posted and no timer is due.
  /// Must not be called by a task.
  void Settle();

 private:
  void Loop();
  void RunRound(std::unique_lock<std::mutex>& lock);
  bool TimerDue() const;

  const std::shared_ptr<Clock> clock_;
  const std::shared_ptr<WaitPoint> point_ = std::make_shared<WaitPoint>();
  // Guarded by the point's mutex.
  std::vector<Task> tasks_;
  bool stopping_ = false;
  unsigned settling_ = 0;  ///< threads in Settle
  bool idle_ = false;      ///< the thread waits for a task or for the next timer
  std::optional<TimePoint> next_timer_;
  bool lent_ = false;    ///< a caller runs tasks in place of the thread
  bool wanted_ = false;  ///< the thread waits for that caller to finish
  // Used by the thread, or by the caller that runs tasks in its place.
  std::vector<Task> round_;  ///< the tasks that run now
  std::map<std::pair<TimePoint, TimerId>, Task> timers_;
  std::map<TimerId, TimePoint> deadlines_;
  TimerId last_timer_ = 0;

  std::thread thread_;                  // after the members that it uses
  std::atomic<std::thread::id> owner_;  ///< the thread that runs tasks
};

}  // namespace mbnrig::client
