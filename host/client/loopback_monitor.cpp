#include "client/monitor.h"
#include "client/usb_monitor.h"
#include "transport/loopback.h"

namespace mbnrig::client {

std::unique_ptr<Monitor> MakeLoopbackMonitor(usb::LoopbackBus& bus, Timeouts timeouts,
                                             const MonitorOptions& options) {
  return std::make_unique<UsbMonitor>(WithTrace(transport::MakeLoopbackUsbBus(bus), options),
                                      DeviceFilter{}, timeouts, options);
}

}  // namespace mbnrig::client
