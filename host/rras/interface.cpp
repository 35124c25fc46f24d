// MprAdminInterfaceCreate, Delete, GetHandle, Connect, Disconnect.

#include <handleapi.h>
#include <mprapi.h>
#include <mprerror.h>
#include <winerror.h>

#include <cstring>
#include <cwchar>
#include <memory>
#include <utility>

#include "com/event.h"
#include "rras/running.h"

using mbnrig::rras::Guarded;
using mbnrig::rras::InterfaceRequest;
using mbnrig::rras::RouterCall;
using mbnrig::rras::Running;

namespace {

constexpr DWORD kHighestLevel = 3;

/// Text of a fixed array that its writer may have forgotten to end.
template <std::size_t N>
std::wstring Text(const WCHAR (&array)[N]) {
  return std::wstring(array, wcsnlen(array, N));
}

/// The members that all four levels begin with.
template <class Level>
InterfaceRequest Common(const Level& buffer) {
  InterfaceRequest request;
  request.name = Text(buffer.wszInterfaceName);
  request.enabled = buffer.fEnabled != FALSE;
  request.type = buffer.dwIfType;
  return request;
}

/// Levels 2 and 3 also say what to dial (the phone number names the MBN profile) and over which
/// device.
template <class Level>
InterfaceRequest WithPhoneBookEntry(const Level& buffer) {
  InterfaceRequest request = Common(buffer);
  request.profile = Text(buffer.szLocalPhoneNumber);
  request.device_name = Text(buffer.szDeviceName);
  return request;
}

/// A client's bytes as the structure they are meant to be, wherever they stand.
template <class Level>
Level As(const BYTE* buffer) {
  Level level;
  std::memcpy(&level, buffer, sizeof level);
  return level;
}

InterfaceRequest Read(DWORD level, const BYTE* buffer) {
  switch (level) {
    case 0:
      return Common(As<MPR_INTERFACE_0>(buffer));
    case 1:
      return Common(As<MPR_INTERFACE_1>(buffer));
    case 2:
      return WithPhoneBookEntry(As<MPR_INTERFACE_2>(buffer));
    default:
      return WithPhoneBookEntry(As<MPR_INTERFACE_3>(buffer));
  }
}

bool CanBeCreated(ROUTER_INTERFACE_TYPE type) {
  return type == ROUTER_IF_TYPE_CLIENT || type == ROUTER_IF_TYPE_HOME_ROUTER ||
         type == ROUTER_IF_TYPE_FULL_ROUTER || type == ROUTER_IF_TYPE_DEDICATED;
}

/// What Connect, Disconnect and Delete have in common: a handle that the client can see is none,
/// the caller's rights, a server handle that is open, a service that runs.
template <class Action>
DWORD OnInterface(MPR_SERVER_HANDLE server, HANDLE interface_handle, DWORD when_stopped,
                  Action&& action) {
  return Guarded([&]() -> DWORD {
    if (server == nullptr || interface_handle == nullptr ||
        interface_handle == INVALID_HANDLE_VALUE)
      return ERROR_INVALID_HANDLE;
    Running& running = Running::Get();
    if (!running.CallerMayAdminister()) return ERROR_ACCESS_DENIED;
    if (!running.servers.Contains(server)) return ERROR_INVALID_HANDLE;
    const RouterCall router;
    return router ? action(router) : when_stopped;
  });
}

}  // namespace

DWORD WINAPI MprAdminInterfaceCreate(MPR_SERVER_HANDLE hMprServer, DWORD dwLevel, LPBYTE lpbBuffer,
                                     HANDLE* phInterface) {
  return Guarded([&]() -> DWORD {
    if (hMprServer == nullptr) return ERROR_INVALID_HANDLE;
    if (dwLevel > kHighestLevel) return ERROR_NOT_SUPPORTED;
    if (lpbBuffer == nullptr || phInterface == nullptr) return ERROR_INVALID_PARAMETER;
    Running& running = Running::Get();
    if (!running.CallerMayAdminister()) return ERROR_ACCESS_DENIED;
    if (!running.servers.Contains(hMprServer)) return ERROR_INVALID_HANDLE;
    const RouterCall router;
    if (!router) return ERROR_DDM_NOT_RUNNING;
    const InterfaceRequest request = Read(dwLevel, lpbBuffer);
    if (request.name.empty() || !CanBeCreated(request.type)) return ERROR_INVALID_PARAMETER;
    return router->CreateInterface(request, phInterface);
  });
}

DWORD WINAPI MprAdminInterfaceDelete(MPR_SERVER_HANDLE hMprServer, HANDLE hInterface) {
  // The service takes its interfaces along when it stops: the handle then names nothing.
  return OnInterface(hMprServer, hInterface, ERROR_INVALID_HANDLE,
                     [&](const RouterCall& router) { return router->DeleteInterface(hInterface); });
}

DWORD WINAPI MprAdminInterfaceGetHandle(MPR_SERVER_HANDLE hMprServer, LPWSTR lpwsInterfaceName,
                                        HANDLE* phInterface, BOOL fIncludeClientInterfaces) {
  return Guarded([&]() -> DWORD {
    if (hMprServer == nullptr) return RPC_S_INVALID_BINDING;
    if (lpwsInterfaceName == nullptr || phInterface == nullptr) return RPC_X_NULL_REF_POINTER;
    Running& running = Running::Get();
    if (!running.CallerMayAdminister()) return ERROR_ACCESS_DENIED;
    if (!running.servers.Contains(hMprServer)) return RPC_S_INVALID_BINDING;
    const RouterCall router;
    if (!router) return ERROR_NO_SUCH_INTERFACE;
    return router->FindInterface(lpwsInterfaceName, fIncludeClientInterfaces != FALSE, phInterface);
  });
}

DWORD WINAPI MprAdminInterfaceConnect(MPR_SERVER_HANDLE hMprServer, HANDLE hInterface,
                                      HANDLE hEvent, BOOL fSynchronous) {
  // Held until the attempt ends: a client that closes its handle before then does no harm.
  std::shared_ptr<mbnrig::com::Event> event;
  if (hEvent != nullptr) {
    event = mbnrig::com::FindEvent(hEvent);
    if (event == nullptr) return ERROR_INVALID_HANDLE;
  }
  return OnInterface(hMprServer, hInterface, ERROR_DDM_NOT_RUNNING, [&](const RouterCall& router) {
    return router->ConnectInterface(hInterface, std::move(event), fSynchronous != FALSE);
  });
}

DWORD WINAPI MprAdminInterfaceDisconnect(MPR_SERVER_HANDLE hMprServer, HANDLE hInterface) {
  return OnInterface(hMprServer, hInterface, ERROR_DDM_NOT_RUNNING, [&](const RouterCall& router) {
    return router->DisconnectInterface(hInterface);
  });
}
