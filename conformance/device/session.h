#pragma once

/// A data session on an open modem, as a host gets one: SIM, radio, registration, packet service,
/// activation. What the SIM, the network or the place does not give is NotApplicable; what the
/// modem owes is Missing.

#include <string>

#include "device/modem.h"

namespace mbnrig::device {

/// What sessions reach, as the command line says it.
struct Network {
  std::string apn = "loopback";
  std::string user_name, password;
  /// A host that answers pings, for an access point that does not send back what it gets.
  std::optional<mbim::Ipv4Address> ping;
};

/// The SET of CONNECT that activates a session with that access point.
mbim::SetConnect Activation(const Network& network, std::uint32_t session);

/// Waits until the modem, which is open, is registered and attached, and makes it so where it is
/// not. Throws NotApplicable with the reason where it cannot.
void Attach(Modem& modem);

/// Attach, then CONNECT; the answer, which is an activated session. Throws NotApplicable where the
/// network does not let it in.
mbim::ConnectInfo Connect(Modem& modem, const Network& network, std::uint32_t session = 0);

/// CONNECT that deactivates.
mbim::ConnectInfo Disconnect(Modem& modem, std::uint32_t session = 0);

/// The address that the network gave the session. Throws NotApplicable where it has none of IPv4.
mbim::Ipv4Address AddressOf(Modem& modem, std::uint32_t session = 0);

}  // namespace mbnrig::device
