// MprAdminServerConnect, MprAdminServerDisconnect, MprAdminIsServiceRunning, MprAdminBufferFree.

#include <mprapi.h>
#include <mprerror.h>
#include <winerror.h>

#include "rras/buffers.h"
#include "rras/running.h"

using mbnrig::rras::Guarded;
using mbnrig::rras::Running;

DWORD WINAPI MprAdminServerConnect(LPWSTR lpwsServerName, MPR_SERVER_HANDLE* phMprServer) {
  return Guarded([&]() -> DWORD {
    if (phMprServer == nullptr) return RPC_S_INVALID_BINDING;
    *phMprServer = nullptr;
    if (!mbnrig::rras::IsThisMachine(lpwsServerName)) return RPC_S_SERVER_UNAVAILABLE;
    Running& running = Running::Get();
    if (!running.CallerMayAdminister()) return ERROR_ACCESS_DENIED;
    running.StartUnlessTouched();
    if (!running.CurrentRouter()) return RPC_S_UNKNOWN_IF;
    *phMprServer = running.servers.Add({});
    return NO_ERROR;
  });
}

VOID WINAPI MprAdminServerDisconnect(MPR_SERVER_HANDLE hMprServer) {
  Running::Get().servers.Remove(hMprServer);
}

BOOL WINAPI MprAdminIsServiceRunning(LPWSTR lpwsServerName) {
  BOOL running = FALSE;
  Guarded([&]() -> DWORD {
    Running& service = Running::Get();
    running = mbnrig::rras::IsThisMachine(lpwsServerName) && service.CurrentRouter() &&
                      service.CallerMayAdminister()
                  ? TRUE
                  : FALSE;
    return NO_ERROR;
  });
  return running;
}

DWORD WINAPI MprAdminBufferFree(LPVOID pBuffer) {
  if (pBuffer == nullptr || !mbnrig::rras::FreeBuffer(pBuffer)) return ERROR_INVALID_PARAMETER;
  return NO_ERROR;
}
