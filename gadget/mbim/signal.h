#pragma once

#include <cstdint>

namespace mbnrig::mbim {

/// Rssi (else 0 to 31) and ErrorRate (else 0 to 7) of a signal that has not been measured, coded as
/// in TS 27.007.
inline constexpr std::uint32_t kSignalUnknown = 99;

}  // namespace mbnrig::mbim
