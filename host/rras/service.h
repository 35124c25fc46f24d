#pragma once

/// The Routing and Remote Access service. It dials modems only through the Mobile Broadband API
/// (mbnapi.h). The entry points of mprapi.h (admin/) stand in front of it. What passes between the
/// two is values (model/values.h).

#include <chrono>
#include <string>

namespace mbnrig::rras {

struct ConnectCompletion;

/// Which halves of the router run, as the router type in the MprAdminServer structures says on
/// Windows.
enum class RouterType {
  kLanAndDemandDial,  ///< the demand-dial manager (DDM) runs
  kLanOnly,           ///< DDM does not run: ERROR_DDM_NOT_RUNNING
};

struct ServiceConfig {
  RouterType router_type = RouterType::kLanAndDemandDial;
  /// A caller is privileged if its effective user is root or if it is in this group.
  std::string group = "netdev";
  /// Bound of a synchronous MprAdminInterfaceConnect. It is longer than the bounds of the Mobile
  /// Broadband service for attaching and activating together, so that the caller learns the reason
  /// of that service for a failure.
  std::chrono::milliseconds connect_timeout{200'000};
  /// Bound of hanging up, in MprAdminInterfaceDisconnect, in MprAdminPortDisconnect and, for each
  /// connection, in Service::Stop.
  std::chrono::milliseconds disconnect_timeout{10'000};
  /// Bound of the wait in Service::Stop for everything: calls under way, attempts, hanging up, and
  /// handlers of Mobile Broadband events.
  std::chrono::milliseconds stop_timeout{60'000};
};

enum class ServiceState { kStopped, kRunning, kPaused };

/// The RRAS service of the process. The first MprAdminServerConnect starts it with the default
/// configuration, unless it has been configured, started or stopped before. If that start fails, a
/// log line says why, the call answers as with a stopped service, and the next one tries again.
/// Thread-safe. Stops when the process ends. Start and Stop throw std::logic_error in a handler of
/// a Mobile Broadband event while the service runs, because it waits for such handlers.
class Service {
 public:
  using Completed = void (*)(const ConnectCompletion&) noexcept;

  static Service& Get();

  /// Takes effect at the next Start. Throws std::logic_error while the service runs.
  void Configure(ServiceConfig config);
  /// Starts, and also starts the Mobile Broadband service if that does not run and was never
  /// stopped. Does nothing when running. Throws std::runtime_error, also when what ran before has
  /// not stopped within ServiceConfig::stop_timeout.
  void Start();
  /// Ends attempts under way, waits for calls under way, hangs up what it dialled, and forgets its
  /// interfaces. Clients keep their handles. Waits for that as long as ServiceConfig::stop_timeout
  /// allows. If it does not suffice, a log line says so, and the rest follows by itself; until then
  /// Start throws. Idempotent: a further call waits again.
  void Stop();
  /// New demand-dial connections are refused with ERROR_SERVICE_IS_PAUSED; present ones stay.
  void Pause();
  void Continue();
  ServiceState state() const;

  // For the entry points.

  /// Starts the service unless a program has configured, started or stopped it. Throws
  /// std::bad_alloc.
  void StartUnlessTouched();
  /// Whether the calling thread has the rights of an administrator now. Throws std::bad_alloc.
  bool CallerMayAdminister() const;
  /// From now on `completed` gets the completions of all attempts, as Router::Completed says.
  void OnConnectCompleted(Completed completed);
};

}  // namespace mbnrig::rras
