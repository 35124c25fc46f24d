#pragma once

/// The conditions that can prevent a command, in the order in which a modem checks them: SIM, PIN,
/// radio, registration, packet service. contexts.cpp has the further conditions of CONNECT.

#include "mbim/protocol.h"
#include "modem/machine.h"

namespace mbnrig::modem {

/// How much a command needs. Each level needs all levels before it.
enum class Needs { kSim, kPin, kRadio, kRegistration, kPacketService };

/// The status for the first condition that is not met. kSuccess if all are met.
///   SIM: NOT_INITIALIZED, SIM_NOT_INSERTED, BAD_SIM, FAILURE · PIN: PIN_REQUIRED ·
///   radio: RADIO_POWER_OFF · registration: PROVIDER_NOT_VISIBLE (manual mode), NOT_REGISTERED ·
///   packet service: PACKET_SERVICE_DETACHED
mbim::Status Obstacle(const Machine& machine, Needs needs);

}  // namespace mbnrig::modem
