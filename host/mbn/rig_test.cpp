// The service with the real client, USB function and modem, on a bus in the process. Tests how each
// condition of the modem's world changes the results of calls.
#include <future>
#include <nlohmann/json.hpp>
#include <thread>

#include "data/testing/packets.h"
#include "mbn/testing/rig_fixture.h"

namespace mbnrig::mbn {
namespace {

using namespace testing;
using ::testing::Contains;
using ::testing::ElementsAre;

class RigTest : public RigFixture {
 protected:
  RigTest() : RigFixture(MBNRIG_SOURCE_DIR "/fixtures") {}
};

TEST_F(RigTest, ConnectsAndDisconnects) {
  BeginConnectable();
  EXPECT_THAT(ConnectAndWait(), HasCode(S_OK));
  EXPECT_EQ(StateOf(OnlyConnection().Get()).activation, MBN_ACTIVATION_STATE_ACTIVATED);
  EXPECT_EQ(StateOf(OnlyConnection().Get()).profile, "internet");
  EXPECT_THAT(ConnectAndWait(), HasCode(E_MBN_MAX_ACTIVATED_CONTEXTS));
  ULONG request = 0;
  ASSERT_THAT(connection->Disconnect(&request), HasCode(S_OK));
  EXPECT_EQ(events->WaitFor("OnDisconnectComplete").request, request);
  EXPECT_THAT(connection->Disconnect(&request), HasCode(kNotFound));
  EXPECT_THAT(ConnectAndWait(), HasCode(S_OK));
}

TEST_F(RigTest, CarriesDatagramsWhileItIsConnected) {
  BeginConnectable();
  EXPECT_FALSE(datagrams->joined());
  for (int round = 0; round < 2; ++round) {
    ASSERT_THAT(ConnectAndWait(), HasCode(S_OK));
    ASSERT_TRUE(WaitForDatagrams(true));
    EXPECT_TRUE(datagrams->Send(data::testing::EchoRequest(false, 100).front()));
    const auto answer = datagrams->Next(std::chrono::seconds(20));
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->size(), 128u);
    ULONG request = 0;
    ASSERT_THAT(connection->Disconnect(&request), HasCode(S_OK));
    events->WaitFor("OnDisconnectComplete");
    ASSERT_TRUE(WaitForDatagrams(false));
  }
  ASSERT_THAT(ConnectAndWait(), HasCode(S_OK));
  ASSERT_TRUE(WaitForDatagrams(true));
  Service::Get().Stop();
  EXPECT_FALSE(datagrams->joined());
}

struct World {
  const char* name;
  const char* scenario;
  const char* rule;
  const char* apn;
  HRESULT status;
};

class RigConnect : public RigTest, public ::testing::WithParamInterface<World> {};

TEST_P(RigConnect, EndsAsTheWorldHasIt) {
  BeginConnectable(GetParam().scenario, GetParam().rule, GetParam().apn);
  EXPECT_EQ(ConnectAndWait(), GetParam().status);
}

INSTANTIATE_TEST_SUITE_P(
    In, RigConnect,
    ::testing::Values(
        World{"Order", "default", nullptr, "internet", S_OK},
        World{"AnotherSessionsContext", "max-contexts", nullptr, "internet",
              E_MBN_MAX_ACTIVATED_CONTEXTS},
        World{"ALockedModem", "pin-locked", nullptr, "internet", E_MBN_PIN_REQUIRED},
        World{"ALapsedSubscription", "subscription-lapsed", nullptr, "internet",
              E_MBN_SERVICE_NOT_ACTIVATED},
        World{"AVoiceCall", "voice-call", nullptr, "internet", E_MBN_VOICE_CALL_IN_PROGRESS},
        World{"AnUnknownApn", "default", nullptr, "nowhere", E_MBN_INVALID_ACCESS_STRING},
        World{"AnApnThatAsksWho", "default", nullptr, "secured",
              HRESULT_FROM_WIN32(ERROR_INVALID_PASSWORD)},
        World{"ANetworkThatRefusesTheAttach", "attach-refused", nullptr, "internet",
              E_MBN_PACKET_SVC_DETACHED},
        World{"AProviderOutOfSight", "default",
              R"({"on": "command", "cid": "CONNECT", "type": "set", "do": "status",
                  "status": "PROVIDER_NOT_VISIBLE"})",
              "internet", E_MBN_PROVIDER_NOT_VISIBLE},
        World{"ARefusalNobodyDocuments", "default",
              R"({"on": "command", "cid": "CONNECT", "type": "set", "do": "status",
                  "status": "NO_DEVICE_SUPPORT"})",
              "internet", E_FAIL}),
    [](const auto& test) { return std::string(test.param.name); });

