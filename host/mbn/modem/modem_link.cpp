#include "mbn/modem/modem_link.h"

#include <fmt/format.h>

#include <utility>

#include "mbn/log.h"

namespace mbnrig::mbn {

ModemLink::ModemLink(std::shared_ptr<client::Device> device, service::TaskThread& worker)
    : device_(std::move(device)), worker_(worker) {}

service::TaskThread::Task ModemLink::OnWorker(std::function<void()> step) {
  return [this, weak = owner_, step = std::move(step)] {
    const auto owner = weak.lock();
    if (owner && !over_) step();
  };
}

client::Device::ReplyHandler ModemLink::Then(Step step) {
  // The task and the place of the reply exist before the command is sent, so that no reply is lost
  // when memory is short. The handler refers to the worker, which outlives the session. This link
  // does not outlive it.
  const auto reply = std::make_shared<client::Reply>();
  const auto task = std::make_shared<service::TaskThread::Ready>(
      OnWorker([reply, step = std::move(step)] { step(*reply); }));
  return [reply, task, &worker = worker_](client::Reply given) {
    *reply = std::move(given);
    worker.Post(std::move(*task));
  };
}

void ModemLink::Post(std::function<void()> step) {
  worker_.Post(OnWorker(std::move(step)));
}

void ModemLink::After(std::chrono::milliseconds delay, std::function<void()> step) {
  worker_.PostAfter(delay, OnWorker(std::move(step)));
}

void ModemLink::LogWarning(std::string_view what) const {
  mbn::LogWarning({device_->identity().id, ": ", what});
}

void ModemLink::LogInfo(std::string_view what) const {
  mbn::LogInfo(fmt::format("{}: {}", device_->identity().id, what));
}

}  // namespace mbnrig::mbn
