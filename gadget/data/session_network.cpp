#include "data/session_network.h"

#include <utility>

namespace mbnrig::data {

SessionNetwork::SessionNetwork(MakePeer make_peer, Downlink downlink)
    : make_peer_(std::move(make_peer)), downlink_(std::move(downlink)) {}

void SessionNetwork::Activate(const Context& context) {
  auto peer = make_peer_(context, [this, session = context.session](ByteView datagram) {
    downlink_(session, datagram);
  });
  Place& place = places_[context.session];
  std::lock_guard lock(place.mutex);
  place.peer = std::move(peer);
}

void SessionNetwork::Deactivate(std::uint8_t session) {
  Place& place = places_[session];
  std::unique_ptr<Peer> peer;
  std::lock_guard lock(place.mutex);
  peer = std::move(place.peer);
}

void SessionNetwork::Uplink(std::uint8_t session, ByteView datagram) {
  Place& place = places_[session];
  std::lock_guard lock(place.mutex);
  if (place.peer) place.peer->Uplink(datagram);
}

void SessionNetwork::UplinkIdle(std::uint8_t session) {
  Place& place = places_[session];
  std::lock_guard lock(place.mutex);
  if (place.peer) place.peer->UplinkIdle();
}

}  // namespace mbnrig::data
