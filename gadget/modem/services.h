#pragma once

#include "modem/machine.h"

namespace mbnrig::modem {

/// Gives the machine all services of the modem.
void AddServices(Machine& machine);

/// Adapts the services to the world and to one another, then tells the host what has changed.
/// SUBSCRIBER_READY_STATUS and RADIO_STATE come first. Losses follow, as Microsoft's Mobile
/// Broadband Implementation Guidelines for USB Devices want them: CONNECT, PACKET_SERVICE,
/// REGISTER_STATE. Then comes the rest: REGISTER_STATE, PACKET_SERVICE, CONNECT, SIGNAL_STATE.
/// Called after every step.
void Settle(Machine& machine);

/// Power comes on; the channel is closed.
void PowerOn(Machine& machine);

/// The channel opens or closes. Call it while the channel is closed.
void ChannelReset(Machine& machine);

}  // namespace mbnrig::modem
