#pragma once

/// The USB seam over a bus in the process (gadget/usb/loopback.h).

#include <memory>

#include "transport/usb.h"

namespace mbnrig::usb {
class LoopbackBus;
}

namespace mbnrig::transport {

/// `bus` must outlive what is made here. Interfaces are not held against other users of the bus.
std::unique_ptr<UsbBus> MakeLoopbackUsbBus(usb::LoopbackBus& bus);

}  // namespace mbnrig::transport
