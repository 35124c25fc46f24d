// MprAdminInterfaceConnect, Disconnect.

#include <chrono>
#include <cwchar>
#include <future>

#include "rras/rras_suite.h"

namespace mbnrig::conformance {
namespace {

const char* const kRefuseConnect =
    R"({"on": "command", "cid": "CONNECT", "type": "set", "do": "status", "status": "FAILURE"})";

class MprInterfaceConnect : public RrasTest {
 protected:
  /// Connects on another thread, which waits for the end of the attempt.
  std::future<DWORD> ConnectMeanwhile(HANDLE handle) {
    return std::async(std::launch::async, [this, handle] { return client().Connect(handle); });
  }
  static bool HasReturned(const std::future<DWORD>& call) {
    return call.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
  }
  static bool Returns(const std::future<DWORD>& call) {
    return call.wait_for(bench().patience()) == std::future_status::ready;
  }
  bool IsConnecting(HANDLE handle) {
    return client().BeginConnect(handle) == ERROR_ALREADY_CONNECTING;
  }
};
class MprInterfaceDisconnect : public RrasTest {};

TEST_F(MprInterfaceConnect, ReturnsOnceConnected) {
  const Row row = Proves(Row("MprAdminInterfaceConnect", "NO_ERROR"));
  BootRegistered();
  ASSERT_TRUE(ExpectCode(row, client().Connect(Interface())));
  EXPECT_TRUE(PortIsConnected());
}

TEST_F(MprInterfaceConnect, WaitsForTheModemWhenSynchronous) {
  const Row row = Proves(Row("MprAdminInterfaceConnect", "NO_ERROR"));
  BootRegistered();
  const bench::RuleId hold = HoldConnect();
  std::future<DWORD> call = ConnectMeanwhile(Interface());
  bench().WaitUntilHit(hold);
  EXPECT_FALSE(HasReturned(call));
  bench().Release(hold);
  ExpectCode(row, call.get());
  EXPECT_TRUE(PortIsConnected());
}

TEST_F(MprInterfaceConnect, SetsTheEventOnceConnected) {
  const Row row = Proves(Row("MprAdminInterfaceConnect", "PENDING"));
  BootRegistered();
  const bench::RuleId hold = HoldConnect();
  const WaitableEvent done;
  const HANDLE handle = Interface();
  ASSERT_TRUE(ExpectCode(row, client().BeginConnect(handle, done.handle())));
  bench().WaitUntilHit(hold);
  EXPECT_FALSE(done.IsSet());
  bench().Release(hold);
  ASSERT_TRUE(done.Wait());
  ExpectCompletion(row, "hEvent");
  EXPECT_TRUE(PortIsConnected());
  EXPECT_EQ(client().Disconnect(handle), DWORD{NO_ERROR});
}

TEST_F(MprInterfaceConnect, DoesNotWaitWhenThereIsAnEvent) {
  const Row row = Proves(Row("MprAdminInterfaceConnect", "PENDING"));
  BootRegistered();
  const bench::RuleId hold = HoldConnect();
  const WaitableEvent done;
  ExpectCode(row, MprAdminInterfaceConnect(client().server(), Interface(), done.handle(), TRUE));
  EXPECT_FALSE(done.IsSet());
  bench().Release(hold);
  ASSERT_TRUE(done.Wait());
  ExpectCompletion(row, "hEvent");
}

TEST_F(MprInterfaceConnect, SetsTheEventOfAnAttemptThatFails) {
  const Row row = Proves(Row("MprAdminInterfaceConnect", "PENDING"));
  BootRegistered();
  bench().Inject(kRefuseConnect);
  const WaitableEvent done;
  const HANDLE handle = Interface();
  ASSERT_TRUE(ExpectCode(row, client().BeginConnect(handle, done.handle())));
  ASSERT_TRUE(done.Wait());
  ExpectCompletion(row, "hEvent");
  EXPECT_FALSE(PortIsConnected());
  EXPECT_EQ(client().Delete(handle), DWORD{NO_ERROR});
}

TEST_F(MprInterfaceConnect, BeginsWithoutAnEvent) {
  BootRegistered();
  const bench::RuleId hold = HoldConnect();
  const HANDLE handle = Interface();
  EXPECT_EQ(client().BeginConnect(handle), DWORD{PENDING});
  bench().WaitUntilHit(hold);
  EXPECT_FALSE(PortIsConnected());
  bench().Release(hold);
  EXPECT_TRUE(Eventually([&] { return PortIsConnected(); }));
}

TEST_F(MprInterfaceConnect, MayHaveItsEventClosedBeforeTheEnd) {
  BootRegistered();
  const bench::RuleId hold = HoldConnect();
  WaitableEvent done;
  EXPECT_EQ(client().BeginConnect(Interface(), done.handle()), DWORD{PENDING});
  bench().WaitUntilHit(hold);
  done.Close();
  bench().Release(hold);
  EXPECT_TRUE(Eventually([&] { return PortIsConnected(); }));
}

TEST_F(MprInterfaceConnect, RefusesAnInterfaceThatIsConnecting) {
  const Row row = Proves(Row("MprAdminInterfaceConnect", "ERROR_ALREADY_CONNECTING"));
  BootRegistered();
  const bench::RuleId hold = HoldConnect();
  const WaitableEvent done;
  const HANDLE handle = Interface();
  ASSERT_EQ(client().BeginConnect(handle, done.handle()), DWORD{PENDING});
  bench().WaitUntilHit(hold);
  ExpectCode(row, client().Connect(handle));
  ExpectCode(row, client().BeginConnect(handle));
  bench().Release(hold);
  EXPECT_TRUE(done.Wait());
}

TEST_F(MprInterfaceConnect, RefusesAnInterfaceThatIsDisabled) {
  const Row row = Proves(Row("MprAdminInterfaceConnect", "ERROR_INTERFACE_DISABLED"));
  BootRegistered();
  MPR_INTERFACE_0 description = RrasClient::DemandDial(L"internet");
  description.fEnabled = FALSE;
  HANDLE handle = nullptr;
  ASSERT_EQ(client().Create(description, &handle), DWORD{NO_ERROR});
  ExpectCode(row, client().Connect(handle));
  EXPECT_FALSE(PortIsConnected());
}

TEST_F(MprInterfaceConnect, FailsWithoutAModem) {
  const Row row = Proves(Row("MprAdminInterfaceConnect", "ERROR_INTERFACE_HAS_NO_DEVICES"));
  BootRegistered();
  const HANDLE handle = Interface();
  PullOut();
  ExpectCode(row, client().Connect(handle));
}

TEST_F(MprInterfaceConnect, FailsWithoutTheModemOfTheInterface) {
  const Row row = Proves(Row("MprAdminInterfaceConnect", "ERROR_INTERFACE_HAS_NO_DEVICES"));
  BootRegistered();
  MPR_INTERFACE_2 description{};
  std::wcsncpy(description.wszInterfaceName, L"internet", MAX_INTERFACE_NAME_LEN);
  std::wcsncpy(description.szDeviceName, L"no such modem", MPR_MaxDeviceName);
  description.fEnabled = TRUE;
  description.dwIfType = ROUTER_IF_TYPE_FULL_ROUTER;
  HANDLE handle = nullptr;
  ASSERT_EQ(client().Create(description, &handle), DWORD{NO_ERROR});
  ExpectCode(row, client().Connect(handle));
}

TEST_F(MprInterfaceConnect, DialsThePhoneNumberOverTheDevice) {
  const Row row = Proves(Row("MprAdminInterfaceConnect", "NO_ERROR"));
  BootRegistered();
  MPR_INTERFACE_2 description{};
  std::wcsncpy(description.wszInterfaceName, L"uplink", MAX_INTERFACE_NAME_LEN);
  std::wcsncpy(description.szLocalPhoneNumber, L"internet", MPR_MaxPhoneNumber);
  std::wcsncpy(description.szDeviceName, Port().wszDeviceName, MPR_MaxDeviceName);
  description.fEnabled = TRUE;
  description.dwIfType = ROUTER_IF_TYPE_FULL_ROUTER;
  HANDLE handle = nullptr;
  ASSERT_EQ(client().Create(description, &handle), DWORD{NO_ERROR});
  ExpectCode(row, client().Connect(handle));
  EXPECT_TRUE(PortIsConnected());
}

TEST_F(MprInterfaceConnect, DialsAnyModemThatIsFree) {
  const Row row = Proves(Row("MprAdminInterfaceConnect", "NO_ERROR"));
  BootRegistered();
  AddRegisteredModem();
  MPR_INTERFACE_2 uplink{};
  std::wcsncpy(uplink.wszInterfaceName, L"uplink", MAX_INTERFACE_NAME_LEN);
  std::wcsncpy(uplink.szLocalPhoneNumber, L"internet", MPR_MaxPhoneNumber);
  uplink.fEnabled = TRUE;
  uplink.dwIfType = ROUTER_IF_TYPE_FULL_ROUTER;
  HANDLE second = nullptr;
  ASSERT_EQ(client().Create(uplink, &second), DWORD{NO_ERROR});
  const HANDLE first = Interface();
  std::future<DWORD> call = ConnectMeanwhile(first);
  ExpectCode(row, client().Connect(second));
  ExpectCode(row, call.get());
  for (const RAS_PORT_0& port : Ports())
    EXPECT_NE(port.hConnection, nullptr);
  // Each has a connection of its own.
  EXPECT_EQ(client().Disconnect(first), DWORD{NO_ERROR});
  EXPECT_EQ(client().Disconnect(first), DWORD{ERROR_INTERFACE_NOT_CONNECTED});
  EXPECT_EQ(client().Disconnect(second), DWORD{NO_ERROR});
}

// Microsoft's knowledge base, article 193834: a manual dial is allowed right after a failed one.
TEST_F(MprInterfaceConnect, DialsAgainAfterAFailure) {
  const Row row = Proves(Row("MprAdminInterfaceConnect", "NO_ERROR"));
  BootRegistered();
  const bench::RuleId refusal = bench().Inject(kRefuseConnect);
  const HANDLE handle = Interface();
  EXPECT_NE(client().Connect(handle), DWORD{NO_ERROR});
  EXPECT_NE(client().Connect(handle), DWORD{NO_ERROR});
  bench().WaitUntilHit(refusal, 2);
  bench().ClearFaults();
  ExpectCode(row, client().Connect(handle));
}

// An event is the way to connect in a handler, which must not wait.
TEST_F(MprInterfaceConnect, BeginsInAHandlerOfAMobileBroadbandEvent) {
  const Row row = Proves(Row("MprAdminInterfaceConnect", "PENDING"));
  BootRegistered();
  const WaitableEvent done;
  const HANDLE handle = Interface();
  DWORD code = NO_ERROR;
  bench().InHandler([&] { code = client().BeginConnect(handle, done.handle()); });
  ASSERT_TRUE(ExpectCode(row, code));
  ASSERT_TRUE(done.Wait());
  ExpectCompletion(row, "hEvent");
  EXPECT_TRUE(PortIsConnected());
}

TEST_F(MprInterfaceConnect, FailsWithoutItsProfile) {
  BootRegistered();
  const HANDLE handle = Interface(L"no such profile");
  EXPECT_NE(client().Connect(handle), DWORD{NO_ERROR});
  EXPECT_FALSE(PortIsConnected());
  EXPECT_EQ(client().Delete(handle), DWORD{NO_ERROR});
}

TEST_F(MprInterfaceConnect, IsRefusedWhileTheServiceIsPaused) {
  const Row row = Proves(Row("MprAdminInterfaceConnect", "ERROR_SERVICE_IS_PAUSED"));
  BootRegistered();
  const HANDLE handle = Interface();
  bench().PauseRras();
  ExpectCode(row, client().Connect(handle));
  ExpectCode(row, client().BeginConnect(handle));
  EXPECT_FALSE(PortIsConnected());
}

TEST_F(MprInterfaceConnect, FailsWhenTheModemRefuses) {
  BootRegistered();
  bench().Inject(kRefuseConnect);
  EXPECT_NE(client().Connect(Interface()), DWORD{NO_ERROR});
  EXPECT_FALSE(PortIsConnected());
}

TEST_F(MprInterfaceConnect, FailsWhenAnotherProgramHasTheModem) {
  BootRegistered();
  bench().ConnectElsewhere(L"internet");
  const HANDLE handle = Interface();
  EXPECT_NE(client().Connect(handle), DWORD{NO_ERROR});
  EXPECT_TRUE(PortIsConnected());
  EXPECT_EQ(client().Disconnect(handle), DWORD{ERROR_INTERFACE_NOT_CONNECTED});
}

TEST_F(MprInterfaceConnect, SucceedsAtOnceWhenConnectedAlready) {
  const Row row = Proves(Row("MprAdminInterfaceConnect", "NO_ERROR"));
  BootRegistered();
  const HANDLE handle = ConnectedInterface();
  const HANDLE connection = Port().hConnection;
  ExpectCode(row, client().Connect(handle));
  const WaitableEvent done;
  EXPECT_EQ(client().BeginConnect(handle, done.handle()), DWORD{PENDING});
  EXPECT_TRUE(done.IsSet());
  EXPECT_EQ(Port().hConnection, connection);
}

TEST_F(MprInterfaceConnect, EndsWhenTheModemIsPulledOutMeanwhile) {
  BootRegistered();
  const bench::RuleId hold = HoldConnect();
  const HANDLE handle = Interface();
  std::future<DWORD> call = ConnectMeanwhile(handle);
  bench().WaitUntilHit(hold);
  PullOut();
  ASSERT_TRUE(Returns(call));
  EXPECT_NE(call.get(), DWORD{NO_ERROR});
  EXPECT_EQ(client().Delete(handle), DWORD{NO_ERROR});
}

TEST_F(MprInterfaceConnect, EndsWhenTheServiceIsStoppedMeanwhile) {
  const Row row = Proves(Row("MprAdminInterfaceConnect", "ERROR_DDM_NOT_RUNNING"));
  BootRegistered();
  const bench::RuleId hold = HoldConnect();
  std::future<DWORD> call = ConnectMeanwhile(Interface());
  bench().WaitUntilHit(hold);
  bench().StopRras();
  ASSERT_TRUE(Returns(call));
  ExpectCode(row, call.get());
  // The service hangs the connection up when the modem has made it.
  bench().Release(hold);
  bench().StartRras();
  EXPECT_TRUE(Eventually([&] { return Port().dwPortCondition == RAS_PORT_DISCONNECTED; }));
}

TEST_F(MprInterfaceConnect, SetsTheEventWhenTheServiceIsStoppedMeanwhile) {
  BootRegistered();
  const bench::RuleId hold = HoldConnect();
  const WaitableEvent done;
  EXPECT_EQ(client().BeginConnect(Interface(), done.handle()), DWORD{PENDING});
  bench().WaitUntilHit(hold);
  EXPECT_FALSE(done.IsSet());
  bench().StopRras();
  EXPECT_TRUE(done.Wait());
}

TEST_F(MprInterfaceConnect, EndsWhenTheMobileBroadbandServiceIsStoppedMeanwhile) {
  BootRegistered();
  const bench::RuleId hold = HoldConnect();
  const HANDLE handle = Interface();
  std::future<DWORD> call = ConnectMeanwhile(handle);
  bench().WaitUntilHit(hold);
  bench().StopMbn();
  ASSERT_TRUE(Returns(call));
  EXPECT_NE(call.get(), DWORD{NO_ERROR});
  EXPECT_EQ(client().Connect(handle), DWORD{ERROR_INTERFACE_HAS_NO_DEVICES});
}

TEST_F(MprInterfaceDisconnect, HangsUp) {
  const Row row = Proves(Row("MprAdminInterfaceDisconnect", "NO_ERROR"));
  BootRegistered();
  const HANDLE handle = ConnectedInterface();
  ASSERT_TRUE(ExpectCode(row, client().Disconnect(handle)));
  EXPECT_EQ(Port().dwPortCondition, RAS_PORT_DISCONNECTED);
  EXPECT_EQ(client().Connect(handle), DWORD{NO_ERROR});
}

TEST_F(MprInterfaceDisconnect, RefusesAnInterfaceThatIsNotConnected) {
  const Row row = Proves(Row("MprAdminInterfaceDisconnect", "ERROR_INTERFACE_NOT_CONNECTED"));
  BootRegistered();
  const HANDLE handle = Interface();
  ExpectCode(row, client().Disconnect(handle));
  ASSERT_EQ(client().Connect(handle), DWORD{NO_ERROR});
  ASSERT_EQ(client().Disconnect(handle), DWORD{NO_ERROR});
  ExpectCode(row, client().Disconnect(handle));
}

TEST_F(MprInterfaceDisconnect, RefusesAnInterfaceWhoseModemWasPulledOut) {
  const Row row = Proves(Row("MprAdminInterfaceDisconnect", "ERROR_INTERFACE_NOT_CONNECTED"));
  BootRegistered();
  const HANDLE handle = ConnectedInterface();
  PullOut();
  ExpectCode(row, client().Disconnect(handle));
  EXPECT_EQ(client().Delete(handle), DWORD{NO_ERROR});
}

TEST_F(MprInterfaceDisconnect, RefusesAnInterfaceAfterTheMobileBroadbandServiceStopped) {
  const Row row = Proves(Row("MprAdminInterfaceDisconnect", "ERROR_INTERFACE_NOT_CONNECTED"));
  BootRegistered();
  const HANDLE handle = ConnectedInterface();
  bench().StopMbn();
  ExpectCode(row, client().Disconnect(handle));
}

TEST_F(MprInterfaceDisconnect, LeavesTheConnectionsOfOtherPrograms) {
  const Row row = Proves(Row("MprAdminInterfaceDisconnect", "ERROR_INTERFACE_NOT_CONNECTED"));
  BootRegistered();
  bench().ConnectElsewhere(L"internet");
  ExpectCode(row, client().Disconnect(Interface()));
  EXPECT_TRUE(PortIsConnected());
}

TEST_F(MprInterfaceDisconnect, LeavesTheNextConnection) {
  const Row row = Proves(Row("MprAdminInterfaceDisconnect", "NO_ERROR"));
  BootRegistered();
  const auto other = bench().ConnectElsewhereAfterDisconnect(L"internet");
  RestartRras();
  const HANDLE handle = ConnectedInterface();
  ASSERT_TRUE(ExpectCode(row, client().Disconnect(handle)));
  EXPECT_TRUE(PortIsConnected());
  // The new connection is not the interface's.
  EXPECT_EQ(client().Disconnect(handle), DWORD{ERROR_INTERFACE_NOT_CONNECTED});
  EXPECT_TRUE(PortIsConnected());
}

TEST_F(MprInterfaceDisconnect, SharesAHangUpThatIsUnderWay) {
  const Row row = Proves(Row("MprAdminInterfaceDisconnect", "NO_ERROR"));
  BootRegistered();
  const HANDLE handle = ConnectedInterface();
  const HANDLE port = Port().hPort;
  const bench::RuleId hold = bench().Inject(
      R"({"on": "command", "cid": "CONNECT", "type": "set", "activation": "deactivate", "do": "hold",
          "times": 1})");
  std::future<DWORD> first =
      std::async(std::launch::async, [&] { return client().Disconnect(handle); });
  bench().WaitUntilHit(hold);
  bench().Inject(kRefuseDisconnect);  // what a second command would get
  std::future<DWORD> second =
      std::async(std::launch::async, [&] { return client().DisconnectPort(port); });
  bench().Release(hold);
  ExpectCode(row, first.get());
  // It depends on the moment whether the second call finds the hang-up under way or over.
  const DWORD code = second.get();
  EXPECT_TRUE(code == NO_ERROR || code == ERROR_PORT_DISCONNECTED) << code;
  EXPECT_FALSE(PortIsConnected());
}

TEST_F(MprInterfaceDisconnect, WorksWhileTheServiceIsPaused) {
  const Row row = Proves(Row("MprAdminInterfaceDisconnect", "NO_ERROR"));
  BootRegistered();
  const HANDLE handle = ConnectedInterface();
  bench().PauseRras();
  EXPECT_TRUE(PortIsConnected());
  ExpectCode(row, client().Disconnect(handle));
}

TEST_F(MprInterfaceDisconnect, HappensWhenTheServiceIsStopped) {
  BootRegistered();
  ConnectedInterface();
  RestartRras();
  EXPECT_EQ(Port().dwPortCondition, RAS_PORT_DISCONNECTED);
}

}  // namespace
}  // namespace mbnrig::conformance
