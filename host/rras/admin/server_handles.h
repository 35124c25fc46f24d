#pragma once

/// The server handles of the process's clients, and HANDLEs as numbers. Handles belong to the
/// client: they outlive the service, and serve again when it runs again.

#include <windef.h>

#include "rras/model/handles.h"

namespace mbnrig::rras {

inline HandleNumber ToNumber(HANDLE handle) {
  return reinterpret_cast<std::uintptr_t>(handle);
}
inline HANDLE ToHandle(HandleNumber number) {
  return reinterpret_cast<HANDLE>(static_cast<std::uintptr_t>(number));
}

struct MprServer {};  ///< from MprAdminServerConnect
struct MibServer {};  ///< from MprAdminMIBServerConnect

/// The open handles of one kind of server. Thread-safe.
template <class Server>
struct ServerHandles {
  /// Throws std::bad_alloc.
  static HANDLE Open();
  /// Does nothing if the handle is not open.
  static void Close(HANDLE handle) noexcept;
  static bool IsOpen(HANDLE handle) noexcept;
};

}  // namespace mbnrig::rras
