#include "transport/loopback.h"

#include <fmt/format.h>

#include <future>
#include <map>
#include <mutex>
#include <set>

#include "usb/loopback.h"

namespace mbnrig::transport {
namespace {

// Standard requests (USB 2.0, table 9-4).
constexpr std::uint8_t kClearFeature = 0x01;
constexpr std::uint8_t kSetInterface = 0x0B;
constexpr std::uint8_t kToInterface = 0x01;
constexpr std::uint8_t kToEndpoint = 0x02;
constexpr std::chrono::milliseconds kStandardRequestTimeout{5'000};

UsbStatus FromLoopback(usb::TransferStatus status) {
  switch (status) {
    case usb::TransferStatus::kCompleted:
      return UsbStatus::kOk;
    case usb::TransferStatus::kTimedOut:
      return UsbStatus::kTimedOut;
    case usb::TransferStatus::kCancelled:
      return UsbStatus::kCancelled;
    case usb::TransferStatus::kStall:
      return UsbStatus::kStall;
    case usb::TransferStatus::kNoDevice:
      return UsbStatus::kNoDevice;
    case usb::TransferStatus::kError:
      break;
  }
  return UsbStatus::kError;
}

UsbDeviceInfo ReadInfo(usb::LoopbackDevice& device) {
  UsbDeviceInfo info;
  info.location = fmt::format("loopback-{}", device.address());
  const Bytes descriptor = device.DeviceDescriptor();
  if (descriptor.size() >= 18) {
    info.vendor_id = static_cast<std::uint16_t>(descriptor[8] | descriptor[9] << 8);
    info.product_id = static_cast<std::uint16_t>(descriptor[10] | descriptor[11] << 8);
    const auto text = [&](std::size_t at) {
      return descriptor[at] == 0 ? std::string() : device.StringDescriptor(descriptor[at]);
    };
    info.manufacturer = text(14);
    info.product = text(15);
    info.serial = text(16);
  }
  return info;
}

class LoopbackUsbDevice : public UsbDevice, public std::enable_shared_from_this<LoopbackUsbDevice> {
 public:
  explicit LoopbackUsbDevice(std::shared_ptr<usb::LoopbackDevice> device)
      : device_(std::move(device)),
        info_(ReadInfo(*device_)),
        configuration_(
            ParseConfiguration(device_->ConfigurationDescriptor()).value_or(Configuration{})) {}

  const UsbDeviceInfo& info() const override { return info_; }
  const Configuration& configuration() const override { return configuration_; }

  void Open(Done done) override {
    UsbStatus status = UsbStatus::kOk;
    {
      std::lock_guard lock(mutex_);
      if (stopped_) {
        status = UsbStatus::kNoDevice;
      } else if (open_) {
        status = UsbStatus::kBusy;
      } else {
        open_ = true;
      }
    }
    done(status);
  }

  void Claim(std::uint8_t, Done done) override {
    bool open = false;
    {
      std::lock_guard lock(mutex_);
      open = open_ && !closing_;
    }
    done(open ? UsbStatus::kOk : UsbStatus::kNoDevice);
  }

  void SetAlternate(std::uint8_t interface, std::uint8_t alternate, Done done) override {
    {
      std::lock_guard lock(mutex_);
      if (alternate != 0) {
        away_from_default_.insert(interface);
      } else {
        away_from_default_.erase(interface);
      }
    }
    ControlOut({kToInterface, kSetInterface, alternate, interface}, {}, kStandardRequestTimeout,
               std::move(done));
  }

  void ClearHalt(std::uint8_t endpoint, Done done) override {
    ControlOut({kToEndpoint, kClearFeature, 0, endpoint}, {}, kStandardRequestTimeout,
               std::move(done));
  }

  void ControlOut(const ControlRequest& request, ByteView data, std::chrono::milliseconds timeout,
                  Done done) override {
    const usb::SetupPacket setup{request.request_type, request.request, request.value,
                                 request.index, static_cast<std::uint16_t>(data.size())};
    Submit([done = std::move(done)](UsbStatus status, ByteView) { done(status); },
           [&](auto completion) {
             device_->SubmitControl(setup, data, timeout, std::move(completion));
           });
  }

  void ControlIn(const ControlRequest& request, std::uint16_t length,
                 std::chrono::milliseconds timeout, TransferDone done) override {
    const usb::SetupPacket setup{request.request_type, request.request, request.value,
                                 request.index, length};
    Submit(std::move(done), [&](auto completion) {
      device_->SubmitControl(setup, {}, timeout, std::move(completion));
    });
  }

  void In(std::uint8_t endpoint, std::size_t length, TransferDone done) override {
    Submit(std::move(done),
           [&](auto completion) { device_->SubmitIn(endpoint, length, std::move(completion)); });
  }

  void Out(std::uint8_t endpoint, ByteView data, Done done) override {
    Submit([done = std::move(done)](UsbStatus status, ByteView) { done(status); },
           [&](auto completion) { device_->SubmitOut(endpoint, data, std::move(completion)); });
  }

  void Cancel(std::uint8_t endpoint) override { device_->Cancel(endpoint); }

  void Close(std::function<void()> done) override {
    bool idle = false;
    {
      std::lock_guard lock(mutex_);
      if (open_) {
        close_done_.push_back(std::move(done));
        if (closing_) {
          return;
        }
        closing_ = true;
        idle = in_flight_ == 0;
      }
    }
    if (done) {
      done();
    } else if (idle) {
      Release();
    } else {
      device_->Cancel(0);
    }
  }

  /// Closes. From then on everything ends with kNoDevice.
  void Stop() {
    {
      std::lock_guard lock(mutex_);
      stopped_ = true;
    }
    const auto closed = std::make_shared<std::promise<void>>();
    Close([closed] { closed->set_value(); });
    closed->get_future().wait();
  }

 private:
  template <class Start>
  void Submit(TransferDone done, Start start) {
    bool refused = false;
    {
      std::lock_guard lock(mutex_);
      refused = !open_ || closing_;
      if (!refused) {
        ++in_flight_;
      }
    }
    if (refused) {
      done(UsbStatus::kNoDevice, {});
      return;
    }
    start([self = shared_from_this(), done = std::move(done)](usb::TransferStatus status,
                                                              ByteView data) {
      done(FromLoopback(status), data);
      self->OnEnd();
    });
  }

  void OnEnd() {
    bool last = false;
    {
      std::lock_guard lock(mutex_);
      last = --in_flight_ == 0 && closing_;
    }
    if (last) {
      Release();
    }
  }

  /// Sets the interfaces back to setting 0, as Linux does when a driver releases one.
  void Release() {
    std::optional<std::uint8_t> interface;
    std::vector<std::function<void()>> done;
    {
      std::lock_guard lock(mutex_);
      if (!away_from_default_.empty()) {
        interface = *away_from_default_.begin();
        away_from_default_.erase(away_from_default_.begin());
      } else {
        open_ = closing_ = false;
        done.swap(close_done_);
      }
    }
    if (interface) {
      const usb::SetupPacket setup{kToInterface, kSetInterface, 0, *interface, 0};
      device_->SubmitControl(
          setup, {}, kStandardRequestTimeout,
          [self = shared_from_this()](usb::TransferStatus, ByteView) { self->Release(); });
    }
    for (const auto& each : done) {
      each();
    }
  }

  const std::shared_ptr<usb::LoopbackDevice> device_;
  const UsbDeviceInfo info_;
  const Configuration configuration_;
  std::mutex mutex_;
  bool open_ = false, closing_ = false, stopped_ = false;
  std::size_t in_flight_ = 0;
  std::set<std::uint8_t> away_from_default_;
  std::vector<std::function<void()>> close_done_;
};

class LoopbackUsbBus : public UsbBus {
 public:
  explicit LoopbackUsbBus(usb::LoopbackBus& bus) : bus_(bus) {}
  ~LoopbackUsbBus() override { Stop(); }

  void Start(Listener& listener) override {
    listener_ = &listener;
    subscription_ =
        bus_.Subscribe([this](std::shared_ptr<usb::LoopbackDevice> device, bool arrived) {
          arrived ? OnArrival(std::move(device)) : OnRemoval(*device);
        });
  }

  void Stop() override {
    if (subscription_) {
      bus_.Unsubscribe(*subscription_);
      subscription_.reset();
    }
    // Nothing is announced any more, so this thread may use the map.
    for (const auto& [address, device] : devices_) {
      device->Stop();
    }
    devices_.clear();
    for (const auto& device : departed_) {
      if (const auto held = device.lock()) {
        held->Stop();
      }
    }
    departed_.clear();
  }

 private:
  void OnArrival(std::shared_ptr<usb::LoopbackDevice> device) {
    const std::uint32_t address = device->address();
    auto wrapped = std::make_shared<LoopbackUsbDevice>(std::move(device));
    devices_[address] = wrapped;
    listener_->OnArrival(std::move(wrapped));
  }

  void OnRemoval(const usb::LoopbackDevice& device) {
    const auto it = devices_.find(device.address());
    if (it != devices_.end()) {
      auto wrapped = std::move(it->second);
      devices_.erase(it);
      std::erase_if(departed_, [](const auto& other) { return other.expired(); });
      departed_.push_back(wrapped);
      listener_->OnRemoval(std::move(wrapped));
    }
  }

  usb::LoopbackBus& bus_;
  Listener* listener_ = nullptr;
  std::optional<std::uint32_t> subscription_;
  // Both are used on the bus's thread, until Stop.
  std::map<std::uint32_t, std::shared_ptr<LoopbackUsbDevice>> devices_;
  std::vector<std::weak_ptr<LoopbackUsbDevice>> departed_;
};

}  // namespace

std::unique_ptr<UsbBus> MakeLoopbackUsbBus(usb::LoopbackBus& bus) {
  return std::make_unique<LoopbackUsbBus>(bus);
}

}  // namespace mbnrig::transport
