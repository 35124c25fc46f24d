#pragma once

/// The narrow interface to a USB stack: libusb (libusb.h), a bus in the process (loopback.h), or a
/// scripted bus for tests (testing/fake_usb.h). It offers USB and knows nothing of MBIM.
///
/// Everything that may take time is asynchronous. A completion is called exactly once, on any
/// thread, without a lock of this interface, and possibly before the method that it belongs to has
/// returned. A completion may call every method. It should only pass the result to an executor
/// (executor.h). Datagrams are an exception: they are passed on in the completion, to code that
/// does not block (data_pipe.h).

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
  kError,     ///< anything else; a device that is just leaving may also end so
};
/// "stall", "no device", ...
std::string_view UsbStatusName(UsbStatus status);

/// The eight bytes of a SETUP packet (USB 2.0, section 9.3) without wLength, which follows from the
/// data.
struct ControlRequest {
  std::uint8_t request_type = 0;
  std::uint8_t request = 0;
  std::uint16_t value = 0, index = 0;
};

/// What is known of a device without requests that take time.
struct UsbDeviceInfo {
  std::string location;  ///< bus and ports, "usb-1-4.2"; the next device in this port has the same
  std::uint16_t vendor_id = 0, product_id = 0;
  std::string manufacturer, product, serial;  ///< printable UTF-8; empty if unknown
};

/// One device. Thread-safe. It lives as long as there is a reference. When it has left the bus, or
/// the bus was stopped, everything ends with kNoDevice.
class UsbDevice {
 public:
  using Done = std::function<void(UsbStatus)>;
  /// The bytes are valid only during the call.
  using TransferDone = std::function<void(UsbStatus, ByteView)>;

  virtual ~UsbDevice() = default;
  virtual const UsbDeviceInfo& info() const = 0;
  /// The active configuration.
  virtual const Configuration& configuration() const = 0;

  /// Opens the device. Everything below needs an open device. Call Close afterwards, even if this
  /// fails.
  virtual void Open(Done done) = 0;
  /// Takes an interface, also from the kernel's driver if one is bound to it.
  virtual void Claim(std::uint8_t interface, Done done) = 0;
  /// SET_INTERFACE of a claimed interface.
  virtual void SetAlternate(std::uint8_t interface, std::uint8_t alternate, Done done) = 0;
  /// CLEAR_FEATURE(ENDPOINT_HALT) for an endpoint of a claimed interface.
  virtual void ClearHalt(std::uint8_t endpoint, Done done) = 0;

  /// A control request with data to the device (possibly none).
  virtual void ControlOut(const ControlRequest& request, ByteView data,
                          std::chrono::milliseconds timeout, Done done) = 0;
  /// A control request that asks for up to `length` bytes.
  virtual void ControlIn(const ControlRequest& request, std::uint16_t length,
                         std::chrono::milliseconds timeout, TransferDone done) = 0;
  /// One read of an interrupt or bulk IN endpoint. It is pending until data, Cancel, Close or
  /// removal.
  virtual void In(std::uint8_t endpoint, std::size_t length, TransferDone done) = 0;
  /// One write to a bulk OUT endpoint. It is pending in the same way.
  virtual void Out(std::uint8_t endpoint, ByteView data, Done done) = 0;
  /// Like In, for many and large reads. An implementation may read into `buffer`, which must stay
  /// valid and untouched until `done` is called. `done` says where the bytes are.
  virtual void InTo(std::uint8_t endpoint, std::span<std::uint8_t> buffer, TransferDone done) {
    In(endpoint, buffer.size(), std::move(done));
  }
  /// Like Out, for many and large writes. `data` must stay valid and unchanged until `done` is
  /// called.
  virtual void OutFrom(std::uint8_t endpoint, ByteView data, Done done) {
    Out(endpoint, data, std::move(done));
  }
  /// For use in a completion. Calls `call` on the same thread, after the completions of all
  /// transfers that have ended by now. If these are not known, calls it at once.
  virtual void AfterCompletions(const std::function<void()>& call) { call(); }
  /// Ends the pending transfers of an endpoint with kCancelled, unless they end otherwise first.
  virtual void Cancel(std::uint8_t endpoint) = 0;

  /// Cancels every transfer and waits for its end. Releases the claimed interfaces, gives them back
  /// to the kernel's driver, and closes the device. After that Open may be called again.
  virtual void Close(std::function<void()> done) = 0;
};

/// A bus: reports which devices arrive and leave.
class UsbBus {
 public:
  class Listener {
   public:
    virtual ~Listener() = default;
    /// A configured device has arrived. Called on a thread of the bus; must not block.
    virtual void OnArrival(std::shared_ptr<UsbDevice> device) = 0;
    /// An announced device has left. Called in the same way.
    virtual void OnRemoval(std::shared_ptr<UsbDevice> device) = 0;
  };

  virtual ~UsbBus() = default;
  /// Announces the present devices, then changes. Throws std::runtime_error with one line that says
  /// what to do if the bus cannot be used. Call it at most once.
  virtual void Start(Listener& listener) = 0;
  /// Closes all devices. After it returns, nothing is called any more and every thread of the bus
  /// is joined. Must not be called from a completion or a listener. May be called again.
  virtual void Stop() = 0;
};

}  // namespace mbnrig::transport