TEST_F(RigTest, ConnectsNoModemWhoseRadioIsOff) {
  BeginConnectable();
  Control("set", R"({"radio.software": "off"})");
  events->WaitFor("OnConnectionRemoval");
  EXPECT_THAT(ConnectAndWait(), HasCode(E_MBN_RADIO_POWER_OFF));
}

TEST_F(RigTest, TellsThatTheVerySessionIsActiveAlready) {
  BeginConnectable();
  ASSERT_THAT(ConnectAndWait(), HasCode(S_OK));
  // The modem answers that it has deactivated the context, but it has not. The refusal makes the
  // service ask for the state of the context, which the modem does not tell.
  Inject(R"({"on": "command", "cid": "CONNECT", "type": "set", "activation": "deactivate",
             "do": "status", "status": "CONTEXT_NOT_ACTIVATED", "times": 1})");
  Inject(R"({"on": "command", "cid": "CONNECT", "type": "query",
             "do": "status", "status": "FAILURE", "times": 1})");
  ULONG request = 0;
  ASSERT_THAT(connection->Disconnect(&request), HasCode(S_OK));
  events->WaitFor("OnDisconnectComplete");
  EXPECT_THAT(ConnectAndWait(), HasCode(E_MBN_ACTIVE_CONNECTION));
}

TEST_F(RigTest, TellsOfASimThatIsPulled) {
  BeginConnectable();
  ASSERT_THAT(ConnectAndWait(), HasCode(S_OK));
  Control("set", R"({"sim.state": "absent"})");
  events->WaitFor("OnConnectStateChange", [](const Event& event) {
    return StateOf(event.As<IMbnConnection>().Get()).code == E_MBN_SIM_NOT_INSERTED;
  });
  const Event removal = events->WaitFor("OnConnectionRemoval");
  EXPECT_THAT(StateOf(removal.As<IMbnConnection>().Get()).code, HasCode(E_MBN_SIM_NOT_INSERTED));
  EXPECT_EQ(OnlyConnection(), nullptr);
  EXPECT_THAT(ConnectAndWait(), HasCode(E_MBN_SIM_NOT_INSERTED));
}

TEST_F(RigTest, HasAConnectionWhileTheModemIsLocked) {
  BeginConnectable("pin-locked");
  const StateOf state(OnlyConnection().Get());
  EXPECT_THAT(state.code, HasCode(E_MBN_PIN_REQUIRED));
}

TEST_F(RigTest, TellsOfANetworkThatEndsTheContext) {
  BeginConnectable();
  ASSERT_THAT(ConnectAndWait(), HasCode(S_OK));
  events->Clear();
  Control("set", R"({"network.deactivate": 0})");
  const Event change = events->WaitFor("OnConnectStateChange");
  EXPECT_EQ(StateOf(change.As<IMbnConnection>().Get()).activation,
            MBN_ACTIVATION_STATE_DEACTIVATED);
}

TEST_F(RigTest, IsPendingWhileTheModemHoldsItsAnswer) {
  Begin("default", R"({"on": "command", "cid": "CONNECT", "type": "query", "do": "hold"})");
  events->WaitFor("OnConnectionArrival");
  EXPECT_THAT(StateOf(OnlyConnection().Get()).code, HasCode(E_PENDING));
  Control("clear");
  const Event change = events->WaitFor("OnConnectStateChange");
  EXPECT_THAT(StateOf(change.As<IMbnConnection>().Get()).code, HasCode(S_OK));
}

