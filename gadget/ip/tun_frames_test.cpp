#include "ip/tun_frames.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <vector>

namespace mbnrig::ip {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr std::size_t kPayload = 1448;

void Put16(Bytes& bytes, std::size_t at, std::size_t value) {
  bytes[at] = static_cast<std::uint8_t>(value >> 8);
  bytes[at + 1] = static_cast<std::uint8_t>(value);
}

/// Like RFC 1071 describes it: 16-bit numbers, big-endian.
std::uint32_t Add(std::uint32_t sum, ByteView bytes) {
  for (std::size_t i = 0; i < bytes.size(); ++i)
    sum += i % 2 == 0 ? bytes[i] << 8 : bytes[i];
  while (sum > 0xffff)
    sum = (sum & 0xffff) + (sum >> 16);
  return sum;
}

struct Tcp {
  bool v6 = false;
  std::uint32_t sequence = 0xfffff000;  // wraps around
  std::size_t payload = kPayload;
  std::uint8_t flags = 0x10;
  std::uint16_t window = 500, id = 7;
  bool options = false;  ///< 8 bytes: a timestamp in IPv4, destination options in IPv6

  std::size_t ip_header() const { return (v6 ? 40 : 20) + (options ? 8 : 0); }
  /// With a timestamp option. If `checksum` is false, the checksum field holds what the kernel
  /// leaves there: the sum of the pseudo-header.
  Bytes Packet(bool checksum = true) const {
    const std::size_t headers = ip_header() + 32;
    Bytes packet(headers + payload);
    if (v6) {
      packet[0] = 0x60;
      Put16(packet, 4, packet.size() - 40);
      packet[6] = options ? 60 : 6;
      packet[7] = 64;
      if (options) std::memcpy(&packet[40], "\x06\x00\x01\x04\x00\x00\x00\x00", 8);
    } else {
      packet[0] = options ? 0x47 : 0x45;
      Put16(packet, 2, packet.size());
      Put16(packet, 4, id);
      packet[8] = 64;
      packet[9] = 6;
      std::memcpy(&packet[12], "\xc0\x00\x02\x0a\xc0\x00\x02\x01", 8);
      if (options) std::memcpy(&packet[20], "\x44\x08\x05\x00\x00\x00\x00\x00", 8);
      Put16(packet, 10, 0xffff - Add(0, ByteView(packet).first(ip_header())));
    }
    const std::size_t tcp = ip_header();
    Put16(packet, tcp, 4000);
    Put16(packet, tcp + 2, 5201);
    Put16(packet, tcp + 4, sequence >> 16);
    Put16(packet, tcp + 6, sequence & 0xffff);
    packet[tcp + 12] = 8 << 4;
    packet[tcp + 13] = flags;
    Put16(packet, tcp + 14, window);
    std::memcpy(&packet[tcp + 20], "\x01\x01\x08\x0a\x00\x00\x00\x01\x00\x00\x00\x02", 12);
    for (std::size_t i = 0; i < payload; ++i)
      packet[headers + i] = static_cast<std::uint8_t>(sequence + i);
    Put16(packet, tcp + 16, checksum ? 0xffff - Sum(packet) : PseudoHeader(packet));
    return packet;
  }
  std::uint32_t PseudoHeader(const Bytes& packet) const {
    const ByteView addresses =
        v6 ? ByteView(packet).subspan(8, 32) : ByteView(packet).subspan(12, 8);
    return Add(static_cast<std::uint32_t>(6 + packet.size() - ip_header()), addresses);
  }
  /// 0xffff if the checksum is correct.
  std::uint32_t Sum(const Bytes& packet) const {
    return Add(PseudoHeader(packet), ByteView(packet).subspan(ip_header()));
  }
  /// The header that the kernel gives a packet of several segments.
  VnetHeader Header() const {
    VnetHeader header;
    header.flags = VnetHeader::kNeedsChecksum;
    header.gso_type = v6 ? VnetHeader::kTcpV6 : VnetHeader::kTcpV4;
    header.gso_size = kPayload;
    header.csum_start = static_cast<std::uint16_t>(ip_header());
    header.csum_offset = 16;
    return header;
  }
};

std::vector<Bytes> Split(Bytes frame) {
  std::vector<Bytes> datagrams;
  SplitFrame(frame,
             [&](ByteView datagram) { datagrams.emplace_back(datagram.begin(), datagram.end()); });
  return datagrams;
}

Bytes Frame(const VnetHeader& header, const Bytes& packet) {
  Bytes frame(kVnetHeader + packet.size());
  std::memcpy(frame.data(), &header, sizeof header);
  std::ranges::copy(packet, frame.begin() + kVnetHeader);
  return frame;
}

VnetHeader HeaderOf(const Bytes& frame) {
  VnetHeader header;
  std::memcpy(&header, frame.data(), sizeof header);
  return header;
}

class TunFrames : public ::testing::TestWithParam<bool> {
 protected:
  /// Three consecutive segments; the last one is shorter.
  std::vector<Bytes> Segments() const {
    std::vector<Bytes> segments;
    Tcp tcp{.v6 = GetParam()};
    for (int i = 0; i < 3; ++i) {
      if (i == 2) tcp.payload = 100, tcp.flags = 0x18;
      segments.push_back(tcp.Packet());
      tcp.sequence += static_cast<std::uint32_t>(tcp.payload);
      ++tcp.id;
    }
    return segments;
  }
  void Join(const std::vector<Bytes>& datagrams) {
    for (const auto& datagram : datagrams)
      joiner_.Add(datagram);
    joiner_.Flush();
  }

