#pragma once

/// A USB bus in the process: gadgets plug into it, the host's loopback transport enumerates it. It
/// carries what a wire would (control transfers, interrupt and bulk packets, arrival and removal) and
/// nothing else, so that host code runs the same path as over libusb.

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "usb/function.h"

namespace mbnrig::usb {

/// How a transfer ended; the words of libusb_transfer_status.
enum class TransferStatus { kCompleted, kError, kTimedOut, kCancelled, kStall, kNoDevice };

/// A device as the host sees it on the loopback bus. Thread-safe. Methods never call back into the
/// caller's locks: completions arrive on the bus's own thread.
class LoopbackDevice {
 public:
  using Completion = std::function<void(TransferStatus, ByteView)>;
  virtual ~LoopbackDevice() = default;
  /// Stable while plugged; a device that comes back is a new one with another address.
  virtual std::uint32_t address() const = 0;
  virtual Bytes DeviceDescriptor() const = 0;
  virtual Bytes ConfigurationDescriptor() const = 0;
  virtual std::string StringDescriptor(std::uint8_t index) const = 0;
  /// Asynchronous control transfer; `out` is the data stage of an OUT request.
  virtual void SubmitControl(const SetupPacket& setup, ByteView out,
                             std::chrono::milliseconds timeout, Completion done) = 0;
  /// One read of an interrupt or bulk IN endpoint; pending until data, Cancel or removal.
  virtual void SubmitIn(std::uint8_t endpoint, std::size_t length, Completion done) = 0;
  /// One write to a bulk OUT endpoint.
  virtual void SubmitOut(std::uint8_t endpoint, ByteView data, Completion done) = 0;
  /// Cancels everything pending on an endpoint (0: all); completions report kCancelled.
  virtual void Cancel(std::uint8_t endpoint) = 0;
};

/// The bus. One per process is usual; tests may make their own.
class LoopbackBus {
 public:
  using Listener = std::function<void(std::shared_ptr<LoopbackDevice>, bool arrived)>;
  LoopbackBus();
  ~LoopbackBus();
  /// Tells of present devices at once and of later changes; called on the bus's thread.
  std::uint32_t Subscribe(Listener listener);
  /// After it returns the listener is not called any more.
  void Unsubscribe(std::uint32_t id);
  /// A gadget arrives; `function` must stay alive until Unplug.
  std::uint32_t Plug(MbimFunction& function);
  /// It leaves: pending transfers end with kNoDevice, listeners are told.
  void Unplug(std::uint32_t address);

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace mbnrig::usb
