// Every status of IMbnConnectionEvents::OnConnectComplete, each under its condition.

#include "mbn/mbn_suite.h"

namespace mbnrig::conformance {
namespace {

struct Case {
  const char* name;
  const char* code;
  const char* scenario = "default";
  /// Runs after the client has obtained the connection and before it calls Connect.
  std::function<void(Bench&)> meanwhile = [](Bench&) {};
  ProfileText profile = {};
};

ProfileText Secured(std::wstring password, std::wstring user_name = L"user") {
  ProfileText profile;
  profile.access_string = L"secured";
  profile.user_name = std::move(user_name);
  profile.password = std::move(password);
  return profile;
}

ProfileText UnknownApn() {
  ProfileText profile;
  profile.access_string = L"no-such-apn";
  return profile;
}

const std::vector<Case>& Cases() {
  static const std::vector<Case> cases{
      {"AllIsWell", "S_OK"},
      {"TheRightPassword", "S_OK", "default", [](Bench&) {}, Secured(L"secret")},
      {"TheSimWasPulled", "E_MBN_SIM_NOT_INSERTED", "default",
       [](Bench& bench) { bench.Set("sim.state", "absent"); }},
      {"ThePinIsMissing", "E_MBN_PIN_REQUIRED", "pin-locked"},
      {"TheSubscriptionHasLapsed", "E_MBN_SERVICE_NOT_ACTIVATED", "subscription-lapsed"},
      {"TheChosenProviderWentOutOfSight", "E_MBN_PROVIDER_NOT_VISIBLE", "manual",
       [](Bench& bench) { bench.Set("network.visible", {"00102"}); }},
      {"TheNetworkKnowsNoSuchApn", "E_MBN_INVALID_ACCESS_STRING", "default", [](Bench&) {},
       UnknownApn()},
      {"TheWrongPassword", "HRESULT_FROM_WIN32(ERROR_INVALID_PASSWORD)", "default", [](Bench&) {},
       Secured(L"wrong")},
      {"TheWrongUserName", "HRESULT_FROM_WIN32(ERROR_INVALID_PASSWORD)", "default", [](Bench&) {},
       Secured(L"secret", L"somebody")},
      {"ACallIsGoingOn", "E_MBN_VOICE_CALL_IN_PROGRESS", "voice-call"},
      {"AnotherSessionHoldsTheOnlyContext", "E_MBN_MAX_ACTIVATED_CONTEXTS", "max-contexts"},
      {"TheRadioWasSwitchedOff", "E_MBN_RADIO_POWER_OFF", "default",
       [](Bench& bench) { bench.Set("radio.software", "off"); }},
      {"TheNetworkRefusesToAttach", "E_MBN_PACKET_SVC_DETACHED", "attach-refused"},
      {"TheModemDetachedUnheard", "E_MBN_PACKET_SVC_DETACHED", "default",
       [](Bench& bench) {
         bench.Inject(R"({"on": "command", "cid": "CONNECT", "type": "set", "do": "status",
                          "status": "PACKET_SERVICE_DETACHED"})");
       }},
  };
  return cases;
}

class ConnectComplete : public MbnTest, public ::testing::WithParamInterface<Case> {};

TEST_P(ConnectComplete, Reports) {
  const Case& given = GetParam();
  const Row row = Proves(Row(kConnectComplete, given.code));
  Boot(given.scenario);
  ASSERT_TRUE(events().Eventually([&] { return connection() != nullptr; }));
  const auto object = connection();
  given.meanwhile(bench());
  const Completion completion = Completed(object.Get(), given.profile);
  ExpectStatus(row, completion.event, completion.request);
}

INSTANTIATE_TEST_SUITE_P(When, ConnectComplete, ::testing::ValuesIn(Cases()),
                         [](const auto& test) { return std::string(test.param.name); });

// The host does not know that the session became active, because both the indication and the answer
// were lost.
TEST_F(MbnTest, ConnectCompletesWithActiveConnectionWhenTheModemWasConnectedUnheard) {
  const Row row = Proves(Row(kConnectComplete, "E_MBN_ACTIVE_CONNECTION"));
  BootRegistered();
  bench().Inject(R"({"on": "indication", "cid": "CONNECT", "do": "drop"})");
  const auto lost = bench().Inject(
      R"({"on": "answer", "cid": "CONNECT", "type": "set", "do": "status", "status": "BUSY", "times": 1})");
  EXPECT_TRUE(FAILED(ConnectAndWait()));
  bench().WaitUntilHit(lost);
  const Completion completion = Completed(connection().Get(), L"internet");
  ExpectStatus(row, completion.event, completion.request);
}

}  // namespace
}  // namespace mbnrig::conformance
