#pragma once

/// Configures a network interface of this machine over rtnetlink, so that it carries a session.

#include <array>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include "client/device.h"
#include "mbim/basic_connect.h"

namespace mbnrig::l2 {

/// A failure. Its text is one line that says what failed and what to do about it.
class L2Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// An IP address and the length of its prefix.
struct Address {
  bool v6 = false;
  std::array<std::uint8_t, 16> octets{};  ///< IPv4 uses the first four
  std::uint8_t prefix = 0;                ///< bits, 0 to 32 or 128

  std::string ToString() const;  ///< "192.0.2.10/24"
  friend bool operator==(const Address&, const Address&) = default;
};

/// The modem's settings for a session, in the form that an interface needs. Addresses with an
/// impossible prefix are left out, and so are addresses and name servers that are unspecified,
/// multicast, broadcast or loopback addresses: a resolver takes 0.0.0.0 for this machine. A very
/// short prefix (IPv4 below 8, IPv6 below 32) would attract the traffic of other networks. Such an
/// address gets the longest prefix instead, as if it were alone on its link.
struct IpSettings {
  std::vector<Address> addresses;
  std::vector<std::string> name_servers;  ///< "192.0.2.53"
  std::uint32_t mtu = 0;  ///< bytes: the smaller of IPv4's and IPv6's; 0: the modem gave none

  friend bool operator==(const IpSettings&, const IpSettings&) = default;
};
IpSettings SettingsFrom(const mbim::IpConfigurationInfo& info);
/// The settings for an interface of a modem with these limits: an MTU in any case, at least the
/// minimum of the versions in use, and at most the modem's longest datagram. If the modem takes
/// only datagrams that are too short for IPv6, the IPv6 addresses are left out.
IpSettings WithinLimits(IpSettings settings, const client::DatagramLimits& limits);

/// Changes one interface, through a socket in the calling thread's network namespace. The
/// constructor and SetUp throw L2Error. Used on one thread at a time.
class Link {
 public:
  explicit Link(const std::string& name);
  ~Link();
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;

  /// Adds addresses, sets the MTU and brings the interface up, from the settings of WithinLimits.
  /// Before the interface is up, turns off everything that the kernel would take from elsewhere:
  /// the link-local IPv6 address of its own, router advertisements and solicitations, addresses
  /// from advertised prefixes, and redirects. Throws if the kernel has IPv6 and does not let it
  /// turn them off. If IPv6 is disabled on this machine, leaves the IPv6 addresses out. If the
  /// driver refuses the MTU, keeps the old one. Logs both cases. The kernel makes the routes of the
  /// prefixes; other routes are left to the user. If SetUp throws, the interface is down.
  void SetUp(const IpSettings& settings);
  /// Removes the addresses of `settings` and takes the interface down. Ignores failures.
  void TakeDown(const IpSettings& settings);

 private:
  class Request;

  void IgnoreRouters();
  // Returns 0 or the kernel's errno. mtu 0: unchanged.
  int SetState(bool up, std::uint32_t mtu);
  int ChangeAddress(const Address& address, bool add);

  const std::string name_;
  int index_ = 0;
  int socket_ = -1;
  std::uint32_t sequence_ = 0;
};

}  // namespace mbnrig::l2