TEST_F(RigTest, CompletesWhenTheModemIsPulledMeanwhile) {
  BeginConnectable();
  const auto rule = Inject(R"({"on": "command", "cid": "CONNECT", "type": "set", "do": "hold"})");
  ULONG request = 0;
  ASSERT_THAT(connection->Connect(MBN_CONNECTION_MODE_PROFILE, L"internet", &request),
              HasCode(S_OK));
  WaitForHit(rule);
  gadget_.Unplug();
  EXPECT_THAT(events->WaitFor("OnConnectComplete").status, HasCode(kNotFound));
  events->WaitFor("OnInterfaceRemoval");
  EXPECT_THAT(ConnectAndWait(), HasCode(kNotFound));
}

TEST_F(RigTest, CompletesWhenTheModemLeavesInsteadOfAnswering) {
  BeginConnectable();
  Inject(R"({"on": "answer", "cid": "CONNECT", "type": "set", "do": "unplug"})");
  EXPECT_THAT(ConnectAndWait(), HasCode(kNotFound));
  events->WaitFor("OnInterfaceRemoval");
}

TEST_F(RigTest, TellsARemovalUnderWayFromOneThatIsOver) {
  BeginConnectable();
  std::promise<void> entered, leave;
  events->OnEvent([&](const Event& event) {
    if (event.name != "IMbnConnectionProfileManagerEvents::OnConnectionProfileRemoval") return;
    entered.set_value();
    leave.get_future().wait();
  });
  CreateProfile("other");
  com::Ptr<IMbnConnectionProfile> other;
  ASSERT_THAT(profiles->GetConnectionProfile(nullptr, L"other", other.GetAddressOf()),
              HasCode(S_OK));
  ASSERT_THAT(other->Delete(), HasCode(S_OK));
  entered.get_future().wait();
  gadget_.Unplug();
  ULONG request = 0;
  HRESULT hr = S_OK;
  // USB reports the removal on its own thread. Until then a Connect is accepted, or refused because
  // another one is pending.
  while (hr == S_OK || hr == E_MBN_MAX_ACTIVATED_CONTEXTS)
    hr = connection->Connect(MBN_CONNECTION_MODE_PROFILE, L"internet", &request);
  EXPECT_THAT(hr, HasCode(E_HANDLE));
  leave.set_value();
  events->WaitFor("OnInterfaceRemoval");
  EXPECT_THAT(connection->Connect(MBN_CONNECTION_MODE_PROFILE, L"internet", &request),
              HasCode(kNotFound));
}

TEST_F(RigTest, FailsWhenTheControlPlaneIsSilent) {
  timeouts.command = std::chrono::milliseconds(500);
  config.times.connect = std::chrono::milliseconds(50);
  BeginConnectable();
  Inject(R"({"on": "command", "cid": "CONNECT", "do": "drop"})");
  EXPECT_THAT(ConnectAndWait(), HasCode(E_FAIL));
  Control("clear");
}

TEST_F(RigTest, StopsWithARequestPendingAndStartsAgain) {
  BeginConnectable();
  const auto rule = Inject(R"({"on": "command", "cid": "CONNECT", "type": "set", "do": "hold"})");
  ULONG request = 0;
  ASSERT_THAT(connection->Connect(MBN_CONNECTION_MODE_PROFILE, L"internet", &request),
              HasCode(S_OK));
  WaitForHit(rule);
  Service::Get().Stop();
  EXPECT_THAT(events->WaitFor("OnConnectComplete").status, HasCode(kServiceNotActive));
  Control("clear");
  Service::Get().Start();
  events->WaitFor("OnConnectionArrival");
  connection = OnlyConnection();
  EXPECT_THAT(ConnectAndWait(), HasCode(S_OK));
}

TEST_F(RigTest, FindsAModemThatComesBack) {
  BeginConnectable();
  for (int i = 0; i < 3; ++i) {
    gadget_.Unplug();
    events->WaitFor("OnInterfaceRemoval");
    gadget_.Plug();
    events->WaitFor("OnConnectionArrival");
    connection = OnlyConnection();
    EXPECT_THAT(ConnectAndWait(), HasCode(S_OK));
  }
}

}  // namespace
}  // namespace mbnrig::mbn
