#include "client/dispatcher.h"

namespace mbnrig::client {
namespace {

/// How many rounds of tasks a caller of Dispatch runs at most, if tasks keep posting tasks.
constexpr unsigned kLentRounds = 16;

}  // namespace

Dispatcher::Dispatcher(std::shared_ptr<Clock> clock)
    : clock_(std::move(clock)), thread_([this] { Loop(); }), owner_(thread_.get_id()) {}

Dispatcher::~Dispatcher() {
  Stop();
}

bool Dispatcher::Post(Task&& task) {
  std::lock_guard lock(point_->mutex);
  if (stopping_) {
    return false;
  }
  tasks_.push_back(std::move(task));
  if (!lent_) {  // the caller that runs tasks looks again before it returns
    point_->changed.notify_all();
  }
  return true;
}

bool Dispatcher::Dispatch(Task&& task) {
  std::unique_lock lock(point_->mutex);
  // If the dispatcher's own thread wants to run because a timer is due, it goes first. Otherwise
  // callers that always have a task would delay the timers for ever.
  if (!idle_ || lent_ || wanted_ || stopping_ || !tasks_.empty()) {
    lock.unlock();
    return Post(std::move(task));
  }
  lent_ = true;
  owner_ = std::this_thread::get_id();
  tasks_.push_back(std::move(task));
  for (unsigned round = 0; !tasks_.empty() && round < kLentRounds; ++round) {
    RunRound(lock);
  }
  lent_ = false;
  owner_ = thread_.get_id();
  const bool sooner =
      !timers_.empty() && (!next_timer_ || timers_.begin()->first.first < *next_timer_);
  if (sooner) {
    next_timer_ = timers_.begin()->first.first;
  }
  if (sooner || wanted_ || settling_ > 0 || stopping_ || !tasks_.empty()) {
    point_->changed.notify_all();
  }
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
    owner_ = std::thread::id();  // another thread may get the same id
  }
}

void Dispatcher::Settle() {
  std::unique_lock lock(point_->mutex);
  ++settling_;
  point_->changed.wait(lock, [this] {
    const bool due = next_timer_ && *next_timer_ <= clock_->Now();
    return stopping_ || (idle_ && !lent_ && tasks_.empty() && !due);
  });
  --settling_;
}

/// Tasks that tasks post wait for the next round, so that a peer that never stops sending does not
/// delay the timers.
void Dispatcher::RunRound(std::unique_lock<std::mutex>& lock) {
  round_.swap(tasks_);
  lock.unlock();
  for (Task& each : round_) {
    const Task task = std::move(each);  // destroyed, with everything that it holds, after its call
    task();
  }
  round_.clear();
  lock.lock();
}

void Dispatcher::Loop() {
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
      wanted_ = true;
      point_->changed.wait(lock, [this] { return !lent_; });
      wanted_ = false;
      idle_ = false;
      continue;
    }
    const bool timers_run = !stopping_;
    RunRound(lock);
    lock.unlock();
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
  // Everything that the timers' tasks hold is destroyed on this thread, too.
  timers_.clear();
  deadlines_.clear();
}

bool Dispatcher::TimerDue() const {
  return !timers_.empty() && timers_.begin()->first.first <= clock_->Now();
}

}  // namespace mbnrig::client
