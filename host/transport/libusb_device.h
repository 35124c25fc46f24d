#pragma once

/// One device of libusb. libusb.cpp announces it.

#include <libusb-1.0/libusb.h>

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <set>
#include <vector>

#include "service/task_thread.h"
#include "transport/taken_from_kernel.h"
#include "transport/usb.h"

namespace mbnrig::transport {

class LibusbDevice;

/// Shared by a bus and its devices, which may outlive it.
struct LibusbShared {
  /// LibusbOptions::taken_from_kernel. Constant after the bus was made.
  std::shared_ptr<TakenFromKernel> taken_from_kernel;
  /// Runs the operations that block in the kernel. Stopped with the bus.
  service::TaskThread worker;
  std::mutex mutex;
  /// Devices between Open and the end of Close.
  std::set<std::shared_ptr<LibusbDevice>> open;
  /// The calls given to UsbDevice::AfterCompletions. Of the thread that handles libusb's events.
  std::vector<std::function<void()>> after_completions;
};

/// Converts LIBUSB_ERROR_ACCESS and others to a status.
UsbStatus FromLibusbError(int error);

class LibusbDevice : public UsbDevice, public std::enable_shared_from_this<LibusbDevice> {
 public:
  /// Holds a reference to `device` until Leave.
  LibusbDevice(std::shared_ptr<LibusbShared> shared, libusb_device* device, UsbDeviceInfo info,
               Configuration configuration);
  ~LibusbDevice() override;

  /// The device has left the bus, or the bus is being stopped: it cannot be opened any more. Call
  /// it on the worker, or after the worker has stopped.
  void Leave();

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
  void InTo(std::uint8_t endpoint, std::span<std::uint8_t> buffer, TransferDone done) override;
  void OutFrom(std::uint8_t endpoint, ByteView data, Done done) override;
  void AfterCompletions(const std::function<void()>& call) override {
    shared_->after_completions.push_back(call);
  }
  void Cancel(std::uint8_t endpoint) override;
  void Close(std::function<void()> done) override;

 private:
  struct Transfer;

  void OnWorker(std::function<UsbStatus()> operation, Done done);
  UsbStatus OpenNow();
  UsbStatus ClaimNow(std::uint8_t interface);
  UsbStatus OnHandle(int (*call)(libusb_device_handle*, int), int argument);
  void CloseNow();
  unsigned char EndpointType(std::uint8_t endpoint) const;
  /// Whether the transfer was started. If not, its `done` was called.
  bool Submit(std::unique_ptr<Transfer> transfer);
  void SubmitControl(std::unique_ptr<Transfer> transfer);
  void SubmitWaitingControls();
  static void LIBUSB_CALL OnTransferEnd(libusb_transfer* ended);
  static void Finish(Transfer* ended);

  const std::shared_ptr<LibusbShared> shared_;
  const UsbDeviceInfo info_;
  const Configuration configuration_;

  // Of the worker.
  libusb_device* device_;
  std::vector<std::uint8_t> claimed_;
  std::vector<std::uint8_t> taken_from_kernel_;

  std::mutex mutex_;
  libusb_device_handle* handle_ = nullptr;  ///< written by the worker while it holds the lock
  bool closing_ = false;
  std::vector<std::function<void()>> close_done_;
  std::set<Transfer*> in_flight_;
  /// A control transfer is pending. Others wait, although the kernel would start the next one at
  /// once: if a gadget's kernel takes an OUT request's data before its program is asked (GadgetFS),
  /// it loses the data when the next SETUP packet follows so quickly.
  bool control_under_way_ = false;
  std::deque<std::unique_ptr<Transfer>> waiting_controls_;
};

}  // namespace mbnrig::transport
