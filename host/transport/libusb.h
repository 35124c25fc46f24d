#pragma once

/// The USB seam over libusb-1.0.
///
/// Threads: one runs libusb's events (completions come on it), one runs what blocks in the kernel
/// (opening, claiming, giving back) in order and announces devices. Nothing is done inside libusb's
/// hotplug callback but to tell the second thread.

#include <chrono>
#include <memory>

#include "transport/usb.h"

namespace mbnrig::transport {

struct LibusbOptions {
  /// Look for arrivals and removals every `poll_interval` although libusb could announce them.
  bool poll_always = false;
  std::chrono::milliseconds poll_interval{1'000};
  /// How long a device may stay without a configuration after its arrival before it is ignored.
  std::chrono::milliseconds configuration_wait{5'000};
};

/// Throws std::runtime_error with one line that says what to do when libusb cannot be used.
std::unique_ptr<UsbBus> MakeLibusbBus(const LibusbOptions& options = {});

}  // namespace mbnrig::transport
