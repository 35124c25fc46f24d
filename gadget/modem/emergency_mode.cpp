#include "modem/emergency_mode.h"

#include <array>

#include "modem/command.h"

namespace mbnrig::modem {

std::span<const Command> EmergencyMode::commands() const {
  static constexpr std::array kCommands{On<&EmergencyMode::Current>(mbim::kEmergencyMode)};
  return kCommands;
}

mbim::EmergencyModeInfo EmergencyMode::Current() const {
  return {machine_.world.network.emergency_only ? mbim::EmergencyMode::kOn
                                                : mbim::EmergencyMode::kOff};
}

void EmergencyMode::Tell() {
  told_.Tell(machine_, mbim::kEmergencyMode, Current());
}

}  // namespace mbnrig::modem
