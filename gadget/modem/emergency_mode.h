#pragma once

/// EMERGENCY_MODE: whether the modem can only use emergency services.

#include "mbim/basic_connect.h"
#include "modem/machine.h"

namespace mbnrig::modem {

class EmergencyMode final : public Service {
 public:
  using Service::Service;
  std::span<const Command> commands() const override;
  void Tell() override;

 private:
  mbim::EmergencyModeInfo Current() const;

  Told<mbim::EmergencyModeInfo> told_;
};

}  // namespace mbnrig::modem
