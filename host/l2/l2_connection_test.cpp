// L2Connection over a device that the test operates: no modem, but the kernel's interfaces, in a
// network namespace of the test's own.

#include "l2/l2_connection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <condition_variable>
#include <cstring>
#include <deque>
#include <filesystem>
#include <fstream>

#include "data/testing/packets.h"
#include "fd.h"

namespace mbnrig::l2 {
namespace {

using data::Checksum;
using data::Header;
using data::kIcmpV6;
using data::MakePacket;
using data::PayloadOf;
using data::Put16;
using data::testing::kHost6;
using mbim::Bytes;
using mbim::ByteView;

constexpr std::chrono::seconds kPatience{20};
constexpr data::Address kModem{0xFE, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
constexpr data::Address kLinkLocal{0xFE, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2};
constexpr data::Address kAllNodes{0xFF, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};

std::uint8_t IcmpV6Type(ByteView datagram) {
  return datagram.size() > 40 && datagram[0] >> 4 == 6 && datagram[6] == kIcmpV6 ? datagram[40] : 0;
}

/// Keeps what the interface sends, and delivers what the test gives it.
class TestDevice final : public client::Device {
 public:
  client::DatagramLimits limits;

  void Deliver(ByteView datagram) {
    handler_.datagram(datagram);
    handler_.idle();
  }
  /// Delivers a datagram and waits for an answer for which `wanted` is true. Delivers it again now
  /// and then: the kernel drops datagrams until it has made the route to its new address. Nothing
  /// if no answer comes.
  std::optional<Bytes> Ask(const Bytes& datagram, const std::function<bool(ByteView)>& wanted) {
    for (const auto until = std::chrono::steady_clock::now() + kPatience;
         std::chrono::steady_clock::now() < until;) {
      Deliver(datagram);
      if (auto answer = NextSent(wanted)) return answer;
    }
    return std::nullopt;
  }
  std::optional<Bytes> NextSent(const std::function<bool(ByteView)>& wanted) {
    std::unique_lock lock(mutex_);
    const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(250);
    for (;;) {
      while (!sent_.empty()) {
        const Bytes datagram = std::move(sent_.front());
        sent_.pop_front();
        if (wanted(datagram)) return datagram;
      }
      if (changed_.wait_until(lock, until) == std::cv_status::timeout) return std::nullopt;
    }
  }

  const client::DeviceIdentity& identity() const override { return identity_; }
  bool present() const override { return true; }
  void Open(ReplyHandler) override {}
  void Close(std::function<void()>) override {}
  void Command(const mbim::Uuid&, std::uint32_t, mbim::CommandType, Bytes, ReplyHandler,
               std::chrono::milliseconds) override {}
  void set_indication_handler(IndicationHandler) override {}
  void set_datagram_handler(std::uint8_t, DatagramHandler handler) override {
    handler_ = std::move(handler);
  }
  bool SendDatagram(std::uint8_t, ByteView datagram, bool) override {
    const std::lock_guard lock(mutex_);
    sent_.emplace_back(datagram.begin(), datagram.end());
    changed_.notify_all();
    return true;
  }
  void FlushDatagrams() override {}
  std::string kernel_interface() const override { return {}; }
  client::DatagramLimits datagram_limits() const override { return limits; }

 private:
  const client::DeviceIdentity identity_{"test", 0, 0, "", "", ""};
  DatagramHandler handler_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Bytes> sent_;
};

Bytes IcmpV6(const data::Address& from, const data::Address& to, const Bytes& message) {
  const Header header{true, from, to, kIcmpV6, 255};
  Bytes packet = MakePacket(true, message.size());
  const auto icmp = PayloadOf(packet, true);
  std::ranges::copy(message, icmp.begin());
  Put16(icmp, 2, Checksum().AddPseudoHeader(header, icmp.size()).Add(icmp).Value());
  Bytes whole;
  data::SendPacket(std::move(packet), header, 1500, 1,
                   [&](ByteView datagram) { whole.assign(datagram.begin(), datagram.end()); });
  return whole;
}

/// A router for an hour, with the prefix 2001:db8:9::/64 for addresses of the host's own.
Bytes RouterAdvertisement() {
  return IcmpV6(kModem, kAllNodes, {134,  0, 0,   0,    64, 0, 14, 16, 0, 0, 0,  0,  0, 0, 0, 0,
                                    3,    4, 64,  0xC0, 0,  0, 14, 16, 0, 0, 14, 16, 0, 0, 0, 0,
                                    0x20, 1, 0xD, 0xB8, 0,  9, 0,  0,  0, 0, 0,  0,  0, 0, 0, 0});
}

class L2ConnectionTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (::unshare(CLONE_NEWNET) != 0) {
      GTEST_SKIP() << "needs the right to make a network namespace";
    }
    options_.resolv_dir =
        std::filesystem::temp_directory_path() / ("mbnrig-l2-" + std::to_string(::getpid()));
  }
  ~L2ConnectionTest() override {
    connection_.reset();
    std::error_code none;
    if (!options_.resolv_dir.empty()) std::filesystem::remove_all(options_.resolv_dir, none);
  }

