// MprAdminInterfaceCreate, Delete, GetHandle.

#include "rras/rras_suite.h"

namespace mbnrig::conformance {
namespace {

class MprInterfaceCreate : public RrasTest {};
class MprInterfaceDelete : public RrasTest {};
class MprInterfaceGetHandle : public RrasTest {};

TEST_F(MprInterfaceCreate, GivesTheInterfaceAHandle) {
  const Row row = Proves(Row("MprAdminInterfaceCreate", "NO_ERROR"));
  Boot();
  HANDLE created = nullptr, found = nullptr;
  ASSERT_TRUE(ExpectCode(row, client().Create(RrasClient::DemandDial(L"internet"), &created)));
  EXPECT_NE(created, nullptr);
  EXPECT_EQ(client().GetHandle(L"internet", &found), DWORD{NO_ERROR});
  EXPECT_EQ(found, created);
}

TEST_F(MprInterfaceCreate, TakesEveryLevel) {
  const Row row = Proves(Row("MprAdminInterfaceCreate", "NO_ERROR"));
  Boot();
  // Levels 1 to 3 begin as level 0 does. Their other members stay zero.
  union {
    MPR_INTERFACE_0 zero;
    MPR_INTERFACE_3 three;
  } description{.three = {}};
  for (const DWORD level : {0, 1, 2, 3}) {
    const std::wstring name = L"level " + std::to_wstring(level);
    description.zero = RrasClient::DemandDial(name.c_str());
    HANDLE handle = nullptr;
    ExpectCode(row, MprAdminInterfaceCreate(client().server(), level,
                                            reinterpret_cast<LPBYTE>(&description), &handle));
    EXPECT_EQ(client().GetHandle(name.c_str(), &handle), DWORD{NO_ERROR});
  }
}

TEST_F(MprInterfaceCreate, RefusesANameThatIsTaken) {
  const Row row = Proves(Row("MprAdminInterfaceCreate", "ERROR_INTERFACE_ALREADY_EXISTS"));
  Boot();
  const HANDLE first = Interface(L"internet");
  HANDLE second = nullptr, found = nullptr;
  ExpectCode(row, client().Create(RrasClient::DemandDial(L"internet"), &second));
  EXPECT_EQ(client().GetHandle(L"internet", &found), DWORD{NO_ERROR});
  EXPECT_EQ(found, first);
}

TEST_F(MprInterfaceDelete, RemovesTheInterface) {
  const Row row = Proves(Row("MprAdminInterfaceDelete", "NO_ERROR"));
  Boot();
  const HANDLE first = Interface(L"internet");
  ASSERT_TRUE(ExpectCode(row, client().Delete(first)));
  HANDLE found = nullptr;
  EXPECT_EQ(client().GetHandle(L"internet", &found), DWORD{ERROR_NO_SUCH_INTERFACE});
  EXPECT_NE(Interface(L"internet"), first);
}

TEST_F(MprInterfaceDelete, RefusesAnInterfaceThatIsConnected) {
  const Row row = Proves(Row("MprAdminInterfaceDelete", "ERROR_INTERFACE_CONNECTED"));
  BootRegistered();
  const HANDLE handle = ConnectedInterface();
  ExpectCode(row, client().Delete(handle));
  EXPECT_TRUE(PortIsConnected());
  EXPECT_EQ(client().Disconnect(handle), DWORD{NO_ERROR});
  EXPECT_EQ(client().Delete(handle), DWORD{NO_ERROR});
}

TEST_F(MprInterfaceGetHandle, FindsTheInterface) {
  const Row row = Proves(Row("MprAdminInterfaceGetHandle", "NO_ERROR"));
  Boot();
  const HANDLE internet = Interface(L"internet");
  const HANDLE office = Interface(L"office");
  HANDLE found = nullptr;
  ExpectCode(row, client().GetHandle(L"internet", &found));
  EXPECT_EQ(found, internet);
  ExpectCode(row, client().GetHandle(L"office", &found));
  EXPECT_EQ(found, office);
}

TEST_F(MprInterfaceGetHandle, DoesNotFindAnInterfaceOfAnotherName) {
  const Row row = Proves(Row("MprAdminInterfaceGetHandle", "ERROR_NO_SUCH_INTERFACE"));
  Boot();
  Interface(L"internet");
  HANDLE found = nullptr;
  ExpectCode(row, client().GetHandle(L"office", &found));
}

TEST_F(MprInterfaceGetHandle, FindsClientInterfacesOnlyWhenAskedTo) {
  const Row row = Proves(Row("MprAdminInterfaceGetHandle", "ERROR_NO_SUCH_INTERFACE"));
  Boot();
  MPR_INTERFACE_0 description = RrasClient::DemandDial(L"dialled in");
  description.dwIfType = ROUTER_IF_TYPE_CLIENT;
  HANDLE created = nullptr, found = nullptr;
  ASSERT_EQ(client().Create(description, &created), DWORD{NO_ERROR});
  ExpectCode(row, client().GetHandle(L"dialled in", &found, FALSE));
  EXPECT_EQ(client().GetHandle(L"dialled in", &found, TRUE), DWORD{NO_ERROR});
  EXPECT_EQ(found, created);
}

}  // namespace
}  // namespace mbnrig::conformance
