// The keys of `network`: registration, providers, packet service, access points, and the network
// behind the access points.

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

// V4 and V6 hold the differences between the two protocols.
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
      {"address", name + "/bits", "address of the host", read_address, show_address},
      {"gateway", name, "address of the host's gateway", read_gateway, show_gateway},
      {"dns", "list of addresses", "addresses of the name servers", read_dns, show_dns},
      {"mtu", std::to_string(V::kSmallestMtu) + " to 65535", "MTU in bytes", read_mtu, show_mtu}};
}

template <class V>
Key<Apn> IpKey(std::string name) {
  static const Keys<IpConfigurationInfo> kKeys = IpKeys<V>();
  Key<Apn> key = Section(std::move(name), &Apn::ip,
                         "a session that asks for " + std::string(V::kName) +
                             " gets it; left out: the network refuses the session",
                         kKeys);
  key.read = [read = key.read](Apn& apn, const Value& value) {
    read(apn, value);
    if ((apn.ip.*V::kAddresses).empty()) value.Fail("needs an address");
  };
  return key;
}

/// Whether a DNS question can hold the name: labels of 1 to 63 characters, 253 characters in all
/// (RFC 1035, section 2.3.4).
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

/// With the longest question, this many fit into an answer of 512 bytes (RFC 1035, section 4.2.1).
constexpr std::size_t kMostAddresses = 8;

Key<Network> NamesKey() {
  auto read = [](Network& n, const Value& value) {
    n.names.clear();
    value.ForEachKey([&](const std::string& key, const Value& list) {
      std::string name = key;
      std::ranges::transform(name, name.begin(),
                             [](char c) { return c >= 'A' && c <= 'Z' ? char(c | 0x20) : c; });
      if (!IsHostName(name)) list.Fail("not a valid host name");
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
  return {"names", "map of name: [addresses]",
          "the names that the responder's name servers know; no other name exists", read, show};
}

constexpr std::uint32_t kMillion = 1'000'000;

/// "2.5%" in millionths. Nothing if `text` is not a percentage.
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
  return {"loss", "0% to 100%", "share of the datagrams that the link loses, each way", read,
          [](const LinkConditions& link) { return PercentageText(link.loss); }};
}

}  // namespace

template <>
const Keys<LinkConditions>& KeysOf() {
  using S = LinkConditions;
  constexpr std::uint64_t kMostBitsPerSecond = 1'000'000'000'000;
  static const Keys<S> kKeys{
      Number("rate_up", &S::rate_up, 0, kMostBitsPerSecond,
             "bits per second from the host; 0: no limit"),
      Number("rate_down", &S::rate_down, 0, kMostBitsPerSecond,
             "bits per second to the host; 0: no limit"),
      Duration("latency", &S::latency, "time that a datagram takes, each way"),
      Duration("jitter", &S::jitter,
               "greatest random addition to `latency`; datagrams keep their order"),
      LossKey(),
      Number("seed", &S::seed, 0, std::numeric_limits<std::uint64_t>::max(),
             "seed of the random numbers: the same seed gives the same losses"),
  };
  return kKeys;
}

template <>
const Keys<Apn>& KeysOf() {
  using S = Apn;
  static const Keys<S> kKeys{
      Text("name", &S::name, 100, "the access string"),
      Text("user_name", &S::user_name, 255, "the user that may connect; empty: every user"),
      Text("password", &S::password, 255, "the password of that user"),
      Choice("auth", &S::auth, "how the user must authenticate; none: in any way"),
      IpKey<V4>("ipv4"),
      IpKey<V6>("ipv6"),
  };
  return kKeys;
}

template <>
const Keys<Network>& KeysOf() {
  using S = Network;
  constexpr std::uint64_t kMostBitsPerSecond = 1'000'000'000'000;
  static const Keys<S> kKeys{
      Live(Choice("registration", &S::registration,
                  "the network's answer to a modem that may register")),
      Live(Number("denial_cause", &S::denial_cause, 0, 255,
                  "NwError of `registration: denied`, a cause of TS 24.008")),
      Choice("registration_mode", &S::registration_mode, "RegisterMode at power on",
             {mbim::RegisterMode::kUnknown}),
      Text("selected_provider", &S::selected_provider, 6,
           "the provider to register with, for `registration_mode: manual`"),
      Section("serving", &S::serving,
              "the provider that automatic registration finds; default: the home provider"),
      Text("roaming_text", &S::roaming_text, 63, "RoamingText"),
      List("visible", &S::visible, "the providers that VISIBLE_PROVIDERS finds"),
      Flags("data_class", &S::data_class, DataClassNames(), "AvailableDataClasses"),
      Number("uplink_speed", &S::uplink_speed, 0, kMostBitsPerSecond, "bits per second"),
      Number("downlink_speed", &S::downlink_speed, 0, kMostBitsPerSecond, "bits per second"),
      Live(Measure("signal", &S::rssi, 31, "Rssi, coded as in TS 27.007")),
      Live(Measure("error_rate", &S::error_rate, 7, "ErrorRate, coded as in TS 27.007")),
      Live(Word<S, bool>("subscription", &S::subscription_active,
                         {{"active", true}, {"lapsed", false}},
                         "lapsed: CONNECT ends with SERVICE_NOT_ACTIVATED")),
      Live(Word<S, bool>("emergency", &S::emergency_only, {{"on", true}, {"off", false}},
                         "on: EMERGENCY_MODE says that the modem gets emergency services only")),
      Switch("automatic_attach", &S::automatic_attach,
             "the modem attaches by itself once it is registered"),
      Word<S, bool>("packet_service", &S::packet_service_available,
                    {{"available", true}, {"refused", false}},
                    "whether the network lets the modem attach"),
      Live(Number("attach_refusal_cause", &S::attach_refusal_cause, 0, 255,
                  "NwError of `packet_service: refused`, a cause of TS 24.008")),
      List("apns", &S::apns,
           "the access points; an empty access string means the first one, and the one named "
           "`loopback` echoes every datagram"),
      Choice("data", &S::data,
             "the network behind the sessions: the built-in responder (echo, DNS, router "
             "advertisements), a TUN device for each session, or nothing"),
      Section("link", &S::link, "the link between the sessions and that network"),
      NamesKey(),
  };
  return kKeys;
}

}  // namespace mbnrig::scenario
