#pragma once

#include <string_view>

namespace mbnrig::rras {

/// Writes a line to the service's log, which is standard error.
void LogWarning(std::string_view line) noexcept;

}  // namespace mbnrig::rras
