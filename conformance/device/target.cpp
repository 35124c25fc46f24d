#include "device/target.h"

#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>

#include "bench/bench.h"
#include "transport/tracing.h"

namespace mbnrig::device {
namespace {

std::unique_ptr<Target>& TheTarget() {
  static std::unique_ptr<Target> target;
  return target;
}

}  // namespace

/// The devices on the bus.
class Target::Plugged : public transport::UsbBus::Listener {
 public:
  void OnArrival(std::shared_ptr<transport::UsbDevice> device) override {
    const std::lock_guard lock(mutex_);
    devices_.push_back(std::move(device));
    ++changes_;
    changed_.notify_all();
  }
  void OnRemoval(std::shared_ptr<transport::UsbDevice> device) override {
    const std::lock_guard lock(mutex_);
    std::erase(devices_, device);
    ++changes_;
    changed_.notify_all();
  }

  std::vector<std::shared_ptr<transport::UsbDevice>> devices() const {
    const std::lock_guard lock(mutex_);
    return devices_;
  }
  bool Has(const transport::UsbDevice& device) const {
    const std::lock_guard lock(mutex_);
    return HasLocked(device);
  }
  bool AwaitRemoval(const transport::UsbDevice& device, milliseconds timeout) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, timeout, [&] { return !HasLocked(device); });
  }
  /// Waits until `wanted`, which looks at devices(), has found something.
  template <class Found>
  std::optional<Found> AwaitThat(milliseconds timeout,
                                 const std::function<std::optional<Found>()>& wanted) {
    const auto deadline = std::chrono::steady_clock::now() + timeout;
    while (true) {
      const std::size_t before = changes();
      if (auto found = wanted()) return found;
      std::unique_lock lock(mutex_);
      if (!changed_.wait_until(lock, deadline, [&] { return changes_ != before; })) {
        return std::nullopt;
      }
    }
  }

 private:
  bool HasLocked(const transport::UsbDevice& device) const {
    return std::ranges::any_of(devices_, [&](const auto& other) { return other.get() == &device; });
  }
  std::size_t changes() const {
    const std::lock_guard lock(mutex_);
    return changes_;
  }

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t changes_ = 0;
  std::vector<std::shared_ptr<transport::UsbDevice>> devices_;
};

void Target::Start(const Options& options) {
  TheTarget() = options.scenario.empty() ? MakeUsbTarget(options) : MakeEmbeddedTarget(options);
}

void Target::Stop() {
  TheTarget().reset();
}

Target& Target::Get() {
  if (!TheTarget()) throw bench::RigFault("no modem is under test");
  return *TheTarget();
}

Target::Target(Options options) : options_(std::move(options)) {}

Target::~Target() = default;

void Target::StartBus(std::unique_ptr<transport::UsbBus> bus) {
  plugged_ = std::make_unique<Plugged>();
  try {
    if (auto trace = transport::EnvironmentTrace()) {
      bus = transport::MakeTracingBus(std::move(bus), std::move(trace));
    }
    bus_ = std::move(bus);
    bus_->Start(*plugged_);
  } catch (const std::exception& error) {
    throw bench::RigFault(error.what());
  }
}

void Target::StopBus() {
  LetGo();
  if (bus_) bus_->Stop();
  bus_.reset();
}

void Target::LetGo() {
  modem_.reset();
  usb_.reset();
}

std::optional<Target::Device> Target::Find(milliseconds timeout) {
  return plugged_->AwaitThat<Device>(timeout, [this]() -> std::optional<Device> {
    std::vector<Device> found;
    for (const auto& usb : plugged_->devices()) {
      const auto& info = usb->info();
      if (options_.vendor_id && info.vendor_id != *options_.vendor_id) continue;
      if (options_.product_id && info.product_id != *options_.product_id) continue;
      const auto function = transport::FindMbimFunction(usb->configuration());
      if (const auto* mbim = std::get_if<transport::MbimFunctionInfo>(&function)) {
        found.push_back({usb, *mbim});
      }
    }
    if (found.size() > 1) {
      std::string ids;
      for (const Device& device : found) {
        const auto& info = device.usb->info();
        ids += fmt::format(" {:04x}:{:04x} at {}", info.vendor_id, info.product_id, info.location);
      }
      throw bench::RigFault("several modems are plugged in, choose one with --id:" + ids);
    }
    if (found.empty()) return std::nullopt;
    return found.front();
  });
}

Modem& Target::modem() {
  if (modem_ && plugged_->Has(usb_->device())) return *modem_;
  LetGo();
  const auto device = Find(options_.times.arrival);
  if (!device) {
    throw bench::RigFault(fmt::format(
        "no MBIM modem {}arrived within {} s (--wait)", options_.vendor_id ? "with this --id " : "",
        std::chrono::duration_cast<std::chrono::seconds>(options_.times.arrival).count()));
  }
  usb_ = std::make_unique<Usb>(device->usb, options_.times.transfer);
  modem_ = std::make_unique<Modem>(*usb_, device->function, options_.times);
  return *modem_;
}

std::string Target::Description() const {
  if (!usb_) return "no modem";
  const auto& info = usb_->device().info();
  return fmt::format("{:04x}:{:04x} {} {}, {}", info.vendor_id, info.product_id, info.manufacturer,
                     info.product, info.location);
}

void Target::Replug() {
  const auto hands = this->hands();
  if (!hands) {
    throw NotApplicable("nobody can unplug the modem (use --control ADDRESS or --by-hand)");
  }
  Modem& plugged = modem();
  const auto& device = plugged.usb().device();
  hands->unplug();
  if (!plugged_->AwaitRemoval(device, options_.times.by_hand))
    throw NotApplicable("nobody unplugged the modem in time");
  LetGo();
  hands->plug();
  if (!Find(options_.times.by_hand)) throw Missing("the modem did not come back in time");
}

}  // namespace mbnrig::device
