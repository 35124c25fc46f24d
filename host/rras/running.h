#pragma once

#include <winerror.h>

#include <condition_variable>
#include <exception>
#include <memory>
#include <mutex>
#include <new>
#include <string>

#include "rras/handles.h"
#include "rras/router.h"
#include "rras/service.h"

namespace mbnrig::rras {

/// The RRAS service as the entry points see it: its state, its router, and the client's handles,
/// which outlive both.
class Running {
 public:
  static Running& Get();

  // As Service's methods of these names.
  void Configure(ServiceConfig config);
  void Start();
  void Stop();
  void Pause();
  void Continue();
  ServiceState state();

  /// Starts it if nobody has configured, started or stopped it yet. Throws std::bad_alloc.
  void StartUnlessTouched();

  /// The calling thread's rights, as they are now.
  bool CallerMayAdminister();

  struct Nothing {};
  HandleTable<Nothing> servers;      ///< from MprAdminServerConnect
  HandleTable<Nothing> mib_servers;  ///< from MprAdminMIBServerConnect

 private:
  friend class RouterCall;

  void StartLocked();

  std::mutex lifecycle_;  ///< held across Configure, Start and Stop; before gate_
  bool touched_ = false;  // guarded by lifecycle_

  std::mutex gate_;
  std::condition_variable idle_;
  ServiceState state_ = ServiceState::kStopped;  // guarded by gate_, as all below
  ServiceConfig config_;
  std::unique_ptr<Router> router_;
  int calls_ = 0;
};

/// Keeps the router running while it lives: Stop waits for the calls that are under way, so that no
/// caller is ever the one to take the router down. Not to be kept beyond a call.
class RouterCall {
 public:
  RouterCall();
  ~RouterCall();
  RouterCall(const RouterCall&) = delete;
  RouterCall& operator=(const RouterCall&) = delete;

  /// False while the service is stopped.
  explicit operator bool() const { return router_ != nullptr; }
  Router* operator->() const { return router_; }

 private:
  Router* router_ = nullptr;
};

/// Whether a server name means this machine: none, empty, ".", "localhost", a loopback address, or
/// the host's own name with or without its domain; each also after "\\".
bool IsThisMachine(const wchar_t* server_name);

void LogUnexpected(const std::exception& error) noexcept;

/// Runs an entry point's body; memory that runs out is ERROR_NOT_ENOUGH_MEMORY, and no exception
/// crosses into C.
template <class Body>
DWORD Guarded(Body&& body) noexcept {
  try {
    return body();
  } catch (const std::bad_alloc&) {
    return ERROR_NOT_ENOUGH_MEMORY;
  } catch (const std::exception& error) {
    LogUnexpected(error);
    return ERROR_GEN_FAILURE;
  }
}

}  // namespace mbnrig::rras
