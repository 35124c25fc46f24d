#include "service/task_thread.h"

#include <exception>
#include <string>
#include <utility>

#include "log/log.h"

namespace mbnrig::service {

namespace {

void Complain(const char* what) noexcept {
  try {
    static spdlog::logger& logger = log::Logger("service");
    log::Warning(logger, std::string("a task failed: ") + what);
  } catch (...) {  // memory is short: the next task matters more than this line
  }
}

}  // namespace

TaskThread::TaskThread() : thread_([this] { Run(); }) {}

TaskThread::~TaskThread() {
  Stop();
}

bool TaskThread::Post(Ready task) noexcept {
  {
    const std::lock_guard lock(mutex_);
    if (closed_) return false;
    tasks_.splice(tasks_.end(), task.list_);
  }
  changed_.notify_one();
  return true;
}

void TaskThread::PostAfter(std::chrono::milliseconds delay, Task task) {
  {
    const auto due = std::chrono::steady_clock::now() + delay;
    const std::lock_guard lock(mutex_);
    if (stopping_) return;
    later_.emplace(due, Ready(std::move(task)));
  }
  changed_.notify_one();
}

void TaskThread::Stop() {
  std::multimap<std::chrono::steady_clock::time_point, Ready> forgotten;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    forgotten.swap(later_);
  }
  changed_.notify_one();
  const std::lock_guard lock(join_mutex_);
  if (thread_.joinable()) thread_.join();
}

void TaskThread::Run() {
  std::unique_lock lock(mutex_);
  while (true) {
    const auto now = std::chrono::steady_clock::now();
    while (!later_.empty() && later_.begin()->first <= now) {
      tasks_.splice(tasks_.end(), later_.begin()->second.list_);
      later_.erase(later_.begin());
    }
    if (!tasks_.empty()) {
      std::list<Task> current;
      current.splice(current.end(), tasks_, tasks_.begin());
      lock.unlock();
      try {
        current.front()();
      } catch (const std::exception& error) {
        Complain(error.what());
      }
      current.clear();
      lock.lock();
    } else if (stopping_) {
      closed_ = true;
      return;
    } else if (later_.empty()) {
      changed_.wait(lock);
    } else {
      changed_.wait_until(lock, later_.begin()->first);
    }
  }
}

}  // namespace mbnrig::service
