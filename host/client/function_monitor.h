#pragma once

/// What monitors share, whatever tells them of MBIM functions: the dispatch thread, the devices
/// that are there, those that leave.

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
  /// Throws std::logic_error when it was started before.
  void Start(Monitor::Listener& listener) final;
  /// Throws std::logic_error on the dispatch thread.
  void Stop() final;
  /// Dispatcher::Settle, for tests.
  void Settle() { dispatcher_->Settle(); }

 protected:
  FunctionMonitor(DeviceFilter filter, const Timeouts& timeouts, const MonitorOptions& options);

  /// Begins to call Arrive and Leave, or rather to post what does. Throws what Start throws.
  virtual void StartBus() = 0;
  /// Afterwards no handler is called; all devices are closed. May be called again.
  virtual void StopBus() = 0;

  const std::shared_ptr<Dispatcher>& dispatcher() const { return dispatcher_; }
  const Timeouts& timeouts() const { return timeouts_; }

  // The dispatcher's thread's.

  /// Whether devices of that description are wanted, and still.
  bool Wanted(const transport::UsbDeviceInfo& info) const;
  /// A wanted function is there; `key` stands for it until Leave.
  void Arrive(const void* key, const transport::UsbDeviceInfo& info,
              std::unique_ptr<transport::Function> function);
  /// Unknown keys are ignored.
  void Leave(const void* key);

 private:
  void RetireAll();

  const DeviceFilter filter_;
  const Timeouts timeouts_;
  const std::shared_ptr<Dispatcher> dispatcher_;
  Monitor::Listener* listener_ = nullptr;
  bool started_ = false, stopped_ = false;

  // The dispatcher's thread's.
  bool stopping_ = false;
  std::map<const void*, std::shared_ptr<MbimDevice>> devices_;
  std::vector<std::shared_ptr<MbimDevice>> leaving_;  ///< removed, not yet closed
};

}  // namespace mbnrig::client
