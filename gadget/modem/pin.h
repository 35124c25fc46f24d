#pragma once

/// PIN and PIN_LIST (MBIM 1.0, sections 10.5.4 and 10.5.5): entering, enabling, disabling, changing
/// and unblocking, with the attempts counted as a SIM counts them.

#include "modem/state.h"

namespace mbnrig::modem {

/// The PIN or PUK that the modem waits for before it goes on; nothing when it waits for none. PIN1
/// comes first, then the locks of the device; nothing waits for PIN2.
std::optional<mbim::PinType> RequiredPin(const Machine& machine);

/// Whether the SIM is lost for good: PIN1 is blocked and so is its PUK.
bool IsSimBlocked(const Machine& machine);

/// PIN_INFO of what RequiredPin() says.
mbim::PinInfo CurrentPinInfo(const Machine& machine);

/// The word for a PIN kind's PUK; nothing for PINs that have none.
std::optional<mbim::PinType> PukOf(mbim::PinType pin);

void QueryPin(Machine& machine, const mbim::Empty& request, const Answer& answer);
void SetPin(Machine& machine, const mbim::SetPin& request, const Answer& answer);
void QueryPinList(Machine& machine, const mbim::Empty& request, const Answer& answer);

}  // namespace mbnrig::modem
