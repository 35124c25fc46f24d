#include "data/responder.h"

#include <gmock/gmock.h>

#include <random>

#include "data/testing/packets.h"

namespace mbnrig::data {
namespace {

using namespace data::testing;

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class Responds : public ::testing::Test {
 protected:
  std::vector<Bytes> Ask(const Bytes& datagram) {
    std::vector<Bytes> answers;
    responder_.Receive(
        datagram, [&](ByteView answer) { answers.emplace_back(answer.begin(), answer.end()); });
    return answers;
  }
  std::vector<Bytes> Ask(std::string_view hex) { return Ask(Unhex(hex)); }

  Responder responder_{scenario::DefaultApns()[0].ip, scenario::DefaultNames()};
};

// The packets below were built by hand, with Python's struct.

TEST_F(Responds, ToAnEcho) {
  EXPECT_THAT(
      Ask("45000022beef0000400137e0c000020ac00002010800a088123400076d626e726967"),
      ElementsAre(Unhex("45000022000100004001f6cec0000201c000020a0000a888123400076d626e726967")));
}

TEST_F(Responds, ToAnEchoOfIpv6) {
  EXPECT_THAT(Ask("60000000000e3a4020010db800010000000000000000001020010db8000100000000000000000001"
                  "8000ccba123400076d626e726967"),
              ElementsAre(Unhex("60000000000e3a4020010db800010000000000000000000120010db8000100000"
                                "0000000000000108100cbba123400076d626e726967")));
}

TEST_F(Responds, ToARouterSolicitation) {
  EXPECT_THAT(Ask("6000000000083afffe800000000000000000000000000010ff020000000000000000000000000002"
                  "85007d2700000000"),
              ElementsAre(Unhex("6000000000503afffe800000000000000000000000000001fe80000000000000"
                                "00000000000000108600564f40002328000000000000000003044040ffffffff"
                                "ffffffff0000000020010db800010000000000000000000005010000000005dc"
                                "19030000ffffffff20010db8000000000000000000000053")));
}

TEST_F(Responds, ToANeighbourSolicitationForTheGateway) {
  EXPECT_THAT(
      Ask("6000000000183aff20010db8000100000000000000000010ff0200000000000000000001ff000001"
          "87001f220000000020010db8000100000000000000000001"),
      ElementsAre(Unhex("6000000000183aff20010db800010000000000000000000120010db800010000"
                        "000000000000001088000e6ce000000020010db8000100000000000000000001")));
}

TEST_F(Responds, ToUdpEcho) {
  EXPECT_THAT(
      Ask("450000210005000040118e26c000020ac63364639c400007000d331968656c6c6f"),
      ElementsAre(Unhex("450000210001000040118e2ac6336463c000020a00079c40000d331968656c6c6f")));
}

TEST_F(Responds, ToDns) {
  EXPECT_THAT(Ask("600000000023114020010db800010000000000000000001020010db8000000000000000000000053"
                  "c35000350023a204abcd0100000100000000000004484f535404746573740000010001"),
              ElementsAre(Unhex("600000000033114020010db800000000000000000000005320010db800010000"
                                "00000000000000100035c35000337de0abcd8580000100010000000004484f53"
                                "5404746573740000010001c00c000100010000003c0004c0000250")));
}

TEST_F(Responds, ToAClosedPort) {
  Bytes datagram = Unhex("450000210005000040118e26c000020ac63364639c400007000d331968656c6c6f");
  Put16(datagram, 22, 33434);
  Put16(datagram, 26, 0);  // no checksum
  const auto answers = Ask(datagram);
  ASSERT_THAT(answers, SizeIs(1));
  const auto packet = ParsePacket(answers[0]);
  ASSERT_TRUE(packet);
  EXPECT_EQ(packet->payload[0], 3);
  EXPECT_EQ(packet->payload[1], 3);
  EXPECT_TRUE(std::ranges::equal(packet->payload.subspan(8), datagram));
}

TEST_F(Responds, InFragmentsIfTheAnswerIsLong) {
  for (const bool v6 : {false, true}) {
    for (const std::size_t size : {1452u, 1473u, 4000u, 65000u}) {
      Defragmenter together;
      std::optional<Defragmenter::Whole> answer;
      for (const Bytes& fragment : EchoRequest(v6, size)) {
        for (const Bytes& part : Ask(fragment)) {
          EXPECT_LE(part.size(), 1500u);
          const auto packet = ParsePacket(part);
          ASSERT_TRUE(packet);
          if (packet->fragment) {
            answer = together.Add(*packet);
          } else {
            answer = {packet->header, {packet->payload.begin(), packet->payload.end()}};
          }
        }
      }
      ASSERT_TRUE(answer) << v6 << " " << size;
      EXPECT_EQ(answer->payload.size(), size + 8);
      EXPECT_EQ(answer->payload[0], v6 ? 129 : 0);
      Checksum sum;
      if (v6) sum.AddPseudoHeader(answer->header, answer->payload.size());
      EXPECT_EQ(sum.Add(answer->payload).Value(), 0);
    }
  }
}

TEST_F(Responds, NotToDamagedPackets) {
  for (const bool v6 : {false, true}) {
    Bytes bytes = EchoRequest(v6, 20).front();
    bytes.back() ^= 1;
    EXPECT_THAT(Ask(bytes), IsEmpty());
  }
}

TEST_F(Responds, NotToAnswersNorToGroups) {
  Bytes echo_reply = Unhex("45000022000100004001f6cec0000201c000020a0000a888123400076d626e726967");
  EXPECT_THAT(Ask(echo_reply), IsEmpty());
  Bytes to_all = Unhex("45000022beef0000400137e0c000020ac00002010800a088123400076d626e726967");
  std::fill_n(to_all.begin() + 16, 4, std::uint8_t{0xff});
  Put16(to_all, 10, 0);
  Put16(to_all, 10, Checksum().Add(ByteView(to_all).first(20)).Value());
  EXPECT_THAT(Ask(to_all), IsEmpty());
}

TEST_F(Responds, OnlyToDiscoveryFromTheLink) {
  Bytes solicitation = Unhex(
      "6000000000083afffe800000000000000000000000000010ff020000000000000000000000000002"
      "85007d2700000000");
  solicitation[7] = 254;
  EXPECT_THAT(Ask(solicitation), IsEmpty());
}

TEST_F(Responds, WithValidPacketsToArbitraryBytes) {
  std::mt19937 random(2);
  const std::array seeds{
      EchoRequest(false, 30).front(), EchoRequest(true, 30).front(),
      Unhex("600000000023114020010db800010000000000000000001020010db8000000000000000000000053"
            "c35000350023a204abcd0100000100000000000004484f535404746573740000010001")};
  for (int i = 0; i < 20000; ++i) {
    Bytes bytes = seeds[random() % seeds.size()];
    for (int j = 0; j < 2; ++j)
      bytes[random() % bytes.size()] = static_cast<std::uint8_t>(random());
    if (bytes[0] >> 4 == 4) {
      Put16(bytes, 10, 0);
      Put16(bytes, 10, Checksum().Add(ByteView(bytes).first(20)).Value());
    }
    bytes.resize(random() % 4 == 0 ? random() % bytes.size() + 1 : bytes.size());
    bytes.shrink_to_fit();
    for (const Bytes& answer : Ask(bytes))
      EXPECT_TRUE(ParsePacket(answer));
  }
}

}  // namespace
}  // namespace mbnrig::data
