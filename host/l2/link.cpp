#include "l2/link.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <spdlog/spdlog.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "fd.h"
#include "transport/log.h"

namespace mbnrig::l2 {
namespace {

constexpr std::uint32_t kDefaultMtu = 1500;
constexpr std::uint32_t kSmallestMtu = 576;  // RFC 791: every host accepts this size
constexpr std::uint32_t kSmallestMtuV6 = 1280;
constexpr std::uint32_t kLargestMtu = 65535;
constexpr timeval kAnswerLimit{5, 0};
// Values of IFLA_INET6_ADDR_GEN_MODE (linux/if_link.h, enum in6_addr_gen_mode).
constexpr std::uint8_t kNoGeneratedAddress = 1;

// Shorter prefixes would attract the machine's other traffic, even its default route. No network is
// that large, so the modem must be wrong.
constexpr std::uint8_t kShortestPrefix = 8, kShortestPrefixV6 = 32;

std::string Advice(int error) {
  if (error == EPERM) {
    return "needs CAP_NET_ADMIN: run as root, or setcap cap_net_admin+ep on the program";
  }
  return std::strerror(error);
}

template <std::size_t kSize>
std::string Text(int family, const std::array<std::uint8_t, kSize>& octets) {
  char text[INET6_ADDRSTRLEN] = {};
  return ::inet_ntop(family, octets.data(), text, sizeof text) ? text : "?";
}

/// Whether an address may be one host's in a network: not unspecified (IPv4: "this network", 0/8),
/// loopback, multicast or broadcast.
bool IsHosts(const mbim::Ipv4Address& address) {
  return address.octets[0] != 0 && address.octets[0] != 127 && address.octets[0] < 224;
}
bool IsHosts(const mbim::Ipv6Address& address) {
  const auto& octets = address.octets;
  // ::/80 holds the unspecified and the loopback address, and forms of IPv4 addresses.
  const bool zeros =
      std::all_of(octets.begin(), octets.begin() + 10, [](auto o) { return o == 0; });
  return octets[0] != 0xFF && !zeros;
}

template <class Element>
void AddAddresses(const std::vector<Element>& elements, bool v6, IpSettings& settings) {
  for (const auto& element : elements) {
    Address address;
    address.v6 = v6;
    std::copy(element.address.octets.begin(), element.address.octets.end(), address.octets.begin());
    if (element.on_link_prefix_length <= (v6 ? 128u : 32u) && IsHosts(element.address)) {
      address.prefix = static_cast<std::uint8_t>(element.on_link_prefix_length);
      if (address.prefix < (v6 ? kShortestPrefixV6 : kShortestPrefix)) {
        address.prefix = v6 ? 128 : 32;
      }
      settings.addresses.push_back(address);
    }
  }
}

}  // namespace

std::string Address::ToString() const {
  return fmt::format("{}/{}", Text(v6 ? AF_INET6 : AF_INET, octets), prefix);
}

IpSettings SettingsFrom(const mbim::IpConfigurationInfo& info) {
  IpSettings settings;
  AddAddresses(info.ipv4_addresses, false, settings);
  AddAddresses(info.ipv6_addresses, true, settings);
  for (const auto& server : info.ipv4_dns_servers) {
    if (IsHosts(server)) settings.name_servers.push_back(Text(AF_INET, server.octets));
  }
  for (const auto& server : info.ipv6_dns_servers) {
    if (IsHosts(server)) settings.name_servers.push_back(Text(AF_INET6, server.octets));
  }
  for (const std::uint32_t mtu : {info.ipv4_mtu, info.ipv6_mtu}) {
    if (mtu != 0) settings.mtu = settings.mtu == 0 ? mtu : std::min(settings.mtu, mtu);
  }
  return settings;
}

IpSettings WithinLimits(IpSettings settings, const client::DatagramLimits& limits) {
  const std::uint32_t most = limits.longest == 0 ? kLargestMtu : limits.longest;
  const auto is_v6 = [](const Address& address) { return address.v6; };
  if (most < kSmallestMtuV6 && std::erase_if(settings.addresses, is_v6) != 0) {
    std::erase_if(settings.name_servers,
                  [](const std::string& server) { return server.find(':') != std::string::npos; });
    transport::Log().warn("the modem takes datagrams of {} bytes: too short for IPv6", most);
  }
  if (settings.mtu == 0) settings.mtu = limits.mtu == 0 ? kDefaultMtu : limits.mtu;
  const bool v6 = std::any_of(settings.addresses.begin(), settings.addresses.end(), is_v6);
  settings.mtu = std::clamp(settings.mtu, v6 ? kSmallestMtuV6 : kSmallestMtu, kLargestMtu);
  settings.mtu = std::min(settings.mtu, most);
  return settings;
}

/// A netlink message under construction. `Body` follows the header.
class Link::Request {
 public:
  template <class Body>
  Request(std::uint16_t type, std::uint16_t flags, const Body& body) {
    header().nlmsg_type = type;
    header().nlmsg_flags = static_cast<std::uint16_t>(NLM_F_REQUEST | NLM_F_ACK | flags);
    header().nlmsg_len = NLMSG_LENGTH(sizeof body);
    std::memcpy(NLMSG_DATA(&header()), &body, sizeof body);
  }
  nlmsghdr& header() { return *reinterpret_cast<nlmsghdr*>(buffer_); }

