#pragma once

/// Parses and builds IPv4 and IPv6 packets (RFC 791, RFC 8200). Every length is checked before it
/// is used.

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>

#include "ip/checksum.h"
#include "mbim/bytes.h"

namespace mbnrig::data {

using ip::Checksum;
using mbim::Bytes;
using mbim::ByteView;

/// Protocol numbers (IANA).
inline constexpr std::uint8_t kIcmp = 1, kUdp = 17, kIcmpV6 = 58;

/// An address of either version. An IPv4 address uses the first four octets; the rest is zero.
using Address = std::array<std::uint8_t, 16>;

/// The fields of a packet's header that are used, for either version.
struct Header {
  bool v6 = false;
  Address source{}, destination{};
  std::uint8_t protocol = 0;
  std::uint8_t hop_limit = 64;
};

/// A received packet. `payload` is what follows all headers of the network layer. For a fragment it
/// is the fragment's part of the payload.
struct Packet {
  Header header;
  ByteView payload;
  bool fragment = false;
  bool more_fragments = false;
  std::uint32_t offset = 0;  ///< of a fragment, in bytes
  std::uint32_t id = 0;      ///< identifies the packet that a fragment belongs to
};

/// Nothing if `datagram` is not a complete packet of either version, if the IPv4 header's checksum
/// is wrong, or if an IPv6 extension header cannot simply be skipped.
std::optional<Packet> ParsePacket(ByteView datagram);

/// Takes a finished datagram.
using Send = std::function<void(ByteView)>;

/// A packet to fill in: space for the header, then `payload` zeros.
Bytes MakePacket(bool v6, std::size_t payload);
/// The part after the header.
std::span<std::uint8_t> PayloadOf(Bytes& packet, bool v6);
/// Writes the header of a packet from MakePacket and sends it. A packet longer than `mtu` is sent
/// in fragments, which `id` identifies. A packet that is too long for its version is not sent.
void SendPacket(Bytes packet, const Header& header, std::size_t mtu, std::uint32_t id,
                const Send& send);

inline std::uint16_t Get16(ByteView bytes, std::size_t at) {
  return static_cast<std::uint16_t>(bytes[at] << 8 | bytes[at + 1]);
}
inline std::uint32_t Get32(ByteView bytes, std::size_t at) {
  return static_cast<std::uint32_t>(Get16(bytes, at)) << 16 | Get16(bytes, at + 2);
}
inline void Put16(std::span<std::uint8_t> bytes, std::size_t at, std::uint16_t value) {
  bytes[at] = static_cast<std::uint8_t>(value >> 8);
  bytes[at + 1] = static_cast<std::uint8_t>(value & 0xff);
}
inline void Put32(std::span<std::uint8_t> bytes, std::size_t at, std::uint32_t value) {
  Put16(bytes, at, static_cast<std::uint16_t>(value >> 16));
  Put16(bytes, at + 2, static_cast<std::uint16_t>(value & 0xffff));
}

}  // namespace mbnrig::data
