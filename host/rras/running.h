#pragma once

#include <exception>
#include <memory>
#include <mutex>
#include <new>
#include <string>

#include "rras/handles.h"
#include "rras/router.h"
#include "rras/service.h"

#include <winerror.h>

namespace mbnrig::rras {

/// The RRAS service as the entry points see it: its state, its router, and the client's handles, which
/// outlive both.
struct Running {
  static Running& Get();

  /// Starts the service unless it runs. Throws std::runtime_error.
  void Start();
  /// Starts it if nobody has configured, started or stopped it yet.
  void StartUnlessTouched();

  /// The router, or null while the service is stopped.
  std::shared_ptr<Router> CurrentRouter();
  bool CallerMayAdminister();

  std::mutex mutex;
  ServiceConfig config;
  ServiceState state = ServiceState::kStopped;
  bool touched = false;
  std::shared_ptr<Router> router;

  struct Nothing {};
  HandleTable<Nothing> servers;      ///< from MprAdminServerConnect
  HandleTable<Nothing> mib_servers;  ///< from MprAdminMIBServerConnect
};

/// Whether a server name means this machine: none, empty, "localhost", ".", or the host's own name, each
/// also after "\\".
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
