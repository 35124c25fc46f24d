#include "data/responder.h"

#include <algorithm>

#include "data/dns.h"

namespace mbnrig::data {
namespace {

constexpr std::size_t kDefaultMtu = 1500;
constexpr std::size_t kIcmpHeader = 8, kUdpHeader = 8;
constexpr std::uint16_t kEchoPort = 7, kDnsPort = 53;

/// ICMP and ICMPv6.
enum MessageType : std::uint8_t {
  kEchoReply = 0,
  kUnreachable = 3,
  kEchoRequest = 8,
  kUnreachableV6 = 1,
  kEchoRequestV6 = 128,
  kEchoReplyV6 = 129,
  kRouterSolicitation = 133,
  kRouterAdvertisement = 134,
  kNeighbourSolicitation = 135,
  kNeighbourAdvertisement = 136,
};
constexpr std::uint8_t kPortUnreachable = 3, kPortUnreachableV6 = 4;

/// Options of neighbour discovery (RFC 4861, section 4.6; RFC 8106, section 5.1).
enum Option : std::uint8_t { kPrefixInformation = 3, kMtuOption = 5, kRecursiveDns = 25 };
constexpr std::uint32_t kForever = 0xffffffff;         // seconds
constexpr std::uint16_t kRouterLifetime = 9000;        // seconds, the maximum
constexpr std::uint8_t kNeighbourDiscoveryHops = 255;  // no router can have forwarded such a packet
constexpr std::uint8_t kDefaultHops = 64;

constexpr Address kUnspecified{};
constexpr Address kAllNodes{0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
constexpr Address kAllRouters{0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2};
constexpr Address kRouterLinkLocal{0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};

bool IsMulticast(const Header& header) {
  const std::uint8_t first = header.destination[0];
  return header.v6 ? first == 0xff : first >= 224;  // broadcast included
}

void Append16(Bytes& bytes, std::uint16_t value) {
  bytes.push_back(static_cast<std::uint8_t>(value >> 8));
  bytes.push_back(static_cast<std::uint8_t>(value & 0xff));
}

void Append32(Bytes& bytes, std::uint32_t value) {
  Append16(bytes, static_cast<std::uint16_t>(value >> 16));
  Append16(bytes, static_cast<std::uint16_t>(value & 0xffff));
}

template <class Octets>
void Append(Bytes& bytes, const Octets& octets) {
  bytes.insert(bytes.end(), octets.begin(), octets.end());
}

}  // namespace

Responder::Responder(const mbim::IpConfigurationInfo& ip, scenario::NameTable names)
    : ip_(ip), names_(std::move(names)) {}

void Responder::Receive(ByteView datagram, const Send& send) {
  const auto packet = ParsePacket(datagram);
  if (!packet) return;
  if (!packet->fragment) return Handle(packet->header, packet->payload, datagram, send);
  if (const auto whole = defragmenter_.Add(*packet))
    Handle(whole->header, whole->payload, {}, send);
}

/// `datagram` is the received packet, for error messages. Empty if the packet came in fragments.
void Responder::Handle(const Header& header, ByteView payload, ByteView datagram,
                       const Send& send) {
  if (header.v6 && header.protocol == kIcmpV6) return HandleIcmpV6(header, payload, send);
  if (header.source == kUnspecified) return;
  if (!header.v6 && header.protocol == kIcmp) return HandleIcmp(header, payload, send);
  if (header.protocol == kUdp) return HandleUdp(header, payload, datagram, send);
}

void Responder::HandleIcmp(const Header& header, ByteView payload, const Send& send) {
  if (payload.size() < kIcmpHeader || Checksum().Add(payload).Value() != 0) return;
  if (payload[0] == kEchoRequest && payload[1] == 0) Echo(header, payload, kEchoReply, send);
}

void Responder::HandleIcmpV6(const Header& header, ByteView payload, const Send& send) {
  if (payload.size() < kIcmpHeader || payload[1] != 0) return;
  if (Checksum().AddPseudoHeader(header, payload.size()).Add(payload).Value() != 0) return;
  switch (payload[0]) {
    case kEchoRequestV6:
      if (header.source != kUnspecified) Echo(header, payload, kEchoReplyV6, send);
      return;
    case kRouterSolicitation:
      if (header.hop_limit == kNeighbourDiscoveryHops) Advertise(header, send);
      return;
    case kNeighbourSolicitation:
      if (header.hop_limit == kNeighbourDiscoveryHops) AdvertiseNeighbour(header, payload, send);
      return;
    default:
      return;
  }
}

void Responder::HandleUdp(const Header& header, ByteView payload, ByteView datagram,
                          const Send& send) {
  if (payload.size() < kUdpHeader) return;
  const std::size_t length = Get16(payload, 4);
  if (length < kUdpHeader || length > payload.size()) return;
  payload = payload.first(length);
  // Only IPv4 packets may omit the checksum (RFC 8200, section 8.1).
  const bool summed = header.v6 || Get16(payload, 6) != 0;
  if (summed && Checksum().AddPseudoHeader(header, length).Add(payload).Value() != 0) return;
  const std::uint16_t from = Get16(payload, 0), to = Get16(payload, 2);
  const ByteView data = payload.subspan(kUdpHeader);
  if (to == kEchoPort) return SendUdp(header, to, from, data, send);
  if (to == kDnsPort && IsNameServer(header)) {
    if (const auto answer = AnswerDns(data, names_)) SendUdp(header, to, from, *answer, send);
    return;
  }
  RefusePort(header, datagram, send);
}

void Responder::Echo(const Header& header, ByteView payload, std::uint8_t reply_type,
                     const Send& send) {
  const auto reply = ReplyHeader(header);
  if (!reply) return;
  Bytes packet = MakePacket(header.v6, payload.size());
  const auto icmp = PayloadOf(packet, header.v6);
  std::ranges::copy(payload, icmp.begin());
  icmp[0] = reply_type;
  Finish(std::move(packet), *reply, send);
}

/// RFC 4861, section 4.2.
void Responder::Advertise(const Header& solicitation, const Send& send) {
  if (ip_.ipv6_addresses.empty()) return;
  Bytes options;
  for (const auto& element : ip_.ipv6_addresses) {
    constexpr std::uint8_t kAutonomous = 0x40;  // not on-link: all traffic goes through the router
    const auto bits =
        static_cast<std::uint8_t>(std::min<std::uint32_t>(element.on_link_prefix_length, 128));
    auto prefix = element.address.octets;
    for (std::size_t bit = bits; bit < 128; ++bit)
      prefix[bit / 8] &= static_cast<std::uint8_t>(~(0x80u >> bit % 8));
    Append(options, std::array<std::uint8_t, 4>{kPrefixInformation, 4, bits, kAutonomous});
    Append32(options, kForever);
    Append32(options, kForever);
    Append32(options, 0);
    Append(options, prefix);
  }
  if (ip_.ipv6_mtu != 0) {
    Append(options, std::array<std::uint8_t, 4>{kMtuOption, 1, 0, 0});
    Append32(options, ip_.ipv6_mtu);
  }
  if (const auto& servers = ip_.ipv6_dns_servers; !servers.empty()) {
    constexpr std::size_t kMostServers = 127;  // the option's length field has one octet
    const std::size_t count = std::min(servers.size(), kMostServers);
    const auto length = static_cast<std::uint8_t>(1 + 2 * count);
    Append(options, std::array<std::uint8_t, 4>{kRecursiveDns, length, 0, 0});
    Append32(options, kForever);
    for (std::size_t i = 0; i < count; ++i)
      Append(options, servers[i].octets);
  }
  constexpr std::size_t kFixed = 16;
  Bytes packet = MakePacket(true, kFixed + options.size());
  const auto icmp = PayloadOf(packet, true);
  icmp[0] = kRouterAdvertisement;
  icmp[4] = kDefaultHops;
  Put16(icmp, 6, kRouterLifetime);
  std::ranges::copy(options, icmp.begin() + kFixed);
  const bool nameless = solicitation.source == kUnspecified;
  Finish(std::move(packet),
         {true, kRouterLinkLocal, nameless ? kAllNodes : solicitation.source, kIcmpV6,
          kNeighbourDiscoveryHops},
         send);
}

/// RFC 4861, section 4.4. This link has no link-layer addresses, so the advertisement has no
/// option.
void Responder::AdvertiseNeighbour(const Header& solicitation, ByteView payload, const Send& send) {
  constexpr std::size_t kSize = 24;
  if (payload.size() < kSize) return;
  Address target{};
  std::ranges::copy(payload.subspan(8, target.size()), target.begin());
  const bool gateway = ip_.ipv6_gateway && target == ip_.ipv6_gateway->octets;
  if (!gateway && target != kRouterLinkLocal) return;
  Bytes packet = MakePacket(true, kSize);
  const auto icmp = PayloadOf(packet, true);
  constexpr std::uint8_t kRouter = 0x80, kSolicited = 0x40, kOverride = 0x20;
  // Duplicate address detection asks without a source address.
  const bool nameless = solicitation.source == kUnspecified;
  icmp[0] = kNeighbourAdvertisement;
  icmp[4] = kRouter | kOverride | (nameless ? 0 : kSolicited);
  std::ranges::copy(target, icmp.begin() + 8);
  Finish(
      std::move(packet),
      {true, target, nameless ? kAllNodes : solicitation.source, kIcmpV6, kNeighbourDiscoveryHops},
      send);
}

/// RFC 792; RFC 4443, section 3.1: the message quotes as much of the refused packet as fits.
void Responder::RefusePort(const Header& header, ByteView datagram, const Send& send) {
  if (datagram.empty() || IsMulticast(header)) return;
  constexpr std::size_t kMostV4 = 576 - 20 - kIcmpHeader, kMostV6 = 1280 - 40 - kIcmpHeader;
  const std::size_t most = header.v6 ? kMostV6 : kMostV4;
  const ByteView quoted = datagram.first(std::min(datagram.size(), most));
  Bytes packet = MakePacket(header.v6, kIcmpHeader + quoted.size());
  const auto icmp = PayloadOf(packet, header.v6);
  icmp[0] = header.v6 ? kUnreachableV6 : kUnreachable;
  icmp[1] = header.v6 ? kPortUnreachableV6 : kPortUnreachable;
  std::ranges::copy(quoted, icmp.begin() + kIcmpHeader);
  Header reply = *ReplyHeader(header);
  reply.protocol = header.v6 ? kIcmpV6 : kIcmp;
  Finish(std::move(packet), reply, send);
}

void Responder::SendUdp(const Header& query, std::uint16_t from, std::uint16_t to, ByteView data,
                        const Send& send) {
  const auto reply = ReplyHeader(query);
  if (!reply || kUdpHeader + data.size() > 0xffff) return;
  Bytes packet = MakePacket(query.v6, kUdpHeader + data.size());
  const auto udp = PayloadOf(packet, query.v6);
  Put16(udp, 0, from);
  Put16(udp, 2, to);
  Put16(udp, 4, static_cast<std::uint16_t>(udp.size()));
  std::ranges::copy(data, udp.begin() + kUdpHeader);
  Finish(std::move(packet), *reply, send);
}

/// Fills in the checksum and sends.
void Responder::Finish(Bytes packet, Header header, const Send& send) {
  const auto payload = PayloadOf(packet, header.v6);
  const std::size_t at = header.protocol == kUdp ? 6 : 2;
  Put16(payload, at, 0);
  Checksum sum;
  if (header.v6 || header.protocol == kUdp) sum.AddPseudoHeader(header, payload.size());
  const std::uint16_t value = sum.Add(payload).Value();
  // In UDP a checksum of zero means "none". All ones is the same value (RFC 768).
  Put16(payload, at, header.protocol == kUdp && value == 0 ? 0xffff : value);
  SendPacket(std::move(packet), header, Mtu(header.v6), ++last_id_, send);
}

/// The header of the answer. Nothing if the packet went to a group that this network is not in.
std::optional<Header> Responder::ReplyHeader(const Header& header) const {
  Header reply{header.v6, header.destination, header.source, header.protocol, kDefaultHops};
  if (!IsMulticast(header)) return reply;
  if (!header.v6 || (header.destination != kAllNodes && header.destination != kAllRouters)) {
    return std::nullopt;
  }
  reply.source = kRouterLinkLocal;
  return reply;
}

bool Responder::IsNameServer(const Header& header) const {
  auto is_it = [&](const auto& server) {
    return std::ranges::equal(server.octets,
                              std::span(header.destination).first(server.octets.size()));
  };
  return header.v6 ? std::ranges::any_of(ip_.ipv6_dns_servers, is_it)
                   : std::ranges::any_of(ip_.ipv4_dns_servers, is_it);
}

std::size_t Responder::Mtu(bool v6) const {
  const std::uint32_t mtu = v6 ? ip_.ipv6_mtu : ip_.ipv4_mtu;
  return mtu != 0 ? mtu : kDefaultMtu;
}

}  // namespace mbnrig::data
