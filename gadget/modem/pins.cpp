#include "modem/pins.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "mbim/extension_values.h"
#include "modem/command.h"
#include "modem/conditions.h"
#include "modem/world.h"

namespace mbnrig::modem {
namespace {

using mbim::PinInfo;
using mbim::PinMode;
using mbim::PinOperation;
using mbim::PinState;
using mbim::PinType;
using mbim::ReadyState;
using mbim::Status;
using scenario::ToName;

constexpr std::array<std::pair<PinType, PinType>, 7> kPuks{{
    {PinType::kPin1, PinType::kPuk1},
    {PinType::kPin2, PinType::kPuk2},
    {PinType::kDeviceFirstSimPin, PinType::kDeviceFirstSimPuk},
    {PinType::kNetworkPin, PinType::kNetworkPuk},
    {PinType::kNetworkSubsetPin, PinType::kNetworkSubsetPuk},
    {PinType::kServiceProviderPin, PinType::kServiceProviderPuk},
    {PinType::kCorporatePin, PinType::kCorporatePuk},
}};

/// The order in which a modem asks for PINs.
constexpr std::array kAskedFor{
    PinType::kPin1,         PinType::kDeviceSimPin,     PinType::kDeviceFirstSimPin,
    PinType::kNetworkPin,   PinType::kNetworkSubsetPin, PinType::kServiceProviderPin,
    PinType::kCorporatePin, PinType::kSubsidyPin,       PinType::kCustom};

std::optional<PinType> PinOfPuk(PinType puk) {
  for (const auto& [pin, its_puk] : kPuks) {
    if (its_puk == puk) return pin;
  }
  return std::nullopt;
}

/// The number of attempts after a correct entry. A scenario may start with fewer.
std::uint32_t FullAttempts(const Machine& machine, PinType type) {
  constexpr std::uint32_t kUsualAttempts = 3;
  return std::max(machine.origin.sim.pins.at(type).attempts, kUsualAttempts);
}
std::uint32_t FullPukAttempts(const Machine& machine, PinType type) {
  constexpr std::uint32_t kUsualPukAttempts = 10;
  return std::max(machine.origin.sim.pins.at(type).puk_attempts, kUsualPukAttempts);
}

bool HasPuk(PinType type, const scenario::Pin& pin) {
  return PukOf(type) && !pin.puk.empty();
}

/// The PIN or PUK to enter for `type`, and the attempts that are left.
PinInfo LockedInfo(PinType type, const scenario::Pin& pin) {
  if (pin.attempts == 0 && HasPuk(type, pin)) {
    return {*PukOf(type), PinState::kLocked, pin.puk_attempts};
  }
  return {type, PinState::kLocked, pin.tells_attempts ? pin.attempts : mbim::kAttemptsUnknown};
}

bool IsWellFormed(const scenario::Pin& pin, const std::string& code) {
  const bool digits = std::ranges::all_of(code, [](char c) { return c >= '0' && c <= '9'; });
  return code.size() >= pin.length_min && code.size() <= pin.length_max &&
         (digits || pin.format != mbim::PinFormat::kNumeric);
}

/// The words of the key `sim.state`: the changes of a SIM from outside.
enum class SimAction { kReady, kLock, kLockPuk, kState };
struct SimWord {
  SimAction action{};
  ReadyState state{};
};
const std::vector<scenario::Named<SimWord>>& SimWords() {
  static const std::vector<scenario::Named<SimWord>> kWords{
      {"ready", {SimAction::kReady, ReadyState::kInitialized}},
      {"locked", {SimAction::kLock, ReadyState::kInitialized}},
      {"puk-locked", {SimAction::kLockPuk, ReadyState::kInitialized}},
      {"inserted", {SimAction::kState, ReadyState::kInitialized}},
      {"absent", {SimAction::kState, ReadyState::kSimNotInserted}},
      {"bad", {SimAction::kState, ReadyState::kBadSim}},
      {"failure", {SimAction::kState, ReadyState::kFailure}},
      {"not-activated", {SimAction::kReady, ReadyState::kNotActivated}},
      {"no-esim-profile", {SimAction::kState, mbim::kReadyStateNoEsimProfile}},
      {"not-initialized", {SimAction::kState, ReadyState::kNotInitialized}}};
  return kWords;
}

/// Changes PIN1 as `action` says.
void ChangePin1(const Machine& machine, scenario::Pin& pin1, SimAction action) {
  switch (action) {
    case SimAction::kReady:
      pin1.attempts = FullAttempts(machine, PinType::kPin1);
      pin1.puk_attempts = FullPukAttempts(machine, PinType::kPin1);
      break;
    case SimAction::kLock:
      pin1.mode = PinMode::kEnabled;
      pin1.attempts = FullAttempts(machine, PinType::kPin1);
      break;
    case SimAction::kLockPuk:
      pin1.mode = PinMode::kEnabled;
      pin1.attempts = 0;
      break;
    case SimAction::kState:
      break;
  }
}

}  // namespace

std::optional<PinType> PukOf(PinType pin) {
  for (const auto& [its_pin, puk] : kPuks) {
    if (its_pin == pin) return puk;
  }
  return std::nullopt;
}

std::span<const Command> Pins::commands() const {
  static constexpr std::array kCommands{
      On<&Pins::Query, &Pins::Set, &Pins::Failed>(mbim::kPin),
      On<&Pins::List>(mbim::kPinList),
  };
  return kCommands;
}

scenario::Keys<Change> Pins::keys() {
  return {WordKey(
      "sim.state", SimWords(),
      "`ready`: a good SIM whose PIN1 has been entered; `inserted`: a SIM put in again, which asks "
      "for PIN1 where it is enabled; `locked`, `puk-locked`: a SIM that waits for PIN1 or its PUK",
      [this](Change& change, SimWord word, const scenario::Value& value) {
        scenario::Sim& sim = change.world.sim;
        const auto pin1 = sim.pins.find(PinType::kPin1);
        const bool has_pin1 = pin1 != sim.pins.end();
        if (!has_pin1 && (word.action == SimAction::kLock || word.action == SimAction::kLockPuk)) {
          value.Fail("this SIM has no PIN1");
        }
        sim.state = word.state;
        if (has_pin1) ChangePin1(machine_, pin1->second, word.action);
        const bool enter = word.action == SimAction::kReady && has_pin1;
        change.actions.emplace_back([this, enter] {
          verified_.clear();  // a SIM that is taken out, or starts again, forgets its PINs
          if (enter) verified_.insert(PinType::kPin1);
        });
      })};
}

std::optional<PinType> Pins::required() const {
  const auto& pins = machine_.world.sim.pins;
  for (const PinType type : kAskedFor) {
    const auto found = pins.find(type);
    if (found == pins.end()) continue;
    const scenario::Pin& pin = found->second;
    if (pin.mode == PinMode::kEnabled && !verified_.contains(type)) {
      return LockedInfo(type, pin).pin_type;
    }
  }
  return std::nullopt;
}

bool Pins::sim_blocked() const {
  const scenario::Sim& sim = machine_.world.sim;
  const auto found = sim.pins.find(PinType::kPin1);
  if (found == sim.pins.end() || sim.state == ReadyState::kSimNotInserted) return false;
  const scenario::Pin& pin = found->second;
  return pin.mode == PinMode::kEnabled && pin.attempts == 0 &&
         (!HasPuk(PinType::kPin1, pin) || pin.puk_attempts == 0);
}

PinInfo Pins::Current() const {
  const auto asked = required();
  if (!asked) return {PinType::kNone, PinState::kUnlocked, mbim::kAttemptsUnknown};
  const PinType type = PinOfPuk(*asked).value_or(*asked);
  return LockedInfo(type, machine_.world.sim.pins.at(type));
}

/// Checks `code` like a SIM: a wrong code costs an attempt, a correct one restores all.
bool Pins::Verify(PinType type, scenario::Pin& pin, const std::string& code) {
  if (code == pin.value) {
    pin.attempts = FullAttempts(machine_, type);
    verified_.insert(type);
    return true;
  }
  --pin.attempts;
  if (pin.attempts == 0) verified_.erase(type);
  return false;
}

void Pins::Unblock(PinType type, scenario::Pin& pin, const mbim::SetPin& request,
                   const Answer<PinInfo>& answer) {
  if (request.pin_operation != PinOperation::kEnter) return answer(Status::kInvalidParameters);
  if (pin.attempts != 0) return answer(Status::kOperationNotAllowed, Current());
  if (pin.puk_attempts == 0) return answer(Status::kBadSim, LockedInfo(type, pin));
  if (!IsWellFormed(pin, request.new_pin)) return answer(Status::kInvalidParameters);
  if (request.pin != pin.puk) {
    --pin.puk_attempts;
    return answer(Status::kFailure, LockedInfo(type, pin));
  }
  pin.value = request.new_pin;
  pin.attempts = FullAttempts(machine_, type);
  pin.puk_attempts = FullPukAttempts(machine_, type);
  // A PIN that was unblocked is enabled from then on.
  pin.mode = PinMode::kEnabled;
  verified_.insert(type);
  answer(Current());
}

/// The status that forbids `operation` with any code.
Status Pins::Forbidden(PinType type, const scenario::Pin& pin, PinOperation operation) const {
  const auto asked = required();
  const bool comes_first = type == PinType::kPin2 || asked == type;
  if (pin.attempts == 0) return Status::kPinRequired;
  switch (operation) {
    case PinOperation::kEnter:
      if (pin.mode == PinMode::kDisabled) return Status::kPinDisabled;
      return asked && !comes_first ? Status::kPinRequired : Status::kSuccess;
    case PinOperation::kEnable:
      if (pin.mode == PinMode::kEnabled && !asked) return Status::kOperationNotAllowed;
      return asked ? Status::kPinRequired : Status::kSuccess;
    case PinOperation::kDisable:
    case PinOperation::kChange:
      if (pin.mode == PinMode::kDisabled) return Status::kPinDisabled;
      return asked ? Status::kPinRequired : Status::kSuccess;
  }
  return Status::kInvalidParameters;
}

void Pins::Query(const Answer<PinInfo>& answer) {
  const Status obstacle = Obstacle(machine_, Needs::kSim);
  if (obstacle != Status::kSuccess) return answer(obstacle);
  answer(Current());
}

void Pins::Set(const mbim::SetPin& request, const Answer<PinInfo>& answer) {
  if (!IsOneOf(request.pin_type, PinType::kCorporatePuk) || request.pin_type == PinType::kNone ||
      !IsOneOf(request.pin_operation, PinOperation::kChange)) {
    return answer(Status::kInvalidParameters);
  }
  const Status obstacle = Obstacle(machine_, Needs::kSim);
  if (obstacle != Status::kSuccess) return answer(obstacle);

  const auto unblocked = PinOfPuk(request.pin_type);
  const PinType type = unblocked.value_or(request.pin_type);
  const auto found = machine_.world.sim.pins.find(type);
  if (found == machine_.world.sim.pins.end()) return answer(Status::kNoDeviceSupport);
  scenario::Pin& pin = found->second;
  if (unblocked) return Unblock(type, pin, request, answer);

  const Status forbidden = Forbidden(type, pin, request.pin_operation);
  if (forbidden != Status::kSuccess) return answer(forbidden, Current());
  if (!IsWellFormed(pin, request.pin) ||
      (request.pin_operation == PinOperation::kChange && !IsWellFormed(pin, request.new_pin))) {
    return answer(Status::kInvalidParameters);
  }
  if (!Verify(type, pin, request.pin)) return answer(Status::kFailure, LockedInfo(type, pin));
  if (request.pin_operation == PinOperation::kEnable) pin.mode = PinMode::kEnabled;
  if (request.pin_operation == PinOperation::kDisable) pin.mode = PinMode::kDisabled;
  if (request.pin_operation == PinOperation::kChange) pin.value = request.new_pin;
  answer(Current());
}

void Pins::List(const Answer<mbim::PinListInfo>& answer) {
  const Status obstacle = Obstacle(machine_, Needs::kSim);
  if (obstacle != Status::kSuccess) return answer(obstacle);
  const auto describe = [this](PinType type) -> mbim::PinDesc {
    const auto found = machine_.world.sim.pins.find(type);
    if (found == machine_.world.sim.pins.end()) return {};
    const scenario::Pin& pin = found->second;
    return {pin.mode, pin.format, pin.length_min, pin.length_max};
  };
  mbim::PinListInfo list;
  list.pin1 = describe(PinType::kPin1);
  list.pin2 = describe(PinType::kPin2);
  list.device_sim_pin = describe(PinType::kDeviceSimPin);
  list.device_first_sim_pin = describe(PinType::kDeviceFirstSimPin);
  list.network_pin = describe(PinType::kNetworkPin);
  list.network_subset_pin = describe(PinType::kNetworkSubsetPin);
  list.service_provider_pin = describe(PinType::kServiceProviderPin);
  list.corporate_pin = describe(PinType::kCorporatePin);
  list.subsidy_lock = describe(PinType::kSubsidyPin);
  list.custom = describe(PinType::kCustom);
  answer(list);
}

void Pins::Report(nlohmann::json& state) const {
  using nlohmann::json;
  json pins = json::object();
  for (const auto& [type, pin] : machine_.world.sim.pins) {
    pins[scenario::KeyName(ToName(type))] = {{"mode", ToName(pin.mode)},
                                             {"verified", verified_.contains(type)},
                                             {"attempts", pin.attempts},
                                             {"puk_attempts", pin.puk_attempts}};
  }
  const auto asked = required();
  state["sim"]["required_pin"] = asked ? json(ToName(*asked)) : json(nullptr);
  state["sim"]["pins"] = std::move(pins);
}

}  // namespace mbnrig::modem
