#include "data/tun.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <linux/ipv6.h>
#include <linux/ipv6_route.h>
#include <linux/route.h>
#include <poll.h>
#include <spdlog/spdlog.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <thread>

#include "fd.h"
#include "ip/tun_frames.h"

namespace mbnrig::data {
namespace {

constexpr char kDevice[] = "/dev/net/tun";
constexpr int kTunMtu = 1500;
/// The address of this end if the access point has no gateway: the IPv4 dummy address (RFC 7600,
/// section 4.8). It cannot be the host's own address: the kernel would drop the host's packets as
/// its own.
constexpr std::array<std::uint8_t, 4> kDummyAddress{192, 0, 0, 8};

[[noreturn]] void Refuse(const std::string& what, int error) {
  std::string advice = std::strerror(error);
  if (error == EPERM || error == EACCES) {
    advice = "this needs CAP_NET_ADMIN: run as root, or choose `network.data: responder`";
  } else if (error == ENOENT || error == ENODEV || error == ENXIO) {
    advice = "the kernel has no TUN devices: modprobe tun";
  }
  throw std::runtime_error("cannot " + what + ": " + advice);
}

/// Makes a device and puts its name into `request`. The device exists while the file is open.
Fd OpenTun(ifreq& request) {
  Fd fd(::open(kDevice, O_RDWR | O_NONBLOCK | O_CLOEXEC));
  if (!fd) Refuse(std::string("open ") + kDevice, errno);
  request = {};
  request.ifr_flags = IFF_TUN | IFF_NO_PI | IFF_VNET_HDR;
  std::strncpy(request.ifr_name, "mbnrig%d", IFNAMSIZ - 1);
  if (::ioctl(fd.get(), TUNSETIFF, &request) < 0 ||
      ::ioctl(fd.get(), TUNSETOFFLOAD, ip::kTunOffloads) < 0) {
    Refuse("make a TUN device", errno);
  }
  return fd;
}

Fd OpenSocket(int family) {
  Fd fd(::socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!fd) Refuse("configure a TUN device", errno);
  return fd;
}

void Configure(const Fd& socket, unsigned long what, void* request) {
  if (::ioctl(socket.get(), what, request) < 0) Refuse("configure a TUN device", errno);
}

void SetV4(const Fd& socket, ifreq request, const mbim::IpConfigurationInfo& ip) {
  auto set = [&](unsigned long what, std::array<std::uint8_t, 4> octets) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    std::memcpy(&address.sin_addr, octets.data(), octets.size());
    std::memcpy(&request.ifr_addr, &address, sizeof address);
    Configure(socket, what, &request);
  };
  const auto& host = ip.ipv4_addresses.front().address.octets;
  // A point-to-point link: several sessions may share a prefix, and this machine may be in another
  // network with the same prefix.
  set(SIOCSIFADDR, ip.ipv4_gateway ? ip.ipv4_gateway->octets : kDummyAddress);
  set(SIOCSIFDSTADDR, host);
  set(SIOCSIFNETMASK, {255, 255, 255, 255});
}

void SetV6(const Fd& socket, int index, const mbim::IpConfigurationInfo& ip) {
  /// False if IPv6 is disabled on this machine.
  auto configure = [&socket](unsigned long what, void* request) {
    if (::ioctl(socket.get(), what, request) == 0) return true;
    if (errno != EACCES) Refuse("configure a TUN device", errno);
    spdlog::warn("IPv6 is disabled on this machine: the session has no IPv6");
    return false;
  };
  if (ip.ipv6_gateway) {
    in6_ifreq address{};
    std::memcpy(&address.ifr6_addr, ip.ipv6_gateway->octets.data(), sizeof address.ifr6_addr);
    address.ifr6_prefixlen = 128;
    address.ifr6_ifindex = index;
    if (!configure(SIOCSIFADDR, &address)) return;
  }
  for (const auto& element : ip.ipv6_addresses) {
    in6_rtmsg route{};
    std::memcpy(&route.rtmsg_dst, element.address.octets.data(), sizeof route.rtmsg_dst);
    route.rtmsg_dst_len = 128;
    route.rtmsg_metric = 1;
    route.rtmsg_flags = RTF_UP | RTF_HOST;
    route.rtmsg_ifindex = index;
    if (!configure(SIOCADDRT, &route)) return;
  }
}

int MtuOf(const mbim::IpConfigurationInfo& ip) {
  const std::uint32_t mtu = std::max(ip.ipv4_mtu, ip.ipv6_mtu);
  return mtu != 0 ? static_cast<int>(mtu) : kTunMtu;
}

class TunPeer : public Peer {
 public:
  TunPeer(const Context& context, std::function<void(ByteView)> downlink)
      : downlink_(std::move(downlink)),
        mtu_(MtuOf(context.ip)),
        wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (!wake_) Refuse("make a TUN device", errno);
    ifreq request{};
    tun_ = OpenTun(request);
    const std::string name = request.ifr_name;
    const Fd v4 = OpenSocket(AF_INET);
    request.ifr_mtu = mtu_;
    Configure(v4, SIOCSIFMTU, &request);
    Configure(v4, SIOCGIFINDEX, &request);
    const int index = request.ifr_ifindex;
    if (!context.ip.ipv4_addresses.empty()) SetV4(v4, request, context.ip);
    Configure(v4, SIOCGIFFLAGS, &request);
    request.ifr_flags = static_cast<short>(request.ifr_flags | IFF_UP | IFF_RUNNING);
    Configure(v4, SIOCSIFFLAGS, &request);
    if (!context.ip.ipv6_addresses.empty()) SetV6(OpenSocket(AF_INET6), index, context.ip);
    spdlog::info("session {} ({}) is {}", context.session, context.apn, name);
    thread_ = std::thread([this] { Run(); });
  }
  ~TunPeer() override {
    stopping_ = true;
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(wake_.get(), &one, sizeof one);
    thread_.join();
  }

  void Uplink(ByteView datagram) override { joiner_.Add(datagram); }
  void UplinkIdle() override { joiner_.Flush(); }

 private:
  /// The kernel refuses data that is not an IP packet, and everything while the device's queue is
  /// full. Such datagrams are lost.
  void Write(ByteView frame) const {
    [[maybe_unused]] const auto written = ::write(tun_.get(), frame.data(), frame.size());
  }

  void Run() {
    Bytes frame(ip::kLongestFrame);
    std::array<pollfd, 2> fds{{{tun_.get(), POLLIN, 0}, {wake_.get(), POLLIN, 0}}};
    while (!stopping_ && (::poll(fds.data(), fds.size(), -1) >= 0 || errno == EINTR)) {
      while (!stopping_) {
        const ssize_t count = ::read(tun_.get(), frame.data(), frame.size());
        if (count <= 0) {
          if (errno != EAGAIN && errno != EINTR) return;  // the device was removed
          break;
        }
        ip::SplitFrame(std::span(frame).first(static_cast<std::size_t>(count)), downlink_);
      }
    }
  }

  const std::function<void(ByteView)> downlink_;
  const int mtu_;
  Fd tun_;
  const Fd wake_;
  ip::FrameJoiner joiner_{[this](ByteView frame) { Write(frame); }};
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

}  // namespace

void RequireTun() {
  ifreq request{};
  OpenTun(request);
}

std::unique_ptr<Peer> MakeTunPeer(const Context& context, std::function<void(ByteView)> downlink) {
  return std::make_unique<TunPeer>(context, std::move(downlink));
}

}  // namespace mbnrig::data
