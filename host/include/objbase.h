/// COM's entry points: apartments, classes, task memory, GUIDs as text. C++.
///
/// mbnrig has one apartment, the multithreaded one. As on Windows, while any thread has initialised
/// COM, threads that have not done so belong to this apartment too.
#pragma once

#include <oaidl.h>
#include <winerror.h>

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wnon-virtual-dtor"

typedef enum tagCOINIT {
  COINIT_MULTITHREADED = 0x0,
  COINIT_APARTMENTTHREADED = 0x2,
  COINIT_DISABLE_OLE1DDE = 0x4,
  COINIT_SPEED_OVER_MEMORY = 0x8,
} COINIT;

EXTERN_C const IID IID_IClassFactory;

/// Makes objects of one class.
struct IClassFactory : public IUnknown {
 public:
  virtual HRESULT STDMETHODCALLTYPE CreateInstance(IUnknown* pUnkOuter, REFIID riid,
                                                   void** ppvObject) = 0;
  virtual HRESULT STDMETHODCALLTYPE LockServer(BOOL fLock) = 0;

 protected:
  ~IClassFactory() = default;
};
__CRT_UUID_DECL(IClassFactory, 0x00000001, 0x0000, 0x0000, 0xc0, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
                0x46)

/// Enters the multithreaded apartment. S_OK the first time on this thread, S_FALSE later. Each
/// needs one CoUninitialize. RPC_E_CHANGED_MODE if `dwCoInit` asks for a single-threaded apartment,
/// E_INVALIDARG for a reserved pointer or unknown flags.
EXTERN_C HRESULT CoInitializeEx(LPVOID pvReserved, DWORD dwCoInit);
/// On Windows this enters a single-threaded apartment. Here it returns RPC_E_CHANGED_MODE.
EXTERN_C HRESULT CoInitialize(LPVOID pvReserved);
/// Undoes one successful CoInitializeEx of this thread. Does nothing if there is none.
EXTERN_C void CoUninitialize(void);

/// Makes an object of class `rclsid`. E_POINTER if `ppv` is NULL, CO_E_NOTINITIALIZED while no
/// thread has initialised COM, REGDB_E_CLASSNOTREG for an unknown class or a context that excludes
/// the caller's process, CLASS_E_NOAGGREGATION if `pUnkOuter` is not NULL. Otherwise the result of
/// the class's factory.
EXTERN_C HRESULT CoCreateInstance(REFCLSID rclsid, LPUNKNOWN pUnkOuter, DWORD dwClsContext,
                                  REFIID riid, LPVOID* ppv);
/// Returns the class factory of `rclsid`. Errors as CoCreateInstance, but E_INVALIDARG if `ppv` is
/// NULL.
EXTERN_C HRESULT CoGetClassObject(REFCLSID rclsid, DWORD dwClsContext, LPVOID pvReserved,
                                  REFIID riid, LPVOID* ppv);

/// Memory that one side of an interface allocates and the other frees. NULL if memory is short.
EXTERN_C LPVOID CoTaskMemAlloc(SIZE_T cb);
EXTERN_C LPVOID CoTaskMemRealloc(LPVOID pv, SIZE_T cb);
EXTERN_C void CoTaskMemFree(LPVOID pv);

/// A new random GUID (RFC 4122 version 4).
EXTERN_C HRESULT CoCreateGuid(GUID* pguid);
/// Writes "{xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx}" in upper case. Returns the number of characters
/// written, including the terminator (39), or 0 if `cchMax` is too small.
EXTERN_C INT StringFromGUID2(REFGUID rguid, LPOLESTR lpsz, INT cchMax);
/// Reads the form that StringFromGUID2 writes, in either case. CO_E_CLASSSTRING for any other text.
/// A NULL string gives the null GUID.
EXTERN_C HRESULT CLSIDFromString(LPCOLESTR lpsz, LPCLSID pclsid);
/// As CLSIDFromString, but with CO_E_IIDSTRING.
EXTERN_C HRESULT IIDFromString(LPCOLESTR lpsz, LPIID lpiid);

#pragma GCC diagnostic pop
