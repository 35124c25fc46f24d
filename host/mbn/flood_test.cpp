// A modem that says more than is taken in costs bounded memory, and its last word is heard.
#include <algorithm>
#include <chrono>
#include <functional>
#include <future>
#include <thread>
#include <utility>

#include "mbn/service_fixture.h"

namespace mbnrig::mbn {
namespace {

using mbim::BasicConnectCid;
using mbim::CommandType;
using mbim::ReadyState;

constexpr std::size_t kMost = 10;
constexpr std::size_t kFlood = 2'000;

/// The first thread that comes waits at it until the test opens it.
class Door {
 public:
  void Pass() {
    if (std::exchange(reached_, true)) return;
    arrived_.set_value();
    open_.get_future().wait();
  }
  bool WaitForArrival() {
    return arrived_.get_future().wait_for(kTestPatience) == std::future_status::ready;
  }
  void Open() {
    if (!std::exchange(opened_, true)) open_.set_value();
  }

 private:
  bool reached_ = false;  ///< of the thread that comes
  bool opened_ = false;   ///< of the test
  std::promise<void> arrived_, open_;
};

class FloodTest : public ServiceTest {
 protected:
  ~FloodTest() override {
    door_.Open();
    Service::Get().Stop();
  }

  std::shared_ptr<FakeModem> PlugModem(const ServiceLimits& limits) {
    ServiceConfig config = Config();
    config.limits = limits;
    Restart(config);
    return ServiceTest::PlugModem();
  }
  /// Whatever the modem has indicated so far has reached the service.
  static void Settle(FakeModem& modem) {
    std::promise<void> behind;
    modem.Close([&] { behind.set_value(); });
    behind.get_future().wait();
  }
  /// Whether `condition` comes to hold, of what no event tells.
  static bool Eventually(const std::function<bool()>& condition) {
    const auto deadline = std::chrono::steady_clock::now() + kTestPatience;
    while (!condition()) {
      if (std::chrono::steady_clock::now() > deadline) return false;
      std::this_thread::yield();
    }
    return true;
  }
  bool IsReadyState(MBN_READY_STATE expected) {
    MBN_READY_STATE state{};
    return OnlyInterface()->GetReadyState(&state) == S_OK && state == expected;
  }
  /// Returns when the first change of the ready state stands at the door, and with it all events.
  void StopEventsAtTheDoor(FakeModem& modem) {
    events->OnEvent([this](const Event& event) {
      if (event.name == "OnReadyStateChange") door_.Pass();
    });
    IndicateReady(modem, ReadyState::kDeviceLocked);
    EXPECT_TRUE(door_.WaitForArrival());
  }
  static void IndicateReady(FakeModem& modem, ReadyState state) {
    modem.Indicate(BasicConnectCid::kSubscriberReadyStatus, ReadyInfo(state));
  }
  std::size_t Count(const std::string& name) const {
    const auto names = events->Names();
    return static_cast<std::size_t>(std::count(names.begin(), names.end(), name));
  }
  static MBN_READY_STATE ReadyStateOf(const Event& event) {
    MBN_READY_STATE state{};
    EXPECT_EQ(event.As<IMbnInterface>()->GetReadyState(&state), S_OK);
    return state;
  }

