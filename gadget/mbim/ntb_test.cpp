/// Compares NTBs byte by byte with the layouts of CDC NCM 1.0 and MBIM 1.0, and tests every reason
/// to refuse one. Round trips and damage are tested in ntb_round_trip_test.cpp.

#include "mbim/ntb.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mbim/testing/wire_text.h"
#include "mbim/wire.h"

namespace mbnrig::mbim {
namespace {

using mbim::testing::FromText;

using ::testing::HasSubstr;

// Two packets of session 0, one of session 1, one of DSS session 2.
constexpr std::string_view kGolden16 = R"(
    4e 43 4d 48      | NCMH
    0c 00            | wHeaderLength
    07 00            | wSequence
    50 00            | wBlockLength
    1c 00            | wNdpIndex
    45 11 12 00      | at 12: 3 bytes, and one to the next multiple of 4
    45 21 22 23      | at 16
    60 31 00 00      | at 20: 2 bytes
    d5 00 00 00      | at 24: 1 byte

    49 50 53 00      | at 28: IPS, session 0
    14 00            | wLength
    30 00            | wNextNdpIndex
    0c 00  03 00     | wDatagramIndex[0], wDatagramLength[0]
    10 00  04 00
    00 00  00 00

    49 50 53 01      | at 48: IPS, session 1
    10 00            | wLength
    40 00            | wNextNdpIndex
    14 00  02 00
    00 00  00 00

    44 53 53 02      | at 64: DSS, session 2
    10 00            | wLength
    00 00            | wNextNdpIndex
    18 00  01 00
    00 00  00 00
)";

constexpr std::string_view kGolden32 = R"(
    6e 63 6d 68      | ncmh
    10 00            | wHeaderLength
    ff ff            | wSequence
    64 00 00 00      | dwBlockLength
    1c 00 00 00      | dwNdpIndex
    00 00            | to an index that is 2 modulo 4
    45 11 12         | at 18
    00               |
    45 21 22 23      | at 22
    d5 d6            | at 26

    69 70 73 ff      | at 28: ips, session 255
    28 00            | wLength
    00 00            | wReserved6
    44 00 00 00      | dwNextNdpIndex
    00 00 00 00      | dwReserved12
    12 00 00 00  03 00 00 00
    16 00 00 00  04 00 00 00
    00 00 00 00  00 00 00 00

    64 73 73 00      | at 68: dss, session 0
    20 00            | wLength
    00 00            |
    00 00 00 00      | dwNextNdpIndex
    00 00 00 00      |
    1a 00 00 00  02 00 00 00
    00 00 00 00  00 00 00 00
)";

/// A valid transfer that the tests damage; the names of its offsets are below.
class Ntb : public ::testing::Test {
 protected:
  void Put16(std::size_t at, std::uint16_t value) { StoreU16(bytes16_, at, value); }
  /// The reason for refusing `bytes`. "" if there is none.
  std::string Parse(ByteView bytes, NtbFormat format = NtbFormat::kNtb16) {
    const auto error = ParseNtb(bytes, format, contents_);
    return error ? error->reason : "";
  }
  std::string Parse() { return Parse(bytes16_); }
  std::string Found() const {
    std::string text;
    for (const Datagram& datagram : contents_.datagrams) {
      text += (datagram.ip ? "ip" : "dss") + std::to_string(datagram.session) + ":" +
              std::to_string(datagram.bytes.size()) + " ";
    }
    return text;
  }

  Bytes bytes16_ = FromText(kGolden16);
  NtbContents contents_;
};

constexpr std::size_t kNdpIndex = 10, kNdp0 = 28, kNdp1 = 48, kNdp2 = 64;
constexpr std::string_view kAll = "ip0:3 ip0:4 ip1:2 dss2:1 ";

TEST_F(Ntb, Golden16IsRead) {
  EXPECT_EQ(Parse(), "");
  EXPECT_EQ(Found(), kAll);
  EXPECT_EQ(contents_.sequence, 7);
  EXPECT_EQ(contents_.block_length, 80u);
  const ByteView bytes = contents_.datagrams[1].bytes;
  EXPECT_EQ(Bytes(bytes.begin(), bytes.end()), (Bytes{0x45, 0x21, 0x22, 0x23}));
  EXPECT_EQ(bytes.data(), bytes16_.data() + 16);
}

TEST_F(Ntb, Golden32IsRead) {
  Bytes bytes = FromText(kGolden32);
  EXPECT_EQ(Parse(bytes, NtbFormat::kNtb32), "");
  EXPECT_EQ(Found(), "ip255:3 ip255:4 dss0:2 ");
  EXPECT_EQ(contents_.sequence, 0xFFFF);
  EXPECT_EQ(contents_.block_length, 100u);
}

