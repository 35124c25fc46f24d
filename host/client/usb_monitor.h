#pragma once

/// A monitor of any USB bus. The functions of monitor.h choose the bus.

#include <memory>

#include "client/function_monitor.h"
#include "transport/mbim_pipe.h"
#include "transport/usb.h"

namespace mbnrig::client {

/// Returns `bus`, wrapped so that it writes a trace if `options` or the environment ask for one.
std::unique_ptr<transport::UsbBus> WithTrace(std::unique_ptr<transport::UsbBus> bus,
                                             const MonitorOptions& options);

class UsbMonitor final : public FunctionMonitor, private transport::UsbBus::Listener {
 public:
  UsbMonitor(std::unique_ptr<transport::UsbBus> bus, DeviceFilter filter, const Timeouts& timeouts,
             const MonitorOptions& options);
  ~UsbMonitor() override;

 private:
  void StartBus() override;
  void StopBus() override;
  void OnArrival(std::shared_ptr<transport::UsbDevice> usb) override;
  void OnRemoval(std::shared_ptr<transport::UsbDevice> usb) override;
  void Look(const std::shared_ptr<transport::UsbDevice>& usb);

  transport::PipeConfig pipe_config_;
  const transport::DataPipeConfig data_config_;
  const std::unique_ptr<transport::UsbBus> bus_;
};

}  // namespace mbnrig::client
