#include "data/packet.h"

#include <algorithm>

namespace mbnrig::data {
namespace {

constexpr std::size_t kV4Header = 20, kV6Header = 40, kFragmentHeader = 8;
constexpr std::size_t kLongestV4 = 65535, kLongestV6Payload = 65535;
constexpr std::uint16_t kMoreFragments = 0x2000, kOffsetMask = 0x1fff;

/// IPv6 extension headers (RFC 8200, section 4).
enum Extension : std::uint8_t {
  kHopByHop = 0,
  kRouting = 43,
  kFragment = 44,
  kDestinationOptions = 60,
};

std::size_t HeaderSize(bool v6) {
  return v6 ? kV6Header : kV4Header;
}

Address ReadAddress(ByteView bytes) {
  Address address{};
  std::ranges::copy(bytes, address.begin());
  return address;
}

std::optional<Packet> ParseV4(ByteView datagram) {
  if (datagram.size() < kV4Header) return std::nullopt;
  const std::size_t header_size = std::size_t{4} * (datagram[0] & 0x0f);
  const std::size_t total = Get16(datagram, 2);
  if (header_size < kV4Header || total < header_size || total > datagram.size()) {
    return std::nullopt;
  }
  if (Checksum().Add(datagram.first(header_size)).Value() != 0) return std::nullopt;
  Packet packet;
  packet.header.hop_limit = datagram[8];
  packet.header.protocol = datagram[9];
  packet.header.source = ReadAddress(datagram.subspan(12, 4));
  packet.header.destination = ReadAddress(datagram.subspan(16, 4));
  packet.payload = datagram.subspan(header_size, total - header_size);
  const std::uint16_t flags = Get16(datagram, 6);
  packet.more_fragments = (flags & kMoreFragments) != 0;
  packet.offset = std::uint32_t{8} * (flags & kOffsetMask);
  packet.fragment = packet.more_fragments || packet.offset != 0;
  packet.id = Get16(datagram, 4);
  return packet;
}

/// Skips the extension headers of `packet`, up to the first fragment header.
bool SkipExtensions(Packet& packet) {
  for (;;) {
    const std::uint8_t protocol = packet.header.protocol;
    ByteView& rest = packet.payload;
    if (protocol == kFragment) {
      if (rest.size() < kFragmentHeader) return false;
      const std::uint16_t field = Get16(rest, 2);
      packet.header.protocol = rest[0];
      packet.offset = field & 0xfff8u;
      packet.more_fragments = (field & 1) != 0;
      packet.id = Get32(rest, 4);
      rest = rest.subspan(kFragmentHeader);
      packet.fragment = packet.more_fragments || packet.offset != 0;
      if (packet.fragment) return true;  // further headers belong to the whole packet
      continue;
    }
    if (protocol != kHopByHop && protocol != kRouting && protocol != kDestinationOptions) {
      return true;
    }
    if (rest.size() < 8) return false;
    const std::size_t size = std::size_t{8} * (rest[1] + 1u);
    if (size > rest.size()) return false;
    if (protocol == kRouting && rest[3] != 0) return false;  // segments left
    packet.header.protocol = rest[0];
    rest = rest.subspan(size);
  }
}

std::optional<Packet> ParseV6(ByteView datagram) {
  if (datagram.size() < kV6Header) return std::nullopt;
  const std::size_t length = Get16(datagram, 4);
  if (length > datagram.size() - kV6Header) return std::nullopt;
  Packet packet;
  packet.header.v6 = true;
  packet.header.protocol = datagram[6];
  packet.header.hop_limit = datagram[7];
  packet.header.source = ReadAddress(datagram.subspan(8, 16));
  packet.header.destination = ReadAddress(datagram.subspan(24, 16));
  packet.payload = datagram.subspan(kV6Header, length);
  if (!SkipExtensions(packet)) return std::nullopt;
  return packet;
}

void WriteV4(std::span<std::uint8_t> packet, const Header& header, std::uint32_t id,
             std::uint16_t flags) {
  std::ranges::fill(packet.first(kV4Header), std::uint8_t{0});
  packet[0] = 0x45;
  Put16(packet, 2, static_cast<std::uint16_t>(packet.size()));
  Put16(packet, 4, static_cast<std::uint16_t>(id & 0xffff));
  Put16(packet, 6, flags);
  packet[8] = header.hop_limit;
  packet[9] = header.protocol;
  std::copy_n(header.source.begin(), 4, packet.begin() + 12);
  std::copy_n(header.destination.begin(), 4, packet.begin() + 16);
  Put16(packet, 10, Checksum().Add(packet.first(kV4Header)).Value());
}

void WriteV6(std::span<std::uint8_t> packet, const Header& header, std::uint8_t next) {
  Put32(packet, 0, 0x60000000);
  Put16(packet, 4, static_cast<std::uint16_t>(packet.size() - kV6Header));
  packet[6] = next;
  packet[7] = header.hop_limit;
  std::ranges::copy(header.source, packet.begin() + 8);
  std::ranges::copy(header.destination, packet.begin() + 24);
}

void SendFragments(ByteView payload, const Header& header, std::size_t mtu, std::uint32_t id,
                   const Send& send) {
  const std::size_t room_before =
      HeaderSize(header.v6) + (header.v6 ? kFragmentHeader : std::size_t{0});
  if (mtu < room_before + 8) return;
  const std::size_t piece = (mtu - room_before) / 8 * 8;
  for (std::size_t offset = 0; offset < payload.size(); offset += piece) {
    const ByteView part = payload.subspan(offset, std::min(piece, payload.size() - offset));
    const bool more = offset + part.size() < payload.size();
    Bytes packet(room_before + part.size());
    std::ranges::copy(part, packet.begin() + static_cast<std::ptrdiff_t>(room_before));
    if (header.v6) {
      WriteV6(packet, header, kFragment);
      packet[kV6Header] = header.protocol;
      packet[kV6Header + 1] = 0;
      Put16(packet, kV6Header + 2, static_cast<std::uint16_t>(offset | (more ? 1 : 0)));
      Put32(packet, kV6Header + 4, id);
    } else {
      WriteV4(packet, header, id,
              static_cast<std::uint16_t>((more ? kMoreFragments : 0) | offset / 8));
    }
    send(packet);
  }
}

}  // namespace

std::optional<Packet> ParsePacket(ByteView datagram) {
  if (datagram.empty()) return std::nullopt;
  switch (datagram[0] >> 4) {
    case 4:
      return ParseV4(datagram);
    case 6:
      return ParseV6(datagram);
    default:
      return std::nullopt;
  }
}

Bytes MakePacket(bool v6, std::size_t payload) {
  return Bytes(HeaderSize(v6) + payload);
}

std::span<std::uint8_t> PayloadOf(Bytes& packet, bool v6) {
  return std::span(packet).subspan(HeaderSize(v6));
}

void SendPacket(Bytes packet, const Header& header, std::size_t mtu, std::uint32_t id,
                const Send& send) {
  const std::size_t payload = packet.size() - HeaderSize(header.v6);
  if (header.v6 ? payload > kLongestV6Payload : packet.size() > kLongestV4) return;
  if (packet.size() > mtu) {
    return SendFragments(PayloadOf(packet, header.v6), header, mtu, id, send);
  }
  if (header.v6) {
    WriteV6(packet, header, header.protocol);
  } else {
    WriteV4(packet, header, id, 0);
  }
  send(packet);
}

}  // namespace mbnrig::data
