#include "transport/cdc_wdm_watch.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>

namespace mbnrig::transport {

void CdcWdmWatch::Start(Handler handler) {
  handler_ = std::move(handler);
  changes_ = Fd(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
  wake_ = Fd(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!changes_ || !wake_ ||
      ::inotify_add_watch(changes_.get(), paths_.devices.c_str(),
                          IN_CREATE | IN_DELETE | IN_MOVED_TO | IN_MOVED_FROM) < 0) {
    const int error = errno;
    const bool limits = error == ENOSPC || error == EMFILE;
    throw std::runtime_error("cannot watch " + paths_.devices.string() + ": " +
                             std::strerror(error) +
                             (limits ? "; raise fs.inotify.max_user_watches and "
                                       "max_user_instances"
                                     : ""));
  }
  thread_ = std::thread([this] { Run(); });
}

void CdcWdmWatch::Stop() {
  if (!thread_.joinable()) {
    return;
  }
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(wake_.get(), &one, sizeof one);
  thread_.join();
}

void CdcWdmWatch::Run() {
  Scan();
  std::array<pollfd, 2> fds{{{changes_.get(), POLLIN, 0}, {wake_.get(), POLLIN, 0}}};
  while (::poll(fds.data(), fds.size(), -1) >= 0 || errno == EINTR) {
    if (fds[1].revents != 0) {
      return;
    }
    TakeEvents();
    Scan();
  }
}

/// A node that was created again is another arrival, although it looks like the previous one.
void CdcWdmWatch::TakeEvents() {
  alignas(inotify_event) std::array<char, 4096> buffer;
  for (;;) {
    const ssize_t count = ::read(changes_.get(), buffer.data(), buffer.size());
    if (count <= 0) {
      return;
    }
    for (ssize_t at = 0; at + static_cast<ssize_t>(sizeof(inotify_event)) <= count;) {
      const auto* event = reinterpret_cast<const inotify_event*>(buffer.data() + at);
      const std::string name = event->len != 0 ? event->name : "";
      if ((event->mask & (IN_CREATE | IN_MOVED_TO)) != 0 && name.starts_with("cdc-wdm")) {
        ++appearances_[name];
      }
      at += static_cast<ssize_t>(sizeof(inotify_event) + event->len);
    }
  }
}

void CdcWdmWatch::Scan() {
  auto devices = FindCdcWdmDevices(paths_);
  for (auto& device : devices) {
    device.appearance = appearances_[device.node.filename()];
  }
  handler_(std::move(devices));
}

}  // namespace mbnrig::transport
