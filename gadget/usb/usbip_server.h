#pragma once

/// Modems on the network: a USB/IP server. The stock `usbip` tools list and attach its exports;
/// vhci-hcd on the client's machine is the host controller. One thread serves all modems.
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

/// Limits for clients.
struct UsbipLimits {
  std::uint32_t transfer = 256 * 1024;  ///< bytes of one transfer's buffer
  std::size_t transfers = 1024;         ///< pending transfers of one client
  /// Bytes that wait for a client to read them. Above this, nothing more is done for the client.
  std::size_t output = 1024 * 1024;
  std::size_t guests = 64;  ///< clients at one time that have not imported a device
  std::chrono::milliseconds guest_timeout{10'000};  ///< after this time a guest is disconnected
};

class UsbipServer {
 public:
  /// `listener` is a listening TCP socket. Throws std::system_error if the kernel refuses what the
  /// thread needs.
  explicit UsbipServer(Fd listener, UsbipLimits limits = {});
  /// Disconnects every client. All ports must be destroyed first.
  ~UsbipServer();
  UsbipServer(const UsbipServer&) = delete;
  UsbipServer& operator=(const UsbipServer&) = delete;

  /// The bus id of a port by its number. The first port made is number 1, with bus id "1-1".
  static std::string BusId(std::uint32_t number);
  /// A port that exports `function` under the next bus id, at the speed of its identity. One client
  /// at a time can import it. When this client leaves, the function's state is as after a bus
  /// reset. Unplug closes the client's connection, and the client's kernel sees the device leave.
  /// `function` must outlive the port.
  std::unique_ptr<Port> MakePort(MbimFunction& function);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace mbnrig::usb
