#include "ip/checksum.h"

#include <gtest/gtest.h>

#include <array>
#include <vector>

namespace mbnrig::ip {
namespace {

/// The checksum as RFC 1071, section 4.1, computes it.
std::uint16_t ByTheBook(mbim::ByteView bytes) {
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i)
    sum += std::uint32_t{bytes[i]} << (i % 2 == 0 ? 8 : 0);
  while (sum >> 16 != 0)
    sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<std::uint16_t>(~sum);
}

TEST(ChecksumTest, OfTheExampleInTheRfc) {
  constexpr std::array<std::uint8_t, 8> kExample{0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7};
  EXPECT_EQ(Checksum().Add(kExample).Value(), 0x220d);  // section 3: the sum is ddf2
}

TEST(ChecksumTest, OfEveryLength) {
  std::vector<std::uint8_t> bytes;
  for (int size = 0; size < 300; ++size) {
    EXPECT_EQ(Checksum().Add(bytes).Value(), ByTheBook(bytes)) << size;
    bytes.push_back(static_cast<std::uint8_t>(0xff - size * 7));
  }
  const std::vector<std::uint8_t> full(65535, 0xff);
  EXPECT_EQ(Checksum().Add(full).Value(), ByTheBook(full));
}

TEST(ChecksumTest, OfPiecesAndNumbers) {
  constexpr std::array<std::uint8_t, 5> kBytes{0x12, 0x34, 0xfe, 0xdc, 0x80};
  const std::uint16_t whole = ByTheBook(kBytes);
  const mbim::ByteView bytes = kBytes;
  EXPECT_EQ(Checksum().Add(bytes.first(2)).Add(bytes.subspan(2)).Value(), whole);
  EXPECT_EQ(Checksum().Add16(0x1234).Add16(0xfedc).Add16(0x8000).Value(), whole);
  EXPECT_EQ(Checksum().Add(kBytes).Add16(0xabcd).Subtract16(0xabcd).Value(), whole);
}

TEST(ChecksumTest, OfAPseudoHeader) {
  struct {
    std::array<std::uint8_t, 4> source{192, 0, 2, 1}, destination{192, 0, 2, 2};
    std::uint8_t protocol = 17;
  } header;
  constexpr std::array<std::uint8_t, 12> kPseudo{192, 0, 2, 1, 192, 0, 2, 2, 0, 17, 0x01, 0x23};
  EXPECT_EQ(Checksum().AddPseudoHeader(header, 0x123).Value(), ByTheBook(kPseudo));
}

TEST(ChecksumTest, IsZeroOfBytesThatHaveTheirChecksum) {
  std::vector<std::uint8_t> bytes{0x45, 0, 0, 20, 0, 0, 0xab, 0xcd};
  const std::uint16_t value = Checksum().Add(bytes).Value();
  bytes[4] = static_cast<std::uint8_t>(value >> 8);
  bytes[5] = static_cast<std::uint8_t>(value);
  EXPECT_EQ(Checksum().Add(bytes).Value(), 0);
  bytes[0] = 0x46;
  EXPECT_NE(Checksum().Add(bytes).Value(), 0);
}

}  // namespace
}  // namespace mbnrig::ip
