#pragma once

#include <cstdint>

namespace mbnrig::mbim {

/// The Rssi and the ErrorRate of a signal that was not measured (TS 27.007). Measured values are 0
/// to 31 and 0 to 7.
inline constexpr std::uint32_t kSignalUnknown = 99;

}  // namespace mbnrig::mbim
