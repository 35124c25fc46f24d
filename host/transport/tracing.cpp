#include "transport/tracing.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <mutex>
#include <string>
#include <utility>

#include "trace/device_trace.h"

namespace mbnrig::transport {
namespace {

using trace::DeviceTrace;
using trace::Setup;
using Transfer = trace::Urb::Transfer;

// Standard requests (USB 2.0, table 9-4) that the kernel sends for methods of UsbDevice.
constexpr std::uint8_t kToInterface = 0x01, kToEndpoint = 0x02;
constexpr std::uint8_t kClearFeature = 0x01, kSetInterface = 0x0b;

std::int32_t UrbStatusOf(UsbStatus status) {
  switch (status) {
    case UsbStatus::kOk:
      return trace::urb_status::kOk;
    case UsbStatus::kStall:
      return trace::urb_status::kStall;
    case UsbStatus::kTimedOut:
      return trace::urb_status::kTimedOut;
    case UsbStatus::kCancelled:
      return trace::urb_status::kCancelled;
    case UsbStatus::kNoDevice:
      return trace::urb_status::kNoDevice;
    case UsbStatus::kOverflow:
      return trace::urb_status::kOverflow;
    case UsbStatus::kNoAccess:
    case UsbStatus::kBusy:
    case UsbStatus::kError:
      break;
  }
  return trace::urb_status::kProtocol;
}

void Put16(Bytes& bytes, std::uint16_t value) {
  bytes.push_back(static_cast<std::uint8_t>(value & 0xff));
  bytes.push_back(static_cast<std::uint8_t>(value >> 8));
}

/// The descriptors as far as UsbDevice knows them. A dissector does not need more.
Bytes DeviceDescriptorOf(const UsbDeviceInfo& info) {
  Bytes bytes{18, 1};
  Put16(bytes, 0x0200);                      // bcdUSB
  bytes.insert(bytes.end(), {0, 0, 0, 64});  // classes are given by the interfaces
  Put16(bytes, info.vendor_id);
  Put16(bytes, info.product_id);
  Put16(bytes, 0);                          // bcdDevice
  bytes.insert(bytes.end(), {0, 0, 0, 1});  // no strings, one configuration
  return bytes;
}

Bytes ConfigurationDescriptorOf(const Configuration& configuration) {
  Bytes body;
  std::uint8_t interfaces = 0;
  for (const InterfaceSetting& setting : configuration.settings) {
    if (setting.alternate == 0) ++interfaces;
    body.insert(body.end(), {9, 4, setting.number, setting.alternate,
                             static_cast<std::uint8_t>(setting.endpoints.size()),
                             setting.interface_class, setting.subclass, setting.protocol, 0});
    body.insert(body.end(), setting.extra.begin(), setting.extra.end());
    for (const EndpointDescriptor& endpoint : setting.endpoints) {
      body.insert(body.end(), {7, 5, endpoint.address, endpoint.attributes});
      Put16(body, endpoint.max_packet_size);
      body.push_back(0);  // bInterval
    }
  }
  constexpr std::uint8_t kBusPowered = 0x80;
  Bytes bytes{9, 2};
  Put16(bytes, static_cast<std::uint16_t>(body.size() + 9));
  bytes.insert(bytes.end(), {interfaces, configuration.value, 0, kBusPowered, 0});
  bytes.insert(bytes.end(), body.begin(), body.end());
  return bytes;
}

class TracingDevice : public UsbDevice {
 public:
  TracingDevice(std::shared_ptr<UsbDevice> device, std::shared_ptr<trace::Writer> writer)
      : device_(std::move(device)), writer_(std::move(writer)) {}

  const UsbDeviceInfo& info() const override { return device_->info(); }
  const Configuration& configuration() const override { return device_->configuration(); }

  void Open(Done done) override {
    {
      const std::lock_guard lock(mutex_);
      writer_->Comment("host: opens " + info().location);
      if (trace_ == nullptr) {
        trace_ = std::make_shared<DeviceTrace>(writer_, DeviceDescriptorOf(info()),
                                               ConfigurationDescriptorOf(configuration()));
      }
    }
    device_->Open([writer = writer_, done = std::move(done)](UsbStatus status) {
      if (status != UsbStatus::kOk) {
        writer->Comment("host: cannot open the device: " + std::string(UsbStatusName(status)));
      }
      done(status);
    });
  }
  void Claim(std::uint8_t interface, Done done) override {
    device_->Claim(interface, std::move(done));
  }
  void SetAlternate(std::uint8_t interface, std::uint8_t alternate, Done done) override {
    device_->SetAlternate(
        interface, alternate,
        Traced({kToInterface, kSetInterface, alternate, interface}, {}, std::move(done)));
  }
  void ClearHalt(std::uint8_t endpoint, Done done) override {
    device_->ClearHalt(endpoint,
                       Traced({kToEndpoint, kClearFeature, 0, endpoint}, {}, std::move(done)));
  }
  void ControlOut(const ControlRequest& request, ByteView data, std::chrono::milliseconds timeout,
                  Done done) override {
    device_->ControlOut(request, data, timeout, Traced(request, data, std::move(done)));
  }
  void ControlIn(const ControlRequest& request, std::uint16_t length,
                 std::chrono::milliseconds timeout, TransferDone done) override {
    const auto trace = CurrentTrace();
    if (trace != nullptr) {
      const auto id = trace->SubmitControl(SetupOf(request, length));
      done = [trace, id, done = std::move(done)](UsbStatus status, ByteView data) {
        trace->CompleteControl(id, true, UrbStatusOf(status), data);
        done(status, data);
      };
    }
    device_->ControlIn(request, length, timeout, std::move(done));
  }
  void In(std::uint8_t endpoint, std::size_t length, TransferDone done) override {
    const auto trace = CurrentTrace();
    if (trace != nullptr) {
      const Transfer transfer = TransferOf(endpoint);
      const auto id = trace->Submit(transfer, endpoint, {}, length);
      done = [trace, id, transfer, endpoint, done = std::move(done)](UsbStatus status,
                                                                     ByteView data) {
        trace->Complete(id, transfer, endpoint, UrbStatusOf(status), data);
        done(status, data);
      };
    }
    device_->In(endpoint, length, std::move(done));
  }
  void Out(std::uint8_t endpoint, ByteView data, Done done) override {
    const auto trace = CurrentTrace();
    if (trace != nullptr) {
      const Transfer transfer = TransferOf(endpoint);
      const auto id = trace->Submit(transfer, endpoint, data);
      done = [trace, id, transfer, endpoint, size = data.size(),
              done = std::move(done)](UsbStatus status) {
        trace->Complete(id, transfer, endpoint, UrbStatusOf(status), {},
                        status == UsbStatus::kOk ? size : 0);
        done(status);
      };
    }
    device_->Out(endpoint, data, std::move(done));
  }
  void Cancel(std::uint8_t endpoint) override { device_->Cancel(endpoint); }
  void Close(std::function<void()> done) override { device_->Close(std::move(done)); }

