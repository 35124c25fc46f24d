#pragma once

/// REGISTER_STATE (MBIM 1.0, section 10.5.9): automatic and manual registration with the scenario's
/// network. The modem registers as soon as SIM, PIN and radio let it, and is deregistered when they
/// no longer do.

#include "modem/state.h"

namespace mbnrig::modem {

mbim::RegistrationStateInfo RegistrationInfo(const Machine& machine);

/// Makes registration fit what SIM, PIN and radio allow now.
void SettleRegistration(Machine& machine);
/// The network has changed: what it makes of the modem takes effect at once.
void RefreshRegistration(Machine& machine);

void QueryRegisterState(Machine& machine, const mbim::Empty& request, const Answer& answer);
void SetRegisterState(Machine& machine, const mbim::SetRegistrationState& request,
                      const Answer& answer);

}  // namespace mbnrig::modem
