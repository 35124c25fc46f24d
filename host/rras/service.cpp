#include "rras/service.h"

#include <utility>

#include "rras/running.h"

namespace mbnrig::rras {

Service& Service::Get() {
  static Service service;
  return service;
}

void Service::Configure(ServiceConfig config) {
  Running::Get().Configure(std::move(config));
}

void Service::Start() {
  Running::Get().Start();
}

void Service::Stop() {
  Running::Get().Stop();
}

void Service::Pause() {
  Running::Get().Pause();
}

void Service::Continue() {
  Running::Get().Continue();
}

ServiceState Service::state() const {
  return Running::Get().state();
}

}  // namespace mbnrig::rras
