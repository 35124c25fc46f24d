#include "modem/signal.h"

#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "modem/command.h"
#include "modem/registration.h"

namespace mbnrig::modem {
namespace {

using mbim::kSignalUnknown;

constexpr std::uint32_t kDefault = 0;
constexpr std::uint32_t kDisabled = 0xFFFFFFFF;
constexpr std::uint32_t kDefaultRssiThreshold = 5;
constexpr std::uint32_t kDefaultErrorRateThreshold = 1;

/// Whether a change from `before` to `after` reaches `threshold`. A change from or to "unknown"
/// does.
bool Reaches(std::uint32_t before, std::uint32_t after, std::uint32_t threshold,
             std::uint32_t default_threshold) {
  if (threshold == kDisabled || before == after) return false;
  if (before == kSignalUnknown || after == kSignalUnknown) return true;
  const std::uint32_t change = before < after ? after - before : before - after;
  return change >= (threshold == kDefault ? default_threshold : threshold);
}

}  // namespace

std::span<const Command> Signal::commands() const {
  static constexpr std::array kCommands{On<&Signal::Current, &Signal::Set>(mbim::kSignalState)};
  return kCommands;
}

void Signal::PowerOn() {
  setting_ = {};
  told_rssi_ = told_error_rate_ = kSignalUnknown;
  timer_.reset();
}

void Signal::ChannelReset() {
  setting_ = {};
  SchedulePeriodicReport();
  TakeAsTold();
}

mbim::SignalStateInfo Signal::Current() const {
  const bool known = machine_.Get<Registration>().registered();
  const scenario::Network& network = machine_.world.network;
  return {known ? network.rssi : kSignalUnknown, known ? network.error_rate : kSignalUnknown,
          setting_.signal_strength_interval, setting_.rssi_threshold,
          setting_.error_rate_threshold};
}

void Signal::Set(const mbim::SetSignalState& request, const Answer<mbim::SignalStateInfo>& answer) {
  setting_ = request;
  TakeAsTold();
  SchedulePeriodicReport();
  answer(Current());
}

void Signal::Tell() {
  const mbim::SignalStateInfo current = Current();
  if (Reaches(told_rssi_, current.rssi, setting_.rssi_threshold, kDefaultRssiThreshold) ||
      Reaches(told_error_rate_, current.error_rate, setting_.error_rate_threshold,
              kDefaultErrorRateThreshold)) {
    Indicate();
  }
}

void Signal::Indicate() {
  TakeAsTold();
  machine_.Indicate(mbim::kSignalState, Current());
}

void Signal::TakeAsTold() {
  const mbim::SignalStateInfo current = Current();
  told_rssi_ = current.rssi;
  told_error_rate_ = current.error_rate;
}

void Signal::SchedulePeriodicReport() {
  if (timer_) machine_.timers.Cancel(*std::exchange(timer_, std::nullopt));
  const std::uint32_t interval = setting_.signal_strength_interval;
  if (interval == kDefault || interval == kDisabled) return;
  timer_ = machine_.timers.Add(machine_.now + std::chrono::seconds(interval), [this] {
    timer_.reset();
    Indicate();
    SchedulePeriodicReport();
  });
}

void Signal::Report(nlohmann::json& state) const {
  const mbim::SignalStateInfo current = Current();
  state["signal"] = {{"rssi", current.rssi}, {"error_rate", current.error_rate}};
}

}  // namespace mbnrig::modem
