#include "usb/gadgetfs_control.h"

#include <fcntl.h>
#include <linux/usb/gadgetfs.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <system_error>
#include <utility>

#include "usb/interruption.h"
#include "usb/requests.h"

namespace mbnrig::usb {
namespace {

/// Limit of requests without an answer that wait for the loop thread. The kernel drops further
/// ones.
constexpr std::size_t kMaxTaken = 64;
constexpr std::size_t kMaxControlData = 4096;
/// A pause after a failed read: a read that fails at once must not keep a processor busy.
constexpr std::chrono::milliseconds kAfterFailure{10};

std::uint16_t Word(const void* wire) {
  std::uint8_t bytes[2];
  std::memcpy(bytes, wire, sizeof bytes);
  return static_cast<std::uint16_t>(bytes[0] | bytes[1] << 8);
}

bool HasOutData(const SetupPacket& setup) {
  return !IsIn(setup) && setup.length > 0;
}

void Watch(const Fd& epoll, const Fd& fd) {
  epoll_event event{};
  event.events = EPOLLIN;
  if (::epoll_ctl(epoll.get(), EPOLL_CTL_ADD, fd.get(), &event) != 0) {
    throw std::system_error(errno, std::generic_category(), "epoll_ctl");
  }
}

/// Lets the calling thread run before all threads without real-time priority. If the process may
/// not do this, the host's speed decides which requests are lost.
void HurryUp() {
  const sched_param priority{::sched_get_priority_min(SCHED_FIFO)};
  ::pthread_setschedparam(::pthread_self(), SCHED_FIFO, &priority);
}

}  // namespace

GadgetFsControl::GadgetFsControl(int ep0)
    : ep0_(ep0),
      taken_signal_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      events_(::epoll_create1(EPOLL_CLOEXEC)) {
  if (!taken_signal_ || !events_) {
    throw std::system_error(errno, std::generic_category(), "eventfd, epoll");
  }
  Watch(events_, taken_signal_);
  InterruptionSignal();
  thread_ = std::thread([this] { Run(); });
}

GadgetFsControl::~GadgetFsControl() {
  std::unique_lock lock(mutex_);
  stopping_ = true;
  changed_.notify_all();
  while (!stopped_) {
    ::pthread_kill(thread_.native_handle(), InterruptionSignal());
    changed_.wait_for(lock, kInterruptAgain, [this] { return stopped_; });
  }
  lock.unlock();
  thread_.join();
}

// --- on the thread that takes requests --------------------------------------------------------

void GadgetFsControl::Run() {
  HurryUp();
  for (;;) {
    bool lost_step = false;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return stopping_ || (!waiting_ && taken_.size() < kMaxTaken); });
      if (stopping_) {
        stopped_ = true;
        changed_.notify_all();
        return;
      }
      lost_step = std::exchange(lost_step_, false);
    }
    if (lost_step) early_data_ = Resynchronise();
    TakeOne();
  }
}

void GadgetFsControl::TakeOne() {
  usb_gadgetfs_event event{};
  const ssize_t count = ::read(ep0_, &event, sizeof event);
  if (count != sizeof event) {
    if (count >= 0 || errno != EINTR) {
      std::unique_lock lock(mutex_);
      changed_.wait_for(lock, kAfterFailure, [this] { return stopping_; });
    }
    return;
  }
  if (event.type == GADGETFS_DISCONNECT) {
    early_data_.reset();
    skip_request_ = false;
    Push({BusResetEvent{}, {}});
  } else if (event.type == GADGETFS_SETUP) {
    const usb_ctrlrequest& setup = event.u.setup;
    TakeRequest({setup.bRequestType, setup.bRequest, Word(&setup.wValue), Word(&setup.wIndex),
                 Word(&setup.wLength)});
  }
}

void GadgetFsControl::TakeRequest(const SetupPacket& setup) {
  if (std::exchange(skip_request_, false)) {
    Refuse(setup);  // the host does not wait for it any more; lets the kernel go on
    return;
  }
  Bytes data;
  if (HasOutData(setup)) {
    data.resize(setup.length);
    if (early_data_) {
      data = std::move(*early_data_);
      early_data_.reset();
      // Now that the request was read, the kernel expects that its data is read once more.
      [[maybe_unused]] const auto result = ::read(ep0_, data.data(), 0);
    } else {
      const ssize_t count = ::read(ep0_, data.data(), data.size());
      if (count < 0) {
        if (errno == EIDRM) early_data_ = Resynchronise();
        return;
      }
      data.resize(static_cast<std::size_t>(count));
    }
  }
  Push({setup, std::move(data)});
}

