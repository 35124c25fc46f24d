// The dialer as a client of the Mobile Broadband service, next to other clients.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <mbnapi.h>

#include <chrono>
#include <condition_variable>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "mbn/testing/service_fixture.h"
#include "rras/model/dialer.h"

namespace mbnrig::rras {
namespace {

using mbim::CommandType;
using mbn::testing::FakeModem;
using mbn::testing::HasCode;
using mbn::testing::kTestPatience;

constexpr HRESULT kNothingToEnd = HRESULT_FROM_WIN32(ERROR_NOT_FOUND);

/// The fixture's own client is "another program".
class MbnDialerTest : public mbn::testing::ServiceTest {
 protected:
  MbnDialerTest() : modem(PlugModem()) {
    CreateProfile();
    id = com::ToUtf8(mbn::testing::InterfaceId(OnlyInterface().Get()));
    dialer->Start([this](const std::string& interface_id) {
      const std::lock_guard lock(mutex);
      if (!interface_id.empty()) ended.push_back(interface_id);
      changed.notify_all();
    });
  }
  ~MbnDialerTest() override {
    ReleaseEvents();
    dialer->Stop();
  }

  MBN_ACTIVATION_STATE State() { return mbn::testing::StateOf(OnlyConnection().Get()).activation; }
  bool Becomes(MBN_ACTIVATION_STATE state) {
    const auto deadline = std::chrono::steady_clock::now() + kTestPatience;
    while (State() != state) {
      if (std::chrono::steady_clock::now() >= deadline) return false;
      std::this_thread::yield();
    }
    return true;
  }
  void ConnectElsewhere() {
    ULONG request = 0;
    ASSERT_THAT(OnlyConnection()->Connect(MBN_CONNECTION_MODE_PROFILE, L"internet", &request),
                HasCode(S_OK));
    ASSERT_TRUE(Becomes(MBN_ACTIVATION_STATE_ACTIVATED));
  }
  void BeginToDisconnectElsewhere() {
    ULONG request = 0;
    ASSERT_THAT(OnlyConnection()->Disconnect(&request), HasCode(S_OK));
  }
  std::future<HRESULT> HangUp() {
    return std::async(std::launch::async, [this] { return dialer->Disconnect(id, kTestPatience); });
  }

  /// The handler of another program does not return until ReleaseEvents.
  void HoldEvents() {
    gate.emplace();
    events->OnEvent([held = gate->get_future().share()](const mbn::testing::Event&) {
      held.wait_for(kTestPatience);
    });
  }
  void ReleaseEvents() {
    if (gate) gate->set_value();
    gate.reset();
    events->OnEvent(nullptr);
  }
  /// Whether the dialer tells that the modem's connection has ended.
  bool TellsTheEnd() {
    std::unique_lock lock(mutex);
    return changed.wait_for(lock, kTestPatience, [&] { return ended == std::vector{id}; });
  }

