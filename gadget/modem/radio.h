#pragma once

/// RADIO_STATE (MBIM 1.0, section 10.5.3): the switch on the case and the one in software.

#include "modem/state.h"

namespace mbnrig::modem {

mbim::RadioStateInfo CurrentRadio(const Machine& machine);

void QueryRadioState(Machine& machine, const mbim::Empty& request, const Answer& answer);
/// Sets the software switch. It may be on while the hardware switch is off; the radio is off then.
void SetRadioState(Machine& machine, const mbim::SetRadioState& request, const Answer& answer);

}  // namespace mbnrig::modem
