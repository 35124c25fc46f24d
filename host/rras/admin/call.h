#pragma once

/// What the entry points of mprapi.h have in common: the checks that come before a function does
/// its work, in the order that MS-RRASM documents for the server's methods (3.1.4; the table of
/// docs/semantics.md):
///
///   NULL handles and pointers, which the client's side sees; then the caller's rights, the server
///   handle, a service that runs, DDM, the level; then what the function is about.
///
/// The first check that fails is the answer. Which code stands for it is the function's own choice,
/// as its page has it:
///
///   DWORD WINAPI MprAdminPortEnum(...) {
///     return AdminCall(hRasServer, {.null = ERROR_INVALID_HANDLE, .closed = ERROR_INVALID_HANDLE,
///                                   .stopped = ERROR_DDM_NOT_RUNNING})
///         .Given(hRasConnection, ERROR_INVALID_HANDLE)
///         .Outputs(ERROR_INVALID_PARAMETER, lplpbBuffer, lpdwEntriesRead, lpdwTotalEntries)
///         .Ddm()
///         .Level<PortEnumLevels>(dwLevel, ERROR_NOT_SUPPORTED)
///         .Answer([&](Router& router) -> DWORD { ... });
///   }

#include <handleapi.h>
#include <mprapi.h>
#include <mprerror.h>
#include <winerror.h>

#include <utility>

#include "com/guard.h"
#include "rras/admin/levels.h"
#include "rras/admin/server_handles.h"
#include "rras/log.h"
#include "rras/model/router.h"
#include "rras/router_call.h"
#include "rras/service.h"

namespace mbnrig::rras {

/// What an exception in an entry point becomes.
inline constexpr com::ExceptionCodes<DWORD> kAdminExceptions{
    ERROR_NOT_ENOUGH_MEMORY, ERROR_GEN_FAILURE,
    [](const char* what) noexcept { LogWarning(what); }};

/// The codes of a function for the checks of its server handle.
struct ServerCodes {
  DWORD null;     ///< the handle is NULL
  DWORD closed;   ///< the handle is closed, or belongs to something else
  DWORD stopped;  ///< the service does not run
};

/// One call of an entry point. `Server`: the kind of its server handle.
template <class Server>
class Call {
 public:
  Call(HANDLE server, const ServerCodes& codes) : server_(server), codes_(codes) {
    Require(server != nullptr, codes.null);
  }

  // What the client's side sees. These checks are made in the order of the calls.

  Call& Require(bool holds, DWORD otherwise) {
    if (!holds && refusal_ == NO_ERROR) refusal_ = otherwise;
    return *this;
  }
  /// A pointer or handle that must not be NULL.
  Call& Given(const void* pointer, DWORD when_null) {
    return Require(pointer != nullptr, when_null);
  }
  /// A handle that must be neither NULL nor INVALID_HANDLE_VALUE.
  Call& GivenHandle(HANDLE handle, DWORD otherwise) {
    return Require(handle != nullptr && handle != INVALID_HANDLE_VALUE, otherwise);
  }
  /// Pointers to outputs, which must not be NULL. The outputs are cleared, also if the call fails.
  template <class... T>
  Call& Outputs(DWORD when_null, T*... outputs) {
    Require(((outputs != nullptr) && ...), when_null);
    ((outputs != nullptr ? void(*outputs = T{}) : void()), ...);
    return *this;
  }

  // What the server checks. Answer makes these checks, in the documented order.

  /// The function needs DDM, which does not run in a LAN-only router.
  Call& Ddm() {
    needs_ddm_ = true;
    return *this;
  }
  /// The levels that the function has: a Levels<...>.
  template <class L>
  Call& Level(DWORD level, DWORD when_unknown) {
    if (!L::Has(level)) unknown_level_ = when_unknown;
    return *this;
  }

  /// Makes the server's checks, then runs `body(router)` and returns its code. No exception leaves.
  template <class Body>
  DWORD Answer(Body&& body) const noexcept {
    if (refusal_ != NO_ERROR) return refusal_;
    return com::Guard(kAdminExceptions, [&]() -> DWORD {
      if (!Service::Get().CallerMayAdminister()) return ERROR_ACCESS_DENIED;
      if (!ServerHandles<Server>::IsOpen(server_)) return codes_.closed;
      const RouterCall router;
      if (!router) return codes_.stopped;
      if (needs_ddm_ && !router->ddm_running()) return ERROR_DDM_NOT_RUNNING;
      if (unknown_level_ != NO_ERROR) return unknown_level_;
      return body(*router);
    });
  }

 private:
  const HANDLE server_;
  const ServerCodes codes_;
  DWORD refusal_ = NO_ERROR;
  DWORD unknown_level_ = NO_ERROR;
  bool needs_ddm_ = false;
};

using AdminCall = Call<MprServer>;

}  // namespace mbnrig::rras
