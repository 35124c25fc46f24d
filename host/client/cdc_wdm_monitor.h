#pragma once

/// Monitor over the kernel's driver.

#include <memory>
#include <vector>

#include "client/function_monitor.h"
#include "transport/cdc_wdm_watch.h"

namespace mbnrig::client {

class CdcWdmMonitor final : public FunctionMonitor {
 public:
  CdcWdmMonitor(DeviceFilter filter, const Timeouts& timeouts, const MonitorOptions& options,
                transport::CdcWdmPlaces places = {});
  ~CdcWdmMonitor() override;

 private:
  void StartBus() override;
  void StopBus() override;
  void Compare(const std::vector<transport::CdcWdmDevice>& now);

  const transport::CdcWdmPlaces places_;
  const std::chrono::milliseconds hold_;
  transport::CdcWdmWatch watch_;
  /// The dispatcher's thread's: those that are there; their addresses stand for them.
  std::vector<std::unique_ptr<transport::CdcWdmDevice>> there_;
};

}  // namespace mbnrig::client
