#include "mbn/service.h"

#include <utility>

#include "mbn/com/event_sinks.h"
#include "mbn/com/service_call.h"
#include "mbn/service_definition.h"

namespace mbnrig::mbn {

std::unique_ptr<RunningService> ServiceDefinition::Make(const ServiceConfig& config) {
  // Never destroyed, and of the process: an ID is not used again after a restart.
  static RequestIds& request_ids = *new RequestIds;
  auto service = std::make_unique<RunningService>(config, TheEventSink(), request_ids);
  service->Start();
  return service;
}

Service& Service::Get() {
  static Service service;
  return service;
}

void Service::Configure(ServiceConfig config) {
  ProcessService::Get().Configure(std::move(config));
}

void Service::Start() {
  ProcessService::Get().Start();
}

void Service::Stop() {
  ProcessService::Get().Stop();
}

ServiceState Service::state() const {
  return ProcessService::Get().state();
}

bool Service::WaitUntilKnown(std::string_view interface_id, std::chrono::milliseconds timeout) {
  const ProcessService::Call service;
  return service && service->WaitUntilKnown(interface_id, timeout);
}

// --- how COM objects reach the service (com/service_call.h) --------------------------------------

ServiceCall::ServiceCall() : service_(ProcessService::Get().Enter()) {}

ServiceCall::~ServiceCall() {
  if (service_ != nullptr) ProcessService::Get().Leave();
}

void StartServiceOnDemand() {
  ProcessService::Get().StartUnlessTouched();
}

}  // namespace mbnrig::mbn
