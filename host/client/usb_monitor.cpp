#include "client/usb_monitor.h"

#include <spdlog/spdlog.h>

#include <algorithm>

#include "transport/log.h"
#include "transport/tracing.h"
#include "transport/usb_function.h"

namespace mbnrig::client {

using transport::Log;

std::unique_ptr<transport::UsbBus> WithTrace(std::unique_ptr<transport::UsbBus> bus,
                                             const MonitorOptions& options) {
  auto trace = options.trace ? options.trace : transport::EnvironmentTrace();
  return trace ? transport::MakeTracingBus(std::move(bus), std::move(trace)) : std::move(bus);
}

UsbMonitor::UsbMonitor(std::unique_ptr<transport::UsbBus> bus, DeviceFilter filter,
                       const Timeouts& timeouts, const MonitorOptions& options)
    : FunctionMonitor(std::move(filter), timeouts, options),
      data_config_(options.data),
      bus_(std::move(bus)) {
  pipe_config_.transfer = timeouts.transfer;
  pipe_config_.default_max_control_message =
      std::clamp<std::uint16_t>(options.default_max_control_message, 64, 4096);
  pipe_config_.ntb = options.ntb;
}

UsbMonitor::~UsbMonitor() {
  Stop();
}

void UsbMonitor::StartBus() {
  bus_->Start(*this);
}

void UsbMonitor::StopBus() {
  bus_->Stop();
}

void UsbMonitor::OnArrival(std::shared_ptr<transport::UsbDevice> usb) {
  dispatcher()->Post([this, usb = std::move(usb)] { Look(usb); });
}

void UsbMonitor::OnRemoval(std::shared_ptr<transport::UsbDevice> usb) {
  dispatcher()->Post([this, usb = std::move(usb)] { Leave(usb.get()); });
}

void UsbMonitor::Look(const std::shared_ptr<transport::UsbDevice>& usb) {
  const auto& info = usb->info();
  if (!Wanted(info)) {
    return;
  }
  const auto found = transport::FindMbimFunction(usb->configuration());
  if (const auto* reason = std::get_if<std::string>(&found)) {
    Log().info("{}: not an MBIM modem: {}", info.location, *reason);
    return;
  }
  Arrive(usb.get(), info,
         std::make_unique<transport::UsbFunction>(dispatcher(), usb,
                                                  std::get<transport::MbimFunctionInfo>(found),
                                                  pipe_config_, data_config_));
}

}  // namespace mbnrig::client
