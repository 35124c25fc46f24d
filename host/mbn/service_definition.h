#pragma once

/// The Mobile Broadband service as a service of the process.

#include "com/event_handler.h"
#include "mbn/log.h"
#include "mbn/running_service.h"
#include "mbn/service.h"
#include "service/process_service.h"

namespace mbnrig::mbn {

struct ServiceDefinition {
  using Config = ServiceConfig;
  using Running = RunningService;
  static constexpr const char* kName = "the Mobile Broadband service";
  static std::unique_ptr<RunningService> Make(const ServiceConfig& config);
  static std::chrono::milliseconds StopBound(const ServiceConfig& config) {
    return config.times.stop;
  }
  static bool OnOwnThread() { return com::InEventHandler(); }
  static void LogWarning(std::string_view line) noexcept { mbn::LogWarning(line); }
};

using ProcessService = service::ProcessService<ServiceDefinition>;

}  // namespace mbnrig::mbn
