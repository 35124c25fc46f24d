#include "ip/tun_frames.h"

#include <linux/if_tun.h>

#include <algorithm>
#include <cstring>
#include <optional>

#include "ip/checksum.h"

namespace mbnrig::ip {
namespace {

constexpr std::size_t kV4Header = 20;  // datagrams with options are left unchanged
constexpr std::size_t kV6Header = 40;
constexpr std::size_t kTcpHeader = 20;
constexpr std::size_t kTcpChecksum = 16;  ///< offset of the checksum in the TCP header
constexpr std::size_t kTcpFlags = 13;
constexpr std::size_t kLongestPacket = 65535;
constexpr std::uint8_t kTcp = 6;
constexpr std::uint8_t kFin = 0x01, kPsh = 0x08, kAck = 0x10;

std::uint16_t Get16(ByteView bytes, std::size_t at) {
  return static_cast<std::uint16_t>(bytes[at] << 8 | bytes[at + 1]);
}
std::uint32_t Get32(ByteView bytes, std::size_t at) {
  return static_cast<std::uint32_t>(Get16(bytes, at)) << 16 | Get16(bytes, at + 2);
}
void Put16(std::uint8_t* to, std::size_t value) {
  to[0] = static_cast<std::uint8_t>(value >> 8);
  to[1] = static_cast<std::uint8_t>(value);
}
void Put32(std::uint8_t* to, std::uint32_t value) {
  Put16(to, value >> 16);
  Put16(to + 2, value & 0xffff);
}

/// The pseudo-header (RFC 9293, section 3.1; RFC 8200, section 8.1) of a TCP segment of `length`
/// bytes.
Checksum PseudoHeader(ByteView packet, std::size_t ip_header, std::size_t length) {
  const ByteView addresses = ip_header == kV6Header ? packet.subspan(8, 32) : packet.subspan(12, 8);
  return Checksum().Add(addresses).Add16(kTcp).Add16(length);
}

/// Writes the length of the packet into its IP header, and computes an IPv4 header's checksum.
void PutLength(std::span<std::uint8_t> packet, bool v6) {
  if (v6) {
    Put16(&packet[4], packet.size() - kV6Header);
    return;
  }
  const std::size_t header = std::size_t{4} * (packet[0] & 0x0f);
  Put16(&packet[2], packet.size());
  Put16(&packet[10], 0);
  Put16(&packet[10], Checksum().Add(packet.first(header)).Value());
}

/// Length of the IP header in bytes, if the packet is not a fragment and TCP follows the header
/// directly. Otherwise 0.
std::size_t PlainIpHeader(ByteView packet) {
  if (packet.size() >= kV4Header && packet[0] == 0x45) {
    const bool fragment = (Get16(packet, 6) & 0x3fff) != 0;
    return packet[9] == kTcp && !fragment ? kV4Header : 0;
  }
  if (packet.size() >= kV6Header && packet[0] >> 4 == 6) {
    return packet[6] == kTcp ? kV6Header : 0;
  }
  return 0;
}

/// The TCP header begins at `tcp_at`, after options or extension headers if there are any.
void SplitTcp(std::span<std::uint8_t> packet, bool v6, std::size_t tcp_at, std::size_t payload,
              const std::function<void(ByteView)>& sink) {
  const std::size_t least = v6 ? kV6Header : kV4Header;
  if (tcp_at < least || packet.size() < tcp_at + kTcpHeader || payload == 0) return;
  if (!v6 && tcp_at != std::size_t{4} * (packet[0] & 0x0f)) return;
  const std::size_t headers = tcp_at + std::size_t{4} * (packet[tcp_at + 12] >> 4);
  if (headers < tcp_at + kTcpHeader || headers > packet.size()) return;
  const std::uint8_t flags = packet[tcp_at + kTcpFlags];
  std::uint32_t sequence = Get32(packet, tcp_at + 4);
  auto id = static_cast<std::uint16_t>(v6 ? 0 : Get16(packet, 4));
  // The kernel has left the sum of the whole packet's pseudo-header in the checksum field. The
  // destination in it is the final one, even if a routing header holds that (RFC 8200, section
  // 8.1). Everything except the length applies to each segment.
  const Checksum pseudo =
      Checksum().Add(packet.subspan(tcp_at + kTcpChecksum, 2)).Subtract16(packet.size() - tcp_at);
  // Each segment's headers are written before its payload, over the previous segment.
  const Bytes saved(packet.begin(), packet.begin() + static_cast<std::ptrdiff_t>(headers));
  for (std::size_t at = headers; at < packet.size(); at += payload) {
    const std::size_t size = std::min(payload, packet.size() - at);
    const auto segment = packet.subspan(at - headers, headers + size);
    const bool last = at + size == packet.size();
    std::memcpy(segment.data(), saved.data(), headers);
    if (!v6) Put16(&segment[4], id++);
    PutLength(segment, v6);
    std::uint8_t* const tcp = &segment[tcp_at];
    Put32(tcp + 4, sequence);
    sequence += static_cast<std::uint32_t>(size);
    tcp[kTcpFlags] = last ? flags : static_cast<std::uint8_t>(flags & ~(kFin | kPsh));
    Put16(tcp + kTcpChecksum, 0);
    const ByteView summed = segment.subspan(tcp_at);
    Put16(tcp + kTcpChecksum, Checksum(pseudo).Add16(summed.size()).Add(summed).Value());
    sink(segment);
  }
}

}  // namespace

const unsigned kTunOffloads = TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6;

void SplitFrame(std::span<std::uint8_t> frame, const std::function<void(ByteView)>& sink) {
  if (frame.size() <= kVnetHeader) return;
  VnetHeader header;
  std::memcpy(&header, frame.data(), sizeof header);
  const auto packet = frame.subspan(kVnetHeader);
  if (header.gso_type == VnetHeader::kTcpV4 || header.gso_type == VnetHeader::kTcpV6) {
    const bool v6 = header.gso_type == VnetHeader::kTcpV6;
    SplitTcp(packet, v6, header.csum_start, header.gso_size, sink);
    return;
  }
  if (header.gso_type != VnetHeader::kNone) return;
  if ((header.flags & VnetHeader::kNeedsChecksum) != 0) {
    const std::size_t at = std::size_t{header.csum_start} + header.csum_offset;
    if (header.csum_start >= packet.size() || at + 2 > packet.size()) return;
    // The field already holds the sum of the pseudo-header.
    std::uint16_t sum = Checksum().Add(packet.subspan(header.csum_start)).Value();
    if (sum == 0) sum = 0xffff;  // 0 means "no checksum" in UDP; elsewhere it is equivalent
    Put16(&packet[at], sum);
  }
  sink(packet);
}

// --- FrameJoiner --------------------------------------------------------------------------------

/// A TCP segment that may be joined with others.
struct FrameJoiner::Segment {
  std::size_t ip_header = 0, headers = 0, payload = 0;
  std::uint32_t sequence = 0;
  bool push = false;

