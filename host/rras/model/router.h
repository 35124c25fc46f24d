#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "rras/model/dialer.h"
#include "rras/model/interface_table.h"
#include "rras/model/port_table.h"
#include "rras/model/values.h"
#include "rras/service.h"

namespace mbnrig::rras {

/// A running router: its interfaces and, unless it is LAN-only, the demand-dial manager (DDM) with
/// its ports. Thread-safe. Methods take and return values (values.h), answer with the codes of
/// mprapi.h, and throw std::bad_alloc. The entry points have made the checks that all functions
/// share (admin/call.h).
class Router {
 public:
  /// Called when an attempt ends whose request has a completion number: on a thread of the dialer,
  /// of a client's call, or of the destructor; without a lock of the router. Must not throw.
  using Completed = std::function<void(const ConnectCompletion&)>;

  /// `dialer`: null for a LAN-only router. Throws what Dialer::Start throws.
  Router(const ServiceConfig& config, std::unique_ptr<Dialer> dialer, Completed completed);
  /// Stops.
  ~Router();
  Router(const Router&) = delete;
  Router& operator=(const Router&) = delete;

  bool ddm_running() const { return dialer_ != nullptr; }

  /// From now on no attempt begins, and calls that wait for one return ERROR_DDM_NOT_RUNNING.
  void BeginStop() noexcept;
  /// Hangs up what it dialled and ends attempts under way. No other method may run meanwhile.
  /// Idempotent.
  void Stop();
  /// While paused no attempt begins; connections stay.
  void SetPaused(bool paused);
  bool paused() const;

  DWORD CreateInterface(const InterfaceRequest& request, HandleNumber* interface_handle);
  DWORD DeleteInterface(HandleNumber interface_handle);
  std::vector<InterfaceView> Interfaces();

  // The following methods are for routers whose DDM runs.

  DWORD ConnectInterface(const ConnectRequest& request);
  DWORD DisconnectInterface(HandleNumber interface_handle);
  std::vector<PortView> Ports();
  DWORD DisconnectPort(HandleNumber port);

 private:
  void OnChange(const std::string& ended);
  void Refresh();
  std::vector<ModemView> RefreshInOrder();  // the caller holds refresh_mutex_
  void RefreshInterfaces();
  DWORD Begin(const ConnectRequest& request, const std::shared_ptr<Attempt>& attempt);
  DWORD Wait(const Attempt& attempt);
  void Finish(HandleNumber interface_handle, HRESULT status);
  DWORD HangUp(const std::string& modem, DWORD when_not_connected);
  void HangUpEverything();

  const ServiceConfig config_;
  const Completed completed_;
  /// Lock before mutex_. Serializes Refresh, so that an older list of modems never replaces a newer
  /// one.
  std::mutex refresh_mutex_;
  mutable std::mutex mutex_;
  std::condition_variable ended_;           // an attempt, or the router
  bool stopping_ = false, paused_ = false;  // guarded by mutex_
  InterfaceTable interfaces_;               // guarded by mutex_
  PortTable ports_;                         // guarded by mutex_
  bool stopped_ = false;                    // of the one who stops it
  const std::unique_ptr<Dialer> dialer_;    // the last member: its handlers use the others
};

}  // namespace mbnrig::rras
