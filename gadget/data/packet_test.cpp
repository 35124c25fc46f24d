#include "data/packet.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <array>
#include <random>

#include "data/defragmenter.h"
#include "data/testing/packets.h"

namespace mbnrig::data {
namespace {

using namespace data::testing;

using ::testing::SizeIs;

TEST(Packet, IsParsed) {
  const Bytes bytes = Unhex("45000022beef0000400137e0c000020ac00002010800a088123400076d626e726967");
  const auto packet = ParsePacket(bytes);
  ASSERT_TRUE(packet);
  EXPECT_FALSE(packet->header.v6);
  EXPECT_EQ(packet->header.source, kHost4);
  EXPECT_EQ(packet->header.destination, kGateway4);
  EXPECT_EQ(packet->header.protocol, kIcmp);
  EXPECT_EQ(packet->payload.size(), 14u);
  EXPECT_FALSE(packet->fragment);
}

TEST(Packet, MustBeComplete) {
  for (const bool v6 : {false, true}) {
    const Bytes bytes = EchoRequest(v6, 10).front();
    for (std::size_t size = 0; size < bytes.size(); ++size)
      EXPECT_FALSE(ParsePacket(ByteView(bytes).first(size))) << v6 << " " << size;
    Bytes longer = bytes;
    longer.resize(longer.size() + 5);  // padding
    ASSERT_TRUE(ParsePacket(longer));
    EXPECT_EQ(ParsePacket(longer)->payload.size(), 18u);
  }
}

TEST(Packet, OfIpv4NeedsACorrectChecksum) {
  Bytes bytes = EchoRequest(false, 10).front();
  bytes[8] ^= 1;
  EXPECT_FALSE(ParsePacket(bytes));
}

TEST(Packet, HeaderLengthsAreChecked) {
  Bytes bytes = EchoRequest(false, 10).front();
  for (const std::uint8_t words : {0, 4, 15}) {
    bytes[0] = static_cast<std::uint8_t>(0x40 | words);
    EXPECT_FALSE(ParsePacket(bytes));
  }
}

TEST(Packet, Ipv6ExtensionHeadersAreSkipped) {
  Bytes bytes = EchoRequest(true, 10).front();
  const Bytes options{kIcmpV6, 0, 1, 4, 0, 0, 0, 0};
  bytes.insert(bytes.begin() + 40, options.begin(), options.end());
  Put16(bytes, 4, 26);
  bytes[6] = 60;
  ASSERT_TRUE(ParsePacket(bytes));
  EXPECT_EQ(ParsePacket(bytes)->header.protocol, kIcmpV6);
  EXPECT_EQ(ParsePacket(bytes)->payload.size(), 18u);
  bytes[41] = 255;  // longer than the packet
  EXPECT_FALSE(ParsePacket(bytes));
}

TEST(Packet, IsNotReadBeyondItsEnd) {
  std::mt19937 random(1);
  Defragmenter defragmenter;
  for (int i = 0; i < 20000; ++i) {
    auto packets = EchoRequest(i % 2 == 0, random() % 100, 64 + random() % 64);
    Bytes bytes = packets[random() % packets.size()];
    for (int j = 0; j < 3; ++j)
      bytes[random() % bytes.size()] = static_cast<std::uint8_t>(random());
    if (bytes[0] >> 4 == 4) {
      Put16(bytes, 10, 0);
      Put16(bytes, 10, Checksum().Add(ByteView(bytes).first(20)).Value());
    }
    bytes.resize(random() % bytes.size() + 1);
    bytes.shrink_to_fit();
    const auto packet = ParsePacket(bytes);
    if (packet && packet->fragment) defragmenter.Add(*packet);
  }
}

class Fragments : public ::testing::TestWithParam<bool> {
 protected:
  std::optional<Defragmenter::Whole> Add(const Bytes& bytes) {
    const auto packet = ParsePacket(bytes);
    EXPECT_TRUE(packet && packet->fragment);
    return defragmenter_.Add(*packet);
  }
  Defragmenter defragmenter_;
};
INSTANTIATE_TEST_SUITE_P(Versions, Fragments, ::testing::Bool(),
                         [](const auto& test) { return test.param ? "V6" : "V4"; });

TEST_P(Fragments, AreNotLongerThanTheMtu) {
  const auto fragments = EchoRequest(GetParam(), 4000);
  ASSERT_THAT(fragments, SizeIs(3));
  for (const Bytes& fragment : fragments)
    EXPECT_LE(fragment.size(), 1500u);
}

TEST_P(Fragments, AreReassembledInAnyOrder) {
  const Bytes whole = EchoRequest(GetParam(), 4000, 65535).front();
  const ByteView payload = ParsePacket(whole)->payload;
  const auto fragments = EchoRequest(GetParam(), 4000);
  std::array<int, 3> order{0, 1, 2};
  do {
    EXPECT_FALSE(Add(fragments[order[0]]));
    EXPECT_FALSE(Add(fragments[order[1]]));
    EXPECT_FALSE(Add(fragments[order[1]])) << "the same fragment twice";
    const auto together = Add(fragments[order[2]]);
    ASSERT_TRUE(together);
    EXPECT_TRUE(std::ranges::equal(together->payload, payload));
  } while (std::ranges::next_permutation(order).found);
}

TEST_P(Fragments, ThatOverlapDropTheirPacket) {
  const auto coarse = EchoRequest(GetParam(), 4000, 1500),
             fine = EchoRequest(GetParam(), 4000, 900);
  EXPECT_FALSE(Add(coarse[0]));
  EXPECT_FALSE(Add(fine[1]));  // overlaps the first and reaches beyond it
  EXPECT_FALSE(Add(coarse[1]));
  EXPECT_FALSE(Add(coarse[2]));
  EXPECT_TRUE(Add(coarse[0])) << "the fragments after the overlap began a new packet";
}

TEST_P(Fragments, OfManyPacketsUseBoundedMemory) {
  const auto first = EchoRequest(GetParam(), 4000);
  EXPECT_FALSE(Add(first[0]));
  EXPECT_FALSE(Add(first[1]));
  Packet other = *ParsePacket(first[0]);
  for (std::uint32_t i = 0; i < Defragmenter::kMaxPackets; ++i) {
    other.id = 1000 + i;
    EXPECT_FALSE(defragmenter_.Add(other));
  }
  EXPECT_FALSE(Add(first[2])) << "the oldest packet was dropped";
}

TEST_P(Fragments, BeyondTheLongestPacketAreRefused) {
  Packet fragment = *ParsePacket(EchoRequest(GetParam(), 4000)[0]);
  fragment.offset = 65528;
  EXPECT_FALSE(defragmenter_.Add(fragment));
}

}  // namespace
}  // namespace mbnrig::data
