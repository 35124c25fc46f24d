/// COM's entry points: apartments, classes, task memory, GUIDs as text. C++.
///
/// mbnrig has one apartment, the multithreaded one. As on Windows, a thread that has not
/// initialised COM belongs to it while another thread does.
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

/// Enters the multithreaded apartment. S_OK the first time on this thread, S_FALSE later. One
/// CoUninitialize undoes each. RPC_E_CHANGED_MODE when a single-threaded apartment is asked for,
/// E_INVALIDARG for a reserved pointer or unknown flags.
EXTERN_C HRESULT CoInitializeEx(LPVOID pvReserved, DWORD dwCoInit);
/// Asks for a single-threaded apartment: RPC_E_CHANGED_MODE.
EXTERN_C HRESULT CoInitialize(LPVOID pvReserved);
/// Undoes one successful CoInitializeEx of this thread; without one it does nothing.
EXTERN_C void CoUninitialize(void);

/// Makes an object of class `rclsid`. E_POINTER without `ppv`, CO_E_NOTINITIALIZED while no thread
/// has initialised COM, REGDB_E_CLASSNOTREG for an unknown class or a context that excludes the
/// caller's process, CLASS_E_NOAGGREGATION with `pUnkOuter`, else what the class answers.
EXTERN_C HRESULT CoCreateInstance(REFCLSID rclsid, LPUNKNOWN pUnkOuter, DWORD dwClsContext,
                                  REFIID riid, LPVOID* ppv);
/// The class factory of `rclsid`; errors as CoCreateInstance, E_INVALIDARG without `ppv`.
EXTERN_C HRESULT CoGetClassObject(REFCLSID rclsid, DWORD dwClsContext, LPVOID pvReserved,
                                  REFIID riid, LPVOID* ppv);

/// Memory that one side of an interface allocates and the other frees. NULL when memory is short.
EXTERN_C LPVOID CoTaskMemAlloc(SIZE_T cb);
EXTERN_C LPVOID CoTaskMemRealloc(LPVOID pv, SIZE_T cb);
EXTERN_C void CoTaskMemFree(LPVOID pv);

/// A new random GUID (RFC 4122 version 4).
EXTERN_C HRESULT CoCreateGuid(GUID* pguid);
/// Writes "{xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx}" in upper case. The characters written, with the
/// terminator (39), or 0 when `cchMax` is too small.
EXTERN_C INT StringFromGUID2(REFGUID rguid, LPOLESTR lpsz, INT cchMax);
/// Reads the form that StringFromGUID2 writes, in either case. CO_E_CLASSSTRING for any other; a
/// NULL string gives the null GUID.
EXTERN_C HRESULT CLSIDFromString(LPCOLESTR lpsz, LPCLSID pclsid);
/// As CLSIDFromString, with CO_E_IIDSTRING.
EXTERN_C HRESULT IIDFromString(LPCOLESTR lpsz, LPIID lpiid);

#pragma GCC diagnostic pop
