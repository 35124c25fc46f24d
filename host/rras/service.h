#pragma once

/// The Routing and Remote Access service: DDM (demand-dial manager), ports and interfaces. It dials
/// modems through the Mobile Broadband API only (mbnapi.h). The C entry points of mprapi.h stand in
/// front of it; handles outlive it and then answer as documented.

#include <chrono>
#include <filesystem>
#include <string>

namespace mbnrig::rras {

/// Which of the router's halves run, as MprAdminServer's router type says on Windows.
enum class RouterType {
  kLanAndDemandDial,  ///< DDM runs
  kLanOnly,           ///< the Dynamic Interface Manager runs without DDM: ERROR_DDM_NOT_RUNNING
};

struct ServiceConfig {
  RouterType router_type = RouterType::kLanAndDemandDial;
  /// Callers are privileged when their effective user is root or they are in this group.
  std::string group = "netdev";
  /// Bound of a synchronous MprAdminInterfaceConnect. The Mobile Broadband service's own bounds of
  /// attaching and activating are shorter together, so that its reason for a failure is the one
  /// told.
  std::chrono::milliseconds connect_timeout{200'000};
  /// Bound of hanging up, by MprAdminInterfaceDisconnect, MprAdminPortDisconnect and, for each
  /// connection, Service::Stop.
  std::chrono::milliseconds disconnect_timeout{10'000};
};

enum class ServiceState { kStopped, kRunning, kPaused };

/// The process's RRAS service. The first MprAdminServerConnect starts it with the default
/// configuration unless it was configured, started or stopped before; where that fails, a line in
/// the log says why and the call answers as with a stopped service. Thread-safe. Stopped at the
/// process's end. Not for handlers of Mobile Broadband events: what it waits for (never for long)
/// is told there.
class Service {
 public:
  static Service& Get();
  /// Takes effect at the next Start. Throws std::logic_error while the service runs.
  void Configure(ServiceConfig config);
  /// Starts, and starts the Mobile Broadband service where it is not running yet and was never
  /// stopped. Does nothing when it runs. Throws std::runtime_error.
  void Start();
  /// Ends attempts under way, waits for calls under way, hangs up what it dialled, forgets its
  /// interfaces. Closes no handle: those answer as documented. Idempotent.
  void Stop();
  /// Demand-dial connections are refused with ERROR_SERVICE_IS_PAUSED; present ones stay.
  void Pause();
  void Continue();
  ServiceState state() const;
};

}  // namespace mbnrig::rras
