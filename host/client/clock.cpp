#include "client/clock.h"

#include <algorithm>

namespace mbnrig::client {

void SteadyClock::Wait(const std::shared_ptr<WaitPoint>& point, std::unique_lock<std::mutex>& lock,
                       std::optional<TimePoint> deadline) {
  if (deadline) {
    point->changed.wait_until(lock, *deadline);
  } else {
    point->changed.wait(lock);
  }
}

Clock::TimePoint ManualClock::Now() const {
  std::lock_guard lock(mutex_);
  return now_;
}

void ManualClock::Wait(const std::shared_ptr<WaitPoint>& point, std::unique_lock<std::mutex>& lock,
                       std::optional<TimePoint> deadline) {
  {
    std::lock_guard own(mutex_);
    if (deadline && *deadline <= now_) {
      return;
    }
    const bool known = std::any_of(waiting_.begin(), waiting_.end(),
                                   [&](const auto& other) { return other.lock() == point; });
    if (!known) {
      waiting_.push_back(point);
    }
  }
  point->changed.wait(lock);
}

void ManualClock::Advance(std::chrono::milliseconds by) {
  std::vector<std::weak_ptr<WaitPoint>> waiting;
  {
    std::lock_guard lock(mutex_);
    now_ += by;
    waiting.swap(waiting_);
  }
  for (const auto& each : waiting) {
    if (const auto point = each.lock()) {
      // A waiter that saw the old time holds its mutex until it waits, so it gets this
      // notification.
      std::lock_guard lock(point->mutex);
      point->changed.notify_all();
    }
  }
}

}  // namespace mbnrig::client
