// A modem with a network behind it and this machine, from the bus in the process up to a socket of
// the kernel.

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/socket.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "client/call.h"
#include "client/monitor.h"
#include "client/testing/client_fixture.h"
#include "data/testing/packets.h"
#include "fd.h"
#include "gadget.h"
#include "l2/l2_connection.h"
#include "usb/loopback.h"

namespace mbnrig::l2 {
namespace {
using mbim::Bytes;
using std::chrono::milliseconds;
using transport::NtbPreference;

constexpr milliseconds kPatience{20'000};
constexpr int kAttempts = 40;

class L2RigTest : public ::testing::TestWithParam<NtbPreference> {
 protected:
  L2RigTest()
      : gadget_(scenario::Load(MBNRIG_SOURCE_DIR "/fixtures/scenarios/default.yaml")),
        port_(bus_, gadget_.function()) {
    gadget_.set_port(&port_);
    gadget_.Plug();
    client::MonitorOptions options;
    options.ntb = GetParam();
    monitor_ = client::MakeLoopbackMonitor(bus_, {}, options);
    monitor_->Start(listener_);
    device_ = listener_.arrivals.Next();
    client::PendingReply opened;
    device_->Open(opened.Handler());
    EXPECT_TRUE(opened.Get().ok());
  }
  ~L2RigTest() override {
    connection_.reset();
    monitor_.reset();
    gadget_.set_port(nullptr);
  }

  template <mbim::AnyCid C>
  client::Reply Set(const C& cid, const typename C::Set& payload) {
    client::PendingReply reply;
    client::Set(*device_, cid, payload, reply.Handler());
    return reply.Get();
  }
  mbim::IpConfigurationInfo Activate() {
    EXPECT_TRUE(
        Set(mbim::kPacketService, mbim::SetPacketService{mbim::PacketServiceAction::kAttach}).ok());
    mbim::SetConnect connect;
    connect.activation_command = mbim::ActivationCommand::kActivate;
    connect.access_string = "internet";
    connect.context_type = mbim::kContextTypeInternet;
    connect.ip_type = mbim::IpType::kIpv4v6;
    EXPECT_TRUE(Set(mbim::kConnect, connect).ok());
    client::PendingReply reply;
    client::Query(*device_, mbim::kIpConfiguration, mbim::IpConfigurationInfo{}, reply.Handler());
    return *mbim::Decode<mbim::IpConfigurationInfo>(reply.Get().information);
  }

  client::RecordingListener listener_;
  usb::LoopbackBus bus_;
  Gadget gadget_;
  usb::LoopbackPort port_;
  std::unique_ptr<client::Monitor> monitor_;
  std::shared_ptr<client::Device> device_;
  L2Options options_;
  std::unique_ptr<L2Connection> connection_;
};

INSTANTIATE_TEST_SUITE_P(Formats, L2RigTest,
                         ::testing::Values(NtbPreference::kNtb16, NtbPreference::kNtb32),
                         [](const auto& each) {
                           return each.param == NtbPreference::kNtb16 ? "Ntb16" : "Ntb32";
                         });

TEST_P(L2RigTest, GivesDatagramsToTheSocketWithoutAnInterface) {
  options_.mode = L2Mode::kDatagrams;
  options_.socket = std::make_shared<DatagramSocket>();
  connection_ = std::make_unique<L2Connection>(device_, std::uint8_t{0}, Activate(), options_);
  EXPECT_EQ(connection_->interface_name(), "");
  for (const bool v6 : {false, true}) {
    for (const std::size_t size : {0u, 64u, 1400u}) {
      for (const Bytes& request : data::testing::EchoRequest(v6, size)) {
        EXPECT_TRUE(options_.socket->Send(request));
      }
      const auto answer = options_.socket->Next(kPatience);
      ASSERT_TRUE(answer) << "IPv" << (v6 ? 6 : 4) << ", " << size << " bytes";
      EXPECT_EQ(answer->size(), size + (v6 ? 48u : 28u));
    }
  }
  connection_.reset();
  EXPECT_FALSE(options_.socket->joined());
}

/// A UDP socket of the kernel, connected to port 7 of `address`.
class EchoSocket {
 public:
  explicit EchoSocket(const char* address) {
    const bool v6 = std::string_view(address).find(':') != std::string_view::npos;
    socket_ = Fd(::socket(v6 ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    const timeval limit{0, 500'000};
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    sockaddr_in6 six{};
    six.sin6_family = AF_INET6;
    six.sin6_port = htons(7);
    sockaddr_in four{};
    four.sin_family = AF_INET;
    four.sin_port = htons(7);
    if (v6) {
      ::inet_pton(AF_INET6, address, &six.sin6_addr);
      error_ = ::connect(socket_.get(), reinterpret_cast<sockaddr*>(&six), sizeof six);
    } else {
      ::inet_pton(AF_INET, address, &four.sin_addr);
      error_ = ::connect(socket_.get(), reinterpret_cast<sockaddr*>(&four), sizeof four);
    }
  }
  /// Sends again until an answer comes. On a busy machine the first datagram over IPv6 is sometimes
  /// lost, probably because the kernel has not yet made the route to its new address.
  std::string Echo(const std::string& text) {
    std::string answer(65536, 0);
    for (int attempt = 0; attempt < kAttempts; ++attempt) {
      if (error_ != 0 || ::send(socket_.get(), text.data(), text.size(), 0) < 0) return "not sent";
      const ssize_t count = ::recv(socket_.get(), answer.data(), answer.size(), 0);
      if (count >= 0) return answer.substr(0, static_cast<std::size_t>(count));
    }
    return "no answer";
  }

 private:
  Fd socket_;
  int error_ = 0;
};

TEST_P(L2RigTest, IsANetworkInterface) {
  // Threads that exist already, such as the gadget's, stay in their namespace.
  if (::unshare(CLONE_NEWNET) != 0) GTEST_SKIP() << "needs the right to make a network namespace";
  const auto folder =
      std::filesystem::temp_directory_path() / ("mbnrig-l2-" + std::to_string(::getpid()));
  options_.resolv_dir = folder;
  connection_ = std::make_unique<L2Connection>(device_, std::uint8_t{0}, Activate(), options_);
  ASSERT_EQ(connection_->interface_name(), "mbn0");
  EXPECT_EQ(EchoSocket("192.0.2.1").Echo("datagrams"), "datagrams");
  EXPECT_EQ(EchoSocket("192.0.2.1").Echo(std::string(5000, 'x')), std::string(5000, 'x'));
  EXPECT_EQ(EchoSocket("2001:db8:1::1").Echo("over six"), "over six");
  std::ostringstream resolv;
  resolv << std::ifstream(folder / "mbn0.resolv").rdbuf();
  EXPECT_THAT(resolv.str(), ::testing::HasSubstr("\nnameserver "));
  connection_.reset();
  EXPECT_EQ(::if_nametoindex("mbn0"), 0u);
  EXPECT_FALSE(std::filesystem::exists(folder / "mbn0.resolv"));
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace mbnrig::l2
