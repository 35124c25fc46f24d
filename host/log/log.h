#pragma once

/// The log of the host's libraries: one policy for all of them. Lines go to standard error, from
/// warnings up. The environment variable SPDLOG_LEVEL ("info", "debug", ...) sets another level.

#include <string>
#include <string_view>
#include <vector>

namespace spdlog {
class logger;
}

namespace mbnrig::log {

/// The logger of that name: the one that the program registered with spdlog, else one that follows
/// the policy above. Lives as long as the process, because services may log while it ends.
/// Thread-safe. Throws std::bad_alloc.
spdlog::logger& Logger(const std::string& name);

/// One line by `logger`. A line that cannot be written is lost: when memory is short, the caller's
/// work matters more. Thread-safe.
void Warning(spdlog::logger& logger, std::string_view line) noexcept;
void Info(spdlog::logger& logger, std::string_view line) noexcept;

/// For tests: while it exists, it collects the lines that would go to standard error. One at a
/// time.
class Capture {
 public:
  Capture();
  ~Capture();
  Capture(const Capture&) = delete;
  Capture& operator=(const Capture&) = delete;

  std::vector<std::string> Lines() const;
};

}  // namespace mbnrig::log
