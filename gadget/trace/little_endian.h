#pragma once

/// Numbers in a trace file. They are little-endian on every machine.

#include <concepts>
#include <cstddef>

#include "mbim/bytes.h"

namespace mbnrig::trace {

template <std::unsigned_integral T>
void Put(mbim::Bytes& out, T value) {
  for (std::size_t i = 0; i < sizeof(T); ++i)
    out.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

/// Reads a number at offset `at`. The caller has checked that its bytes are there.
template <std::unsigned_integral T>
T Get(mbim::ByteView bytes, std::size_t at) {
  T value = 0;
  for (std::size_t i = 0; i < sizeof(T); ++i)
    value = static_cast<T>(value | static_cast<T>(bytes[at + i]) << (8 * i));
  return value;
}

}  // namespace mbnrig::trace
