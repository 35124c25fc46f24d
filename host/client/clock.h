#pragma once

/// The client's time: the real clock, or one that a test moves by hand.

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

namespace mbnrig::client {

/// A condition variable that a thread waits on. The mutex guards the condition.
struct WaitPoint {
  std::mutex mutex;
  std::condition_variable changed;
};

class Clock {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;
  virtual ~Clock() = default;
  virtual TimePoint Now() const = 0;
  /// Waits until `point` is notified or this clock reaches `deadline`. May return early. `lock`
  /// holds the point's mutex.
  virtual void Wait(const std::shared_ptr<WaitPoint>& point, std::unique_lock<std::mutex>& lock,
                    std::optional<TimePoint> deadline) = 0;
};

class SteadyClock : public Clock {
 public:
  TimePoint Now() const override { return std::chrono::steady_clock::now(); }
  void Wait(const std::shared_ptr<WaitPoint>& point, std::unique_lock<std::mutex>& lock,
            std::optional<TimePoint> deadline) override;
};

/// A clock that moves only with Advance. Thread-safe.
class ManualClock : public Clock {
 public:
  TimePoint Now() const override;
  void Wait(const std::shared_ptr<WaitPoint>& point, std::unique_lock<std::mutex>& lock,
            std::optional<TimePoint> deadline) override;
  /// Moves the time and wakes the threads that wait for it. Does not wait until they have run.
  void Advance(std::chrono::milliseconds by);

 private:
  mutable std::mutex mutex_;
  TimePoint now_{};
  std::vector<std::weak_ptr<WaitPoint>> waiting_;
};

}  // namespace mbnrig::client
