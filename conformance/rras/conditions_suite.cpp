// Conditions that many calls share: a caller without rights, a server without demand dialling, a
// handle that stands for no interface.

#include "rras/rras_suite.h"

namespace mbnrig::conformance {
namespace {

/// A call with arguments that nothing is wrong with; `handle` is what the test has of an interface.
struct Call {
  const char* api;
  DWORD (*call)(const RrasClient& client, HANDLE handle);
};

std::string NameOf(const ::testing::TestParamInfo<Call>& info) {
  return info.param.api;
}

DWORD ServerConnect(const RrasClient&, HANDLE) {
  MPR_SERVER_HANDLE server = nullptr;
  return MprAdminServerConnect(nullptr, &server);
}
DWORD Create(const RrasClient& client, HANDLE) {
  HANDLE created = nullptr;
  return client.Create(RrasClient::DemandDial(L"another"), &created);
}
DWORD Delete(const RrasClient& client, HANDLE handle) {
  return client.Delete(handle);
}
DWORD GetHandle(const RrasClient& client, HANDLE) {
  HANDLE found = nullptr;
  return client.GetHandle(L"internet", &found);
}
DWORD Connect(const RrasClient& client, HANDLE handle) {
  return client.Connect(handle);
}
DWORD Disconnect(const RrasClient& client, HANDLE handle) {
  return client.Disconnect(handle);
}
DWORD PortEnum(const RrasClient& client, HANDLE) {
  PortList ports;
  return client.Enumerate(&ports);
}
DWORD PortDisconnect(const RrasClient& client, HANDLE handle) {
  return client.DisconnectPort(handle);
}

class CallerWithoutRights : public RrasTest, public ::testing::WithParamInterface<Call> {};

TEST_P(CallerWithoutRights, IsDeniedAccess) {
  const Row row = Proves(Row(GetParam().api, "ERROR_ACCESS_DENIED"));
  Boot();
  const HANDLE handle = Interface();
  DWORD code = NO_ERROR;
  bench().WithoutRights([&] { code = GetParam().call(client(), handle); });
  ExpectCode(row, code);
}

INSTANTIATE_TEST_SUITE_P(MprAdmin, CallerWithoutRights,
                         ::testing::Values(Call{"MprAdminServerConnect", ServerConnect},
                                           Call{"MprAdminInterfaceCreate", Create},
                                           Call{"MprAdminInterfaceDelete", Delete},
                                           Call{"MprAdminInterfaceGetHandle", GetHandle},
                                           Call{"MprAdminInterfaceConnect", Connect},
                                           Call{"MprAdminInterfaceDisconnect", Disconnect},
                                           Call{"MprAdminPortEnum", PortEnum},
                                           Call{"MprAdminPortDisconnect", PortDisconnect}),
                         NameOf);

class WithoutDdm : public RrasTest, public ::testing::WithParamInterface<Call> {
 protected:
  /// A handle from when DDM ran; the state of what it stood for is asked last, if ever.
  HANDLE HandleFromBefore() {
    Boot();
    return Interface();
  }
};

TEST_P(WithoutDdm, ALanOnlyRouterSaysSo) {
  const Row row = Proves(Row(GetParam().api, "ERROR_DDM_NOT_RUNNING"));
  const HANDLE handle = HandleFromBefore();
  RestartRras(RouterType::kLanOnly);
  ExpectCode(row, GetParam().call(client(), handle));
}

TEST_P(WithoutDdm, AStoppedServiceSaysSo) {
  const Row row = Proves(Row(GetParam().api, "ERROR_DDM_NOT_RUNNING"));
  const HANDLE handle = HandleFromBefore();
  bench().StopRras();
  ExpectCode(row, GetParam().call(client(), handle));
}

INSTANTIATE_TEST_SUITE_P(MprAdmin, WithoutDdm,
                         ::testing::Values(Call{"MprAdminInterfaceCreate", Create},
                                           Call{"MprAdminInterfaceConnect", Connect},
                                           Call{"MprAdminInterfaceDisconnect", Disconnect},
                                           Call{"MprAdminPortEnum", PortEnum},
                                           Call{"MprAdminPortDisconnect", PortDisconnect}),
                         NameOf);

class InterfaceHandle : public RrasTest, public ::testing::WithParamInterface<Call> {};

TEST_P(InterfaceHandle, OfNothingIsRefused) {
  const Row row = Proves(Row(GetParam().api, "ERROR_INVALID_HANDLE"));
  Boot();
  const HANDLE deleted = Interface();
  ASSERT_EQ(client().Delete(deleted), DWORD{NO_ERROR});
  for (const HANDLE handle : {HANDLE{nullptr}, INVALID_HANDLE_VALUE, deleted})
    ExpectCode(row, GetParam().call(client(), handle));
}

TEST_P(InterfaceHandle, FromBeforeTheServiceStartedAgainIsRefused) {
  const Row row = Proves(Row(GetParam().api, "ERROR_INVALID_HANDLE"));
  Boot();
  const HANDLE handle = Interface();
  RestartRras();
  ExpectCode(row, GetParam().call(client(), handle));
}

TEST_P(InterfaceHandle, OfAServerIsRefused) {
  const Row row = Proves(Row(GetParam().api, "ERROR_INVALID_HANDLE"));
  Boot();
  ExpectCode(row, GetParam().call(client(), client().server()));
}

INSTANTIATE_TEST_SUITE_P(MprAdmin, InterfaceHandle,
                         ::testing::Values(Call{"MprAdminInterfaceDelete", Delete},
                                           Call{"MprAdminInterfaceConnect", Connect},
                                           Call{"MprAdminInterfaceDisconnect", Disconnect}),
                         NameOf);

}  // namespace
}  // namespace mbnrig::conformance
