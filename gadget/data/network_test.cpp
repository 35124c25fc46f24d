#include <gmock/gmock.h>
#include <sched.h>
#include <unistd.h>

#include <condition_variable>
#include <deque>

#include "data/make_network.h"
#include "data/testing/packets.h"
#include "data/tun.h"

namespace mbnrig::data {
namespace {

using namespace data::testing;

using namespace std::chrono_literals;

constexpr auto kPatience = 10s;

class Networks : public ::testing::Test {
 protected:
  struct Came {
    int session = -1;
    Bytes datagram;
  };
  std::unique_ptr<Network> Make(const scenario::Network& scenario) {
    return MakeNetwork(scenario, [this](std::uint8_t session, ByteView datagram) {
      std::lock_guard lock(mutex_);
      came_.push_back({session, Bytes(datagram.begin(), datagram.end())});
      changed_.notify_all();
    });
  }
  static Context On(std::uint8_t session, const std::string& apn) {
    return {session, apn, scenario::DefaultApns()[0].ip};
  }
  Came Next() {
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, kPatience, [this] { return !came_.empty(); })) return {};
    Came came = std::move(came_.front());
    came_.pop_front();
    return came;
  }
  bool Silent() {
    std::lock_guard lock(mutex_);
    return came_.empty();
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Came> came_;
};

TEST_F(Networks, ResponderAnswersItsSession) {
  const auto network = Make({});
  network->Activate(On(7, "internet"));
  network->Uplink(8, EchoRequest(false, 10).front());
  EXPECT_TRUE(Silent()) << "another session is not active";
  network->Uplink(7, EchoRequest(false, 10).front());
  EXPECT_EQ(Next().session, 7);
  network->Deactivate(7);
  network->Uplink(7, EchoRequest(false, 10).front());
  EXPECT_TRUE(Silent());
}

TEST_F(Networks, LoopbackReturnsEveryDatagram) {
  const auto network = Make({});
  network->Activate(On(0, "loopback"));
  network->Uplink(0, Bytes{1, 2, 3});
  EXPECT_EQ(Next().datagram, (Bytes{1, 2, 3}));
}

TEST_F(Networks, NoneIsSilent) {
  scenario::Network scenario;
  scenario.data = scenario::DataNetwork::kNone;
  const auto network = Make(scenario);
  network->Activate(On(0, "internet"));
  network->Uplink(0, EchoRequest(false, 10).front());
  EXPECT_TRUE(Silent());
  network->Deactivate(0);
}

TEST_F(Networks, ALinkDelaysBothWays) {
  scenario::Network scenario;
  scenario.link.latency = 20ms;
  const auto network = Make(scenario);
  network->Activate(On(1, "internet"));
  const auto begin = std::chrono::steady_clock::now();
  network->Uplink(1, EchoRequest(true, 10).front());
  EXPECT_EQ(Next().session, 1);
  EXPECT_GE(std::chrono::steady_clock::now() - begin, 40ms);
}

TEST_F(Networks, DatagramsOnTheLinkEndWithTheirSession) {
  scenario::Network scenario;
  scenario.link.latency = 1h;
  const auto network = Make(scenario);
  for (std::uint8_t session : {1, 2})
    network->Activate(On(session, "loopback"));
  network->Uplink(1, Bytes(10));
  network->Deactivate(1);
  network->Activate(On(1, "loopback"));
  EXPECT_TRUE(Silent());
}

TEST_F(Networks, ALinkThatLosesAllIsSilent) {
  scenario::Network scenario;
  scenario.link.loss = 1'000'000;
  const auto network = Make(scenario);
  network->Activate(On(0, "loopback"));
  network->Uplink(0, Bytes(10));
  EXPECT_TRUE(Silent());
}

/// Needs the right to make TUN devices. Runs in its own network namespace, because another test may
/// assign the same host to a device at the same time.
class TunNetwork : public Networks {
 protected:
  void SetUp() override {
    if (::unshare(CLONE_NEWNET) != 0) {
      GTEST_SKIP() << "needs the right to make a network namespace";
    }
    try {
      RequireTun();
    } catch (const std::runtime_error& error) {
      GTEST_SKIP() << error.what();
    }
  }
  /// Asks the kernel at `gateway` for an echo in `context`.
  void ExpectEcho(const Context& context, const Address& gateway) {
    scenario::Network scenario;
    scenario.data = scenario::DataNetwork::kTun;
    const auto network = Make(scenario);
    network->Activate(context);
    network->Uplink(0, EchoRequestTo(gateway, false, 10).front());
    network->UplinkIdle(0);
    // The kernel may first send packets of its own, such as a router solicitation.
    for (;;) {
      const Came came = Next();
      ASSERT_EQ(came.session, 0);
      const auto packet = ParsePacket(came.datagram);
      ASSERT_TRUE(packet);
      if (packet->header.v6) continue;
      EXPECT_EQ(packet->header.source, gateway);
      EXPECT_EQ(packet->header.destination, kHost4);
      EXPECT_EQ(packet->payload[0], 0) << "the kernel's echo reply";
      break;
    }
    network->Deactivate(0);
  }
};

TEST_F(TunNetwork, CarriesDatagramsToAndFromTheKernel) {
  ExpectEcho(On(0, "internet"), kGateway4);
}

TEST_F(TunNetwork, HasTheDummyAddressWithoutAGateway) {
  Context context = On(0, "internet");
  context.ip.ipv4_gateway.reset();
  ExpectEcho(context, Address{192, 0, 0, 8});
}

}  // namespace
}  // namespace mbnrig::data
