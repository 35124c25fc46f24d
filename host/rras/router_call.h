#pragma once

/// How the entry points reach the running router.

#include "com/event_handler.h"
#include "rras/log.h"
#include "rras/model/router.h"
#include "rras/service.h"
#include "service/process_service.h"

namespace mbnrig::rras {

/// RRAS as a service of the process.
struct RouterDefinition {
  using Config = ServiceConfig;
  using Running = Router;
  static constexpr const char* kName = "RRAS";
  static std::unique_ptr<Router> Make(const ServiceConfig& config);
  static std::chrono::milliseconds StopBound(const ServiceConfig& config) {
    return config.stop_timeout;
  }
  /// Router::Stop waits for events of the Mobile Broadband API and for handlers of them.
  static bool OnOwnThread() { return com::InEventHandler(); }
  static void LogWarning(std::string_view line) noexcept { rras::LogWarning(line); }
};

using RouterService = service::ProcessService<RouterDefinition>;
/// A call into the running router; false while RRAS does not run.
using RouterCall = RouterService::Call;

}  // namespace mbnrig::rras
