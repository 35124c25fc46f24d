#pragma once

/// What keeps a command from being carried out, checked in the order in which a modem meets it:
/// SIM, PIN, radio, registration, packet service. The one place where that order stands; what
/// CONNECT checks beyond it stands in contexts.cpp.

#include "modem/state.h"

namespace mbnrig::modem {

/// How much a command needs, each level with all before it.
enum class Needs { kSim, kPin, kRadio, kRegistration, kPacketService };

/// The status that names the first thing missing; kSuccess when all is there.
///   SIM: NOT_INITIALIZED, SIM_NOT_INSERTED, BAD_SIM, FAILURE · PIN: PIN_REQUIRED ·
///   radio: RADIO_POWER_OFF · registration: PROVIDER_NOT_VISIBLE (manual mode), NOT_REGISTERED ·
///   packet service: PACKET_SERVICE_DETACHED
mbim::Status Obstacle(const Machine& machine, Needs needs);

/// Registered at home, roaming or with a partner.
bool IsRegistered(const Machine& machine);

}  // namespace mbnrig::modem
