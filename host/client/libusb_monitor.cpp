#include "client/monitor.h"
#include "client/usb_monitor.h"
#include "transport/libusb.h"

namespace mbnrig::client {

std::unique_ptr<Monitor> MakeLibusbMonitor(DeviceFilter filter, Timeouts timeouts,
                                           const MonitorOptions& options) {
  return std::make_unique<UsbMonitor>(WithTrace(transport::MakeLibusbBus(), options),
                                      std::move(filter), timeouts, options);
}

}  // namespace mbnrig::client