TEST_F(Ntb, Golden16IsWritten) {
  NtbWriter writer;
  writer.Reset({}, NtbFormat::kNtb16, 7);
  EXPECT_TRUE(writer.Add(0, true, Bytes{0x45, 0x11, 0x12}));
  EXPECT_TRUE(writer.Add(0, true, Bytes{0x45, 0x21, 0x22, 0x23}));
  EXPECT_TRUE(writer.Add(1, true, Bytes{0x60, 0x31}));
  EXPECT_TRUE(writer.Add(2, false, Bytes{0xd5}));
  EXPECT_EQ(writer.datagrams(), 4u);
  const ByteView block = writer.Finish();
  EXPECT_EQ(Bytes(block.begin(), block.end()), bytes16_);
}

TEST_F(Ntb, Golden32IsWritten) {
  NtbLimits limits;
  limits.remainder = 2;
  NtbWriter writer;
  writer.Reset(limits, NtbFormat::kNtb32, 0xFFFF);
  EXPECT_TRUE(writer.Add(255, true, Bytes{0x45, 0x11, 0x12}));
  EXPECT_TRUE(writer.Add(255, true, Bytes{0x45, 0x21, 0x22, 0x23}));
  EXPECT_TRUE(writer.Add(0, false, Bytes{0xd5, 0xd6}));
  const ByteView block = writer.Finish();
  EXPECT_EQ(Bytes(block.begin(), block.end()), FromText(kGolden32));
  EXPECT_EQ(writer.sequence(), 0);  // it wraps
}

// --- what is accepted ---------------------------------------------------------------------------

TEST_F(Ntb, BlockLength0IsToTheEndOfTheTransfer) {
  Put16(8, 0);
  EXPECT_EQ(Parse(), "");
  EXPECT_EQ(Found(), kAll);
  EXPECT_EQ(contents_.block_length, 80u);
}

TEST_F(Ntb, BytesAfterTheBlockAreIgnored) {
  bytes16_.resize(512);
  EXPECT_EQ(Parse(), "");
  EXPECT_EQ(Found(), kAll);
  EXPECT_EQ(contents_.block_length, 80u);
}

TEST_F(Ntb, FurtherBlocksOfATransferAreFoundBehindPadding) {
  for (const auto& [golden, format] :
       {std::pair{kGolden16, NtbFormat::kNtb16}, std::pair{kGolden32, NtbFormat::kNtb32}}) {
    const Bytes block = FromText(golden);
    for (const std::size_t padding : {0u, 1u, 2u, 4u, 431u}) {
      Bytes rest(padding);
      rest.insert(rest.end(), block.begin(), block.end());
      const ByteView next = NextNtb(rest, format);
      EXPECT_EQ(next.size(), block.size());
      EXPECT_EQ(next.data(), rest.data() + padding);
    }
  }
}

TEST_F(Ntb, OtherBytesBehindABlockAreNotABlock) {
  const Bytes wide = FromText(kGolden32);
  EXPECT_TRUE(NextNtb({}, NtbFormat::kNtb16).empty());
  EXPECT_TRUE(NextNtb(Bytes(100), NtbFormat::kNtb16).empty());
  EXPECT_TRUE(NextNtb(Bytes{0, 0, 0x4E, 0x43, 0x4D}, NtbFormat::kNtb16).empty());
  EXPECT_TRUE(NextNtb(wide, NtbFormat::kNtb16).empty());
  Bytes behind = FromText(kGolden16);
  behind.insert(behind.begin(), {0, 0, 1});
  EXPECT_TRUE(NextNtb(behind, NtbFormat::kNtb16).empty());
}

TEST_F(Ntb, UnknownNdpIsSkippedAndTheRestUsed) {
  StoreU32(bytes16_, kNdp1, 0x304D434E);  // NCM0, which MBIM does not use
  Put16(kNdp1 + 4, 0xFFFF);               // its length is not checked
  EXPECT_EQ(Parse(), "");
  EXPECT_EQ(Found(), "ip0:3 ip0:4 dss2:1 ");
  EXPECT_EQ(contents_.unknown_ndps, 1u);
  EXPECT_EQ(contents_.refused_ndps, 0u);
}

TEST_F(Ntb, SignaturesOfTheOtherFormatAreUnknown) {
  StoreU32(bytes16_, kNdp0, 0x00737069);  // ips, of NTB32
  EXPECT_EQ(Parse(), "");
  EXPECT_EQ(Found(), "ip1:2 dss2:1 ");
}

