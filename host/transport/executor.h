#pragma once

/// Runs the transport's tasks one after the other, and its timers. The client implements it
/// (client/dispatcher.h). "The executor's thread" is the thread that runs a task: the executor's
/// own, or a thread that has called Dispatch.

#include <chrono>
#include <cstdint>
#include <functional>
#include <utility>

namespace mbnrig::transport {

class Executor {
 public:
  using Task = std::function<void()>;
  using TimePoint = std::chrono::steady_clock::time_point;
  using TimerId = std::uint64_t;  ///< 0 is not used

  virtual ~Executor() = default;
  /// Runs `task` on the executor's thread, after the tasks posted before. False if the executor was
  /// stopped; the task is then untouched. Any thread.
  virtual bool Post(Task&& task) = 0;
  /// Like Post. If the executor is idle, it may run `task` and all that follows from it on this
  /// thread, before this returns: a change of threads costs as much as a small command. Call it on
  /// any thread that holds no lock and may wait as long as a task takes.
  virtual bool Dispatch(Task&& task) { return Post(std::move(task)); }
  /// Runs `task` after `delay`, unless it is cancelled or the executor stops first. Call it only on
  /// the executor's thread.
  virtual TimerId After(std::chrono::milliseconds delay, Task task) = 0;
  /// After it returns, the timer's task does not run. Unknown and past ids are ignored. Call it
  /// only on the executor's thread.
  virtual void Cancel(TimerId timer) = 0;
  virtual TimePoint Now() const = 0;
};

}  // namespace mbnrig::transport
