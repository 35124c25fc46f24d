#pragma once

/// Numbers of a trace file, little endian whatever the machine.

#include <concepts>
#include <cstddef>

#include "mbim/bytes.h"

namespace mbnrig::trace {

template <std::unsigned_integral T>
void Put(mbim::Bytes& out, T value) {
  for (std::size_t i = 0; i < sizeof(T); ++i)
    out.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

/// `at` and the bytes behind it are the caller's to check.
template <std::unsigned_integral T>
T Get(mbim::ByteView bytes, std::size_t at) {
  T value = 0;
  for (std::size_t i = 0; i < sizeof(T); ++i)
    value = static_cast<T>(value | static_cast<T>(bytes[at + i]) << (8 * i));
  return value;
}

}  // namespace mbnrig::trace
