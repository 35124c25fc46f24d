#include "client/cdc_wdm_monitor.h"

#include <algorithm>

#include "transport/cdc_wdm.h"

namespace mbnrig::client {

using transport::CdcWdmDevice;

CdcWdmMonitor::CdcWdmMonitor(DeviceFilter filter, const Timeouts& timeouts,
                             const MonitorOptions& options, transport::CdcWdmPaths paths)
    : FunctionMonitor(std::move(filter), timeouts, options),
      paths_(std::move(paths)),
      hold_(options.cdc_wdm_hold),
      watch_(paths_) {}

CdcWdmMonitor::~CdcWdmMonitor() {
  Stop();
}

void CdcWdmMonitor::StartBus() {
  watch_.Start([this](std::vector<CdcWdmDevice> now) {
    dispatcher()->Post([this, now = std::move(now)] { Compare(now); });
  });
}

void CdcWdmMonitor::StopBus() {
  watch_.Stop();
}

void CdcWdmMonitor::Compare(const std::vector<CdcWdmDevice>& now) {
  std::erase_if(there_, [&](const auto& device) {
    const bool gone = std::find(now.begin(), now.end(), *device) == now.end();
    if (gone) {
      Leave(device.get());
    }
    return gone;
  });
  for (const CdcWdmDevice& device : now) {
    const bool known = std::any_of(there_.begin(), there_.end(),
                                   [&](const auto& other) { return *other == device; });
    if (known || !Wanted(device.info)) {
      continue;
    }
    there_.push_back(std::make_unique<CdcWdmDevice>(device));
    Arrive(there_.back().get(), device.info,
           std::make_unique<transport::CdcWdmFunction>(dispatcher(), device, paths_, hold_));
  }
}

std::unique_ptr<Monitor> MakeCdcWdmMonitor(DeviceFilter filter, Timeouts timeouts,
                                           const MonitorOptions& options) {
  return std::make_unique<CdcWdmMonitor>(std::move(filter), timeouts, options);
}

}  // namespace mbnrig::client
