#pragma once

/// A monitor of the functions that the kernel's driver is bound to (transport/cdc_wdm.h).

#include <memory>
#include <vector>

#include "client/function_monitor.h"
#include "transport/cdc_wdm_watch.h"

namespace mbnrig::client {

class CdcWdmMonitor final : public FunctionMonitor {
 public:
  CdcWdmMonitor(DeviceFilter filter, const Timeouts& timeouts, const MonitorOptions& options,
                transport::CdcWdmPaths paths = {});
  ~CdcWdmMonitor() override;

 private:
  void StartBus() override;
  void StopBus() override;
  void Compare(const std::vector<transport::CdcWdmDevice>& now);

  const transport::CdcWdmPaths paths_;
  const std::chrono::milliseconds hold_;
  transport::CdcWdmWatch watch_;
  // The present functions. FunctionMonitor identifies each by its address. Used on the dispatcher's
  // thread.
  std::vector<std::unique_ptr<transport::CdcWdmDevice>> there_;
};

}  // namespace mbnrig::client
