#pragma once

/// The addresses that a network gives to sessions.

#include <vector>

#include "mbim/basic_connect.h"

namespace mbnrig::modem {

/// Removes from `ip` the addresses that do not belong to the granted IP type.
void Restrict(mbim::IpConfigurationInfo& ip, mbim::IpType granted);

/// Gives a session addresses of its own. `ip` has the addresses of the access point: the first
/// session gets these, each further one gets the next free ones. `others` are the addresses of the
/// other sessions. False if none are left.
bool GiveAddresses(mbim::IpConfigurationInfo& ip,
                   const std::vector<const mbim::IpConfigurationInfo*>& others);

}  // namespace mbnrig::modem
