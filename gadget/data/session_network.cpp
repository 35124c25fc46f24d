#include "data/session_network.h"

#include <utility>

namespace mbnrig::data {

SessionNetwork::SessionNetwork(MakePeer make_peer, Downlink downlink)
    : make_peer_(std::move(make_peer)), downlink_(std::move(downlink)) {}

void SessionNetwork::Activate(const Context& context) {
  auto peer = make_peer_(context, [this, session = context.session](ByteView datagram) {
    downlink_(session, datagram);
  });
  Slot& slot = slots_[context.session];
  std::lock_guard lock(slot.mutex);
  slot.peer = std::move(peer);
}

void SessionNetwork::Deactivate(std::uint8_t session) {
  Slot& slot = slots_[session];
  std::unique_ptr<Peer> peer;
  std::lock_guard lock(slot.mutex);
  peer = std::move(slot.peer);
}

void SessionNetwork::Uplink(std::uint8_t session, ByteView datagram) {
  Slot& slot = slots_[session];
  std::lock_guard lock(slot.mutex);
  if (slot.peer) slot.peer->Uplink(datagram);
}

void SessionNetwork::UplinkIdle(std::uint8_t session) {
  Slot& slot = slots_[session];
  std::lock_guard lock(slot.mutex);
  if (slot.peer) slot.peer->UplinkIdle();
}

}  // namespace mbnrig::data
