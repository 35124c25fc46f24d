#include "modem/radio.h"

namespace mbnrig::modem {

mbim::RadioStateInfo CurrentRadio(const Machine& machine) {
  return {machine.world.hardware_radio, machine.world.software_radio};
}

void QueryRadioState(Machine& machine, const mbim::Empty&, const Answer& answer) {
  answer(mbim::Status::kSuccess, CurrentRadio(machine));
}

void SetRadioState(Machine& machine, const mbim::SetRadioState& request, const Answer& answer) {
  if (!IsOneOf(request.radio_state, mbim::RadioSwitch::kOn)) {
    return answer(mbim::Status::kInvalidParameters);
  }
  machine.world.software_radio = request.radio_state;
  answer(mbim::Status::kSuccess, CurrentRadio(machine));
}

}  // namespace mbnrig::modem
