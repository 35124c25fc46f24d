// The events whose pages document only that a client's handler must return S_OK. A test causes each
// event, checks the interface of the event's object, and returns S_OK from the handler.

#include "mbn/mbn_suite.h"

namespace mbnrig::conformance {
namespace {

struct EventCase {
  const char* event;
  std::function<void(Bench&, Client&)> cause;
  const char* scenario = "default";
};

void InsertSim(Bench& bench, Client&) {
  bench.Set("sim.state", "ready");
}

void ConnectByHand(Bench&, Client& client) {
  ULONG request = 0;
  const auto connection = client.Connection();
  EXPECT_EQ(connection->Connect(MBN_CONNECTION_MODE_PROFILE, L"internet", &request), S_OK);
  const auto done = client.events().Completion(kConnectComplete, request);
  EXPECT_TRUE(done && done->status == S_OK);
}

ComPtr<IMbnConnectionProfile> Internet(Client& client) {
  ComPtr<IMbnConnectionProfile> profile;
  EXPECT_EQ(client.profiles()->GetConnectionProfile(nullptr, L"internet", profile.GetAddressOf()),
            S_OK);
  return profile;
}

const std::vector<EventCase>& EventCases() {
  static const std::vector<EventCase> cases{
      {kInterfaceArrival, [](Bench&, Client&) {}},
      {kInterfaceRemoval, [](Bench& bench, Client&) { bench.Unplug(); }},
      {"IMbnInterfaceEvents::OnInterfaceCapabilityAvailable", [](Bench&, Client&) {}},
      {"IMbnInterfaceEvents::OnReadyStateChange", InsertSim, "sim-absent"},
      {"IMbnInterfaceEvents::OnSubscriberInformationChange", InsertSim, "sim-absent"},
      {"IMbnInterfaceEvents::OnHomeProviderAvailable", [](Bench&, Client&) {}},
      {"IMbnInterfaceEvents::OnEmergencyModeChange",
       [](Bench& bench, Client&) { bench.Set("network.emergency", "on"); }},
      {kConnectionArrival, [](Bench&, Client&) {}},
      {kConnectionRemoval,
       [](Bench& bench, Client&) { bench.Set("network.registration", "deregistered"); }},
      {"IMbnConnectionEvents::OnConnectStateChange",
       [](Bench& bench, Client& client) {
         ConnectByHand(bench, client);
         bench.Set("network.deactivate", 0u);
       }},
      {"IMbnConnectionEvents::OnVoiceCallStateChange",
       [](Bench& bench, Client&) { bench.Set("voice.call", "in-progress"); }},
      {"IMbnConnectionProfileManagerEvents::OnConnectionProfileArrival", [](Bench&, Client&) {}},
      {"IMbnConnectionProfileManagerEvents::OnConnectionProfileRemoval",
       [](Bench&, Client& client) { EXPECT_EQ(Internet(client)->Delete(), S_OK); }},
      {"IMbnConnectionProfileEvents::OnProfileUpdate",
       [](Bench&, Client& client) {
         EXPECT_EQ(Internet(client)->UpdateProfile(ProfileText{}.Xml().c_str()), S_OK);
       }},
  };
  return cases;
}

class Handler : public MbnTest, public ::testing::WithParamInterface<EventCase> {};

TEST_P(Handler, IsCalledAndReturnsSuccess) {
  const EventCase& given = GetParam();
  const Row row = Proves(Row(given.event, "S_OK"));
  if (given.scenario == std::string_view("default"))
    BootRegistered();
  else
    Boot(given.scenario);
  given.cause(bench(), client());
  ASSERT_EVENT(event, events().Wait(given.event));
  EXPECT_NE(event->object.Get(), nullptr);
  ExpectCode(row, event->returned);
}

INSTANTIATE_TEST_SUITE_P(Of, Handler, ::testing::ValuesIn(EventCases()), [](const auto& test) {
  const std::string event = test.param.event;
  return event.substr(event.rfind(':') + 1);
});

}  // namespace
}  // namespace mbnrig::conformance
