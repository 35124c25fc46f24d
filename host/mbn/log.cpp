#include "mbn/log.h"

#include <fmt/format.h>

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

void LogWarning(std::initializer_list<std::string_view> parts) noexcept {
  try {
    fmt::memory_buffer line;
    for (const std::string_view part : parts)
      line.append(part);
    LogWarning(std::string_view(line.data(), line.size()));
  } catch (...) {  // as in Logger
  }
}

void LogInfo(std::string_view line) noexcept {
  if (spdlog::logger* logger = Logger()) log::Info(*logger, line);
}

}  // namespace mbnrig::mbn