  static std::optional<Segment> Of(ByteView datagram) {
    Segment segment;
    segment.ip_header = PlainIpHeader(datagram);
    if (segment.ip_header == 0 || datagram.size() < segment.ip_header + kTcpHeader) return {};
    const std::size_t length = segment.ip_header == kV4Header
                                   ? Get16(datagram, 2)
                                   : kV6Header + std::size_t{Get16(datagram, 4)};
    if (length != datagram.size() || length > kLongestPacket) return {};
    const ByteView tcp = datagram.subspan(segment.ip_header);
    segment.headers = segment.ip_header + std::size_t{4} * (tcp[12] >> 4);
    if (segment.headers < segment.ip_header + kTcpHeader || segment.headers >= length) return {};
    if ((tcp[kTcpFlags] & ~kPsh) != kAck) return {};
    // The receiver of a joined segment does not check it any more.
    if (segment.ip_header == kV4Header && Checksum().Add(datagram.first(kV4Header)).Value() != 0)
      return {};
    if (PseudoHeader(datagram, segment.ip_header, tcp.size()).Add(tcp).Value() != 0) return {};
    segment.payload = length - segment.headers;
    segment.sequence = Get32(tcp, 4);
    segment.push = (tcp[kTcpFlags] & kPsh) != 0;
    return segment;
  }
};

FrameJoiner::FrameJoiner(std::function<void(ByteView)> write)
    : write_(std::move(write)), frame_(kLongestFrame) {}

/// Everything in a segment's headers must equal the waiting segment's, except for sequence numbers
/// and checksums.
bool FrameJoiner::Follows(const Segment& segment, ByteView datagram) const {
  if (size_ == 0 || ended_ || segment.ip_header != ip_header_ || segment.headers != headers_ ||
      segment.sequence != next_ || segment.payload > first_ ||
      size_ + segment.payload > kLongestPacket) {
    return false;
  }
  const ByteView waiting = ByteView(frame_).subspan(kVnetHeader);
  const auto same = [&](std::size_t from, std::size_t to) {
    return std::memcmp(&waiting[from], &datagram[from], to - from) == 0;
  };
  const bool same_ip = ip_header_ == kV4Header ? same(0, 2) && same(6, 10) && same(12, kV4Header)
                                               : same(0, 4) && same(6, kV6Header);
  const std::size_t tcp = ip_header_;
  return same_ip && same(tcp, tcp + 4) && same(tcp + 8, tcp + 13) &&
         same(tcp + 14, tcp + kTcpChecksum) && same(tcp + 18, headers_);
}

void FrameJoiner::Begin(const Segment& segment, ByteView datagram) {
  std::memcpy(&frame_[kVnetHeader], datagram.data(), datagram.size());
  size_ = datagram.size();
  ip_header_ = segment.ip_header;
  headers_ = segment.headers;
  first_ = segment.payload;
  segments_ = 1;
  next_ = segment.sequence + static_cast<std::uint32_t>(segment.payload);
  ended_ = segment.push;
}

void FrameJoiner::Append(const Segment& segment, ByteView datagram) {
  std::memcpy(&frame_[kVnetHeader + size_], datagram.data() + headers_, segment.payload);
  size_ += segment.payload;
  ++segments_;
  next_ += static_cast<std::uint32_t>(segment.payload);
  ended_ = segment.push || segment.payload < first_;
  if (segment.push) frame_[kVnetHeader + ip_header_ + kTcpFlags] |= kPsh;
}

void FrameJoiner::Add(ByteView datagram) {
  const auto segment = Segment::Of(datagram);
  if (segment && Follows(*segment, datagram)) return Append(*segment, datagram);
  Flush();
  segment ? Begin(*segment, datagram) : WriteAlone(datagram);
}

void FrameJoiner::WriteAlone(ByteView datagram) {
  if (datagram.size() > kLongestPacket) return;
  std::memset(frame_.data(), 0, kVnetHeader);
  std::memcpy(&frame_[kVnetHeader], datagram.data(), datagram.size());
  write_(ByteView(frame_).first(kVnetHeader + datagram.size()));
}

void FrameJoiner::Flush() {
  if (size_ == 0) return;
  VnetHeader header;
  if (segments_ > 1) {
    header.flags = VnetHeader::kNeedsChecksum;
    header.gso_type = ip_header_ == kV4Header ? VnetHeader::kTcpV4 : VnetHeader::kTcpV6;
    header.gso_size = static_cast<std::uint16_t>(first_);
    header.hdr_len = static_cast<std::uint16_t>(headers_);
    header.csum_start = static_cast<std::uint16_t>(ip_header_);
    header.csum_offset = kTcpChecksum;
    const auto packet = std::span(frame_).subspan(kVnetHeader, size_);
    PutLength(packet, ip_header_ == kV6Header);
    // The sum, not its complement: the kernel goes on with it.
    Put16(
        &packet[ip_header_ + kTcpChecksum],
        static_cast<std::uint16_t>(~PseudoHeader(packet, ip_header_, size_ - ip_header_).Value()));
  }
  std::memcpy(frame_.data(), &header, sizeof header);
  write_(ByteView(frame_).first(kVnetHeader + size_));
  size_ = 0;
}

}  // namespace mbnrig::ip
