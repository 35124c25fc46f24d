#include "rras/running.h"

#include <unistd.h>

#include <array>
#include <cstdlib>
#include <cwctype>
#include <stdexcept>
#include <utility>

#include "com/text.h"
#include "rras/access.h"
#include "rras/log.h"

namespace mbnrig::rras {
namespace {

void StopAtExit() {
  try {
    Running::Get().Stop();
  } catch (const std::exception& error) {
    LogUnexpected(error);
  }
}

std::wstring Lower(std::wstring text) {
  for (wchar_t& c : text)
    c = static_cast<wchar_t>(std::towlower(static_cast<std::wint_t>(c)));
  return text;
}

}  // namespace

Running& Running::Get() {
  // Never destroyed: a client's threads may ask while the process ends.
  static Running& running = *new Running;
  return running;
}

void Running::Configure(ServiceConfig config) {
  const std::lock_guard lock(lifecycle_);
  const std::lock_guard gate(gate_);
  if (state_ != ServiceState::kStopped)
    throw std::logic_error("RRAS runs; stop it to configure it");
  config_ = std::move(config);
  touched_ = true;
}

void Running::Start() {
  const std::lock_guard lock(lifecycle_);
  touched_ = true;
  StartLocked();
}

void Running::StartUnlessTouched() {
  const std::lock_guard lock(lifecycle_);
  if (touched_) return;
  try {
    StartLocked();
    touched_ = true;
  } catch (const std::runtime_error& error) {
    LogWarning(std::string("RRAS does not start: ") + error.what());
  }
}

void Running::StartLocked() {
  ServiceConfig config;
  {
    const std::lock_guard gate(gate_);
    if (state_ != ServiceState::kStopped) return;
    config = config_;
  }
  std::unique_ptr<Dialer> dialer;
  if (config.router_type != RouterType::kLanOnly) dialer = MakeMbnDialer();
  auto router = std::make_unique<Router>(config, std::move(dialer));
  // After the dialer has brought the Mobile Broadband service up, so that this one goes down before
  // it.
  static const bool registered = std::atexit(StopAtExit) == 0;
  static_cast<void>(registered);
  const std::lock_guard gate(gate_);
  router_ = std::move(router);
  state_ = ServiceState::kRunning;
}

void Running::Stop() {
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

void Running::Pause() {
  const std::lock_guard gate(gate_);
  if (state_ != ServiceState::kRunning) return;
  state_ = ServiceState::kPaused;
  router_->SetPaused(true);
}

void Running::Continue() {
  const std::lock_guard gate(gate_);
  if (state_ != ServiceState::kPaused) return;
  state_ = ServiceState::kRunning;
  router_->SetPaused(false);
}

ServiceState Running::state() {
  const std::lock_guard gate(gate_);
  return state_;
}

bool Running::CallerMayAdminister() {
  std::string group;
  {
    const std::lock_guard gate(gate_);
    group = config_.group;
  }
  return CallerIsPrivileged(group);
}

RouterCall::RouterCall() {
  Running& running = Running::Get();
  const std::lock_guard gate(running.gate_);
  router_ = running.router_.get();
  if (router_ != nullptr) ++running.calls_;
}

RouterCall::~RouterCall() {
  if (router_ == nullptr) return;
  Running& running = Running::Get();
  const std::lock_guard gate(running.gate_);
  if (--running.calls_ == 0) running.idle_.notify_all();
}

bool IsThisMachine(const wchar_t* server_name) {
  if (server_name == nullptr) return true;
  std::wstring name = Lower(server_name);
  if (name.rfind(L"\\\\", 0) == 0) name.erase(0, 2);
  if (name.empty() || name == L"." || name == L"localhost" || name == L"127.0.0.1" ||
      name == L"::1")
    return true;
  std::array<char, 256> host{};
  if (gethostname(host.data(), host.size() - 1) != 0) return false;
  const std::wstring own = Lower(com::FromUtf8(host.data()));
  return name == own || name == own.substr(0, own.find(L'.'));
}

void LogUnexpected(const std::exception& error) noexcept {
  LogWarning(error.what());
}

}  // namespace mbnrig::rras
