#include "client/monitor.h"
#include "client/usb_monitor.h"
#include "transport/libusb.h"

namespace mbnrig::client {

std::unique_ptr<Monitor> MakeLibusbMonitor(DeviceFilter filter, Timeouts timeouts,
                                           const MonitorOptions& options) {
  transport::LibusbOptions libusb;
  libusb.taken_from_kernel = options.taken_from_kernel;
  return std::make_unique<UsbMonitor>(WithTrace(transport::MakeLibusbBus(libusb), options),
                                      std::move(filter), timeouts, options);
}

}  // namespace mbnrig::client
