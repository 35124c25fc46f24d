#pragma once

/// Bytes, owned and looked at.

#include <cstdint>
#include <span>
#include <vector>

namespace mbnrig::mbim {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

}  // namespace mbnrig::mbim
