#pragma once

/// A USB bus in the process: gadgets plug into it, the host's loopback transport enumerates it. It
/// carries what a wire would (control transfers, interrupt and bulk packets, arrival and removal)
/// and nothing else, so that host code runs the same path as over libusb. As a host's kernel does,
/// it has set configuration 1 before it announces a device.
///
///     LoopbackBus bus;
///     LoopbackPort port(bus, gadget.function());
///     gadget.set_port(&port);

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "usb/device_pipes.h"
#include "usb/port.h"

namespace mbnrig::usb {

/// A device as the host sees it on the loopback bus. Thread-safe. Methods never call back into the
/// caller's locks: completions arrive on the bus's own thread.
class LoopbackDevice {
 public:
  using Completion = DevicePipes::Completion;
  virtual ~LoopbackDevice() = default;
  /// Stable while plugged; a device that comes back is a new one with another address.
  virtual std::uint32_t address() const = 0;
  virtual Bytes DeviceDescriptor() const = 0;
  virtual Bytes ConfigurationDescriptor() const = 0;
  virtual std::string StringDescriptor(std::uint8_t index) const = 0;
  /// Asynchronous control transfer; `out` is the data stage of an OUT request. One is on the wire
  /// at a time, the timeout runs from then on; 0: none.
  virtual void SubmitControl(const SetupPacket& setup, ByteView out,
                             std::chrono::milliseconds timeout, Completion done) = 0;
  /// One read of an interrupt or bulk IN endpoint; pending until data, Cancel or removal. kError
  /// for an endpoint that the configuration and alternate setting in force do not have, and when a
  /// packet does not fit.
  virtual void SubmitIn(std::uint8_t endpoint, std::size_t length, Completion done) = 0;
  /// One write to a bulk OUT endpoint.
  virtual void SubmitOut(std::uint8_t endpoint, ByteView data, Completion done) = 0;
  /// Cancels everything pending on an endpoint (0: all); completions report kCancelled.
  virtual void Cancel(std::uint8_t endpoint) = 0;
};

/// The bus. One per process is usual; tests may make their own. It outlives whoever submits
/// transfers: what is pending when it goes ends with kNoDevice, what is submitted later too, on the
/// submitter's thread.
class LoopbackBus {
 public:
  using Listener = std::function<void(std::shared_ptr<LoopbackDevice>, bool arrived)>;
  LoopbackBus();
  ~LoopbackBus();
  /// Tells of present devices at once and of later changes; called on the bus's thread.
  std::uint32_t Subscribe(Listener listener);
  /// After it returns the listener is not called any more (on the bus's own thread: it may be in
  /// the middle of the call that unsubscribes).
  void Unsubscribe(std::uint32_t id);
  /// A gadget arrives; `function` must stay alive until Unplug. The address is the device's.
  std::uint32_t Plug(MbimFunction& function);
  /// It leaves: pending transfers end with kNoDevice, listeners are told. After it returns the
  /// function is called no more. An address that is not plugged in is ignored.
  void Unplug(std::uint32_t address);

  struct Impl;

 private:
  std::shared_ptr<Impl> impl_;
};

/// A function's port on the bus, for Gadget::set_port. Both must outlive it.
class LoopbackPort : public Port {
 public:
  LoopbackPort(LoopbackBus& bus, MbimFunction& function) : bus_(bus), function_(function) {}
  ~LoopbackPort() override { Leave(); }
  LoopbackPort(const LoopbackPort&) = delete;
  LoopbackPort& operator=(const LoopbackPort&) = delete;
  void Plug() override;
  void Unplug() override { Leave(); }

 private:
  void Leave();

  LoopbackBus& bus_;
  MbimFunction& function_;
  std::uint32_t address_ = 0;
};

}  // namespace mbnrig::usb
