#include "modem/signal.h"

#include <utility>

#include "modem/conditions.h"

namespace mbnrig::modem {
namespace {

using mbim::Status;

constexpr std::uint32_t kUnknown = 99;
constexpr std::uint32_t kDefault = 0;
constexpr std::uint32_t kDisabled = 0xFFFFFFFF;
constexpr std::uint32_t kDefaultRssiThreshold = 5;
constexpr std::uint32_t kDefaultErrorRateThreshold = 1;

/// Whether a change from `before` to `after` reaches `threshold`; getting to know it or losing it
/// does.
bool Reaches(std::uint32_t before, std::uint32_t after, std::uint32_t threshold,
             std::uint32_t default_threshold) {
  if (threshold == kDisabled || before == after) return false;
  if (before == kUnknown || after == kUnknown) return true;
  const std::uint32_t change = before < after ? after - before : before - after;
  return change >= (threshold == kDefault ? default_threshold : threshold);
}

void Tell(Machine& machine) {
  TakeSignalAsTold(machine);
  machine.Indicate(mbim::kSignalState, CurrentSignal(machine));
}

void SchedulePeriodicReport(Machine& machine) {
  SignalReports& reports = machine.signal;
  if (reports.timer) machine.timers.Cancel(*std::exchange(reports.timer, std::nullopt));
  const std::uint32_t interval = reports.setting.signal_strength_interval;
  if (interval == kDefault || interval == kDisabled) return;
  reports.timer = machine.timers.Add(machine.now + std::chrono::seconds(interval), [&machine] {
    machine.signal.timer.reset();
    Tell(machine);
    SchedulePeriodicReport(machine);
  });
}

}  // namespace

mbim::SignalStateInfo CurrentSignal(const Machine& machine) {
  const bool known = IsRegistered(machine);
  const mbim::SetSignalState& setting = machine.signal.setting;
  return {known ? machine.world.network.rssi : kUnknown,
          known ? machine.world.network.error_rate : kUnknown, setting.signal_strength_interval,
          setting.rssi_threshold, setting.error_rate_threshold};
}

void ReportSignal(Machine& machine) {
  const SignalReports& reports = machine.signal;
  const mbim::SignalStateInfo current = CurrentSignal(machine);
  if (Reaches(reports.rssi, current.rssi, reports.setting.rssi_threshold, kDefaultRssiThreshold) ||
      Reaches(reports.error_rate, current.error_rate, reports.setting.error_rate_threshold,
              kDefaultErrorRateThreshold)) {
    Tell(machine);
  }
}

void TakeSignalAsTold(Machine& machine) {
  const mbim::SignalStateInfo current = CurrentSignal(machine);
  machine.signal.rssi = current.rssi;
  machine.signal.error_rate = current.error_rate;
}

void ResetSignalReports(Machine& machine) {
  machine.signal.setting = {};
  SchedulePeriodicReport(machine);
}

void QuerySignalState(Machine& machine, const mbim::Empty&, const Answer& answer) {
  answer(Status::kSuccess, CurrentSignal(machine));
}

void SetSignalState(Machine& machine, const mbim::SetSignalState& request, const Answer& answer) {
  machine.signal.setting = request;
  TakeSignalAsTold(machine);
  SchedulePeriodicReport(machine);
  answer(Status::kSuccess, CurrentSignal(machine));
}

}  // namespace mbnrig::modem
