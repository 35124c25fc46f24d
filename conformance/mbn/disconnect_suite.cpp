// IMbnConnection::Disconnect beside other requests.

#include <gmock/gmock.h>

#include "mbn/mbn_suite.h"

namespace mbnrig::conformance {
namespace {

using ::testing::ElementsAre;

class Disconnect : public MbnTest {
 protected:
  bench::RuleId Hold(const char* activation) {
    return bench().Inject(R"({"on": "command", "cid": "CONNECT", "type": "set", "do": "hold",
                              "activation": ")" +
                          std::string(activation) + "\"}");
  }
  static HRESULT Call(const ComPtr<IMbnConnection>& connection, ULONG* request) {
    *request = 4711;
    return connection->Disconnect(request);
  }
  std::size_t Completions() {
    return events().Count([](const Event& event) { return event.name == kDisconnectComplete; });
  }
};

// "The connection has already been disconnected": the first call does what the second one asks for.
TEST_F(Disconnect, BehindADisconnectFindsNothingToDisconnect) {
  const Row row = Proves(Row("IMbnConnection::Disconnect", "HRESULT_FROM_WIN32(ERROR_NOT_FOUND)"));
  BootRegistered();
  ASSERT_EQ(ConnectAndWait(), S_OK);
  const auto object = connection();
  const auto held = Hold("deactivate");
  ULONG first = 0, second = 0;
  ASSERT_EQ(Call(object, &first), S_OK);
  bench().WaitUntilHit(held);
  for (int i = 0; i < 100; ++i) {
    ExpectCode(row, Call(object, &second));
    EXPECT_EQ(second, 0u);
  }
  EXPECT_EQ(ActivationOf(connection().Get()), MBN_ACTIVATION_STATE_DEACTIVATING);
  bench().Release(held);
  ASSERT_EVENT(completion, events().Completion(kDisconnectComplete, first));
  LetEventsPass();
  EXPECT_EQ(Completions(), 1u);
  EXPECT_EQ(Call(object, &second), kNotFound);
  EXPECT_EQ(ConnectAndWait(), S_OK);
}

TEST_F(Disconnect, CompletesOnlyWhenTheModemHasDeactivated) {
  BootRegistered();
  ASSERT_EQ(ConnectAndWait(), S_OK);
  const auto held = Hold("deactivate");
  ULONG request = 0;
  ASSERT_EQ(Call(connection(), &request), S_OK);
  bench().WaitUntilHit(held);
  LetEventsPass();
  EXPECT_EQ(Completions(), 0u);
  bench().Release(held);
  ASSERT_EVENT(completion, events().Completion(kDisconnectComplete, request));
  EXPECT_EQ(ActivationOf(completion->As<IMbnConnection>().Get()), MBN_ACTIVATION_STATE_DEACTIVATED);
}

// The name of the profile is valid only while the context is activated (page of
// GetConnectionState).
TEST_F(Disconnect, TakesTheNameOfTheProfileAtOnce) {
  BootRegistered();
  ASSERT_EQ(ConnectAndWait(), S_OK);
  MBN_ACTIVATION_STATE state{};
  const auto name = [&] {
    const auto now = connection();
    return Take([&](BSTR* text) { return now->GetConnectionState(&state, text); });
  };
  ASSERT_EQ(name(), L"internet");
  const auto held = Hold("deactivate");
  ULONG request = 0;
  ASSERT_EQ(Call(connection(), &request), S_OK);
  bench().WaitUntilHit(held);
  EXPECT_EQ(name(), L"");
  EXPECT_EQ(state, MBN_ACTIVATION_STATE_DEACTIVATING);
  bench().Release(held);
  ASSERT_EVENT(completion, events().Completion(kDisconnectComplete, request));
}

TEST_F(Disconnect, BehindAConnectWaitsForItsEnd) {
  BootRegistered();
  const auto object = connection();
  const auto held = Hold("activate");
  ULONG connect = 0, first = 0, second = 0;
  ASSERT_EQ(object->Connect(MBN_CONNECTION_MODE_PROFILE, L"internet", &connect), S_OK);
  bench().WaitUntilHit(held);
  ASSERT_EQ(Call(object, &first), S_OK);
  EXPECT_EQ(Call(object, &second), kNotFound) << "behind the Disconnect that waits";
  EXPECT_EQ(object->Connect(MBN_CONNECTION_MODE_PROFILE, L"internet", &second),
            E_MBN_MAX_ACTIVATED_CONTEXTS);
  bench().Release(held);
  ASSERT_EVENT(ended, events().Completion(kDisconnectComplete, first));
  ASSERT_EVENT(connected, events().Completion(kConnectComplete, connect));
  EXPECT_EQ(connected->status, S_OK);
  EXPECT_THAT(NamesOf(events().Since(0), {kConnectComplete, kDisconnectComplete}),
              ElementsAre(kConnectComplete, kDisconnectComplete));
  EXPECT_EQ(ActivationOf(ended->As<IMbnConnection>().Get()), MBN_ACTIVATION_STATE_DEACTIVATED);
}

TEST_F(Disconnect, ThatTheModemRefusesMayBeRepeated) {
  BootRegistered();
  ASSERT_EQ(ConnectAndWait(), S_OK);
  bench().Inject(R"({"on": "command", "cid": "CONNECT", "type": "set", "activation": "deactivate",
                     "do": "status", "status": "FAILURE", "times": 1})");
  EXPECT_EQ(DisconnectAndWait(), MBN_ACTIVATION_STATE_ACTIVATED);
  EXPECT_EQ(DisconnectAndWait(), MBN_ACTIVATION_STATE_DEACTIVATED);
}

}  // namespace
}  // namespace mbnrig::conformance
