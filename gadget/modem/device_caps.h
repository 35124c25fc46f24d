#pragma once

/// DEVICE_CAPS (MBIM 1.0, section 10.5.1).

#include "modem/state.h"

namespace mbnrig::modem {

void QueryDeviceCaps(Machine& machine, const mbim::Empty& request, const Answer& answer);

}  // namespace mbnrig::modem