  void Connect(const mbim::IpConfigurationInfo& configuration) {
    connection_ = std::make_unique<L2Connection>(device_, std::uint8_t{0}, configuration, options_);
    ASSERT_EQ(connection_->interface_name(), "mbn0");
  }
  /// When this returns true, the kernel has handled everything that was delivered before.
  bool EchoIsAnswered(const data::Address& host) {
    const std::uint8_t serial = ++echoes_;
    const auto answers = [serial](ByteView sent) {
      return IcmpV6Type(sent) == 129 && sent.back() == serial;
    };
    return device_->Ask(IcmpV6(kModem, host, {128, 0, 0, 0, 1, 2, 3, serial}), answers).has_value();
  }
  /// The lines of the kernel's list that name the interface.
  static std::vector<std::string> Lines(const char* file) {
    std::vector<std::string> lines;
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);) {
      if (line.find("mbn0") != std::string::npos) lines.push_back(line);
    }
    return lines;
  }
  static std::vector<std::string> Addresses() { return Lines("/proc/net/if_inet6"); }
  static bool HasDefaultRoute() {
    for (const std::string& line : Lines("/proc/net/ipv6_route")) {
      if (line.starts_with(std::string(32, '0') + " 00")) return true;
    }
    return false;
  }
  static std::string Setting(const char* key) {
    std::string value;
    std::ifstream(std::filesystem::path("/proc/sys/net/ipv6/conf/mbn0") / key) >> value;
    return value;
  }
  static int Mtu() {
    const Fd socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    ifreq request{};
    std::strncpy(request.ifr_name, "mbn0", IFNAMSIZ - 1);
    return ::ioctl(socket.get(), SIOCGIFMTU, &request) == 0 ? request.ifr_mtu : -1;
  }

  const std::shared_ptr<TestDevice> device_ = std::make_shared<TestDevice>();
  L2Options options_;
  std::unique_ptr<L2Connection> connection_;
  std::uint8_t echoes_ = 0;
};

mbim::IpConfigurationInfo V6(const data::Address& address) {
  mbim::IpConfigurationInfo info;
  info.ipv6_addresses = {{64, {address}}};
  return info;
}

/// Cases 341 and 566.
TEST_F(L2ConnectionTest, TakesNothingFromARouter) {
  Connect(V6(kLinkLocal));
  EXPECT_EQ(Setting("accept_ra"), "0");
  EXPECT_EQ(Setting("autoconf"), "0");
  EXPECT_EQ(Setting("accept_redirects"), "0");
  ASSERT_TRUE(EchoIsAnswered(kLinkLocal)) << "the kernel takes what is delivered from now on";
  device_->Deliver(RouterAdvertisement());
  ASSERT_TRUE(EchoIsAnswered(kLinkLocal));
  EXPECT_THAT(Addresses(), ::testing::SizeIs(1));
  EXPECT_FALSE(HasDefaultRoute());
  // The advertisement is a good one: the kernel takes it once it may.
  for (const char* key : {"accept_ra", "autoconf"}) {
    std::ofstream(std::filesystem::path("/proc/sys/net/ipv6/conf/mbn0") / key) << 1;
  }
  device_->Deliver(RouterAdvertisement());
  ASSERT_TRUE(EchoIsAnswered(kLinkLocal));
  EXPECT_TRUE(HasDefaultRoute());
}

