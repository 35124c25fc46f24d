#pragma once

/// The log of the host's USB and MBIM side: spdlog's logger "mbnrig.client", from warnings up unless a
/// user has registered one of that name before. What is logged names transactions, commands and
/// states, never the content of a command that could hold a PIN or password.

#include <memory>

namespace spdlog {
class logger;
}

namespace mbnrig::transport {

/// Thread-safe. The logger is looked up, or made, at the first call.
spdlog::logger& Log();

}  // namespace mbnrig::transport
