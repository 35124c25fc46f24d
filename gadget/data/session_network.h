#pragma once

/// A network that gives each session a peer of its own: the responder, an echo, a TUN device.

#include <array>
#include <memory>
#include <mutex>

#include "data/network.h"

namespace mbnrig::data {

/// What the datagrams of one session reach. Used on one thread at a time. When it is destroyed, it
/// sends nothing down any more.
class Peer {
 public:
  virtual ~Peer() = default;
  /// See Network.
  virtual void Uplink(ByteView datagram) = 0;
  virtual void UplinkIdle() {}
};

class SessionNetwork : public Network {
 public:
  /// Makes the peer of a session, which sends to the sink that it is given. May throw as
  /// Network::Activate does; null: the session's datagrams go nowhere.
  using MakePeer =
      std::function<std::unique_ptr<Peer>(const Context&, std::function<void(ByteView)>)>;

  SessionNetwork(MakePeer make_peer, Downlink downlink);

  void Activate(const Context& context) override;
  void Deactivate(std::uint8_t session) override;
  void Uplink(std::uint8_t session, ByteView datagram) override;
  void UplinkIdle(std::uint8_t session) override;

 private:
  struct Place {
    std::mutex mutex;
    std::unique_ptr<Peer> peer;
  };

  const MakePeer make_peer_;
  const Downlink downlink_;
  std::array<Place, 256> places_;
};

}  // namespace mbnrig::data
