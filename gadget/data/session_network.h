#pragma once

/// A network that gives each session its own peer: the responder, an echo, or a TUN device.

#include <array>
#include <memory>
#include <mutex>

#include "data/network.h"

namespace mbnrig::data {

/// The other end of one session's datagrams. Used on one thread at a time. After its destruction it
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
  /// Makes the peer of a session, which sends to the given sink. May throw as Network::Activate
  /// does. If it returns null, the session's datagrams are dropped.
  using MakePeer =
      std::function<std::unique_ptr<Peer>(const Context&, std::function<void(ByteView)>)>;

  SessionNetwork(MakePeer make_peer, Downlink downlink);

  void Activate(const Context& context) override;
  void Deactivate(std::uint8_t session) override;
  void Uplink(std::uint8_t session, ByteView datagram) override;
  void UplinkIdle(std::uint8_t session) override;

 private:
  struct Slot {
    std::mutex mutex;
    std::unique_ptr<Peer> peer;
  };

  const MakePeer make_peer_;
  const Downlink downlink_;
  std::array<Slot, 256> slots_;
};

}  // namespace mbnrig::data
