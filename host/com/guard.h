#pragma once

/// No exception leaves an API. The body of each function runs in a Guard, which turns an exception
/// into a code of that API.

#include <winerror.h>

#include <exception>
#include <new>
#include <utility>

namespace mbnrig::com {

/// The codes that exceptions become in an API whose functions return a `Code`.
template <class Code>
struct ExceptionCodes {
  Code out_of_memory;  ///< for std::bad_alloc
  Code unexpected;     ///< for every other exception
  /// If set, it is called with the text of every other exception.
  void (*log)(const char* what) noexcept = nullptr;
};

/// The codes of COM methods.
inline constexpr ExceptionCodes<HRESULT> kComExceptions{E_OUTOFMEMORY, E_UNEXPECTED};

/// Runs `body` and returns its code, or the code of the exception that it throws.
template <class Code, class Body>
Code Guard(const ExceptionCodes<Code>& codes, Body&& body) noexcept {
  try {
    return std::forward<Body>(body)();
  } catch (const std::bad_alloc&) {
    return codes.out_of_memory;
  } catch (const std::exception& error) {
    if (codes.log != nullptr) codes.log(error.what());
    return codes.unexpected;
  } catch (...) {
    return codes.unexpected;
  }
}

/// The same for the body of a COM method, which returns an HRESULT.
///
///   HRESULT GetInterfaces(SAFEARRAY** interfaces) override {
///     return com::Guard([&] { ... return S_OK; });
///   }
template <class Body>
HRESULT Guard(Body&& body) noexcept {
  return Guard(kComExceptions, std::forward<Body>(body));
}

}  // namespace mbnrig::com
