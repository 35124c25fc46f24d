#pragma once

/// The log of the host's USB and MBIM side: spdlog's logger "mbnrig.client", from warnings up
/// unless a user has registered one of that name before. What is logged names transactions,
/// commands and states, never the content of a command that could hold a PIN or password.

#include <string>

namespace spdlog {
class logger;
}

namespace mbnrig::transport {

/// Thread-safe. The logger is looked up, or made, at the first call.
spdlog::logger& Log();

/// Warnings about one peer, of which only the first few are shown: a hostile one must not fill the
/// log. Not thread-safe.
class Complaints {
 public:
  explicit Complaints(std::string peer) : peer_(std::move(peer)) {}
  void Add(const std::string& what);

 private:
  const std::string peer_;
  unsigned count_ = 0;
};

}  // namespace mbnrig::transport
