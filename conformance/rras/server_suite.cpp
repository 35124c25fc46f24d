// MprAdminServerConnect, ServerDisconnect, IsServiceRunning, BufferFree, MIBServerConnect,
// MIBServerDisconnect.

#include "rras/rras_suite.h"

namespace mbnrig::conformance {
namespace {

class MprServer : public RrasTest {};
class MprMibServer : public RrasTest {};
class MprServiceState : public RrasTest {};
class MprBuffer : public RrasTest {};

TEST_F(MprServer, GivesAHandleThatServesOtherCalls) {
  const Row row = Proves(Row("MprAdminServerConnect", "NO_ERROR"));
  Boot();
  MPR_SERVER_HANDLE server = nullptr;
  ASSERT_TRUE(ExpectCode(row, MprAdminServerConnect(nullptr, &server)));
  ASSERT_NE(server, nullptr);
  HANDLE handle = nullptr;
  MPR_INTERFACE_0 description = RrasClient::DemandDial(L"internet");
  EXPECT_EQ(MprAdminInterfaceCreate(server, 0, reinterpret_cast<LPBYTE>(&description), &handle),
            DWORD{NO_ERROR});
  MprAdminServerDisconnect(server);
}

TEST_F(MprServer, KnowsAHandleFromBeforeARestart) {
  Boot();
  bench().StopRras();
  HANDLE handle = nullptr;
  EXPECT_EQ(client().GetHandle(L"internet", &handle), DWORD{ERROR_NO_SUCH_INTERFACE});
  bench().StartRras();
  EXPECT_NE(Interface(), nullptr);
}

TEST_F(MprServiceState, IsTrueWhileTheServiceRuns) {
  const Row row = Proves(Row("MprAdminIsServiceRunning", "TRUE"));
  Boot();
  ExpectCode(row, MprAdminIsServiceRunning(nullptr));
}

TEST_F(MprServiceState, IsTrueOfALanOnlyRouter) {
  const Row row = Proves(Row("MprAdminIsServiceRunning", "TRUE"));
  Boot(RouterType::kLanOnly);
  ExpectCode(row, MprAdminIsServiceRunning(nullptr));
}

TEST_F(MprServiceState, IsTrueWhileTheServiceIsPaused) {
  const Row row = Proves(Row("MprAdminIsServiceRunning", "TRUE"));
  Boot();
  bench().PauseRras();
  ExpectCode(row, MprAdminIsServiceRunning(nullptr));
}

TEST_F(MprBuffer, IsFreed) {
  const Row row = Proves(Row("MprAdminBufferFree", "NO_ERROR"));
  Boot();
  PortList list;
  ASSERT_EQ(client().Enumerate(&list), DWORD{NO_ERROR});
  ASSERT_NE(list.buffer, nullptr);
  ExpectCode(row, MprAdminBufferFree(list.buffer));
  list.buffer = nullptr;
}

TEST_F(MprBuffer, OutlivesTheServiceThatGaveIt) {
  const Row row = Proves(Row("MprAdminBufferFree", "NO_ERROR"));
  Boot();
  PortList list;
  ASSERT_EQ(client().Enumerate(&list), DWORD{NO_ERROR});
  bench().StopRras();
  ExpectCode(row, MprAdminBufferFree(list.buffer));
  list.buffer = nullptr;
}

TEST_F(MprMibServer, GivesAHandleOfItsOwn) {
  const Row row = Proves(Row("MprAdminMIBServerConnect", "NO_ERROR"));
  Boot();
  MIB_SERVER_HANDLE mib = nullptr;
  ASSERT_TRUE(ExpectCode(row, MprAdminMIBServerConnect(nullptr, &mib)));
  EXPECT_NE(mib, nullptr);
  EXPECT_NE(mib, client().server());
  MprAdminMIBServerDisconnect(mib);
}

TEST_F(MprMibServer, ClosesOnlyItsOwnConnection) {
  Boot();
  MIB_SERVER_HANDLE first = nullptr, second = nullptr;
  ASSERT_EQ(MprAdminMIBServerConnect(nullptr, &first), DWORD{NO_ERROR});
  ASSERT_EQ(MprAdminMIBServerConnect(nullptr, &second), DWORD{NO_ERROR});
  EXPECT_NE(first, second);
  MprAdminMIBServerDisconnect(first);
  // The other MIB connection and the client's own connection are still open.
  MprAdminMIBServerDisconnect(second);
  EXPECT_NE(Interface(), nullptr);
}

TEST_F(MprMibServer, HandleOutlivesTheService) {
  Boot();
  MIB_SERVER_HANDLE mib = nullptr;
  ASSERT_EQ(MprAdminMIBServerConnect(nullptr, &mib), DWORD{NO_ERROR});
  bench().StopRras();
  MprAdminMIBServerDisconnect(mib);
  bench().StartRras();
  EXPECT_EQ(MprAdminMIBServerConnect(nullptr, &mib), DWORD{NO_ERROR});
  MprAdminMIBServerDisconnect(mib);
}

}  // namespace
}  // namespace mbnrig::conformance
