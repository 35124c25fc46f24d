#pragma once

/// A USB bus inside the process. Gadgets plug into it, and the host's loopback transport enumerates
/// it. It carries what a wire would (control transfers, interrupt and bulk packets, arrival and
/// removal) and nothing else, so that host code runs the same path as over libusb. Like a host's
/// kernel, it selects configuration 1 before it announces a device.
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

/// A device as the host sees it on the loopback bus. Thread-safe. A method does not call
/// completions: they run on the bus's own thread, so the caller may hold its locks.
class LoopbackDevice {
 public:
  using Completion = DevicePipes::Completion;
  virtual ~LoopbackDevice() = default;
  /// Stable while plugged in. A device that comes back is a new one with another address.
  virtual std::uint32_t address() const = 0;
  virtual Bytes DeviceDescriptor() const = 0;
  virtual Bytes ConfigurationDescriptor() const = 0;
  virtual std::string StringDescriptor(std::uint8_t index) const = 0;
  /// An asynchronous control transfer; `out` is the data stage of an OUT request. One is on the
  /// wire at a time, and its timeout starts then. A timeout of 0 never ends it.
  virtual void SubmitControl(const SetupPacket& setup, ByteView out,
                             std::chrono::milliseconds timeout, Completion done) = 0;
  /// One read of an interrupt or bulk IN endpoint. It is pending until data, Cancel or removal.
  /// kError if the current configuration and alternate setting do not have the endpoint, or if a
  /// packet does not fit.
  virtual void SubmitIn(std::uint8_t endpoint, std::size_t length, Completion done) = 0;
  /// One write to a bulk OUT endpoint.
  virtual void SubmitOut(std::uint8_t endpoint, ByteView data, Completion done) = 0;
  /// Cancels everything pending on an endpoint (0: on all). Completions report kCancelled.
  virtual void Cancel(std::uint8_t endpoint) = 0;
};

/// The bus. Usually there is one per process; tests may make their own. Code that submits transfers
/// may outlive it: when the bus is destroyed, pending transfers end with kNoDevice. Later ones end
/// so too, on the thread that submits them.
class LoopbackBus {
 public:
  using Listener = std::function<void(std::shared_ptr<LoopbackDevice>, bool arrived)>;
  LoopbackBus();
  ~LoopbackBus();
  /// Reports the present devices at once and all later changes. The listener is called on the bus's
  /// thread.
  std::uint32_t Subscribe(Listener listener);
  /// After it returns, the listener is not called any more. If a listener unsubscribes itself on
  /// the bus's own thread, its current call is the last one.
  void Unsubscribe(std::uint32_t id);
  /// A gadget arrives. `function` must stay alive until Unplug. Returns the device's address.
  std::uint32_t Plug(MbimFunction& function);
  /// The gadget leaves: pending transfers end with kNoDevice, and listeners are told. After it
  /// returns, the function is not called any more. An address that is not plugged in is ignored.
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
