#pragma once

/// The narrow seam behind which a USB stack lives: libusb (libusb.h), a bus in the process
/// (loopback.h), a scripted one for tests (fake_usb.h). It speaks USB and knows nothing of MBIM.
///
/// Everything that may take time is asynchronous. A completion is called exactly once, on any
/// thread, without a lock of the seam, possibly before the call that it belongs to has returned;
/// every method may be called within it. Whoever uses the seam gives it to an executor (executor.h)
/// and does nothing else in it. Datagrams are the exception: they go on from where they came in, to
/// what does not block (data_pipe.h).

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "transport/descriptors.h"

namespace mbnrig::transport {

/// How a transfer or an operation on a device ended.
enum class UsbStatus {
  kOk,
  kStall,     ///< the device refused the request, or the endpoint is halted
  kTimedOut,  ///< not done within the transfer's timeout
  kCancelled,
  kNoDevice,  ///< the device has left the bus, or the bus was stopped
  kNoAccess,  ///< the caller lacks the rights
  kBusy,      ///< another program holds the interface
  kOverflow,  ///< the device sent more than was asked for
  kError,     ///< anything else; a device that is just leaving shows up so too
};
/// "stall", "no device", ...
std::string_view UsbStatusName(UsbStatus status);

/// The eight bytes of a SETUP packet but for wLength, which follows from the data (USB 2.0, 9.3).
struct ControlRequest {
  std::uint8_t request_type = 0;
  std::uint8_t request = 0;
  std::uint16_t value = 0, index = 0;
};

/// What a device says of itself without being asked for anything that takes time.
struct UsbDeviceInfo {
  std::string location;  ///< bus and ports, "usb-1-4.2"; the same for the next device in that port
  std::uint16_t vendor_id = 0, product_id = 0;
  std::string manufacturer, product, serial;  ///< printable UTF-8; empty when not known
};

/// One device. Thread-safe. Lives as long as someone holds it; once it has left the bus, or the bus
/// was stopped, everything ends with kNoDevice.
class UsbDevice {
 public:
  using Done = std::function<void(UsbStatus)>;
  /// The bytes are valid during the call only.
  using TransferDone = std::function<void(UsbStatus, ByteView)>;

  virtual ~UsbDevice() = default;
  virtual const UsbDeviceInfo& info() const = 0;
  /// The active configuration.
  virtual const Configuration& configuration() const = 0;

  /// Opens the device; everything below needs that. To be paired with Close, whatever it says.
  virtual void Open(Done done) = 0;
  /// Takes an interface, and it away from the kernel's driver where one is bound.
  virtual void Claim(std::uint8_t interface, Done done) = 0;
  /// SET_INTERFACE of a claimed interface.
  virtual void SetAlternate(std::uint8_t interface, std::uint8_t alternate, Done done) = 0;
  /// CLEAR_FEATURE(ENDPOINT_HALT) of an endpoint of a claimed interface.
  virtual void ClearHalt(std::uint8_t endpoint, Done done) = 0;

  /// A control request with data to the device (possibly none).
  virtual void ControlOut(const ControlRequest& request, ByteView data,
                          std::chrono::milliseconds timeout, Done done) = 0;
  /// A control request that asks for up to `length` bytes.
  virtual void ControlIn(const ControlRequest& request, std::uint16_t length,
                         std::chrono::milliseconds timeout, TransferDone done) = 0;
  /// One read of an interrupt or bulk IN endpoint, pending until data, Cancel, Close or removal.
  virtual void In(std::uint8_t endpoint, std::size_t length, TransferDone done) = 0;
  /// One write to a bulk OUT endpoint, likewise.
  virtual void Out(std::uint8_t endpoint, ByteView data, Done done) = 0;
  /// As In, for many and large reads: an implementation that can reads into `buffer`, which stays
  /// valid and untouched until `done` is called. The bytes are where `done` says.
  virtual void InTo(std::uint8_t endpoint, std::span<std::uint8_t> buffer, TransferDone done) {
    In(endpoint, buffer.size(), std::move(done));
  }
  /// As Out, likewise: `data` stays valid and unchanged until `done` is called.
  virtual void OutFrom(std::uint8_t endpoint, ByteView data, Done done) {
    Out(endpoint, data, std::move(done));
  }
  /// Within a completion: calls `call` once the completions of all transfers that have ended by now
  /// have been called, on the same thread. Where that is not known, at once.
  virtual void AfterCompletions(const std::function<void()>& call) { call(); }
  /// Transfers that are pending on the endpoint end with kCancelled, unless they end otherwise
  /// first.
  virtual void Cancel(std::uint8_t endpoint) = 0;

  /// Cancels every transfer and waits for its end, releases what was claimed, gives it back to the
  /// kernel's driver it was taken from, closes. Afterwards Open may be called again.
  virtual void Close(std::function<void()> done) = 0;
};

/// A bus: tells which devices come and go.
class UsbBus {
 public:
  class Listener {
   public:
    virtual ~Listener() = default;
    /// A configured device is there. Called on a thread of the bus; must not block.
    virtual void OnArrival(std::shared_ptr<UsbDevice> device) = 0;
    /// An announced device has left. Likewise.
    virtual void OnRemoval(std::shared_ptr<UsbDevice> device) = 0;
  };

  virtual ~UsbBus() = default;
  /// Announces the devices that are there, then changes. Throws std::runtime_error with one line
  /// that says what to do when the bus cannot be used. To be called at most once.
  virtual void Start(Listener& listener) = 0;
  /// Closes what is open; after it returns nothing is called any more and every thread of the bus
  /// is joined. Not to be called from a completion or a listener. May be called again.
  virtual void Stop() = 0;
};

}  // namespace mbnrig::transport
