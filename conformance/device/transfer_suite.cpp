// DTS: the data path in both forms of NTBs (NCM 1.0, section 3; MBIM 1.0, section 7).

#include "device/case.h"

namespace mbnrig::device {
namespace {

constexpr std::size_t kIpv4Header = 20, kIpv6Header = 40;

/// The NDP of the first datagram that came back.
const RawNtb::Ndp& Pointers(const RawNtb& ntb) {
  if (ntb.ndps.empty()) throw Missing("the NTB has no NDP");
  return ntb.ndps.front();
}

const RawNtb::Entry& First(const RawNtb& ntb) {
  const RawNtb::Ndp& ndp = Pointers(ntb);
  if (ndp.entries.size() < 2) throw Missing("the NDP has no datagram or no terminator");
  return ndp.entries.front();
}

const RawNtb::Entry& Last(const RawNtb& ntb) {
  First(ntb);
  return Pointers(ntb).entries.back();
}

DEVICE_CASE(Transfer, DTS_01, "an IP datagram there and back in the MBIM setting",
            "mbim1.0:3.2.1#5") {
  DataPath data = Connected();
  const auto datagrams = data.ExchangeOne().Datagrams(0);
  ASSERT_FALSE(datagrams.empty()) << Asserted();
  EXPECT_EQ(datagrams.front().front() >> 4, 4) << Asserted();
}

NTB_CASE(Transfer, DTS_02, DTS_08, "signature of the header", "ncm1.0:3.2.1#1", "ncm1.0:3.2.2#1") {
  EXPECT_EQ(Connected().ExchangeOne().signature, wide() ? kNth32Signature : kNth16Signature)
      << Asserted();
}

NTB_CASE(Transfer, DTS_03, DTS_09, "wHeaderLength", "ncm1.0:3.2.1#2", "ncm1.0:3.2.2#2") {
  EXPECT_EQ(Connected().ExchangeOne().header_length, wide() ? 16 : 12) << Asserted();
}

NTB_CASE(Transfer, DTS_04, DTS_10, "wSequence after RESET_FUNCTION", "ncm1.0:3.2.1#3",
         "ncm1.0:3.2.2#3") {
  // Two NTBs, so that the number is not 0 by chance.
  DataPath before = Connected();
  before.ExchangeOne();
  before.ExchangeOne();
  EXPECT_EQ(Connected().ExchangeOne().sequence, 0u) << Asserted();
}

NTB_CASE(Transfer, DTS_05, DTS_11, "wSequence rises", "ncm1.0:3.2.1#4", "ncm1.0:3.2.2#4") {
  DataPath data = Connected();
  std::vector<std::uint16_t> numbers;
  for (int round = 0; round < 3; ++round) {
    for (const RawNtb& ntb : data.Exchange({{0, data.Datagram(0)}}))
      numbers.push_back(ntb.sequence);
  }
  for (std::size_t i = 1; i < numbers.size(); ++i) {
    EXPECT_EQ(numbers[i], static_cast<std::uint16_t>(numbers[i - 1] + 1)) << Asserted();
  }
}

NTB_CASE(Transfer, DTS_06, DTS_12, "wBlockLength", "ncm1.0:3.2.1#5", "ncm1.0:3.2.2#5") {
  const RawNtb ntb = Connected().ExchangeOne();
  EXPECT_LE(ntb.block_length, modem().ntb_parameters().in_max_size) << Asserted();
  EXPECT_LE(ntb.block_length, ntb.bytes.size()) << Asserted();
}

NTB_CASE(Transfer, DTS_07, DTS_13, "wNdpIndex", "ncm1.0:3.2.1#6", "ncm1.0:3.2.2#6") {
  const RawNtb ntb = Connected().ExchangeOne();
  EXPECT_EQ(ntb.ndp_index % 4, 0u) << Asserted();
  EXPECT_GE(ntb.ndp_index, wide() ? 16u : 12u) << Asserted();
}

NTB_CASE(Transfer, DTS_14, DTS_20, "signature of the datagram pointers", "mbim1.0:7#1",
         "mbim1.0:7#3") {
  // Session 0: the last byte of the signature, its number, is 0.
  EXPECT_EQ(Pointers(Connected().ExchangeOne()).signature, wide() ? kIps32 : kIps16) << Asserted();
}

NTB_CASE(Transfer, DTS_15, DTS_21, "wLength of the datagram pointers", "ncm1.0:3.3.1#1",
         "ncm1.0:3.3.2#1") {
  const RawNtb ntb = Connected().ExchangeOne();
  EXPECT_GE(Pointers(ntb).length, wide() ? 32 : 16) << Asserted();
  EXPECT_EQ(Pointers(ntb).length % (wide() ? 8 : 4), 0) << Asserted();
}

NTB_CASE(Transfer, DTS_16, DTS_22, "index of the first datagram", "ncm1.0:3.3.1#2",
         "ncm1.0:3.3.2#2") {
  EXPECT_GE(First(Connected().ExchangeOne()).index, wide() ? 16u : 12u) << Asserted();
}

NTB_CASE(Transfer, DTS_17, DTS_23, "length of the first datagram", "ncm1.0:3.3.1#3",
         "ncm1.0:3.3.2#3") {
  const RawNtb ntb = Connected().ExchangeOne();
  const auto datagrams = ntb.Datagrams(0);
  ASSERT_FALSE(datagrams.empty()) << Asserted();
  const bool v6 = datagrams.front().front() >> 4 == 6;
  EXPECT_GE(First(ntb).length, v6 ? kIpv6Header : kIpv4Header) << Asserted();
}

NTB_CASE(Transfer, DTS_18, DTS_24, "index of the last entry", "ncm1.0:3.3.1#4", "ncm1.0:3.3.2#4") {
  EXPECT_EQ(Last(Connected().ExchangeOne()).index, 0u) << Asserted();
}

NTB_CASE(Transfer, DTS_19, DTS_25, "length of the last entry", "ncm1.0:3.3.1#5", "ncm1.0:3.3.2#5") {
  EXPECT_EQ(Last(Connected().ExchangeOne()).length, 0u) << Asserted();
}

}  // namespace
}  // namespace mbnrig::device
