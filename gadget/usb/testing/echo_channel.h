#pragma once

/// For tests of buses: the simplest modem.

#include <deque>
#include <optional>

#include "fault/plan.h"
#include "usb/function.h"

namespace mbnrig::usb {

/// Answers every command with its own bytes.
class EchoChannel : public ControlChannel {
 public:
  bool Receive(ByteView fragment) override {
    output_.emplace_back(fragment.begin(), fragment.end());
    return true;
  }
  Output output() const override { return {output_.size(), 0}; }
  std::optional<Bytes> TakeOutput() override {
    if (output_.empty()) return std::nullopt;
    Bytes fragment = output_.front();
    output_.pop_front();
    return fragment;
  }
  void ResetFunction() override { output_.clear(); }
  std::optional<fault::RuleState> Consult(const fault::Event& event) override {
    return plan.Consult(event);
  }
  bool Released(fault::RuleId rule) override { return plan.Released(rule); }

  fault::Plan plan;

 private:
  std::deque<Bytes> output_;
};

}  // namespace mbnrig::usb
