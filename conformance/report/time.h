#pragma once

/// Writes points in time for the reports.

#include <chrono>
#include <string>

namespace mbnrig::report {

/// "2026-11-21T09:30:00Z".
std::string IsoTime(std::chrono::system_clock::time_point time);

}  // namespace mbnrig::report
