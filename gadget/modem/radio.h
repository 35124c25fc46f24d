#pragma once

/// RADIO_STATE: the switch on the case and the switch in software.

#include "mbim/basic_connect.h"
#include "modem/answer.h"
#include "modem/machine.h"

namespace mbnrig::modem {

class Radio final : public Service {
 public:
  using Service::Service;
  std::span<const Command> commands() const override;
  bool causes_losses() const override { return true; }
  void Tell() override;
  void Report(nlohmann::json& state) const override;
  void Note(Notes& notes) const override;

 private:
  mbim::RadioStateInfo Current() const;
  /// Sets the software switch. It may be on while the hardware switch is off; then the radio is
  /// off.
  void Set(const mbim::SetRadioState& request, const Answer<mbim::RadioStateInfo>& answer);

  Told<mbim::RadioStateInfo> told_;
};

}  // namespace mbnrig::modem
