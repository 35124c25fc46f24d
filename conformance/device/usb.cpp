#include "device/usb.h"

#include <condition_variable>
#include <mutex>
#include <string>
#include <utility>

#include "bench/bench.h"

namespace mbnrig::device {
namespace {

/// Extra time for the USB stack to report the end of a transfer, after the transfer's own timeout.
constexpr milliseconds kGrace{10'000};

}  // namespace

/// A pending transfer. Shared with its completion, which may come after the wait has ended.
struct Usb::Pending {
  std::mutex mutex;
  std::condition_variable ended;
  bool over = false;
  Reply reply;

  void End(UsbStatus status, ByteView data) {
    const std::lock_guard lock(mutex);
    reply = {status, Bytes(data.begin(), data.end())};
    over = true;
    ended.notify_all();
  }
  bool WaitFor(milliseconds timeout) {
    std::unique_lock lock(mutex);
    return ended.wait_for(lock, timeout, [this] { return over; });
  }
};

template <class Start>
Reply Usb::Wait(const char* what, milliseconds timeout, Start start) {
  const auto pending = std::make_shared<Pending>();
  start(pending);
  if (!pending->WaitFor(timeout + kGrace)) {
    throw bench::RigFault(std::string(what) + " did not end in time");
  }
  return pending->reply;
}

Usb::Usb(std::shared_ptr<transport::UsbDevice> device, milliseconds timeout)
    : device_(std::move(device)), timeout_(timeout) {
  const Reply reply = Wait("open", timeout_, [this](auto pending) {
    device_->Open([pending](UsbStatus status) { pending->End(status, {}); });
  });
  if (!reply.ok()) {
    throw bench::RigFault("cannot open " + device_->info().location + ": " +
                          std::string(UsbStatusName(reply.status)));
  }
}

Usb::~Usb() {
  const auto pending = std::make_shared<Pending>();
  device_->Close([pending] { pending->End(UsbStatus::kOk, {}); });
  pending->WaitFor(kGrace);
}

UsbStatus Usb::Claim(std::uint8_t interface) {
  return Wait("claim", timeout_,
              [&](auto pending) {
                device_->Claim(interface,
                               [pending](UsbStatus status) { pending->End(status, {}); });
              })
      .status;
}

UsbStatus Usb::SetAlternate(std::uint8_t interface, std::uint8_t alternate) {
  return Wait("SET_INTERFACE", timeout_,
              [&](auto pending) {
                device_->SetAlternate(interface, alternate,
                                      [pending](UsbStatus status) { pending->End(status, {}); });
              })
      .status;
}

UsbStatus Usb::ClearHalt(std::uint8_t endpoint) {
  return Wait("CLEAR_FEATURE", timeout_,
              [&](auto pending) {
                device_->ClearHalt(endpoint,
                                   [pending](UsbStatus status) { pending->End(status, {}); });
              })
      .status;
}

UsbStatus Usb::ControlOut(const transport::ControlRequest& request, ByteView data) {
  return Wait("control transfer", timeout_,
              [&](auto pending) {
                device_->ControlOut(request, data, timeout_,
                                    [pending](UsbStatus status) { pending->End(status, {}); });
              })
      .status;
}

Reply Usb::ControlIn(const transport::ControlRequest& request, std::uint16_t length) {
  return Wait("control transfer", timeout_, [&](auto pending) {
    device_->ControlIn(request, length, timeout_, [pending](UsbStatus status, ByteView bytes) {
      pending->End(status, bytes);
    });
  });
}

UsbStatus Usb::Out(std::uint8_t endpoint, ByteView data, milliseconds timeout) {
  const auto pending = std::make_shared<Pending>();
  device_->Out(endpoint, data, [pending](UsbStatus status) { pending->End(status, {}); });
  if (pending->WaitFor(timeout)) return pending->reply.status;
  device_->Cancel(endpoint);
  if (!pending->WaitFor(kGrace)) throw bench::RigFault("a cancelled write did not end");
  return pending->reply.status == UsbStatus::kCancelled ? UsbStatus::kTimedOut
                                                        : pending->reply.status;
}

std::optional<Reply> Usb::In(std::uint8_t endpoint, std::size_t length, milliseconds timeout) {
  auto& read = reads_[endpoint];
  if (!read) {
    read = std::make_shared<Pending>();
    device_->In(endpoint, length,
                [pending = read](UsbStatus status, ByteView data) { pending->End(status, data); });
  }
  if (!read->WaitFor(timeout)) return std::nullopt;
  const auto ended = std::exchange(read, nullptr);
  return std::move(ended->reply);
}

void Usb::CancelIn(std::uint8_t endpoint) {
  const auto read = std::exchange(reads_[endpoint], nullptr);
  if (!read) return;
  device_->Cancel(endpoint);
  if (!read->WaitFor(kGrace)) throw bench::RigFault("a cancelled read did not end");
}

}  // namespace mbnrig::device
