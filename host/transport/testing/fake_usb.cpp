#include "transport/testing/fake_usb.h"

#include <fmt/format.h>

#include <stdexcept>
#include <utility>

namespace mbnrig::transport::testing {

FakeUsbDevice::FakeUsbDevice(UsbDeviceInfo info, Configuration configuration)
    : info_(std::move(info)), configuration_(std::move(configuration)) {}

void FakeUsbDevice::set_control_handler(ControlHandler handler) {
  std::lock_guard lock(mutex_);
  control_handler_ = std::move(handler);
}

void FakeUsbDevice::set_operation_handler(OperationHandler handler) {
  std::lock_guard lock(mutex_);
  operation_handler_ = std::move(handler);
}

void FakeUsbDevice::set_out_handler(OutHandler handler) {
  std::lock_guard lock(mutex_);
  out_handler_ = std::move(handler);
}

void FakeUsbDevice::CompleteOut(std::uint8_t endpoint, UsbStatus status) {
  TransferDone done;
  {
    std::lock_guard lock(mutex_);
    auto& pending = pending_transfers_[endpoint];
    if (pending.empty()) {
      return;
    }
    done = std::move(pending.front());
    pending.pop_front();
  }
  done(status, {});
}

void FakeUsbDevice::CompleteIn(std::uint8_t endpoint, UsbStatus status, Bytes data) {
  TransferDone done;
  {
    std::lock_guard lock(mutex_);
    auto& pending = pending_transfers_[endpoint];
    if (pending.empty()) {
      early_in_[endpoint].push_back({status, std::move(data)});
      return;
    }
    done = std::move(pending.front());
    pending.pop_front();
  }
  done(status, data);
}

void FakeUsbDevice::EndPendingControl(UsbStatus status) {
  std::deque<TransferDone> pending;
  {
    std::lock_guard lock(mutex_);
    pending.swap(pending_control_);
  }
  for (const auto& done : pending) {
    done(status, {});
  }
}

std::deque<UsbDevice::TransferDone> FakeUsbDevice::TakePending() {
  std::deque<TransferDone> all;
  all.swap(pending_control_);
  for (auto& [endpoint, pending] : pending_transfers_) {
    for (auto& done : pending) {
      all.push_back(std::move(done));
    }
    pending.clear();
  }
  return all;
}

void FakeUsbDevice::Vanish() {
  std::deque<TransferDone> pending;
  {
    std::lock_guard lock(mutex_);
    vanished_ = true;
    pending = TakePending();
  }
  for (const auto& done : pending) {
    done(UsbStatus::kNoDevice, {});
  }
}

std::vector<std::string> FakeUsbDevice::operations() const {
  std::lock_guard lock(mutex_);
  return operations_;
}

std::size_t FakeUsbDevice::pending() const {
  std::lock_guard lock(mutex_);
  std::size_t count = pending_control_.size();
  for (const auto& [endpoint, pending] : pending_transfers_) {
    count += pending.size();
  }
  return count;
}

std::size_t FakeUsbDevice::pending(std::uint8_t endpoint) const {
  std::lock_guard lock(mutex_);
  const auto it = pending_transfers_.find(endpoint);
  return it == pending_transfers_.end() ? 0 : it->second.size();
}

bool FakeUsbDevice::WaitForPendingControl() {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, std::chrono::seconds(10),
                           [this] { return !pending_control_.empty(); });
}

void FakeUsbDevice::Operate(const std::string& operation, const Done& done) {
  OperationHandler handler;
  {
    std::lock_guard lock(mutex_);
    operations_.push_back(operation);
    if (!vanished_) {
      handler = operation_handler_ ? operation_handler_
                                   : [](const std::string&) { return UsbStatus::kOk; };
    }
  }
  done(handler ? handler(operation) : UsbStatus::kNoDevice);
}

void FakeUsbDevice::Open(Done done) {
  Operate("open", done);
}

void FakeUsbDevice::Claim(std::uint8_t interface, Done done) {
  Operate(fmt::format("claim {}", interface), done);
}

void FakeUsbDevice::SetAlternate(std::uint8_t interface, std::uint8_t alternate, Done done) {
  Operate(fmt::format("alternate {} {}", interface, alternate), done);
}

void FakeUsbDevice::ClearHalt(std::uint8_t endpoint, Done done) {
  Operate(fmt::format("clear-halt {}", endpoint), done);
}

void FakeUsbDevice::Control(const ControlCall& call, TransferDone done) {
  ControlHandler handler;
  bool vanished = false;
  {
    std::lock_guard lock(mutex_);
    vanished = vanished_;
    handler = control_handler_;
  }
  if (vanished) {
    done(UsbStatus::kNoDevice, {});
    return;
  }
  const auto answer = handler ? handler(call) : ControlAnswer{UsbStatus::kStall, {}};
  if (answer) {
    done(answer->status, answer->data);
    return;
  }
  {
    std::lock_guard lock(mutex_);
    vanished = vanished_;
    if (!vanished) {
      pending_control_.push_back(std::move(done));
      changed_.notify_all();
    }
  }
  if (vanished) {
    done(UsbStatus::kNoDevice, {});
  }
}

