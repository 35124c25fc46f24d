/// The keys of `network`: registration, providers, packet service, access points and what is behind
/// them.

#include <arpa/inet.h>

#include <charconv>
#include <cmath>

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

/// Whether it can be asked for: labels of 1 to 63 characters, 253 in all (RFC 1035, section 2.3.4).
bool IsHostName(std::string_view name) {
  if (name.empty() || name.size() > 253) return false;
  while (true) {
    const std::size_t dot = name.find('.');
    const std::string_view label = name.substr(0, dot);
    if (label.empty() || label.size() > 63) return false;
    if (dot == std::string_view::npos) return true;
    name.remove_prefix(dot + 1);
  }
}

void ReadNameAddress(NameAddresses& addresses, const Value& value) {
  const std::string text = value.Text(0);
  if (text.find(':') != std::string::npos) {
    addresses.ipv6.push_back(ReadAddress<V6>(value, text));
  } else {
    addresses.ipv4.push_back(ReadAddress<V4>(value, text));
  }
}

/// Fits an answer of 512 bytes (RFC 1035, section 4.2.1) below the longest question.
constexpr std::size_t kMostAddresses = 8;

Key<Network> NamesKey() {
  auto read = [](Network& n, const Value& value) {
    n.names.clear();
    value.ForEachKey([&](const std::string& key, const Value& list) {
      std::string name = key;
      std::ranges::transform(name, name.begin(),
                             [](char c) { return c >= 'A' && c <= 'Z' ? char(c | 0x20) : c; });
      if (!IsHostName(name)) list.Fail("no name that a name server could be asked for");
      const auto elements = list.Elements();
      if (elements.size() > kMostAddresses) {
        list.Expected("at most " + std::to_string(kMostAddresses) + " addresses");
      }
      auto [entry, fresh] = n.names.try_emplace(name);
      if (!fresh) list.Fail("given twice");
      for (const Value& element : elements)
        ReadNameAddress(entry->second, element);
    });
  };
  auto show = [](const Network& n) {
    std::vector<std::string> entries;
    for (const auto& [name, addresses] : n.names) {
      std::vector<std::string> all;
      for (const auto& address : addresses.ipv4)
        all.push_back(AddressText(AF_INET, address));
      for (const auto& address : addresses.ipv6)
        all.push_back(AddressText(AF_INET6, address));
      entries.push_back(name + ": [" + Joined(all) + "]");
    }
    return "{" + Joined(entries) + "}";
  };
  return {"names",
          "map of name: [addresses]",
          "what the responder's name servers know; any other name does not exist",
          read,
          show,
          nullptr};
}

constexpr std::uint32_t kMillion = 1'000'000;

/// "2.5%" as a part of a million; nothing where it is no such thing.
std::optional<std::uint32_t> ReadPercentage(std::string_view text) {
  if (text.ends_with('%')) text.remove_suffix(1);
  double percent = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), percent);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if (!(percent >= 0 && percent <= 100)) return std::nullopt;  // NaN is neither
  return static_cast<std::uint32_t>(std::lround(percent * (kMillion / 100.0)));
}

std::string PercentageText(std::uint32_t parts) {
  std::string digits = std::to_string(parts % (kMillion / 100));
  digits.insert(0, 4 - digits.size(), '0');
  digits.erase(digits.find_last_not_of('0') + 1);
  return std::to_string(parts / (kMillion / 100)) + (digits.empty() ? "" : "." + digits) + "%";
}

Key<LinkConditions> LossKey() {
  auto read = [](LinkConditions& link, const Value& value) {
    const auto parts = ReadPercentage(value.Text(0));
    if (!parts) value.Expected("0% to 100%");
    link.loss = *parts;
  };
  return {"loss",
          "0% to 100%",
          "how many datagrams are lost, each way",
          read,
          [](const LinkConditions& link) { return PercentageText(link.loss); },
          nullptr};
}

}  // namespace

template <>
const Keys<LinkConditions>& KeysOf() {
  using S = LinkConditions;
  constexpr std::uint64_t kMostBitsPerSecond = 1'000'000'000'000;
  static const Keys<S> kKeys{
      Number("rate_up", &S::rate_up, 0, kMostBitsPerSecond,
             "bits per second from the host; 0: as fast as they come"),
      Number("rate_down", &S::rate_down, 0, kMostBitsPerSecond, "bits per second to the host"),
      Duration("latency", &S::latency, "how long a datagram takes, each way"),
      Duration("jitter", &S::jitter,
               "at most how much longer, another time for each; order is kept"),
      LossKey(),
      Number("seed", &S::seed, 0, std::numeric_limits<std::uint64_t>::max(),
             "of the random numbers: the same seed, the same losses"),
  };
  return kKeys;
}

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
      List("apns", &S::apns,
           "the access points; the first one serves an empty access string, and one named "
           "`loopback` echoes every datagram"),
      Choice("data", &S::data,
             "what sessions reach: the built-in responder (echo, DNS, router advertisements), a "
             "TUN device each, or nothing"),
      Section("link", &S::link, "what befalls datagrams on their way"),
      NamesKey(),
  };
  return kKeys;
}

}  // namespace mbnrig::scenario
