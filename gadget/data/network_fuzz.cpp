/// A hostile host on the network behind the modem. It sends arbitrary datagrams, with and without
/// correct checksums, and fragments that are missing, doubled or out of order. Checks that answers
/// are packets that fit the access point's MTU, and that their amount is bounded by that of the
/// requests.

#include <algorithm>
#include <array>

#include "data/dns.h"
#include "data/responder.h"
#include "mbim/testing/fuzz_recording.h"

namespace mbnrig::fuzz {
namespace {

using data::Address;
using data::Header;

enum Step : std::uint8_t {
  kDatagram,  ///< a chunk as it is
  kPacket,    ///< a packet of PacketOf, not fragmented
  kPieces,    ///< a byte: the fragment size in units of 8; a byte: order and repetitions; PacketOf
  kDns        ///< a chunk: a message to a name server
};
constexpr std::uint8_t kStepRange = 8;

constexpr std::size_t kPlainMtu = 65535, kDefaultMtu = 1500;
/// Limits for answers: for each datagram kPerDatagram bytes more than it has (a DNS answer, a
/// router advertisement, headers), and for each byte of it kPerByte bytes.
constexpr std::size_t kPerDatagram = 1500, kPerByte = 2;

const std::array<Address, 4>& Addresses(bool v6) {
  static const std::array<Address, 4> v4{
      Address{192, 0, 2, 10}, {192, 0, 2, 1}, {192, 0, 2, 53}, {255, 255, 255, 255}};
  static const std::array<Address, 4> of_v6{
      Address{0x20, 1, 0xd, 0xb8, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10},
      {0x20, 1, 0xd, 0xb8, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1},
      {0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x53},
      {0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2}};
  return v6 ? of_v6 : v4;
}

/// The offset of the checksum in the payload of these protocols.
std::optional<std::size_t> ChecksumAt(std::uint8_t protocol) {
  switch (protocol) {
    case data::kIcmp:
    case data::kIcmpV6:
      return 2;
    case data::kUdp:
      return 6;
    default:
      return std::nullopt;
  }
}

class Host {
 public:
  void Do(Input& input) {
    switch (input.Byte() % kStepRange) {
      case kDatagram:
        Send(input.Chunk());
        break;
      case kPacket:
        for (const Bytes& packet : PacketOf(input, kPlainMtu)) {
          Send(packet);
        }
        break;
      case kPieces: {
        const std::size_t mtu = 68 + 8u * input.Byte();
        const std::uint8_t twice = input.Byte();
        std::vector<Bytes> pieces = PacketOf(input, mtu);
        for (std::size_t i = 0; i < pieces.size(); ++i) {
          const unsigned what = twice >> (2 * i % 8) & 3;
          if (what == 0) Send(pieces[i]);
          if (what == 1) Send(pieces[pieces.size() - 1 - i]);
          if (what == 2) Send(pieces[i]), Send(pieces[i]);
        }
        break;
      }
      case kDns: {
        const ByteView question = input.Chunk();
        const auto answer = data::AnswerDns(question, names_);
        Require(!answer || answer->size() <= kPerByte * question.size() + kPerDatagram,
                "a DNS answer is not much longer than its question");
        break;
      }
      default:
        break;
    }
  }

 private:
  /// A byte: version, whether the checksum is correct, source, destination. A byte: protocol. A
  /// byte: the hop limit. A chunk: the payload. Fragmented if the packet is longer than `mtu`.
  std::vector<Bytes> PacketOf(Input& input, std::size_t mtu) {
    const std::uint8_t byte = input.Byte();
    const bool v6 = (byte & 1) != 0;
    const Header header{v6, Addresses(v6)[byte >> 2 & 3], Addresses(v6)[byte >> 4 & 3],
                        input.Byte(), input.Byte()};
    const ByteView payload = input.Chunk();
    Bytes packet = data::MakePacket(v6, payload.size());
    const auto content = data::PayloadOf(packet, v6);
    std::ranges::copy(payload, content.begin());
    const auto at = ChecksumAt(header.protocol);
    if ((byte & 2) != 0 && at && content.size() >= *at + 2) {
      data::Put16(content, *at, 0);
      data::Checksum sum;
      if (header.protocol != data::kIcmp) sum.AddPseudoHeader(header, content.size());
      data::Put16(content, *at, sum.Add(content).Value());
    }
    std::vector<Bytes> packets;
    data::SendPacket(std::move(packet), header, std::max<std::size_t>(mtu, v6 ? 1280 : 68), ++id_,
                     [&](ByteView piece) { packets.emplace_back(piece.begin(), piece.end()); });
    return packets;
  }

  void Send(ByteView datagram) {
    allowed_ += kPerByte * datagram.size() + kPerDatagram;
    // A copy of exactly this size, so that the sanitizers detect a read beyond the end.
    const std::vector<std::uint8_t> copy(datagram.begin(), datagram.end());
    responder_.Receive(copy, [this](ByteView answer) {
      const auto packet = data::ParsePacket(answer);
      Require(packet.has_value(), "an answer is a packet");
      Require(answer.size() <= Mtu(packet->header.v6), "an answer fits into the MTU");
      answered_ += answer.size();
    });
    Require(answered_ <= allowed_, "the answers are not much longer than the requests");
  }

