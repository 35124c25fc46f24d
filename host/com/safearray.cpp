// One-dimensional SAFEARRAYs. As on Windows, the element type lies in the 4 bytes before the
// descriptor (FADF_HAVEVARTYPE) and the IID of interface arrays in the 16 (FADF_HAVEIID).
#include <oleauto.h>
#include <winerror.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <limits>

namespace {

constexpr std::size_t kArrayPrefix = 16;

// How the functions below handle an element of some type.
enum class Kind { kPlain, kString, kInterface };

struct ElementType {
  ULONG size = 0;  // 0: not supported
  Kind kind = Kind::kPlain;
  USHORT features = 0;
};

ElementType Describe(VARTYPE vt) {
  switch (vt) {
    case VT_I1:
    case VT_UI1:
      return {1};
    case VT_I2:
    case VT_UI2:
    case VT_BOOL:
      return {2};
    case VT_I4:
    case VT_UI4:
    case VT_INT:
    case VT_UINT:
    case VT_R4:
    case VT_ERROR:
    case VT_HRESULT:
      return {4};
    case VT_I8:
    case VT_UI8:
    case VT_R8:
    case VT_CY:
    case VT_DATE:
      return {8};
    case VT_BSTR:
      return {sizeof(BSTR), Kind::kString, FADF_BSTR};
    case VT_UNKNOWN:
      return {sizeof(IUnknown*), Kind::kInterface, FADF_UNKNOWN | FADF_HAVEIID};
    case VT_DISPATCH:
      // NOLINTNEXTLINE(bugprone-sizeof-expression): pointers are what the array holds
      return {sizeof(IDispatch*), Kind::kInterface, FADF_DISPATCH | FADF_HAVEIID};
    default:
      return {};
  }
}

char* BlockOf(SAFEARRAY* array) {
  return reinterpret_cast<char*>(array) - kArrayPrefix;
}

Kind KindOf(const SAFEARRAY& array) {
  if (array.fFeatures & FADF_BSTR) return Kind::kString;
  if (array.fFeatures & (FADF_UNKNOWN | FADF_DISPATCH)) return Kind::kInterface;
  return Kind::kPlain;
}

template <class T>
T* ElementAt(const SAFEARRAY& array, std::size_t index) {
  return static_cast<T*>(array.pvData) + index;
}

// Releases what the elements hold and zeroes them.
void Clear(SAFEARRAY* array) {
  const std::size_t count = array->rgsabound[0].cElements;
  if (KindOf(*array) == Kind::kString) {
    for (std::size_t i = 0; i < count; ++i)
      SysFreeString(*ElementAt<BSTR>(*array, i));
  } else if (KindOf(*array) == Kind::kInterface) {
    for (std::size_t i = 0; i < count; ++i) {
      if (IUnknown* held = *ElementAt<IUnknown*>(*array, i)) held->Release();
    }
  }
  if (array->pvData != nullptr) std::memset(array->pvData, 0, count * array->cbElements);
}

// The address of the element with index `*indices`. Errors as for SafeArrayPtrOfIndex.
HRESULT Locate(const SAFEARRAY* array, const LONG* indices, void** element) {
  if (array == nullptr || indices == nullptr || element == nullptr) return E_INVALIDARG;
  if (array->cDims != 1) return E_INVALIDARG;
  const std::int64_t offset = std::int64_t{*indices} - array->rgsabound[0].lLbound;
  if (offset < 0 || offset >= array->rgsabound[0].cElements) return DISP_E_BADINDEX;
  *element =
      static_cast<char*>(array->pvData) + static_cast<std::size_t>(offset) * array->cbElements;
  return S_OK;
}

HRESULT CheckDimension(const SAFEARRAY* array, UINT dimension, const LONG* bound) {
  if (array == nullptr || bound == nullptr) return E_INVALIDARG;
  return dimension == 0 || dimension > array->cDims ? DISP_E_BADINDEX : S_OK;
}

}  // namespace

