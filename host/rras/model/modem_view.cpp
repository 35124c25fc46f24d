#include "rras/model/modem_view.h"

#include <algorithm>

namespace mbnrig::rras {

bool IsUp(const ModemView& modem) {
  return modem.state == MBN_ACTIVATION_STATE_ACTIVATED ||
         modem.state == MBN_ACTIVATION_STATE_DEACTIVATING;
}

RAS_PORT_CONDITION Condition(const ModemView& modem) {
  if (!modem.operational) return RAS_PORT_NON_OPERATIONAL;
  if (IsUp(modem)) return RAS_PORT_AUTHENTICATED;
  return modem.state == MBN_ACTIVATION_STATE_ACTIVATING ? RAS_PORT_AUTHENTICATING
                                                        : RAS_PORT_DISCONNECTED;
}

const ModemView* Find(const std::vector<ModemView>& modems, const std::string& interface_id) {
  const auto modem = std::find_if(modems.begin(), modems.end(), [&](const ModemView& candidate) {
    return candidate.interface_id == interface_id;
  });
  return modem == modems.end() ? nullptr : &*modem;
}

const ModemView* Choose(const std::vector<ModemView>& modems, const std::string& device_name,
                        const std::set<std::string>& dialling) {
  const ModemView* chosen = nullptr;
  for (const ModemView& modem : modems) {
    if (!device_name.empty() && modem.interface_id != device_name &&
        modem.device_name != device_name)
      continue;
    const bool free = modem.operational && !dialling.contains(modem.interface_id) &&
                      (modem.state == MBN_ACTIVATION_STATE_DEACTIVATED ||
                       modem.state == MBN_ACTIVATION_STATE_NONE);
    if (free) return &modem;
    if (chosen == nullptr) chosen = &modem;
  }
  return chosen;
}

}  // namespace mbnrig::rras
