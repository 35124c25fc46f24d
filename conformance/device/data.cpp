#include "device/data.h"

#include <algorithm>
#include <set>

#include "ip/checksum.h"

namespace mbnrig::device {
namespace {

using Clock = std::chrono::steady_clock;

// IPv4 and ICMP (RFC 791, RFC 792).
constexpr std::size_t kIpHeader = 20;
constexpr std::size_t kIcmpHeader = 8;
constexpr std::uint8_t kIcmp = 1;
constexpr std::uint8_t kEchoReply = 0;
constexpr std::uint8_t kEchoRequest = 8;
constexpr std::uint8_t kTimeToLive = 64;
constexpr std::uint16_t kIdentifier = 0x6d62;

/// Addresses for documentation (RFC 5737), for a network that sends everything back.
constexpr mbim::Ipv4Address kHere{{192, 0, 2, 10}}, kThere{{192, 0, 2, 1}};

constexpr std::size_t kMostNdps = 512;

void Put16(Bytes& bytes, std::size_t at, std::uint32_t value) {
  bytes[at] = static_cast<std::uint8_t>(value >> 8);
  bytes[at + 1] = static_cast<std::uint8_t>(value);
}

/// Reads little-endian numbers of a transfer. Throws Missing beyond its end.
class Numbers {
 public:
  explicit Numbers(ByteView bytes) : bytes_(bytes) {}
  std::uint32_t At(std::size_t at, std::size_t size) const {
    if (at > bytes_.size() || size > bytes_.size() - at) {
      throw Missing("an NTB of " + std::to_string(bytes_.size()) + " bytes has no field at " +
                    std::to_string(at));
    }
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < size; ++i)
      value |= static_cast<std::uint32_t>(bytes_[at + i]) << (8 * i);
    return value;
  }

 private:
  ByteView bytes_;
};

RawNtb::Ndp ReadNdp(const Numbers& numbers, std::size_t at, bool wide) {
  RawNtb::Ndp ndp;
  ndp.signature = numbers.At(at, 4);
  ndp.length = static_cast<std::uint16_t>(numbers.At(at + 4, 2));
  ndp.next = wide ? numbers.At(at + 8, 4) : numbers.At(at + 6, 2);
  const std::size_t head = wide ? 16 : 8;
  const std::size_t field = wide ? 4 : 2;
  for (std::size_t entry = head; entry + 2 * field <= ndp.length; entry += 2 * field) {
    ndp.entries.push_back({numbers.At(at + entry, field), numbers.At(at + entry + field, field)});
  }
  return ndp;
}

}  // namespace

std::vector<Bytes> RawNtb::Datagrams(std::uint8_t session) const {
  std::vector<Bytes> datagrams;
  for (const Ndp& ndp : ndps) {
    const std::uint32_t kind = ndp.signature & 0x00ffffff;
    if (ndp.session() != session || (kind != kIps16 && kind != kIps32)) continue;
    for (const Entry& entry : ndp.entries) {
      if (entry.index == 0 || entry.length == 0) break;
      if (entry.index > bytes.size() || entry.length > bytes.size() - entry.index) continue;
      const auto begin = bytes.begin() + entry.index;
      datagrams.emplace_back(begin, begin + entry.length);
    }
  }
  return datagrams;
}

RawNtb ReadNtb(Bytes transfer, mbim::NtbFormat format) {
  const bool wide = format == mbim::NtbFormat::kNtb32;
  RawNtb ntb;
  ntb.bytes = std::move(transfer);
  const Numbers numbers(ntb.bytes);
  ntb.signature = numbers.At(0, 4);
  ntb.header_length = static_cast<std::uint16_t>(numbers.At(4, 2));
  ntb.sequence = static_cast<std::uint16_t>(numbers.At(6, 2));
  ntb.block_length = wide ? numbers.At(8, 4) : numbers.At(8, 2);
  ntb.ndp_index = wide ? numbers.At(12, 4) : numbers.At(10, 2);
  std::set<std::uint32_t> seen;
  for (std::uint32_t at = ntb.ndp_index; at != 0 && ntb.ndps.size() < kMostNdps;
       at = ntb.ndps.back().next) {
    if (!seen.insert(at).second) throw Missing("the NDPs of an NTB form a loop");
    ntb.ndps.push_back(ReadNdp(numbers, at, wide));
  }
  return ntb;
}

