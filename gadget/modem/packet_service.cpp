#include "modem/packet_service.h"

#include <bit>
#include <utility>

#include "modem/conditions.h"

namespace mbnrig::modem {
namespace {

using mbim::PacketServiceState;
using mbim::Status;

void AnswerWaiting(Machine& machine, Status status) {
  for (const Answer& answer : std::exchange(machine.packet_service.waiting, {})) {
    answer(status, CurrentPacketService(machine));
  }
}

/// Detached; an attach under way ends with `status`.
void Detach(Machine& machine, std::uint32_t cause, Status status) {
  PacketService& service = machine.packet_service;
  if (service.timer) machine.timers.Cancel(*std::exchange(service.timer, std::nullopt));
  service.state = PacketServiceState::kDetached;
  service.nw_error = cause;
  AnswerWaiting(machine, status);
}

void ConcludeAttach(Machine& machine) {
  PacketService& service = machine.packet_service;
  service.timer.reset();
  const scenario::Network& network = machine.world.network;
  if (!network.packet_service_available) {
    return Detach(machine, network.attach_refusal_cause, Status::kFailure);
  }
  service.state = PacketServiceState::kAttached;
  service.nw_error = 0;
  AnswerWaiting(machine, Status::kSuccess);
}

void Attach(Machine& machine) {
  PacketService& service = machine.packet_service;
  if (service.state == PacketServiceState::kAttaching) return;
  service.automatic = true;
  service.nw_error = 0;
  const auto delay = machine.world.timing.attach;
  if (delay.count() == 0) return ConcludeAttach(machine);
  service.state = PacketServiceState::kAttaching;
  service.timer = machine.timers.Add(machine.now + delay, [&machine] { ConcludeAttach(machine); });
}

}  // namespace

mbim::PacketServiceInfo CurrentPacketService(const Machine& machine) {
  const PacketService& service = machine.packet_service;
  mbim::PacketServiceInfo info;
  info.nw_error = service.nw_error;
  info.packet_service_state = service.state;
  if (service.state == PacketServiceState::kAttached) {
    const scenario::Network& network = machine.world.network;
    info.highest_available_data_class = std::bit_floor(network.data_class);
    info.uplink_speed = network.uplink_speed;
    info.downlink_speed = network.downlink_speed;
  }
  return info;
}

void SettlePacketService(Machine& machine) {
  PacketService& service = machine.packet_service;
  const scenario::Network& network = machine.world.network;
  if (!IsRegistered(machine)) {
    if (service.state != PacketServiceState::kDetached || service.nw_error != 0) {
      Detach(machine, 0, Obstacle(machine, Needs::kRegistration));
    }
    service.automatic = true;
    return;
  }
  if (service.state == PacketServiceState::kAttached && !network.packet_service_available) {
    return DetachByNetwork(machine, network.attach_refusal_cause);
  }
  if (service.state == PacketServiceState::kDetached && network.automatic_attach &&
      network.packet_service_available && service.automatic) {
    Attach(machine);
  }
}

void AttachByNetwork(Machine& machine) {
  if (IsRegistered(machine) && machine.packet_service.state == PacketServiceState::kDetached) {
    Attach(machine);
  }
}

void DetachByNetwork(Machine& machine, std::uint32_t cause) {
  machine.packet_service.automatic = false;
  Detach(machine, cause, Status::kFailure);
}

void QueryPacketService(Machine& machine, const mbim::Empty&, const Answer& answer) {
  answer(Status::kSuccess, CurrentPacketService(machine));
}

void SetPacketService(Machine& machine, const mbim::SetPacketService& request,
                      const Answer& answer) {
  if (!IsOneOf(request.packet_service_action, mbim::PacketServiceAction::kDetach)) {
    return answer(Status::kInvalidParameters);
  }
  const Status obstacle = Obstacle(machine, Needs::kRegistration);
  if (obstacle != Status::kSuccess) return answer(obstacle, CurrentPacketService(machine));
  PacketService& service = machine.packet_service;
  if (request.packet_service_action == mbim::PacketServiceAction::kDetach) {
    service.automatic = false;
    Detach(machine, 0, Status::kFailure);
    return answer(Status::kSuccess, CurrentPacketService(machine));
  }
  if (service.state == PacketServiceState::kAttached) {
    return answer(Status::kSuccess, CurrentPacketService(machine));
  }
  service.waiting.push_back(answer);
  Attach(machine);
}

}  // namespace mbnrig::modem
