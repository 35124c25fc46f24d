#pragma once

/// Where the transport's work is done: tasks one after the other, and time that passes. The client
/// implements it (client/dispatcher.h). The executor's thread is the one that runs a task: its own,
/// or one that has lent itself by Dispatch.

#include <chrono>
#include <cstdint>
#include <functional>
#include <utility>

namespace mbnrig::transport {

class Executor {
 public:
  using Task = std::function<void()>;
  using TimePoint = std::chrono::steady_clock::time_point;
  using TimerId = std::uint64_t;  ///< 0 is never given

  virtual ~Executor() = default;
  /// Runs `task` on the executor's thread after those posted before. False, and the task untouched,
  /// once the executor has been stopped. Any thread.
  virtual bool Post(Task&& task) = 0;
  /// The same, but where the executor has nothing else to do it may run `task`, and what follows
  /// from it, before this returns, on this thread: a change of threads costs as much as a small
  /// command. Any thread that holds no lock and may be kept for as long as a task takes.
  virtual bool Dispatch(Task&& task) { return Post(std::move(task)); }
  /// Runs `task` when `delay` has passed, unless it is cancelled or the executor stops before.
  /// The executor's thread only.
  virtual TimerId After(std::chrono::milliseconds delay, Task task) = 0;
  /// After it the timer's task does not run. Unknown and past ids are ignored. The executor's
  /// thread only.
  virtual void Cancel(TimerId timer) = 0;
  virtual TimePoint Now() const = 0;
};

}  // namespace mbnrig::transport
