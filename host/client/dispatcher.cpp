#include "client/dispatcher.h"

namespace mbnrig::client {

Dispatcher::Dispatcher(std::shared_ptr<Clock> clock)
    : clock_(std::move(clock)), thread_([this] { Run(); }), id_(thread_.get_id()) {}

Dispatcher::~Dispatcher() {
  Stop();
}

bool Dispatcher::Post(Task&& task) {
  std::lock_guard lock(point_->mutex);
  if (stopping_) {
    return false;
  }
  tasks_.push_back(std::move(task));
  point_->changed.notify_all();
  return true;
}

Dispatcher::TimerId Dispatcher::After(std::chrono::milliseconds delay, Task task) {
  const TimePoint deadline = clock_->Now() + delay;
  timers_.emplace(std::pair(deadline, ++last_timer_), std::move(task));
  deadlines_.emplace(last_timer_, deadline);
  return last_timer_;
}

void Dispatcher::Cancel(TimerId timer) {
  const auto it = deadlines_.find(timer);
  if (it != deadlines_.end()) {
    timers_.erase({it->second, timer});
    deadlines_.erase(it);
  }
}

void Dispatcher::Stop() {
  {
    std::lock_guard lock(point_->mutex);
    stopping_ = true;
    point_->changed.notify_all();
  }
  if (thread_.joinable()) {
    thread_.join();
  }
}

void Dispatcher::Settle() {
  std::unique_lock lock(point_->mutex);
  ++settling_;
  point_->changed.wait(lock, [this] {
    const bool due = next_timer_ && *next_timer_ <= clock_->Now();
    return stopping_ || (idle_ && tasks_.empty() && !due);
  });
  --settling_;
}

void Dispatcher::Run() {
  std::unique_lock lock(point_->mutex);
  while (!stopping_ || !tasks_.empty()) {
    if (tasks_.empty() && !TimerDue()) {
      next_timer_.reset();
      if (!timers_.empty()) {
        next_timer_ = timers_.begin()->first.first;
      }
      idle_ = true;
      if (settling_ > 0) {
        point_->changed.notify_all();
      }
      clock_->Wait(point_, lock, next_timer_);
      idle_ = false;
      continue;
    }
    // Tasks that tasks post wait for the next round: a peer that never falls silent stops no timer.
    std::deque<Task> round;
    round.swap(tasks_);
    const bool timers_run = !stopping_;
    lock.unlock();
    for (; !round.empty(); round.pop_front()) {
      round.front()();
    }
    while (timers_run && TimerDue()) {
      const auto first = timers_.begin();
      deadlines_.erase(first->first.second);
      const Task task = std::move(first->second);
      timers_.erase(first);
      task();
    }
    lock.lock();
  }
  lock.unlock();
  // What they hold is let go on this thread, too.
  timers_.clear();
  deadlines_.clear();
}

bool Dispatcher::TimerDue() const {
  return !timers_.empty() && timers_.begin()->first.first <= clock_->Now();
}

}  // namespace mbnrig::client