  Door door_;
};

TEST_F(FloodTest, EventsThatNobodyTakesAreToldOnceInTheEnd) {
  const auto modem = PlugModem({.events = kMost, .indications = 2 * kFlood});
  StopEventsAtTheDoor(*modem);
  for (std::size_t i = 0; i < kFlood; ++i)
    IndicateReady(*modem, i % 2 == 0 ? ReadyState::kInitialized : ReadyState::kDeviceLocked);
  IndicateReady(*modem, ReadyState::kBadSim);
  ASSERT_TRUE(Eventually([&] { return IsReadyState(MBN_READY_STATE_BAD_SIM); }));
  door_.Open();
  events->WaitFor("OnReadyStateChange", [](const Event& event) {
    return ReadyStateOf(event) == MBN_READY_STATE_BAD_SIM;
  });
  EXPECT_LE(Count("OnReadyStateChange"), kMost + 2);
  // From now on every change is told again.
  events->Clear();
  IndicateReady(*modem, ReadyState::kDeviceLocked);
  IndicateReady(*modem, ReadyState::kInitialized);
  EXPECT_EQ(ReadyStateOf(events->WaitFor("OnReadyStateChange")), MBN_READY_STATE_DEVICE_LOCKED);
  EXPECT_EQ(ReadyStateOf(events->WaitFor("OnReadyStateChange")), MBN_READY_STATE_INITIALIZED);
}

TEST_F(FloodTest, AConnectionThatComesAndGoesUnheardIsInTheEndWhatItIs) {
  const auto modem = PlugModem({.events = kMost, .indications = 2 * kFlood});
  StopEventsAtTheDoor(*modem);
  const auto register_as = [&](mbim::RegisterState state) {
    modem->Indicate(BasicConnectCid::kRegisterState, Registration(state));
  };
  IndicateReady(*modem, ReadyState::kInitialized);
  for (std::size_t i = 0; i < kFlood; ++i)
    register_as(i % 2 == 0 ? mbim::RegisterState::kDenied : mbim::RegisterState::kHome);
  register_as(mbim::RegisterState::kDenied);
  IndicateReady(*modem, ReadyState::kBadSim);
  ASSERT_TRUE(Eventually([&] { return IsReadyState(MBN_READY_STATE_BAD_SIM); }));
  door_.Open();
  Service::Get().Stop();  // which delivers what waits
  int there = 0;
  for (const std::string& name : events->Names()) {
    there += name == "OnConnectionArrival";
    there -= name == "OnConnectionRemoval";
    ASSERT_TRUE(there == 0 || there == 1) << "an arrival without a removal, or the reverse";
  }
  EXPECT_EQ(there, 0);
  EXPECT_LE(Count("OnConnectionArrival"), kMost + 2);
}

TEST_F(FloodTest, IndicationsThatHaveNoPlaceAreMadeUpForByAsking) {
  const auto modem = PlugModem({.events = 2 * kFlood, .indications = kMost});
  modem->On(BasicConnectCid::kHomeProvider, CommandType::kQuery, [this](mbim::ByteView) {
    door_.Pass();
    return Answered(mbim::Status::kNotInitialized);
  });
  const auto asked = modem->Commands(BasicConnectCid::kDeviceCaps, CommandType::kQuery).size();
  // Another SIM, whose home provider the service asks for, and so stands at the door.
  auto other = ReadyInfo(ReadyState::kInitialized);
  other.sim_icc_id = "8900101000000000009";
  modem->Indicate(BasicConnectCid::kSubscriberReadyStatus, other);
  ASSERT_TRUE(door_.WaitForArrival());
  for (std::size_t i = 0; i < kFlood; ++i)
    IndicateReady(*modem, i % 2 == 0 ? ReadyState::kInitialized : ReadyState::kDeviceLocked);
  Settle(*modem);
  // What the modem indicated last had no place; it is what it answers, too.
  modem->On(BasicConnectCid::kSubscriberReadyStatus, CommandType::kQuery,
            [](mbim::ByteView) { return AnsweredWith(ReadyInfo(ReadyState::kBadSim)); });
  modem->On(BasicConnectCid::kHomeProvider, CommandType::kQuery,
            [](mbim::ByteView) { return Answered(mbim::Status::kNotInitialized); });
  door_.Open();
  EXPECT_TRUE(modem->WaitForCommands(BasicConnectCid::kDeviceCaps, CommandType::kQuery, asked + 1));
  events->WaitFor("OnReadyStateChange", [](const Event& event) {
    return ReadyStateOf(event) == MBN_READY_STATE_BAD_SIM;
  });
  EXPECT_LE(Count("OnReadyStateChange"), 2 * kMost);
}

}  // namespace
}  // namespace mbnrig::mbn
