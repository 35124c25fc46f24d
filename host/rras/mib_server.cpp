// MprAdminMIBServerConnect, MprAdminMIBServerDisconnect.

#include <mprapi.h>
#include <winerror.h>

#include "rras/running.h"

using mbnrig::rras::Guarded;
using mbnrig::rras::Running;
using mbnrig::rras::ServiceState;

DWORD WINAPI MprAdminMIBServerConnect(LPWSTR lpwsServerName, MIB_SERVER_HANDLE* phMibServer) {
  return Guarded([&]() -> DWORD {
    if (phMibServer == nullptr) return ERROR_INVALID_PARAMETER;
    *phMibServer = nullptr;
    if (!mbnrig::rras::IsThisMachine(lpwsServerName)) return RPC_S_SERVER_UNAVAILABLE;
    Running& running = Running::Get();
    if (!running.CallerMayAdminister()) return ERROR_ACCESS_DENIED;
    running.StartUnlessTouched();
    if (running.state() == ServiceState::kStopped) return RPC_S_UNKNOWN_IF;
    *phMibServer = running.mib_servers.Add({});
    return NO_ERROR;
  });
}

VOID WINAPI MprAdminMIBServerDisconnect(MIB_SERVER_HANDLE hMibServer) {
  Running::Get().mib_servers.Remove(hMibServer);
}
