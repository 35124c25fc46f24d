#pragma once

/// TUN devices: the kernel of this machine as the network behind a session.

#include <memory>

#include "data/session_network.h"

namespace mbnrig::data {

/// Throws std::runtime_error with one line that says what is missing where this process cannot make
/// TUN devices.
void RequireTun();

/// A TUN device `mbnrigN` with the gateway's addresses, the session's as its peer, and the
/// session's MTU; gone with the peer. A thread of its own carries what the kernel sends. Throws as
/// RequireTun.
std::unique_ptr<Peer> MakeTunPeer(const Context& context, std::function<void(ByteView)> downlink);

}  // namespace mbnrig::data
