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

TEST_F(MprServer, WantsAPlaceForTheHandle) {
  const Row row = Proves(Row("MprAdminServerConnect", "RPC_S_INVALID_BINDING"));
  Boot();
  ExpectCode(row, MprAdminServerConnect(nullptr, nullptr));
}

TEST_F(MprServer, SaysWhenTheServiceDoesNotRun) {
  const Row row = Proves(Row("MprAdminServerConnect", "RPC_S_UNKNOWN_IF"));
  Boot();
  bench().StopRras();
  MPR_SERVER_HANDLE server = nullptr;
  ExpectCode(row, MprAdminServerConnect(nullptr, &server));
  EXPECT_EQ(server, nullptr);
}

TEST_F(MprServer, KnowsNoHandleOnceItIsDisconnected) {
  Boot();
  MPR_SERVER_HANDLE server = nullptr;
  ASSERT_EQ(MprAdminServerConnect(nullptr, &server), DWORD{NO_ERROR});
  const HANDLE handle = Interface();
  MprAdminServerDisconnect(server);
  EXPECT_EQ(MprAdminInterfaceDelete(server, handle), DWORD{ERROR_INVALID_HANDLE});
  EXPECT_EQ(client().Delete(handle), DWORD{NO_ERROR});
}

TEST_F(MprServer, KnowsItsClientsAgainAfterTheServiceStartedAgain) {
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

TEST_F(MprServiceState, IsTrueOfAServiceThatIsPaused) {
  const Row row = Proves(Row("MprAdminIsServiceRunning", "TRUE"));
  Boot();
  bench().PauseRras();
  ExpectCode(row, MprAdminIsServiceRunning(nullptr));
}

TEST_F(MprServiceState, IsFalseWhileTheServiceIsStopped) {
  const Row row = Proves(Row("MprAdminIsServiceRunning", "FALSE"));
  Boot();
  bench().StopRras();
  ExpectCode(row, MprAdminIsServiceRunning(nullptr));
}

TEST_F(MprServiceState, IsFalseForACallerWithoutRights) {
  const Row row = Proves(Row("MprAdminIsServiceRunning", "FALSE"));
  Boot();
  BOOL running = TRUE;
  bench().WithoutRights([&] { running = MprAdminIsServiceRunning(nullptr); });
  ExpectCode(row, running);
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

TEST_F(MprBuffer, ThatIsNoneIsRefused) {
  const Row row = Proves(Row("MprAdminBufferFree", "ERROR_INVALID_PARAMETER"));
  Boot();
  ExpectCode(row, MprAdminBufferFree(nullptr));
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

TEST_F(MprMibServer, IsApartFromTheRouterManager) {
  Boot();
  MIB_SERVER_HANDLE first = nullptr, second = nullptr;
  ASSERT_EQ(MprAdminMIBServerConnect(nullptr, &first), DWORD{NO_ERROR});
  ASSERT_EQ(MprAdminMIBServerConnect(nullptr, &second), DWORD{NO_ERROR});
  EXPECT_NE(first, second);
  MprAdminMIBServerDisconnect(first);
  // Neither the other MIB connection nor the client's own has gone with it.
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
