#include "rras/service.h"

#include <cstdlib>
#include <exception>
#include <stdexcept>
#include <utility>

#include "rras/access.h"
#include "rras/log.h"
#include "rras/model/router.h"

namespace mbnrig::rras {
namespace {

void StopAtExit() {
  try {
    Service::Get().Stop();
  } catch (const std::exception& error) {
    LogWarning(error.what());
  }
}

}  // namespace

Service::Service() = default;
Service::~Service() = default;

Service& Service::Get() {
  // Never destroyed: a client's threads may call while the process ends.
  static Service& service = *new Service;
  return service;
}

void Service::Configure(ServiceConfig config) {
  const std::lock_guard lock(lifecycle_);
  const std::lock_guard gate(gate_);
  if (state_ != ServiceState::kStopped)
    throw std::logic_error("RRAS runs; stop it to configure it");
  config_ = std::move(config);
  touched_ = true;
}

void Service::Start() {
  const std::lock_guard lock(lifecycle_);
  touched_ = true;
  StartLocked();
}

void Service::StartUnlessTouched() {
  const std::lock_guard lock(lifecycle_);
  if (touched_) return;
  try {
    StartLocked();
    touched_ = true;
  } catch (const std::runtime_error& error) {
    LogWarning(std::string("RRAS does not start: ") + error.what());
  }
}

void Service::StartLocked() {
  ServiceConfig config;
  {
    const std::lock_guard gate(gate_);
    if (state_ != ServiceState::kStopped) return;
    config = config_;
  }
  std::unique_ptr<Dialer> dialer;
  if (config.router_type != RouterType::kLanOnly) dialer = MakeMbnDialer();
  auto router = std::make_unique<Router>(
      config, std::move(dialer),
      [this](const ConnectCompletion& completion) { Complete(completion); });
  // Registered after the dialer has started the Mobile Broadband service, so that RRAS stops before
  // that service does.
  static const bool registered = std::atexit(StopAtExit) == 0;
  static_cast<void>(registered);
  const std::lock_guard gate(gate_);
  router_ = std::move(router);
  state_ = ServiceState::kRunning;
}

void Service::Stop() {
  const std::lock_guard lock(lifecycle_);
  touched_ = true;
  std::unique_ptr<Router> router;
  {
    std::unique_lock gate(gate_);
    state_ = ServiceState::kStopped;
    router = std::move(router_);
    if (router == nullptr) return;
    router->BeginStop();
    idle_.wait(gate, [&] { return calls_ == 0; });
  }
}

void Service::Pause() {
  const std::lock_guard gate(gate_);
  if (state_ != ServiceState::kRunning) return;
  state_ = ServiceState::kPaused;
  router_->SetPaused(true);
}

void Service::Continue() {
  const std::lock_guard gate(gate_);
  if (state_ != ServiceState::kPaused) return;
  state_ = ServiceState::kRunning;
  router_->SetPaused(false);
}

ServiceState Service::state() const {
  const std::lock_guard gate(gate_);
  return state_;
}

bool Service::CallerMayAdminister() const {
  std::string group;
  {
    const std::lock_guard gate(gate_);
    group = config_.group;
  }
  return CallerIsPrivileged(group);
}

void Service::OnConnectCompleted(Completed completed) {
  const std::lock_guard gate(gate_);
  completed_ = completed;
}

void Service::Complete(const ConnectCompletion& completion) const noexcept {
  Completed completed = nullptr;
  {
    const std::lock_guard gate(gate_);
    completed = completed_;
  }
  if (completed != nullptr) completed(completion);
}

}  // namespace mbnrig::rras
