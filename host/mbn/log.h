#pragma once

/// Log lines of the Mobile Broadband service, written to the logger "mbn" (log/log.h).

#include <string_view>

namespace mbnrig::mbn {

void LogWarning(std::string_view line) noexcept;
/// Shown only with SPDLOG_LEVEL=info.
void LogInfo(std::string_view line) noexcept;

}  // namespace mbnrig::mbn
