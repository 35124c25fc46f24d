#pragma once

/// Modems on the network: a USB/IP server (the stock `usbip` tools list and attach what it
/// exports; vhci-hcd on the client's machine is the host controller). One thread serves every
/// modem.
///
///     UsbipServer server(std::move(listener));
///     const auto port = server.MakePort(gadget.function());
///     gadget.set_port(port.get());

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "fd.h"
#include "usb/port.h"

namespace mbnrig::usb {

class MbimFunction;

/// What a client may cost.
struct UsbipLimits {
  std::uint32_t transfer = 256 * 1024;  ///< bytes of one transfer's buffer
  std::size_t transfers = 1024;         ///< under way for one client
  /// Bytes that wait for a client to take them; until it does, nothing more is done for it.
  std::size_t output = 1024 * 1024;
  std::size_t guests = 64;  ///< clients that have not imported anything, at once
  std::chrono::milliseconds guest_timeout{10'000};  ///< for such a client to come to its end
};

class UsbipServer {
 public:
  /// `listener` is a listening TCP socket. Throws std::system_error when the kernel refuses what
  /// the thread needs.
  explicit UsbipServer(Fd listener, UsbipLimits limits = {});
  /// Lets every client go. The ports must have gone before.
  ~UsbipServer();
  UsbipServer(const UsbipServer&) = delete;
  UsbipServer& operator=(const UsbipServer&) = delete;

  /// The bus id of the first port that was made (number 1: "1-1"), of the second, ...
  static std::string BusId(std::uint32_t number);
  /// A port that exports `function` under the next bus id, at the speed of its identity. One client
  /// at a time imports it; when that goes, the function is as after a reset of the bus. Unplug ends
  /// the client's connection, and its kernel sees the device leave. `function` must outlive the
  /// port.
  std::unique_ptr<Port> MakePort(MbimFunction& function);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace mbnrig::usb
