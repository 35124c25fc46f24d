// The service and its entry points without a modem.

#include "rras/service.h"

#include <gtest/gtest.h>
#include <handleapi.h>
#include <mprapi.h>
#include <mprerror.h>
#include <raserror.h>
#include <synchapi.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdlib>
#include <cstring>
#include <cwchar>
#include <cwctype>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "com/client.h"
#include "com/object.h"
#include "com/text.h"
#include "mbn/service.h"
#include "mbn/testing/event_log.h"
#include "mbn/testing/test_support.h"
#include "rras/admin/machine_name.h"
#include "rras/admin/server_handles.h"
#include "rras/testing/without_rights.h"

namespace mbnrig::rras {
namespace {

class EmptyBus final : public client::Monitor {
 public:
  void Start(Listener&) override {}
  void Stop() override {}
};

void ConfigureMbn(const std::filesystem::path& folder) {
  mbn::ServiceConfig config;
  config.monitor = [] { return std::make_unique<EmptyBus>(); };
  config.state_dir = folder;
  mbn::Service::Get().Configure(config);
}

class ServiceTest : public ::testing::Test {
 protected:
  ServiceTest() {
    ConfigureMbn(folder_.path());
    mbn::Service::Get().Start();
    Start({});
  }
  ~ServiceTest() override {
    Service::Get().Stop();
    mbn::Service::Get().Stop();
  }

  static void Start(const ServiceConfig& config) {
    Service::Get().Stop();
    Service::Get().Configure(config);
    Service::Get().Start();
  }

  static MPR_SERVER_HANDLE Server() {
    MPR_SERVER_HANDLE server = nullptr;
    EXPECT_EQ(MprAdminServerConnect(nullptr, &server), DWORD{NO_ERROR});
    return server;
  }

  template <class Level>
  static Level Named(const wchar_t* name) {
    Level level{};
    std::wcsncpy(level.wszInterfaceName, name, MAX_INTERFACE_NAME_LEN);
    level.fEnabled = TRUE;
    level.dwIfType = ROUTER_IF_TYPE_FULL_ROUTER;
    return level;
  }
  template <class Level>
  static DWORD Create(DWORD number, Level level, HANDLE* handle) {
    return MprAdminInterfaceCreate(Server(), number, reinterpret_cast<LPBYTE>(&level), handle);
  }
  static HANDLE Created(const wchar_t* name) {
    HANDLE handle = nullptr;
    EXPECT_EQ(Create(0, Named<MPR_INTERFACE_0>(name), &handle), DWORD{NO_ERROR});
    return handle;
  }

