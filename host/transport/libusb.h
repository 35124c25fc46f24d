#pragma once

/// USB through libusb-1.0.
///
/// There are two threads. One handles libusb's events and calls the completions. The other one, the
/// worker, runs in order what blocks in the kernel (opening, claiming, giving back) and announces
/// devices. libusb's hotplug callback only posts to the worker.

#include <chrono>
#include <memory>

#include "transport/usb.h"

namespace mbnrig::transport {

class TakenFromKernel;

struct LibusbOptions {
  /// Checks for arrivals and removals every `poll_interval`, although libusb could report them.
  bool poll_always = false;
  /// Time between two checks of what libusb does not report: which configuration is active.
  std::chrono::milliseconds poll_interval{1'000};
  /// Gives interfaces back to the kernel's drivers. Null: each device does so when it is closed.
  std::shared_ptr<TakenFromKernel> taken_from_kernel;
  /// How long a device without a configuration is checked often after its arrival. Afterwards it is
  /// checked every `poll_interval`, as all devices are: another program may choose a configuration
  /// at any time.
  std::chrono::milliseconds configuration_wait{5'000};
};

/// Throws std::runtime_error with one line that says what to do if libusb cannot be used.
std::unique_ptr<UsbBus> MakeLibusbBus(const LibusbOptions& options = {});

}  // namespace mbnrig::transport
