#include "client/function_monitor.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <future>
#include <stdexcept>

namespace mbnrig::client {

namespace {

/// An ID that no other device of the process gets, from any monitor.
std::string NextDeviceId(const std::string& location) {
  static std::atomic<std::uint64_t> last = 0;
  return fmt::format("{}#{}", location, ++last);
}

}  // namespace

FunctionMonitor::FunctionMonitor(DeviceFilter filter, const Timeouts& timeouts,
                                 const MonitorOptions& options)
    : filter_(std::move(filter)),
      timeouts_(timeouts),
      dispatcher_(std::make_shared<Dispatcher>(options.clock ? options.clock
                                                             : std::make_shared<SteadyClock>())) {}

void FunctionMonitor::Start(Monitor::Listener& listener) {
  if (started_) {
    throw std::logic_error("this monitor was started before; create another one");
  }
  started_ = true;
  listener_ = &listener;
  StartBus();
}

void FunctionMonitor::Stop() {
  if (dispatcher_->OnThread()) {
    throw std::logic_error("Monitor::Stop was called by a handler; call it on another thread");
  }
  if (stopped_) {
    return;
  }
  stopped_ = true;
  RetireAll();
  StopBus();
  dispatcher_->Stop();
  devices_.clear();
  leaving_.clear();
}

void FunctionMonitor::RetireAll() {
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

bool FunctionMonitor::Wanted(const transport::UsbDeviceInfo& info) const {
  return !stopping_ && (filter_.vendor_id == 0 || filter_.vendor_id == info.vendor_id) &&
         (filter_.product_id == 0 || filter_.product_id == info.product_id) &&
         (filter_.serial.empty() || filter_.serial == info.serial);
}

void FunctionMonitor::Arrive(const void* key, const transport::UsbDeviceInfo& info,
                             std::unique_ptr<transport::Function> function) {
  DeviceIdentity identity{NextDeviceId(info.location), info.vendor_id, info.product_id,
                          info.manufacturer,           info.product,   info.serial};
  auto device = std::make_shared<MbimDevice>(dispatcher_, std::move(function), std::move(identity),
                                             timeouts_);
  devices_.emplace(key, device);
  listener_->OnArrival(std::move(device));
}

void FunctionMonitor::Leave(const void* key) {
  const auto it = devices_.find(key);
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
