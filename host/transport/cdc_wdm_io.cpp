#include "transport/cdc_wdm_io.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/usb/cdc-wdm.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/ioctl.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "transport/cdc_wdm_devices.h"

namespace mbnrig::transport {
namespace {

constexpr std::uint16_t kSmallestControlMessage = 64, kLargestControlMessage = 4096;
/// A pause in milliseconds while the file keeps an error, which poll would report again and again.
constexpr int kErrorPause = 20;

/// The events that are present now: POLLIN, POLLOUT, POLLERR, POLLHUP.
short Look(const Fd& file) {
  pollfd fd{file.get(), POLLIN | POLLOUT, 0};
  return ::poll(&fd, 1, 0) > 0 ? fd.revents : short{0};
}

bool Gone(short events) {
  return (events & (POLLHUP | POLLNVAL)) != 0;
}

}  // namespace

CdcWdmIo::CdcWdmIo(std::shared_ptr<Executor> executor, std::weak_ptr<Listener> listener,
                   std::filesystem::path node, std::filesystem::path processes)
    : executor_(std::move(executor)),
      listener_(std::move(listener)),
      node_(std::move(node)),
      processes_(std::move(processes)),
      wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

void CdcWdmIo::Tell(std::function<void(Listener&)> what) {
  executor_->Dispatch([listener = listener_, what = std::move(what)] {
    if (const auto held = listener.lock()) {
      what(*held);
    }
  });
}

void CdcWdmIo::Run() {
  std::uint16_t max_control_message = 0;
  std::string holder;
  const UsbStatus opened = wake_ ? Open(max_control_message, holder) : UsbStatus::kError;
  Tell([=](Listener& listener) { listener.OnOpened(opened, max_control_message, holder); });
  if (opened == UsbStatus::kOk) {
    Work(max_control_message);
  }
  file_.Close();
  std::function<void()> closed;
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
    closed.swap(closed_);
  }
  if (closed) {
    executor_->Post(std::move(closed));
  }
}

UsbStatus CdcWdmIo::Open(std::uint16_t& max_control_message, std::string& holder) {
  file_ = Fd(::open(node_.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC));
  if (!file_) {
    switch (errno) {
      case EACCES:
      case EPERM:
        return UsbStatus::kNoAccess;
      case EBUSY:  // opened through its WWAN port
        holder = FindHolder(node_, processes_).value_or("");
        return UsbStatus::kBusy;
      case ENOENT:
      case ENODEV:
      case ENXIO:
        return UsbStatus::kNoDevice;
      default:
        return UsbStatus::kError;
    }
  }
  // The driver would let several processes in. Processes of mbnrig exclude each other with this
  // lock.
  const bool locked = ::flock(file_.get(), LOCK_EX | LOCK_NB) == 0;
  const auto other = FindHolder(node_, processes_);
  if (!locked || other) {
    holder = other.value_or("");
    return UsbStatus::kBusy;
  }
  __u16 largest = 0;
  if (::ioctl(file_.get(), IOCTL_WDM_MAX_COMMAND, &largest) != 0) {
    largest = kLargestControlMessage;
  }
  max_control_message =
      std::clamp<std::uint16_t>(largest, kSmallestControlMessage, kLargestControlMessage);
  return UsbStatus::kOk;
}

void CdcWdmIo::Work(std::size_t max_control_message) {
  Bytes buffer(max_control_message);
  bool error = false;  // an error that reading did not clear
  for (;;) {
    bool to_write = written_;
    {
      const std::lock_guard lock(mutex_);
      if (stopping_) {
        return;
      }
      to_write = to_write || fragment_.has_value();
    }
    std::array<pollfd, 2> fds{
        {{wake_.get(), POLLIN, 0},
         {error ? -1 : file_.get(), static_cast<short>(POLLIN | (to_write ? POLLOUT : 0)), 0}}};
    if (::poll(fds.data(), fds.size(), error ? kErrorPause : -1) < 0 && errno != EINTR) {
      Tell([](Listener& listener) { listener.OnGone(); });
      return;
    }
    std::uint64_t wakes = 0;
    [[maybe_unused]] const auto woken = ::read(wake_.get(), &wakes, sizeof wakes);
    const short events = Look(file_);
    if (Gone(events) || !ReadAll(buffer) || !WriteNext()) {
      Tell([](Listener& listener) { listener.OnGone(); });
      return;
    }
    error = (Look(file_) & POLLERR) != 0;
  }
}

bool CdcWdmIo::ReadAll(Bytes& buffer) {
  for (;;) {
    const ssize_t count = ::read(file_.get(), buffer.data(), buffer.size());
    if (count > 0) {
      Tell([bytes = Bytes(buffer.begin(), buffer.begin() + count)](Listener& listener) {
        listener.OnBytes(bytes);
      });
    } else if (count == 0 || errno == EAGAIN) {
      return true;
    } else if (errno == ENODEV) {
      return false;
    } else if (errno != EINTR) {
      Tell([error = errno](Listener& listener) {
        listener.OnTrouble(fmt::format("reading a response: {}", std::strerror(error)));
      });
      return true;
    }
  }
}

/// Completes the fragment that was written, then writes the next one. The driver shows the end of a
/// write by being ready for another one, and its failure as an error of the next write.
bool CdcWdmIo::WriteNext() {
  if (written_) {
    const short events = Look(file_);
    if ((events & POLLOUT) == 0) {
      return !Gone(events);
    }
    SendResult result = SendResult::kSent;
    if ((events & POLLERR) != 0 && !older_error_ && ::write(file_.get(), "", 0) < 0) {
      if (errno == ENODEV) {
        return false;
      }
      result = SendResult::kRefused;
    }
    written_ = false;
    Tell([result](Listener& listener) { listener.OnWritten(result); });
  }
  std::optional<Bytes> fragment;
  {
    const std::lock_guard lock(mutex_);
    fragment.swap(fragment_);
  }
  if (!fragment) {
    return true;
  }
  older_error_ = (Look(file_) & POLLERR) != 0;
  ssize_t count = ::write(file_.get(), fragment->data(), fragment->size());
  if (count < 0 && errno == EIO) {  // the older error
    older_error_ = false;
    count = ::write(file_.get(), fragment->data(), fragment->size());
  }
  if (count >= 0) {
    written_ = true;
    return true;
  }
  if (errno == EAGAIN || errno == EINTR) {
    const std::lock_guard lock(mutex_);
    fragment_.swap(fragment);
    return true;
  }
  if (errno == ENODEV) {
    return false;
  }
  Tell([](Listener& listener) { listener.OnWritten(SendResult::kUncertain); });
  return true;
}

void CdcWdmIo::Write(Bytes fragment) {
  {
    const std::lock_guard lock(mutex_);
    fragment_ = std::move(fragment);
  }
  Wake();
}

void CdcWdmIo::Stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  Wake();
}

void CdcWdmIo::StopThen(std::function<void()> closed) {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    if (!ended_) {
      closed_.swap(closed);
    }
  }
  if (closed) {
    executor_->Post(std::move(closed));
  }
  Wake();
}

void CdcWdmIo::Wake() {
  const std::uint64_t one = 1;
  // A full counter also wakes the thread.
  [[maybe_unused]] const auto written = ::write(wake_.get(), &one, sizeof one);
}

}  // namespace mbnrig::transport
