#include "com/array.h"

#include "com/guard.h"
#include "com/text.h"

namespace mbnrig::com {

HRESULT GiveStringArray(const std::vector<std::string>& texts, SAFEARRAY** out) noexcept {
  if (out == nullptr) return E_POINTER;
  *out = nullptr;
  return Guard([&]() -> HRESULT {
    if (texts.size() > std::size_t{std::numeric_limits<LONG>::max()}) return E_OUTOFMEMORY;
    SafeArrayPtr array(SafeArrayCreateVector(VT_BSTR, 0, static_cast<ULONG>(texts.size())));
    if (array == nullptr) return E_OUTOFMEMORY;
    LONG index = 0;
    for (const std::string& text : texts) {
      const HRESULT hr = SafeArrayPutElement(array.get(), &index, Bstr(text).get());
      if (FAILED(hr)) return hr;
      ++index;
    }
    *out = array.release();
    return S_OK;
  });
}

}  // namespace mbnrig::com
