#include "transport/libusb_device.h"

#include <spdlog/spdlog.h>

#include <algorithm>

#include "transport/log.h"

namespace mbnrig::transport {
namespace {

// The kernel's driver may bind between the check and the claim.
constexpr int kClaimAttempts = 3;

UsbStatus FromTransferStatus(libusb_transfer_status status) {
  switch (status) {
    case LIBUSB_TRANSFER_COMPLETED:
      return UsbStatus::kOk;
    case LIBUSB_TRANSFER_TIMED_OUT:
      return UsbStatus::kTimedOut;
    case LIBUSB_TRANSFER_CANCELLED:
      return UsbStatus::kCancelled;
    case LIBUSB_TRANSFER_STALL:
      return UsbStatus::kStall;
    case LIBUSB_TRANSFER_NO_DEVICE:
      return UsbStatus::kNoDevice;
    case LIBUSB_TRANSFER_OVERFLOW:
      return UsbStatus::kOverflow;
    case LIBUSB_TRANSFER_ERROR:
      break;
  }
  return UsbStatus::kError;
}

}  // namespace

UsbStatus FromLibusbError(int error) {
  switch (error) {
    case LIBUSB_SUCCESS:
      return UsbStatus::kOk;
    case LIBUSB_ERROR_ACCESS:
      return UsbStatus::kNoAccess;
    case LIBUSB_ERROR_NO_DEVICE:
      return UsbStatus::kNoDevice;
    case LIBUSB_ERROR_BUSY:
      return UsbStatus::kBusy;
    case LIBUSB_ERROR_TIMEOUT:
      return UsbStatus::kTimedOut;
    case LIBUSB_ERROR_OVERFLOW:
      return UsbStatus::kOverflow;
    case LIBUSB_ERROR_PIPE:
      return UsbStatus::kStall;
    default:
      return UsbStatus::kError;
  }
}

struct LibusbDevice::Transfer {
  std::shared_ptr<LibusbDevice> device;
  libusb_transfer* libusb = libusb_alloc_transfer(0);
  std::vector<unsigned char> buffer;  ///< empty if the caller lends its memory
  std::span<unsigned char> memory;    ///< the memory to read into or to write from
  TransferDone done;

  Transfer(std::shared_ptr<LibusbDevice> owner, TransferDone on_end)
      : device(std::move(owner)), done(std::move(on_end)) {
    if (!libusb) {
      throw std::bad_alloc();
    }
  }
  ~Transfer() { libusb_free_transfer(libusb); }
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  /// Fills in the transfer. Uses `memory`, or `buffer` if that is empty.
  void Fill(std::uint8_t endpoint, unsigned char type, std::chrono::milliseconds timeout) {
    if (memory.empty()) {
      memory = buffer;
    }
    libusb->endpoint = endpoint;
    libusb->type = type;
    libusb->timeout = static_cast<unsigned>(timeout.count());
    libusb->buffer = memory.data();
    libusb->length = static_cast<int>(memory.size());
    libusb->user_data = this;
    libusb->callback = OnTransferEnd;
  }

