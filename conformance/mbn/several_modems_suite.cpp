// Several modems on one service.

#include <gmock/gmock.h>

#include "com/client.h"
#include "mbn/mbn_suite.h"

namespace mbnrig::conformance {
namespace {

using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;

std::wstring InterfaceOf(IMbnInterface* modem) {
  return Take([&](BSTR* id) { return modem->get_InterfaceID(id); });
}
std::wstring InterfaceOf(IMbnConnection* connection) {
  return Take([&](BSTR* id) { return connection->get_InterfaceID(id); });
}

class SeveralModems : public MbnTest {
 protected:
  struct Place {
    std::wstring interface_id, connection_id;
    ComPtr<IMbnConnection> connection;
  };

  /// A registered modem at home, and then one that is roaming. Only the first one can be changed.
  void BootTwo() {
    BootRegistered();
    first = PlaceOf(modem());
    bench().AddModem("roaming");
    ASSERT_EVENT(arrival, events().Wait(kInterfaceArrival, 2));
    const auto added = arrival->As<IMbnInterface>();
    const std::wstring id = InterfaceOf(added.Get());
    ASSERT_TRUE(events().Eventually([&] { return Activation(id).has_value(); }));
    second = PlaceOf(added);
  }

  /// The connection of that interface now. Null if there is none.
  ComPtr<IMbnConnection> ConnectionOf(const std::wstring& interface_id) {
    ComPtr<IMbnInterface> now;
    ComPtr<IMbnConnection> connection;
    if (client().interfaces()->GetInterface(interface_id.c_str(), now.GetAddressOf()) == S_OK)
      now->GetConnection(connection.GetAddressOf());
    return connection;
  }
  std::optional<MBN_ACTIVATION_STATE> Activation(const std::wstring& interface_id) {
    return ActivationOf(ConnectionOf(interface_id).Get());
  }
  /// What InEmergencyMode of that modem returns. Nothing if it is not known.
  std::optional<VARIANT_BOOL> Emergency(const Place& place) {
    ComPtr<IMbnInterface> now;
    VARIANT_BOOL emergency = VARIANT_FALSE;
    if (client().interfaces()->GetInterface(place.interface_id.c_str(), now.GetAddressOf()) !=
            S_OK ||
        now->InEmergencyMode(&emergency) != S_OK)
      return std::nullopt;
    return emergency;
  }
  std::vector<std::wstring> Listed() {
    SAFEARRAY* array = nullptr;
    EXPECT_EQ(client().interfaces()->GetInterfaces(&array), S_OK);
    std::vector<std::wstring> ids;
    for (const auto& one : com::TakeElements<IMbnInterface>(array))
      ids.push_back(InterfaceOf(one.Get()));
    return ids;
  }
  ULONG Connect(const Place& place) {
    ULONG request = 0;
    EXPECT_EQ(place.connection->Connect(MBN_CONNECTION_MODE_PROFILE, L"internet", &request), S_OK);
    return request;
  }
  /// The interface whose connection an event is about.
  static std::wstring InterfaceOfConnection(const Event& event) {
    return InterfaceOf(event.As<IMbnConnection>().Get());
  }

  Place first, second;

 private:
  Place PlaceOf(const ComPtr<IMbnInterface>& modem) {
    Place place;
    place.interface_id = InterfaceOf(modem.Get());
    place.connection = ConnectionOf(place.interface_id);
    EXPECT_NE(place.connection.Get(), nullptr);
    if (place.connection) {
      place.connection_id = Take([&](BSTR* id) { return place.connection->get_ConnectionID(id); });
    }
    return place;
  }
};

TEST_F(SeveralModems, AreListedEachWithItsOwnIds) {
  BootTwo();
  EXPECT_NE(first.interface_id, second.interface_id);
  EXPECT_NE(first.connection_id, second.connection_id);
  EXPECT_THAT(Listed(), UnorderedElementsAre(first.interface_id, second.interface_id));
  SAFEARRAY* array = nullptr;
  ASSERT_EQ(client().connections()->GetConnections(&array), S_OK);
  std::vector<std::wstring> of;
  for (const auto& one : com::TakeElements<IMbnConnection>(array))
    of.push_back(InterfaceOf(one.Get()));
  EXPECT_THAT(of, UnorderedElementsAre(first.interface_id, second.interface_id));
}

TEST_F(SeveralModems, AreFoundByTheirIds) {
  const auto [by_interface, by_connection] =
      Proves(Row("IMbnInterfaceManager::GetInterface", "S_OK"),
             Row("IMbnConnectionManager::GetConnection", "S_OK"));
  BootTwo();
  for (const Place* place : {&first, &second}) {
    ComPtr<IMbnInterface> modem;
    ASSERT_TRUE(ExpectCode(by_interface, client().interfaces()->GetInterface(
                                             place->interface_id.c_str(), modem.GetAddressOf())));
    EXPECT_EQ(InterfaceOf(modem.Get()), place->interface_id);
    ComPtr<IMbnConnection> connection;
    ASSERT_TRUE(
        ExpectCode(by_connection, client().connections()->GetConnection(
                                      place->connection_id.c_str(), connection.GetAddressOf())));
    EXPECT_EQ(InterfaceOf(connection.Get()), place->interface_id);
  }
}

TEST_F(SeveralModems, CauseEventsOfTheirOwn) {
  BootTwo();
  // The first answer of the added modem.
  ASSERT_TRUE(events().Wait([&](const Event& event) {
    return event.name == kEmergency &&
           InterfaceOf(event.As<IMbnInterface>().Get()) == second.interface_id;
  }));
  const std::size_t mark = events().Mark();
  LetEventsPass();  // an emergency of the first modem
  for (const Event& event : events().Since(mark)) {
    if (event.name == kEmergency) {
      EXPECT_EQ(InterfaceOf(event.As<IMbnInterface>().Get()), first.interface_id);
    }
  }
  EXPECT_EQ(Emergency(first), VARIANT_TRUE);
  EXPECT_EQ(Emergency(second), VARIANT_FALSE);
}

TEST_F(SeveralModems, ConnectAtTheSameTime) {
  BootTwo();
  const auto held = bench().Inject(
      R"({"on": "command", "cid": "CONNECT", "type": "set", "activation": "activate",
          "do": "hold"})");
  const ULONG of_first = Connect(first);
  bench().WaitUntilHit(held);
  const ULONG of_second = Connect(second);
  EXPECT_NE(of_first, of_second);
  ASSERT_EVENT(one, events().Completion(kConnectComplete, of_second));
  EXPECT_EQ(one->status, S_OK);
  EXPECT_EQ(InterfaceOfConnection(*one), second.interface_id);
  EXPECT_EQ(Activation(first.interface_id), MBN_ACTIVATION_STATE_ACTIVATING);
  bench().Release(held);
  ASSERT_EVENT(other, events().Completion(kConnectComplete, of_first));
  EXPECT_EQ(other->status, S_OK);
  EXPECT_EQ(InterfaceOfConnection(*other), first.interface_id);

