#pragma once

/// The log lines of the Mobile Broadband service (log/log.h), by the logger "mbn".

#include <string_view>

namespace mbnrig::mbn {

void LogWarning(std::string_view line) noexcept;
/// Shown with SPDLOG_LEVEL=info only.
void LogInfo(std::string_view line) noexcept;

}  // namespace mbnrig::mbn
