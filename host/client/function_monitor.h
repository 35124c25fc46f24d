#pragma once

/// The common part of all monitors: the client's thread, the present devices, and the devices that
/// are leaving. Derived classes report which MBIM functions come and go.

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "client/dispatcher.h"
#include "client/mbim_device.h"
#include "client/monitor.h"

namespace mbnrig::client {

class FunctionMonitor : public Monitor {
 public:
  /// Throws std::logic_error if it was started before.
  void Start(Monitor::Listener& listener) final;
  /// Throws std::logic_error on the client's thread.
  void Stop() final;
  /// For tests: see Dispatcher::Settle.
  void Settle() { dispatcher_->Settle(); }

 protected:
  FunctionMonitor(DeviceFilter filter, const Timeouts& timeouts, const MonitorOptions& options);

  /// Begins to post tasks that call Arrive and Leave. Throws the exceptions of Start.
  virtual void StartBus() = 0;
  /// Ends the watch; afterwards no task is posted. All devices are closed. May be called again.
  virtual void StopBus() = 0;

  const std::shared_ptr<Dispatcher>& dispatcher() const { return dispatcher_; }
  const Timeouts& timeouts() const { return timeouts_; }

  // The methods below are called on the dispatcher's thread.

  /// Whether the filter accepts the device and the monitor has not been stopped.
  bool Wanted(const transport::UsbDeviceInfo& info) const;
  /// A wanted function has arrived. `key` identifies it until Leave.
  void Arrive(const void* key, const transport::UsbDeviceInfo& info,
              std::unique_ptr<transport::Function> function);
  /// The function of `key` has left. Ignores an unknown key.
  void Leave(const void* key);

 private:
  void RetireAll();

  const DeviceFilter filter_;
  const Timeouts timeouts_;
  const std::shared_ptr<Dispatcher> dispatcher_;
  Monitor::Listener* listener_ = nullptr;
  bool started_ = false, stopped_ = false;

  // Used on the dispatcher's thread.
  bool stopping_ = false;
  std::map<const void*, std::shared_ptr<MbimDevice>> devices_;
  std::vector<std::shared_ptr<MbimDevice>> leaving_;  ///< removed, not yet closed
};

}  // namespace mbnrig::client
