#include "transport/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <memory>

namespace mbnrig::transport {
namespace {

std::shared_ptr<spdlog::logger> FindOrMakeLogger() {
  constexpr const char* kName = "mbnrig.client";
  if (auto logger = spdlog::get(kName)) {
    return logger;
  }
  auto logger =
      std::make_shared<spdlog::logger>(kName, std::make_shared<spdlog::sinks::stderr_sink_mt>());
  logger->set_level(spdlog::level::warn);
  try {
    spdlog::register_logger(logger);
  } catch (const spdlog::spdlog_ex&) {
    // Another thread has just registered one.
    if (auto other = spdlog::get(kName)) {
      return other;
    }
  }
  return logger;
}

}  // namespace

spdlog::logger& Log() {
  static const std::shared_ptr<spdlog::logger> logger = FindOrMakeLogger();
  return *logger;
}

void Complaints::Add(const std::string& what) {
  constexpr unsigned kShown = 16;
  if (count_ < kShown) {
    ++count_;
    Log().warn("{}: {}{}", peer_, what, count_ == kShown ? "; further warnings are not shown" : "");
  }
}

}  // namespace mbnrig::transport