  ULONG request = 0;
  ASSERT_EQ(first.connection->Disconnect(&request), S_OK);
  ASSERT_EVENT(ended, events().Completion(kDisconnectComplete, request));
  EXPECT_EQ(InterfaceOfConnection(*ended), first.interface_id);
  EXPECT_EQ(Activation(first.interface_id), MBN_ACTIVATION_STATE_DEACTIVATED);
  EXPECT_EQ(Activation(second.interface_id), MBN_ACTIVATION_STATE_ACTIVATED);
}

TEST_F(SeveralModems, LeaveOneByOne) {
  BootTwo();
  ASSERT_EVENT(connected, events().Completion(kConnectComplete, Connect(second)));
  const auto held = bench().Inject(R"({"on": "command", "cid": "CONNECT", "type": "set",
                                       "do": "hold"})");
  const ULONG lost = Connect(first);
  bench().WaitUntilHit(held);
  PullOut();
  ASSERT_EVENT(removal, events().Wait(kInterfaceRemoval));
  EXPECT_EQ(InterfaceOf(removal->As<IMbnInterface>().Get()), first.interface_id);
  ASSERT_EVENT(completion, events().Completion(kConnectComplete, lost));
  EXPECT_TRUE(FAILED(completion->status));
  EXPECT_THAT(Listed(), ElementsAre(second.interface_id));
  EXPECT_EQ(Activation(second.interface_id), MBN_ACTIVATION_STATE_ACTIVATED);
  ULONG request = 1;
  EXPECT_EQ(first.connection->Connect(MBN_CONNECTION_MODE_PROFILE, L"internet", &request),
            kNotFound);
  ASSERT_EQ(second.connection->Disconnect(&request), S_OK);
  ASSERT_EVENT(ended, events().Completion(kDisconnectComplete, request));
  EXPECT_THAT(NamesOf(events().Since(0), {kInterfaceRemoval, kConnectionRemoval}),
              ElementsAre(kConnectionRemoval, kInterfaceRemoval));
}

TEST_F(SeveralModems, ArriveWithoutDisturbingTheOthers) {
  BootRegistered();
  ASSERT_EQ(ConnectAndWait(), S_OK);
  const std::wstring before = InterfaceOf(modem().Get());
  LetEventsPass();
  const std::size_t mark = events().Mark();
  bench().AddModem();
  ASSERT_TRUE(events().Wait(kConnectionArrival, 2));
  EXPECT_EQ(Activation(before), MBN_ACTIVATION_STATE_ACTIVATED);
  for (const Event& event : events().Since(mark)) {
    if (const auto about = event.As<IMbnInterface>()) {
      EXPECT_NE(InterfaceOf(about.Get()), before) << event.name;
    }
    if (const auto about = event.As<IMbnConnection>()) {
      EXPECT_NE(InterfaceOf(about.Get()), before) << event.name;
    }
  }
}

TEST_F(SeveralModems, AllLeaveWhenTheServiceStops) {
  BootTwo();
  const auto held = bench().Inject(R"({"on": "command", "cid": "CONNECT", "type": "set",
                                       "do": "hold"})");
  const ULONG lost = Connect(first);
  bench().WaitUntilHit(held);
  ASSERT_EVENT(connected, events().Completion(kConnectComplete, Connect(second)));
  bench().StopMbn();
  ASSERT_EVENT(completion, events().Completion(kConnectComplete, lost));
  EXPECT_EQ(completion->status, HRESULT_FROM_WIN32(ERROR_SERVICE_NOT_ACTIVE));
  std::vector<std::wstring> removed;
  for (const Event& event : events().Since(0)) {
    if (event.name == kInterfaceRemoval)
      removed.push_back(InterfaceOf(event.As<IMbnInterface>().Get()));
  }
  EXPECT_THAT(removed, UnorderedElementsAre(first.interface_id, second.interface_id));
}

}  // namespace
}  // namespace mbnrig::conformance
