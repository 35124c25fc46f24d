#include "client/monitor.h"
#include "client/usb_monitor.h"
#include "transport/loopback.h"

namespace mbnrig::client {

std::unique_ptr<Monitor> MakeLoopbackMonitor(usb::LoopbackBus& bus, Timeouts timeouts,
                                             MonitorOptions options) {
  return std::make_unique<UsbMonitor>(transport::MakeLoopbackUsbBus(bus), DeviceFilter{}, timeouts,
                                      options);
}

}  // namespace mbnrig::client