/// While a request is unread, the kernel takes every read and write as the answer to it. This
/// brings the kernel back to delivering requests: an IN request gets a stall; a request without
/// data is acknowledged in advance; the data of an OUT request is returned, so nothing is lost.
std::optional<Bytes> GadgetFsControl::Resynchronise() {
  Bytes data(kMaxControlData);
  const int flags = ::fcntl(ep0_, F_GETFL);
  ::fcntl(ep0_, F_SETFL, flags | O_NONBLOCK);
  ssize_t count = ::read(ep0_, data.data(), data.size());
  const int error = errno;
  ::fcntl(ep0_, F_SETFL, flags);
  if (count < 0 && error == EL2HLT) {
    skip_request_ = true;
    return std::nullopt;
  }
  if (count < 0 && error == EAGAIN) {
    pollfd ep0{ep0_, POLLOUT, 0};
    const bool no_data = ::poll(&ep0, 1, 0) > 0 && (ep0.revents & POLLOUT) != 0;
    count = ::read(ep0_, data.data(), no_data ? 0 : data.size());
    if (no_data) return std::nullopt;
  }
  if (count < 0) return std::nullopt;
  data.resize(static_cast<std::size_t>(count));
  return data;
}

// Reading or writing in the wrong direction stalls the request.
void GadgetFsControl::Refuse(const SetupPacket& setup) const {
  char nothing = 0;
  [[maybe_unused]] const auto result =
      IsIn(setup) ? ::read(ep0_, &nothing, 1) : ::write(ep0_, &nothing, 0);
}

void GadgetFsControl::Push(Taken taken) {
  std::lock_guard lock(mutex_);
  const auto* setup = std::get_if<SetupPacket>(&taken.event);
  waiting_ = setup != nullptr && !HasOutData(*setup);
  taken_.push_back(std::move(taken));
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(taken_signal_.get(), &one, sizeof one);
}

// --- on the loop thread -----------------------------------------------------------------------

/// poll() on GadgetFS's ep0 clears the news that the host has given up a request. Therefore SIGIO
/// reports every event: it is sent to this thread alone and read from a descriptor.
void GadgetFsControl::BeginLoop() {
  HurryUp();  // requests would also be lost between an answer and waking the other thread
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGIO);
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
  news_ = Fd(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
  Watch(events_, news_);
  const f_owner_ex owner{F_OWNER_TID, ::gettid()};
  ::fcntl(ep0_, F_SETOWN_EX, &owner);
  ::fcntl(ep0_, F_SETFL, O_ASYNC);
}

void GadgetFsControl::ClearEventSignal() {
  std::uint64_t count = 0;
  [[maybe_unused]] const auto result = ::read(taken_signal_.get(), &count, sizeof count);
  signalfd_siginfo info{};
  while (::read(news_.get(), &info, sizeof info) == sizeof info) {
  }
}

std::optional<DeviceEvent> GadgetFsControl::NextEvent() {
  std::lock_guard lock(mutex_);
  if (!taken_.empty()) {
    Taken next = std::move(taken_.front());
    taken_.pop_front();
    changed_.notify_all();
    data_ = std::move(next.data);
    return next.event;
  }
  if (!waiting_) return std::nullopt;
  // An answer is due. The kernel says only once that the host has given the request up: here.
  pollfd ep0{ep0_, POLLIN, 0};
  if (::poll(&ep0, 1, 0) <= 0 || (ep0.revents & (POLLIN | POLLHUP)) == 0) return std::nullopt;
  waiting_ = false;
  lost_step_ = (ep0.revents & POLLHUP) != 0;
  changed_.notify_all();
  return SetupCancelledEvent{};
}

void GadgetFsControl::Stall(const SetupPacket& setup) {
  Refuse(setup);
  Answered();
}

void GadgetFsControl::Ack() {
  char nothing = 0;
  [[maybe_unused]] const auto result = ::read(ep0_, &nothing, 0);
  Answered();
}

void GadgetFsControl::Send(ByteView data) {
  [[maybe_unused]] const auto result = ::write(ep0_, data.data(), data.size());
  Answered();
}

void GadgetFsControl::Answered() {
  std::lock_guard lock(mutex_);
  waiting_ = false;
  changed_.notify_all();
}

}  // namespace mbnrig::usb
