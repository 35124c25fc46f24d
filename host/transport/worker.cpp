#include "transport/worker.h"

namespace mbnrig::transport {

void Worker::Start() {
  thread_ = std::thread([this] { Run(); });
}

bool Worker::Post(Job&& job) {
  std::lock_guard lock(mutex_);
  if (stopping_) {
    return false;
  }
  jobs_.push_back(std::move(job));
  changed_.notify_one();
  return true;
}

void Worker::PostAfter(std::chrono::milliseconds delay, Job job) {
  std::lock_guard lock(mutex_);
  if (!stopping_) {
    delayed_.emplace(std::chrono::steady_clock::now() + delay, std::move(job));
    changed_.notify_one();
  }
}

void Worker::Stop() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
    changed_.notify_one();
  }
  if (thread_.joinable()) {
    thread_.join();
  }
  jobs_.clear();
  delayed_.clear();
}

void Worker::Run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    if (!delayed_.empty() && delayed_.begin()->first <= std::chrono::steady_clock::now()) {
      jobs_.push_back(std::move(delayed_.begin()->second));
      delayed_.erase(delayed_.begin());
    }
    if (!jobs_.empty()) {
      Job job = std::move(jobs_.front());
      jobs_.pop_front();
      lock.unlock();
      job();
      job = nullptr;  // destroyed before the lock is taken
      lock.lock();
    } else if (stopping_) {
      return;
    } else if (delayed_.empty()) {
      changed_.wait(lock);
    } else {
      // A copy: the timer may be gone when the wait ends.
      const auto next = delayed_.begin()->first;
      changed_.wait_until(lock, next);
    }
  }
}

}  // namespace mbnrig::transport