  mbn::testing::TemporaryFolder folder_;
};

TEST_F(ServiceTest, KnowsThisMachineByItsNames) {
  std::array<char, 256> host{};
  ASSERT_EQ(gethostname(host.data(), host.size() - 1), 0);
  const std::wstring own = com::FromUtf8(host.data());
  std::wstring shouted = own;
  for (wchar_t& c : shouted)
    c = static_cast<wchar_t>(std::towupper(static_cast<wint_t>(c)));
  EXPECT_TRUE(IsThisMachine(nullptr));
  for (const std::wstring& name : {std::wstring(), std::wstring(L"."), std::wstring(L"localhost"),
                                   std::wstring(L"127.0.0.1"), std::wstring(L"::1"), own, shouted})
    for (const std::wstring& prefix : {std::wstring(), std::wstring(L"\\\\")})
      EXPECT_TRUE(IsThisMachine((prefix + name).c_str())) << com::ToUtf8(prefix + name);
  EXPECT_FALSE(IsThisMachine((own + L"x").c_str()));
  EXPECT_FALSE(IsThisMachine(L"\\"));
}

TEST_F(ServiceTest, OtherMachinesAreNotReached) {
  wchar_t name[] = L"\\\\router.example.net";
  HANDLE server = &server;
  EXPECT_EQ(MprAdminServerConnect(name, &server), DWORD{RPC_S_SERVER_UNAVAILABLE});
  EXPECT_EQ(server, nullptr);
  EXPECT_EQ(MprAdminMIBServerConnect(name, &server), DWORD{RPC_S_SERVER_UNAVAILABLE});
  EXPECT_FALSE(MprAdminIsServiceRunning(name));
}

TEST_F(ServiceTest, ReadsEveryLevel) {
  HANDLE handle = nullptr;
  EXPECT_EQ(Create(0, Named<MPR_INTERFACE_0>(L"zero"), &handle), DWORD{NO_ERROR});
  EXPECT_EQ(Create(1, Named<MPR_INTERFACE_1>(L"one"), &handle), DWORD{NO_ERROR});
  EXPECT_EQ(Create(2, Named<MPR_INTERFACE_2>(L"two"), &handle), DWORD{NO_ERROR});
  EXPECT_EQ(Create(3, Named<MPR_INTERFACE_3>(L"three"), &handle), DWORD{NO_ERROR});
}

TEST_F(ServiceTest, ReadsALevelAtAnyAddress) {
  const auto level = Named<MPR_INTERFACE_0>(L"odd");
  std::vector<BYTE> bytes(sizeof level + 1);
  std::memcpy(bytes.data() + 1, &level, sizeof level);
  HANDLE handle = nullptr;
  EXPECT_EQ(MprAdminInterfaceCreate(Server(), 0, bytes.data() + 1, &handle), DWORD{NO_ERROR});
}

TEST_F(ServiceTest, ANameMayFillItsArray) {
  auto level = Named<MPR_INTERFACE_0>(L"");
  HANDLE handle = nullptr;
  EXPECT_EQ(Create(0, level, &handle), DWORD{ERROR_INVALID_PARAMETER});
  std::fill(std::begin(level.wszInterfaceName), std::end(level.wszInterfaceName), L'x');
  EXPECT_EQ(Create(0, level, &handle), DWORD{NO_ERROR});
  std::wstring name(std::size(level.wszInterfaceName), L'x');
  HANDLE found = nullptr;
  EXPECT_EQ(MprAdminInterfaceGetHandle(Server(), name.data(), &found, FALSE), DWORD{NO_ERROR});
  EXPECT_EQ(found, handle);
}

TEST_F(ServiceTest, ATypeThatOnlyTheRouterCreatesIsRefused) {
  auto level = Named<MPR_INTERFACE_0>(L"loop");
  HANDLE handle = nullptr;
  for (const int type : {4, 5, 6, 7, 8, -1}) {
    level.dwIfType = static_cast<ROUTER_INTERFACE_TYPE>(type);
    EXPECT_EQ(Create(0, level, &handle), DWORD{ERROR_INVALID_PARAMETER}) << type;
  }
}

TEST_F(ServiceTest, AHandleThatIsNotAnEventIsRefused) {
  const HANDLE handle = Created(L"internet");
  const HANDLE closed = CreateEventW(nullptr, TRUE, FALSE, nullptr);
  CloseHandle(closed);
  for (const HANDLE event : {closed, INVALID_HANDLE_VALUE, handle})
    EXPECT_EQ(MprAdminInterfaceConnect(Server(), handle, event, FALSE),
              DWORD{ERROR_INVALID_HANDLE});
}

TEST_F(ServiceTest, AHandleOfAnotherKindIsRefused) {
  const HANDLE handle = Created(L"internet");
  HANDLE mib = nullptr;
  EXPECT_EQ(MprAdminMIBServerConnect(nullptr, &mib), DWORD{NO_ERROR});
  for (const HANDLE server : {mib, handle}) {
    EXPECT_EQ(MprAdminInterfaceDelete(server, handle), DWORD{ERROR_INVALID_HANDLE});
    EXPECT_EQ(MprAdminPortDisconnect(server, handle), DWORD{ERROR_INVALID_PARAMETER});
  }
  EXPECT_EQ(MprAdminInterfaceDelete(Server(), mib), DWORD{ERROR_INVALID_HANDLE});
  EXPECT_EQ(MprAdminPortDisconnect(Server(), handle), DWORD{ERROR_INVALID_PARAMETER});
  MprAdminServerDisconnect(mib);
  MprAdminMIBServerDisconnect(Server());
  EXPECT_EQ(MprAdminInterfaceDelete(Server(), handle), DWORD{NO_ERROR});
}

TEST_F(ServiceTest, AMibServerIsOpenUntilItIsDisconnected) {
  HANDLE mib = nullptr;
  EXPECT_EQ(MprAdminMIBServerConnect(nullptr, &mib), DWORD{NO_ERROR});
  EXPECT_TRUE(ServerHandles<MibServer>::IsOpen(mib));
  EXPECT_FALSE(ServerHandles<MprServer>::IsOpen(mib));
  MprAdminServerDisconnect(mib);
  EXPECT_TRUE(ServerHandles<MibServer>::IsOpen(mib));
  MprAdminMIBServerDisconnect(mib);
  EXPECT_FALSE(ServerHandles<MibServer>::IsOpen(mib));
}

TEST_F(ServiceTest, ClearsItsOutputsWhenItFails) {
  wchar_t name[] = L"no such interface";
  HANDLE handle = &handle;
  EXPECT_EQ(MprAdminInterfaceGetHandle(Server(), name, &handle, FALSE),
            DWORD{ERROR_NO_SUCH_INTERFACE});
  EXPECT_EQ(handle, nullptr);
  BYTE not_a_buffer = 0;
  LPBYTE buffer = &not_a_buffer;
  DWORD read = 7, total = 7;
  EXPECT_EQ(MprAdminPortEnum(&read, 0, INVALID_HANDLE_VALUE, &buffer, 0, &read, &total, nullptr),
            DWORD{ERROR_INVALID_HANDLE});
  EXPECT_EQ(buffer, nullptr);
  EXPECT_EQ(read, 0u);
  EXPECT_EQ(total, 0u);
}

// Only an attempt sets the event, and this call begins no attempt.
TEST_F(ServiceTest, ARefusedConnectLeavesTheEventAlone) {
  const HANDLE event = CreateEventW(nullptr, TRUE, FALSE, nullptr);
  EXPECT_EQ(MprAdminInterfaceConnect(Server(), Created(L"internet"), event, FALSE),
            DWORD{ERROR_INTERFACE_HAS_NO_DEVICES});
  EXPECT_EQ(WaitForSingleObject(event, 0), DWORD{WAIT_TIMEOUT});
  EXPECT_TRUE(CloseHandle(event));
}

TEST_F(ServiceTest, ListsNoPortsWithoutModems) {
  LPBYTE buffer = nullptr;
  DWORD read = 7, total = 7, resume = 0;
  EXPECT_EQ(MprAdminPortEnum(Server(), 0, INVALID_HANDLE_VALUE, &buffer, 0, &read, &total, &resume),
            DWORD{NO_ERROR});
  EXPECT_EQ(read, 0u);
  EXPECT_EQ(total, 0u);
  EXPECT_EQ(MprAdminBufferFree(buffer), DWORD{NO_ERROR});
  EXPECT_EQ(MprAdminBufferFree(buffer), DWORD{ERROR_INVALID_PARAMETER});
  const HANDLE handle = Created(L"internet");
  EXPECT_EQ(MprAdminInterfaceConnect(Server(), handle, nullptr, TRUE),
            DWORD{ERROR_INTERFACE_HAS_NO_DEVICES});
}

TEST_F(ServiceTest, RightsAreThoseOfTheCallingThread) {
  if (!testing::CanDropRights()) GTEST_SKIP() << "only root can drop rights";
  ServiceConfig config;
  config.group = "nogroup";
  Start(config);
  DWORD as_member = ERROR_GEN_FAILURE, as_nobody = ERROR_GEN_FAILURE;
  HANDLE server = nullptr;
  testing::WithoutRights([&] { as_member = MprAdminServerConnect(nullptr, &server); });
  EXPECT_EQ(as_member, DWORD{NO_ERROR});
  Start({});
  testing::WithoutRights([&] { as_nobody = MprAdminServerConnect(nullptr, &server); });
  EXPECT_EQ(as_nobody, DWORD{ERROR_ACCESS_DENIED});
}

TEST_F(ServiceTest, IsConfiguredOnlyWhileStopped) {
  EXPECT_THROW(Service::Get().Configure({}), std::logic_error);
  Service::Get().Pause();
  EXPECT_EQ(Service::Get().state(), ServiceState::kPaused);
  EXPECT_THROW(Service::Get().Configure({}), std::logic_error);
  EXPECT_TRUE(MprAdminIsServiceRunning(nullptr));
  Service::Get().Continue();
  EXPECT_EQ(Service::Get().state(), ServiceState::kRunning);
  Service::Get().Stop();
  Service::Get().Stop();
  EXPECT_EQ(Service::Get().state(), ServiceState::kStopped);
  Service::Get().Pause();
  EXPECT_EQ(Service::Get().state(), ServiceState::kStopped);
}

// Stop waits for handlers, and so would wait for itself.
TEST_F(ServiceTest, IsNeitherStartedNorStoppedByAHandlerOfAnEvent) {
  const auto profiles =
      com::Create<IMbnConnectionProfileManager>(CLSID_MbnConnectionProfileManager);
  const auto events = com::Make<mbn::testing::EventLog>();
  events->Advise(profiles.Get());
  events->OnEvent([](const mbn::testing::Event&) {
    EXPECT_THROW(Service::Get().Start(), std::logic_error);
    EXPECT_THROW(Service::Get().Stop(), std::logic_error);
    HANDLE server = nullptr;
    EXPECT_EQ(MprAdminServerConnect(nullptr, &server), DWORD{NO_ERROR});
  });
  const std::wstring xml = com::FromUtf8(mbn::testing::ProfileXml("internet"));
  EXPECT_EQ(profiles->CreateConnectionProfile(xml.c_str()), S_OK);
  events->WaitFor("OnConnectionProfileArrival");
  events->Disconnect();
  EXPECT_EQ(Service::Get().state(), ServiceState::kRunning);
}

TEST_F(ServiceTest, IsNotPausedAfterARestart) {
  Service::Get().Pause();
  Start({});
  EXPECT_EQ(MprAdminInterfaceConnect(Server(), Created(L"internet"), nullptr, TRUE),
            DWORD{ERROR_INTERFACE_HAS_NO_DEVICES});
}

TEST_F(ServiceTest, MayBeStoppedWhileCallsAreUnderWay) {
  const HANDLE server = Server();
  std::atomic<bool> over{false};
  std::vector<std::thread> clients;
  for (int i = 0; i < 3; ++i)
    clients.emplace_back([&, i] {
      const std::wstring name = std::to_wstring(i);
      while (!over) {
        auto level = Named<MPR_INTERFACE_0>(name.c_str());
        HANDLE handle = nullptr;
        if (MprAdminInterfaceCreate(server, 0, reinterpret_cast<LPBYTE>(&level), &handle) ==
            NO_ERROR) {
          MprAdminInterfaceConnect(server, handle, nullptr, TRUE);
          MprAdminInterfaceDelete(server, handle);
        }
        LPBYTE buffer = nullptr;
        DWORD read = 0, total = 0;
        MprAdminPortEnum(server, 0, INVALID_HANDLE_VALUE, &buffer, 0, &read, &total, nullptr);
        if (buffer != nullptr) MprAdminBufferFree(buffer);
        MprAdminIsServiceRunning(nullptr);
      }
    });
  for (int i = 0; i < 50; ++i) {
    Service::Get().Stop();
    Service::Get().Start();
  }
  over = true;
  for (std::thread& client : clients)
    client.join();
  EXPECT_TRUE(MprAdminIsServiceRunning(nullptr));
}

// A program need not stop the service that its first call started.
TEST(ServiceExitTest, StopsAtTheProcessesEnd) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const mbn::testing::TemporaryFolder folder;
  EXPECT_EXIT(
      {
        ConfigureMbn(folder.path());
        mbn::Service::Get().Start();
        MPR_SERVER_HANDLE server = nullptr;
        if (MprAdminServerConnect(nullptr, &server) != NO_ERROR) std::exit(1);
        std::thread([server] {
          // Calls while the process ends.
          for (;;) {
            LPBYTE buffer = nullptr;
            DWORD read = 0, total = 0;
            MprAdminPortEnum(server, 0, INVALID_HANDLE_VALUE, &buffer, 0, &read, &total, nullptr);
            MprAdminBufferFree(buffer);
          }
        }).detach();
        std::exit(0);
      },
      ::testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace mbnrig::rras
