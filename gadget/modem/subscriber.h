#pragma once

/// SUBSCRIBER_READY_STATUS (MBIM 1.0, section 10.5.2): what the modem knows of its SIM.

#include "modem/state.h"

namespace mbnrig::modem {

/// A locked SIM tells its ICCID only, one that is absent or bad nothing.
mbim::SubscriberReadyInfo CurrentSubscriber(const Machine& machine);

void QuerySubscriberReadyStatus(Machine& machine, const mbim::Empty& request, const Answer& answer);

}  // namespace mbnrig::modem
