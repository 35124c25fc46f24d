#pragma once

#include "modem/machine.h"

namespace mbnrig::modem {

/// Gives the machine all services of the modem.
void AddServices(Machine& machine);

/// Brings the services to fit the world and one another, then tells the host what is news:
/// SUBSCRIBER_READY_STATUS, RADIO_STATE, REGISTER_STATE, PACKET_SERVICE, CONNECT, SIGNAL_STATE, in
/// that order. Called after every step.
void Settle(Machine& machine);

/// Power comes on; the channel is closed.
void PowerOn(Machine& machine);

/// The channel opens or closes. To be called while it is closed.
void ChannelReset(Machine& machine);

}  // namespace mbnrig::modem
