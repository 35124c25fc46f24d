#include "rras/handles.h"

#include <atomic>

namespace mbnrig::rras {

HANDLE NextHandle() {
  // Multiples of four, as Windows' are, and far from those of synchapi.h's events: one taken for
  // the other is found out.
  static std::atomic<std::uintptr_t> next{0x1000'0000};
  return reinterpret_cast<HANDLE>(next.fetch_add(4));
}

}  // namespace mbnrig::rras
