#include "transport/log.h"

#include <spdlog/spdlog.h>

#include "log/log.h"

namespace mbnrig::transport {

spdlog::logger& Log() {
  static spdlog::logger& logger = log::Logger("mbnrig.client");
  return logger;
}

void Complaints::Add(const std::string& what) {
  constexpr unsigned kShown = 16;
  if (count_ < kShown) {
    ++count_;
    Log().warn("{}: {}{}", peer_, what, count_ == kShown ? "; further warnings are not shown" : "");
  }
}

}  // namespace mbnrig::transport
