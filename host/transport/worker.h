#pragma once

/// A thread that runs jobs in order, some of them later.

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <thread>

namespace mbnrig::transport {

class Worker {
 public:
  using Job = std::function<void()>;

  Worker() = default;
  ~Worker() { Stop(); }
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  void Start();
  /// False, and the job untouched, once stopped. Any thread.
  bool Post(Job&& job);
  /// Dropped when the worker stops before. Any thread.
  void PostAfter(std::chrono::milliseconds delay, Job job);
  /// Runs what was posted, drops what was delayed, joins. Not on the worker's own thread.
  void Stop();

 private:
  void Run();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Job> jobs_;
  std::multimap<std::chrono::steady_clock::time_point, Job> delayed_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace mbnrig::transport
