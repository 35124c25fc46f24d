#include "l2/link.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <fstream>
#include <memory>

#include "l2/tun.h"

namespace mbnrig::l2 {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

mbim::IpConfigurationInfo Configuration() {
  mbim::IpConfigurationInfo info;
  info.ipv4_addresses = {{24, {{192, 0, 2, 10}}}};
  info.ipv6_addresses = {{64, {{0x20, 1, 0xd, 0xb8, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10}}}};
  info.ipv4_dns_servers = {{{192, 0, 2, 53}}};
  info.ipv6_dns_servers = {{{0x20, 1, 0xd, 0xb8, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x53}}};
  info.ipv4_mtu = 1450;
  info.ipv6_mtu = 1430;
  return info;
}

TEST(IpSettingsOfAConfiguration, HaveAddressesServersAndTheSmallerMtu) {
  const IpSettings settings = SettingsFrom(Configuration());
  ASSERT_EQ(settings.addresses.size(), 2u);
  EXPECT_EQ(settings.addresses[0].ToString(), "192.0.2.10/24");
  EXPECT_EQ(settings.addresses[1].ToString(), "2001:db8:1::10/64");
  EXPECT_THAT(settings.name_servers, ElementsAre("192.0.2.53", "2001:db8:1::53"));
  EXPECT_EQ(settings.mtu, 1430u);
}

TEST(IpSettingsOfAConfiguration, GetAnMtuThatCanBe) {
  const auto mtu = [](const mbim::IpConfigurationInfo& info) {
    return WithinLimits(SettingsFrom(info), {}).mtu;
  };
  mbim::IpConfigurationInfo info;
  EXPECT_EQ(mtu(info), 1500u);
  info.ipv4_mtu = 1;
  EXPECT_EQ(mtu(info), 576u);
  info.ipv4_mtu = 0xFFFFFFFF;
  EXPECT_EQ(mtu(info), 65535u);
  info = Configuration();
  info.ipv4_mtu = 576;
  EXPECT_EQ(mtu(info), 1280u);
}

TEST(IpSettingsOfAConfiguration, LeaveOutAddressesThatNoHostHas) {
  for (const std::array<std::uint8_t, 4> octets : {std::array<std::uint8_t, 4>{0, 0, 0, 0},
                                                   {127, 0, 0, 1},
                                                   {224, 0, 0, 1},
                                                   {255, 255, 255, 255}}) {
    mbim::IpConfigurationInfo info;
    info.ipv4_addresses = {{24, {octets}}};
    info.ipv4_dns_servers = {{octets}};
    EXPECT_EQ(SettingsFrom(info), IpSettings{}) << int{octets[0]};
  }
  using Octets6 = std::array<std::uint8_t, 16>;
  for (const Octets6& octets :
       {Octets6{}, Octets6{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1},
        Octets6{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 127, 0, 0, 1}, Octets6{0xFF, 2}}) {
    mbim::IpConfigurationInfo info;
    info.ipv6_addresses = {{64, {octets}}};
    info.ipv6_dns_servers = {{octets}};
    EXPECT_EQ(SettingsFrom(info), IpSettings{}) << int{octets[0]};
  }
}

TEST(IpSettingsOfAConfiguration, LeaveOutPrefixesThatCannotBe) {
  mbim::IpConfigurationInfo info = Configuration();
  info.ipv4_addresses.push_back({33, {{192, 0, 2, 11}}});
  info.ipv6_addresses[0].on_link_prefix_length = 129;
  EXPECT_EQ(SettingsFrom(info).addresses.size(), 1u);
}

TEST(IpSettingsOfAConfiguration, TakeNoOtherNetworksAlong) {
  auto info = Configuration();
  info.ipv4_addresses[0].on_link_prefix_length = 1;
  info.ipv6_addresses[0].on_link_prefix_length = 0;
  const auto settings = SettingsFrom(info);
  ASSERT_EQ(settings.addresses.size(), 2u);
  EXPECT_EQ(settings.addresses[0].prefix, 32);
  EXPECT_EQ(settings.addresses[1].prefix, 128);
}

TEST(ALink, SaysWhichInterfaceThereIsNot) {
  try {
    Link link("mbnrig-none");
    FAIL();
  } catch (const L2Error& error) {
    EXPECT_STREQ(error.what(), "no such network interface: mbnrig-none");
  }
}

/// Runs in a network namespace of its own.
class TunTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (::unshare(CLONE_NEWNET) != 0) {
      GTEST_SKIP() << "needs the right to make a network namespace";
    }
  }
  static std::string Run(const std::string& command) {
    const std::unique_ptr<FILE, int (*)(FILE*)> pipe(::popen((command + " 2>&1").c_str(), "r"),
                                                     ::pclose);
    std::string output;
    std::array<char, 512> part;
    while (pipe && std::fgets(part.data(), part.size(), pipe.get())) {
      output += part.data();
    }
    return output;
  }
  const IpSettings settings_ = SettingsFrom(Configuration());
};

