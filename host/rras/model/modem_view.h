#pragma once

/// What the router sees of a modem.

#include <mbnapi.h>
#include <mprapi.h>

#include <set>
#include <string>
#include <vector>

namespace mbnrig::rras {

struct ModemView {
  std::string interface_id{};  ///< IMbnInterface::get_InterfaceID
  std::string device_name{};   ///< the model, else the device ID, else the interface ID
  bool operational = false;    ///< the SIM is ready and the modem is registered
  MBN_ACTIVATION_STATE state = MBN_ACTIVATION_STATE_NONE;
};

/// Whether the modem has a connection. A connection lasts until it has been hung up.
bool IsUp(const ModemView& modem);

/// The condition of the modem's port.
RAS_PORT_CONDITION Condition(const ModemView& modem);

/// The modem with an interface ID; null if there is none.
const ModemView* Find(const std::vector<ModemView>& modems, const std::string& interface_id);

/// The modem that an interface with this device name dials; null if none has the name. Prefers a
/// modem that can dial now. `dialling` are the modems that other interfaces are connecting over, so
/// they cannot. Otherwise returns any match, whose own error explains why.
const ModemView* Choose(const std::vector<ModemView>& modems, const std::string& device_name,
                        const std::set<std::string>& dialling);

}  // namespace mbnrig::rras
