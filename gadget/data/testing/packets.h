#pragma once

/// Shared by the tests of this folder: packets as text, and packets that the responder did not
/// build.

#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "data/defragmenter.h"
#include "data/packet.h"

namespace mbnrig::data::testing {

/// Parses hexadecimal digits.
inline Bytes Unhex(std::string_view text) {
  Bytes bytes;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
    const std::string digits(text.substr(i, 2));
    bytes.push_back(static_cast<std::uint8_t>(std::strtoul(digits.c_str(), nullptr, 16)));
  }
  return bytes;
}

inline constexpr Address kHost4{192, 0, 2, 10}, kGateway4{192, 0, 2, 1};
inline constexpr Address kHost6{0x20, 1, 0xd, 0xb8, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10};
inline constexpr Address kGateway6{0x20, 1, 0xd, 0xb8, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};

/// An echo request of the host. Fragmented if it is longer than `mtu`.
inline std::vector<Bytes> EchoRequestTo(const Address& to, bool v6, std::size_t data,
                                        std::size_t mtu = 1500) {
  const Header header{v6, v6 ? kHost6 : kHost4, to, v6 ? kIcmpV6 : kIcmp, 64};
  Bytes packet = MakePacket(v6, 8 + data);
  const auto icmp = PayloadOf(packet, v6);
  icmp[0] = v6 ? 128 : 8;
  Put16(icmp, 4, 0x1234);
  for (std::size_t i = 0; i < data; ++i)
    icmp[8 + i] = static_cast<std::uint8_t>(i * 7);
  Checksum sum;
  if (v6) sum.AddPseudoHeader(header, icmp.size());
  Put16(icmp, 2, sum.Add(icmp).Value());
  std::vector<Bytes> packets;
  SendPacket(std::move(packet), header, mtu, 77,
             [&](ByteView piece) { packets.emplace_back(piece.begin(), piece.end()); });
  return packets;
}
inline std::vector<Bytes> EchoRequest(bool v6, std::size_t data, std::size_t mtu = 1500) {
  return EchoRequestTo(v6 ? kGateway6 : kGateway4, v6, data, mtu);
}

}  // namespace mbnrig::data::testing