 private:
  static Setup SetupOf(const ControlRequest& request, std::size_t length) {
    Bytes bytes{request.request_type, request.request};
    Put16(bytes, request.value);
    Put16(bytes, request.index);
    Put16(bytes, static_cast<std::uint16_t>(length));
    Setup setup{};
    std::copy(bytes.begin(), bytes.end(), setup.begin());
    return setup;
  }

  Transfer TransferOf(std::uint8_t endpoint) const {
    for (const InterfaceSetting& setting : configuration().settings) {
      for (const EndpointDescriptor& each : setting.endpoints) {
        if (each.address == endpoint) {
          return each.interrupt() ? Transfer::kInterrupt : Transfer::kBulk;
        }
      }
    }
    return Transfer::kBulk;
  }

  /// Writes the start of an OUT request to the trace now. Returns `done` with writing its end
  /// added.
  Done Traced(const ControlRequest& request, ByteView data, Done done) const {
    const auto trace = CurrentTrace();
    if (trace == nullptr) return done;
    const auto id = trace->SubmitControl(SetupOf(request, data.size()), data);
    return [trace, id, size = data.size(), done = std::move(done)](UsbStatus status) {
      trace->CompleteControl(id, false, UrbStatusOf(status), {},
                             status == UsbStatus::kOk ? size : 0);
      done(status);
    };
  }

  std::shared_ptr<DeviceTrace> CurrentTrace() const {
    const std::lock_guard lock(mutex_);
    return trace_;
  }

  const std::shared_ptr<UsbDevice> device_;
  const std::shared_ptr<trace::Writer> writer_;
  mutable std::mutex mutex_;
  std::shared_ptr<DeviceTrace> trace_;  ///< from the first Open on
};

class TracingBus : public UsbBus, private UsbBus::Listener {
 public:
  TracingBus(std::unique_ptr<UsbBus> bus, std::shared_ptr<trace::Writer> writer)
      : writer_(std::move(writer)), bus_(std::move(bus)) {}
  ~TracingBus() override { Stop(); }

  void Start(UsbBus::Listener& listener) override {
    listener_ = &listener;
    bus_->Start(*this);
  }
  void Stop() override {
    bus_->Stop();
    const std::lock_guard lock(mutex_);
    devices_.clear();
  }

 private:
  void OnArrival(std::shared_ptr<UsbDevice> device) override {
    auto traced = std::make_shared<TracingDevice>(device, writer_);
    {
      const std::lock_guard lock(mutex_);
      devices_[device.get()] = traced;
    }
    listener_->OnArrival(std::move(traced));
  }
  void OnRemoval(std::shared_ptr<UsbDevice> device) override {
    std::shared_ptr<UsbDevice> traced;
    {
      const std::lock_guard lock(mutex_);
      const auto found = devices_.find(device.get());
      if (found == devices_.end()) return;
      traced = std::move(found->second);
      devices_.erase(found);
    }
    writer_->Comment("host: " + device->info().location + " has left the bus");
    listener_->OnRemoval(std::move(traced));
  }

  const std::shared_ptr<trace::Writer> writer_;
  const std::unique_ptr<UsbBus> bus_;
  UsbBus::Listener* listener_ = nullptr;
  std::mutex mutex_;
  std::map<const UsbDevice*, std::shared_ptr<UsbDevice>> devices_;  // guarded by mutex_
};

}  // namespace

std::unique_ptr<UsbBus> MakeTracingBus(std::unique_ptr<UsbBus> bus,
                                       std::shared_ptr<trace::Writer> writer) {
  return std::make_unique<TracingBus>(std::move(bus), std::move(writer));
}

std::shared_ptr<trace::Writer> EnvironmentTrace() {
  static const std::shared_ptr<trace::Writer> writer = []() -> std::shared_ptr<trace::Writer> {
    const char* value = std::getenv("MBNRIG_TRACE");
    if (value == nullptr || *value == '\0') return nullptr;
    std::string path = value;
    if (const auto at = path.find("%p"); at != path.npos) {
      path.replace(at, 2, std::to_string(::getpid()));
    }
    trace::WriterOptions options;
    options.application = "mbnrig host";
    return std::make_shared<trace::Writer>(path, std::move(options));
  }();
  return writer;
}

}  // namespace mbnrig::transport
