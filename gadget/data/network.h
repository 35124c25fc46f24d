#pragma once

/// The network behind the modem, as its data pipe sees it: IP datagrams of sessions go up, and come
/// down. What is behind it is the scenario's choice (make_network.h).

#include <cstdint>
#include <functional>
#include <string>

#include "mbim/basic_connect.h"
#include "mbim/types.h"

namespace mbnrig::data {

using mbim::Bytes;
using mbim::ByteView;

/// An activated context: a session of the data pipe, and what the network gave it.
struct Context {
  std::uint8_t session = 0;
  std::string apn;
  mbim::IpConfigurationInfo ip;
};

/// Takes a datagram for the host, valid during the call. Called on any thread, and within
/// Network::Uplink; it must not call the network.
using Downlink = std::function<void(std::uint8_t session, ByteView datagram)>;

/// Uplink and UplinkIdle may be called on several threads at once; Activate and Deactivate on one
/// at a time.
class Network {
 public:
  virtual ~Network() = default;
  /// The session may be used. One that is active already is to be deactivated first. Throws
  /// std::runtime_error with one line for a person where it cannot be set up; then its datagrams
  /// go nowhere.
  virtual void Activate(const Context& context) = 0;
  /// Once it returns nothing comes down for the session any more. One that is not active is
  /// ignored.
  virtual void Deactivate(std::uint8_t session) = 0;
  /// A datagram from the host, of any content; dropped where the session is not active. Does not
  /// wait for anything. UplinkIdle follows, perhaps after others: those may be put together.
  virtual void Uplink(std::uint8_t session, ByteView datagram) = 0;
  /// There are no more of the session for now: none waits any longer.
  virtual void UplinkIdle(std::uint8_t) {}
};

}  // namespace mbnrig::data
