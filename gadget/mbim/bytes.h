#pragma once

/// Byte buffers, and views of them.

#include <cstdint>
#include <span>
#include <vector>

namespace mbnrig::mbim {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

}  // namespace mbnrig::mbim
