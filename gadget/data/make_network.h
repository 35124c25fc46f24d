#pragma once

/// Makes the network that a scenario asks for.

#include <memory>

#include "data/network.h"
#include "scenario/scenario.h"

namespace mbnrig::data {

/// Datagrams for the host go to `downlink`, which must stay usable until the network is destroyed.
/// Throws std::runtime_error with one line for a person if this machine cannot offer the network.
std::unique_ptr<Network> MakeNetwork(const scenario::Network& scenario, Downlink downlink);

}  // namespace mbnrig::data
