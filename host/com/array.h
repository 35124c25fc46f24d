#pragma once

/// SAFEARRAYs from and to C++ containers.

#include <oleauto.h>
#include <winerror.h>

#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "com/ptr.h"

namespace mbnrig::com {

struct DestroySafeArray {
  void operator()(SAFEARRAY* array) const { SafeArrayDestroy(array); }
};
/// Owns a SAFEARRAY.
using SafeArrayPtr = std::unique_ptr<SAFEARRAY, DestroySafeArray>;

/// Returns a VT_UNKNOWN array of the interfaces in an out pointer. The array holds a reference to
/// each. Its first index is 0. Errors: E_POINTER, E_OUTOFMEMORY.
template <class Interface>
HRESULT GiveInterfaceArray(const std::vector<Ptr<Interface>>& interfaces, SAFEARRAY** out) {
  if (out == nullptr) return E_POINTER;
  *out = nullptr;
  if (interfaces.size() > std::size_t{std::numeric_limits<LONG>::max()}) return E_OUTOFMEMORY;
  SafeArrayPtr array(SafeArrayCreateVector(VT_UNKNOWN, 0, static_cast<ULONG>(interfaces.size())));
  if (array == nullptr) return E_OUTOFMEMORY;
  LONG index = 0;
  for (const Ptr<Interface>& element : interfaces) {
    const HRESULT hr = SafeArrayPutElement(array.get(), &index, element.Get());
    if (FAILED(hr)) return hr;
    ++index;
  }
  *out = array.release();
  return S_OK;
}

/// Returns a VT_BSTR array of the texts (UTF-8) in an out pointer. Its first index is 0. Errors:
/// E_POINTER, E_OUTOFMEMORY.
HRESULT GiveStringArray(const std::vector<std::string>& texts, SAFEARRAY** out) noexcept;

}  // namespace mbnrig::com
