#include "transport/cdc_wdm_pipe.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>

#include "transport/log.h"

namespace mbnrig::transport {
namespace {

std::uint32_t TransactionOf(ByteView fragment) {
  return fragment.size() < 12 ? 0
                              : static_cast<std::uint32_t>(fragment[8]) |
                                    static_cast<std::uint32_t>(fragment[9]) << 8 |
                                    static_cast<std::uint32_t>(fragment[10]) << 16 |
                                    static_cast<std::uint32_t>(fragment[11]) << 24;
}

/// Length of the fragment that begins here: as its header says, but at most all bytes.
std::size_t FragmentLength(ByteView bytes) {
  constexpr std::size_t kHeader = 12;
  if (bytes.size() < kHeader) {
    return bytes.size();
  }
  const std::size_t length =
      static_cast<std::size_t>(bytes[4]) | static_cast<std::size_t>(bytes[5]) << 8 |
      static_cast<std::size_t>(bytes[6]) << 16 | static_cast<std::size_t>(bytes[7]) << 24;
  return length < kHeader ? bytes.size() : std::min(length, bytes.size());
}

}  // namespace

CdcWdmPipe::CdcWdmPipe(std::shared_ptr<Executor> executor, const CdcWdmDevice& device,
                       const CdcWdmPaths& paths, std::chrono::milliseconds longest_hold)
    : executor_(std::move(executor)), device_(device), paths_(paths), longest_hold_(longest_hold) {}

CdcWdmPipe::~CdcWdmPipe() {
  Join();
}

void CdcWdmPipe::Join() {
  if (!thread_.joinable()) {
    return;
  }
  io_->Stop();
  if (thread_.get_id() == std::this_thread::get_id()) {
    thread_.detach();  // It owns what it uses, and is about to end.
  } else {
    thread_.join();
  }
}

void CdcWdmPipe::Open(Handlers handlers, std::function<void(UsbStatus)> done) {
  state_ = State::kOpening;
  handlers_ = std::move(handlers);
  open_done_ = std::move(done);
  io_ = std::make_shared<CdcWdmIo>(executor_, weak_from_this(), device_.node, paths_.processes);
  thread_ = std::thread([io = io_] { io->Run(); });
}

std::string CdcWdmPipe::Advice(UsbStatus failure) const {
  const std::string node = device_.node.string();
  switch (failure) {
    case UsbStatus::kNoAccess:
      return "no access: run as root, or give the user the right to " + node + " (a udev rule)";
    case UsbStatus::kBusy:
      return fmt::format("{} is held by {}: stop it", node,
                         holder_.empty() ? "another program" : holder_);
    default:
      return fmt::format("{}: {}", node, UsbStatusName(failure));
  }
}

void CdcWdmPipe::OnOpened(UsbStatus status, std::uint16_t max_control_message, std::string holder) {
  if (state_ != State::kOpening) {
    return;
  }
  holder_ = std::move(holder);
  if (status == UsbStatus::kOk) {
    state_ = State::kOpen;
    max_control_message_ = max_control_message;
  }
  const auto done = std::move(open_done_);
  open_done_ = nullptr;
  done(status);
}

void CdcWdmPipe::OnBytes(const Bytes& bytes) {
  // A read returns one fragment. Drivers of other versions may join several.
  ByteView rest = bytes;
  while (!rest.empty() && state_ == State::kOpen) {
    const std::size_t length = FragmentLength(rest);
    if (held_back_ != 0 && TransactionOf(rest) == written_transaction_) {
      LetGo();
    }
    // A copy, because the handler may close the pipe.
    if (const auto handler = handlers_.fragment) {
      handler(rest.first(length));
    }
    rest = rest.subspan(length);
  }
}

CdcWdmPipe::SendId CdcWdmPipe::Send(std::vector<Bytes> fragments, SendDone done) {
  const SendId id = outbox_.Add(std::move(fragments), std::move(done));
  SendNext();
  return id;
}

void CdcWdmPipe::SendNext() {
  if (state_ != State::kOpen || held_back_ != 0) {
    return;
  }
  if (const Bytes* fragment = outbox_.Begin()) {
    io_->Write(*fragment);
    HoldBack(*fragment);
  }
}

void CdcWdmPipe::HoldBack(const Bytes& fragment) {
  if (longest_hold_ == longest_hold_.zero()) {
    return;
  }
  written_transaction_ = TransactionOf(fragment);
  held_back_ = executor_->After(longest_hold_, [self = shared_from_this()] {
    self->held_back_ = 0;
    self->SendNext();
  });
}

void CdcWdmPipe::LetGo() {
  executor_->Cancel(held_back_);
  held_back_ = 0;
  SendNext();
}

void CdcWdmPipe::OnWritten(SendResult result) {
  if (state_ == State::kOpen) {
    outbox_.End(result);
    SendNext();
  }
}

void CdcWdmPipe::OnTrouble(const std::string& what) {
  if (state_ == State::kOpen) {
    // A device that is just leaving also causes such errors.
    Log().info("{}: {}", device_.info.location, what);
  }
}

void CdcWdmPipe::OnGone() {
  if (state_ == State::kOpening) {
    OnOpened(UsbStatus::kNoDevice, 0, {});
    return;
  }
  if (state_ != State::kOpen) {
    return;
  }
  state_ = State::kEnded;
  executor_->Cancel(held_back_);
  outbox_.Clear();
  const auto gone = std::move(handlers_.gone);
  handlers_ = {};
  gone();
}

void CdcWdmPipe::Close(std::function<void()> done) {
  state_ = State::kEnded;
  executor_->Cancel(held_back_);
  outbox_.Clear();
  handlers_ = {};
  open_done_ = nullptr;
  if (!io_) {
    executor_->Post(std::move(done));
    return;
  }
  // Closing the file may wait for a write that the function does not accept.
  io_->StopThen([self = shared_from_this(), done = std::move(done)] {
    self->Join();
    done();
  });
}

}  // namespace mbnrig::transport
