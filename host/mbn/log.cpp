#include "mbn/log.h"

#include "log/log.h"

namespace mbnrig::mbn {
namespace {

spdlog::logger* Logger() noexcept {
  try {
    static spdlog::logger& logger = log::Logger("mbn");
    return &logger;
  } catch (...) {  // memory is short: the caller's result matters more than this line
    return nullptr;
  }
}

}  // namespace

void LogWarning(std::string_view line) noexcept {
  if (spdlog::logger* logger = Logger()) log::Warning(*logger, line);
}

void LogInfo(std::string_view line) noexcept {
  if (spdlog::logger* logger = Logger()) log::Info(*logger, line);
}

}  // namespace mbnrig::mbn
