#pragma once

/// SIGNAL_STATE: the signal, and when it is reported. A setting of 0 selects the modem's default (5
/// steps of Rssi, 1 step of ErrorRate, no periodic report). 0xFFFFFFFF switches this kind of report
/// off.

#include <optional>

#include "mbim/basic_connect.h"
#include "mbim/signal.h"
#include "modem/answer.h"
#include "modem/machine.h"

namespace mbnrig::modem {

class Signal final : public Service {
 public:
  using Service::Service;
  std::span<const Command> commands() const override;
  void PowerOn() override;
  /// Back to the default settings.
  void ChannelReset() override;
  /// Indicates the signal if it has changed by a threshold since the last report.
  void Tell() override;
  void Report(nlohmann::json& state) const override;

 private:
  mbim::SignalStateInfo Current() const;
  void Set(const mbim::SetSignalState& request, const Answer<mbim::SignalStateInfo>& answer);

  void Indicate();
  void TakeAsTold();
  void SchedulePeriodicReport();

  mbim::SetSignalState setting_;
  std::uint32_t told_rssi_ = mbim::kSignalUnknown, told_error_rate_ = mbim::kSignalUnknown;
  std::optional<Timers::Id> timer_;  // of the next periodic report
};

}  // namespace mbnrig::modem
