#include "rras/router.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <mprerror.h>
#include <raserror.h>

#include <atomic>
#include <future>
#include <map>
#include <thread>
#include <utility>

#include "rras/fake_dialer.h"

namespace mbnrig::rras {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;
using ::testing::SizeIs;

class RouterTest : public ::testing::Test {
 protected:
  RouterTest() { Begin(); }

  void Begin() {
    auto dialer = std::make_unique<FakeDialer>();
    dialer_ = dialer.get();
    router_ = std::make_unique<Router>(config_, std::move(dialer));
  }

  FakeDialer& dialer() { return *dialer_; }
  Router& router() { return *router_; }

  HANDLE Create(InterfaceRequest request) {
    HANDLE handle = nullptr;
    EXPECT_EQ(router().CreateInterface(request, &handle), DWORD{NO_ERROR});
    return handle;
  }
  HANDLE Create(const wchar_t* name) { return Create({.name = name}); }
  DWORD Dial(HANDLE handle) { return router().ConnectInterface(handle, nullptr, false); }
  std::future<DWORD> DialAndWait(HANDLE handle) {
    return std::async(std::launch::async,
                      [=, this] { return router().ConnectInterface(handle, nullptr, true); });
  }
  HANDLE Connected(const wchar_t* name) {
    const HANDLE handle = Create(name);
    EXPECT_EQ(Dial(handle), DWORD{PENDING});
    dialer().End(S_OK);
    return handle;
  }
  std::vector<PortView> Ports() { return router().Ports(std::nullopt).value(); }

