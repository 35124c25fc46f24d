#include "rras/model/handles.h"

#include <atomic>

namespace mbnrig::rras {

HandleNumber NextHandle() {
  // Multiples of four, as on Windows. The numbers are far from those of synchapi.h's events, so
  // that a mixed-up handle is detected.
  static std::atomic<HandleNumber> next{0x1000'0000};
  return next.fetch_add(4);
}

}  // namespace mbnrig::rras
