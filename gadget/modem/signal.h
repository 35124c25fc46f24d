#pragma once

/// SIGNAL_STATE (MBIM 1.0, section 10.5.11): the signal and when it is reported. A setting of 0
/// asks for the modem's default (5 steps of Rssi, 1 of ErrorRate, no periodic report); 0xFFFFFFFF
/// for no reports of that kind.

#include "modem/state.h"

namespace mbnrig::modem {

mbim::SignalStateInfo CurrentSignal(const Machine& machine);

/// Indicates the signal when it has changed by a threshold since it was last told.
void ReportSignal(Machine& machine);
/// Takes the signal for told without telling it.
void TakeSignalAsTold(Machine& machine);
/// Back to the defaults (the channel was opened or closed).
void ResetSignalReports(Machine& machine);

void QuerySignalState(Machine& machine, const mbim::Empty& request, const Answer& answer);
void SetSignalState(Machine& machine, const mbim::SetSignalState& request, const Answer& answer);

}  // namespace mbnrig::modem
