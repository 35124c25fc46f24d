#pragma once

/// The Internet checksum (RFC 1071).

#include <cstddef>
#include <cstdint>

#include "mbim/bytes.h"

namespace mbnrig::ip {

/// A checksum, added up in pieces. Only the last piece may have an odd length. Fast, because every
/// byte of a TCP connection is summed in both directions.
class Checksum {
 public:
  Checksum& Add(mbim::ByteView bytes);
  /// A number of at most 16 bits.
  Checksum& Add16(std::size_t value);
  /// Takes back an Add16 of the same number.
  Checksum& Subtract16(std::size_t value) { return Add16(~value & 0xffff); }
  /// The pseudo-header of UDP, TCP and ICMPv6 (RFC 8200, section 8.1; RFC 768). `header` has
  /// `source` and `destination`, which are bytes, and a `protocol`. `length` is that of the packet
  /// behind the header, in bytes.
  template <class Header>
  Checksum& AddPseudoHeader(const Header& header, std::size_t length) {
    return Add(header.source).Add(header.destination).Add16(length).Add16(header.protocol);
  }

  /// The checksum. 0 if the bytes contain their correct checksum.
  std::uint16_t Value() const;

 private:
  std::uint64_t sum_ = 0;  ///< of 16-bit numbers as they lie in memory
};

}  // namespace mbnrig::ip
