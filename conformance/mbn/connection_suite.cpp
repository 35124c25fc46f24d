// IMbnConnectionManager and IMbnConnection.

#include <cwctype>

#include "mbn/mbn_suite.h"

namespace mbnrig::conformance {
namespace {

const char* const kHoldConnect =
    R"({"on": "command", "cid": "CONNECT", "type": "set", "do": "hold"})";

class ConnectionManager : public MbnTest {};
class Connection : public MbnTest {
 protected:
  HRESULT StateOf(IMbnConnection* object, MBN_ACTIVATION_STATE* state) {
    BSTR profile = nullptr;
    const HRESULT hr = object->GetConnectionState(state, &profile);
    SysFreeString(profile);
    return hr;
  }
  HRESULT Connect(IMbnConnection* object, const wchar_t* profile = L"internet",
                  ULONG* request = nullptr) {
    ULONG ignored = 0;
    return object->Connect(MBN_CONNECTION_MODE_PROFILE, profile,
                           request == nullptr ? &ignored : request);
  }
};

TEST_F(ConnectionManager, ListsTheConnection) {
  const Row row = Proves(Row("IMbnConnectionManager::GetConnections", "S_OK"));
  BootRegistered();
  SAFEARRAY* array = nullptr;
  ASSERT_TRUE(ExpectCode(row, client().connections()->GetConnections(&array)));
  LONG upper = -1;
  EXPECT_EQ(SafeArrayGetUBound(array, 1, &upper), S_OK);
  EXPECT_EQ(upper, 0);
  SafeArrayDestroy(array);
}

TEST_F(ConnectionManager, GivesAConnectionByItsId) {
  const Row row = Proves(Row("IMbnConnectionManager::GetConnection", "S_OK"));
  BootRegistered();
  const auto first = connection();
  const std::wstring id = Take([&](BSTR* text) { return first->get_ConnectionID(text); });
  ComPtr<IMbnConnection> again;
  ASSERT_TRUE(
      ExpectCode(row, client().connections()->GetConnection(id.c_str(), again.GetAddressOf())));
  EXPECT_EQ(Take([&](BSTR* text) { return again->get_ConnectionID(text); }), id);
}

TEST_F(ConnectionManager, TakesAnIdInCapitalAndSmallLetters) {
  const Row row = Proves(Row("IMbnConnectionManager::GetConnection", "S_OK"));
  BootRegistered();
  const auto first = connection();
  const std::wstring id = Take([&](BSTR* text) { return first->get_ConnectionID(text); });
  std::wstring large = id, small = id;
  for (wchar_t& c : large)
    c = static_cast<wchar_t>(std::towupper(static_cast<std::wint_t>(c)));
  for (wchar_t& c : small)
    c = static_cast<wchar_t>(std::towlower(static_cast<std::wint_t>(c)));
  ASSERT_NE(large, small);
  for (const std::wstring& spelt : {large, small}) {
    ComPtr<IMbnConnection> again;
    ExpectCode(row, client().connections()->GetConnection(spelt.c_str(), again.GetAddressOf()));
  }
}

TEST_F(Connection, ConnectIsAcceptedAndCompletes) {
  const Row accepted = Proves(Row("IMbnConnection::Connect", "S_OK"));
  BootRegistered();
  ULONG request = 0;
  ASSERT_TRUE(ExpectCode(accepted, Connect(connection().Get(), L"internet", &request)));
  EXPECT_NE(request, 0u);
  ASSERT_EVENT(completion, events().Completion(kConnectComplete, request));
  ExpectCompletion(accepted, kConnectComplete, completion->status);
  EXPECT_EQ(ActivationOf(completion->As<IMbnConnection>().Get()), MBN_ACTIVATION_STATE_ACTIVATED);
}

TEST_F(Connection, ConnectTakesATemporaryProfileAndDoesNotKeepIt) {
  BootRegistered();
  ProfileText temporary;
  temporary.name = L"for once";
  ASSERT_EQ(ConnectAndWait(temporary), S_OK);
  ComPtr<IMbnConnectionProfile> kept;
  EXPECT_EQ(client().profiles()->GetConnectionProfile(nullptr, L"for once", kept.GetAddressOf()),
            HRESULT_FROM_WIN32(ERROR_NOT_FOUND));
}

TEST_F(Connection, ConnectAfterTheDeviceCameBackAsANewOne) {
  const Row row = Proves(Row("IMbnConnection::Connect", "HRESULT_FROM_WIN32(ERROR_NOT_FOUND)"));
  BootRegistered();
  const auto before = connection();
  PullOut();
  bench().Plug();
  ASSERT_TRUE(events().Eventually([&] { return connection() != nullptr; }));
  ExpectCode(row, Connect(before.Get()));
  EXPECT_EQ(ConnectAndWait(), S_OK);
}

TEST_F(Connection, ConnectIsCompletedWhenTheDeviceIsPulledOutMeanwhile) {
  BootRegistered();
  const auto held = bench().Inject(kHoldConnect);
  ULONG request = 0;
  ASSERT_EQ(Connect(connection().Get(), L"internet", &request), S_OK);
  bench().WaitUntilHit(held);
  bench().Unplug();
  ASSERT_EVENT(completion, events().Completion(kConnectComplete, request));
  EXPECT_TRUE(FAILED(completion->status));
}

TEST_F(Connection, ConnectIsCompletedWhenTheServiceStopsMeanwhile) {
  BootRegistered();
  const auto held = bench().Inject(kHoldConnect);
  ULONG request = 0;
  ASSERT_EQ(Connect(connection().Get(), L"internet", &request), S_OK);
  bench().WaitUntilHit(held);
  bench().StopMbn();
  ASSERT_EVENT(completion, events().Completion(kConnectComplete, request));
  EXPECT_TRUE(FAILED(completion->status));
}

TEST_F(Connection, ConnectWithANameThatNoProfileHas) {
  const Row row = Proves(Row("IMbnConnection::Connect", "E_INVALIDARG"));
  BootRegistered();
  ExpectCode(row, Connect(connection().Get(), L"no such profile"));
  ExpectCode(row, Connect(connection().Get(), nullptr));
}

TEST_F(Connection, ConnectWithXmlThatBreaksTheSchema) {
  const Row row = Proves(Row("IMbnConnection::Connect", "E_INVALIDARG"));
  BootRegistered();
  const auto object = connection();
  ULONG request = 0;
  for (const wchar_t* xml :
       {L"", L"internet", L"<MBNProfile/>",
        L"<MBNProfile xmlns=\"http://www.microsoft.com/networking/WWAN/profile/v1\">"
        L"<Name>x</Name></MBNProfile>"})
    ExpectCode(row, object->Connect(MBN_CONNECTION_MODE_TMP_PROFILE, xml, &request));
}

TEST_F(Connection, ConnectInAModeThatTheApiDoesNotHave) {
  const Row row = Proves(Row("IMbnConnection::Connect", "E_INVALIDARG"));
  BootRegistered();
  ULONG request = 0;
  const std::wstring xml = ProfileText{}.Xml();
  for (const int mode : {-1, 2, 99})
    ExpectCode(
        row, connection()->Connect(static_cast<MBN_CONNECTION_MODE>(mode), xml.c_str(), &request));
}

// The interface is looked at before the arguments (docs/semantics.md).
TEST_F(Connection, ConnectToAModemThatLeftWithAProfileThatIsNotThere) {
  const Row row = Proves(Row("IMbnConnection::Connect", "E_HANDLE"));
  BootRegistered();
  const auto object = connection();
  HRESULT code = S_OK;
  DuringRemoval([&] { code = Connect(object.Get(), L"no such profile"); });
  ExpectCode(row, code);
}

TEST_F(Connection, ConnectThatIsRefusedHasNoRequestAndNoCompletion) {
  BootRegistered();
  const std::size_t mark = events().Mark();
  ULONG request = 1;
  EXPECT_EQ(Connect(connection().Get(), L"no such profile", &request), E_INVALIDARG);
  EXPECT_EQ(request, 0u);
  ASSERT_EQ(ConnectAndWait(), S_OK);  // what the service had to tell before has come then
  const auto completions =
      events().Count([](const Event& event) { return event.name == kConnectComplete; }, mark);
  EXPECT_EQ(completions, 1u);
}

TEST_F(Connection, ConnectCompletesOnce) {
  BootRegistered();
  ASSERT_EQ(ConnectAndWait(), S_OK);
  ULONG request = 0;
  ASSERT_EQ(connection()->Disconnect(&request), S_OK);
  ASSERT_EVENT(ended, events().Completion(kDisconnectComplete, request));
  EXPECT_EQ(events().Count([](const Event& event) { return event.name == kConnectComplete; }), 1u);
}

TEST_F(Connection, ConnectWhileAContextIsActive) {
  const Row row = Proves(Row("IMbnConnection::Connect", "E_MBN_MAX_ACTIVATED_CONTEXTS"));
  BootRegistered();
  ASSERT_EQ(ConnectAndWait(), S_OK);
  ExpectCode(row, Connect(connection().Get()));
}

TEST_F(Connection, DisconnectIsAcceptedAndCompletes) {
  const Row accepted = Proves(Row("IMbnConnection::Disconnect", "S_OK"));
  const Row completed = Proves(Row(kDisconnectComplete, "S_OK"));
  BootRegistered();
  ASSERT_EQ(ConnectAndWait(), S_OK);
  ULONG request = 0;
  ASSERT_TRUE(ExpectCode(accepted, connection()->Disconnect(&request)));
  EXPECT_NE(request, 0u);
  ASSERT_EVENT(completion, events().Wait(kDisconnectComplete));
  ExpectCompletion(accepted, kDisconnectComplete, completion->status);
  ExpectStatus(completed, completion, request);
  EXPECT_EQ(ActivationOf(completion->As<IMbnConnection>().Get()), MBN_ACTIVATION_STATE_DEACTIVATED);
  EXPECT_EQ(ConnectAndWait(), S_OK) << "after Disconnect it can connect again";
}

struct Ending {
  const char* name;
  /// Ends an active connection, and waits until the service knows.
  std::function<void(Bench&, Client&)> end;
};

/// Ends the connection from the network. The service learns of it from an indication.
template <class Value>
void SetAndWait(Bench& bench, Client& client, const char* key, Value value) {
  const std::size_t mark = client.events().Mark();
  bench.Set(key, value);
  const auto is_deactivated = [](const Event& event) {
    return event.name == kConnectState &&
           ActivationOf(event.As<IMbnConnection>().Get()) == MBN_ACTIVATION_STATE_DEACTIVATED;
  };
  EXPECT_TRUE(client.events().Wait(is_deactivated, mark));
}

const std::vector<Ending>& Endings() {
  static const std::vector<Ending> endings{
      {"Disconnect",
       [](Bench&, Client& client) {
         ULONG request = 0;
         EXPECT_EQ(client.Connection()->Disconnect(&request), S_OK);
         EXPECT_TRUE(client.events().Completion(kDisconnectComplete, request));
       }},
      {"TheNetworkDeactivated",
       [](Bench& bench, Client& client) { SetAndWait(bench, client, "network.deactivate", 0u); }},
      {"TheNetworkDetached",
       [](Bench& bench, Client& client) {
         SetAndWait(bench, client, "network.packet_service", "detached");
       }},
  };
  return endings;
}

class DisconnectAfter : public MbnTest, public ::testing::WithParamInterface<Ending> {};

// DisconnectIsAcceptedAndCompletes shows that Disconnect succeeds while the connection is active.
TEST_P(DisconnectAfter, FindsNothingToDisconnect) {
  const Row row = Proves(Row("IMbnConnection::Disconnect", "HRESULT_FROM_WIN32(ERROR_NOT_FOUND)"));
  BootRegistered();
  ASSERT_EQ(ConnectAndWait(), S_OK);
  const auto object = connection();
  GetParam().end(bench(), client());
  ULONG request = 1;
  ExpectCode(row, object->Disconnect(&request));
  EXPECT_EQ(request, 0u);
}

INSTANTIATE_TEST_SUITE_P(Endings, DisconnectAfter, ::testing::ValuesIn(Endings()),
                         [](const auto& test) { return std::string(test.param.name); });

TEST_F(Connection, DisconnectBeforeAnyConnect) {
  const Row row = Proves(Row("IMbnConnection::Disconnect", "HRESULT_FROM_WIN32(ERROR_NOT_FOUND)"));
  BootRegistered();
  ULONG request = 1;
  ExpectCode(row, connection()->Disconnect(&request));
  EXPECT_EQ(request, 0u);
}

TEST_F(Connection, DisconnectCompletesWithSuccessEvenWhenTheModemIsPulledOut) {
  BootRegistered();
  ASSERT_EQ(ConnectAndWait(), S_OK);
  const auto held = bench().Inject(kHoldConnect);
  ULONG request = 0;
  ASSERT_EQ(connection()->Disconnect(&request), S_OK);
  bench().WaitUntilHit(held);
  bench().Unplug();
  ASSERT_EVENT(completion, events().Completion(kDisconnectComplete, request));
  EXPECT_EQ(completion->status, S_OK);
}

TEST_F(Connection, RequestIdsAreNeverGivenTwice) {
  BootRegistered();
  ULONG first = 0, second = 0;
  ASSERT_EQ(Connect(connection().Get(), L"internet", &first), S_OK);
  ASSERT_EVENT(connected, events().Completion(kConnectComplete, first));
  ASSERT_EQ(connection()->Disconnect(&second), S_OK);
  ASSERT_EVENT(disconnected, events().Completion(kDisconnectComplete, second));
  EXPECT_NE(first, second);
}

TEST_F(Connection, TellsItsStateAndTheProfileItIsConnectedBy) {
  const Row row = Proves(Row("IMbnConnection::GetConnectionState", "S_OK"));
  BootRegistered();
  MBN_ACTIVATION_STATE state{};
  ExpectCode(row, StateOf(connection().Get(), &state));
  EXPECT_NE(state, MBN_ACTIVATION_STATE_ACTIVATED);
  ASSERT_EQ(ConnectAndWait(), S_OK);
  const auto connected = connection();
  EXPECT_EQ(Take([&](BSTR* name) { return connected->GetConnectionState(&state, name); }),
            L"internet");
  EXPECT_EQ(state, MBN_ACTIVATION_STATE_ACTIVATED);
}

TEST_F(Connection, TellsWhetherACallIsGoingOn) {
  const Row row = Proves(Row("IMbnConnection::GetVoiceCallState", "S_OK"));
  BootRegistered();
  MBN_VOICE_CALL_STATE state{};
  ExpectCode(row, connection()->GetVoiceCallState(&state));
  EXPECT_EQ(state, MBN_VOICE_CALL_STATE_NONE);
  const std::pair<const char*, MBN_VOICE_CALL_STATE> changes[] = {
      {"in-progress", MBN_VOICE_CALL_STATE_IN_PROGRESS}, {"hang-up", MBN_VOICE_CALL_STATE_HANGUP}};
  for (const auto& [call, expected] : changes) {
    bench().Set("voice.call", call);
    // The first event of this kind reported that the state had become known.
    ASSERT_EVENT(change, events().Wait([&, expected = expected](const Event& event) {
      return event.name == kVoiceCall &&
             event.As<IMbnConnection>()->GetVoiceCallState(&state) == S_OK && state == expected;
    }));
    ExpectCode(row, change->As<IMbnConnection>()->GetVoiceCallState(&state));
  }
}

TEST_F(Connection, TellsTheNetworkErrorOfARefusedAttach) {
  const Row row = Proves(Row("IMbnConnection::GetActivationNetworkError", "S_OK"));
  BootRegistered("attach-refused");
  EXPECT_EQ(ConnectAndWait(), E_MBN_PACKET_SVC_DETACHED);
  ULONG error = 0;
  ExpectCode(row, connection()->GetActivationNetworkError(&error));
  EXPECT_EQ(error, 7u);
}

TEST_F(Connection, TellsTheNetworkErrorOfTheLastActivation) {
  const Row row = Proves(Row("IMbnConnection::GetActivationNetworkError", "S_OK"));
  BootRegistered();
  const auto refusing = bench().Inject(
      R"({"on": "command", "cid": "CONNECT", "type": "set", "do": "status", "status": "FAILURE",
          "network_error": 33, "times": 1})");
  EXPECT_TRUE(FAILED(ConnectAndWait()));
  bench().WaitUntilHit(refusing);
  ULONG error = 0;
  ExpectCode(row, connection()->GetActivationNetworkError(&error));
  EXPECT_EQ(error, 33u);
  ASSERT_EQ(ConnectAndWait(), S_OK);
  ExpectCode(row, connection()->GetActivationNetworkError(&error));
  EXPECT_EQ(error, 0u) << "a successful activation resets the error";
}

}  // namespace
}  // namespace mbnrig::conformance