  /// Begins a nested attribute. End ends it.
  std::uint32_t Begin(std::uint16_t type) {
    const std::uint32_t at = NLMSG_ALIGN(header().nlmsg_len);
    Add(type, nullptr, 0);
    return at;
  }
  void End(std::uint32_t begin) {
    auto* attribute = reinterpret_cast<rtattr*>(buffer_ + begin);
    attribute->rta_len = static_cast<unsigned short>(header().nlmsg_len - begin);
  }
  /// Attributes are small, and their sizes are known at compile time.
  void Add(std::uint16_t type, const void* data, std::size_t size) {
    const std::uint32_t at = NLMSG_ALIGN(header().nlmsg_len);
    auto* attribute = reinterpret_cast<rtattr*>(buffer_ + at);
    attribute->rta_type = type;
    attribute->rta_len = static_cast<unsigned short>(RTA_LENGTH(size));
    if (size != 0) std::memcpy(RTA_DATA(attribute), data, size);
    header().nlmsg_len = at + static_cast<std::uint32_t>(RTA_ALIGN(attribute->rta_len));
  }
  /// Returns 0 or the kernel's errno.
  int Perform(int socket, std::uint32_t sequence) {
    header().nlmsg_seq = sequence;
    if (::send(socket, buffer_, header().nlmsg_len, 0) < 0) return errno;
    for (;;) {
      alignas(nlmsghdr) char answer[4096];
      const ssize_t count = ::recv(socket, answer, sizeof answer, 0);
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) return errno;
      int left = static_cast<int>(count);
      for (auto* each = reinterpret_cast<nlmsghdr*>(answer);
           NLMSG_OK(each, static_cast<unsigned>(left)); each = NLMSG_NEXT(each, left)) {
        if (each->nlmsg_type == NLMSG_ERROR && each->nlmsg_seq == sequence &&
            each->nlmsg_len >= NLMSG_LENGTH(sizeof(nlmsgerr))) {
          return -static_cast<nlmsgerr*>(NLMSG_DATA(each))->error;
        }
      }
    }
  }

 private:
  alignas(nlmsghdr) char buffer_[512] = {};
};

Link::Link(const std::string& name)
    : name_(name), index_(static_cast<int>(::if_nametoindex(name.c_str()))) {
  if (index_ == 0) throw L2Error("no such network interface: " + name);
  socket_ = ::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
  if (socket_ < 0)
    throw L2Error("cannot open a socket to configure " + name + ": " + Advice(errno));
  ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &kAnswerLimit, sizeof kAnswerLimit);
}

Link::~Link() {
  ::close(socket_);
}

int Link::SetState(bool up, std::uint32_t mtu) {
  ifinfomsg body{};
  body.ifi_index = index_;
  body.ifi_change = IFF_UP;
  body.ifi_flags = up ? IFF_UP : 0;
  Request request(RTM_NEWLINK, 0, body);
  if (mtu != 0) request.Add(IFLA_MTU, &mtu, sizeof mtu);
  return request.Perform(socket_, ++sequence_);
}

