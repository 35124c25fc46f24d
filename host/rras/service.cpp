#include "rras/service.h"

#include <stdexcept>

#include "rras/running.h"

namespace mbnrig::rras {

Service& Service::Get() {
  static Service service;
  return service;
}

void Service::Configure(ServiceConfig config) {
  Running& running = Running::Get();
  const std::lock_guard lock(running.mutex);
  if (running.state != ServiceState::kStopped)
    throw std::logic_error("RRAS is running: stop it before it is configured");
  running.config = std::move(config);
  running.touched = true;
}

void Service::Start() {
  Running::Get().Start();
}

void Service::Stop() {
  Running& running = Running::Get();
  std::shared_ptr<Router> router;
  {
    const std::lock_guard lock(running.mutex);
    running.touched = true;
    running.state = ServiceState::kStopped;
    router = std::move(running.router);
  }
  // Calls under way hold the router a moment longer; the last of them takes it down.
}

void Service::Pause() {
  Running& running = Running::Get();
  const std::lock_guard lock(running.mutex);
  if (running.state == ServiceState::kRunning) running.state = ServiceState::kPaused;
}

void Service::Continue() {
  Running& running = Running::Get();
  const std::lock_guard lock(running.mutex);
  if (running.state == ServiceState::kPaused) running.state = ServiceState::kRunning;
}

ServiceState Service::state() const {
  Running& running = Running::Get();
  const std::lock_guard lock(running.mutex);
  return running.state;
}

}  // namespace mbnrig::rras
