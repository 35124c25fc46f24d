#pragma once

/// Monitor over any USB bus; the factories of monitor.h choose the bus.

#include <map>
#include <memory>
#include <vector>

#include "client/dispatcher.h"
#include "client/mbim_device.h"
#include "client/monitor.h"
#include "transport/usb.h"

namespace mbnrig::client {

/// The bus, or one that writes the trace which `options` or the environment ask for over it.
std::unique_ptr<transport::UsbBus> WithTrace(std::unique_ptr<transport::UsbBus> bus,
                                             const MonitorOptions& options);

class UsbMonitor final : public Monitor, private transport::UsbBus::Listener {
 public:
  UsbMonitor(std::unique_ptr<transport::UsbBus> bus, DeviceFilter filter, const Timeouts& timeouts,
             const MonitorOptions& options);
  ~UsbMonitor() override;

  /// Throws std::logic_error when it was started before.
  void Start(Monitor::Listener& listener) override;
  /// Throws std::logic_error on the dispatch thread.
  void Stop() override;
  /// Dispatcher::Settle, for tests.
  void Settle() { dispatcher_->Settle(); }

 private:
  void OnArrival(std::shared_ptr<transport::UsbDevice> usb) override;
  void OnRemoval(std::shared_ptr<transport::UsbDevice> usb) override;
  void Arrive(const std::shared_ptr<transport::UsbDevice>& usb);
  void Leave(const std::shared_ptr<transport::UsbDevice>& usb);
  bool Wanted(const transport::UsbDeviceInfo& info) const;
  void RetireAll();

  const DeviceFilter filter_;
  const Timeouts timeouts_;
  transport::PipeConfig pipe_config_;
  const std::shared_ptr<Dispatcher> dispatcher_;
  const std::unique_ptr<transport::UsbBus> bus_;
  Monitor::Listener* listener_ = nullptr;
  bool started_ = false, stopped_ = false;

  // The dispatcher's thread's.
  bool stopping_ = false;
  std::map<transport::UsbDevice*, std::shared_ptr<MbimDevice>> devices_;
  std::vector<std::shared_ptr<MbimDevice>> leaving_;  ///< removed, not yet closed
};

}  // namespace mbnrig::client
