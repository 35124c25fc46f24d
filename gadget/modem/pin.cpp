#include "modem/pin.h"

#include <algorithm>
#include <array>

#include "modem/conditions.h"

namespace mbnrig::modem {
namespace {

using mbim::PinInfo;
using mbim::PinMode;
using mbim::PinOperation;
using mbim::PinState;
using mbim::PinType;
using mbim::Status;

constexpr std::array<std::pair<PinType, PinType>, 7> kPuks{{
    {PinType::kPin1, PinType::kPuk1},
    {PinType::kPin2, PinType::kPuk2},
    {PinType::kDeviceFirstSimPin, PinType::kDeviceFirstSimPuk},
    {PinType::kNetworkPin, PinType::kNetworkPuk},
    {PinType::kNetworkSubsetPin, PinType::kNetworkSubsetPuk},
    {PinType::kServiceProviderPin, PinType::kServiceProviderPuk},
    {PinType::kCorporatePin, PinType::kCorporatePuk},
}};

/// The order in which a modem asks for what is locked.
constexpr std::array kAskedFor{
    PinType::kPin1,         PinType::kDeviceSimPin,     PinType::kDeviceFirstSimPin,
    PinType::kNetworkPin,   PinType::kNetworkSubsetPin, PinType::kServiceProviderPin,
    PinType::kCorporatePin, PinType::kSubsidyPin,       PinType::kCustom};

constexpr std::uint32_t kUsualAttempts = 3;
constexpr std::uint32_t kUsualPukAttempts = 10;

std::optional<PinType> PinOfPuk(PinType puk) {
  for (const auto& [pin, its_puk] : kPuks) {
    if (its_puk == puk) return pin;
  }
  return std::nullopt;
}

/// How many attempts a right entry gives back. A scenario may begin with fewer left.
std::uint32_t FullAttempts(const Machine& machine, PinType type) {
  return std::max(machine.origin.sim.pins.at(type).attempts, kUsualAttempts);
}
std::uint32_t FullPukAttempts(const Machine& machine, PinType type) {
  return std::max(machine.origin.sim.pins.at(type).puk_attempts, kUsualPukAttempts);
}

bool HasPuk(PinType type, const scenario::Pin& pin) {
  return PukOf(type) && !pin.puk.empty();
}

/// What to enter for `type`, and how often that may still be tried.
PinInfo LockedInfo(PinType type, const scenario::Pin& pin) {
  if (pin.attempts == 0 && HasPuk(type, pin)) {
    return {*PukOf(type), PinState::kLocked, pin.puk_attempts};
  }
  return {type, PinState::kLocked, pin.attempts};
}

bool IsWellFormed(const scenario::Pin& pin, const std::string& code) {
  const bool digits = std::ranges::all_of(code, [](char c) { return c >= '0' && c <= '9'; });
  return code.size() >= pin.length_min && code.size() <= pin.length_max &&
         (digits || pin.format != mbim::PinFormat::kNumeric);
}

/// Tries `code` as the SIM does: a wrong one costs an attempt, a right one gives them all back.
bool Verify(Machine& machine, PinType type, scenario::Pin& pin, const std::string& code) {
  if (code == pin.value) {
    pin.attempts = FullAttempts(machine, type);
    machine.verified.insert(type);
    return true;
  }
  --pin.attempts;
  if (pin.attempts == 0) machine.verified.erase(type);
  return false;
}

void Unblock(Machine& machine, PinType type, scenario::Pin& pin, const mbim::SetPin& request,
             const Answer& answer) {
  if (request.pin_operation != PinOperation::kEnter) return answer(Status::kInvalidParameters);
  if (pin.attempts != 0) return answer(Status::kOperationNotAllowed, CurrentPinInfo(machine));
  if (pin.puk_attempts == 0) return answer(Status::kBadSim, LockedInfo(type, pin));
  if (!IsWellFormed(pin, request.new_pin)) return answer(Status::kInvalidParameters);
  if (request.pin != pin.puk) {
    --pin.puk_attempts;
    return answer(Status::kFailure, LockedInfo(type, pin));
  }
  pin.value = request.new_pin;
  pin.attempts = FullAttempts(machine, type);
  pin.puk_attempts = FullPukAttempts(machine, type);
  // A SIM that is unblocked asks for its PIN from then on.
  pin.mode = PinMode::kEnabled;
  machine.verified.insert(type);
  answer(Status::kSuccess, CurrentPinInfo(machine));
}

/// What forbids `operation` before the code is even looked at.
Status PinObstacle(const Machine& machine, PinType type, const scenario::Pin& pin,
                   PinOperation operation) {
  const auto required = RequiredPin(machine);
  const bool comes_first = type == PinType::kPin2 || required == type;
  if (pin.attempts == 0) return Status::kPinRequired;
  switch (operation) {
    case PinOperation::kEnter:
      if (pin.mode == PinMode::kDisabled) return Status::kPinDisabled;
      return required && !comes_first ? Status::kPinRequired : Status::kSuccess;
    case PinOperation::kEnable:
      if (pin.mode == PinMode::kEnabled && !required) return Status::kOperationNotAllowed;
      return required ? Status::kPinRequired : Status::kSuccess;
    case PinOperation::kDisable:
    case PinOperation::kChange:
      if (pin.mode == PinMode::kDisabled) return Status::kPinDisabled;
      return required ? Status::kPinRequired : Status::kSuccess;
  }
  return Status::kInvalidParameters;
}

}  // namespace

std::optional<PinType> PukOf(PinType pin) {
  for (const auto& [its_pin, puk] : kPuks) {
    if (its_pin == pin) return puk;
  }
  return std::nullopt;
}

std::optional<PinType> RequiredPin(const Machine& machine) {
  for (const PinType type : kAskedFor) {
    const auto found = machine.world.sim.pins.find(type);
    if (found == machine.world.sim.pins.end()) continue;
    const scenario::Pin& pin = found->second;
    if (pin.mode == PinMode::kEnabled && !machine.verified.contains(type)) {
      return LockedInfo(type, pin).pin_type;
    }
  }
  return std::nullopt;
}

bool IsSimBlocked(const Machine& machine) {
  const auto found = machine.world.sim.pins.find(PinType::kPin1);
  if (found == machine.world.sim.pins.end() ||
      machine.world.sim.state == mbim::ReadyState::kSimNotInserted) {
    return false;
  }
  const scenario::Pin& pin = found->second;
  return pin.mode == PinMode::kEnabled && pin.attempts == 0 &&
         (!HasPuk(PinType::kPin1, pin) || pin.puk_attempts == 0);
}

PinInfo CurrentPinInfo(const Machine& machine) {
  const auto required = RequiredPin(machine);
  if (!required) return {PinType::kNone, PinState::kUnlocked, mbim::kAttemptsUnknown};
  const PinType type = PinOfPuk(*required).value_or(*required);
  return LockedInfo(type, machine.world.sim.pins.at(type));
}

void QueryPin(Machine& machine, const mbim::Empty&, const Answer& answer) {
  const Status obstacle = Obstacle(machine, Needs::kSim);
  if (obstacle != Status::kSuccess) return answer(obstacle);
  answer(Status::kSuccess, CurrentPinInfo(machine));
}

void SetPin(Machine& machine, const mbim::SetPin& request, const Answer& answer) {
  if (!IsOneOf(request.pin_type, PinType::kCorporatePuk) || request.pin_type == PinType::kNone ||
      !IsOneOf(request.pin_operation, PinOperation::kChange)) {
    return answer(Status::kInvalidParameters);
  }
  const Status obstacle = Obstacle(machine, Needs::kSim);
  if (obstacle != Status::kSuccess) return answer(obstacle);

  const auto unblocked = PinOfPuk(request.pin_type);
  const PinType type = unblocked.value_or(request.pin_type);
  const auto found = machine.world.sim.pins.find(type);
  if (found == machine.world.sim.pins.end()) return answer(Status::kNoDeviceSupport);
  scenario::Pin& pin = found->second;
  if (unblocked) return Unblock(machine, type, pin, request, answer);

  const Status forbidden = PinObstacle(machine, type, pin, request.pin_operation);
  if (forbidden != Status::kSuccess) return answer(forbidden, CurrentPinInfo(machine));
  if (!IsWellFormed(pin, request.pin) ||
      (request.pin_operation == PinOperation::kChange && !IsWellFormed(pin, request.new_pin))) {
    return answer(Status::kInvalidParameters);
  }
  if (!Verify(machine, type, pin, request.pin)) {
    return answer(Status::kFailure, LockedInfo(type, pin));
  }
  if (request.pin_operation == PinOperation::kEnable) pin.mode = PinMode::kEnabled;
  if (request.pin_operation == PinOperation::kDisable) pin.mode = PinMode::kDisabled;
  if (request.pin_operation == PinOperation::kChange) pin.value = request.new_pin;
  answer(Status::kSuccess, CurrentPinInfo(machine));
}

void QueryPinList(Machine& machine, const mbim::Empty&, const Answer& answer) {
  const Status obstacle = Obstacle(machine, Needs::kSim);
  if (obstacle != Status::kSuccess) return answer(obstacle);
  const auto describe = [&machine](PinType type) -> mbim::PinDesc {
    const auto found = machine.world.sim.pins.find(type);
    if (found == machine.world.sim.pins.end()) return {};
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
  answer(Status::kSuccess, list);
}

}  // namespace mbnrig::modem
