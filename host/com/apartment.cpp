#include "com/apartment.h"

#include <objbase.h>

#include <atomic>

namespace mbnrig::com {

namespace {

// Number of threads that entered the multithreaded apartment with CoInitializeEx.
std::atomic<unsigned> g_threads_inside{0};
// Number of successful CoInitializeEx calls of this thread that were not undone.
thread_local unsigned t_initialisations = 0;

constexpr DWORD kKnownFlags = COINIT_MULTITHREADED | COINIT_APARTMENTTHREADED |
                              COINIT_DISABLE_OLE1DDE | COINIT_SPEED_OVER_MEMORY;

}  // namespace

bool InApartment() {
  return g_threads_inside.load() != 0;
}

}  // namespace mbnrig::com

HRESULT CoInitializeEx(LPVOID pvReserved, DWORD dwCoInit) {
  using namespace mbnrig::com;
  if (pvReserved != nullptr || (dwCoInit & ~kKnownFlags) != 0) return E_INVALIDARG;
  if ((dwCoInit & COINIT_APARTMENTTHREADED) != 0) return RPC_E_CHANGED_MODE;
  if (t_initialisations++ != 0) return S_FALSE;
  g_threads_inside.fetch_add(1);
  return S_OK;
}

HRESULT CoInitialize(LPVOID pvReserved) {
  return CoInitializeEx(pvReserved, COINIT_APARTMENTTHREADED);
}

void CoUninitialize(void) {
  using namespace mbnrig::com;
  if (t_initialisations == 0) return;
  if (--t_initialisations == 0) g_threads_inside.fetch_sub(1);
}
