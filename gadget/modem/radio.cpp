#include "modem/radio.h"

#include <array>
#include <nlohmann/json.hpp>

#include "modem/command.h"
#include "modem/notes.h"
#include "scenario/names.h"

namespace mbnrig::modem {

using scenario::ToName;

std::span<const Command> Radio::commands() const {
  static constexpr std::array kCommands{On<&Radio::Current, &Radio::Set>(mbim::kRadioState)};
  return kCommands;
}

mbim::RadioStateInfo Radio::Current() const {
  return {machine_.world.hardware_radio, machine_.world.software_radio};
}

void Radio::Set(const mbim::SetRadioState& request, const Answer<mbim::RadioStateInfo>& answer) {
  if (!IsOneOf(request.radio_state, mbim::RadioSwitch::kOn)) {
    return answer(mbim::Status::kInvalidParameters);
  }
  machine_.world.software_radio = request.radio_state;
  answer(Current());
}

void Radio::Tell() {
  told_.Tell(machine_, mbim::kRadioState, Current());
}

void Radio::Report(nlohmann::json& state) const {
  state["radio"] = {{"hardware", ToName(machine_.world.hardware_radio)},
                    {"software", ToName(machine_.world.software_radio)}};
}

void Radio::Note(Notes& notes) const {
  notes.Say("radio", "radio: hardware " + ToName(machine_.world.hardware_radio) + ", software " +
                         ToName(machine_.world.software_radio));
}

}  // namespace mbnrig::modem
