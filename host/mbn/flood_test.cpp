// A modem that indicates too much costs bounded memory, and clients finally get its newest state.
#include <algorithm>
#include <chrono>
#include <functional>
#include <future>
#include <thread>
#include <utility>

#include "mbn/testing/service_fixture.h"

namespace mbnrig::mbn {
namespace {

using namespace testing;
using mbim::ActivationState;
using mbim::CommandType;
using mbim::ReadyState;

constexpr std::size_t kMost = 10;
constexpr std::size_t kFlood = 2'000;

/// The first thread that passes waits until the test opens the door.
class Door {
 public:
  void Pass() {
    if (std::exchange(reached_, true)) return;
    arrived_.set_value();
    EXPECT_EQ(open_.get_future().wait_for(kTestPatience), std::future_status::ready);
  }
  bool WaitForArrival() {
    return arrived_.get_future().wait_for(kTestPatience) == std::future_status::ready;
  }
  void Open() {
    if (!std::exchange(opened_, true)) open_.set_value();
  }

 private:
  bool reached_ = false;  ///< a thread has come to the door
  bool opened_ = false;   ///< the test has opened it
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
  /// Returns when all indications so far have reached the service.
  static void Settle(FakeModem& modem) {
    std::promise<void> behind;
    modem.Close([&] { behind.set_value(); });
    ASSERT_EQ(behind.get_future().wait_for(kTestPatience), std::future_status::ready);
  }
  /// Waits for a condition that no event reports. False after kTestPatience.
  static bool Eventually(const std::function<bool()>& condition) {
    const auto deadline = std::chrono::steady_clock::now() + kTestPatience;
    while (!condition()) {
      if (std::chrono::steady_clock::now() > deadline) return false;
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return true;
  }
  bool IsReadyState(MBN_READY_STATE expected) {
    MBN_READY_STATE state{};
    return OnlyInterface()->GetReadyState(&state) == S_OK && state == expected;
  }
  /// Runs `cause`, which causes an event of that name. The event waits at the door, and later
  /// events wait for it.
  void StopEventsAtTheDoor(const std::string& name, const std::function<void()>& cause) {
    events->OnEvent([this, name](const Event& event) {
      if (event.name == name) door_.Pass();
    });
    cause();
    EXPECT_TRUE(door_.WaitForArrival());
  }
  void StopEventsAtTheDoor(FakeModem& modem) {
    StopEventsAtTheDoor("IMbnInterfaceEvents::OnReadyStateChange",
                        [&] { IndicateReady(modem, ReadyState::kDeviceLocked); });
  }
  /// A modem with an active context, and more voice calls than the queue of events takes, while the
  /// first event waits at the door.
  std::shared_ptr<FakeModem> PlugConnectedModem() {
    auto modem = PlugModem({.events = kMost, .indications = 2 * kFlood});
    CreateProfile();
    Connect();
    events->WaitFor("OnConnectComplete");
    StopEventsAtTheDoor("IMbnConnectionEvents::OnVoiceCallStateChange",
                        [&] { IndicateContext(*modem, ActivationState::kActivated, true); });
    for (std::size_t i = 0; i < kFlood; ++i)
      IndicateContext(*modem, ActivationState::kActivated, i % 2 == 1);
    return modem;
  }
  void Connect() {
    ULONG request = 0;
    EXPECT_THAT(OnlyConnection()->Connect(MBN_CONNECTION_MODE_PROFILE, L"internet", &request),
                HasCode(S_OK));
  }
  static void IndicateContext(FakeModem& modem, ActivationState state, bool calling) {
    auto info = Context(state);
    info.voice_call_state =
        calling ? mbim::VoiceCallState::kInProgress : mbim::VoiceCallState::kNone;
    modem.Indicate(mbim::kConnect, info);
  }
  static void Register(FakeModem& modem, mbim::RegisterState state) {
    modem.Indicate(mbim::kRegisterState, Registration(state));
  }
  bool IsCalling() {
    MBN_VOICE_CALL_STATE state{};
    return OnlyConnection()->GetVoiceCallState(&state) == S_OK &&
           state == MBN_VOICE_CALL_STATE_IN_PROGRESS;
  }
  bool IsActivation(MBN_ACTIVATION_STATE state) {
    return StateOf(OnlyConnection().Get()).activation == state;
  }
  static bool SaysDeactivated(const Event& event) {
    return StateOf(event.As<IMbnConnection>().Get()).activation == MBN_ACTIVATION_STATE_DEACTIVATED;
  }
  static void IndicateReady(FakeModem& modem, ReadyState state) {
    modem.Indicate(mbim::kSubscriberReadyStatus, ReadyInfo(state));
  }
  std::size_t Count(const std::string& name) const {
    const auto names = events->Names();
    return static_cast<std::size_t>(std::count(names.begin(), names.end(), name));
  }
  static MBN_READY_STATE ReadyStateOf(const Event& event) {
    MBN_READY_STATE state{};
    EXPECT_THAT(event.As<IMbnInterface>()->GetReadyState(&state), HasCode(S_OK));
    return state;
  }

  Door door_;
};

TEST_F(FloodTest, EventsBeyondTheBoundAreMerged) {
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
  EXPECT_LE(Count("IMbnInterfaceEvents::OnReadyStateChange"), kMost + 2);
  // From now on every change causes its own event again.
  events->Clear();
  IndicateReady(*modem, ReadyState::kDeviceLocked);
  IndicateReady(*modem, ReadyState::kInitialized);
  EXPECT_EQ(ReadyStateOf(events->WaitFor("OnReadyStateChange")), MBN_READY_STATE_DEVICE_LOCKED);
  EXPECT_EQ(ReadyStateOf(events->WaitFor("OnReadyStateChange")), MBN_READY_STATE_INITIALIZED);
}

TEST_F(FloodTest, MergedArrivalsAndRemovalsEndWithTheTruth) {
  const auto modem = PlugModem({.events = kMost, .indications = 2 * kFlood});
  StopEventsAtTheDoor(*modem);
  IndicateReady(*modem, ReadyState::kInitialized);
  for (std::size_t i = 0; i < kFlood; ++i)
    Register(*modem, i % 2 == 0 ? mbim::RegisterState::kDenied : mbim::RegisterState::kHome);
  Register(*modem, mbim::RegisterState::kDenied);
  IndicateReady(*modem, ReadyState::kBadSim);
  ASSERT_TRUE(Eventually([&] { return IsReadyState(MBN_READY_STATE_BAD_SIM); }));
  door_.Open();
  Service::Get().Stop();  // delivers the events that wait
  int there = 0;
  for (const std::string& name : events->Names()) {
    there += name == "IMbnConnectionManagerEvents::OnConnectionArrival";
    there -= name == "IMbnConnectionManagerEvents::OnConnectionRemoval";
    ASSERT_TRUE(there == 0 || there == 1) << "an arrival without a removal, or the reverse";
  }
  EXPECT_EQ(there, 0);
  EXPECT_LE(Count("IMbnConnectionManagerEvents::OnConnectionArrival"), kMost + 2);
}

TEST_F(FloodTest, AContextThatEndedWhileItsConnectionWasAwayIsTold) {
  const auto modem = PlugConnectedModem();
  Register(*modem, mbim::RegisterState::kDenied);
  IndicateContext(*modem, ActivationState::kDeactivated, false);
  Register(*modem, mbim::RegisterState::kHome);
  IndicateContext(*modem, ActivationState::kDeactivated, true);
  ASSERT_TRUE(
      Eventually([&] { return IsActivation(MBN_ACTIVATION_STATE_DEACTIVATED) && IsCalling(); }));
  door_.Open();
  events->WaitFor("OnConnectStateChange", SaysDeactivated);
  EXPECT_EQ(Count("IMbnConnectionManagerEvents::OnConnectionRemoval"), 0u);
}

TEST_F(FloodTest, ChangesAfterACompletionAreToldAfterIt) {
  const auto modem = PlugConnectedModem();
  IndicateContext(*modem, ActivationState::kDeactivated, false);
  ASSERT_TRUE(Eventually([&] { return IsActivation(MBN_ACTIVATION_STATE_DEACTIVATED); }));
  events->Clear();
  Connect();
  ASSERT_TRUE(Eventually([&] { return IsActivation(MBN_ACTIVATION_STATE_ACTIVATED); }));
  IndicateContext(*modem, ActivationState::kDeactivated, false);
  ASSERT_TRUE(Eventually([&] { return IsActivation(MBN_ACTIVATION_STATE_DEACTIVATED); }));
  door_.Open();
  Service::Get().Stop();  // delivers the events that wait
  const auto names = events->Names();
  const auto completion =
      std::find(names.begin(), names.end(), "IMbnConnectionEvents::OnConnectComplete");
  ASSERT_NE(completion, names.end());
  EXPECT_EQ(std::count(names.begin(), completion, "IMbnConnectionEvents::OnConnectStateChange"), 1);
  EXPECT_EQ(std::count(completion, names.end(), "IMbnConnectionEvents::OnConnectStateChange"), 1);
}

TEST_F(FloodTest, AsksTheModemAfterDroppedIndications) {
  const auto modem = PlugModem({.events = 2 * kFlood, .indications = kMost});
  modem->On(mbim::kHomeProvider, CommandType::kQuery, [this](mbim::ByteView) {
    door_.Pass();
    return Answered(mbim::Status::kNotInitialized);
  });
  const auto asked = modem->Commands(mbim::kDeviceCaps, CommandType::kQuery).size();
  // A different SIM: the service asks for its home provider and waits at the door.
  auto other = ReadyInfo(ReadyState::kInitialized);
  other.sim_icc_id = "8900101000000000009";
  modem->Indicate(mbim::kSubscriberReadyStatus, other);
  ASSERT_TRUE(door_.WaitForArrival());
  for (std::size_t i = 0; i < kFlood; ++i)
    IndicateReady(*modem, i % 2 == 0 ? ReadyState::kInitialized : ReadyState::kDeviceLocked);
  Settle(*modem);
  // The last indication was dropped. The modem gives the same state when the service asks.
  modem->On(mbim::kSubscriberReadyStatus, CommandType::kQuery,
            [](mbim::ByteView) { return AnsweredWith(ReadyInfo(ReadyState::kBadSim)); });
  modem->On(mbim::kHomeProvider, CommandType::kQuery,
            [](mbim::ByteView) { return Answered(mbim::Status::kNotInitialized); });
  door_.Open();
  EXPECT_TRUE(modem->WaitForCommands(mbim::kDeviceCaps, CommandType::kQuery, asked + 1));
  events->WaitFor("OnReadyStateChange", [](const Event& event) {
    return ReadyStateOf(event) == MBN_READY_STATE_BAD_SIM;
  });
  EXPECT_LE(Count("IMbnInterfaceEvents::OnReadyStateChange"), 2 * kMost);
}

}  // namespace
}  // namespace mbnrig::mbn
