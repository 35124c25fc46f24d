#include "rras/handles.h"

#include <atomic>

namespace mbnrig::rras {

HANDLE NextHandle() {
  // Multiples of four from well above NULL and far from INVALID_HANDLE_VALUE, as Windows' are.
  static std::atomic<std::uintptr_t> next{0x1000};
  return reinterpret_cast<HANDLE>(next.fetch_add(4));
}

}  // namespace mbnrig::rras
