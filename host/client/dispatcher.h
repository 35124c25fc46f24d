#pragma once

/// The client's one thread: every device's state belongs to it, every handler is called on it.

#include <deque>
#include <map>
#include <memory>
#include <thread>

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
  TimerId After(std::chrono::milliseconds delay, Task task) override;
  void Cancel(TimerId timer) override;
  TimePoint Now() const override { return clock_->Now(); }

  bool OnThread() const { return std::this_thread::get_id() == id_; }
  /// Runs what was posted, drops the timers, joins. Not on the dispatcher's own thread. May be
  /// called again, but not by two threads at once.
  void Stop();
  /// Returns when nothing is posted or due any more; for tests with a clock that stands still. Not
  /// on the dispatcher's own thread.
  void Settle();

 private:
  void Run();
  bool TimerDue() const;

  const std::shared_ptr<Clock> clock_;
  const std::shared_ptr<WaitPoint> point_ = std::make_shared<WaitPoint>();
  // Guarded by the point's mutex.
  std::deque<Task> tasks_;
  bool stopping_ = false;
  unsigned settling_ = 0;  ///< threads in Settle
  bool idle_ = false;      ///< the thread waits, and this long at most:
  std::optional<TimePoint> next_timer_;
  // The thread's.
  std::map<std::pair<TimePoint, TimerId>, Task> timers_;
  std::map<TimerId, TimePoint> deadlines_;
  TimerId last_timer_ = 0;

  std::thread thread_;  // behind what it uses
  const std::thread::id id_;
};

}  // namespace mbnrig::client
