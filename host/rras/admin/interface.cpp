// MprAdminInterfaceCreate, Delete, GetHandle, Connect, Disconnect.

#include <mprapi.h>
#include <mprerror.h>
#include <raserror.h>
#include <winerror.h>

#include <memory>
#include <string>
#include <utility>

#include "com/text.h"
#include "rras/admin/call.h"
#include "rras/admin/pending_connects.h"
#include "win32/event.h"

namespace mbnrig::rras {

/// All levels begin alike. Levels 2 and 3 also say what to dial (the phone number names the MBN
/// profile) and over which device.
template <class Structure>
static void Read(const Structure& from, InterfaceRequest& request) {
  request.name = Text(from.wszInterfaceName);
  request.enabled = from.fEnabled != FALSE;
  request.type = static_cast<std::uint32_t>(from.dwIfType);
  if constexpr (requires { from.szLocalPhoneNumber; }) {
    request.profile = Text(from.szLocalPhoneNumber);
    request.device_name = Text(from.szDeviceName);
  }
}

namespace {

using InterfaceLevels = Levels<MPR_INTERFACE_0, MPR_INTERFACE_1, MPR_INTERFACE_2, MPR_INTERFACE_3>;

/// The router itself makes interfaces of the other types.
bool CanBeCreated(std::uint32_t type) {
  return type == ROUTER_IF_TYPE_CLIENT || type == ROUTER_IF_TYPE_HOME_ROUTER ||
         type == ROUTER_IF_TYPE_FULL_ROUTER || type == ROUTER_IF_TYPE_DEDICATED;
}

/// A function of a server and an interface.
AdminCall InterfaceCall(MPR_SERVER_HANDLE server, HANDLE interface_handle, DWORD when_stopped) {
  return AdminCall(server, {.null = ERROR_INVALID_HANDLE,
                            .closed = ERROR_INVALID_HANDLE,
                            .stopped = when_stopped})
      .GivenHandle(interface_handle, ERROR_INVALID_HANDLE);
}

}  // namespace
}  // namespace mbnrig::rras

using namespace mbnrig::rras;

DWORD WINAPI MprAdminInterfaceCreate(MPR_SERVER_HANDLE hMprServer, DWORD dwLevel, LPBYTE lpbBuffer,
                                     HANDLE* phInterface) {
  return AdminCall(hMprServer, {.null = ERROR_INVALID_HANDLE,
                                .closed = ERROR_INVALID_HANDLE,
                                .stopped = ERROR_DDM_NOT_RUNNING})
      .Given(lpbBuffer, ERROR_INVALID_PARAMETER)
      .Outputs(ERROR_INVALID_PARAMETER, phInterface)
      .Level<InterfaceLevels>(dwLevel, ERROR_NOT_SUPPORTED)
      .Answer([&](Router& router) -> DWORD {
        const auto request = Take<InterfaceLevels, InterfaceRequest>(dwLevel, lpbBuffer);
        if (request.name.empty() || !CanBeCreated(request.type)) return ERROR_INVALID_PARAMETER;
        HandleNumber created = kNoHandle;
        const DWORD code = router.CreateInterface(request, &created);
        *phInterface = ToHandle(created);
        return code;
      });
}

DWORD WINAPI MprAdminInterfaceDelete(MPR_SERVER_HANDLE hMprServer, HANDLE hInterface) {
  // Interfaces go when the service stops, so the handle is unknown then.
  return InterfaceCall(hMprServer, hInterface, ERROR_INVALID_HANDLE).Answer([&](Router& router) {
    return router.DeleteInterface(ToNumber(hInterface));
  });
}

DWORD WINAPI MprAdminInterfaceGetHandle(MPR_SERVER_HANDLE hMprServer, LPWSTR lpwsInterfaceName,
                                        HANDLE* phInterface, BOOL fIncludeClientInterfaces) {
  return AdminCall(hMprServer, {.null = RPC_S_INVALID_BINDING,
                                .closed = RPC_S_INVALID_BINDING,
                                .stopped = ERROR_NO_SUCH_INTERFACE})
      .Given(lpwsInterfaceName, RPC_X_NULL_REF_POINTER)
      .Outputs(RPC_X_NULL_REF_POINTER, phInterface)
      .Answer([&](Router& router) -> DWORD {
        const std::string name = mbnrig::com::ToUtf8(lpwsInterfaceName);
        for (const InterfaceView& view : router.Interfaces()) {
          if (view.name != name) continue;
          if (view.type == ROUTER_IF_TYPE_CLIENT && !fIncludeClientInterfaces) continue;
          *phInterface = ToHandle(view.handle);
          return NO_ERROR;
        }
        return ERROR_NO_SUCH_INTERFACE;
      });
}

DWORD WINAPI MprAdminInterfaceConnect(MPR_SERVER_HANDLE hMprServer, HANDLE hInterface,
                                      HANDLE hEvent, BOOL fSynchronous) {
  std::shared_ptr<mbnrig::win32::Event> event = mbnrig::win32::FindEvent(hEvent);
  return InterfaceCall(hMprServer, hInterface, ERROR_DDM_NOT_RUNNING)
      .Require(hEvent == nullptr || event != nullptr, ERROR_INVALID_HANDLE)
      .Ddm()
      .Answer([&](Router& router) -> DWORD {
        PendingConnect pending(std::move(event));
        const DWORD code = router.ConnectInterface({.interface_handle = ToNumber(hInterface),
                                                    .completion = pending.completion(),
                                                    .wait = fSynchronous != FALSE});
        if (code == PENDING) pending.Keep();
        return code;
      });
}

DWORD WINAPI MprAdminInterfaceDisconnect(MPR_SERVER_HANDLE hMprServer, HANDLE hInterface) {
  return InterfaceCall(hMprServer, hInterface, ERROR_DDM_NOT_RUNNING)
      .Ddm()
      .Answer([&](Router& router) { return router.DisconnectInterface(ToNumber(hInterface)); });
}
