#pragma once

/// A thread that runs tasks one after another, at once or after a delay.

#include <chrono>
#include <condition_variable>
#include <functional>
#include <list>
#include <map>
#include <mutex>
#include <thread>

namespace mbnrig::service {

/// Thread-safe. Tasks run in the order in which they were posted, without a lock of this class. A
/// task must not throw; an exception is logged and dropped.
class TaskThread {
 public:
  using Task = std::function<void()>;

  /// A task that has all its memory, so that posting it cannot fail.
  class Ready {
   public:
    explicit Ready(Task task) { list_.push_back(std::move(task)); }
    Ready(Ready&&) noexcept = default;
    Ready& operator=(Ready&&) noexcept = default;

   private:
    friend class TaskThread;
    std::list<Task> list_;
  };

  TaskThread();
  /// Calls Stop.
  ~TaskThread();
  TaskThread(const TaskThread&) = delete;
  TaskThread& operator=(const TaskThread&) = delete;

  /// False when Stop has ended the thread; the task is then dropped.
  bool Post(Ready task) noexcept;
  bool Post(Task task) { return Post(Ready(std::move(task))); }
  /// Runs the task once `delay` has passed, unless Stop comes first.
  void PostAfter(std::chrono::milliseconds delay, Task task);

  /// Runs the tasks that were posted, and those that they post, drops tasks that are not due yet,
  /// and joins the thread. Not to be called by a task. Idempotent.
  void Stop();

 private:
  void Run();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::list<Task> tasks_;                                              // guarded by mutex_
  std::multimap<std::chrono::steady_clock::time_point, Ready> later_;  // guarded by mutex_
  bool stopping_ = false, closed_ = false;                             // guarded by mutex_
  std::mutex join_mutex_;
  std::thread thread_;
};

}  // namespace mbnrig::service
