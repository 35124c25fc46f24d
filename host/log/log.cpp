#include "log/log.h"

#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>

#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <mutex>

namespace mbnrig::log {
namespace {

// Writes to standard error, or to a test's Capture.
class Output final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  void SetCapturing(bool capturing) {
    const std::lock_guard lock(mutex_);
    capturing_ = capturing;
    lines_.clear();
  }
  std::vector<std::string> Lines() {
    const std::lock_guard lock(mutex_);
    return lines_;
  }

 private:
  void sink_it_(const spdlog::details::log_msg& message) override {
    spdlog::memory_buf_t text;
    formatter_->format(message, text);
    if (capturing_) {
      lines_.emplace_back(text.data(), text.size());
    } else {
      std::fwrite(text.data(), 1, text.size(), stderr);
    }
  }
  void flush_() override { std::fflush(stderr); }

  bool capturing_ = false;          // guarded by mutex_
  std::vector<std::string> lines_;  // guarded by mutex_
};

const std::shared_ptr<Output>& TheOutput() {
  static const auto& output = *new auto(std::make_shared<Output>());
  return output;
}

std::shared_ptr<spdlog::logger> Make(const std::string& name) {
  if (auto registered = spdlog::get(name)) return registered;
  auto logger = std::make_shared<spdlog::logger>(name, TheOutput());
  const char* level = std::getenv("SPDLOG_LEVEL");
  logger->set_level(level != nullptr ? spdlog::level::from_str(level) : spdlog::level::warn);
  logger->set_pattern("%H:%M:%S.%e %n %l: %v");
  return logger;
}

void Write(spdlog::logger& logger, spdlog::level::level_enum level,
           std::string_view line) noexcept {
  try {
    logger.log(level, line);
  } catch (...) {  // see Warning
  }
}

}  // namespace

spdlog::logger& Logger(const std::string& name) {
  static auto& mutex = *new std::mutex;
  static auto& loggers = *new std::map<std::string, std::shared_ptr<spdlog::logger>>;
  const std::lock_guard lock(mutex);
  auto found = loggers.find(name);
  if (found == loggers.end()) found = loggers.emplace(name, Make(name)).first;
  return *found->second;
}

void Warning(spdlog::logger& logger, std::string_view line) noexcept {
  Write(logger, spdlog::level::warn, line);
}

void Info(spdlog::logger& logger, std::string_view line) noexcept {
  Write(logger, spdlog::level::info, line);
}

Capture::Capture() {
  TheOutput()->SetCapturing(true);
}

Capture::~Capture() {
  TheOutput()->SetCapturing(false);
}

std::vector<std::string> Capture::Lines() const {
  return TheOutput()->Lines();
}

}  // namespace mbnrig::log
