#pragma once

/// Makes monitors (client/device.h), one function for each kind of bus.

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

/// Which MBIM functions a monitor reports. Unset members match everything.
struct DeviceFilter {
  std::uint16_t vendor_id = 0, product_id = 0;  ///< 0: any
  std::string serial;
};

/// Options that few programs need to set.
struct MonitorOptions {
  /// Size of a control message in bytes if the function does not state it (FunctionFS); 64 to 4096.
  std::uint16_t default_max_control_message = 4096;
  /// Times every wait except USB transfers. Null: the real clock.
  std::shared_ptr<Clock> clock;
  /// The form of the blocks that carry datagrams, if this process carries them.
  transport::NtbPreference ntb = transport::NtbPreference::kAuto;
  transport::DataPipeConfig data;
  /// With the kernel's driver: how long a command waits for the answer to the previous one.
  std::chrono::milliseconds cdc_wdm_hold = transport::kDefaultCdcWdmHold;
  /// Over libusb: gives interfaces back to the kernel's drivers. Null: each device does so when it
  /// is closed.
  std::shared_ptr<transport::TakenFromKernel> taken_from_kernel;
  /// Records the transfers of opened devices (docs/trace.md). Null: the file that $MBNRIG_TRACE
  /// names, if that is set.
  std::shared_ptr<trace::Writer> trace;
};

/// A monitor of real USB through libusb. Throws std::runtime_error if libusb cannot be initialised
/// or the trace cannot be written.
std::unique_ptr<Monitor> MakeLibusbMonitor(DeviceFilter filter, Timeouts timeouts,
                                           const MonitorOptions& options = {});

/// A monitor of the functions that the kernel's driver cdc_mbim is bound to. Control messages use
/// /dev/cdc-wdm*; the kernel's network interfaces carry datagrams.
std::unique_ptr<Monitor> MakeCdcWdmMonitor(DeviceFilter filter, Timeouts timeouts,
                                           const MonitorOptions& options = {});

/// A monitor of a bus in the process (gadget/usb/loopback.h). `bus` must outlive the monitor.
std::unique_ptr<Monitor> MakeLoopbackMonitor(usb::LoopbackBus& bus, Timeouts timeouts,
                                             const MonitorOptions& options = {});

}  // namespace mbnrig::client
