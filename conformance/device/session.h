#pragma once

/// A data session on an open modem, set up as a host does it: SIM, radio, registration, packet
/// service, activation. If the SIM, the network or the location is at fault, functions throw
/// NotApplicable. If the modem is at fault, they throw Missing.

#include <string>

#include "device/modem.h"
#include "mbim/basic_connect.h"

namespace mbnrig::device {

/// The network of the sessions, from the command line.
struct Network {
  std::string apn = "loopback";
  std::string user_name, password;
  /// A host that answers pings, if the access point does not send datagrams back.
  std::optional<mbim::Ipv4Address> ping;
};

/// The SET of CONNECT that activates a session with this access point.
mbim::SetConnect Activation(const Network& network, std::uint32_t session);

/// Waits until the open modem is registered and attached, and attaches it if it is not. Throws
/// NotApplicable with the reason if that is not possible.
void Attach(Modem& modem);

/// Attach, then CONNECT. Returns the answer, which is an activated session. Throws NotApplicable if
/// the network refuses it.
mbim::ConnectInfo Connect(Modem& modem, const Network& network, std::uint32_t session = 0);

/// A CONNECT that deactivates the session.
mbim::ConnectInfo Disconnect(Modem& modem, std::uint32_t session = 0);

/// The address that the network assigned to the session. Throws NotApplicable if it has no IPv4
/// address.
mbim::Ipv4Address AddressOf(Modem& modem, std::uint32_t session = 0);

}  // namespace mbnrig::device
