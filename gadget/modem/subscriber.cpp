#include "modem/subscriber.h"

#include "modem/pin.h"

namespace mbnrig::modem {
namespace {

using mbim::ReadyState;

ReadyState CurrentReadyState(const Machine& machine) {
  if (IsSimBlocked(machine)) return ReadyState::kBadSim;
  const ReadyState state = machine.world.sim.state;
  const bool readable = state == ReadyState::kInitialized || state == ReadyState::kNotActivated;
  return readable && RequiredPin(machine) ? ReadyState::kDeviceLocked : state;
}

}  // namespace

mbim::SubscriberReadyInfo CurrentSubscriber(const Machine& machine) {
  const scenario::Sim& sim = machine.world.sim;
  mbim::SubscriberReadyInfo info;
  info.ready_state = CurrentReadyState(machine);
  switch (info.ready_state) {
    case ReadyState::kInitialized:
    case ReadyState::kNotActivated:
      info.subscriber_id = sim.subscriber_id;
      info.sim_icc_id = sim.icc_id;
      info.telephone_numbers = sim.telephone_numbers;
      break;
    case ReadyState::kDeviceLocked:
      info.sim_icc_id = sim.icc_id;
      break;
    default:
      break;
  }
  return info;
}

void QuerySubscriberReadyStatus(Machine& machine, const mbim::Empty&, const Answer& answer) {
  answer(mbim::Status::kSuccess, CurrentSubscriber(machine));
}

}  // namespace mbnrig::modem
