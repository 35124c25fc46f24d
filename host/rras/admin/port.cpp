// MprAdminPortEnum, MprAdminPortDisconnect.

#include <mprapi.h>
#include <mprerror.h>
#include <winerror.h>

#include <span>
#include <vector>

#include "rras/admin/call.h"

namespace mbnrig::rras {

static void Fill(RAS_PORT_0& to, const PortView& port, Tail&) {
  to.hPort = ToHandle(port.handle);
  to.hConnection = ToHandle(port.connection);
  to.dwPortCondition = static_cast<RAS_PORT_CONDITION>(port.condition);
  to.dwTotalNumberOfCalls = port.total_calls;
  to.dwConnectDuration = port.connected_seconds;
  CopyText(to.wszPortName, port.name);
  CopyText(to.wszMediaName, "mbim");
  CopyText(to.wszDeviceName, port.device_name);
  CopyText(to.wszDeviceType, "wwan");
}

}  // namespace mbnrig::rras

using namespace mbnrig::rras;

DWORD WINAPI MprAdminPortEnum(RAS_SERVER_HANDLE hRasServer, DWORD dwLevel, HANDLE hRasConnection,
                              LPBYTE* lplpbBuffer, DWORD dwPrefMaxLen, LPDWORD lpdwEntriesRead,
                              LPDWORD lpdwTotalEntries, LPDWORD lpdwResumeHandle) {
  using PortLevels = Levels<RAS_PORT_0>;
  return AdminCall(hRasServer, {.null = ERROR_INVALID_HANDLE,
                                .closed = ERROR_INVALID_HANDLE,
                                .stopped = ERROR_DDM_NOT_RUNNING})
      .Given(hRasConnection, ERROR_INVALID_HANDLE)
      .Outputs(ERROR_INVALID_PARAMETER, lplpbBuffer, lpdwEntriesRead, lpdwTotalEntries)
      .Ddm()
      .Level<PortLevels>(dwLevel, ERROR_NOT_SUPPORTED)
      .Answer([&](Router& router) -> DWORD {
        std::vector<PortView> ports = router.Ports();
        if (hRasConnection != INVALID_HANDLE_VALUE) {
          std::erase_if(ports, [&](const PortView& port) {
            return port.connection != ToNumber(hRasConnection);
          });
          if (ports.empty()) return ERROR_INVALID_HANDLE;
        }
        return Enumerate<PortLevels>(std::span<const PortView>(ports),
                                     {dwLevel, lplpbBuffer, dwPrefMaxLen, lpdwEntriesRead,
                                      lpdwTotalEntries, lpdwResumeHandle});
      });
}

DWORD WINAPI MprAdminPortDisconnect(RAS_SERVER_HANDLE hRasServer, HANDLE hPort) {
  return AdminCall(hRasServer, {.null = ERROR_INVALID_PARAMETER,
                                .closed = ERROR_INVALID_PARAMETER,
                                .stopped = ERROR_DDM_NOT_RUNNING})
      .GivenHandle(hPort, ERROR_INVALID_PARAMETER)
      .Ddm()
      .Answer([&](Router& router) { return router.DisconnectPort(ToNumber(hPort)); });
}
