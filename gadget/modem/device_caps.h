#pragma once

/// DEVICE_CAPS.

#include "mbim/basic_connect.h"
#include "modem/machine.h"

namespace mbnrig::modem {

class DeviceCaps final : public Service {
 public:
  using Service::Service;
  std::span<const Command> commands() const override;

 private:
  mbim::DeviceCapsInfo Current() const;
};

}  // namespace mbnrig::modem
