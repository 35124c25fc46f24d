#pragma once

/// A thread that runs jobs in order. A job may have a delay.

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
  /// False if the worker was stopped; the job is then untouched. Any thread.
  bool Post(Job&& job);
  /// Runs a job after a delay. Drops it if the worker stops first. Any thread.
  void PostAfter(std::chrono::milliseconds delay, Job job);
  /// Runs the posted jobs, drops the delayed ones, and joins the thread. Not on the worker's own
  /// thread.
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
