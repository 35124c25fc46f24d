#pragma once

/// Actions that run later. Time comes from outside (modem.h), so nothing here waits.

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <utility>

namespace mbnrig::modem {

using TimePoint = std::chrono::steady_clock::time_point;

/// Pending actions. They run in the order in which they are due. Actions with the same time run in
/// the order in which they were added.
class Timers {
 public:
  using Id = std::uint64_t;

  Id Add(TimePoint due, std::function<void()> action);
  /// Does nothing if `id` has run or was cancelled.
  void Cancel(Id id);
  void Clear();

  /// Runs the actions that are due at `now`, including those that other actions add.
  void RunDue(TimePoint now);
  /// When the next action is due.
  std::optional<TimePoint> Next() const;
  std::size_t size() const { return actions_.size(); }

 private:
  std::map<std::pair<TimePoint, Id>, std::function<void()>> actions_;
  Id last_id_ = 0;
};

}  // namespace mbnrig::modem
