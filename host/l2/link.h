#pragma once

/// Network interfaces of this machine, over rtnetlink: what must be set for one to carry a session.

#include <array>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include "mbim/basic_connect.h"

namespace mbnrig::l2 {

/// What cannot be done, in one line that says what to do about it.
class L2Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// An address with its prefix's length.
struct Address {
  bool v6 = false;
  std::array<std::uint8_t, 16> octets{};  ///< of IPv4 the first four
  std::uint8_t prefix = 0;                ///< bits, 0 to 32 or 128

  std::string ToString() const;  ///< "192.0.2.10/24"
  friend bool operator==(const Address&, const Address&) = default;
};

/// What a modem gave a session, as an interface takes it. Addresses with prefixes that cannot be
/// are left out; those with prefixes that would take other networks' traffic along (IPv4 below 8,
/// IPv6 below 32) are alone on their link.
struct IpSettings {
  std::vector<Address> addresses;
  std::vector<std::string> name_servers;  ///< "192.0.2.53"
  std::uint32_t mtu = 1500;  ///< of both versions the smaller one, and what IPv6 needs at least

  friend bool operator==(const IpSettings&, const IpSettings&) = default;
};
IpSettings SettingsFrom(const mbim::IpConfigurationInfo& info);

/// Changes one interface. The constructor and SetUp throw L2Error. A socket of its own in the
/// calling thread's network namespace; one thread at a time.
class Link {
 public:
  explicit Link(const std::string& name);
  ~Link();
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;

  /// Adds addresses, sets the MTU, brings the interface up. An interface that is down is kept from
  /// making an IPv6 address of its own, which would ask the modem for a router. Where this machine
  /// has IPv6 disabled, it goes without those addresses; an MTU that the driver does not take is
  /// left as it was; both are said. Routes but those of the prefixes are left to the user. When it
  /// throws, nothing is left behind.
  void SetUp(const IpSettings& settings);
  /// Removes the addresses of `settings` and takes the interface down, as far as that can be done.
  void TakeDown(const IpSettings& settings);

 private:
  class Request;

  // 0, or the kernel's errno; mtu 0: as it is.
  int SetState(bool up, std::uint32_t mtu);
  int ChangeAddress(const Address& address, bool add);

  const std::string name_;
  int index_ = 0;
  int socket_ = -1;
  std::uint32_t sequence_ = 0;
};

}  // namespace mbnrig::l2