Bytes EchoRequest(mbim::Ipv4Address from, mbim::Ipv4Address to, std::uint16_t number,
                  std::size_t payload) {
  Bytes packet(kIpHeader + kIcmpHeader + payload);
  packet[0] = 0x45;
  Put16(packet, 2, static_cast<std::uint32_t>(packet.size()));
  Put16(packet, 4, number);
  packet[8] = kTimeToLive;
  packet[9] = kIcmp;
  std::ranges::copy(from.octets, packet.begin() + 12);
  std::ranges::copy(to.octets, packet.begin() + 16);
  Put16(packet, 10, ip::Checksum().Add(ByteView(packet).first(kIpHeader)).Value());
  packet[kIpHeader] = kEchoRequest;
  Put16(packet, kIpHeader + 4, kIdentifier);
  Put16(packet, kIpHeader + 6, number);
  for (std::size_t i = 0; i < payload; ++i)
    packet[kIpHeader + kIcmpHeader + i] = static_cast<std::uint8_t>(i * 7 + number * 31 + i / 251);
  Put16(packet, kIpHeader + 2, ip::Checksum().Add(ByteView(packet).subspan(kIpHeader)).Value());
  return packet;
}

DataPath::DataPath(Modem& modem, const Network& network) : modem_(modem), network_(network) {
  writer_.Reset(modem.ntb_parameters().OutLimits(modem.format()), modem.format(), 0,
                modem.function().bulk_out.packet_size());
}

void DataPath::Use(std::uint8_t session) {
  addresses_[session] = network_.ping ? AddressOf(modem_, session) : kHere;
}

Bytes DataPath::Datagram(std::uint8_t session, std::size_t payload) {
  return EchoRequest(addresses_.at(session), network_.ping.value_or(kThere), ++number_, payload);
}

Bytes DataPath::Pack(const std::vector<SessionDatagram>& datagrams) {
  for (const SessionDatagram& datagram : datagrams) {
    if (!writer_.Add(datagram.session, true, datagram.bytes)) {
      throw NotApplicable("the modem does not accept an NTB with " +
                          std::to_string(datagrams.size()) + " such datagrams");
    }
  }
  const ByteView block = writer_.Finish();
  return {block.begin(), block.end()};
}

void DataPath::Send(ByteView transfer) {
  const UsbStatus status =
      modem_.usb().Out(modem_.function().bulk_out.address, transfer, modem_.times().data);
  if (status != UsbStatus::kOk) {
    throw Missing("writing an NTB ended with " + std::string(UsbStatusName(status)));
  }
}

std::optional<RawNtb> DataPath::Receive(milliseconds timeout) {
  const auto deadline = Clock::now() + timeout;
  while (true) {
    const auto left = std::chrono::ceil<milliseconds>(deadline - Clock::now());
    auto reply =
        modem_.usb().In(modem_.function().bulk_in.address, modem_.ntb_parameters().in_max_size,
                        std::max(left, milliseconds(0)));
    if (!reply) return std::nullopt;
    if (!reply->ok()) {
      throw Missing("reading an NTB ended with " + std::string(UsbStatusName(reply->status)));
    }
    // An empty transfer only ends a transfer whose last packet was full.
    if (!reply->data.empty()) return ReadNtb(std::move(reply->data), modem_.format());
  }
}

/// Whether the network has sent the datagram back or a host has answered it. A reply has the
/// request's identifier, number and payload.
bool DataPath::IsAnswer(ByteView sent, ByteView received) const {
  if (!network_.ping) return std::ranges::equal(sent, received);
  if (received.size() != sent.size() || received[0] != 0x45 || received[9] != kIcmp) return false;
  return received[kIpHeader] == kEchoReply &&
         std::ranges::equal(sent.subspan(kIpHeader + 4), received.subspan(kIpHeader + 4));
}

std::vector<RawNtb> DataPath::Exchange(const std::vector<SessionDatagram>& datagrams) {
  std::vector<SessionDatagram> due = datagrams;
  Send(Pack(datagrams));
  std::vector<RawNtb> blocks;
  const auto deadline = Clock::now() + modem_.times().data;
  while (!due.empty()) {
    auto block = Receive(std::chrono::ceil<milliseconds>(deadline - Clock::now()));
    if (!block) {
      throw Missing(std::to_string(due.size()) + " of " + std::to_string(datagrams.size()) +
                    " datagrams did not come back within " +
                    std::to_string(modem_.times().data.count()) + " ms");
    }
    for (const auto& [session, address] : addresses_) {
      for (const Bytes& datagram : block->Datagrams(session)) {
        const auto sent = std::ranges::find_if(
            due, [&](const SessionDatagram& other) { return IsAnswer(other.bytes, datagram); });
        if (sent == due.end()) continue;
        if (sent->session != session) ++strayed_;
        due.erase(sent);
      }
    }
    blocks.push_back(*std::move(block));
  }
  return blocks;
}

}  // namespace mbnrig::device
