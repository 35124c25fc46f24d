#include "rras/log.h"

#include "log/log.h"

namespace mbnrig::rras {

void LogWarning(std::string_view line) noexcept {
  try {
    static spdlog::logger& logger = log::Logger("rras");
    log::Warning(logger, line);
  } catch (...) {  // memory is short: the caller's answer matters more than this line
  }
}

}  // namespace mbnrig::rras
