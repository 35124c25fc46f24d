#include "trace/writer.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace mbnrig::trace {
namespace {

/// After this time, comments get a packet of their own.
constexpr std::uint64_t kCommentWait = 1'000'000;  // ns
/// If this many bytes wait, the thread writes them before its interval is over.
constexpr std::size_t kWakeAt = 256u << 10;      // bytes
constexpr std::size_t kMaxComments = 64u << 10;  // bytes

std::uint64_t SystemTime() {
  return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::nanoseconds>(
                                        std::chrono::system_clock::now().time_since_epoch())
                                        .count());
}

std::string Reason(int error) {
  return std::generic_category().message(error);
}

Fd Open(const std::filesystem::path& path) {
  // Without O_NONBLOCK, a pipe that no process reads would block the thread forever.
  Fd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NONBLOCK, 0600));
  if (file.get() < 0) {
    const int error = errno;
    throw std::runtime_error("cannot write the trace " + path.string() + ": " +
                             (error == ENXIO ? "no process reads this pipe" : Reason(error)));
  }
  // An existing file keeps its permissions, but a trace contains PINs.
  struct stat status {};
  if (::fstat(file.get(), &status) == 0 && S_ISREG(status.st_mode) &&
      ::fchmod(file.get(), 0600) < 0) {
    throw std::runtime_error("cannot write the trace " + path.string() +
                             ": the file belongs to another user, who could read PINs in it");
  }
  return file;
}

WriterOptions Complete(WriterOptions options) {
  if (!options.clock) options.clock = SystemTime;
  return options;
}

}  // namespace

Writer::Writer(const std::filesystem::path& path, WriterOptions options)
    : path_(path), options_(Complete(std::move(options))), file_(Open(path)) {
  listening_.event = Urb::Event::kSubmit;
  listening_.transfer = Urb::Transfer::kInterrupt;
  listening_.endpoint = 0x81;
  listening_.device = 1;
  listening_.status = urb_status::kInProgress;
  AppendSectionHeader(waiting_, options_.application);
  AppendInterface(waiting_, kLinkTypeUsbLinuxMmapped, "usb");
  thread_ = std::thread([this] { Run(); });
}

Writer::~Writer() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  work_.notify_all();
  thread_.join();
}

void Writer::Add(const Urb& urb, ByteView data) {
  bool much = false;
  {
    const std::lock_guard lock(mutex_);
    const std::size_t before = waiting_.size();
    AddLocked(urb, data, options_.clock());
    much = before < kWakeAt && waiting_.size() >= kWakeAt;
  }
  if (much) work_.notify_all();
}

void Writer::AddLocked(const Urb& urb, ByteView data, std::uint64_t time) {
  if (!comments_.empty() && time - comments_time_ > kCommentWait) PlaceComments(comments_time_);
  if (urb.transfer == Urb::Transfer::kInterrupt) {
    listening_.endpoint = urb.endpoint;
    listening_.bus = urb.bus;
  }
  listening_.device = urb.device;
  Append(urb, data, time);
}

/// Gives the waiting comments a packet of their own.
void Writer::PlaceComments(std::uint64_t time) {
  if (comments_.empty()) return;
  Append(listening_, {}, time);
}

void Writer::Append(const Urb& urb, ByteView data, std::uint64_t time) {
  ++statistics_.packets;
  if (dropped_before_ != 0 && !ended_) {
    comments_ += std::to_string(dropped_before_) +
                 " packets are missing here: the disk was slower than the bus";
    comments_ += '\0';
  }
  const std::size_t size = PacketSize(Urb::kHeaderSize + data.size(), comments_);
  if (ended_ || size > pcapng::kMaxBlock || waiting_.size() + size > options_.max_waiting) {
    ++statistics_.dropped;
    ++dropped_before_;
    comments_.clear();
    return;
  }
  dropped_before_ = 0;
  const UrbHeader header = EncodeUrb(urb, time, data.size());
  AppendPacket(waiting_, time, header, data, comments_);
  comments_.clear();
}

