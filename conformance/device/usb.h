#pragma once

/// The USB seam (transport/usb.h) for a test, which does one thing after the other: every call
/// waits, with a bound, and says how it ended. Nothing here knows of MBIM.

#include <chrono>
#include <map>
#include <memory>
#include <optional>

#include "transport/usb.h"

namespace mbnrig::device {

using mbim::Bytes;
using mbim::ByteView;
using std::chrono::milliseconds;
using transport::UsbStatus;

/// How a transfer ended, and what came.
struct Reply {
  UsbStatus status = UsbStatus::kError;
  Bytes data;
  bool ok() const { return status == UsbStatus::kOk; }
};

/// One open device. One thread. Where even cancelling does not end a transfer within the bound,
/// calls throw bench::RigFault: the stack is at fault, not the device.
class Usb {
 public:
  /// Opens the device; throws bench::RigFault with the reason where that fails. `timeout` bounds
  /// each control transfer.
  Usb(std::shared_ptr<transport::UsbDevice> device, milliseconds timeout);
  ~Usb();
  Usb(const Usb&) = delete;
  Usb& operator=(const Usb&) = delete;

  const transport::UsbDevice& device() const { return *device_; }

  UsbStatus Claim(std::uint8_t interface);
  UsbStatus SetAlternate(std::uint8_t interface, std::uint8_t alternate);
  UsbStatus ClearHalt(std::uint8_t endpoint);
  UsbStatus ControlOut(const transport::ControlRequest& request, ByteView data = {});
  Reply ControlIn(const transport::ControlRequest& request, std::uint16_t length);
  UsbStatus Out(std::uint8_t endpoint, ByteView data, milliseconds timeout);

  /// What comes on an IN endpoint within `timeout`; nothing when nothing does, and then the read
  /// stays pending for the next call, so that no data is lost in between. All reads of an endpoint
  /// are to ask for the same length until CancelIn.
  std::optional<Reply> In(std::uint8_t endpoint, std::size_t length, milliseconds timeout);
  /// Ends a pending read; what it has brought is dropped.
  void CancelIn(std::uint8_t endpoint);

 private:
  struct Pending;
  template <class Start>
  Reply Wait(const char* what, milliseconds timeout, Start start);

  const std::shared_ptr<transport::UsbDevice> device_;
  const milliseconds timeout_;
  std::map<std::uint8_t, std::shared_ptr<Pending>> reads_;
};

}  // namespace mbnrig::device
