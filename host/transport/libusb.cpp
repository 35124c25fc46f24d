#include "transport/libusb.h"

#include <fmt/format.h>
#include <libusb-1.0/libusb.h>
#include <spdlog/spdlog.h>

#include <array>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <future>
#include <map>
#include <optional>
#include <stdexcept>
#include <thread>
#include <utility>

#include "transport/libusb_device.h"
#include "transport/log.h"

namespace mbnrig::transport {
namespace {

constexpr std::chrono::milliseconds kConfigurationPoll{20};
constexpr std::size_t kMaxStringSize = 4 * 126;  // UTF-8 of the longest string descriptor

/// "1-4.2": also the kernel's name of the device.
std::string PortPath(libusb_device* device) {
  std::array<std::uint8_t, 7> ports{};  // USB 3.2: at most seven tiers
  const int count = libusb_get_port_numbers(device, ports.data(), static_cast<int>(ports.size()));
  std::string path = fmt::format("{}-", libusb_get_bus_number(device));
  for (int i = 0; i < count; ++i) {
    path += fmt::format("{}{}", i == 0 ? "" : ".", ports[static_cast<std::size_t>(i)]);
  }
  return path;
}

/// A string descriptor, as the kernel read it when the device arrived. Asking the device would take
/// time and need the right to open it.
std::string ReadKernelString(const std::string& port_path, const char* name) {
  std::ifstream file(std::filesystem::path("/sys/bus/usb/devices") / port_path / name);
  std::string text;
  for (char c = 0; text.size() < kMaxStringSize && file.get(c) && c != '\n';) {
    text += static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? ' ' : c;
  }
  return text;
}

/// False if another device is at the port by now. libusb reads the
/// configuration from the kernel's folder of the port, which would then be that of the other
/// device.
bool IsAtItsPort(libusb_device* device) {
  const std::string number = ReadKernelString(PortPath(device), "devnum");
  return number.empty() || number == std::to_string(libusb_get_device_address(device));
}

Configuration Convert(const libusb_config_descriptor& descriptor) {
  Configuration configuration;
  configuration.value = descriptor.bConfigurationValue;
  for (const auto& interface : std::span(descriptor.interface, descriptor.bNumInterfaces)) {
    for (const auto& d :
         std::span(interface.altsetting, static_cast<std::size_t>(interface.num_altsetting))) {
      InterfaceSetting setting;
      setting.number = d.bInterfaceNumber;
      setting.alternate = d.bAlternateSetting;
      setting.interface_class = d.bInterfaceClass;
      setting.subclass = d.bInterfaceSubClass;
      setting.protocol = d.bInterfaceProtocol;
      for (const auto& endpoint : std::span(d.endpoint, d.bNumEndpoints)) {
        setting.endpoints.push_back(
            {endpoint.bEndpointAddress, endpoint.bmAttributes, endpoint.wMaxPacketSize});
      }
      const std::span extra(d.extra, static_cast<std::size_t>(d.extra_length));
      setting.extra.assign(extra.begin(), extra.end());
      configuration.settings.push_back(std::move(setting));
    }
  }
  return configuration;
}

class LibusbBus : public UsbBus {
 public:
  explicit LibusbBus(const LibusbOptions& options) : options_(options) {
    shared_->taken_from_kernel = options.taken_from_kernel;
    const int error = libusb_init(&context_);
    if (error != LIBUSB_SUCCESS) {
      throw std::runtime_error(
          fmt::format("cannot use libusb ({}): check that the kernel has USB host support and that "
                      "/dev/bus/usb exists; a container must be given it",
                      libusb_strerror(static_cast<libusb_error>(error))));
    }
  }
  ~LibusbBus() override {
    Stop();
    libusb_exit(context_);
  }
  LibusbBus(const LibusbBus&) = delete;
  LibusbBus& operator=(const LibusbBus&) = delete;

  void Start(Listener& listener) override {
    listener_ = &listener;
    event_thread_ = std::thread([this] { HandleEvents(); });
    shared_->worker.PostAfter(options_.poll_interval, [this] { CheckConfigurations(); });
    if (options_.poll_always || libusb_has_capability(LIBUSB_CAP_HAS_HOTPLUG) == 0) {
      shared_->worker.Post([this] { Poll(); });
      return;
    }
    if (!std::filesystem::exists("/run/udev/control")) {
      Log().warn(
          "systemd-udevd does not run: arrivals and removals of devices will not be noticed");
    }
    const int error = libusb_hotplug_register_callback(
        context_, LIBUSB_HOTPLUG_EVENT_DEVICE_ARRIVED | LIBUSB_HOTPLUG_EVENT_DEVICE_LEFT,
        LIBUSB_HOTPLUG_ENUMERATE, LIBUSB_HOTPLUG_MATCH_ANY, LIBUSB_HOTPLUG_MATCH_ANY,
        LIBUSB_HOTPLUG_MATCH_ANY, OnHotplug, this, &hotplug_);
    if (error != LIBUSB_SUCCESS) {
      Stop();
      throw std::runtime_error(fmt::format("libusb cannot watch the bus ({}): check that udev runs",
                                           libusb_strerror(static_cast<libusb_error>(error))));
    }
    registered_ = true;
  }

