#pragma once

/// Where monitors come from: which bus, which devices.

#include <memory>
#include <string>

#include "client/device.h"

namespace mbnrig::usb {
class LoopbackBus;
}

namespace mbnrig::client {

/// Which MBIM functions are ours to take. Unset members match everything.
struct DeviceFilter {
  std::uint16_t vendor_id = 0, product_id = 0;  ///< 0: any
  std::string serial;
};

/// Real USB through libusb. Throws std::runtime_error when libusb cannot be initialised.
std::unique_ptr<Monitor> MakeLibusbMonitor(DeviceFilter filter, Timeouts timeouts);

/// A bus in the process (gadget/usb/loopback.h), which must outlive the monitor.
std::unique_ptr<Monitor> MakeLoopbackMonitor(usb::LoopbackBus& bus, Timeouts timeouts);

}  // namespace mbnrig::client
