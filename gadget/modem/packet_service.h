#pragma once

/// PACKET_SERVICE (MBIM 1.0, section 10.5.10): attaching and detaching.

#include "modem/state.h"

namespace mbnrig::modem {

mbim::PacketServiceInfo CurrentPacketService(const Machine& machine);

/// Makes the packet service fit registration and network: detaches when either is lost, attaches by
/// itself where the network has it so.
void SettlePacketService(Machine& machine);
/// The network attaches the modem. Nothing happens unless it is registered.
void AttachByNetwork(Machine& machine);
/// Detached by the network, for `cause` (TS 24.008).
void DetachByNetwork(Machine& machine, std::uint32_t cause);

void QueryPacketService(Machine& machine, const mbim::Empty& request, const Answer& answer);
void SetPacketService(Machine& machine, const mbim::SetPacketService& request,
                      const Answer& answer);

}  // namespace mbnrig::modem