  void Stop() override {
    if (!event_thread_.joinable()) {
      return;
    }
    if (registered_) {
      libusb_hotplug_deregister_callback(context_, hotplug_);
      registered_ = false;
    }
    CloseOpenDevices();
    shared_->worker.Stop();
    stopping_ = true;
    libusb_interrupt_event_handler(context_);
    event_thread_.join();
    for (const auto& [key, device] : devices_) {
      device->Leave();
      libusb_unref_device(key);
    }
    devices_.clear();
    for (const auto& [key, since] : unconfigured_) {
      libusb_unref_device(key);
    }
    unconfigured_.clear();
  }

 private:
  static int LIBUSB_CALL OnHotplug(libusb_context*, libusb_device* device,
                                   libusb_hotplug_event event, void* user_data) {
    auto* bus = static_cast<LibusbBus*>(user_data);
    libusb_ref_device(device);
    const bool arrived = event == LIBUSB_HOTPLUG_EVENT_DEVICE_ARRIVED;
    const bool posted = bus->shared_->worker.Post([bus, device, arrived] {
      arrived ? bus->Arrive(device) : bus->Leave(device);
      libusb_unref_device(device);
    });
    if (!posted) {
      libusb_unref_device(device);
    }
    return 0;
  }

  void HandleEvents() {
    while (!stopping_) {
      timeval wait{60, 0};
      const int error = libusb_handle_events_timeout_completed(context_, &wait, nullptr);
      for (const auto& call : std::exchange(shared_->after_completions, {}))
        call();
      if (error != LIBUSB_SUCCESS && error != LIBUSB_ERROR_INTERRUPTED) {
        Log().error("cannot handle libusb's events: {}",
                    libusb_strerror(static_cast<libusb_error>(error)));
        std::this_thread::sleep_for(kConfigurationPoll);  // no busy loop
      }
    }
  }

  void CloseOpenDevices() {
    std::set<std::shared_ptr<LibusbDevice>> open;
    // On the worker, so that earlier openings are over and later ones are refused.
    const auto taken = std::make_shared<std::promise<void>>();
    const bool posted = shared_->worker.Post([this, &open, taken] {
      stopped_announcing_ = true;
      for (const auto& [key, device] : devices_) {
        device->Leave();
      }
      std::lock_guard lock(shared_->mutex);
      open = shared_->open;
      taken->set_value();
    });
    if (posted) {
      taken->get_future().wait();
    }
    for (const auto& device : open) {
      const auto closed = std::make_shared<std::promise<void>>();
      device->Close([closed] { closed->set_value(); });
      closed->get_future().wait();
    }
  }

  // --- on the worker ----------------------------------------------------------------------------

  void Poll() {
    if (stopped_announcing_) {
      return;
    }
    libusb_device** list = nullptr;
    const ssize_t count = libusb_get_device_list(context_, &list);
    std::set<libusb_device*> present;
    for (ssize_t i = 0; i < count; ++i) {
      present.insert(list[i]);
      Arrive(list[i]);
    }
    std::vector<libusb_device*> left;
    for (const auto& [key, device] : devices_) {
      if (count >= 0 && !present.contains(key)) {
        left.push_back(key);
      }
    }
    for (const auto& [key, since] : unconfigured_) {
      if (count >= 0 && !present.contains(key)) {
        left.push_back(key);
      }
    }
    for (libusb_device* device : left) {
      Leave(device);
    }
    if (count >= 0) {
      libusb_free_device_list(list, 1);
    }
    shared_->worker.PostAfter(options_.poll_interval, [this] { Poll(); });
  }

  void Arrive(libusb_device* device) {
    if (stopped_announcing_ || devices_.contains(device) || unconfigured_.contains(device)) {
      return;
    }
    libusb_device_descriptor descriptor{};
    if (libusb_get_device_descriptor(device, &descriptor) != LIBUSB_SUCCESS ||
        descriptor.bDeviceClass == LIBUSB_CLASS_HUB) {
      return;
    }
    if (!Announce(device, descriptor)) {
      // The bus reports a device before the kernel has configured it.
      unconfigured_.emplace(libusb_ref_device(device), std::chrono::steady_clock::now());
      AwaitConfiguration(device);
    }
  }

