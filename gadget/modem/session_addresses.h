#pragma once

/// The addresses that a network gives to sessions.

#include <vector>

#include "mbim/basic_connect.h"

namespace mbnrig::modem {

/// Leaves in `ip` what a session gets that was granted `granted`.
void Restrict(mbim::IpConfigurationInfo& ip, mbim::IpType granted);

/// Gives a session addresses of its own. `ip` has the addresses of the access point: the first
/// session gets those, each further one the next free ones. `others` are the addresses of the other
/// sessions. False when none are left.
bool GiveAddresses(mbim::IpConfigurationInfo& ip,
                   const std::vector<const mbim::IpConfigurationInfo*>& others);

}  // namespace mbnrig::modem
