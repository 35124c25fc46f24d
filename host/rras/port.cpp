// MprAdminPortEnum, MprAdminPortDisconnect.

#include <handleapi.h>
#include <mprapi.h>
#include <mprerror.h>
#include <winerror.h>

#include <algorithm>
#include <cstring>

#include "rras/buffers.h"
#include "rras/running.h"

using mbnrig::rras::Guarded;
using mbnrig::rras::PortView;
using mbnrig::rras::Router;
using mbnrig::rras::Running;

namespace {

template <std::size_t N>
void Copy(WCHAR (&to)[N], const std::wstring& from) {
  const std::size_t length = std::min(from.size(), N - 1);
  std::copy_n(from.begin(), length, to);
  to[length] = L'\0';
}

RAS_PORT_0 Entry(const PortView& view) {
  RAS_PORT_0 entry{};
  entry.hPort = view.port;
  entry.hConnection = view.connection;
  entry.dwPortCondition = view.condition;
  entry.dwTotalNumberOfCalls = view.total_calls;
  entry.dwConnectDuration = static_cast<DWORD>(view.connected_for.count());
  Copy(entry.wszPortName, view.name);
  Copy(entry.wszMediaName, L"mbim");
  Copy(entry.wszDeviceName, view.device_name);
  Copy(entry.wszDeviceType, L"wwan");
  return entry;
}

}  // namespace

DWORD WINAPI MprAdminPortEnum(RAS_SERVER_HANDLE hRasServer, DWORD dwLevel, HANDLE hRasConnection,
                              LPBYTE* lplpbBuffer, DWORD dwPrefMaxLen, LPDWORD lpdwEntriesRead,
                              LPDWORD lpdwTotalEntries, LPDWORD lpdwResumeHandle) {
  return Guarded([&]() -> DWORD {
    if (hRasServer == nullptr) return ERROR_INVALID_HANDLE;
    if (dwLevel != 0) return ERROR_NOT_SUPPORTED;
    if (hRasConnection == nullptr) return ERROR_INVALID_HANDLE;
    if (lplpbBuffer == nullptr || lpdwEntriesRead == nullptr || lpdwTotalEntries == nullptr)
      return ERROR_INVALID_PARAMETER;
    *lplpbBuffer = nullptr;
    *lpdwEntriesRead = *lpdwTotalEntries = 0;
    Running& running = Running::Get();
    if (!running.CallerMayAdminister()) return ERROR_ACCESS_DENIED;
    if (!running.servers.Contains(hRasServer)) return ERROR_INVALID_HANDLE;
    const std::shared_ptr<Router> router = running.CurrentRouter();
    if (!router || !router->ddm_running()) return ERROR_DDM_NOT_RUNNING;

    const bool every = hRasConnection == INVALID_HANDLE_VALUE;
    const auto ports = router->Ports(every ? std::nullopt : std::optional(hRasConnection));
    if (!ports) return ERROR_INVALID_HANDLE;
    const std::size_t start = lpdwResumeHandle != nullptr
                                  ? std::min<std::size_t>(*lpdwResumeHandle, ports->size())
                                  : 0;
    const std::size_t remaining = ports->size() - start;
    const std::size_t room =
        dwPrefMaxLen == static_cast<DWORD>(-1) ? remaining : dwPrefMaxLen / sizeof(RAS_PORT_0);
    const std::size_t count = std::min(remaining, room);

    auto* const entries = static_cast<RAS_PORT_0*>(
        mbnrig::rras::AllocateBuffer(count, sizeof(RAS_PORT_0)));
    for (std::size_t i = 0; i < count; ++i) entries[i] = Entry((*ports)[start + i]);
    *lplpbBuffer = reinterpret_cast<LPBYTE>(entries);
    *lpdwEntriesRead = static_cast<DWORD>(count);
    *lpdwTotalEntries = static_cast<DWORD>(remaining);
    const bool all = count == remaining;
    if (lpdwResumeHandle != nullptr)
      *lpdwResumeHandle = all ? 0 : static_cast<DWORD>(start + count);
    return all ? NO_ERROR : ERROR_MORE_DATA;
  });
}

DWORD WINAPI MprAdminPortDisconnect(RAS_SERVER_HANDLE hRasServer, HANDLE hPort) {
  return Guarded([&]() -> DWORD {
    if (hRasServer == nullptr || hPort == nullptr || hPort == INVALID_HANDLE_VALUE)
      return ERROR_INVALID_PARAMETER;
    Running& running = Running::Get();
    if (!running.CallerMayAdminister()) return ERROR_ACCESS_DENIED;
    if (!running.servers.Contains(hRasServer)) return ERROR_INVALID_PARAMETER;
    const std::shared_ptr<Router> router = running.CurrentRouter();
    if (!router || !router->ddm_running()) return ERROR_DDM_NOT_RUNNING;
    return router->DisconnectPort(hPort);
  });
}