void Writer::Comment(std::string_view text) {
  const std::lock_guard lock(mutex_);
  const std::uint64_t time = options_.clock();
  if (!comments_.empty() && time - comments_time_ > kCommentWait) PlaceComments(comments_time_);
  if (comments_.size() + text.size() > kMaxComments) PlaceComments(comments_time_);
  if (comments_.empty()) comments_time_ = time;
  // In `comments_`, '\0' ends a comment.
  comments_ += text.substr(0, std::min(text.find('\0'), pcapng::kMaxComment));
  comments_ += '\0';
}

void Writer::Flush() {
  std::unique_lock lock(mutex_);
  const std::uint64_t number = ++flushes_wanted_;
  work_.notify_all();
  done_.wait(lock, [&] { return flushes_done_ >= number; });
}

std::uint8_t Writer::NextDevice() {
  constexpr std::uint8_t kLast = 127;  // USB 2.0, section 8.3.2.1: seven bits
  const std::lock_guard lock(mutex_);
  last_device_ =
      last_device_ == kLast ? std::uint8_t{1} : static_cast<std::uint8_t>(last_device_ + 1);
  return last_device_;
}

std::uint64_t Writer::NextId() {
  const std::lock_guard lock(mutex_);
  return ++last_id_;
}

Writer::Statistics Writer::statistics() const {
  const std::lock_guard lock(mutex_);
  return statistics_;
}

void Writer::Run() {
  // If the reader of a pipe leaves, write(2) then fails and no signal ends the process.
  sigset_t pipe_signal;
  sigemptyset(&pipe_signal);
  sigaddset(&pipe_signal, SIGPIPE);
  ::pthread_sigmask(SIG_BLOCK, &pipe_signal, nullptr);

  Bytes writing;
  std::unique_lock lock(mutex_);
  for (;;) {
    work_.wait_for(lock, options_.flush_interval, [this] {
      return stopping_ || flushes_wanted_ > flushes_done_ || waiting_.size() >= kWakeAt;
    });
    const bool last = stopping_;
    const std::uint64_t flushes = flushes_wanted_;
    if (!comments_.empty() &&
        (last || flushes > flushes_done_ || options_.clock() - comments_time_ > kCommentWait)) {
      PlaceComments(comments_time_);
    }
    if (last && !ended_) {
      AppendStatistics(waiting_, options_.clock(), statistics_.packets, statistics_.dropped);
    }
    std::swap(writing, waiting_);
    lock.unlock();
    const bool written = writing.empty() || Write(writing);
    writing.clear();
    lock.lock();
    if (!written) ended_ = true;
    flushes_done_ = flushes;
    done_.notify_all();
    if (last) return;
  }
}

/// Writes whole blocks. If this fails, removes the half that was written.
bool Writer::Write(ByteView bytes) {
  if (ended_) return false;  // set by this thread only
  ByteView rest = bytes;
  while (!rest.empty()) {
    const ::ssize_t count = ::write(file_.get(), rest.data(), rest.size());
    if (count > 0) {
      rest = rest.subspan(static_cast<std::size_t>(count));
    } else if (count < 0 && errno == EAGAIN) {
      ::pollfd writable{file_.get(), POLLOUT, 0};
      if (::poll(&writable, 1, static_cast<int>(options_.write_timeout.count())) == 0) {
        End("no process reads this pipe");
        return false;
      }
    } else if (count == 0 || errno != EINTR) {
      End(Reason(count == 0 ? ENOSPC : errno));
      return false;
    }
  }
  written_ += bytes.size();
  return true;
}

void Writer::End(const std::string& why) {
  spdlog::error("the trace {} ends here: {}", path_.string(), why);
  // A pipe cannot be cut: its reader gets half a block.
  if (::ftruncate(file_.get(), static_cast<::off_t>(written_)) != 0) {
    spdlog::debug("the trace {} ends in the middle of a packet", path_.string());
  }
}

}  // namespace mbnrig::trace
