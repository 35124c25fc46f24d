// MprAdminServerConnect, MprAdminServerDisconnect, MprAdminIsServiceRunning, MprAdminBufferFree.

#include <mprapi.h>
#include <mprerror.h>
#include <winerror.h>

#include "rras/buffers.h"
#include "rras/running.h"

using mbnrig::rras::Guarded;
using mbnrig::rras::Running;
using mbnrig::rras::ServiceState;

DWORD WINAPI MprAdminServerConnect(LPWSTR lpwsServerName, MPR_SERVER_HANDLE* phMprServer) {
  return Guarded([&]() -> DWORD {
    if (phMprServer == nullptr) return RPC_S_INVALID_BINDING;
    *phMprServer = nullptr;
    if (!mbnrig::rras::IsThisMachine(lpwsServerName)) return RPC_S_SERVER_UNAVAILABLE;
    Running& running = Running::Get();
    if (!running.CallerMayAdminister()) return ERROR_ACCESS_DENIED;
    running.StartUnlessTouched();
    if (running.state() == ServiceState::kStopped) return RPC_S_UNKNOWN_IF;
    *phMprServer = running.servers.Add({});
    return NO_ERROR;
  });
}

VOID WINAPI MprAdminServerDisconnect(MPR_SERVER_HANDLE hMprServer) {
  Running::Get().servers.Remove(hMprServer);
}

BOOL WINAPI MprAdminIsServiceRunning(LPWSTR lpwsServerName) {
  bool running = false;
  Guarded([&]() -> DWORD {
    Running& service = Running::Get();
    running = mbnrig::rras::IsThisMachine(lpwsServerName) && service.CallerMayAdminister() &&
              service.state() != ServiceState::kStopped;
    return NO_ERROR;
  });
  return running ? TRUE : FALSE;
}

DWORD WINAPI MprAdminBufferFree(LPVOID pBuffer) {
  return Guarded([&]() -> DWORD {
    const bool freed = pBuffer != nullptr && mbnrig::rras::FreeBuffer(pBuffer);
    return freed ? NO_ERROR : ERROR_INVALID_PARAMETER;
  });
}
