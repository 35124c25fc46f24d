// Several modems on one service.

#include <algorithm>

#include "mbn/testing/service_fixture.h"

namespace mbnrig::mbn {
namespace {

using namespace testing;
using mbim::CommandType;
using mbim::ReadyState;

class SeveralModems : public ServiceTest {
 protected:
  struct Place {
    std::shared_ptr<FakeModem> modem;
    std::wstring interface_id;
    com::Ptr<IMbnInterface> mbn_interface;
    com::Ptr<IMbnConnection> connection;
  };

  SeveralModems() {
    for (Place* place : {&first, &second}) {
      place->modem = bus.Plug();
      const Event arrival = events->WaitFor("OnInterfaceArrival");
      place->interface_id = InterfaceId(arrival.As<IMbnInterface>().Get());
      EXPECT_TRUE(Service::Get().WaitUntilKnown(com::ToUtf8(place->interface_id), kTestPatience));
      EXPECT_THAT(interfaces->GetInterface(place->interface_id.c_str(),
                                           place->mbn_interface.GetAddressOf()),
                  HasCode(S_OK));
      EXPECT_THAT(place->mbn_interface->GetConnection(place->connection.GetAddressOf()),
                  HasCode(S_OK));
    }
    CreateProfile();
    events->Clear();
  }

  std::vector<std::wstring> Listed() {
    SAFEARRAY* array = nullptr;
    EXPECT_THAT(interfaces->GetInterfaces(&array), HasCode(S_OK));
    std::vector<std::wstring> ids;
    for (const auto& one : com::TakeElements<IMbnInterface>(array))
      ids.push_back(InterfaceId(one.Get()));
    return ids;
  }
  static std::wstring InterfaceOf(IMbnConnection* connection) {
    com::Bstr id;
    EXPECT_THAT(connection->get_InterfaceID(id.put()), HasCode(S_OK));
    return std::wstring(id.view());
  }
  static ULONG Connect(IMbnConnection* connection) {
    ULONG request = 0;
    EXPECT_THAT(connection->Connect(MBN_CONNECTION_MODE_PROFILE, L"internet", &request),
                HasCode(S_OK));
    return request;
  }
  Event CompletionOf(ULONG request) {
    return events->WaitFor("OnConnectComplete",
                           [request](const Event& event) { return event.request == request; });
  }
  MBN_ACTIVATION_STATE Activation(const Place& place) {
    com::Ptr<IMbnConnection> now;
    EXPECT_THAT(place.mbn_interface->GetConnection(now.GetAddressOf()), HasCode(S_OK));
    return StateOf(now.Get()).activation;
  }

