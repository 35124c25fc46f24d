#include "rras/service.h"

#include <atomic>
#include <memory>
#include <utility>

#include "rras/access.h"
#include "rras/model/router.h"
#include "rras/router_call.h"

namespace mbnrig::rras {
namespace {

std::atomic<Service::Completed> completed_handler{nullptr};

void Complete(const ConnectCompletion& completion) noexcept {
  if (const Service::Completed completed = completed_handler) completed(completion);
}

}  // namespace

std::unique_ptr<Router> RouterDefinition::Make(const ServiceConfig& config) {
  std::unique_ptr<Dialer> dialer;
  if (config.router_type != RouterType::kLanOnly) dialer = MakeMbnDialer();
  return std::make_unique<Router>(config, std::move(dialer), Complete);
}

Service& Service::Get() {
  static Service service;
  return service;
}

void Service::Configure(ServiceConfig config) {
  RouterService::Get().Configure(std::move(config));
}

void Service::Start() {
  RouterService::Get().Start();
}

void Service::StartUnlessTouched() {
  RouterService::Get().StartUnlessTouched();
}

void Service::Stop() {
  RouterService::Get().Stop();
}

void Service::Pause() {
  const RouterCall router;
  if (router) router->SetPaused(true);
}

void Service::Continue() {
  const RouterCall router;
  if (router) router->SetPaused(false);
}

ServiceState Service::state() const {
  const RouterCall router;
  if (!router) return ServiceState::kStopped;
  return router->paused() ? ServiceState::kPaused : ServiceState::kRunning;
}

bool Service::CallerMayAdminister() const {
  return CallerIsPrivileged(RouterService::Get().config().group);
}

void Service::OnConnectCompleted(Completed completed) {
  completed_handler = completed;
}

}  // namespace mbnrig::rras
