#pragma once

/// The log of the host's libraries, with one policy for all of them. Warnings and errors go to
/// standard error. The environment variable SPDLOG_LEVEL ("info", "debug", ...) sets another level.

#include <string>
#include <string_view>
#include <vector>

namespace spdlog {
class logger;
}

namespace mbnrig::log {

/// The logger of that name. If the program has not registered one with spdlog, makes one that
/// follows the policy above. It lives as long as the process, because services may log while the
/// process ends. Thread-safe. Throws std::bad_alloc.
spdlog::logger& Logger(const std::string& name);

/// Writes one line to `logger`. If that fails, the line is lost: when memory is short, the caller's
/// work matters more. Thread-safe.
void Warning(spdlog::logger& logger, std::string_view line) noexcept;
void Info(spdlog::logger& logger, std::string_view line) noexcept;

/// For tests: while it exists, it collects the lines that would go to standard error. Only one may
/// exist at a time.
class Capture {
 public:
  Capture();
  ~Capture();
  Capture(const Capture&) = delete;
  Capture& operator=(const Capture&) = delete;

  std::vector<std::string> Lines() const;
};

}  // namespace mbnrig::log
