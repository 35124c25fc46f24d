// Tests the code that reads a modem's bytes, and how the report presents a test.
#include <gtest/gtest.h>

#include "device/assertions.h"
#include "device/data.h"
#include "device/descriptors.h"
#include "device/run.h"

namespace mbnrig::device {
namespace {

/// An NTB16 with one datagram of 4 bytes in session 3.
Bytes Ntb16() {
  return {'N', 'C', 'M', 'H', 12, 0, 7, 0, 32, 0, 12, 0,  // header
          'I', 'P', 'S', 3,   16, 0, 0, 0, 28, 0, 4,  0, 0, 0, 0, 0, 0x45, 1, 2, 3};
}

TEST(RawNtb, IsReadFieldByField) {
  const RawNtb ntb = ReadNtb(Ntb16(), mbim::NtbFormat::kNtb16);
  EXPECT_EQ(ntb.signature, kNth16Signature);
  EXPECT_EQ(ntb.header_length, 12);
  EXPECT_EQ(ntb.sequence, 7);
  EXPECT_EQ(ntb.block_length, 32u);
  EXPECT_EQ(ntb.ndp_index, 12u);
  ASSERT_EQ(ntb.ndps.size(), 1u);
  EXPECT_EQ(ntb.ndps[0].session(), 3);
  ASSERT_EQ(ntb.ndps[0].entries.size(), 2u);
  EXPECT_EQ(ntb.Datagrams(3), (std::vector<Bytes>{{0x45, 1, 2, 3}}));
  EXPECT_TRUE(ntb.Datagrams(0).empty());
}

TEST(RawNtb, IsReadInTheWideForm) {
  mbim::NtbWriter writer;
  mbim::NtbLimits limits;
  writer.Reset(limits, mbim::NtbFormat::kNtb32, 9);
  const Bytes datagram{0x45, 9};
  ASSERT_TRUE(writer.Add(1, true, datagram));
  const auto block = writer.Finish();
  const RawNtb ntb = ReadNtb(Bytes(block.begin(), block.end()), mbim::NtbFormat::kNtb32);
  EXPECT_EQ(ntb.signature, kNth32Signature);
  EXPECT_EQ(ntb.header_length, 16);
  EXPECT_EQ(ntb.sequence, 9);
  EXPECT_EQ(ntb.Datagrams(1), std::vector<Bytes>{datagram});
}

TEST(RawNtb, IsMissingIfItIsTruncated) {
  const Bytes whole = Ntb16();
  for (std::size_t size = 0; size < 28; ++size) {
    EXPECT_THROW(ReadNtb(Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)),
                         mbim::NtbFormat::kNtb16),
                 Missing)
        << size;
  }
}

TEST(RawNtb, LeavesOutDatagramsOutsideTheTransfer) {
  Bytes bytes = Ntb16();
  bytes[22] = 5;
  EXPECT_TRUE(ReadNtb(bytes, mbim::NtbFormat::kNtb16).Datagrams(3).empty());
}

TEST(RawNtb, DetectsALoopOfNdps) {
  Bytes bytes = Ntb16();
  bytes[18] = 12;
  EXPECT_THROW(ReadNtb(bytes, mbim::NtbFormat::kNtb16), Missing);
}

TEST(EchoRequest, HasCorrectChecksums) {
  const Bytes packet = EchoRequest({{192, 0, 2, 1}}, {{192, 0, 2, 2}}, 3, 5);
  ASSERT_EQ(packet.size(), 33u);
  const auto sum = [](ByteView bytes) {
    std::uint32_t total = 0;
    for (std::size_t i = 0; i < bytes.size(); ++i)
      total += static_cast<std::uint32_t>(bytes[i]) << (i % 2 == 0 ? 8 : 0);
    return (total & 0xffff) + (total >> 16);
  };
  EXPECT_EQ(sum(ByteView(packet).first(20)), 0xffffu);
  EXPECT_EQ(sum(ByteView(packet).subspan(20)), 0xffffu);
}

TEST(TakeApart, StopsAtAnInvalidLength) {
  const Bytes bytes{9, 2, 20, 0, 1, 1, 0, 0x80, 0, 9, 4, 0, 0, 0, 2, 0x0e, 0, 0, 200, 0x24};
  const Configuration parts = TakeApart(bytes);
  ASSERT_EQ(parts.settings.size(), 1u);
  EXPECT_TRUE(parts.settings[0].Is(2, 0x0e, 0));
  EXPECT_EQ(parts.rest, (Bytes{200, 0x24}));
}

TEST(Assertions, AreNamedByFailures) {
  const std::string failure = "1 is not 2\n" + Asserts("mbim1.0:9.1#1");
  EXPECT_TRUE(Names(failure, "mbim1.0:9.1#1"));
  EXPECT_FALSE(Names(failure, "mbim1.0:9.1#2"));
  EXPECT_THROW(Asserts("mbim1.0:99#9"), std::logic_error);
}

TEST(Assertions, HaveAStateInEachTest) {
  report::TestRecord test;
  test.outcome = report::Outcome::kPassed;
  EXPECT_EQ(StateOf(test, "mbim1.0:9.1#1"), AssertionState::kHeld);
  test.outcome = report::Outcome::kFailed;
  test.messages.push_back({Asserts("mbim1.0:9.1#1"), "", 0, false});
  EXPECT_EQ(StateOf(test, "mbim1.0:9.1#1"), AssertionState::kFailed);
  EXPECT_EQ(StateOf(test, "mbim1.0:9.1#2"), AssertionState::kNotShown);
  test.outcome = report::Outcome::kSkipped;
  EXPECT_EQ(StateOf(test, "mbim1.0:9.1#1"), AssertionState::kNotApplicable);
}

}  // namespace
}  // namespace mbnrig::device
