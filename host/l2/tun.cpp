#include "l2/tun.h"

#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace mbnrig::l2 {
namespace {

constexpr char kDevice[] = "/dev/net/tun";

[[noreturn]] void Refuse(const std::string& what, int error) {
  std::string advice = std::strerror(error);
  if (error == EPERM || error == EACCES) {
    advice = "needs CAP_NET_ADMIN: run as root, or setcap cap_net_admin+ep on the program";
  } else if (error == ENOENT || error == ENODEV || error == ENXIO) {
    advice = "the kernel has no TUN interfaces: modprobe tun, or give the container /dev/net/tun";
  } else if (error == EBUSY) {
    advice = "another program holds it";
  }
  throw L2Error("cannot " + what + ": " + advice);
}

}  // namespace

Tun::Tun(const std::string& name, const IpSettings& settings, Handlers handlers)
    : handlers_(std::move(handlers)),
      tun_(::open(kDevice, O_RDWR | O_NONBLOCK | O_CLOEXEC)),
      wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      joiner_([this](mbim::ByteView frame) {
        [[maybe_unused]] const auto written = ::write(tun_.get(), frame.data(), frame.size());
      }) {
  if (!tun_) Refuse(std::string("open ") + kDevice, errno);
  if (!wake_) Refuse("make a network interface", errno);
  ifreq request{};
  request.ifr_flags = IFF_TUN | IFF_NO_PI | IFF_VNET_HDR;
  std::strncpy(request.ifr_name, name.c_str(), IFNAMSIZ - 1);
  if (::ioctl(tun_.get(), TUNSETIFF, &request) < 0 ||
      ::ioctl(tun_.get(), TUNSETOFFLOAD, ip::kTunOffloads) < 0) {
    Refuse("make a network interface", errno);
  }
  name_ = request.ifr_name;
  Link(name_).SetUp(settings);
  thread_ = std::thread([this] { Run(); });
}

Tun::~Tun() {
  stopping_ = true;
  const std::uint64_t one = 1;
  // The first write to an event counter never blocks.
  [[maybe_unused]] const auto written = ::write(wake_.get(), &one, sizeof one);
  thread_.join();
}

void Tun::Run() {
  std::array<pollfd, 2> fds{{{tun_.get(), POLLIN, 0}, {wake_.get(), POLLIN, 0}}};
  mbim::Bytes frame(ip::kLongestFrame);
  while (!stopping_ && (::poll(fds.data(), fds.size(), -1) >= 0 || errno == EINTR)) {
    while (!stopping_) {
      const ssize_t count = ::read(tun_.get(), frame.data(), frame.size());
      if (count < 0 && errno == EINTR) continue;
      if (count < 0 && errno == EAGAIN) break;
      if (count <= 0) return;  // the interface was removed
      ip::SplitFrame(std::span(frame).first(static_cast<std::size_t>(count)), handlers_.datagram);
    }
    handlers_.idle();
  }
}

}  // namespace mbnrig::l2
