#pragma once

/// A scripted USB bus for tests: devices do what the test says, when the test says so. Nothing here
/// takes time or has a thread. A completion runs on the thread that causes it.

#include <atomic>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <vector>

#include "transport/usb.h"

namespace mbnrig::transport::testing {

class FakeUsbDevice : public UsbDevice, public std::enable_shared_from_this<FakeUsbDevice> {
 public:
  /// A control request as the device saw it.
  struct ControlCall {
    ControlRequest request;
    Bytes data;                ///< for an OUT request
    std::uint16_t length = 0;  ///< for an IN request
    std::chrono::milliseconds timeout{0};
  };
  struct ControlAnswer {
    UsbStatus status = UsbStatus::kOk;
    Bytes data;
  };
  /// If it returns nothing, the request stays pending, as on a silent device.
  using ControlHandler = std::function<std::optional<ControlAnswer>(const ControlCall&)>;
  /// Its argument is "open", "claim 0", "alternate 1 1" or "clear-halt 133".
  using OperationHandler = std::function<UsbStatus(const std::string&)>;
  /// A write to an OUT endpoint. If it returns nothing, the write stays pending.
  using OutHandler = std::function<std::optional<UsbStatus>(std::uint8_t endpoint, ByteView)>;

  FakeUsbDevice(UsbDeviceInfo info, Configuration configuration);

  /// Without a handler every request is stalled. Called without a lock.
  void set_control_handler(ControlHandler handler);
  /// Without a handler every operation succeeds. Called without a lock.
  void set_operation_handler(OperationHandler handler);
  /// Without a handler every write succeeds. Called without a lock.
  void set_out_handler(OutHandler handler);

  /// Ends one read of an IN endpoint. If none is pending, the next read will end so.
  void CompleteIn(std::uint8_t endpoint, UsbStatus status, Bytes data = {});
  /// Ends the oldest pending write to an OUT endpoint, if there is one.
  void CompleteOut(std::uint8_t endpoint, UsbStatus status);
  /// Ends the pending control requests in order.
  void EndPendingControl(UsbStatus status);
  /// Whether calls given to AfterCompletions wait for EndCompletions. By default they do not.
  void set_completions_come_together(bool together) { together_ = together; }
  /// Makes the calls that were given to AfterCompletions.
  void EndCompletions();
  /// Everything ends with kNoDevice from now on.
  void Vanish();

  /// The operations so far, in order: those of OperationHandler and "close".
  std::vector<std::string> operations() const;
  /// Number of pending control requests, reads and writes.
  std::size_t pending() const;
  /// Number of pending reads of an IN endpoint, or writes to an OUT endpoint.
  std::size_t pending(std::uint8_t endpoint) const;
  /// Waits until a control request is pending. False after ten seconds.
  bool WaitForPendingControl();

  const UsbDeviceInfo& info() const override { return info_; }
  const Configuration& configuration() const override { return configuration_; }
  void Open(Done done) override;
  void Claim(std::uint8_t interface, Done done) override;
  void SetAlternate(std::uint8_t interface, std::uint8_t alternate, Done done) override;
  void ClearHalt(std::uint8_t endpoint, Done done) override;
  void ControlOut(const ControlRequest& request, ByteView data, std::chrono::milliseconds timeout,
                  Done done) override;
  void ControlIn(const ControlRequest& request, std::uint16_t length,
                 std::chrono::milliseconds timeout, TransferDone done) override;
  void In(std::uint8_t endpoint, std::size_t length, TransferDone done) override;
  void Out(std::uint8_t endpoint, ByteView data, Done done) override;
  void AfterCompletions(const std::function<void()>& call) override;
  void Cancel(std::uint8_t endpoint) override;
  void Close(std::function<void()> done) override;

 private:
  void Operate(const std::string& operation, const Done& done);
  void Control(const ControlCall& call, TransferDone done);
  std::deque<TransferDone> TakePending();

  const UsbDeviceInfo info_;
  const Configuration configuration_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool vanished_ = false;
  std::atomic<bool> together_ = false;
  std::vector<std::function<void()>> after_completions_;
  ControlHandler control_handler_;
  OperationHandler operation_handler_;
  OutHandler out_handler_;
  std::vector<std::string> operations_;
  std::deque<TransferDone> pending_control_;
  std::map<std::uint8_t, std::deque<TransferDone>> pending_transfers_;  ///< by endpoint
  std::map<std::uint8_t, std::deque<ControlAnswer>> early_in_;
};

class FakeUsbBus : public UsbBus {
 public:
  /// Plugs a device in. It is announced at once, or by Start.
  void Plug(std::shared_ptr<FakeUsbDevice> device);
  /// The device disappears, then its removal is announced.
  void Unplug(const std::shared_ptr<FakeUsbDevice>& device);
  /// The next Start throws std::runtime_error with this text.
  void set_start_error(std::string error) { start_error_ = std::move(error); }

  void Start(Listener& listener) override;
  void Stop() override;

 private:
  std::mutex mutex_;  ///< held while the listener is called
  Listener* listener_ = nullptr;
  std::set<std::shared_ptr<FakeUsbDevice>> devices_;
  std::string start_error_;
};

/// The configuration of an MBIM modem: control interface 0 with notification endpoint 0x85, data
/// interface 1 with endpoints 0x82 and 0x07. With `functional`, it has functional descriptors
/// (control messages of `max_control_message` bytes) and an idle setting of the data interface, as
/// a real modem has. Without, it looks as FunctionFS presents it.
/// With `max_outstanding_commands`, it has an extended functional descriptor too, with that number
/// and wMTU 1500.
Configuration FakeMbimConfiguration(bool functional, std::uint16_t max_control_message = 4096,
                                    std::uint8_t max_outstanding_commands = 0);

}  // namespace mbnrig::transport::testing
