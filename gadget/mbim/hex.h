#pragma once

/// Bytes as text, for traces and logs.

#include <string>

#include "mbim/bytes.h"

namespace mbnrig::mbim {

inline constexpr std::size_t kHexLimit = 64;

/// "a2 89 cc (and 40 bytes)": at most `limit` bytes and how many more there are; "(empty)" for
/// none.
std::string Hex(ByteView bytes, std::size_t limit = kHexLimit);

}  // namespace mbnrig::mbim
