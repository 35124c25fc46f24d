#pragma once

/// Connects a session with its modem and its thread.

#include <chrono>
#include <functional>
#include <memory>
#include <string_view>

#include "client/device.h"
#include "service/task_thread.h"

namespace mbnrig::mbn {

/// Runs the session's handlers of answers and timers on the session's thread (the worker), unless
/// the session has ended by then. The parts of a session share one link.
class ModemLink {
 public:
  using Step = std::function<void(const client::Reply&)>;

  ModemLink(std::shared_ptr<client::Device> device, service::TaskThread& worker);

  /// Call this before any other method. `owner` owns this link and everything that a step refers
  /// to. A step runs only if the owner still exists, and keeps it alive while it runs.
  void set_owner(std::weak_ptr<const void> owner) { owner_ = std::move(owner); }

  const std::shared_ptr<client::Device>& device() const { return device_; }

  /// Makes a handler that runs `step` on the worker. Any thread.
  client::Device::ReplyHandler Then(Step step);
  /// Runs `step` on the worker, at once or after `delay`. Any thread.
  void Post(std::function<void()> step);
  void After(std::chrono::milliseconds delay, std::function<void()> step);

  /// From now on no step runs. Call it on the worker.
  void End() { over_ = true; }
  bool over() const { return over_; }

  /// Writes one line about the modem to the log. Any thread.
  void LogWarning(std::string_view what) const;
  void LogInfo(std::string_view what) const;

 private:
  service::TaskThread::Task OnWorker(std::function<void()> step);

  const std::shared_ptr<client::Device> device_;
  service::TaskThread& worker_;
  std::weak_ptr<const void> owner_;
  bool over_ = false;  // of the worker
};

}  // namespace mbnrig::mbn