int Link::ChangeAddress(const Address& address, bool add) {
  ifaddrmsg body{};
  body.ifa_family = address.v6 ? AF_INET6 : AF_INET;
  body.ifa_prefixlen = address.prefix;
  body.ifa_index = static_cast<unsigned>(index_);
  body.ifa_flags =
      address.v6 ? IFA_F_NODAD : 0;  // no duplicates: the network gives each address once
  const std::uint16_t flags = add ? NLM_F_CREATE | NLM_F_REPLACE : 0;
  Request request(add ? RTM_NEWADDR : RTM_DELADDR, flags, body);
  const std::size_t size = address.v6 ? 16 : 4;
  request.Add(IFA_LOCAL, address.octets.data(), size);
  request.Add(IFA_ADDRESS, address.octets.data(), size);
  return request.Perform(socket_, ++sequence_);
}

/// Without these the kernel would take an advertisement that the modem passes on, and it would ask
/// for one as soon as the interface has a link-local address, also if the modem gave that address.
void Link::IgnoreRouters() {
  const std::filesystem::path folder = std::filesystem::path("/proc/sys/net/ipv6/conf") / name_;
  const auto read = [&](const char* key) {
    std::string value;
    std::ifstream(folder / key) >> value;
    return value;
  };
  std::error_code none;
  if (!std::filesystem::exists(folder, none)) return;
  const bool off = read("disable_ipv6") == "1";
  for (const char* key : {"accept_ra", "autoconf", "accept_redirects"}) {
    const Fd file(::open((folder / key).c_str(), O_WRONLY | O_CLOEXEC));
    if (file && ::write(file.get(), "0", 1) == 1) continue;
    const int error = errno;
    if (off || read(key) == "0") continue;
    std::string advice = Advice(error == EACCES ? EPERM : error);
    if (error == EROFS) {
      advice = fmt::format("mount /proc/sys writable, or set net.ipv6.conf.default.{} to 0", key);
    }
    throw L2Error(fmt::format("cannot turn off {} of {}: {}", key, name_, advice));
  }
}

void Link::SetUp(const IpSettings& settings) {
  // An interface of the kernel's driver may be up, with an address and a route from a router.
  SetState(false, 0);
  IgnoreRouters();
  ifinfomsg body{};
  body.ifi_index = index_;
  Request request(RTM_NEWLINK, 0, body);
  const std::uint32_t families = request.Begin(IFLA_AF_SPEC);
  const std::uint32_t v6 = request.Begin(AF_INET6);
  request.Add(IFLA_INET6_ADDR_GEN_MODE, &kNoGeneratedAddress, sizeof kNoGeneratedAddress);
  request.End(v6);
  request.End(families);
  // A failure may be ignored: a kernel without IPv6 does not need this, and without rights SetState
  // below fails too.
  request.Perform(socket_, ++sequence_);
  int error = SetState(true, settings.mtu);
  if (error == EINVAL) {
    // A driver limits the MTU to what the modem's data pipe accepts.
    transport::Log().warn("{} refuses MTU {}; its MTU is unchanged", name_, settings.mtu);
    error = SetState(true, 0);
  }
  if (error != 0) throw L2Error(fmt::format("cannot bring {} up: {}", name_, Advice(error)));
  for (const Address& address : settings.addresses) {
    error = ChangeAddress(address, true);
    if (error == EACCES && address.v6) {
      transport::Log().warn("IPv6 is disabled on this machine: {} does not get {}", name_,
                            address.ToString());
    } else if (error != 0) {
      TakeDown(settings);
      throw L2Error(
          fmt::format("{} refuses the address {}: {}", name_, address.ToString(), Advice(error)));
    }
  }
}

void Link::TakeDown(const IpSettings& settings) {
  // A failure is ignored: the user may have removed the address, or the interface left with the
  // modem.
  for (const Address& address : settings.addresses) {
    ChangeAddress(address, false);
  }
  SetState(false, 0);
}

}  // namespace mbnrig::l2
