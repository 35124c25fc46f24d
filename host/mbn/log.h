#pragma once

/// Log lines of the Mobile Broadband service, written to the logger "mbn" (log/log.h).

#include <initializer_list>
#include <string_view>

namespace mbnrig::mbn {

void LogWarning(std::string_view line) noexcept;
/// Writes the parts behind each other as one line. A short line needs no memory.
void LogWarning(std::initializer_list<std::string_view> parts) noexcept;
/// Shown only with SPDLOG_LEVEL=info.
void LogInfo(std::string_view line) noexcept;

}  // namespace mbnrig::mbn
