#pragma once

/// Little-endian numbers in byte buffers, at offset `at`. The caller has checked the bounds.

#include <cstddef>
#include <cstdint>

#include "mbim/bytes.h"

namespace mbnrig::mbim {

inline std::uint16_t LoadU16(ByteView bytes, std::size_t at) {
  return static_cast<std::uint16_t>(bytes[at] | bytes[at + 1] << 8);
}

inline std::uint32_t LoadU32(ByteView bytes, std::size_t at) {
  return static_cast<std::uint32_t>(bytes[at]) | static_cast<std::uint32_t>(bytes[at + 1]) << 8 |
         static_cast<std::uint32_t>(bytes[at + 2]) << 16 |
         static_cast<std::uint32_t>(bytes[at + 3]) << 24;
}

inline std::uint64_t LoadU64(ByteView bytes, std::size_t at) {
  return LoadU32(bytes, at) | static_cast<std::uint64_t>(LoadU32(bytes, at + 4)) << 32;
}

// A stored byte may alias the vector's own members, so operator[] would reload them each time. A
// local pointer lets the compiler merge the stores.

inline void StoreU16(Bytes& bytes, std::size_t at, std::uint16_t value) {
  std::uint8_t* const to = bytes.data() + at;
  to[0] = static_cast<std::uint8_t>(value);
  to[1] = static_cast<std::uint8_t>(value >> 8);
}

inline void StoreU32(Bytes& bytes, std::size_t at, std::uint32_t value) {
  std::uint8_t* const to = bytes.data() + at;
  to[0] = static_cast<std::uint8_t>(value);
  to[1] = static_cast<std::uint8_t>(value >> 8);
  to[2] = static_cast<std::uint8_t>(value >> 16);
  to[3] = static_cast<std::uint8_t>(value >> 24);
}

inline void StoreU64(Bytes& bytes, std::size_t at, std::uint64_t value) {
  StoreU32(bytes, at, static_cast<std::uint32_t>(value));
  StoreU32(bytes, at + 4, static_cast<std::uint32_t>(value >> 32));
}

inline void AppendU32(Bytes& bytes, std::uint32_t value) {
  bytes.resize(bytes.size() + 4);
  StoreU32(bytes, bytes.size() - 4, value);
}

}  // namespace mbnrig::mbim
