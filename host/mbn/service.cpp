#include "mbn/service.h"

#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <exception>
#include <mutex>
#include <stdexcept>
#include <string>
#include <utility>

#include "mbn/com/event_sinks.h"
#include "mbn/com/service_call.h"
#include "mbn/log.h"
#include "mbn/running_service.h"

namespace mbnrig::mbn {
namespace {

struct Process {
  std::mutex lifecycle;  // held across Configure, Start and Stop
  ServiceConfig config;  // guarded by lifecycle
  bool touched = false;  // guarded by lifecycle: it was configured, started or stopped
  RequestIds request_ids;
  std::atomic<ServiceState> state{ServiceState::kStopped};

  std::mutex gate;
  std::condition_variable idle;
  std::unique_ptr<RunningService> running;  // guarded by gate
  bool open = false;                        // guarded by gate: calls may begin
  int calls = 0;                            // guarded by gate
};

// Never destroyed: COM objects may be called while the process ends.
Process& TheProcess() {
  static Process& process = *new Process;
  return process;
}

// An event handler would wait for itself.
void RefuseOnEventThread(Process& process, const char* what) {
  const std::lock_guard lock(process.gate);
  if (process.running != nullptr && process.running->OnEventThread())
    throw std::logic_error(std::string(what) + " must not be called by an event handler");
}

void StopAtExit() {
  try {
    Service::Get().Stop();
  } catch (const std::exception& error) {
    LogWarning(error.what());
  }
}

void StartLocked(Process& process) {
  if (process.state == ServiceState::kRunning) return;
  static const bool registered = std::atexit(StopAtExit) == 0;
  static_cast<void>(registered);
  process.state = ServiceState::kStarting;
  try {
    auto service =
        std::make_unique<RunningService>(process.config, TheEventSink(), process.request_ids);
    service->Start();
    const std::lock_guard lock(process.gate);
    process.running = std::move(service);
    process.open = true;
  } catch (...) {
    process.state = ServiceState::kStopped;
    throw;
  }
  process.state = ServiceState::kRunning;
}

}  // namespace

Service& Service::Get() {
  static Service service;
  return service;
}

void Service::Configure(ServiceConfig config) {
  Process& process = TheProcess();
  const std::lock_guard lock(process.lifecycle);
  if (process.state != ServiceState::kStopped)
    throw std::logic_error("the Mobile Broadband service runs; stop it to configure it");
  process.config = std::move(config);
  process.touched = true;
}

void Service::Start() {
  Process& process = TheProcess();
  RefuseOnEventThread(process, "Service::Start");
  const std::lock_guard lock(process.lifecycle);
  process.touched = true;
  StartLocked(process);
}

void Service::Stop() {
  Process& process = TheProcess();
  RefuseOnEventThread(process, "Service::Stop");
  const std::lock_guard lock(process.lifecycle);
  process.touched = true;
  if (process.state != ServiceState::kRunning) return;
  process.state = ServiceState::kStopping;
  {
    std::unique_lock gate(process.gate);
    process.open = false;
    process.idle.wait(gate, [&] { return process.calls == 0; });
  }
  process.running->Stop();
  std::unique_ptr<RunningService> stopped;
  {
    const std::lock_guard gate(process.gate);
    stopped = std::move(process.running);
  }
  stopped.reset();
  process.state = ServiceState::kStopped;
}

ServiceState Service::state() const {
  return TheProcess().state;
}

bool Service::WaitUntilKnown(std::string_view interface_id, std::chrono::milliseconds timeout) {
  const ServiceCall service;
  return service && service.running()->WaitUntilKnown(interface_id, timeout);
}

ServiceCall::ServiceCall() : service_(nullptr) {
  Process& process = TheProcess();
  const std::lock_guard lock(process.gate);
  if (!process.open) return;
  ++process.calls;
  service_ = process.running.get();
}

Seam& ServiceCall::operator*() const {
  return *service_;
}

ServiceCall::~ServiceCall() {
  if (service_ == nullptr) return;
  Process& process = TheProcess();
  const std::lock_guard lock(process.gate);
  if (--process.calls == 0) process.idle.notify_all();
}

void StartServiceOnDemand() {
  Process& process = TheProcess();
  // In an event handler the service runs already.
  if (process.state != ServiceState::kStopped) return;
  const std::lock_guard lock(process.lifecycle);
  if (std::exchange(process.touched, true)) return;
  try {
    StartLocked(process);
  } catch (const std::exception& error) {
    LogWarning(std::string("the Mobile Broadband service does not start: ") + error.what());
  }
}

}  // namespace mbnrig::mbn
