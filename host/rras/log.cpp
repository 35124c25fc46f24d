#include "rras/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <memory>

namespace mbnrig::rras {

void LogWarning(std::string_view line) noexcept {
  try {
    // Not registered with spdlog and never destroyed: the service may log while the process ends.
    static spdlog::logger& logger =
        *new spdlog::logger("rras", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    logger.warn(line);
  } catch (...) {  // no memory: the caller's answer matters more than this line
  }
}

}  // namespace mbnrig::rras