TEST_F(Ntb, EntriesAfterTheFirstNullOneAreIgnored) {
  Put16(kNdp0 + 8 + 2, 0);  // only the length is 0
  EXPECT_EQ(Parse(), "");
  EXPECT_EQ(Found(), "ip1:2 dss2:1 ");
  bytes16_ = FromText(kGolden16);
  Put16(kNdp0 + 12, 0);  // only the index is 0
  EXPECT_EQ(Parse(), "");
  EXPECT_EQ(Found(), "ip0:3 ip1:2 dss2:1 ");
}

TEST_F(Ntb, NdpsMayStandBeforeDatagrams) {
  const Bytes bytes = FromText(R"(
      4e 43 4d 48  0c 00  01 00  1e 00  0c 00
      49 50 53 05  10 00  00 00  1d 00  01 00  00 00  00 00
      00 45)");
  EXPECT_EQ(Parse(bytes), "");
  EXPECT_EQ(Found(), "ip5:1 ");
}

// --- what drops the whole NTB -------------------------------------------------------------------

TEST_F(Ntb, HeaderCutShortIsRefused) {
  EXPECT_EQ(Parse({}), "the NTB's header needs 12 bytes, but the transfer has 0");
  EXPECT_EQ(Parse(ByteView(bytes16_).first(11)),
            "the NTB's header needs 12 bytes, but the transfer has 11");
  EXPECT_EQ(Parse(Bytes(15), NtbFormat::kNtb32),
            "the NTB's header needs 16 bytes, but the transfer has 15");
}

TEST_F(Ntb, OtherFormatIsRefused) {
  EXPECT_EQ(Parse(bytes16_, NtbFormat::kNtb32),
            "dwSignature 0x484d434e, expected 0x686d636e (ncmh)");
  EXPECT_EQ(Parse(FromText(kGolden32)), "dwSignature 0x686d636e, expected 0x484d434e (NCMH)");
  EXPECT_EQ(Found(), "");
}

TEST_F(Ntb, WrongHeaderLengthIsRefused) {
  Put16(4, 16);
  EXPECT_EQ(Parse(), "wHeaderLength 16, expected 12");
  EXPECT_EQ(Found(), "");
}

TEST_F(Ntb, BlockLengthIsAtMostTheTransferAndAtLeastTheHeader) {
  Put16(8, 81);
  EXPECT_EQ(Parse(), "wBlockLength 81, but the transfer has 80 bytes");
  Put16(8, 11);
  EXPECT_EQ(Parse(), "wBlockLength 11 is less than the NTB's header");
  EXPECT_EQ(Found(), "");
}

TEST_F(Ntb, FirstNdpIsWithinTheBlockAligned) {
  const std::pair<std::uint16_t, const char*> wrong[] = {
      {0, "wNdpIndex 0 is within the NTB's header"},
      {8, "wNdpIndex 8 is within the NTB's header"},
      {30, "wNdpIndex 30 is not a multiple of 4"},
      {76, "wNdpIndex 76: no NDP fits before the block's end at 80"},
      {0xFFFC, "wNdpIndex 65532: no NDP fits before the block's end at 80"}};
  for (const auto& [index, reason] : wrong) {
    Put16(kNdpIndex, index);
    EXPECT_EQ(Parse(), reason);
    EXPECT_EQ(Found(), "");
  }
}

// --- what ends the chain ------------------------------------------------------------------------

TEST_F(Ntb, ChainEndsWhereItLeadsNowhere) {
  const std::pair<std::uint16_t, const char*> wrong[] = {
      {4, "wNextNdpIndex 4 is within the NTB's header"},
      {65, "wNextNdpIndex 65 is not a multiple of 4"},
      {76, "wNextNdpIndex 76: no NDP fits before the block's end at 80"},
      {28, "wNextNdpIndex 28 points to an earlier NDP"},
      {48, "wNextNdpIndex 48 points to an earlier NDP"}};
  for (const auto& [index, reason] : wrong) {
    Put16(kNdp1 + 6, index);
    EXPECT_EQ(Parse(), reason);
    EXPECT_EQ(Found(), "ip0:3 ip0:4 ip1:2 ");
  }
}

TEST_F(Ntb, ChainEndsAtAnNdpOfAnImpossibleLength) {
  for (const std::uint16_t length : {0, 8, 12, 18, 36, 0xFFFC}) {
    Put16(kNdp1 + 4, length);
    EXPECT_EQ(Parse(), "NDP at 48: wLength " + std::to_string(length) +
                           ", expected a multiple of 4 from 16 to the 32 bytes that remain of the "
                           "block");
    EXPECT_EQ(Found(), "ip0:3 ip0:4 ");
    EXPECT_EQ(contents_.refused_ndps, 1u);
  }
}

