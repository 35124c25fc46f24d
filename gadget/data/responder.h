#pragma once

/// The built-in network of one session. It answers what a host asks the first router and a few
/// servers behind it. Its answers depend only on the received datagrams: no thread, no clock.
///
/// - ICMP and ICMPv6 echo to any address (RFC 792, RFC 4443)
/// - UDP: echo on port 7 of any address (RFC 862), DNS on port 53 of the access point's name
///   servers, port unreachable elsewhere
/// - router solicitations, with prefix, MTU and name servers of the access point; neighbour
///   solicitations for the gateway (RFC 4861, RFC 8106)
///
/// Fragments are reassembled. Answers longer than the access point's MTU are sent in fragments.

#include "data/defragmenter.h"
#include "data/network.h"
#include "data/packet.h"
#include "scenario/scenario.h"

namespace mbnrig::data {

class Responder {
 public:
  Responder(const mbim::IpConfigurationInfo& ip, scenario::NameTable names);

  /// A datagram from the host with any content. The answers go to `send` during the call.
  void Receive(ByteView datagram, const Send& send);

 private:
  void Handle(const Header& header, ByteView payload, ByteView datagram, const Send& send);
  void HandleIcmp(const Header& header, ByteView payload, const Send& send);
  void HandleIcmpV6(const Header& header, ByteView payload, const Send& send);
  void HandleUdp(const Header& header, ByteView payload, ByteView datagram, const Send& send);
  void Echo(const Header& header, ByteView payload, std::uint8_t reply_type, const Send& send);
  void Advertise(const Header& solicitation, const Send& send);
  void AdvertiseNeighbour(const Header& solicitation, ByteView payload, const Send& send);
  void RefusePort(const Header& header, ByteView datagram, const Send& send);
  void SendUdp(const Header& query, std::uint16_t from, std::uint16_t to, ByteView data,
               const Send& send);
  void Finish(Bytes packet, Header header, const Send& send);
  std::optional<Header> ReplyHeader(const Header& header) const;
  bool IsNameServer(const Header& header) const;
  std::size_t Mtu(bool v6) const;

  const mbim::IpConfigurationInfo ip_;
  const scenario::NameTable names_;
  Defragmenter defragmenter_;
  std::uint32_t last_id_ = 0;
};

}  // namespace mbnrig::data
