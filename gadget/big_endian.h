#pragma once

/// Big-endian numbers in byte buffers, for IP and USB/IP. Callers have checked the bounds. Numbers
/// of MBIM and USB are little-endian: mbim/wire.h.

#include <cstddef>
#include <cstdint>
#include <span>

#include "mbim/bytes.h"

namespace mbnrig {

inline std::uint16_t LoadBig16(mbim::ByteView bytes, std::size_t at) {
  return static_cast<std::uint16_t>(bytes[at] << 8 | bytes[at + 1]);
}
inline std::uint32_t LoadBig32(mbim::ByteView bytes, std::size_t at) {
  return static_cast<std::uint32_t>(LoadBig16(bytes, at)) << 16 | LoadBig16(bytes, at + 2);
}

inline void StoreBig16(std::uint8_t* to, std::uint16_t value) {
  to[0] = static_cast<std::uint8_t>(value >> 8);
  to[1] = static_cast<std::uint8_t>(value);
}
inline void StoreBig32(std::uint8_t* to, std::uint32_t value) {
  StoreBig16(to, static_cast<std::uint16_t>(value >> 16));
  StoreBig16(to + 2, static_cast<std::uint16_t>(value));
}
inline void StoreBig16(std::span<std::uint8_t> bytes, std::size_t at, std::uint16_t value) {
  StoreBig16(&bytes[at], value);
}
inline void StoreBig32(std::span<std::uint8_t> bytes, std::size_t at, std::uint32_t value) {
  StoreBig32(&bytes[at], value);
}

inline void AppendBig16(mbim::Bytes& bytes, std::uint16_t value) {
  bytes.resize(bytes.size() + 2);
  StoreBig16(bytes.data() + bytes.size() - 2, value);
}
inline void AppendBig32(mbim::Bytes& bytes, std::uint32_t value) {
  bytes.resize(bytes.size() + 4);
  StoreBig32(bytes.data() + bytes.size() - 4, value);
}

}  // namespace mbnrig
