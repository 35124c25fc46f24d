// MprAdminServerConnect, ServerDisconnect, IsServiceRunning, BufferFree, MIBServerConnect,
// MIBServerDisconnect.

#include <mprapi.h>
#include <winerror.h>

#include "rras/admin/buffers.h"
#include "rras/admin/call.h"
#include "rras/admin/machine_name.h"

namespace mbnrig::rras {
namespace {

template <class Server>
DWORD Connect(const WCHAR* name, HANDLE* server, DWORD when_null) {
  if (server == nullptr) return when_null;
  *server = nullptr;
  return com::Guard(kAdminExceptions, [&]() -> DWORD {
    if (!IsThisMachine(name)) return RPC_S_SERVER_UNAVAILABLE;
    Service& service = Service::Get();
    if (!service.CallerMayAdminister()) return ERROR_ACCESS_DENIED;
    service.StartUnlessTouched();
    if (service.state() == ServiceState::kStopped) return RPC_S_UNKNOWN_IF;
    *server = ServerHandles<Server>::Open();
    return NO_ERROR;
  });
}

}  // namespace
}  // namespace mbnrig::rras

using namespace mbnrig::rras;

DWORD WINAPI MprAdminServerConnect(LPWSTR lpwsServerName, MPR_SERVER_HANDLE* phMprServer) {
  return Connect<MprServer>(lpwsServerName, phMprServer, RPC_S_INVALID_BINDING);
}

VOID WINAPI MprAdminServerDisconnect(MPR_SERVER_HANDLE hMprServer) {
  ServerHandles<MprServer>::Close(hMprServer);
}

DWORD WINAPI MprAdminMIBServerConnect(LPWSTR lpwsServerName, MIB_SERVER_HANDLE* phMibServer) {
  return Connect<MibServer>(lpwsServerName, phMibServer, ERROR_INVALID_PARAMETER);
}

VOID WINAPI MprAdminMIBServerDisconnect(MIB_SERVER_HANDLE hMibServer) {
  ServerHandles<MibServer>::Close(hMibServer);
}

BOOL WINAPI MprAdminIsServiceRunning(LPWSTR lpwsServerName) {
  bool running = false;
  mbnrig::com::Guard(kAdminExceptions, [&]() -> DWORD {
    Service& service = Service::Get();
    running = IsThisMachine(lpwsServerName) && service.CallerMayAdminister() &&
              service.state() != ServiceState::kStopped;
    return NO_ERROR;
  });
  return running ? TRUE : FALSE;
}

DWORD WINAPI MprAdminBufferFree(LPVOID pBuffer) {
  return FreeBuffer(pBuffer) ? NO_ERROR : ERROR_INVALID_PARAMETER;
}
