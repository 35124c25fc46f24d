#include "client/usb_monitor.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <atomic>
#include <future>
#include <stdexcept>

#include "transport/tracing.h"

namespace mbnrig::client {

using transport::Log;

namespace {

/// Never the same twice in a process, whichever monitor asks.
std::string NextDeviceId(const std::string& location) {
  static std::atomic<std::uint64_t> last = 0;
  return fmt::format("{}#{}", location, ++last);
}

}  // namespace

std::unique_ptr<transport::UsbBus> WithTrace(std::unique_ptr<transport::UsbBus> bus,
                                             const MonitorOptions& options) {
  auto trace = options.trace ? options.trace : transport::EnvironmentTrace();
  return trace ? transport::MakeTracingBus(std::move(bus), std::move(trace)) : std::move(bus);
}

UsbMonitor::UsbMonitor(std::unique_ptr<transport::UsbBus> bus, DeviceFilter filter,
                       const Timeouts& timeouts, const MonitorOptions& options)
    : filter_(std::move(filter)),
      timeouts_(timeouts),
      dispatcher_(std::make_shared<Dispatcher>(options.clock ? options.clock
                                                             : std::make_shared<SteadyClock>())),
      bus_(std::move(bus)) {
  pipe_config_.transfer = timeouts.transfer;
  pipe_config_.default_max_control_message =
      std::clamp<std::uint16_t>(options.default_max_control_message, 64, 4096);
}

UsbMonitor::~UsbMonitor() {
  Stop();
}

void UsbMonitor::Start(Monitor::Listener& listener) {
  if (started_) {
    throw std::logic_error("a monitor is started once; make another");
  }
  started_ = true;
  listener_ = &listener;
  bus_->Start(*this);
}

void UsbMonitor::Stop() {
  if (dispatcher_->OnThread()) {
    throw std::logic_error("Monitor::Stop was called by a handler; call it on another thread");
  }
  if (stopped_) {
    return;
  }
  stopped_ = true;
  RetireAll();
  bus_->Stop();
  dispatcher_->Stop();
  devices_.clear();
  leaving_.clear();
}

void UsbMonitor::RetireAll() {
  const auto all_closed = std::make_shared<std::promise<void>>();
  dispatcher_->Post([this, all_closed] {
    stopping_ = true;
    std::vector<std::shared_ptr<MbimDevice>> devices = leaving_;
    for (const auto& [usb, device] : devices_) {
      devices.push_back(device);
    }
    const auto open = std::make_shared<std::size_t>(devices.size());
    if (*open == 0) {
      all_closed->set_value();
    }
    for (const auto& device : devices) {
      device->Retire([open, all_closed] {
        if (--*open == 0) {
          all_closed->set_value();
        }
      });
    }
  });
  all_closed->get_future().wait();
}

void UsbMonitor::OnArrival(std::shared_ptr<transport::UsbDevice> usb) {
  dispatcher_->Post([this, usb = std::move(usb)] { Arrive(usb); });
}

void UsbMonitor::OnRemoval(std::shared_ptr<transport::UsbDevice> usb) {
  dispatcher_->Post([this, usb = std::move(usb)] { Leave(usb); });
}

bool UsbMonitor::Wanted(const transport::UsbDeviceInfo& info) const {
  return (filter_.vendor_id == 0 || filter_.vendor_id == info.vendor_id) &&
         (filter_.product_id == 0 || filter_.product_id == info.product_id) &&
         (filter_.serial.empty() || filter_.serial == info.serial);
}

void UsbMonitor::Arrive(const std::shared_ptr<transport::UsbDevice>& usb) {
  const auto& info = usb->info();
  if (stopping_ || !Wanted(info)) {
    return;
  }
  const auto found = transport::FindMbimFunction(usb->configuration());
  if (const auto* reason = std::get_if<std::string>(&found)) {
    Log().info("{}: no modem for us: {}", info.location, *reason);
    return;
  }
  DeviceIdentity identity{NextDeviceId(info.location), info.vendor_id, info.product_id,
                          info.manufacturer,           info.product,   info.serial};
  auto device =
      std::make_shared<MbimDevice>(dispatcher_, usb, std::get<transport::MbimFunctionInfo>(found),
                                   std::move(identity), timeouts_, pipe_config_);
  devices_.emplace(usb.get(), device);
  listener_->OnArrival(std::move(device));
}

void UsbMonitor::Leave(const std::shared_ptr<transport::UsbDevice>& usb) {
  const auto it = devices_.find(usb.get());
  if (it == devices_.end()) {
    return;
  }
  const auto device = std::move(it->second);
  devices_.erase(it);
  leaving_.push_back(device);
  device->Remove();
  if (!stopping_) {
    listener_->OnRemoval(device);
  }
  device->Retire([this, device] { std::erase(leaving_, device); });
}

}  // namespace mbnrig::client
