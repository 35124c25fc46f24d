// MprAdminPortEnum, MprAdminPortDisconnect.

#include <handleapi.h>
#include <mprapi.h>
#include <mprerror.h>
#include <winerror.h>

#include <algorithm>
#include <optional>

#include "rras/buffers.h"
#include "rras/running.h"

using mbnrig::rras::Guarded;
using mbnrig::rras::PortView;
using mbnrig::rras::RouterCall;
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
    const RouterCall router;
    if (!router || !router->ddm_running()) return ERROR_DDM_NOT_RUNNING;

    const bool every = hRasConnection == INVALID_HANDLE_VALUE;
    const auto ports = router->Ports(every ? std::nullopt : std::optional(hRasConnection));
    if (!ports) return ERROR_INVALID_HANDLE;
    // Ports come and go between two calls: a resume handle is the serial of the last one given.
    const DWORD after = lpdwResumeHandle != nullptr ? *lpdwResumeHandle : 0;
    const auto first = std::find_if(ports->begin(), ports->end(),
                                    [&](const PortView& port) { return port.serial > after; });
    const auto remaining = static_cast<std::size_t>(ports->end() - first);
    const std::size_t room =
        dwPrefMaxLen == static_cast<DWORD>(-1) ? remaining : dwPrefMaxLen / sizeof(RAS_PORT_0);
    const std::size_t count = std::min(remaining, room);
    const auto last = first + static_cast<std::ptrdiff_t>(count);

    auto* const entries =
        static_cast<RAS_PORT_0*>(mbnrig::rras::AllocateBuffer(count, sizeof(RAS_PORT_0)));
    std::transform(first, last, entries, Entry);
    *lplpbBuffer = reinterpret_cast<LPBYTE>(entries);
    *lpdwEntriesRead = static_cast<DWORD>(count);
    *lpdwTotalEntries = static_cast<DWORD>(remaining);
    const bool all = count == remaining;
    const DWORD last_given = count == 0 ? after : (last - 1)->serial;
    if (lpdwResumeHandle != nullptr) *lpdwResumeHandle = all ? 0 : last_given;
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
    const RouterCall router;
    if (!router || !router->ddm_running()) return ERROR_DDM_NOT_RUNNING;
    return router->DisconnectPort(hPort);
  });
}
