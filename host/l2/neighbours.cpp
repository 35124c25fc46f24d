#include "l2/neighbours.h"

#include <algorithm>
#include <array>

#include "ip/checksum.h"

namespace mbnrig::l2 {
namespace {

using Octets = std::array<std::uint8_t, 16>;

// RFC 8200, section 3; RFC 4861, sections 4.3 and 4.4.
constexpr std::size_t kHeader = 40, kSource = 8, kDestination = 24;
constexpr std::size_t kMessage = 24, kFlags = 4, kTarget = 8;  ///< without options
constexpr std::uint8_t kIcmpV6 = 58, kHopLimit = 255;
constexpr std::uint8_t kSolicitation = 135, kAdvertisement = 136, kSolicited = 0x40;
/// Solicited-node multicast addresses (RFC 4291, section 2.7.1), without their last three octets.
constexpr std::array<std::uint8_t, 13> kSolicitedNode{0xFF, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xFF};

Octets OctetsAt(mbim::ByteView datagram, std::size_t at) {
  Octets octets{};
  std::ranges::copy(datagram.subspan(at, octets.size()), octets.begin());
  return octets;
}

bool IsUnicast(const Octets& address) {
  return address[0] != 0xFF && address != Octets{};
}

bool IsSolicitation(mbim::ByteView datagram) {
  return datagram.size() >= kHeader + kMessage && datagram[0] >> 4 == 6 && datagram[6] == kIcmpV6 &&
         datagram[kHeader] == kSolicitation && datagram[kHeader + 1] == 0;
}

/// The checksum of an ICMPv6 packet without extension headers (RFC 4443, section 2.3).
std::uint16_t IcmpChecksum(mbim::ByteView packet) {
  return ip::Checksum()
      .Add(packet.subspan(kSource))
      .Add16(packet.size() - kHeader)
      .Add16(kIcmpV6)
      .Value();
}

/// The address that the interface answers with.
const Octets* SourceFor(const Octets& target, const IpSettings& settings) {
  const Octets* first = nullptr;
  for (const Address& address : settings.addresses) {
    if (!address.v6) continue;
    if (address.octets == target) return &address.octets;
    if (first == nullptr) first = &address.octets;
  }
  return first;
}

}  // namespace

std::optional<mbim::Bytes> AdvertisementFor(mbim::ByteView datagram, const IpSettings& settings) {
  if (!IsSolicitation(datagram)) return std::nullopt;
  const Octets asker = OctetsAt(datagram, kSource);
  const Octets group = OctetsAt(datagram, kDestination);
  const Octets target = OctetsAt(datagram, kHeader + kTarget);
  const Octets* source = SourceFor(target, settings);
  if (!IsUnicast(asker) || source == nullptr ||
      !std::equal(kSolicitedNode.begin(), kSolicitedNode.end(), group.begin())) {
    return std::nullopt;
  }
  mbim::Bytes packet(kHeader + kMessage);
  packet[0] = 0x60;
  packet[5] = kMessage;
  packet[6] = kIcmpV6;
  packet[7] = kHopLimit;
  const auto put = [&](const Octets& octets, std::size_t at) {
    std::ranges::copy(octets, packet.begin() + static_cast<std::ptrdiff_t>(at));
  };
  put(*source, kSource);
  put(asker, kDestination);
  packet[kHeader] = kAdvertisement;
  packet[kHeader + kFlags] = kSolicited;
  put(target, kHeader + kTarget);
  const std::uint16_t checksum = IcmpChecksum(packet);
  packet[kHeader + 2] = static_cast<std::uint8_t>(checksum >> 8);
  packet[kHeader + 3] = static_cast<std::uint8_t>(checksum);
  return packet;
}

}  // namespace mbnrig::l2
