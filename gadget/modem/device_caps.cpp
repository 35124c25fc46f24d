#include "modem/device_caps.h"

#include <algorithm>

namespace mbnrig::modem {

void QueryDeviceCaps(Machine& machine, const mbim::Empty&, const Answer& answer) {
  mbim::DeviceCapsInfo caps = machine.world.caps;
  if (caps.max_sessions == 0) {
    caps.max_sessions = std::max<std::uint32_t>(machine.origin.context_limit, 1);
  }
  answer(mbim::Status::kSuccess, caps);
}

}  // namespace mbnrig::modem
