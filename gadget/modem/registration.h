#pragma once

/// REGISTER_STATE (MBIM 1.0, section 10.5.9): automatic and manual registration with the scenario's
/// network. The modem registers as soon as SIM, PIN and radio let it, and is deregistered when they
/// no longer do.

#include "modem/state.h"

namespace mbnrig::modem {

mbim::RegistrationStateInfo RegistrationInfo(const Machine& machine);

/// Registers or deregisters as SIM, PIN and radio allow now. A modem that has registered follows
/// what the network makes of it at once.
void SettleRegistration(Machine& machine);

void QueryRegisterState(Machine& machine, const mbim::Empty& request, const Answer& answer);
void SetRegisterState(Machine& machine, const mbim::SetRegistrationState& request,
                      const Answer& answer);

}  // namespace mbnrig::modem
