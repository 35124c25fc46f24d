#pragma once

/// Numbers and times as people write them, in scenarios and on the control socket.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace mbnrig::scenario {

/// "42" or "0x2a". Nothing if `text` is neither, or has more than 64 bits.
std::optional<std::uint64_t> ParseNumber(std::string_view text);

/// The times that ParseDuration accepts, to complete "expected ...".
inline constexpr std::string_view kDurationKind =
    "a time such as 250ms, 2s or 1m (at most an hour)";

/// "250ms", "2s", "1m", or a plain number of milliseconds. Nothing if `text` is not a time or is
/// more than an hour.
std::optional<std::chrono::milliseconds> ParseDuration(std::string_view text);

}  // namespace mbnrig::scenario