  std::shared_ptr<FakeModem> modem;
  std::string id;
  std::optional<std::promise<void>> gate;
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<std::string> ended;  // guarded by mutex
  std::unique_ptr<Dialer> dialer = MakeMbnDialer();
};

TEST_F(MbnDialerTest, HangsUp) {
  EXPECT_THAT(dialer->Disconnect(id, kTestPatience), HasCode(kNothingToEnd));
  ConnectElsewhere();
  EXPECT_THAT(dialer->Disconnect(id, kTestPatience), HasCode(S_OK));
  EXPECT_EQ(State(), MBN_ACTIVATION_STATE_DEACTIVATED);
  EXPECT_THAT(dialer->Disconnect(id, kTestPatience), HasCode(kNothingToEnd));
}

TEST_F(MbnDialerTest, WaitsForAHangUpOfAnotherProgram) {
  ConnectElsewhere();
  modem->Hold(mbim::kConnect, CommandType::kSet);
  BeginToDisconnectElsewhere();
  ASSERT_TRUE(modem->WaitForCommands(mbim::kConnect, CommandType::kSet, 2));
  // Once to see that it waits, and once to see the end.
  EXPECT_THAT(dialer->Disconnect(id, std::chrono::milliseconds(1)),
              HasCode(HRESULT_FROM_WIN32(ERROR_TIMEOUT)));
  std::future<HRESULT> call = HangUp();
  modem->Release(mbim::kConnect, CommandType::kSet);
  const HRESULT code = call.get();
  EXPECT_TRUE(code == S_OK || code == kNothingToEnd) << std::hex << code;
  EXPECT_EQ(modem->Commands(mbim::kConnect, CommandType::kSet).size(), 2u);
}

// Another program hangs up, connects and hangs up again while a handler holds back the events. So
// the event of the first hang-up comes when the dialer waits for the end of the second one.
TEST_F(MbnDialerTest, DoesNotTakeTheEndOfAnEarlierHangUpForThatOfALaterOne) {
  ConnectElsewhere();
  HoldEvents();
  BeginToDisconnectElsewhere();
  ASSERT_TRUE(Becomes(MBN_ACTIVATION_STATE_DEACTIVATED));
  ConnectElsewhere();
  modem->Hold(mbim::kConnect, CommandType::kSet);
  BeginToDisconnectElsewhere();
  ASSERT_TRUE(modem->WaitForCommands(mbim::kConnect, CommandType::kSet, 4));
  std::future<HRESULT> call = HangUp();
  // Nothing shows that the call waits already. If it does not, the test cannot fail. So the same
  // call is made here, which gives the other thread time.
  for (int i = 0; i < 20; ++i)
    EXPECT_THAT(dialer->Disconnect(id, std::chrono::milliseconds(1)),
                HasCode(HRESULT_FROM_WIN32(ERROR_TIMEOUT)));
  ReleaseEvents();
  ASSERT_TRUE(TellsTheEnd());  // of the first one
  ASSERT_EQ(State(), MBN_ACTIVATION_STATE_DEACTIVATING);
  EXPECT_EQ(call.wait_for(std::chrono::milliseconds(50)), std::future_status::timeout);
  modem->Release(mbim::kConnect, CommandType::kSet);
  EXPECT_THAT(call.get(), HasCode(S_OK));
  EXPECT_EQ(State(), MBN_ACTIVATION_STATE_DEACTIVATED);
}

TEST_F(MbnDialerTest, DoesNotTakeTheEndOfAnEarlierHangUpForItsOwn) {
  ConnectElsewhere();
  HoldEvents();
  BeginToDisconnectElsewhere();
  ASSERT_TRUE(Becomes(MBN_ACTIVATION_STATE_DEACTIVATED));
  ConnectElsewhere();
  modem->Hold(mbim::kConnect, CommandType::kSet);
  std::future<HRESULT> call = HangUp();
  ASSERT_TRUE(modem->WaitForCommands(mbim::kConnect, CommandType::kSet, 4));
  ReleaseEvents();
  ASSERT_TRUE(TellsTheEnd());  // of the earlier one
  EXPECT_EQ(call.wait_for(std::chrono::milliseconds(50)), std::future_status::timeout);
  modem->Release(mbim::kConnect, CommandType::kSet);
  EXPECT_THAT(call.get(), HasCode(S_OK));
  EXPECT_EQ(State(), MBN_ACTIVATION_STATE_DEACTIVATED);
}

TEST_F(MbnDialerTest, SaysThatTheHangUpOfAnotherProgramFailed) {
  ConnectElsewhere();
  modem->Hold(mbim::kConnect, CommandType::kSet);
  modem->On(mbim::kConnect, CommandType::kSet,
            [](mbim::ByteView) { return mbn::testing::Answered(mbim::Status::kFailure); });
  modem->On(mbim::kConnect, CommandType::kQuery, [](mbim::ByteView) {
    return mbn::testing::AnsweredWith(mbn::testing::Context(mbim::ActivationState::kActivated));
  });
  BeginToDisconnectElsewhere();
  ASSERT_TRUE(modem->WaitForCommands(mbim::kConnect, CommandType::kSet, 2));
  std::future<HRESULT> call = HangUp();
  modem->Release(mbim::kConnect, CommandType::kSet);
  // If the call came after the end, it has sent a command of its own, with the same answer.
  EXPECT_THAT(call.get(), HasCode(E_FAIL));
  EXPECT_TRUE(Becomes(MBN_ACTIVATION_STATE_ACTIVATED));
}

TEST_F(MbnDialerTest, SaysWhyAModemWithoutAConnectionCannotDial) {
  using mbim::ReadyState;
  constexpr std::pair<ReadyState, HRESULT> kWhy[] = {
      {ReadyState::kInitialized, E_MBN_NOT_REGISTERED},
      {ReadyState::kSimNotInserted, E_MBN_SIM_NOT_INSERTED},
      {ReadyState::kBadSim, E_MBN_BAD_SIM},
      {ReadyState::kFailure, E_FAIL},
      {ReadyState::kNotActivated, E_MBN_SERVICE_NOT_ACTIVATED},
      {static_cast<ReadyState>(7), E_MBN_SIM_NOT_INSERTED},  // no eSIM profile (MBIMEx)
      {ReadyState::kNotInitialized, HRESULT_FROM_WIN32(ERROR_NOT_READY)},
  };
  modem->Indicate(mbim::kRegisterState,
                  mbn::testing::Registration(mbim::RegisterState::kDeregistered));
  events->WaitFor("OnConnectionRemoval");
  for (const auto& [state, why] : kWhy) {
    modem->Indicate(mbim::kSubscriberReadyStatus, mbn::testing::ReadyInfo(state));
    const auto deadline = std::chrono::steady_clock::now() + kTestPatience;
    HRESULT code = S_OK;
    do {
      code = dialer->Connect(id, "internet", [](HRESULT) {});
    } while (code != why && std::chrono::steady_clock::now() < deadline);
    EXPECT_THAT(code, HasCode(why)) << static_cast<int>(state);
  }
}

TEST_F(MbnDialerTest, AModemOperatesOnlyWithASimThatIsReady) {
  EXPECT_TRUE(dialer->Modems().at(0).operational);
  modem->Indicate(mbim::kSubscriberReadyStatus,
                  mbn::testing::ReadyInfo(mbim::ReadyState::kNotActivated));
  events->WaitFor("OnReadyStateChange", [](const mbn::testing::Event& event) {
    MBN_READY_STATE state = MBN_READY_STATE_OFF;
    return event.As<IMbnInterface>()->GetReadyState(&state) == S_OK &&
           state == MBN_READY_STATE_NOT_ACTIVATED;
  });
  EXPECT_FALSE(dialer->Modems().at(0).operational);
}

TEST_F(MbnDialerTest, TheContextOfAModemThatLeavesHasEnded) {
  ConnectElsewhere();
  modem->Hold(mbim::kConnect, CommandType::kSet);
  std::future<HRESULT> call = HangUp();
  ASSERT_TRUE(modem->WaitForCommands(mbim::kConnect, CommandType::kSet, 2));
  bus.Unplug(modem);
  EXPECT_THAT(call.get(), HasCode(S_OK));
}

TEST_F(MbnDialerTest, TellsThatAConnectionHasEndedAlsoIfTheNextOneIsUp) {
  ConnectElsewhere();
  HoldEvents();
  BeginToDisconnectElsewhere();
  ASSERT_TRUE(Becomes(MBN_ACTIVATION_STATE_DEACTIVATED));
  ConnectElsewhere();
  ReleaseEvents();
  EXPECT_TRUE(TellsTheEnd());
  EXPECT_EQ(State(), MBN_ACTIVATION_STATE_ACTIVATED);
}

TEST_F(MbnDialerTest, TellsThatTheNetworkHasEndedAConnection) {
  ConnectElsewhere();
  modem->Indicate(mbim::kConnect, mbn::testing::Context(mbim::ActivationState::kDeactivated));
  EXPECT_TRUE(TellsTheEnd());
}

}  // namespace
}  // namespace mbnrig::rras
