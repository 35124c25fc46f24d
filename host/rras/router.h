#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "rras/dialer.h"
#include "rras/handles.h"
#include "rras/service.h"

#include <mprapi.h>

namespace mbnrig::rras {

/// What MprAdminInterfaceCreate asks for, whatever the level it came in.
struct InterfaceRequest {
  std::wstring name;
  bool enabled = true;
  ROUTER_INTERFACE_TYPE type = ROUTER_IF_TYPE_FULL_ROUTER;
  std::wstring profile;      ///< the MBN profile to dial; empty: the one called `name`
  std::wstring device_name;  ///< an interface ID or device name; empty: any modem
};

/// One port as MprAdminPortEnum shows it.
struct PortView {
  HANDLE port = nullptr;
  HANDLE connection = nullptr;  ///< null unless connected
  RAS_PORT_CONDITION condition = RAS_PORT_NON_OPERATIONAL;
  DWORD total_calls = 0;
  std::chrono::seconds connected_for{0};
  std::wstring name, device_name;
};

/// A running router: the interface table and, unless it is LAN-only, the demand-dial manager with its
/// ports. A port is a modem's connection; it exists while the modem does. Thread-safe. Methods answer
/// with the codes of mprapi.h; arguments that only the client's side can judge are checked before.
class Router {
 public:
  Router(const ServiceConfig& config, std::function<bool()> paused);
  /// Hangs up what it dialled and completes attempts under way.
  ~Router();
  Router(const Router&) = delete;
  Router& operator=(const Router&) = delete;

  bool ddm_running() const { return dialer_ != nullptr; }

  DWORD CreateInterface(const InterfaceRequest& request, HANDLE* interface_handle);
  DWORD DeleteInterface(HANDLE interface_handle);
  DWORD FindInterface(const std::wstring& name, bool include_clients, HANDLE* interface_handle);
  /// `event`: signalled when the attempt ends; the call returns PENDING. Without: waits if `wait`.
  DWORD ConnectInterface(HANDLE interface_handle, HANDLE event, bool wait);
  DWORD DisconnectInterface(HANDLE interface_handle);

  /// All ports, or those of one connection handle; nothing for a connection handle that is not known.
  std::optional<std::vector<PortView>> Ports(std::optional<HANDLE> connection);
  DWORD DisconnectPort(HANDLE port);

 private:
  struct Interface {
    InterfaceRequest request;
    ROUTER_CONNECTION_STATE state = ROUTER_IF_STATE_DISCONNECTED;
    std::wstring modem;          ///< interface ID it is, or is being, connected over
    DWORD last_error = NO_ERROR;
    HANDLE event = nullptr;      ///< to be signalled when the attempt ends
    std::uint64_t attempts_ended = 0;
  };
  struct Port {
    HANDLE handle = nullptr;
    HANDLE connection = nullptr;
    DWORD total_calls = 0;
    std::chrono::steady_clock::time_point connected_since{};
  };

  void Refresh();
  void Finish(HANDLE interface_handle, HRESULT status);
  static RAS_PORT_CONDITION Condition(const ModemView& modem);

  const ServiceConfig config_;
  const std::function<bool()> paused_;
  std::mutex refresh_mutex_;  ///< before mutex_: looks at the modems are applied in the order they were taken
  std::mutex mutex_;
  std::condition_variable ended_;
  std::map<HANDLE, Interface> interfaces_;
  std::map<std::wstring, Port> ports_;  ///< by interface ID
  std::unique_ptr<Dialer> dialer_;      ///< null when LAN-only
};

}  // namespace mbnrig::rras
