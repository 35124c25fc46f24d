#pragma once

/// The USB interface (usb.h) on a bus in the process (gadget/usb/loopback.h).

#include <memory>

#include "transport/usb.h"

namespace mbnrig::usb {
class LoopbackBus;
}

namespace mbnrig::transport {

/// `bus` must outlive the result. Other users of the bus may use the same interfaces.
std::unique_ptr<UsbBus> MakeLoopbackUsbBus(usb::LoopbackBus& bus);

}  // namespace mbnrig::transport
