#include "modem/subscriber.h"

#include <array>
#include <nlohmann/json.hpp>

#include "modem/command.h"
#include "modem/notes.h"
#include "modem/pins.h"
#include "scenario/names.h"

namespace mbnrig::modem {

using mbim::ReadyState;
using scenario::ToName;

std::span<const Command> Subscriber::commands() const {
  static constexpr std::array kCommands{On<&Subscriber::Current>(mbim::kSubscriberReadyStatus)};
  return kCommands;
}

ReadyState Subscriber::ready_state() const {
  const auto& pins = machine_.Get<Pins>();
  if (pins.sim_blocked()) return ReadyState::kBadSim;
  const ReadyState state = machine_.world.sim.state;
  const bool readable = state == ReadyState::kInitialized || state == ReadyState::kNotActivated;
  return readable && pins.required() ? ReadyState::kDeviceLocked : state;
}

mbim::SubscriberReadyInfo Subscriber::Current() const {
  const scenario::Sim& sim = machine_.world.sim;
  mbim::SubscriberReadyInfo info;
  info.ready_state = ready_state();
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

void Subscriber::Tell() {
  told_.Tell(machine_, mbim::kSubscriberReadyStatus, Current());
}

void Subscriber::Report(nlohmann::json& state) const {
  const scenario::Sim& sim = machine_.world.sim;
  state["sim"].update({{"state", ToName(sim.state)},
                       {"ready_state", ToName(ready_state())},
                       {"subscriber_id", sim.subscriber_id},
                       {"icc_id", sim.icc_id}});
}

void Subscriber::Note(Notes& notes) const {
  notes.Say("SIM", "SIM: " + ToName(ready_state()));
}

}  // namespace mbnrig::modem
