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

  bool OnThread() const { return std::this_thread::get_id() == owner_; }
  /// Runs what was posted, drops the timers, joins. Not on the dispatcher's own thread, nor on one
  /// that has lent itself. May be called again, but not by two threads at once.
  void Stop();
  /// Returns when nothing is posted or due any more; for tests with a clock that stands still. Not
  /// on the dispatcher's own thread.
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
  bool idle_ = false;      ///< the thread waits, until the next timer at most
  std::optional<TimePoint> next_timer_;
  bool lent_ = false;    ///< a caller runs tasks in place of the thread
  bool wanted_ = false;  ///< the thread waits for that caller to finish
  // Used by the thread, or by the caller that runs tasks in its place.
  std::vector<Task> round_;  ///< that run
  std::map<std::pair<TimePoint, TimerId>, Task> timers_;
  std::map<TimerId, TimePoint> deadlines_;
  TimerId last_timer_ = 0;

  std::thread thread_;                  // behind what it uses
  std::atomic<std::thread::id> owner_;  ///< who runs tasks
};

}  // namespace mbnrig::client
