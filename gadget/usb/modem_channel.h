#pragma once

/// For fuzz targets: the modem as the function's channel, with its own clock.

#include "fault/plan.h"
#include "modem/modem.h"
#include "usb/function.h"

namespace mbnrig::usb {

/// Not thread-safe: the function's lock protects the modem too.
class ModemChannel : public ControlChannel {
 public:
  ModemChannel() : modem_(scenario::Scenario{}, plan, now) {}

  bool Receive(ByteView fragment) override { return modem_.Receive(fragment, now); }
  Output output() const override { return {modem_.waiting(), modem_.restarts()}; }
  std::optional<Bytes> TakeOutput() override { return modem_.TakeOutput(); }
  void ResetFunction() override { modem_.ResetFunction(now); }
  std::optional<fault::RuleState> Consult(const fault::Event& event) override {
    return plan.Consult(event);
  }
  bool Released(fault::RuleId rule) override { return plan.Released(rule); }

  modem::Modem& modem() { return modem_; }

  fault::Plan plan;
  modem::TimePoint now = std::chrono::steady_clock::now();

 private:
  modem::Modem modem_;
};

}  // namespace mbnrig::usb
