#include "modem/conditions.h"

#include "mbim/extension_values.h"
#include "modem/packet_service.h"
#include "modem/pins.h"
#include "modem/providers.h"
#include "modem/registration.h"

namespace mbnrig::modem {
namespace {

using mbim::Status;

Status SimObstacle(const Machine& machine) {
  if (machine.Get<Pins>().sim_blocked()) return Status::kBadSim;
  // There is a card, but no subscription on it.
  if (machine.world.sim.state == mbim::kReadyStateNoEsimProfile) return Status::kSimNotInserted;
  switch (machine.world.sim.state) {
    case mbim::ReadyState::kNotInitialized:
      return Status::kNotInitialized;
    case mbim::ReadyState::kSimNotInserted:
      return Status::kSimNotInserted;
    case mbim::ReadyState::kBadSim:
      return Status::kBadSim;
    case mbim::ReadyState::kFailure:
      return Status::kFailure;
    case mbim::ReadyState::kInitialized:
    case mbim::ReadyState::kNotActivated:  // registers; CONNECT says SERVICE_NOT_ACTIVATED
    case mbim::ReadyState::kDeviceLocked:  // never the state of the SIM itself, see
                                           // Pins::required()
      return Status::kSuccess;
  }
  return Status::kFailure;
}

Status RegistrationObstacle(const Machine& machine) {
  const auto& registration = machine.Get<Registration>();
  if (registration.registered()) return Status::kSuccess;
  if (registration.manual() && FindVisible(machine, registration.selected()) == nullptr) {
    return Status::kProviderNotVisible;
  }
  return Status::kNotRegistered;
}

Status ObstacleAt(const Machine& machine, Needs level) {
  switch (level) {
    case Needs::kSim:
      return SimObstacle(machine);
    case Needs::kPin:
      return machine.Get<Pins>().required() ? Status::kPinRequired : Status::kSuccess;
    case Needs::kRadio:
      return machine.world.hardware_radio == mbim::RadioSwitch::kOn &&
                     machine.world.software_radio == mbim::RadioSwitch::kOn
                 ? Status::kSuccess
                 : Status::kRadioPowerOff;
    case Needs::kRegistration:
      return RegistrationObstacle(machine);
    case Needs::kPacketService:
      return machine.Get<PacketService>().attached() ? Status::kSuccess
                                                     : Status::kPacketServiceDetached;
  }
  return Status::kFailure;
}

}  // namespace

Status Obstacle(const Machine& machine, Needs needs) {
  for (const Needs level :
       {Needs::kSim, Needs::kPin, Needs::kRadio, Needs::kRegistration, Needs::kPacketService}) {
    if (level > needs) break;
    const Status status = ObstacleAt(machine, level);
    if (status != Status::kSuccess) return status;
  }
  return Status::kSuccess;
}

}  // namespace mbnrig::modem
