#pragma once

/// An executor for tests: tasks run and time passes when the test says so, on the test's thread.

#include <deque>
#include <map>
#include <utility>

#include "transport/executor.h"

namespace mbnrig::transport::testing {

class TestExecutor : public Executor {
 public:
  bool Post(Task&& task) override {
    tasks_.push_back(std::move(task));
    return true;
  }
  TimerId After(std::chrono::milliseconds delay, Task task) override {
    timers_.emplace(std::pair(now_ + delay, ++last_timer_), std::move(task));
    return last_timer_;
  }
  void Cancel(TimerId timer) override {
    std::erase_if(timers_, [timer](const auto& entry) { return entry.first.second == timer; });
  }
  TimePoint Now() const override { return now_; }

  void Run() {
    while (!tasks_.empty()) {
      const Task task = std::move(tasks_.front());
      tasks_.pop_front();
      task();
    }
  }
  void Advance(std::chrono::milliseconds by) {
    const TimePoint until = now_ + by;
    Run();
    while (!timers_.empty() && timers_.begin()->first.first <= until) {
      now_ = timers_.begin()->first.first;
      const Task task = std::move(timers_.begin()->second);
      timers_.erase(timers_.begin());
      task();
      Run();
    }
    now_ = until;
  }
  std::size_t timers() const { return timers_.size(); }

 private:
  TimePoint now_{};
  TimerId last_timer_ = 0;
  std::deque<Task> tasks_;
  std::map<std::pair<TimePoint, TimerId>, Task> timers_;
};

}  // namespace mbnrig::transport::testing
