// MprAdminPortEnum, MprAdminPortDisconnect.

#include <algorithm>
#include <vector>

#include "rras/rras_suite.h"

namespace mbnrig::conformance {
namespace {

std::vector<HANDLE> HandlesOf(const std::vector<RAS_PORT_0>& ports) {
  std::vector<HANDLE> handles;
  for (const RAS_PORT_0& port : ports)
    handles.push_back(port.hPort);
  return handles;
}

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
  const Row rest = Proves(Row("MprAdminPortEnum", "NO_ERROR"));
  BootRegistered();
  AddRegisteredModem();
  AddRegisteredModem();
  const std::vector<HANDLE> all = HandlesOf(Ports());
  constexpr DWORD kSize = sizeof(RAS_PORT_0);
  for (const DWORD length : {DWORD{0}, kSize - 1, kSize, 2 * kSize, 3 * kSize - 1, 3 * kSize}) {
    SCOPED_TRACE(length);
    // A length that is too small for one port gives one all the same, so this loop ends.
    const std::size_t at_once = std::max<std::size_t>(1, length / kSize);
    std::vector<HANDLE> given;
    DWORD resume = 0;
    while (given.size() < all.size()) {
      const std::size_t left = all.size() - given.size();
      PortList part;
      const DWORD code = client().Enumerate(&part, INVALID_HANDLE_VALUE, length, &resume);
      ASSERT_EQ(part.read, std::min(at_once, left));
      EXPECT_EQ(part.total, left);
      if (part.read < left) {
        ASSERT_TRUE(ExpectCode(more, code));
        ASSERT_NE(resume, 0u);
      } else {
        ASSERT_TRUE(ExpectCode(rest, code));
        EXPECT_EQ(resume, 0u);
      }
      const std::vector<HANDLE> handles = HandlesOf(part.ports());
      given.insert(given.end(), handles.begin(), handles.end());
    }
    EXPECT_EQ(given, all);
  }
}

TEST_F(MprPortEnum, GoesOnBehindAPortThatHasGone) {
  const Row row = Proves(Row("MprAdminPortEnum", "NO_ERROR"));
  BootRegistered();
  const RAS_PORT_0 first = Port();
  AddRegisteredModem();
  DWORD resume = 0;
  PortList part;
  ASSERT_EQ(client().Enumerate(&part, INVALID_HANDLE_VALUE, 0, &resume), DWORD{ERROR_MORE_DATA});
  ASSERT_EQ(HandlesOf(part.ports()), std::vector<HANDLE>{first.hPort});
  bench().Unplug();
  ASSERT_TRUE(Eventually([&] { return Ports().size() == 1; }));
  PortList rest;
  ExpectCode(row, client().Enumerate(&rest, INVALID_HANDLE_VALUE, 0, &resume));
  EXPECT_EQ(HandlesOf(rest.ports()), HandlesOf(Ports()));
  EXPECT_EQ(resume, 0u);
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
  EXPECT_EQ(client().DisconnectPort(Port().hPort), DWORD{ERROR_PORT_DISCONNECTED});
  ConnectedInterface();
  const RAS_PORT_0 port = Port();
  EXPECT_EQ(client().DisconnectPort(port.hPort), DWORD{NO_ERROR});
  EXPECT_EQ(client().DisconnectPort(port.hPort), DWORD{ERROR_PORT_DISCONNECTED});
  PortList of_connection;
  EXPECT_EQ(client().Enumerate(&of_connection, port.hConnection), DWORD{ERROR_INVALID_HANDLE});
}

TEST_F(MprPortDisconnect, LeavesTheNextConnection) {
  const Row row = Proves(Row("MprAdminPortDisconnect", "NO_ERROR"));
  BootRegistered();
  const auto other = bench().ConnectElsewhereAfterDisconnect(L"internet");
  RestartRras();
  ConnectedInterface();
  const RAS_PORT_0 before = Port();
  ASSERT_TRUE(ExpectCode(row, client().DisconnectPort(before.hPort)));
  const RAS_PORT_0 after = Port();
  EXPECT_EQ(after.dwPortCondition, RAS_PORT_AUTHENTICATED);
  EXPECT_NE(after.hConnection, before.hConnection);
}

TEST_F(MprPortDisconnect, SaysThatTheModemDoesNotHangUp) {
  BootRegistered();
  const HANDLE handle = ConnectedInterface();
  bench().Inject(kRefuseDisconnect);
  EXPECT_EQ(client().DisconnectPort(Port().hPort), DWORD{ERROR_HARDWARE_FAILURE});
  EXPECT_EQ(client().Disconnect(handle), DWORD{ERROR_HARDWARE_FAILURE});
  EXPECT_TRUE(PortIsConnected());
  bench().ClearFaults();
  EXPECT_EQ(client().Disconnect(handle), DWORD{NO_ERROR});
}

}  // namespace
}  // namespace mbnrig::conformance