  void FillControl(const ControlRequest& request, std::uint16_t length,
                   std::chrono::milliseconds timeout) {
    buffer.resize(std::size_t{LIBUSB_CONTROL_SETUP_SIZE} + length);
    libusb_fill_control_setup(buffer.data(), request.request_type, request.request, request.value,
                              request.index, length);
    Fill(0, LIBUSB_TRANSFER_TYPE_CONTROL, timeout);
  }
};

LibusbDevice::LibusbDevice(std::shared_ptr<LibusbShared> shared, libusb_device* device,
                           UsbDeviceInfo info, Configuration configuration)
    : shared_(std::move(shared)),
      info_(std::move(info)),
      configuration_(std::move(configuration)),
      device_(libusb_ref_device(device)) {}

LibusbDevice::~LibusbDevice() = default;

void LibusbDevice::Leave() {
  if (device_) {
    libusb_unref_device(device_);
    device_ = nullptr;
  }
}

// --- operations that block in the kernel
// ------------------------------------------------------------------

void LibusbDevice::OnWorker(std::function<UsbStatus()> operation, Done done) {
  service::TaskThread::Task job = [self = shared_from_this(), operation = std::move(operation),
                                   done] {
    UsbStatus status = UsbStatus::kError;
    try {
      status = operation();
    } catch (const std::bad_alloc&) {  // somebody waits for the end
      Log().error("{}: memory is short", self->info_.location);
    }
    done(status);
  };
  if (!shared_->worker.Post(std::move(job))) {
    done(UsbStatus::kNoDevice);
  }
}

void LibusbDevice::Open(Done done) {
  OnWorker([this] { return OpenNow(); }, std::move(done));
}

UsbStatus LibusbDevice::OpenNow() {
  if (!device_) {
    return UsbStatus::kNoDevice;
  }
  if (handle_) {
    return UsbStatus::kBusy;
  }
  libusb_device_handle* handle = nullptr;
  const int error = libusb_open(device_, &handle);
  if (error != LIBUSB_SUCCESS) {
    // It existed when it was announced, so a missing node means that it has just been removed.
    return error == LIBUSB_ERROR_NOT_FOUND ? UsbStatus::kNoDevice : FromLibusbError(error);
  }
  {
    std::lock_guard lock(mutex_);
    handle_ = handle;
  }
  std::lock_guard lock(shared_->mutex);
  shared_->open.insert(shared_from_this());
  return UsbStatus::kOk;
}

UsbStatus LibusbDevice::OnHandle(int (*call)(libusb_device_handle*, int), int argument) {
  return handle_ ? FromLibusbError(call(handle_, argument)) : UsbStatus::kNoDevice;
}

void LibusbDevice::Claim(std::uint8_t interface, Done done) {
  OnWorker([this, interface] { return ClaimNow(interface); }, std::move(done));
}

UsbStatus LibusbDevice::ClaimNow(std::uint8_t interface) {
  UsbStatus status = UsbStatus::kBusy;
  for (int attempt = 0; attempt < kClaimAttempts && status == UsbStatus::kBusy; ++attempt) {
    if (handle_ && libusb_kernel_driver_active(handle_, interface) == 1) {
      const UsbStatus detached = OnHandle(libusb_detach_kernel_driver, interface);
      if (detached == UsbStatus::kOk) {
        Log().debug("{}: interface {} taken from the kernel's driver", info_.location, interface);
        if (shared_->taken_from_kernel)
          shared_->taken_from_kernel->Add(libusb_get_device(handle_), interface);
        else
          taken_from_kernel_.push_back(interface);
      } else if (detached == UsbStatus::kNoDevice || detached == UsbStatus::kNoAccess) {
        return detached;
      }
    }
    status = OnHandle(libusb_claim_interface, interface);
  }
  if (status == UsbStatus::kOk) {
    claimed_.push_back(interface);
  }
  return status;
}

void LibusbDevice::SetAlternate(std::uint8_t interface, std::uint8_t alternate, Done done) {
  OnWorker(
      [this, interface, alternate] {
        return handle_ ? FromLibusbError(
                             libusb_set_interface_alt_setting(handle_, interface, alternate))
                       : UsbStatus::kNoDevice;
      },
      std::move(done));
}

void LibusbDevice::ClearHalt(std::uint8_t endpoint, Done done) {
  OnWorker(
      [this, endpoint] {
        return handle_ ? FromLibusbError(libusb_clear_halt(handle_, endpoint))
                       : UsbStatus::kNoDevice;
      },
      std::move(done));
}

void LibusbDevice::Close(std::function<void()> done) {
  service::TaskThread::Task job = [self = shared_from_this(), done] {
    bool idle = false;
    {
      std::lock_guard lock(self->mutex_);
      if (self->handle_) {
        self->close_done_.push_back(done);
        self->closing_ = true;
        idle = self->in_flight_.empty();
        for (const Transfer* transfer : self->in_flight_) {
          libusb_cancel_transfer(transfer->libusb);
        }
      }
    }
    if (!self->handle_) {
      done();
    } else if (idle) {
      self->CloseNow();
    }
  };
  if (!shared_->worker.Post(std::move(job))) {
    done();  // the bus has closed it
  }
}

void LibusbDevice::CloseNow() {
  if (!handle_) {
    return;
  }
  // A driver needs all its interfaces to be free at once.
  for (auto it = claimed_.rbegin(); it != claimed_.rend(); ++it) {
    libusb_release_interface(handle_, *it);
  }
  for (const std::uint8_t interface : taken_from_kernel_)
    GiveBackToKernel(handle_, info_.location, interface);
  claimed_.clear();
  taken_from_kernel_.clear();
  std::vector<std::function<void()>> done;
  libusb_device_handle* handle = nullptr;
  {
    std::lock_guard lock(mutex_);
    std::swap(handle, handle_);
    closing_ = false;
    done.swap(close_done_);
  }
  libusb_close(handle);
  {
    std::lock_guard lock(shared_->mutex);
    shared_->open.erase(shared_from_this());
  }
  for (const auto& each : done) {
    each();
  }
}

// --- transfers ----------------------------------------------------------------------------------

unsigned char LibusbDevice::EndpointType(std::uint8_t endpoint) const {
  for (const auto& setting : configuration_.settings) {
    for (const auto& each : setting.endpoints) {
      if (each.address == endpoint && each.interrupt()) {
        return LIBUSB_TRANSFER_TYPE_INTERRUPT;
      }
    }
  }
  return LIBUSB_TRANSFER_TYPE_BULK;
}

void LibusbDevice::ControlOut(const ControlRequest& request, ByteView data,
                              std::chrono::milliseconds timeout, Done done) {
  auto transfer = std::make_unique<Transfer>(
      shared_from_this(), [done = std::move(done)](UsbStatus status, ByteView) { done(status); });
  transfer->FillControl(request, static_cast<std::uint16_t>(data.size()), timeout);
  std::copy(data.begin(), data.end(), transfer->buffer.begin() + LIBUSB_CONTROL_SETUP_SIZE);
  SubmitControl(std::move(transfer));
}

void LibusbDevice::ControlIn(const ControlRequest& request, std::uint16_t length,
                             std::chrono::milliseconds timeout, TransferDone done) {
  auto transfer = std::make_unique<Transfer>(shared_from_this(), std::move(done));
  transfer->FillControl(request, length, timeout);
  SubmitControl(std::move(transfer));
}

void LibusbDevice::In(std::uint8_t endpoint, std::size_t length, TransferDone done) {
  auto transfer = std::make_unique<Transfer>(shared_from_this(), std::move(done));
  transfer->buffer.resize(length);
  transfer->Fill(endpoint, EndpointType(endpoint), std::chrono::milliseconds(0));
  Submit(std::move(transfer));
}

void LibusbDevice::Out(std::uint8_t endpoint, ByteView data, Done done) {
  auto transfer = std::make_unique<Transfer>(
      shared_from_this(), [done = std::move(done)](UsbStatus status, ByteView) { done(status); });
  transfer->buffer.assign(data.begin(), data.end());
  transfer->Fill(endpoint, EndpointType(endpoint), std::chrono::milliseconds(0));
  Submit(std::move(transfer));
}

void LibusbDevice::InTo(std::uint8_t endpoint, std::span<std::uint8_t> buffer, TransferDone done) {
  auto transfer = std::make_unique<Transfer>(shared_from_this(), std::move(done));
  transfer->memory = buffer;
  transfer->Fill(endpoint, EndpointType(endpoint), std::chrono::milliseconds(0));
  Submit(std::move(transfer));
}

void LibusbDevice::OutFrom(std::uint8_t endpoint, ByteView data, Done done) {
  auto transfer = std::make_unique<Transfer>(
      shared_from_this(), [done = std::move(done)](UsbStatus status, ByteView) { done(status); });
  // libusb's buffers are for both directions. It only reads from this one.
  transfer->memory = {const_cast<unsigned char*>(data.data()), data.size()};
  transfer->Fill(endpoint, EndpointType(endpoint), std::chrono::milliseconds(0));
  Submit(std::move(transfer));
}

bool LibusbDevice::Submit(std::unique_ptr<Transfer> transfer) {
  UsbStatus status = UsbStatus::kNoDevice;
  {
    std::lock_guard lock(mutex_);
    if (handle_ && !closing_) {
      transfer->libusb->dev_handle = handle_;
      status = FromLibusbError(libusb_submit_transfer(transfer->libusb));
      if (status == UsbStatus::kOk) {
        in_flight_.insert(transfer.get());
        transfer.release();  // NOLINT(bugprone-unused-return-value): OnTransferEnd takes it
        return true;
      }
    }
  }
  transfer->done(status, {});
  return false;
}

void LibusbDevice::SubmitControl(std::unique_ptr<Transfer> transfer) {
  {
    std::lock_guard lock(mutex_);
    waiting_controls_.push_back(std::move(transfer));
    if (control_under_way_) {
      return;
    }
    control_under_way_ = true;
  }
  SubmitWaitingControls();
}

/// The caller owns control_under_way_. Ownership passes to the transfer that this submits.
void LibusbDevice::SubmitWaitingControls() {
  for (;;) {
    std::unique_ptr<Transfer> next;
    {
      std::lock_guard lock(mutex_);
      if (waiting_controls_.empty()) {
        control_under_way_ = false;
        return;
      }
      next = std::move(waiting_controls_.front());
      waiting_controls_.pop_front();
    }
    if (Submit(std::move(next))) {
      return;
    }
  }
}

/// The work after a control or interrupt transfer may take time (Executor::Dispatch). libusb holds
/// locks during this callback, for which openings and closings on the worker would wait.
void LibusbDevice::OnTransferEnd(libusb_transfer* ended) {
  auto* const transfer = static_cast<Transfer*>(ended->user_data);
  if (ended->type == LIBUSB_TRANSFER_TYPE_BULK) {
    Finish(transfer);
  } else {
    transfer->device->AfterCompletions([transfer] { Finish(transfer); });
  }
}

void LibusbDevice::Finish(Transfer* ended) {
  const std::unique_ptr<Transfer> transfer(ended);
  const auto device = transfer->device;
  const libusb_transfer& libusb = *transfer->libusb;
  const bool control = libusb.type == LIBUSB_TRANSFER_TYPE_CONTROL;
  const std::size_t skip = control ? LIBUSB_CONTROL_SETUP_SIZE : 0;
  const auto length = static_cast<std::size_t>(std::max(libusb.actual_length, 0));
  const ByteView data = ByteView(transfer->memory)
                            .subspan(skip)
                            .first(std::min(length, transfer->memory.size() - skip));
  transfer->done(FromTransferStatus(libusb.status), data);
  if (control) {
    device->SubmitWaitingControls();
  }
  bool last = false;
  {
    std::lock_guard lock(device->mutex_);
    device->in_flight_.erase(ended);
    last = device->closing_ && device->in_flight_.empty();
  }
  if (last) {
    device->shared_->worker.Post([device] { device->CloseNow(); });
  }
}

void LibusbDevice::Cancel(std::uint8_t endpoint) {
  std::lock_guard lock(mutex_);
  for (const Transfer* transfer : in_flight_) {
    if (transfer->libusb->endpoint == endpoint) {
      libusb_cancel_transfer(transfer->libusb);
    }
  }
}

}  // namespace mbnrig::transport
