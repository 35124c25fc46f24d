// MprAdminPortEnum, MprAdminPortDisconnect.

#include "rras/rras_suite.h"

namespace mbnrig::conformance {
namespace {

class MprPortEnum : public RrasTest {};
class MprPortDisconnect : public RrasTest {};

TEST_F(MprPortEnum, ListsTheModem) {
  const Row row = Proves(Row("MprAdminPortEnum", "NO_ERROR"));
  BootRegistered();
  PortList list;
  ASSERT_TRUE(ExpectCode(row, client().Enumerate(&list)));
  ASSERT_EQ(list.read, 1u);
  EXPECT_EQ(list.total, 1u);
  const RAS_PORT_0 port = list.ports().front();
  EXPECT_NE(port.hPort, nullptr);
  EXPECT_EQ(port.hConnection, nullptr);
  EXPECT_EQ(port.dwPortCondition, RAS_PORT_DISCONNECTED);
  EXPECT_NE(port.wszPortName[0], L'\0');
  EXPECT_NE(port.wszDeviceName[0], L'\0');
}

TEST_F(MprPortEnum, ShowsTheConnection) {
  const Row row = Proves(Row("MprAdminPortEnum", "NO_ERROR"));
  BootRegistered();
  const RAS_PORT_0 before = Port();
  ConnectedInterface();
  PortList list;
  ASSERT_TRUE(ExpectCode(row, client().Enumerate(&list)));
  ASSERT_EQ(list.read, 1u);
  const RAS_PORT_0 port = list.ports().front();
  EXPECT_EQ(port.hPort, before.hPort);
  EXPECT_NE(port.hConnection, nullptr);
  EXPECT_EQ(port.dwPortCondition, RAS_PORT_AUTHENTICATED);
  EXPECT_EQ(port.dwTotalNumberOfCalls, before.dwTotalNumberOfCalls + 1);
}

TEST_F(MprPortEnum, ShowsAnAttemptUnderWay) {
  BootRegistered();
  const bench::RuleId hold = HoldConnect();
  const WaitableEvent done;
  ASSERT_EQ(client().BeginConnect(Interface(), done.handle()), DWORD{PENDING});
  bench().WaitUntilHit(hold);
  EXPECT_EQ(Port().dwPortCondition, RAS_PORT_AUTHENTICATING);
  bench().Release(hold);
  EXPECT_TRUE(done.Wait());
}

TEST_F(MprPortEnum, ShowsTheConnectionsOfOtherPrograms) {
  BootRegistered();
  bench().ConnectElsewhere(L"internet");
  EXPECT_EQ(Port().dwPortCondition, RAS_PORT_AUTHENTICATED);
  EXPECT_TRUE(PortIsConnected());
}

TEST_F(MprPortEnum, ListsThePortsOfAConnection) {
  const Row row = Proves(Row("MprAdminPortEnum", "NO_ERROR"));
  BootRegistered();
  ConnectedInterface();
  const RAS_PORT_0 port = Port();
  PortList of_connection;
  ASSERT_TRUE(ExpectCode(row, client().Enumerate(&of_connection, port.hConnection)));
  ASSERT_EQ(of_connection.read, 1u);
  EXPECT_EQ(of_connection.ports().front().hPort, port.hPort);
}

TEST_F(MprPortEnum, ListsNothingWithoutAModem) {
  const Row row = Proves(Row("MprAdminPortEnum", "NO_ERROR"));
  BootRegistered();
  PullOut();
  PortList list;
  ExpectCode(row, client().Enumerate(&list));
  EXPECT_EQ(list.read, 0u);
  EXPECT_EQ(list.total, 0u);
}

TEST_F(MprPortEnum, GivesAModemThatComesBackANewPort) {
  BootRegistered();
  const HANDLE before = Port().hPort;
  PullOut();
  bench().Plug();
  bench().WaitUntilRegistered();
  EXPECT_NE(Port().hPort, before);
  EXPECT_EQ(client().DisconnectPort(before), DWORD{ERROR_INVALID_PARAMETER});
}

TEST_F(MprPortEnum, GivesAPartAndThenTheRest) {
  const Row more = Proves(Row("MprAdminPortEnum", "ERROR_MORE_DATA"));
  const Row all_given = Proves(Row("MprAdminPortEnum", "NO_ERROR"));
  BootRegistered();
  PortList all;
  ASSERT_EQ(client().Enumerate(&all), DWORD{NO_ERROR});
  DWORD resume = 0;
  PortList part;
  const auto less = static_cast<DWORD>(all.read * sizeof(RAS_PORT_0) - 1);
  ExpectCode(more, client().Enumerate(&part, INVALID_HANDLE_VALUE, less, &resume));
  EXPECT_EQ(part.read, all.read - 1);
  EXPECT_EQ(part.total, all.total);
  PortList rest;
  ExpectCode(all_given,
             client().Enumerate(&rest, INVALID_HANDLE_VALUE, static_cast<DWORD>(-1), &resume));
  EXPECT_EQ(resume, 0u);
  ASSERT_EQ(rest.read, 1u);
  EXPECT_EQ(rest.total, 1u);
  EXPECT_EQ(rest.ports().front().hPort, all.ports().back().hPort);
}

TEST_F(MprPortDisconnect, HangsUp) {
  const Row row = Proves(Row("MprAdminPortDisconnect", "NO_ERROR"));
  BootRegistered();
  const HANDLE handle = ConnectedInterface();
  ASSERT_TRUE(ExpectCode(row, client().DisconnectPort(Port().hPort)));
  EXPECT_EQ(Port().dwPortCondition, RAS_PORT_DISCONNECTED);
  EXPECT_EQ(client().Disconnect(handle), DWORD{ERROR_INTERFACE_NOT_CONNECTED});
}

TEST_F(MprPortDisconnect, HangsUpTheConnectionsOfOtherPrograms) {
  const Row row = Proves(Row("MprAdminPortDisconnect", "NO_ERROR"));
  BootRegistered();
  bench().ConnectElsewhere(L"internet");
  ASSERT_TRUE(ExpectCode(row, client().DisconnectPort(Port().hPort)));
  EXPECT_EQ(Port().dwPortCondition, RAS_PORT_DISCONNECTED);
  EXPECT_EQ(client().Connect(Interface()), DWORD{NO_ERROR});
}

TEST_F(MprPortDisconnect, RefusesAPortThatIsNotConnected) {
  BootRegistered();
  EXPECT_NE(client().DisconnectPort(Port().hPort), DWORD{NO_ERROR});
}

}  // namespace
}  // namespace mbnrig::conformance