  void AwaitConfiguration(libusb_device* device) {
    shared_->worker.PostAfter(kConfigurationPoll, [this, device] {
      const auto it = unconfigured_.find(device);
      if (stopped_announcing_ || it == unconfigured_.end()) {
        return;
      }
      libusb_device_descriptor descriptor{};
      libusb_get_device_descriptor(device, &descriptor);
      if (Announce(device, descriptor)) {
        unconfigured_.erase(it);
        libusb_unref_device(device);
      } else if (std::chrono::steady_clock::now() - it->second < options_.configuration_wait) {
        AwaitConfiguration(device);
      } else {
        // Stays in the map: CheckConfigurations sees a configuration that is chosen later.
        Log().info("usb-{} is not configured yet", PortPath(device));
      }
    });
  }

  /// A device whose configuration changed has left, for those who use it, and has arrived with
  /// another one.
  void CheckConfigurations() {
    if (stopped_announcing_) {
      return;
    }
    std::vector<libusb_device*> changed;
    for (const auto& [key, device] : devices_) {
      const auto active = ActiveConfiguration(key);
      if (active && *active != device->configuration().value) changed.push_back(key);
    }
    for (const auto& [key, since] : unconfigured_) {
      const auto active = ActiveConfiguration(key);
      if (active && *active != 0) changed.push_back(key);
    }
    for (libusb_device* key : changed) {
      libusb_ref_device(key);
      Log().info("usb-{} has another configuration", PortPath(key));
      Leave(key);
      Arrive(key);
      libusb_unref_device(key);
    }
    shared_->worker.PostAfter(options_.poll_interval, [this] { CheckConfigurations(); });
  }

  /// bConfigurationValue; 0 if none is active. Nothing if it cannot be read: the device may be
  /// leaving.
  static std::optional<std::uint8_t> ActiveConfiguration(libusb_device* device) {
    if (!IsAtItsPort(device)) return std::nullopt;
    libusb_config_descriptor* active = nullptr;
    const int error = libusb_get_active_config_descriptor(device, &active);
    if (error == LIBUSB_ERROR_NOT_FOUND) return 0;
    if (error != LIBUSB_SUCCESS) return std::nullopt;
    const std::uint8_t value = active->bConfigurationValue;
    libusb_free_config_descriptor(active);
    return value;
  }

  /// False if the device has no active configuration.
  bool Announce(libusb_device* key, const libusb_device_descriptor& descriptor) {
    libusb_config_descriptor* active = nullptr;
    if (!IsAtItsPort(key) || libusb_get_active_config_descriptor(key, &active) != LIBUSB_SUCCESS) {
      return false;
    }
    Configuration configuration = Convert(*active);
    libusb_free_config_descriptor(active);
    const std::string path = PortPath(key);
    UsbDeviceInfo info{"usb-" + path,
                       descriptor.idVendor,
                       descriptor.idProduct,
                       ReadKernelString(path, "manufacturer"),
                       ReadKernelString(path, "product"),
                       ReadKernelString(path, "serial")};
    auto device =
        std::make_shared<LibusbDevice>(shared_, key, std::move(info), std::move(configuration));
    devices_.emplace(libusb_ref_device(key), device);
    listener_->OnArrival(std::move(device));
    return true;
  }

  void Leave(libusb_device* key) {
    if (const auto it = unconfigured_.find(key); it != unconfigured_.end()) {
      unconfigured_.erase(it);
      libusb_unref_device(key);
    }
    const auto it = devices_.find(key);
    if (it == devices_.end()) {
      return;
    }
    const auto device = std::move(it->second);
    devices_.erase(it);
    device->Leave();
    libusb_unref_device(key);
    if (!stopped_announcing_) {
      listener_->OnRemoval(device);
    }
  }

  const LibusbOptions options_;
  libusb_context* context_ = nullptr;
  Listener* listener_ = nullptr;
  const std::shared_ptr<LibusbShared> shared_ = std::make_shared<LibusbShared>();
  std::thread event_thread_;
  std::atomic<bool> stopping_ = false;
  libusb_hotplug_callback_handle hotplug_{};
  bool registered_ = false;

  // Of the worker. The keys hold a reference each.
  bool stopped_announcing_ = false;
  std::map<libusb_device*, std::shared_ptr<LibusbDevice>> devices_;
  std::map<libusb_device*, std::chrono::steady_clock::time_point> unconfigured_;
};

}  // namespace

std::unique_ptr<UsbBus> MakeLibusbBus(const LibusbOptions& options) {
  return std::make_unique<LibusbBus>(options);
}

}  // namespace mbnrig::transport