  ServiceConfig config_;
  std::unique_ptr<Router> router_;
  FakeDialer* dialer_ = nullptr;
};

TEST_F(RouterTest, HasAPortForEachModemInTheOrderTheyCame) {
  dialer().Put(L"{b}");
  dialer().Put(L"{a}");
  const auto ports = Ports();
  ASSERT_THAT(ports, SizeIs(2));
  EXPECT_EQ(ports[0].name, L"MBN1");
  EXPECT_EQ(ports[1].name, L"MBN2");
  EXPECT_LT(ports[0].serial, ports[1].serial);
  EXPECT_NE(ports[0].port, ports[1].port);
  EXPECT_EQ(ports[0].condition, RAS_PORT_DISCONNECTED);
  EXPECT_EQ(ports[0].connection, nullptr);
  EXPECT_EQ(ports[0].device_name, L"LTE modem");
}

TEST_F(RouterTest, APortGoesWithItsModemAndLeavesItsNumber) {
  dialer().Put(L"{a}");
  dialer().Put(L"{b}");
  const auto before = Ports();
  dialer().Remove(L"{a}");
  ASSERT_THAT(Ports(), SizeIs(1));
  EXPECT_EQ(Ports()[0].port, before[1].port);
  EXPECT_EQ(Ports()[0].name, L"MBN2");
  dialer().Put(L"{c}");
  const auto after = Ports();
  ASSERT_THAT(after, SizeIs(2));
  EXPECT_EQ(after[1].name, L"MBN1");
  EXPECT_NE(after[1].port, before[0].port);
  EXPECT_GT(after[1].serial, before[1].serial);
  EXPECT_EQ(router().DisconnectPort(before[0].port), DWORD{ERROR_INVALID_PARAMETER});
}

TEST_F(RouterTest, APortFollowsConnectionsWhoeverMakesThem) {
  dialer().Put(L"{a}");
  dialer().Put(L"{a}", MBN_ACTIVATION_STATE_ACTIVATING);
  EXPECT_EQ(Ports()[0].condition, RAS_PORT_AUTHENTICATING);
  dialer().Put(L"{a}", MBN_ACTIVATION_STATE_ACTIVATED);
  const PortView first = Ports()[0];
  EXPECT_EQ(first.condition, RAS_PORT_AUTHENTICATED);
  EXPECT_NE(first.connection, nullptr);
  EXPECT_EQ(first.total_calls, 1u);
  dialer().Put(L"{a}");
  EXPECT_EQ(Ports()[0].connection, nullptr);
  dialer().Put(L"{a}", MBN_ACTIVATION_STATE_ACTIVATED);
  EXPECT_NE(Ports()[0].connection, first.connection);
  EXPECT_EQ(Ports()[0].total_calls, 2u);
  EXPECT_EQ(Ports()[0].port, first.port);
}

TEST_F(RouterTest, AConnectionLastsUntilItHasBeenHungUp) {
  dialer().Put(L"{a}");
  const HANDLE handle = Connected(L"internet");
  const HANDLE connection = Ports()[0].connection;
  dialer().Put(L"{a}", MBN_ACTIVATION_STATE_DEACTIVATING);
  EXPECT_EQ(Ports()[0].connection, connection);
  EXPECT_EQ(router().DeleteInterface(handle), DWORD{ERROR_INTERFACE_CONNECTED});
  // The modem would not hang up.
  dialer().Put(L"{a}", MBN_ACTIVATION_STATE_ACTIVATED);
  EXPECT_EQ(Ports()[0].connection, connection);
  EXPECT_EQ(Ports()[0].total_calls, 1u);
}

TEST_F(RouterTest, AModemThatIsNotRegisteredHasAPortThatDoesNotOperate) {
  dialer().Put(L"{a}");
  dialer().SetOperational(L"{a}", false);
  EXPECT_EQ(Ports()[0].condition, RAS_PORT_NON_OPERATIONAL);
}

TEST_F(RouterTest, FindsThePortsOfAConnection) {
  dialer().Put(L"{a}");
  dialer().Put(L"{b}", MBN_ACTIVATION_STATE_ACTIVATED);
  const PortView connected = Ports()[1];
  const auto of_connection = router().Ports(connected.connection);
  ASSERT_TRUE(of_connection.has_value());
  ASSERT_THAT(*of_connection, SizeIs(1));
  EXPECT_EQ((*of_connection)[0].port, connected.port);
  dialer().Put(L"{b}");
  EXPECT_FALSE(router().Ports(connected.connection).has_value());
}

TEST_F(RouterTest, DialsTheProfileThatTheInterfaceIsNamedAfter) {
  dialer().Put(L"{a}");
  EXPECT_EQ(Dial(Create(L"internet")), DWORD{PENDING});
  const auto dialled = dialer().NextDialled();
  EXPECT_EQ(dialled.modem, L"{a}");
  EXPECT_EQ(dialled.profile, L"internet");
  dialled.done(E_FAIL);
}

TEST_F(RouterTest, DialsTheProfileAndTheModemOfTheRequest) {
  dialer().Put(L"{a}");
  dialer().Put(L"{b}");
  EXPECT_EQ(Dial(Create({.name = L"uplink", .profile = L"internet", .device_name = L"{b}"})),
            DWORD{PENDING});
  const auto dialled = dialer().NextDialled();
  EXPECT_EQ(dialled.modem, L"{b}");
  EXPECT_EQ(dialled.profile, L"internet");
  dialled.done(E_FAIL);
}

TEST_F(RouterTest, DialsAModemThatIsFree) {
  dialer().Put(L"{a}", MBN_ACTIVATION_STATE_ACTIVATED);
  dialer().Put(L"{b}");
  EXPECT_EQ(Dial(Create({.name = L"uplink", .device_name = L"LTE modem"})), DWORD{PENDING});
  const auto dialled = dialer().NextDialled();
  EXPECT_EQ(dialled.modem, L"{b}");
  dialled.done(E_FAIL);
}

TEST_F(RouterTest, HasNoDeviceWithoutTheModemOfTheRequest) {
  dialer().Put(L"{a}");
  EXPECT_EQ(Dial(Create({.name = L"uplink", .device_name = L"{other}"})),
            DWORD{ERROR_INTERFACE_HAS_NO_DEVICES});
}

TEST_F(RouterTest, ASynchronousConnectReturnsWhenTheAttemptEnds) {
  dialer().Put(L"{a}");
  const HANDLE handle = Create(L"internet");
  std::future<DWORD> connect = DialAndWait(handle);
  dialer().End(S_OK);
  EXPECT_EQ(connect.get(), DWORD{NO_ERROR});
  EXPECT_EQ(router().DisconnectInterface(handle), DWORD{NO_ERROR});
}

TEST_F(RouterTest, ASynchronousConnectSaysWhyItFailed) {
  dialer().Put(L"{a}");
  const HANDLE handle = Create(L"internet");
  std::future<DWORD> connect = DialAndWait(handle);
  dialer().End(E_MBN_PIN_REQUIRED);
  EXPECT_EQ(connect.get(), DWORD{ERROR_AUTHENTICATION_FAILURE});
  dialer().connect_result = E_INVALIDARG;
  EXPECT_EQ(DialAndWait(handle).get(), DWORD{ERROR_CANNOT_FIND_PHONEBOOK_ENTRY});
  EXPECT_EQ(router().DisconnectInterface(handle), DWORD{ERROR_INTERFACE_NOT_CONNECTED});
}

TEST_F(RouterTest, ASynchronousConnectWaitsNoLongerThanItsBound) {
  config_.connect_timeout = std::chrono::milliseconds(1);
  Begin();
  dialer().Put(L"{a}");
  const HANDLE handle = Create(L"internet");
  EXPECT_EQ(DialAndWait(handle).get(), DWORD{ERROR_TIMEOUT});
  // The attempt goes on.
  EXPECT_EQ(Dial(handle), DWORD{ERROR_ALREADY_CONNECTING});
  dialer().End(S_OK);
  EXPECT_EQ(router().DisconnectInterface(handle), DWORD{NO_ERROR});
}

TEST_F(RouterTest, SetsTheEventWhenTheAttemptEnds) {
  dialer().Put(L"{a}");
  const HANDLE handle = Create(L"internet");
  const auto event = std::make_shared<com::Event>(true, false);
  EXPECT_EQ(router().ConnectInterface(handle, event, true), DWORD{PENDING});
  EXPECT_FALSE(event->Wait(std::chrono::milliseconds(0)));
  dialer().End(S_OK);
  EXPECT_TRUE(event->Wait(std::chrono::milliseconds(0)));
  EXPECT_EQ(event.use_count(), 1);
}

TEST_F(RouterTest, SetsTheEventOfAnAttemptThatCouldNotBegin) {
  dialer().Put(L"{a}");
  const HANDLE handle = Create(L"internet");
  const auto event = std::make_shared<com::Event>(true, false);
  dialer().connect_result = E_INVALIDARG;
  EXPECT_EQ(router().ConnectInterface(handle, event, false), DWORD{PENDING});
  EXPECT_TRUE(event->Wait(std::chrono::milliseconds(0)));
  EXPECT_EQ(router().DeleteInterface(handle), DWORD{NO_ERROR});
}

TEST_F(RouterTest, ConnectingWhatIsConnectedSucceedsAtOnce) {
  dialer().Put(L"{a}");
  const HANDLE handle = Connected(L"internet");
  EXPECT_EQ(router().ConnectInterface(handle, nullptr, true), DWORD{NO_ERROR});
  EXPECT_EQ(router().ConnectInterface(handle, nullptr, false), DWORD{PENDING});
  const auto event = std::make_shared<com::Event>(true, false);
  EXPECT_EQ(router().ConnectInterface(handle, event, true), DWORD{PENDING});
  EXPECT_TRUE(event->Wait(std::chrono::milliseconds(0)));
}

TEST_F(RouterTest, WantOfMemoryEndsTheAttempt) {
  dialer().Put(L"{a}");
  const HANDLE handle = Create(L"internet");
  dialer().no_memory = true;
  EXPECT_EQ(DialAndWait(handle).get(), DWORD{ERROR_NOT_ENOUGH_MEMORY});
  dialer().no_memory = false;
  EXPECT_EQ(Dial(handle), DWORD{PENDING});
}

TEST_F(RouterTest, AnInterfaceIsNotConnectedOnceAnybodyHungUp) {
  dialer().Put(L"{a}");
  const HANDLE handle = Connected(L"internet");
  dialer().Put(L"{a}");
  EXPECT_EQ(router().DisconnectInterface(handle), DWORD{ERROR_INTERFACE_NOT_CONNECTED});
  EXPECT_EQ(router().DeleteInterface(handle), DWORD{NO_ERROR});
}

TEST_F(RouterTest, AnInterfaceIsNotConnectedWithoutItsModem) {
  dialer().Put(L"{a}");
  const HANDLE handle = Connected(L"internet");
  dialer().Remove(L"{a}");
  EXPECT_EQ(router().DisconnectInterface(handle), DWORD{ERROR_INTERFACE_NOT_CONNECTED});
}

TEST_F(RouterTest, SaysWhenHangingUpTakesTooLongOrDoesNotHappen) {
  dialer().Put(L"{a}");
  const HANDLE handle = Connected(L"internet");
  dialer().disconnect_result = HRESULT_FROM_WIN32(ERROR_TIMEOUT);
  EXPECT_EQ(router().DisconnectInterface(handle), DWORD{ERROR_TIMEOUT});
  dialer().disconnect_result = S_OK;
  dialer().stays_connected = true;
  EXPECT_EQ(router().DisconnectInterface(handle), DWORD{ERROR_HARDWARE_FAILURE});
  dialer().disconnect_result = HRESULT_FROM_WIN32(ERROR_NOT_FOUND);
  EXPECT_EQ(router().DisconnectInterface(handle), DWORD{ERROR_INTERFACE_NOT_CONNECTED});
  EXPECT_EQ(router().DisconnectPort(Ports()[0].port), DWORD{ERROR_PORT_DISCONNECTED});
}

TEST_F(RouterTest, DisconnectingAPortDisconnectsItsInterface) {
  dialer().Put(L"{a}");
  const HANDLE handle = Connected(L"internet");
  EXPECT_EQ(router().DisconnectPort(Ports()[0].port), DWORD{NO_ERROR});
  EXPECT_EQ(router().DisconnectInterface(handle), DWORD{ERROR_INTERFACE_NOT_CONNECTED});
  EXPECT_EQ(router().DisconnectPort(Ports()[0].port), DWORD{ERROR_PORT_DISCONNECTED});
}

TEST_F(RouterTest, WhilePausedConnectsNothingAndKeepsWhatIsConnected) {
  dialer().Put(L"{a}");
  const HANDLE handle = Connected(L"internet");
  const HANDLE other = Create(L"other");
  router().SetPaused(true);
  EXPECT_EQ(Dial(other), DWORD{ERROR_SERVICE_IS_PAUSED});
  EXPECT_NE(Ports()[0].connection, nullptr);
  EXPECT_EQ(router().DisconnectInterface(handle), DWORD{NO_ERROR});
  router().SetPaused(false);
  EXPECT_EQ(Dial(other), DWORD{PENDING});
}

TEST_F(RouterTest, AStopReleasesACallThatWaits) {
  dialer().Put(L"{a}");
  const HANDLE handle = Create(L"internet");
  std::future<DWORD> connect = DialAndWait(handle);
  const auto dialled = dialer().NextDialled();
  router().BeginStop();
  EXPECT_EQ(connect.get(), DWORD{ERROR_DDM_NOT_RUNNING});
  EXPECT_EQ(Dial(Create(L"other")), DWORD{ERROR_DDM_NOT_RUNNING});
  dialled.done(S_OK);
}

TEST_F(RouterTest, TheEndHangsUpWhatWasDialled) {
  dialer().Put(L"{a}");
  dialer().Put(L"{b}");
  dialer().Put(L"{c}", MBN_ACTIVATION_STATE_ACTIVATED);  // by somebody else
  Connected(L"first");
  const HANDLE second = Create(L"second");
  const auto event = std::make_shared<com::Event>(true, false);
  EXPECT_EQ(router().ConnectInterface(second, event, false), DWORD{PENDING});

  std::map<std::wstring, std::chrono::milliseconds> hung_up;
  dialer().on_hang_up = [&](const std::wstring& modem, std::chrono::milliseconds timeout) {
    hung_up.emplace(modem, timeout);
  };
  router_.reset();
  // An attempt is hung up whenever it ends; nobody waits for that.
  EXPECT_THAT(hung_up, ElementsAre(Pair(L"{a}", config_.disconnect_timeout),
                                   Pair(L"{b}", std::chrono::milliseconds(0))));
  EXPECT_TRUE(event->Wait(std::chrono::milliseconds(0)));
}

TEST_F(RouterTest, WithoutDdmHasDedicatedInterfacesOnly) {
  router_ = std::make_unique<Router>(config_, nullptr);
  HANDLE handle = nullptr;
  for (const ROUTER_INTERFACE_TYPE type :
       {ROUTER_IF_TYPE_FULL_ROUTER, ROUTER_IF_TYPE_HOME_ROUTER, ROUTER_IF_TYPE_CLIENT})
    EXPECT_EQ(router().CreateInterface({.name = L"wan", .type = type}, &handle),
              DWORD{ERROR_DDM_NOT_RUNNING});
  handle = Create({.name = L"lan", .type = ROUTER_IF_TYPE_DEDICATED});
  EXPECT_EQ(Dial(handle), DWORD{ERROR_DDM_NOT_RUNNING});
  EXPECT_EQ(router().DisconnectInterface(handle), DWORD{ERROR_DDM_NOT_RUNNING});
  EXPECT_EQ(router().DisconnectPort(handle), DWORD{ERROR_DDM_NOT_RUNNING});
  EXPECT_EQ(router().DeleteInterface(handle), DWORD{NO_ERROR});
}

TEST_F(RouterTest, OnlyDemandDialInterfacesConnect) {
  dialer().Put(L"{a}");
  for (const ROUTER_INTERFACE_TYPE type : {ROUTER_IF_TYPE_DEDICATED, ROUTER_IF_TYPE_CLIENT}) {
    const HANDLE handle = Create({.name = std::to_wstring(type), .type = type});
    EXPECT_EQ(Dial(handle), DWORD{ERROR_INVALID_HANDLE});
    EXPECT_EQ(router().DisconnectInterface(handle), DWORD{ERROR_INVALID_HANDLE});
  }
}

TEST_F(RouterTest, FindsClientInterfacesOnlyWhenAskedTo) {
  const HANDLE handle = Create({.name = L"dialled in", .type = ROUTER_IF_TYPE_CLIENT});
  HANDLE found = nullptr;
  EXPECT_EQ(router().FindInterface(L"dialled in", false, &found), DWORD{ERROR_NO_SUCH_INTERFACE});
  EXPECT_EQ(found, nullptr);
  EXPECT_EQ(router().FindInterface(L"dialled in", true, &found), DWORD{NO_ERROR});
  EXPECT_EQ(found, handle);
}

TEST_F(RouterTest, MayBeUsedByManyThreadsWhileModemsComeAndGo) {
  const HANDLE handle = Create(L"internet");
  std::atomic<bool> over{false};
  std::vector<std::thread> clients;
  clients.emplace_back([&] {
    while (!over)
      Dial(handle);
  });
  clients.emplace_back([&] {
    while (!over)
      router().DisconnectInterface(handle);
  });
  clients.emplace_back([&] {
    while (!over)
      for (const PortView& port : Ports())
        router().DisconnectPort(port.port);
  });
  for (int i = 0; i < 200; ++i) {
    dialer().Put(L"{a}");
    dialer().EndAll(i % 2 == 0 ? S_OK : E_FAIL);
    dialer().Remove(L"{a}");
  }
  over = true;
  for (std::thread& client : clients)
    client.join();
  dialer().EndAll(E_FAIL);
  EXPECT_EQ(router().DeleteInterface(handle), DWORD{NO_ERROR});
}

}  // namespace
}  // namespace mbnrig::rras
