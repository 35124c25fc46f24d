/// The keys of `network`: registration, providers, packet service and access points.

#include <arpa/inet.h>

#include <charconv>

#include "scenario/key.h"

namespace mbnrig::scenario {
namespace {

using mbim::IpConfigurationInfo;
using mbim::Ipv4Address;
using mbim::Ipv4Element;
using mbim::Ipv6Address;
using mbim::Ipv6Element;
namespace available = mbim::ip_available;

/// What IPv4 and IPv6 differ in.
struct V4 {
  using Address = Ipv4Address;
  using Element = Ipv4Element;
  static constexpr int kFamily = AF_INET;
  static constexpr std::uint8_t kBits = 32;
  static constexpr std::uint64_t kSmallestMtu = 576;
  static constexpr std::string_view kName = "an IPv4 address";
  static constexpr auto kAvailable = &IpConfigurationInfo::ipv4_configuration_available;
  static constexpr auto kAddresses = &IpConfigurationInfo::ipv4_addresses;
  static constexpr auto kGateway = &IpConfigurationInfo::ipv4_gateway;
  static constexpr auto kDns = &IpConfigurationInfo::ipv4_dns_servers;
  static constexpr auto kMtu = &IpConfigurationInfo::ipv4_mtu;
};
struct V6 {
  using Address = Ipv6Address;
  using Element = Ipv6Element;
  static constexpr int kFamily = AF_INET6;
  static constexpr std::uint8_t kBits = 128;
  static constexpr std::uint64_t kSmallestMtu = 1280;
  static constexpr std::string_view kName = "an IPv6 address";
  static constexpr auto kAvailable = &IpConfigurationInfo::ipv6_configuration_available;
  static constexpr auto kAddresses = &IpConfigurationInfo::ipv6_addresses;
  static constexpr auto kGateway = &IpConfigurationInfo::ipv6_gateway;
  static constexpr auto kDns = &IpConfigurationInfo::ipv6_dns_servers;
  static constexpr auto kMtu = &IpConfigurationInfo::ipv6_mtu;
};

template <class V>
typename V::Address ReadAddress(const Value& value, const std::string& text) {
  typename V::Address address;
  if (inet_pton(V::kFamily, text.c_str(), address.octets.data()) != 1) {
    value.Expected(std::string(V::kName));
  }
  return address;
}

template <class Address>
std::string AddressText(int family, const Address& address) {
  std::array<char, INET6_ADDRSTRLEN> buffer{};
  inet_ntop(family, address.octets.data(), buffer.data(), buffer.size());
  return buffer.data();
}

template <class V>
typename V::Element ReadElement(const Value& value) {
  const std::string text = value.Text(0);
  const std::size_t slash = text.find('/');
  typename V::Element element;
  std::uint8_t bits = 0;
  const char* end = text.data() + text.size();
  if (slash == std::string::npos ||
      std::from_chars(text.data() + slash + 1, end, bits).ptr != end || slash + 1 == text.size() ||
      bits > V::kBits) {
    value.Expected(std::string(V::kName) + " and its prefix length, address/bits");
  }
  element.on_link_prefix_length = bits;
  element.address = ReadAddress<V>(value, text.substr(0, slash));
  return element;
}

template <class V>
Keys<IpConfigurationInfo> IpKeys() {
  using S = IpConfigurationInfo;
  auto read_address = [](S& s, const Value& value) {
    s.*V::kAddresses = {ReadElement<V>(value)};
    s.*V::kAvailable |= available::kAddress;
  };
  auto show_address = [](const S& s) {
    if ((s.*V::kAddresses).empty()) return std::string();
    const auto& element = (s.*V::kAddresses).front();
    return AddressText(V::kFamily, element.address) + "/" +
           std::to_string(element.on_link_prefix_length);
  };
  auto read_gateway = [](S& s, const Value& value) {
    s.*V::kGateway = ReadAddress<V>(value, value.Text(0));
    s.*V::kAvailable |= available::kGateway;
  };
  auto show_gateway = [](const S& s) {
    return s.*V::kGateway ? AddressText(V::kFamily, *(s.*V::kGateway)) : std::string();
  };
  auto read_dns = [](S& s, const Value& value) {
    (s.*V::kDns).clear();
    for (const Value& element : value.Elements()) {
      (s.*V::kDns).push_back(ReadAddress<V>(element, element.Text(0)));
    }
    s.*V::kAvailable |= available::kDns;
  };
  auto show_dns = [](const S& s) {
    std::vector<std::string> all;
    for (const auto& address : s.*V::kDns)
      all.push_back(AddressText(V::kFamily, address));
    return "[" + Joined(all) + "]";
  };
  auto read_mtu = [](S& s, const Value& value) {
    s.*V::kMtu = static_cast<std::uint32_t>(value.Number(V::kSmallestMtu, 65535));
    s.*V::kAvailable |= available::kMtu;
  };
  auto show_mtu = [](const S& s) { return std::to_string(s.*V::kMtu); };
  const std::string name(V::kName);
  return {
      {"address", name + "/bits", "the address given to the host", read_address, show_address,
       nullptr},
      {"gateway", name, "its gateway", read_gateway, show_gateway, nullptr},
      {"dns", "list of addresses", "its name servers", read_dns, show_dns, nullptr},
      {"mtu", std::to_string(V::kSmallestMtu) + " to 65535", "bytes", read_mtu, show_mtu, nullptr}};
}

template <class V>
Key<Apn> IpKey(std::string name) {
  static const Keys<IpConfigurationInfo> kKeys = IpKeys<V>();
  auto read = [](Apn& apn, const Value& value) {
    ReadKeys(kKeys, apn.ip, value);
    if ((apn.ip.*V::kAddresses).empty()) value.Fail("needs an address");
  };
  return {std::move(name),
          "map",
          std::string(V::kName) + " is given to those who ask for it; left out: refused",
          read,
          nullptr,
          [](const Apn& apn) { return Describe(kKeys, apn.ip); }};
}

Key<Network> PacketServiceKey() {
  static const std::vector<std::string> kWords{"available", "refused"};
  auto read = [](Network& n, const Value& value) {
    static constexpr auto kNames =
        std::to_array<Named<bool>>({{"available", true}, {"refused", false}});
    n.packet_service_available = value.Choice(std::span<const Named<bool>>(kNames));
  };
  return {"packet_service",
          Joined(kWords),
          "whether the network lets the modem attach",
          read,
          [](const Network& n) { return kWords[n.packet_service_available ? 0 : 1]; },
          nullptr};
}

Key<Network> SubscriptionKey() {
  static const std::vector<std::string> kWords{"active", "lapsed"};
  auto read = [](Network& n, const Value& value) {
    static constexpr auto kNames =
        std::to_array<Named<bool>>({{"active", true}, {"lapsed", false}});
    n.subscription_active = value.Choice(std::span<const Named<bool>>(kNames));
  };
  return {"subscription",
          Joined(kWords),
          "lapsed: CONNECT ends with SERVICE_NOT_ACTIVATED",
          read,
          [](const Network& n) { return kWords[n.subscription_active ? 0 : 1]; },
          nullptr};
}

}  // namespace

template <>
const Keys<Apn>& KeysOf() {
  using S = Apn;
  static const Keys<S> kKeys{
      Text("name", &S::name, 100, "the access string that asks for it"),
      Text("user_name", &S::user_name, 255, "whom it lets in; empty: everybody"),
      Text("password", &S::password, 255, "and with which password"),
      Choice("auth", &S::auth, "how they must authenticate; none: any way"),
      IpKey<V4>("ipv4"),
      IpKey<V6>("ipv6"),
  };
  return kKeys;
}

template <>
const Keys<Network>& KeysOf() {
  using S = Network;
  static const Keys<S> kKeys{
      Choice("registration", &S::registration,
             "what the network makes of a modem that may register"),
      Number("denial_cause", &S::denial_cause, 0, 255,
             "NwError of `registration: denied`, TS 24.008 cause"),
      Choice("registration_mode", &S::registration_mode, "RegisterMode at power on",
             {mbim::RegisterMode::kUnknown}),
      Text("selected_provider", &S::selected_provider, 6,
           "with `registration_mode: manual`: the provider to register with"),
      Section("serving", &S::serving,
              "whom automatic registration finds; not given: the home provider"),
      Text("roaming_text", &S::roaming_text, 63, "RoamingText"),
      List("visible", &S::visible, "what VISIBLE_PROVIDERS finds"),
      Flags("data_class", &S::data_class, DataClassNames(), "AvailableDataClasses"),
      Number("uplink_speed", &S::uplink_speed, 0, 1'000'000'000'000, "bits per second"),
      Number("downlink_speed", &S::downlink_speed, 0, 1'000'000'000'000, "bits per second"),
      Measure("signal", &S::rssi, 31, "Rssi, coded as in TS 27.007"),
      Measure("error_rate", &S::error_rate, 7, "ErrorRate, coded as in TS 27.007"),
      SubscriptionKey(),
      Switch("automatic_attach", &S::automatic_attach,
             "the modem attaches by itself once it is registered"),
      PacketServiceKey(),
      Number("attach_refusal_cause", &S::attach_refusal_cause, 0, 255,
             "NwError of `packet_service: refused`, TS 24.008 cause"),
      List("apns", &S::apns, "the access points; the first one serves an empty access string"),
  };
  return kKeys;
}

}  // namespace mbnrig::scenario