TEST_F(L2ConnectionTest, AnswersTheModemsNeighbourSolicitations) {
  Connect(V6(kHost6));
  data::Address group{0xFF, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xFF, 0, 0, 0x10};
  Bytes solicitation{135, 0, 0, 0, 0, 0, 0, 0};
  solicitation.insert(solicitation.end(), kHost6.begin(), kHost6.end());
  for (const data::Address& to : {group, kHost6}) {
    const auto answer = device_->Ask(IcmpV6(kModem, to, solicitation),
                                     [](ByteView sent) { return IcmpV6Type(sent) == 136; });
    ASSERT_TRUE(answer);
    EXPECT_TRUE(std::ranges::equal(ByteView(*answer).subspan(8, 16), kHost6));
    EXPECT_TRUE(std::ranges::equal(ByteView(*answer).subspan(24, 16), kModem));
    EXPECT_TRUE(std::ranges::equal(ByteView(*answer).subspan(48, 16), kHost6));
  }
}

TEST_F(L2ConnectionTest, HasAnMtuThatTheModemTakes) {
  struct Case {
    std::uint32_t modem_says, longest, descriptor, mtu;
  };
  for (const Case& c :
       {Case{0, 0, 0, 1500}, Case{1400, 2048, 1300, 1400}, Case{0, 2048, 1358, 1358},
        Case{1500, 1420, 0, 1420}, Case{0, 1400, 1500, 1400}}) {
    connection_.reset();
    device_->limits = {c.longest, c.descriptor};
    auto info = V6(kHost6);
    info.ipv6_mtu = c.modem_says;
    Connect(info);
    EXPECT_EQ(Mtu(), static_cast<int>(c.mtu));
    EXPECT_THAT(Addresses(), ::testing::SizeIs(1));
    EXPECT_EQ(connection_->settings(), SettingsFrom(info))
        << "the owner sees by them that the modem says the same again";
  }
}

TEST_F(L2ConnectionTest, HasNoIpv6IfTheModemsDatagramsAreTooShort) {
  device_->limits.longest = 1000;
  auto info = V6(kHost6);
  info.ipv4_addresses = {{24, {{192, 0, 2, 10}}}};
  Connect(info);
  EXPECT_EQ(Mtu(), 1000);
  EXPECT_THAT(Addresses(), ::testing::IsEmpty());
}

/// Case 345.
TEST_F(L2ConnectionTest, IsUpWithoutAnAddress) {
  Connect({});
  const Fd socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  ifreq request{};
  std::strncpy(request.ifr_name, "mbn0", IFNAMSIZ - 1);
  ASSERT_EQ(::ioctl(socket.get(), SIOCGIFFLAGS, &request), 0);
  EXPECT_NE(request.ifr_flags & IFF_UP, 0);
}

/// Case 340.
TEST_F(L2ConnectionTest, WritesNameServersThatCanBe) {
  auto info = V6(kHost6);
  info.ipv4_dns_servers = {{{0, 0, 0, 0}},
                           {{192, 0, 2, 53}},
                           {{224, 0, 0, 251}},
                           {{127, 0, 0, 1}},
                           {{255, 255, 255, 255}}};
  info.ipv6_dns_servers = {{}, {kAllNodes}, {kHost6}};
  Connect(info);
  std::string text;
  std::ifstream in(options_.resolv_dir / "mbn0.resolv");
  for (std::string line; std::getline(in, line);) {
    if (!line.starts_with("#")) text += line + "\n";
  }
  EXPECT_EQ(text, "nameserver 192.0.2.53\nnameserver 2001:db8:1::10\n");
}

}  // namespace
}  // namespace mbnrig::l2