  Place first, second;
};

TEST_F(SeveralModems, AreListedEachWithItsOwnId) {
  EXPECT_NE(first.interface_id, second.interface_id);
  EXPECT_THAT(Listed(), ::testing::UnorderedElementsAre(first.interface_id, second.interface_id));
  for (const Place* place : {&first, &second}) {
    com::Bstr id;
    ASSERT_THAT(place->connection->get_ConnectionID(id.put()), HasCode(S_OK));
    com::Ptr<IMbnConnection> found;
    ASSERT_THAT(connections->GetConnection(id.get(), found.GetAddressOf()), HasCode(S_OK));
    EXPECT_EQ(InterfaceOf(found.Get()), place->interface_id);
  }
}

TEST_F(SeveralModems, CauseEventsOfTheirOwn) {
  second.modem->Indicate(mbim::kSubscriberReadyStatus, ReadyInfo(ReadyState::kDeviceLocked));
  const auto changed = events->WaitFor("OnReadyStateChange").As<IMbnInterface>();
  EXPECT_EQ(InterfaceId(changed.Get()), second.interface_id);
  const auto ready = [&](const Place& place) {
    com::Ptr<IMbnInterface> now;
    EXPECT_THAT(interfaces->GetInterface(place.interface_id.c_str(), now.GetAddressOf()),
                HasCode(S_OK));
    MBN_READY_STATE state{};
    EXPECT_THAT(now->GetReadyState(&state), HasCode(S_OK));
    return state;
  };
  EXPECT_EQ(ready(first), MBN_READY_STATE_INITIALIZED);
  EXPECT_EQ(ready(second), MBN_READY_STATE_DEVICE_LOCKED);
  EXPECT_EQ(OfInterest({"OnReadyStateChange"}).size(), 1u);
}

TEST_F(SeveralModems, ConnectAtTheSameTime) {
  for (const Place* place : {&first, &second})
    place->modem->Hold(mbim::kConnect, CommandType::kSet);
  const ULONG one = Connect(first.connection.Get()), two = Connect(second.connection.Get());
  EXPECT_NE(one, two);
  for (const Place* place : {&first, &second})
    ASSERT_TRUE(place->modem->WaitForCommands(mbim::kConnect, CommandType::kSet, 1));
  second.modem->Release(mbim::kConnect, CommandType::kSet);
  const Event of_second = CompletionOf(two);
  EXPECT_THAT(of_second.status, HasCode(S_OK));
  EXPECT_EQ(InterfaceOf(of_second.As<IMbnConnection>().Get()), second.interface_id);
  EXPECT_EQ(Activation(first), MBN_ACTIVATION_STATE_ACTIVATING);
  first.modem->Release(mbim::kConnect, CommandType::kSet);
  const Event of_first = CompletionOf(one);
  EXPECT_THAT(of_first.status, HasCode(S_OK));
  EXPECT_EQ(InterfaceOf(of_first.As<IMbnConnection>().Get()), first.interface_id);
  // One modem's Disconnect leaves the other one's context.
  ULONG request = 0;
  ASSERT_THAT(first.connection->Disconnect(&request), HasCode(S_OK));
  EXPECT_EQ(events->WaitFor("OnDisconnectComplete").request, request);
  EXPECT_EQ(Activation(first), MBN_ACTIVATION_STATE_DEACTIVATED);
  EXPECT_EQ(Activation(second), MBN_ACTIVATION_STATE_ACTIVATED);
}

TEST_F(SeveralModems, LeaveOneByOne) {
  second.modem->Hold(mbim::kConnect, CommandType::kSet);
  const ULONG pending = Connect(second.connection.Get());
  ASSERT_TRUE(second.modem->WaitForCommands(mbim::kConnect, CommandType::kSet, 1));
  bus.Unplug(first.modem);
  const auto removed = events->WaitFor("OnInterfaceRemoval").As<IMbnInterface>();
  EXPECT_EQ(InterfaceId(removed.Get()), first.interface_id);
  EXPECT_THAT(Listed(), ::testing::ElementsAre(second.interface_id));
  EXPECT_TRUE(OfInterest({"OnConnectComplete"}).empty());
  ULONG request = 1;
  EXPECT_THAT(first.connection->Connect(MBN_CONNECTION_MODE_PROFILE, L"internet", &request),
              HasCode(kNotFound));
  second.modem->Release(mbim::kConnect, CommandType::kSet);
  EXPECT_THAT(CompletionOf(pending).status, HasCode(S_OK));
  EXPECT_EQ(OfInterest({"OnInterfaceRemoval", "OnConnectionRemoval"}).size(), 2u);
}

// A client connects and disconnects while the modem leaves. Every accepted request completes.
TEST_F(SeveralModems, LeaveWhileAClientIsBusy) {
  for (int round = 0; round < 20; ++round) {
    const auto modem = bus.Plug();
    const Event arrival = events->WaitFor("OnConnectionArrival");
    const auto connection = arrival.As<IMbnConnection>();
    std::vector<ULONG> accepted;
    bus.Unplug(modem);
    for (HRESULT result = S_OK; result != kNotFound;) {
      ULONG request = 0;
      result = connection->Connect(MBN_CONNECTION_MODE_PROFILE, L"internet", &request);
      if (result == S_OK) accepted.push_back(request);
      if (connection->Disconnect(&request) == S_OK) accepted.push_back(request);
    }
    events->WaitFor("OnInterfaceRemoval");
    std::vector<ULONG> completed;
    for (const Event& event : events->Events()) {
      if (event.request != 0) completed.push_back(event.request);
    }
    std::sort(accepted.begin(), accepted.end());
    std::sort(completed.begin(), completed.end());
    ASSERT_EQ(completed, accepted) << "round " << round;
    events->Clear();
  }
}

}  // namespace
}  // namespace mbnrig::mbn
