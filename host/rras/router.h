#pragma once

#include <mprapi.h>

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "com/event.h"
#include "rras/dialer.h"
#include "rras/service.h"

namespace mbnrig::rras {

/// What MprAdminInterfaceCreate asks for, whatever the level it came in.
struct InterfaceRequest {
  std::wstring name{};
  bool enabled = true;
  ROUTER_INTERFACE_TYPE type = ROUTER_IF_TYPE_FULL_ROUTER;
  std::wstring profile{};      ///< the MBN profile to dial; empty: the one called `name`
  std::wstring device_name{};  ///< an interface ID or device name; empty: any modem
};

/// One port as MprAdminPortEnum shows it.
struct PortView {
  HANDLE port = nullptr;
  HANDLE connection = nullptr;  ///< null unless connected
  RAS_PORT_CONDITION condition = RAS_PORT_NON_OPERATIONAL;
  DWORD total_calls = 0;
  std::chrono::seconds connected_for{0};
  std::wstring name, device_name;
  DWORD serial = 0;  ///< ascends in a list of ports; no other port of this router has or had it
};

/// A running router: the interface table and, unless it is LAN-only, the demand-dial manager with
/// its ports. A port is a modem's connection; it exists while the modem does. Thread-safe. Methods
/// answer with the codes of mprapi.h and throw std::bad_alloc; arguments that only the client's
/// side can judge are checked before.
class Router {
 public:
  /// `dialer`: null when the router is LAN-only. Throws what Dialer::Start throws.
  Router(const ServiceConfig& config, std::unique_ptr<Dialer> dialer);
  /// Hangs up what it dialled and ends attempts under way.
  ~Router();
  Router(const Router&) = delete;
  Router& operator=(const Router&) = delete;

  bool ddm_running() const { return dialer_ != nullptr; }

  /// From now on no attempt begins, and calls that wait for one return ERROR_DDM_NOT_RUNNING.
  void BeginStop() noexcept;
  /// While paused no attempt begins; connections stay.
  void SetPaused(bool paused);

  DWORD CreateInterface(const InterfaceRequest& request, HANDLE* interface_handle);
  DWORD DeleteInterface(HANDLE interface_handle);
  DWORD FindInterface(const std::wstring& name, bool include_clients, HANDLE* interface_handle);
  /// `event`: set when the attempt ends; the call returns PENDING. Without: waits if `wait`.
  DWORD ConnectInterface(HANDLE interface_handle, std::shared_ptr<com::Event> event, bool wait);
  DWORD DisconnectInterface(HANDLE interface_handle);

  /// All ports, or those of one connection handle; nothing for a connection handle that is not
  /// known. Only where DDM runs.
  std::optional<std::vector<PortView>> Ports(std::optional<HANDLE> connection);
  DWORD DisconnectPort(HANDLE port);

 private:
  struct Attempt {
    std::shared_ptr<com::Event> event;
    bool over = false;
    DWORD error = NO_ERROR;
  };
  struct Interface {
    InterfaceRequest request;
    ROUTER_CONNECTION_STATE state = ROUTER_IF_STATE_DISCONNECTED;
    std::wstring modem;                ///< interface ID it is, or is being, connected over
    std::shared_ptr<Attempt> attempt;  ///< while connecting
  };
  struct Port {
    HANDLE handle = nullptr;
    DWORD serial = 0;
    int number = 0;  ///< in its name
    std::wstring device_name;
    RAS_PORT_CONDITION condition = RAS_PORT_NON_OPERATIONAL;
    HANDLE connection = nullptr;
    DWORD total_calls = 0;
    std::chrono::steady_clock::time_point connected_since{};
  };

  std::vector<ModemView> Refresh();
  void RefreshPorts(const std::vector<ModemView>& modems);
  int FreeNumber() const;
  DWORD HangUp(const std::wstring& modem, DWORD when_not_connected);
  void HangUpEverything();
  void Finish(HANDLE interface_handle, HRESULT status);

  const ServiceConfig config_;
  std::mutex refresh_mutex_;  ///< before mutex_: looks at the modems are applied in the order they
                              ///< were taken
  std::mutex mutex_;
  std::condition_variable ended_;
  bool stopping_ = false, paused_ = false;  // guarded by mutex_, as all below but for dialer_
  std::map<HANDLE, Interface> interfaces_;
  std::map<std::wstring, Port> ports_;  ///< by interface ID
  DWORD last_serial_ = 0;
  const std::unique_ptr<Dialer> dialer_;  ///< goes first: its handlers use the rest
};

}  // namespace mbnrig::rras