TEST_F(TunTest, HasWhatTheModemGaveAndGoesWithItsObject) {
  {
    const Tun tun("mbn%d", settings_, {[](mbim::ByteView) {}, [] {}});
    EXPECT_EQ(tun.name(), "mbn0");
    const std::string shown = Run("ip address show dev mbn0");
    EXPECT_THAT(shown, HasSubstr("UP"));
    EXPECT_THAT(shown, HasSubstr("mtu 1430"));
    EXPECT_THAT(shown, HasSubstr("inet 192.0.2.10/24"));
    EXPECT_THAT(shown, HasSubstr("inet6 2001:db8:1::10/64"));
    EXPECT_THAT(shown, Not(HasSubstr("fe80")));
    EXPECT_THAT(Run("ip route"), HasSubstr("192.0.2.0/24 dev mbn0"));
    const Tun another("mbn%d", IpSettings{}, {[](mbim::ByteView) {}, [] {}});
    EXPECT_EQ(another.name(), "mbn1");
  }
  EXPECT_THAT(Run("ip address"), Not(HasSubstr("mbn")));
}

TEST_F(TunTest, GoesWithoutIpv6WhereThatIsDisabled) {
  for (const char* which : {"all", "default"}) {
    std::ofstream("/proc/sys/net/ipv6/conf/" + std::string(which) + "/disable_ipv6") << 1;
  }
  if (Run("sysctl -n net.ipv6.conf.default.disable_ipv6") != "1\n") {
    GTEST_SKIP() << "needs the right to disable IPv6";
  }
  const Tun tun("mbn%d", settings_, {[](mbim::ByteView) {}, [] {}});
  const std::string shown = Run("ip address show dev mbn0");
  EXPECT_THAT(shown, HasSubstr("inet 192.0.2.10/24"));
  EXPECT_THAT(shown, Not(HasSubstr("inet6")));
}

TEST_F(TunTest, KeepsItsMtuWhereTheDriverDoesNotTakeTheModems) {
  const Tun tun("mbn%d", settings_, {[](mbim::ByteView) {}, [] {}});
  Link link(tun.name());
  link.TakeDown(settings_);
  IpSettings settings = settings_;
  settings.mtu = 100'000;
  link.SetUp(settings);
  const std::string shown = Run("ip address show dev mbn0");
  EXPECT_THAT(shown, HasSubstr("UP"));
  EXPECT_THAT(shown, HasSubstr("mtu 1430"));
  EXPECT_THAT(shown, HasSubstr("inet 192.0.2.10/24"));
}

TEST_F(TunTest, IsTakenDownByItsLink) {
  const Tun tun("mbn%d", settings_, {[](mbim::ByteView) {}, [] {}});
  Link link(tun.name());
  link.TakeDown(settings_);
  const std::string shown = Run("ip address show dev mbn0");
  EXPECT_THAT(shown, HasSubstr("DOWN"));
  EXPECT_THAT(shown, Not(HasSubstr("inet")));
  link.SetUp(settings_);
  EXPECT_THAT(Run("ip address show dev mbn0"), HasSubstr("192.0.2.10/24"));
  link.TakeDown(settings_);
  link.TakeDown(settings_);
}

TEST_F(TunTest, SaysWhichRightIsMissing) {
  // As after a process dropped its rights: the namespace belongs to another user.
  ASSERT_EQ(::seteuid(65534), 0);
  std::string said;
  try {
    const Tun tun("mbn%d", settings_, {[](mbim::ByteView) {}, [] {}});
  } catch (const L2Error& error) {
    said = error.what();
  }
  ASSERT_EQ(::seteuid(0), 0);
  EXPECT_THAT(said, HasSubstr("CAP_NET_ADMIN"));
  EXPECT_THAT(said, Not(HasSubstr("\n")));
}

}  // namespace
}  // namespace mbnrig::l2