TEST_F(Ntb, ChainHasAnEnd) {
  // Unknown NDPs of 8 bytes, one after the other.
  bytes16_.resize(12 + 8 * 2 * kNtbMaxNdps);
  for (std::size_t at = 12; at + 16 <= bytes16_.size(); at += 8) {
    StoreU32(bytes16_, at, 0);
    Put16(at + 4, 8);
    Put16(at + 6, static_cast<std::uint16_t>(at + 8));
  }
  Put16(8, 0);
  Put16(kNdpIndex, 12);
  EXPECT_EQ(Parse(), "more than 512 NDPs");
  EXPECT_EQ(contents_.unknown_ndps, kNtbMaxNdps);
}

// --- what drops one NDP -------------------------------------------------------------------------

TEST_F(Ntb, NdpWithoutTerminatingEntryIsDropped) {
  Put16(kNdp0 + 16, 12);
  Put16(kNdp0 + 18, 1);
  EXPECT_EQ(Parse(), "NDP at 28: no terminating entry in wLength 20");
  EXPECT_EQ(Found(), "ip1:2 dss2:1 ");
  EXPECT_EQ(contents_.refused_ndps, 1u);
}

TEST_F(Ntb, NdpWithADatagramOutsideIsDropped) {
  const std::pair<std::uint16_t, std::uint16_t> wrong[] = {{8, 4},  {11, 1},          {80, 1},
                                                           {79, 2}, {0xFFFF, 0xFFFF}, {12, 69}};
  for (const auto& [index, length] : wrong) {
    Put16(kNdp0 + 12, index);
    Put16(kNdp0 + 14, length);
    EXPECT_THAT(Parse(), HasSubstr("NDP at 28: datagram 1 of " + std::to_string(length) +
                                   " bytes at " + std::to_string(index) + " is not between"));
    EXPECT_EQ(Found(), "ip1:2 dss2:1 ");  // the NDP's first datagram is dropped too
  }
}

TEST_F(Ntb, IndexesOf32BitsDoNotWrapAround) {
  Bytes bytes = FromText(kGolden32);
  StoreU32(bytes, 44, 0xFFFFFFF0);
  StoreU32(bytes, 48, 0x20);
  EXPECT_THAT(Parse(bytes, NtbFormat::kNtb32), HasSubstr("NDP at 28: datagram 0 of 32 bytes at"));
  EXPECT_EQ(Found(), "dss0:2 ");
  bytes = FromText(kGolden32);
  StoreU32(bytes, 36, 0xFFFFFFFC);
  EXPECT_EQ(Parse(bytes, NtbFormat::kNtb32),
            "wNextNdpIndex 4294967292: no NDP fits before the block's end at 100");
}

TEST_F(Ntb, SmallBlockDoesNotExpand) {
  Put16(kNdp0 + 8, 12);
  Put16(kNdp0 + 10, 68);
  EXPECT_EQ(Parse(), "");  // overlaps the NDPs, but is not longer than the block
  EXPECT_EQ(Found(), "ip0:68 ip0:4 ip1:2 dss2:1 ");
  Put16(kNdp0 + 12, 12);
  Put16(kNdp0 + 14, 68);
  EXPECT_EQ(Parse(),
            "NDP at 28: datagram 1: 136 bytes of datagrams in a block of 80; they overlap");
  EXPECT_EQ(Found(), "ip1:2 dss2:1 ");
}

TEST_F(Ntb, FirstFaultIsTheOneThatIsTold) {
  Put16(kNdp0 + 8, 3);
  Put16(kNdp2 + 4, 0);
  EXPECT_THAT(Parse(), HasSubstr("NDP at 28"));
  EXPECT_EQ(Found(), "ip1:2 ");
  EXPECT_EQ(contents_.refused_ndps, 2u);
}

TEST_F(Ntb, NothingOfAnEarlierBlockStays) {
  ASSERT_EQ(Parse(), "");
  EXPECT_NE(Parse({}), "");
  EXPECT_EQ(Found(), "");
  EXPECT_EQ(contents_.block_length, 0u);
}

// --- parameters ---------------------------------------------------------------------------------

constexpr std::string_view kParameters = R"(
    1c 00            | wLength
    03 00            | bmNtbFormatsSupported
    00 40 00 00      | dwNtbInMaxSize
    04 00            | wNdpInDivisor
    01 00            | wNdpInPayloadRemainder
    08 00            | wNdpInAlignment
    00 00            | wReserved
    00 00 02 00      | dwNtbOutMaxSize
    20 00            | wNdpOutDivisor
    02 00            | wNdpOutPayloadRemainder
    10 00            | wNdpOutAlignment
    28 00            | wNtbOutMaxDatagrams
)";