  std::size_t Mtu(bool v6) const {
    const std::uint32_t mtu = v6 ? apn_.ip.ipv6_mtu : apn_.ip.ipv4_mtu;
    return mtu != 0 ? mtu : kDefaultMtu;
  }

  const scenario::Apn apn_ = scenario::DefaultApns()[0];
  const scenario::NameTable names_ = scenario::DefaultNames();
  data::Responder responder_{apn_.ip, names_};
  std::size_t allowed_ = 0, answered_ = 0;
  std::uint32_t id_ = 0;
};

// --- seeds ---------------------------------------------------------------------------------------

constexpr std::uint8_t kV6 = 1, kRight = 2, kToGateway = 1 << 4, kToNameServer = 2 << 4,
                       kToAll = 3 << 4;
constexpr std::uint8_t kDiscoveryHops = 255;

Output& Add(Output& output, std::uint8_t how, std::uint8_t protocol, ByteView payload,
            std::uint8_t hop_limit = 64) {
  return output.Byte(how | kRight).Byte(protocol).Byte(hop_limit).Chunk(payload);
}
Bytes Udp(std::uint16_t port, ByteView data) {
  Bytes bytes(8);
  data::Put16(bytes, 0, 40'000);
  data::Put16(bytes, 2, port);
  data::Put16(bytes, 4, static_cast<std::uint16_t>(8 + data.size()));
  bytes.insert(bytes.end(), data.begin(), data.end());
  return bytes;
}
/// An echo request of ICMP or ICMPv6.
Bytes Echo(std::uint8_t type, std::size_t size) {
  Bytes bytes(8 + size, 0x55);
  std::fill_n(bytes.begin(), 8, std::uint8_t{0});
  bytes[0] = type;
  return bytes;
}

}  // namespace

std::vector<std::pair<std::string, Bytes>> Seeds() {
  std::vector<std::pair<std::string, Bytes>> seeds;
  const Bytes question{0xab, 0xcd, 1,   0, 0,   1,   0,   0,   0, 0, 0, 0, 4, 'H',
                       'O',  'S',  'T', 4, 't', 'e', 's', 't', 0, 0, 1, 0, 1};
  for (const std::uint8_t v6 : {std::uint8_t{0}, kV6}) {
    const std::string name = v6 ? "-v6" : "-v4";
    const std::uint8_t icmp = v6 ? data::kIcmpV6 : data::kIcmp, echo = v6 ? 128 : 8;
    Output all;
    Add(all.Byte(kPacket), v6 | kToGateway, icmp, Echo(echo, 40));
    Add(all.Byte(kPacket), v6 | kToNameServer, data::kUdp, Udp(53, question));
    Add(all.Byte(kPacket), v6 | kToGateway, data::kUdp, Udp(7, Bytes(20)));
    Add(all.Byte(kPacket), v6 | kToGateway, data::kUdp, Udp(9, Bytes(20)));
    seeds.emplace_back("requests" + name, all.bytes());
    for (const std::uint8_t twice : {0, 0x1b, 0xaa, 0x55}) {
      Output pieces;
      Add(pieces.Byte(kPieces).Byte(20).Byte(twice), v6 | kToGateway, icmp, Echo(echo, 3000));
      seeds.emplace_back("pieces-" + std::to_string(twice) + name, pieces.bytes());
    }
  }
  Output discovery;
  Add(discovery.Byte(kPacket), kV6 | kToAll, data::kIcmpV6, Bytes{133, 0, 0, 0, 0, 0, 0, 0},
      kDiscoveryHops);
  Bytes solicitation(24);
  solicitation[0] = 135;
  std::ranges::copy(Addresses(true)[1], solicitation.begin() + 8);
  Add(discovery.Byte(kPacket), kV6 | kToAll, data::kIcmpV6, solicitation, kDiscoveryHops);
  seeds.emplace_back("discovery", discovery.bytes());
  seeds.emplace_back("dns", Output().Byte(kDns).Chunk(question).bytes());
  return seeds;
}

std::vector<Bytes> SeedsOf(const Recording& recording) {
  SeedCutter seeds({});
  for (const Transfer& transfer : recording) {
    if (transfer.pipe != Transfer::Pipe::kBulk || transfer.in) continue;
    for (const mbim::Datagram& datagram : DatagramsOf(transfer.data)) {
      if (datagram.ip) seeds.Add(Output().Byte(kDatagram).Chunk(datagram.bytes));
    }
  }
  return seeds.Finish();
}

}  // namespace mbnrig::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace mbnrig::fuzz;
  Input input(data, size);
  Host host;
  while (!input.empty()) {
    host.Do(input);
  }
  return 0;
}
