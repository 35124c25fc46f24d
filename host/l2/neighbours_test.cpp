#include "l2/neighbours.h"

#include <gtest/gtest.h>

#include "mbim/testing/wire_text.h"

namespace mbnrig::l2 {
namespace {

using mbim::Bytes;
using mbim::testing::FromText;

// fe80::1 solicits 2001:db8:1::10.
constexpr std::string_view kSolicitation = R"(
    60 00 00 00 00 18 3a ff
    fe 80 00 00 00 00 00 00 00 00 00 00 00 00 00 01
    ff 02 00 00 00 00 00 00 00 00 00 01 ff 00 00 10
    87 00 4e 4c 00 00 00 00
    20 01 0d b8 00 01 00 00 00 00 00 00 00 00 00 10
)";
constexpr std::string_view kAdvertisement = R"(
    60 00 00 00 00 18 3a ff
    20 01 0d b8 00 01 00 00 00 00 00 00 00 00 00 10
    fe 80 00 00 00 00 00 00 00 00 00 00 00 00 00 01
    88 00 dd 96 40 00 00 00
    20 01 0d b8 00 01 00 00 00 00 00 00 00 00 00 10
)";
constexpr std::string_view kAdvertisementOfAnother = R"(
    60 00 00 00 00 18 3a ff
    20 01 0d b8 00 01 00 00 00 00 00 00 00 00 00 10
    fe 80 00 00 00 00 00 00 00 00 00 00 00 00 00 01
    88 00 dd 2f 40 00 00 00
    20 01 0d b8 00 01 00 00 00 00 00 00 00 00 00 77
)";

IpSettings Settings() {
  IpSettings settings;
  settings.addresses = {
      {false, {192, 0, 2, 10}, 24},
      {true, {0xFE, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2}, 64},
      {true, {0x20, 1, 0xD, 0xB8, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10}, 64},
  };
  return settings;
}

TEST(NeighbourSolicitations, AreAnsweredFromTheTarget) {
  EXPECT_EQ(AdvertisementFor(FromText(kSolicitation), Settings()), FromText(kAdvertisement));
  Bytes with_option = FromText(kSolicitation);
  with_option.insert(with_option.end(), {1, 1, 2, 0, 0, 0, 0, 1});
  EXPECT_EQ(AdvertisementFor(with_option, Settings()), FromText(kAdvertisement));
}

TEST(NeighbourSolicitations, ForAnotherTargetAreAnsweredFromAnAddressOfTheInterface) {
  Bytes solicitation = FromText(kSolicitation);
  solicitation.back() = 0x77;
  IpSettings settings = Settings();
  std::swap(settings.addresses[1], settings.addresses[2]);
  EXPECT_EQ(AdvertisementFor(solicitation, settings), FromText(kAdvertisementOfAnother));
  settings.addresses.resize(1);
  EXPECT_EQ(AdvertisementFor(solicitation, settings), std::nullopt) << "only an IPv4 address";
}

/// Whether a solicitation with one other octet is answered.
bool IsAnswered(std::size_t at, std::uint8_t value) {
  Bytes solicitation = FromText(kSolicitation);
  solicitation[at] = value;
  return AdvertisementFor(solicitation, Settings()).has_value();
}

TEST(NeighbourSolicitations, AreRecognised) {
  EXPECT_TRUE(IsAnswered(7, 64)) << "the hop limit is not checked, as in the kernel's driver";
  EXPECT_FALSE(IsAnswered(0, 0x45)) << "IPv4";
  EXPECT_FALSE(IsAnswered(6, 17)) << "UDP";
  EXPECT_FALSE(IsAnswered(40, 136)) << "an advertisement";
  EXPECT_FALSE(IsAnswered(41, 1)) << "another code";
  EXPECT_FALSE(IsAnswered(24, 0xFE)) << "to a unicast address, which the kernel answers";
  EXPECT_FALSE(IsAnswered(36, 0xFE)) << "to another multicast address";
  EXPECT_FALSE(IsAnswered(8, 0xFF)) << "from a multicast address";
}

TEST(NeighbourSolicitations, FromTheUnspecifiedAddressAreNotAnswered) {
  Bytes solicitation = FromText(kSolicitation);
  std::fill_n(solicitation.begin() + 8, 16, std::uint8_t{0});
  EXPECT_EQ(AdvertisementFor(solicitation, Settings()), std::nullopt);
}

TEST(NeighbourSolicitations, CutShortAreNotAnswered) {
  const Bytes whole = FromText(kSolicitation);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    // An allocation of exactly this size, so that a sanitizer detects a read beyond its end.
    const Bytes part(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_EQ(AdvertisementFor(part, Settings()), std::nullopt) << size;
  }
}

}  // namespace
}  // namespace mbnrig::l2
