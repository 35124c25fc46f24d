#pragma once

/// What follows from a change: after every step of the modem (a message, a moment, an event) its
/// parts are brought to fit one another, and the host is told what is news.

#include "modem/state.h"

namespace mbnrig::modem {

/// SIM, PIN, radio → registration → packet service → sessions; then indications, in that order.
void Settle(Machine& machine);

/// Takes everything as told (the channel was opened, or the modem powered on).
void TakeAllAsTold(Machine& machine);

}  // namespace mbnrig::modem