TEST(NtbParametersTest, Golden) {
  const NtbParameters parameters{true, true, 0x4000, 4, 1, 8, 0x20000, 32, 2, 16, 40};
  EXPECT_EQ(Encode(parameters), FromText(kParameters));
  const auto decoded = DecodeNtbParameters(FromText(kParameters));
  ASSERT_TRUE(std::holds_alternative<NtbParameters>(decoded)) << std::get<1>(decoded).reason;
  EXPECT_EQ(std::get<NtbParameters>(decoded), parameters);
}

TEST(NtbParametersTest, AFunctionMayHaveOneFormatOnly) {
  for (const bool ntb16 : {true, false}) {
    NtbParameters parameters;
    parameters.ntb16 = ntb16;
    parameters.ntb32 = !ntb16;
    const auto decoded = DecodeNtbParameters(Encode(parameters));
    ASSERT_TRUE(std::holds_alternative<NtbParameters>(decoded)) << std::get<1>(decoded).reason;
    EXPECT_EQ(std::get<NtbParameters>(decoded), parameters);
    EXPECT_EQ(parameters.Has(NtbFormat::kNtb16), ntb16);
    EXPECT_EQ(parameters.Has(NtbFormat::kNtb32), !ntb16);
  }
}

TEST(NtbParametersTest, LimitsFitTheFormatAndBothSides) {
  const NtbParameters parameters{true, true, 0x4000, 4, 1, 8, 0x20000, 32, 2, 16, 40};
  EXPECT_EQ(parameters.InLimits(NtbFormat::kNtb16, 2048, 3), (NtbLimits{2048, 3, 4, 1, 8}));
  EXPECT_EQ(parameters.InLimits(NtbFormat::kNtb16, 0xFFFFFFFF).max_size, 0x4000u);
  EXPECT_EQ(parameters.OutLimits(NtbFormat::kNtb32), (NtbLimits{0x20000, 40, 32, 2, 16}));
  EXPECT_EQ(parameters.OutLimits(NtbFormat::kNtb16).max_size, 0xFFFFu);
  EXPECT_EQ(parameters.OutLimits(NtbFormat::kNtb16, 4096).max_size, 4096u);
}

TEST(NtbParametersTest, WhatNoSenderCouldComputeWithIsRefused) {
  struct Case {
    std::size_t at, size;
    std::uint32_t value;
    const char* reason;
  };
  const Case cases[] = {
      {0, 2, 27, "wLength 27, expected 28"},
      {2, 2, 4, "bmNtbFormatsSupported 0x0004 has neither NTB16 nor NTB32"},
      {4, 4, 0, "dwNtbInMaxSize 0, expected 2048 to 16777216"},
      {4, 4, 2047, "dwNtbInMaxSize 2047, expected 2048 to 16777216"},
      {16, 4, 0xFFFFFFFF, "dwNtbOutMaxSize 4294967295, expected 2048 to 16777216"},
      {8, 2, 0, "wNdpInDivisor 0, expected at least 1 and less than the size 2048"},
      {8, 2, 2048, "wNdpInDivisor 2048, expected at least 1 and less than the size 2048"},
      {10, 2, 4, "wNdpInPayloadRemainder 4, expected less than the divisor 4"},
      {12, 2, 2,
       "wNdpInAlignment 2, expected a power of two, at least 4 and less than the size 2048"},
      {12, 2, 12,
       "wNdpInAlignment 12, expected a power of two, at least 4 and less than the size 2048"},
      {24, 2, 0,
       "wNdpOutAlignment 0, expected a power of two, at least 4 and less than the size 2048"},
  };
  for (const Case& c : cases) {
    Bytes bytes = FromText(kParameters);
    if (c.size == 2) {
      StoreU16(bytes, c.at, static_cast<std::uint16_t>(c.value));
    } else {
      StoreU32(bytes, c.at, c.value);
    }
    const auto decoded = DecodeNtbParameters(bytes);
    ASSERT_TRUE(std::holds_alternative<NtbError>(decoded)) << c.reason;
    EXPECT_EQ(std::get<NtbError>(decoded).reason, c.reason);
  }
  const Bytes whole = FromText(kParameters);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_TRUE(std::holds_alternative<NtbError>(DecodeNtbParameters(ByteView(whole).first(size))));
  }
}

}  // namespace
}  // namespace mbnrig::mbim
