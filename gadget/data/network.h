#pragma once

/// The network behind the modem, as the modem's data path sees it: IP datagrams of sessions go up
/// and come down. The scenario chooses the implementation (make_network.h).

#include <cstdint>
#include <functional>
#include <string>

#include "mbim/basic_connect.h"
#include "mbim/bytes.h"

namespace mbnrig::data {

using mbim::Bytes;
using mbim::ByteView;

/// An activated context: a session of the data path, and what the network assigned to it.
struct Context {
  std::uint8_t session = 0;
  std::string apn;
  mbim::IpConfigurationInfo ip;
};

/// Takes a datagram for the host, which is valid only during the call. Called on any thread, also
/// from within Network::Uplink. Must not call the network.
using Downlink = std::function<void(std::uint8_t session, ByteView datagram)>;

/// Several threads may call Uplink and UplinkIdle at the same time, but only one at a time may call
/// Activate or Deactivate.
class Network {
 public:
  virtual ~Network() = default;
  /// Makes a session usable. An active session must be deactivated first. Throws std::runtime_error
  /// with one line for a person if the session cannot be set up. Its datagrams are then dropped.
  virtual void Activate(const Context& context) = 0;
  /// After it returns, no datagram comes down for the session. A session that is not active is
  /// ignored.
  virtual void Deactivate(std::uint8_t session) = 0;
  /// A datagram from the host with any content. Dropped if the session is not active. Does not wait
  /// for anything. UplinkIdle follows, perhaps after more datagrams: the network may join these.
  virtual void Uplink(std::uint8_t session, ByteView datagram) = 0;
  /// The session has no more datagrams for now: none must wait any longer.
  virtual void UplinkIdle(std::uint8_t) {}
};

}  // namespace mbnrig::data
