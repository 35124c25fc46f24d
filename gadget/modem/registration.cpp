#include "modem/registration.h"

#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "modem/command.h"
#include "modem/conditions.h"
#include "modem/notes.h"
#include "modem/providers.h"
#include "scenario/names.h"

namespace mbnrig::modem {

using mbim::RegisterMode;
using mbim::RegisterState;
using mbim::Status;
using scenario::ToName;

namespace {

constexpr std::uint32_t kPlmnNotAllowed = 11;  // TS 24.008, 10.5.3.6

bool IsRegistered(RegisterState state) {
  return state == RegisterState::kHome || state == RegisterState::kRoaming ||
         state == RegisterState::kPartner;
}

}  // namespace

std::span<const Command> Registration::commands() const {
  static constexpr std::array kCommands{
      On<&Registration::Current, &Registration::Set, &Registration::Failed>(mbim::kRegisterState)};
  return kCommands;
}

bool Registration::registered() const {
  return IsRegistered(network_.state);
}

void Registration::PowerOn() {
  started_ = false;
  mode_ = machine_.origin.network.registration_mode;
  selected_ = machine_.origin.network.selected_provider;
  network_ = {};
  timer_.reset();
  waiting_.clear();
}

void Registration::Settle() {
  if (Obstacle(machine_, Needs::kRadio) != Status::kSuccess) {
    if (started_) Deregister();
  } else if (!started_) {
    Start();
  } else if (!timer_) {
    Conclude();  // again: the network may have changed
  }
}

Registration::Result Registration::AskServing() const {
  const scenario::Network& network = machine_.world.network;
  const mbim::Provider& serving = ServingProvider(machine_);
  if (network.registration == RegisterState::kDenied) {
    return {RegisterState::kDenied, serving, network.denial_cause};
  }
  if (IsRegistered(network.registration)) return {network.registration, serving, 0};
  return {network.registration, {}, 0};
}

Registration::Result Registration::AskSelected() const {
  const scenario::Network& network = machine_.world.network;
  const mbim::Provider* selected = FindVisible(machine_, selected_);
  if (selected == nullptr) return {RegisterState::kSearching, {}, 0};
  if (network.registration == RegisterState::kDenied) {
    return {RegisterState::kDenied, *selected, network.denial_cause};
  }
  if (!IsRegistered(network.registration)) return {network.registration, {}, 0};
  if ((selected->provider_state & mbim::provider_state::kForbidden) != 0) {
    return {RegisterState::kDenied, *selected, kPlmnNotAllowed};
  }
  if (selected->provider_id == ServingProvider(machine_).provider_id) {
    return {network.registration, *selected, 0};
  }
  const bool home = selected->provider_id == machine_.world.sim.home_provider.provider_id;
  return {home ? RegisterState::kHome : RegisterState::kRoaming, *selected, 0};
}

void Registration::Start() {
  CancelTimer();
  started_ = true;
  const auto delay = machine_.world.timing.registration;
  if (delay.count() == 0) return Conclude();
  network_ = {RegisterState::kSearching, {}, 0};
  timer_ = machine_.timers.Add(machine_.now + delay, [this] {
    timer_.reset();
    Conclude();
  });
}

/// Applies the network's answer.
void Registration::Conclude() {
  network_ = manual() ? AskSelected() : AskServing();
  AnswerWaiting();
}

void Registration::Deregister() {
  CancelTimer();
  started_ = false;
  network_ = {};
  AnswerWaiting();
}

void Registration::CancelTimer() {
  if (timer_) machine_.timers.Cancel(*std::exchange(timer_, std::nullopt));
}

void Registration::AnswerWaiting() {
  if (waiting_.empty()) return;
  Status status = Obstacle(machine_, Needs::kRegistration);
  if (status == Status::kNotRegistered) {
    // Setting automatic mode succeeds even if no network lets the modem in yet. A denial is
    // answered as one.
    const bool denied = network_.state == RegisterState::kDenied;
    status = denied || manual() ? Status::kFailure : Status::kSuccess;
  }
  for (const auto& answer : std::exchange(waiting_, {}))
    answer(status, Current());
}

mbim::RegistrationStateInfo Registration::Current() const {
  const scenario::Scenario& world = machine_.world;
  mbim::RegistrationStateInfo info;
  info.nw_error = network_.nw_error;
  info.register_state = network_.state;
  info.register_mode = mode_;
  if (registered()) {
    info.available_data_classes = world.network.data_class;
    info.current_cellular_class = network_.provider.cellular_class != mbim::CellularClass::kNone
                                      ? network_.provider.cellular_class
                                      : world.caps.cellular_class;
    if (network_.state != RegisterState::kHome) info.roaming_text = world.network.roaming_text;
  }
  info.provider_id = network_.provider.provider_id;
  info.provider_name = network_.provider.provider_name;
  if ((world.caps.ctrl_caps & mbim::ctrl_caps::kRegManual) == 0) {
    info.registration_flag |= mbim::registration_flag::kManualSelectionNotAvailable;
  }
  if (world.network.automatic_attach) {
    info.registration_flag |= mbim::registration_flag::kPacketServiceAutomaticAttach;
  }
  return info;
}

mbim::RegistrationStateInfo Registration::Failed(std::uint32_t nw_error) const {
  mbim::RegistrationStateInfo info = Current();
  info.nw_error = nw_error;
  return info;
}

void Registration::Set(const mbim::SetRegistrationState& request,
                       const Answer<mbim::RegistrationStateInfo>& answer) {
  const mbim::DeviceCapsInfo& caps = machine_.world.caps;
  const bool to_manual = request.register_action == mbim::RegisterAction::kManual;
  if (!IsOneOf(request.register_action, mbim::RegisterAction::kManual) ||
      (to_manual && request.provider_id.empty())) {
    return answer(Status::kInvalidParameters, Current());
  }
  if (to_manual && (caps.ctrl_caps & mbim::ctrl_caps::kRegManual) == 0) {
    return answer(Status::kNoDeviceSupport, Current());
  }
  if (request.data_class != 0 && (request.data_class & caps.data_class) == 0) {
    return answer(Status::kDataClassNotAvailable, Current());
  }
  const Status obstacle = Obstacle(machine_, Needs::kRadio);
  if (obstacle != Status::kSuccess) return answer(obstacle, Current());

  mode_ = to_manual ? RegisterMode::kManual : RegisterMode::kAutomatic;
  selected_ = to_manual ? request.provider_id : "";
  waiting_.push_back(answer);
  Start();
}

void Registration::TellLoss() {
  if (IsRegistered(told_.told().register_state) && !registered()) Tell();
}

void Registration::Tell() {
  told_.Tell(machine_, mbim::kRegisterState, Current());
}

void Registration::Report(nlohmann::json& state) const {
  state["registration"] = {{"state", ToName(network_.state)},
                           {"mode", ToName(mode_)},
                           {"provider_id", network_.provider.provider_id},
                           {"provider_name", network_.provider.provider_name},
                           {"network_error", network_.nw_error}};
  state["network"]["registration"] = ToName(machine_.world.network.registration);
}

void Registration::Note(Notes& notes) const {
  std::string text = "registration: " + ToName(network_.state);
  const mbim::Provider& provider = network_.provider;
  if (!provider.provider_id.empty()) text += " " + provider.provider_id;
  if (!provider.provider_name.empty()) text += " " + provider.provider_name;
  notes.Say("registration", text + Notes::Cause(network_.nw_error));
}

}  // namespace mbnrig::modem
