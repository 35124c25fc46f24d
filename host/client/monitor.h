#pragma once

/// Makes monitors: for which bus, for which devices.

#include <chrono>
#include <memory>
#include <string>

#include "client/device.h"
#include "transport/cdc_wdm_config.h"
#include "transport/data_config.h"

namespace mbnrig::usb {
class LoopbackBus;
}
namespace mbnrig::transport {
class TakenFromKernel;
}
namespace mbnrig::trace {
class Writer;
}

namespace mbnrig::client {

class Clock;

/// Which MBIM functions a monitor takes. Unset members match everything.
struct DeviceFilter {
  std::uint16_t vendor_id = 0, product_id = 0;  ///< 0: any
  std::string serial;
};

/// Options that few programs need to set.
struct MonitorOptions {
  /// Bytes of a control message where a function does not say (FunctionFS); 64 to 4096.
  std::uint16_t default_max_control_message = 4096;
  /// Empty: the real one. It governs every wait but the time limits of USB transfers.
  std::shared_ptr<Clock> clock;
  /// The form of the blocks that carry datagrams, where this process carries them.
  transport::NtbPreference ntb = transport::NtbPreference::kAuto;
  transport::DataPipeConfig data;
  /// Over the kernel's driver: how long a command waits for the answer to the one before.
  std::chrono::milliseconds cdc_wdm_hold = transport::kDefaultCdcWdmHold;
  /// Over libusb: who gives interfaces back to the kernel's drivers. Empty: each device, when it is
  /// closed.
  std::shared_ptr<transport::TakenFromKernel> taken_from_kernel;
  /// Where the transfers of opened devices are written (docs/trace.md). Empty: the file that
  /// $MBNRIG_TRACE names, if it does.
  std::shared_ptr<trace::Writer> trace;
};

/// Real USB through libusb. Throws std::runtime_error when libusb cannot be initialised, or the
/// trace cannot be written.
std::unique_ptr<Monitor> MakeLibusbMonitor(DeviceFilter filter, Timeouts timeouts,
                                           const MonitorOptions& options = {});

/// The kernel's driver, cdc_mbim: /dev/cdc-wdm* for control messages, while the kernel's network
/// interfaces carry datagrams.
std::unique_ptr<Monitor> MakeCdcWdmMonitor(DeviceFilter filter, Timeouts timeouts,
                                           const MonitorOptions& options = {});

/// A bus in the process (gadget/usb/loopback.h), which must outlive the monitor.
std::unique_ptr<Monitor> MakeLoopbackMonitor(usb::LoopbackBus& bus, Timeouts timeouts,
                                             const MonitorOptions& options = {});

}  // namespace mbnrig::client
