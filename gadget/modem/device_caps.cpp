#include "modem/device_caps.h"

#include <algorithm>
#include <array>

#include "modem/command.h"

namespace mbnrig::modem {

std::span<const Command> DeviceCaps::commands() const {
  static constexpr std::array kCommands{On<&DeviceCaps::Current>(mbim::kDeviceCaps)};
  return kCommands;
}

mbim::DeviceCapsInfo DeviceCaps::Current() const {
  mbim::DeviceCapsInfo caps = machine_.world.caps;
  if (caps.max_sessions == 0) {
    caps.max_sessions = std::max<std::uint32_t>(machine_.origin.context_limit, 1);
  }
  return caps;
}

}  // namespace mbnrig::modem
