#pragma once

/// A session's way to its modem and to its thread.

#include <chrono>
#include <functional>
#include <memory>
#include <string_view>

#include "client/device.h"
#include "mbn/task_thread.h"

namespace mbnrig::mbn {

/// Brings what the modem answers, and what is due after a while, to the session's thread (the
/// worker), unless the session has ended by then. The parts of a session share one.
class ModemLink {
 public:
  using Step = std::function<void(const client::Reply&)>;

  ModemLink(std::shared_ptr<client::Device> device, TaskThread& worker);

  /// `owner` owns this link and all that a step refers to. A step runs only while the owner lives,
  /// and keeps it alive meanwhile. To be called before any other method.
  void set_owner(std::weak_ptr<const void> owner) { owner_ = std::move(owner); }

  const std::shared_ptr<client::Device>& device() const { return device_; }

  /// A handler that runs `step` on the worker. Any thread.
  client::Device::ReplyHandler Then(Step step);
  /// Runs `step` on the worker, at once or after `delay`. Any thread.
  void Post(std::function<void()> step);
  void After(std::chrono::milliseconds delay, std::function<void()> step);

  /// From now on no step runs. On the worker.
  void End() { over_ = true; }
  bool over() const { return over_; }

  /// One line about the modem in the log. Any thread.
  void LogWarning(std::string_view what) const;
  void LogInfo(std::string_view what) const;

 private:
  TaskThread::Task OnWorker(std::function<void()> step);

  const std::shared_ptr<client::Device> device_;
  TaskThread& worker_;
  std::weak_ptr<const void> owner_;
  bool over_ = false;  // of the worker
};

}  // namespace mbnrig::mbn
