#pragma once

/// TUN devices: the kernel of this machine is the network behind a session.

#include <memory>

#include "data/session_network.h"

namespace mbnrig::data {

/// Throws std::runtime_error with one line that says what is missing if this process cannot make
/// TUN devices.
void RequireTun();

/// A TUN device `mbnrigN` with the gateway's addresses, the session's addresses as its peer, and
/// the session's MTU. The device disappears with the peer. A thread of its own carries the kernel's
/// packets. Throws as RequireTun.
std::unique_ptr<Peer> MakeTunPeer(const Context& context, std::function<void(ByteView)> downlink);

}  // namespace mbnrig::data
