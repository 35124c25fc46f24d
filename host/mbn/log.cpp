#include "mbn/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <cstdlib>
#include <memory>

namespace mbnrig::mbn {
namespace {

// Not registered with spdlog and never destroyed: the service may log while the process ends.
spdlog::logger& Logger() {
  static spdlog::logger& logger = *[] {
    auto* made = new spdlog::logger("mbn", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    const char* level = std::getenv("SPDLOG_LEVEL");
    made->set_level(level != nullptr ? spdlog::level::from_str(level) : spdlog::level::warn);
    made->set_pattern("%H:%M:%S.%e %n %l: %v");
    return made;
  }();
  return logger;
}

void Log(spdlog::level::level_enum level, std::string_view line) noexcept {
  try {
    Logger().log(level, line);
  } catch (...) {  // memory is short: the caller's answer matters more than this line
  }
}

}  // namespace

void LogWarning(std::string_view line) noexcept {
  Log(spdlog::level::warn, line);
}

void LogInfo(std::string_view line) noexcept {
  Log(spdlog::level::info, line);
}

}  // namespace mbnrig::mbn
