#include "modem/session_addresses.h"

#include <algorithm>
#include <array>

namespace mbnrig::modem {

using mbim::IpType;

namespace {

/// Counts `octets` up as one number; wraps around.
template <std::size_t N>
void Increment(std::array<std::uint8_t, N>& octets) {
  for (std::size_t i = N; i-- > 0;) {
    if (++octets[i] != 0) return;
  }
}

/// Whether the first `bits` of two addresses are the same.
template <std::size_t N>
bool SamePrefix(const std::array<std::uint8_t, N>& a, const std::array<std::uint8_t, N>& b,
                std::size_t bits) {
  for (std::size_t i = 0; i < N && bits > 0; ++i) {
    const std::size_t here = std::min<std::size_t>(bits, 8);
    if (((a[i] ^ b[i]) >> (8 - here)) != 0) return false;
    bits -= here;
  }
  return true;
}

/// Whether all bits after the prefix are set: IPv4's broadcast address.
bool IsBroadcast(const mbim::Ipv4Element& element) {
  mbim::Ipv4Address above = element.address;
  Increment(above.octets);
  return element.on_link_prefix_length < 31 &&
         !SamePrefix(above.octets, element.address.octets, element.on_link_prefix_length);
}
bool IsBroadcast(const mbim::Ipv6Element&) {
  return false;
}

/// Moves `element` to the first address of its prefix that is not in `taken`, beginning with its
/// present address. False if the prefix has no more. A prefix with a single host address does not
/// count.
template <class Element>
bool ChooseAddress(Element& element, const std::vector<decltype(Element::address)>& taken) {
  const Element first = element;
  const std::size_t bits = first.address.octets.size() * 8;
  const std::size_t prefix =
      first.on_link_prefix_length < bits - 1 ? first.on_link_prefix_length : 0;
  while (std::ranges::find(taken, element.address) != taken.end() || IsBroadcast(element)) {
    Increment(element.address.octets);
    if (element.address == first.address ||
        !SamePrefix(element.address.octets, first.address.octets, prefix)) {
      return false;
    }
  }
  return true;
}

/// The addresses of one family that a further session must not get.
template <class Elements, class Gateway, class Dns>
auto Taken(const mbim::IpConfigurationInfo& ip,
           const std::vector<const mbim::IpConfigurationInfo*>& others, Elements elements,
           Gateway gateway, Dns dns) {
  auto taken = ip.*dns;
  if (ip.*gateway) taken.push_back(*(ip.*gateway));
  for (const auto* other : others) {
    for (const auto& element : other->*elements)
      taken.push_back(element.address);
  }
  return taken;
}

}  // namespace

void Restrict(mbim::IpConfigurationInfo& ip, IpType granted) {
  if (granted == IpType::kIpv4) {
    ip.ipv6_configuration_available = 0;
    ip.ipv6_addresses.clear();
    ip.ipv6_gateway.reset();
    ip.ipv6_dns_servers.clear();
    ip.ipv6_mtu = 0;
  }
  if (granted == IpType::kIpv6) {
    ip.ipv4_configuration_available = 0;
    ip.ipv4_addresses.clear();
    ip.ipv4_gateway.reset();
    ip.ipv4_dns_servers.clear();
    ip.ipv4_mtu = 0;
  }
}

bool GiveAddresses(mbim::IpConfigurationInfo& ip,
                   const std::vector<const mbim::IpConfigurationInfo*>& others) {
  using Ip = mbim::IpConfigurationInfo;
  const auto v4 = Taken(ip, others, &Ip::ipv4_addresses, &Ip::ipv4_gateway, &Ip::ipv4_dns_servers);
  const auto v6 = Taken(ip, others, &Ip::ipv6_addresses, &Ip::ipv6_gateway, &Ip::ipv6_dns_servers);
  return std::ranges::all_of(ip.ipv4_addresses,
                             [&](auto& element) { return ChooseAddress(element, v4); }) &&
         std::ranges::all_of(ip.ipv6_addresses,
                             [&](auto& element) { return ChooseAddress(element, v6); });
}

}  // namespace mbnrig::modem