  std::vector<Bytes> frames_;
  FrameJoiner joiner_{[this](ByteView frame) { frames_.emplace_back(frame.begin(), frame.end()); }};
};

TEST_P(TunFrames, JoinedSegmentsAreSplitUnchanged) {
  const auto segments = Segments();
  Join(segments);
  ASSERT_THAT(frames_, SizeIs(1));
  const auto header = HeaderOf(frames_[0]);
  EXPECT_EQ(header.gso_type, GetParam() ? VnetHeader::kTcpV6 : VnetHeader::kTcpV4);
  EXPECT_EQ(header.gso_size, kPayload);
  EXPECT_EQ(header.flags, VnetHeader::kNeedsChecksum);
  EXPECT_EQ(Split(frames_[0]), segments);
}

TEST_P(TunFrames, SplitSegmentsHaveChecksums) {
  for (const bool options : {false, true}) {
    const Tcp tcp{.v6 = GetParam(), .payload = 4 * kPayload + 1, .flags = 0x19, .options = options};
    const auto datagrams = Split(Frame(tcp.Header(), tcp.Packet(false)));
    ASSERT_THAT(datagrams, SizeIs(5));
    for (const auto& datagram : datagrams) {
      EXPECT_EQ(tcp.Sum(datagram), 0xffffu);
      EXPECT_EQ(datagram[tcp.ip_header() + 13], &datagram == &datagrams.back() ? 0x19 : 0x10);
      EXPECT_TRUE(GetParam() || Add(0, ByteView(datagram).first(tcp.ip_header())) == 0xffffu);
    }
    EXPECT_EQ(datagrams.back().size(), tcp.ip_header() + 32 + 1);
  }
}

TEST_P(TunFrames, AChecksumIsFilledIn) {
  const Tcp tcp{.v6 = GetParam(), .payload = 11};
  VnetHeader header = tcp.Header();
  header.gso_type = VnetHeader::kNone;
  header.gso_size = 0;
  EXPECT_THAT(Split(Frame(header, tcp.Packet(false))), ElementsAre(tcp.Packet()));
}

TEST_P(TunFrames, OnlyConsecutiveSegmentsAreJoined) {
  const Tcp first{.v6 = GetParam()};
  Tcp next = first;
  next.sequence += kPayload;
  std::vector<Tcp> others(6, next);
  others[0].sequence += 1;
  others[1].window += 1;
  others[2].flags = 0x11;
  others[3].flags = 0x30;
  others[4].payload = kPayload + 8;
  others[5].v6 = !GetParam();
  for (const Tcp& other : others) {
    frames_.clear();
    Join({first.Packet(), other.Packet()});
    EXPECT_THAT(frames_, ElementsAre(Frame({}, first.Packet()), Frame({}, other.Packet())));
  }
}

TEST_P(TunFrames, ADamagedSegmentIsNotJoined) {
  auto segments = Segments();
  segments[1][200] ^= 1;
  Join(segments);
  EXPECT_THAT(frames_,
              ElementsAre(Frame({}, segments[0]), Frame({}, segments[1]), Frame({}, segments[2])));
}

TEST_P(TunFrames, FlushWritesTheWaitingSegment) {
  const auto segments = Segments();
  joiner_.Add(segments[0]);
  EXPECT_THAT(frames_, IsEmpty());
  joiner_.Flush();
  EXPECT_THAT(frames_, ElementsAre(Frame({}, segments[0])));
}

TEST_P(TunFrames, AFrameIsNotLongerThanTheLongestPacket) {
  Tcp tcp{.v6 = GetParam()};
  for (int i = 0; i < 100; ++i) {
    joiner_.Add(tcp.Packet());
    tcp.sequence += kPayload;
  }
  joiner_.Flush();
  std::size_t datagrams = 0;
  for (const auto& frame : frames_) {
    EXPECT_LE(frame.size(), kLongestFrame);
    datagrams += Split(frame).size();
  }
  EXPECT_EQ(datagrams, 100u);
}

/// The sum takes 64 bytes at a time, then 8, then the rest.
TEST_P(TunFrames, ChecksumsOfEveryLengthAreCorrect) {
  for (std::size_t payload = 1; payload < 100; ++payload) {
    const Tcp tcp{.v6 = GetParam(), .payload = payload};
    EXPECT_THAT(Split(Frame(tcp.Header(), tcp.Packet(false))), ElementsAre(tcp.Packet()));
  }
}

TEST_P(TunFrames, GarbageIsNotChanged) {
  for (const std::size_t size : {1u, 19u, 20u, 39u, 40u, 60u}) {
    Bytes garbage(size, GetParam() ? 0x66 : 0x45);
    frames_.clear();
    Join({garbage});
    EXPECT_THAT(frames_, ElementsAre(Frame({}, garbage)));
  }
}

TEST(SplitFrame, InvalidFramesGiveNothing) {
  EXPECT_THAT(Split(Bytes(kVnetHeader)), IsEmpty());
  EXPECT_THAT(Split(Bytes(3)), IsEmpty());
  VnetHeader header = Tcp{}.Header();
  header.gso_size = 0;
  EXPECT_THAT(Split(Frame(header, Tcp{}.Packet())), IsEmpty());
  header.gso_size = 100;
  EXPECT_THAT(Split(Frame(header, Bytes(30, 0x45))), IsEmpty());
  for (const std::uint16_t start : {0, 19, 24, 60, 65535}) {
    header.csum_start = start;
    EXPECT_THAT(Split(Frame(header, Tcp{.payload = 10}.Packet())), IsEmpty()) << start;
  }
  header = {};
  header.flags = VnetHeader::kNeedsChecksum;
  header.csum_start = 65535;
  EXPECT_THAT(Split(Frame(header, Tcp{}.Packet())), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Versions, TunFrames, ::testing::Bool(),
                         [](const auto& version) { return version.param ? "IPv6" : "IPv4"; });

}  // namespace
}  // namespace mbnrig::ip
