#include "trace/ip_text.h"

#include <arpa/inet.h>

#include <array>

namespace mbnrig::trace {
namespace {

using mbim::ByteView;

// IP protocol numbers (IANA).
constexpr std::uint8_t kIcmp = 1, kTcp = 6, kUdp = 17, kIcmpV6 = 58;

std::string Address(int family, ByteView bytes) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  ::inet_ntop(family, bytes.data(), text.data(), text.size());
  return text.data();
}

std::string IcmpName(std::uint8_t type) {
  switch (type) {
    case 0:
      return "ICMP echo reply";
    case 3:
      return "ICMP destination unreachable";
    case 8:
      return "ICMP echo request";
    case 11:
      return "ICMP time exceeded";
    default:
      return "ICMP type " + std::to_string(type);
  }
}

std::string IcmpV6Name(std::uint8_t type) {
  switch (type) {
    case 1:
      return "ICMPv6 destination unreachable";
    case 2:
      return "ICMPv6 packet too big";
    case 3:
      return "ICMPv6 time exceeded";
    case 128:
      return "ICMPv6 echo request";
    case 129:
      return "ICMPv6 echo reply";
    case 133:
      return "ICMPv6 router solicitation";
    case 134:
      return "ICMPv6 router advertisement";
    case 135:
      return "ICMPv6 neighbour solicitation";
    case 136:
      return "ICMPv6 neighbour advertisement";
    default:
      return "ICMPv6 type " + std::to_string(type);
  }
}

std::string TcpFlags(std::uint8_t flags) {
  constexpr std::array<const char*, 6> kNames{"FIN", "SYN", "RST", "PSH", "ACK", "URG"};
  std::string text;
  for (std::size_t bit = 0; bit < kNames.size(); ++bit) {
    if ((flags >> bit & 1) != 0) text += std::string(" ") + kNames[bit];
  }
  return text;
}

/// Describes the payload, the source and the destination.
std::string Payload(std::uint8_t protocol, ByteView payload, const std::string& from,
                    const std::string& to) {
  const std::string plain = " " + from + " > " + to;
  if (protocol == kIcmp && !payload.empty()) return IcmpName(payload[0]) + plain;
  if (protocol == kIcmpV6 && !payload.empty()) return IcmpV6Name(payload[0]) + plain;
  if ((protocol == kTcp || protocol == kUdp) && payload.size() >= 4) {
    const auto port = [&](std::size_t at) {
      return " port " + std::to_string(payload[at] << 8 | payload[at + 1]);
    };
    std::string text = protocol == kTcp ? "TCP" : "UDP";
    if (protocol == kTcp && payload.size() >= 14) text += TcpFlags(payload[13]);
    return text + " " + from + port(0) + " > " + to + port(2);
  }
  return "protocol " + std::to_string(protocol) + plain;
}

std::string DescribeIpv4(ByteView packet) {
  const std::size_t header = static_cast<std::size_t>(packet[0] & 0x0f) * 4;
  if (header < 20 || header > packet.size()) return "not an IP packet";
  const std::string from = Address(AF_INET, packet.subspan(12, 4));
  const std::string to = Address(AF_INET, packet.subspan(16, 4));
  if (((packet[6] & 0x1f) << 8 | packet[7]) != 0) return "IPv4 fragment " + from + " > " + to;
  return "IPv4 " + Payload(packet[9], packet.subspan(header), from, to);
}

std::string DescribeIpv6(ByteView packet) {
  constexpr std::size_t kHeader = 40;
  if (packet.size() < kHeader) return "not an IP packet";
  const std::string from = Address(AF_INET6, packet.subspan(8, 16));
  const std::string to = Address(AF_INET6, packet.subspan(24, 16));
  return "IPv6 " + Payload(packet[6], packet.subspan(kHeader), from, to);
}

}  // namespace

std::string DescribeIp(ByteView packet) {
  if (packet.size() >= 20 && packet[0] >> 4 == 4) return DescribeIpv4(packet);
  if (!packet.empty() && packet[0] >> 4 == 6) return DescribeIpv6(packet);
  return "not an IP packet";
}

}  // namespace mbnrig::trace
