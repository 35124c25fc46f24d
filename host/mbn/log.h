#pragma once

/// What the service tells the person who runs it: one line each, to standard error.

#include <string_view>

namespace mbnrig::mbn {

/// Never throws; a line that cannot be written is lost.
void LogWarning(std::string_view line) noexcept;
/// Seen with SPDLOG_LEVEL=info only.
void LogInfo(std::string_view line) noexcept;

}  // namespace mbnrig::mbn
