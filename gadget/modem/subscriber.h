#pragma once

/// SUBSCRIBER_READY_STATUS: what the modem knows about its SIM.

#include "mbim/basic_connect.h"
#include "modem/machine.h"

namespace mbnrig::modem {

class Subscriber final : public Service {
 public:
  using Service::Service;
  std::span<const Command> commands() const override;
  bool causes_losses() const override { return true; }
  void Tell() override;
  void Report(nlohmann::json& state) const override;
  void Note(Notes& notes) const override;

 private:
  mbim::ReadyState ready_state() const;
  /// A locked SIM shows only its ICCID; a SIM that is absent or bad shows nothing.
  mbim::SubscriberReadyInfo Current() const;

  Told<mbim::SubscriberReadyInfo> told_;
};

}  // namespace mbnrig::modem
