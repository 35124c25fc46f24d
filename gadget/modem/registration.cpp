#include "modem/registration.h"

#include <utility>

#include "modem/conditions.h"
#include "modem/providers.h"

namespace mbnrig::modem {
namespace {

using mbim::RegisterMode;
using mbim::RegisterState;
using mbim::Status;

constexpr std::uint32_t kPlmnNotAllowed = 11;  // TS 24.008, 10.5.3.6

/// What a registration ends with.
struct Result {
  RegisterState state{};
  mbim::Provider provider;
  std::uint32_t nw_error = 0;
};

Result Denied(const mbim::Provider& provider, std::uint32_t cause) {
  return {RegisterState::kDenied, provider, cause};
}

Result AskServing(const Machine& machine) {
  const scenario::Network& network = machine.world.network;
  const mbim::Provider& serving = ServingProvider(machine);
  switch (network.registration) {
    case RegisterState::kDenied:
      return Denied(serving, network.denial_cause);
    case RegisterState::kHome:
    case RegisterState::kRoaming:
    case RegisterState::kPartner:
      return {network.registration, serving, 0};
    default:
      return {network.registration, {}, 0};
  }
}

Result AskSelected(const Machine& machine) {
  const scenario::Network& network = machine.world.network;
  const mbim::Provider* selected = FindVisible(machine, machine.registration.selected);
  if (selected == nullptr) return {RegisterState::kSearching, {}, 0};
  const bool serves = network.registration == RegisterState::kHome ||
                      network.registration == RegisterState::kRoaming ||
                      network.registration == RegisterState::kPartner;
  if (!serves && network.registration != RegisterState::kDenied) {
    return {network.registration, {}, 0};
  }
  if (!serves) return Denied(*selected, network.denial_cause);
  if ((selected->provider_state & mbim::provider_state::kForbidden) != 0) {
    return Denied(*selected, kPlmnNotAllowed);
  }
  if (selected->provider_id == ServingProvider(machine).provider_id) {
    return {network.registration, *selected, 0};
  }
  const bool home = selected->provider_id == machine.world.sim.home_provider.provider_id;
  return {home ? RegisterState::kHome : RegisterState::kRoaming, *selected, 0};
}

void AnswerWaiting(Machine& machine) {
  Registration& registration = machine.registration;
  Status status = Obstacle(machine, Needs::kRegistration);
  if (status == Status::kNotRegistered) {
    // Automatic mode is set even where nobody lets the modem in yet; a denial is told as one.
    const bool denied = registration.state == RegisterState::kDenied;
    const bool manual = registration.mode == RegisterMode::kManual;
    status = denied || manual ? Status::kFailure : Status::kSuccess;
  }
  for (const Answer& answer : std::exchange(registration.waiting, {})) {
    answer(status, RegistrationInfo(machine));
  }
}

/// Takes the network's answer.
void Conclude(Machine& machine) {
  Registration& registration = machine.registration;
  Result result =
      registration.mode == RegisterMode::kManual ? AskSelected(machine) : AskServing(machine);
  registration.state = result.state;
  registration.provider = std::move(result.provider);
  registration.nw_error = result.nw_error;
  AnswerWaiting(machine);
}

void Start(Machine& machine) {
  Registration& registration = machine.registration;
  if (registration.timer) machine.timers.Cancel(*std::exchange(registration.timer, std::nullopt));
  registration.started = true;
  const auto delay = machine.world.timing.registration;
  if (delay.count() == 0) return Conclude(machine);
  registration.state = RegisterState::kSearching;
  registration.provider = {};
  registration.nw_error = 0;
  registration.timer = machine.timers.Add(machine.now + delay, [&machine] {
    machine.registration.timer.reset();
    Conclude(machine);
  });
}

void Deregister(Machine& machine) {
  Registration& registration = machine.registration;
  if (registration.timer) machine.timers.Cancel(*std::exchange(registration.timer, std::nullopt));
  registration.started = false;
  registration.state = RegisterState::kDeregistered;
  registration.provider = {};
  registration.nw_error = 0;
  AnswerWaiting(machine);
}

}  // namespace

mbim::RegistrationStateInfo RegistrationInfo(const Machine& machine) {
  const Registration& registration = machine.registration;
  const scenario::Scenario& world = machine.world;
  mbim::RegistrationStateInfo info;
  info.nw_error = registration.nw_error;
  info.register_state = registration.state;
  info.register_mode = registration.mode;
  if (IsRegistered(machine)) {
    info.available_data_classes = world.network.data_class;
    info.current_cellular_class = registration.provider.cellular_class != mbim::CellularClass::kNone
                                      ? registration.provider.cellular_class
                                      : world.caps.cellular_class;
    if (registration.state != RegisterState::kHome) info.roaming_text = world.network.roaming_text;
  }
  info.provider_id = registration.provider.provider_id;
  info.provider_name = registration.provider.provider_name;
  if ((world.caps.ctrl_caps & mbim::ctrl_caps::kRegManual) == 0) {
    info.registration_flag |= mbim::registration_flag::kManualSelectionNotAvailable;
  }
  if (world.network.automatic_attach) {
    info.registration_flag |= mbim::registration_flag::kPacketServiceAutomaticAttach;
  }
  return info;
}

void SettleRegistration(Machine& machine) {
  Registration& registration = machine.registration;
  if (Obstacle(machine, Needs::kRadio) != Status::kSuccess) {
    if (registration.started) Deregister(machine);
  } else if (!registration.started) {
    Start(machine);
  } else if (!registration.timer) {
    Conclude(machine);  // again, as the network may have changed
  }
}

void QueryRegisterState(Machine& machine, const mbim::Empty&, const Answer& answer) {
  answer(Status::kSuccess, RegistrationInfo(machine));
}

void SetRegisterState(Machine& machine, const mbim::SetRegistrationState& request,
                      const Answer& answer) {
  const mbim::DeviceCapsInfo& caps = machine.world.caps;
  const bool manual = request.register_action == mbim::RegisterAction::kManual;
  if (!IsOneOf(request.register_action, mbim::RegisterAction::kManual) ||
      (manual && request.provider_id.empty())) {
    return answer(Status::kInvalidParameters);
  }
  if (manual && (caps.ctrl_caps & mbim::ctrl_caps::kRegManual) == 0) {
    return answer(Status::kNoDeviceSupport);
  }
  if (request.data_class != 0 && (request.data_class & caps.data_class) == 0) {
    return answer(Status::kDataClassNotAvailable, RegistrationInfo(machine));
  }
  const Status obstacle = Obstacle(machine, Needs::kRadio);
  if (obstacle != Status::kSuccess) return answer(obstacle, RegistrationInfo(machine));

  machine.registration.mode = manual ? RegisterMode::kManual : RegisterMode::kAutomatic;
  machine.registration.selected = manual ? request.provider_id : "";
  machine.registration.waiting.push_back(answer);
  Start(machine);
}

}  // namespace mbnrig::modem