void FakeUsbDevice::ControlOut(const ControlRequest& request, ByteView data,
                               std::chrono::milliseconds timeout, Done done) {
  Control({request, Bytes(data.begin(), data.end()), 0, timeout},
          [done = std::move(done)](UsbStatus status, ByteView) { done(status); });
}

void FakeUsbDevice::ControlIn(const ControlRequest& request, std::uint16_t length,
                              std::chrono::milliseconds timeout, TransferDone done) {
  Control({request, {}, length, timeout}, std::move(done));
}

void FakeUsbDevice::In(std::uint8_t endpoint, std::size_t, TransferDone done) {
  ControlAnswer answer{UsbStatus::kNoDevice, {}};
  {
    std::lock_guard lock(mutex_);
    if (!vanished_) {
      auto& early = early_in_[endpoint];
      if (early.empty()) {
        pending_transfers_[endpoint].push_back(std::move(done));
        return;
      }
      answer = std::move(early.front());
      early.pop_front();
    }
  }
  done(answer.status, answer.data);
}

void FakeUsbDevice::Out(std::uint8_t endpoint, ByteView data, Done done) {
  OutHandler handler;
  bool vanished = false;
  {
    std::lock_guard lock(mutex_);
    vanished = vanished_;
    handler = out_handler_;
  }
  std::optional<UsbStatus> status = UsbStatus::kNoDevice;
  if (!vanished) {
    status = handler ? handler(endpoint, data) : UsbStatus::kOk;
  }
  if (!status) {
    std::lock_guard lock(mutex_);
    if (!vanished_) {
      pending_transfers_[endpoint].push_back(
          [done = std::move(done)](UsbStatus ended, ByteView) { done(ended); });
      return;
    }
    status = UsbStatus::kNoDevice;
  }
  done(*status);
}

void FakeUsbDevice::AfterCompletions(const std::function<void()>& call) {
  if (!together_) {
    call();
    return;
  }
  std::lock_guard lock(mutex_);
  after_completions_.push_back(call);
}

void FakeUsbDevice::EndCompletions() {
  std::unique_lock lock(mutex_);
  const auto calls = std::exchange(after_completions_, {});
  lock.unlock();
  for (const auto& call : calls) {
    call();
  }
}

void FakeUsbDevice::Cancel(std::uint8_t endpoint) {
  std::deque<TransferDone> pending;
  {
    std::lock_guard lock(mutex_);
    pending.swap(pending_transfers_[endpoint]);
  }
  for (const auto& done : pending) {
    done(UsbStatus::kCancelled, {});
  }
}

void FakeUsbDevice::Close(std::function<void()> done) {
  std::deque<TransferDone> pending;
  {
    std::lock_guard lock(mutex_);
    operations_.push_back("close");
    early_in_.clear();
    pending = TakePending();
  }
  for (const auto& transfer_done : pending) {
    transfer_done(UsbStatus::kCancelled, {});
  }
  done();
}

void FakeUsbBus::Plug(std::shared_ptr<FakeUsbDevice> device) {
  std::lock_guard lock(mutex_);
  devices_.insert(device);
  if (listener_) {
    listener_->OnArrival(std::move(device));
  }
}

void FakeUsbBus::Unplug(const std::shared_ptr<FakeUsbDevice>& device) {
  device->Vanish();
  std::lock_guard lock(mutex_);
  devices_.erase(device);
  if (listener_) {
    listener_->OnRemoval(device);
  }
}

void FakeUsbBus::Start(Listener& listener) {
  if (!start_error_.empty()) {
    throw std::runtime_error(start_error_);
  }
  std::lock_guard lock(mutex_);
  listener_ = &listener;
  for (const auto& device : devices_) {
    listener.OnArrival(device);
  }
}

void FakeUsbBus::Stop() {
  std::lock_guard lock(mutex_);
  listener_ = nullptr;
}

Configuration FakeMbimConfiguration(bool functional, std::uint16_t max_control_message,
                                    std::uint8_t max_outstanding_commands) {
  const EndpointDescriptor notification{0x85, 3, 64};
  const EndpointDescriptor bulk_in{0x82, 2, 512};
  const EndpointDescriptor bulk_out{0x07, 2, 512};
  InterfaceSetting control{0, 0, 0x02, 0x0E, 0x00, {notification}, {}};
  InterfaceSetting data{1, 0, 0x0A, 0x00, 0x02, {bulk_in, bulk_out}, {}};
  Configuration configuration{1, {}};
  if (functional) {
    control.extra = {5,
                     0x24,
                     0x06,
                     0,
                     1,  // union: control 0, data 1
                     12,
                     0x24,
                     0x1B,
                     0,
                     1,  // MBIM 1.0
                     static_cast<std::uint8_t>(max_control_message & 0xFF),
                     static_cast<std::uint8_t>(max_control_message >> 8),
                     16,
                     128,
                     0,
                     8,
                     0};
    if (max_outstanding_commands != 0) {
      control.extra.insert(control.extra.end(),
                           {8, 0x24, 0x1C, 0, 1, max_outstanding_commands, 0xDC, 5});
    }
    InterfaceSetting idle{1, 0, 0x0A, 0x00, 0x02, {}, {}};
    data.alternate = 1;
    configuration.settings = {control, idle, data};
  } else {
    configuration.settings = {control, data};
  }
  return configuration;
}

}  // namespace mbnrig::transport::testing
