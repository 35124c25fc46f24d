#pragma once

/// Exceptions end at the COM boundary: a method body runs in a Guard, which turns them to HRESULTs.

#include <winerror.h>

#include <new>
#include <utility>

namespace mbnrig::com {

/// Runs `body`, which returns an HRESULT. std::bad_alloc becomes E_OUTOFMEMORY, any other exception
/// E_UNEXPECTED.
///
///   HRESULT GetInterfaces(SAFEARRAY** interfaces) override {
///     return com::Guard([&] { ... return S_OK; });
///   }
template <typename Body>
HRESULT Guard(Body&& body) noexcept {
  try {
    return std::forward<Body>(body)();
  } catch (const std::bad_alloc&) {
    return E_OUTOFMEMORY;
  } catch (...) {
    return E_UNEXPECTED;
  }
}

}  // namespace mbnrig::com