SAFEARRAY* SafeArrayCreateVector(VARTYPE vt, LONG lLbound, ULONG cElements) {
  const ElementType type = Describe(vt);
  if (type.size == 0) return nullptr;
  // The upper bound must fit into a LONG, too.
  if (std::int64_t{lLbound} + cElements - 1 > std::numeric_limits<LONG>::max()) return nullptr;

  char* block = static_cast<char*>(std::calloc(1, kArrayPrefix + sizeof(SAFEARRAY)));
  if (block == nullptr) return nullptr;
  void* data = nullptr;
  if (cElements != 0) {
    data = std::calloc(cElements, type.size);
    if (data == nullptr) {
      std::free(block);
      return nullptr;
    }
  }

  auto* array = reinterpret_cast<SAFEARRAY*>(block + kArrayPrefix);
  array->cDims = 1;
  array->fFeatures = type.features;
  array->cbElements = type.size;
  array->pvData = data;
  array->rgsabound[0] = {cElements, lLbound};
  if (type.kind == Kind::kInterface) {
    const IID iid = vt == VT_DISPATCH ? __uuidof(IDispatch) : __uuidof(IUnknown);
    std::memcpy(block, &iid, sizeof(iid));
  } else {
    array->fFeatures |= FADF_HAVEVARTYPE;
    const std::uint32_t stored = vt;
    std::memcpy(block + kArrayPrefix - sizeof(stored), &stored, sizeof(stored));
  }
  return array;
}

SAFEARRAY* SafeArrayCreate(VARTYPE vt, UINT cDims, SAFEARRAYBOUND* rgsabound) {
  if (cDims != 1 || rgsabound == nullptr) return nullptr;
  return SafeArrayCreateVector(vt, rgsabound[0].lLbound, rgsabound[0].cElements);
}

HRESULT SafeArrayDestroy(SAFEARRAY* psa) {
  if (psa == nullptr) return S_OK;
  if (psa->cLocks != 0) return DISP_E_ARRAYISLOCKED;
  Clear(psa);
  std::free(psa->pvData);
  std::free(BlockOf(psa));
  return S_OK;
}

UINT SafeArrayGetDim(SAFEARRAY* psa) {
  return psa == nullptr ? 0 : psa->cDims;
}

UINT SafeArrayGetElemsize(SAFEARRAY* psa) {
  return psa == nullptr ? 0 : psa->cbElements;
}

HRESULT SafeArrayGetVartype(SAFEARRAY* psa, VARTYPE* pvt) {
  if (psa == nullptr || pvt == nullptr) return E_INVALIDARG;
  if (psa->fFeatures & FADF_HAVEVARTYPE) {
    std::uint32_t stored = 0;
    std::memcpy(&stored, BlockOf(psa) + kArrayPrefix - sizeof(stored), sizeof(stored));
    *pvt = static_cast<VARTYPE>(stored);
    return S_OK;
  }
  *pvt = psa->fFeatures & FADF_DISPATCH ? VT_DISPATCH : VT_UNKNOWN;
  return S_OK;
}

HRESULT SafeArrayGetLBound(SAFEARRAY* psa, UINT nDim, LONG* plLbound) {
  const HRESULT hr = CheckDimension(psa, nDim, plLbound);
  if (FAILED(hr)) return hr;
  *plLbound = psa->rgsabound[nDim - 1].lLbound;
  return S_OK;
}

HRESULT SafeArrayGetUBound(SAFEARRAY* psa, UINT nDim, LONG* plUbound) {
  const HRESULT hr = CheckDimension(psa, nDim, plUbound);
  if (FAILED(hr)) return hr;
  const SAFEARRAYBOUND& bound = psa->rgsabound[nDim - 1];
  *plUbound = static_cast<LONG>(std::int64_t{bound.lLbound} + bound.cElements - 1);
  return S_OK;
}

HRESULT SafeArrayLock(SAFEARRAY* psa) {
  if (psa == nullptr) return E_INVALIDARG;
  if (psa->cLocks == std::numeric_limits<ULONG>::max()) return E_UNEXPECTED;
  ++psa->cLocks;
  return S_OK;
}

HRESULT SafeArrayUnlock(SAFEARRAY* psa) {
  if (psa == nullptr) return E_INVALIDARG;
  if (psa->cLocks == 0) return E_UNEXPECTED;
  --psa->cLocks;
  return S_OK;
}

