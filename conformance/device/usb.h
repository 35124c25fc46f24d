#pragma once

/// USB (transport/usb.h) for a test that does one thing after the other. Every call waits for a
/// limited time and returns how it ended. Nothing here depends on MBIM.

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

/// How a transfer ended, and the received data.
struct Reply {
  UsbStatus status = UsbStatus::kError;
  Bytes data;
  bool ok() const { return status == UsbStatus::kOk; }
};

/// One open device. Used on one thread. If even a cancelled transfer does not end in time, calls
/// throw bench::RigFault: this is a fault of the USB stack, not of the device.
class Usb {
 public:
  /// Opens the device. Throws bench::RigFault with the reason if that fails. `timeout` limits each
  /// control transfer.
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

  /// Data of an IN endpoint that arrives within `timeout`. Nothing if none arrives; the read then
  /// stays pending for the next call, so that no data is lost. All reads of an endpoint must ask
  /// for the same length until CancelIn.
  std::optional<Reply> In(std::uint8_t endpoint, std::size_t length, milliseconds timeout);
  /// Cancels a pending read and drops its data.
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
