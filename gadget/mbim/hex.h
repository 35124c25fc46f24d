#pragma once

/// Bytes as text, for traces and logs.

#include <string>

#include "mbim/bytes.h"

namespace mbnrig::mbim {

/// Bytes that Hex shows by default.
inline constexpr std::size_t kHexLimit = 64;

/// At most `limit` bytes and the number of further ones: "a2 89 cc (and 40 bytes)". No bytes give
/// "(empty)".
std::string Hex(ByteView bytes, std::size_t limit = kHexLimit);

}  // namespace mbnrig::mbim