HRESULT SafeArrayAccessData(SAFEARRAY* psa, void** ppvData) {
  if (psa == nullptr || ppvData == nullptr) return E_INVALIDARG;
  const HRESULT hr = SafeArrayLock(psa);
  *ppvData = SUCCEEDED(hr) ? psa->pvData : nullptr;
  return hr;
}

HRESULT SafeArrayUnaccessData(SAFEARRAY* psa) {
  return SafeArrayUnlock(psa);
}

HRESULT SafeArrayPtrOfIndex(SAFEARRAY* psa, LONG* rgIndices, void** ppvData) {
  return Locate(psa, rgIndices, ppvData);
}

HRESULT SafeArrayGetElement(SAFEARRAY* psa, LONG* rgIndices, void* pv) {
  void* element = nullptr;
  const HRESULT hr = Locate(psa, rgIndices, &element);
  if (FAILED(hr)) return hr;
  if (pv == nullptr) return E_INVALIDARG;
  switch (KindOf(*psa)) {
    case Kind::kString: {
      BSTR held = *static_cast<BSTR*>(element);
      BSTR copy = nullptr;
      if (held != nullptr) {
        copy = SysAllocStringByteLen(reinterpret_cast<LPCSTR>(held), SysStringByteLen(held));
        if (copy == nullptr) return E_OUTOFMEMORY;
      }
      *static_cast<BSTR*>(pv) = copy;
      return S_OK;
    }
    case Kind::kInterface: {
      IUnknown* held = *static_cast<IUnknown**>(element);
      if (held != nullptr) held->AddRef();
      *static_cast<IUnknown**>(pv) = held;
      return S_OK;
    }
    case Kind::kPlain:
      break;
  }
  std::memcpy(pv, element, psa->cbElements);
  return S_OK;
}

HRESULT SafeArrayPutElement(SAFEARRAY* psa, LONG* rgIndices, void* pv) {
  void* element = nullptr;
  const HRESULT hr = Locate(psa, rgIndices, &element);
  if (FAILED(hr)) return hr;
  switch (KindOf(*psa)) {
    case Kind::kString: {
      BSTR copy = nullptr;
      if (pv != nullptr) {
        BSTR given = static_cast<BSTR>(pv);
        copy = SysAllocStringByteLen(reinterpret_cast<LPCSTR>(given), SysStringByteLen(given));
        if (copy == nullptr) return E_OUTOFMEMORY;
      }
      SysFreeString(*static_cast<BSTR*>(element));
      *static_cast<BSTR*>(element) = copy;
      return S_OK;
    }
    case Kind::kInterface: {
      auto* given = static_cast<IUnknown*>(pv);
      if (given != nullptr) given->AddRef();
      IUnknown* old = *static_cast<IUnknown**>(element);
      *static_cast<IUnknown**>(element) = given;
      if (old != nullptr) old->Release();
      return S_OK;
    }
    case Kind::kPlain:
      break;
  }
  if (pv == nullptr) return E_INVALIDARG;
  std::memcpy(element, pv, psa->cbElements);
  return S_OK;
}

HRESULT SafeArrayCopy(SAFEARRAY* psa, SAFEARRAY** ppsaOut) {
  if (ppsaOut == nullptr) return E_INVALIDARG;
  *ppsaOut = nullptr;
  VARTYPE vt = VT_EMPTY;
  const HRESULT hr = SafeArrayGetVartype(psa, &vt);
  if (FAILED(hr)) return hr;
  const SAFEARRAYBOUND bound = psa->rgsabound[0];
  SAFEARRAY* copy = SafeArrayCreateVector(vt, bound.lLbound, bound.cElements);
  if (copy == nullptr) return E_OUTOFMEMORY;
  for (std::size_t i = 0; i < bound.cElements; ++i) {
    auto index = static_cast<LONG>(std::int64_t{bound.lLbound} + static_cast<std::int64_t>(i));
    void* to = static_cast<char*>(copy->pvData) + i * copy->cbElements;
    const HRESULT copied = SafeArrayGetElement(psa, &index, to);
    if (FAILED(copied)) {
      SafeArrayDestroy(copy);
      return copied;
    }
  }
  *ppsaOut = copy;
  return S_OK;  // NOLINT(clang-analyzer-unix.Malloc): the caller owns it now
}
