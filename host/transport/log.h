#pragma once

/// The log of the host's USB and MBIM code: spdlog's logger "mbnrig.client". It logs warnings and
/// errors, unless a user has registered a logger of this name before. Messages name transactions,
/// commands and states, but never the content of a command that could hold a PIN or password.

#include <string>

namespace spdlog {
class logger;
}

namespace mbnrig::transport {

/// Thread-safe. The first call looks the logger up or creates it.
spdlog::logger& Log();

/// Warnings about one peer. Only the first few are shown: a hostile peer must not fill the log. Not
/// thread-safe.
class Complaints {
 public:
  explicit Complaints(std::string peer) : peer_(std::move(peer)) {}
  void Add(const std::string& what);

 private:
  const std::string peer_;
  unsigned count_ = 0;
};

}  // namespace mbnrig::transport
