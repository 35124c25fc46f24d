#include "transport/taken_from_kernel.h"

#include <fmt/format.h>
#include <libusb-1.0/libusb.h>
#include <spdlog/spdlog.h>

#include <span>

#include "transport/log.h"

namespace mbnrig::transport {

void GiveBackToKernel(libusb_device_handle* device, const std::string& location,
                      std::uint8_t interface) {
  const int error = libusb_attach_kernel_driver(device, interface);
  // Busy: the driver took this interface together with an earlier one.
  if (error == LIBUSB_SUCCESS || error == LIBUSB_ERROR_BUSY || error == LIBUSB_ERROR_NO_DEVICE)
    return;
  Log().warn("{}: cannot give interface {} back to the kernel's driver: {}", location, interface,
             libusb_strerror(static_cast<libusb_error>(error)));
}

TakenFromKernel::~TakenFromKernel() {
  libusb_context* context = nullptr;
  if (interfaces_.empty() || libusb_init(&context) != LIBUSB_SUCCESS) return;
  libusb_device** list = nullptr;
  const ssize_t count = libusb_get_device_list(context, &list);
  for (libusb_device* device : std::span(list, count < 0 ? 0 : static_cast<std::size_t>(count))) {
    const auto taken = interfaces_.find(AddressOf(device));
    libusb_device_handle* handle = nullptr;
    if (taken == interfaces_.end() || libusb_open(device, &handle) != LIBUSB_SUCCESS) continue;
    const std::string location =
        fmt::format("usb bus {} device {}", taken->first.bus, taken->first.device);
    for (const std::uint8_t interface : taken->second)
      GiveBackToKernel(handle, location, interface);
    libusb_close(handle);
  }
  if (count >= 0) libusb_free_device_list(list, 1);
  libusb_exit(context);
}

void TakenFromKernel::Add(libusb_device* device, std::uint8_t interface) {
  const std::lock_guard lock(mutex_);
  interfaces_[AddressOf(device)].push_back(interface);
}

TakenFromKernel::Address TakenFromKernel::AddressOf(libusb_device* device) {
  return {libusb_get_bus_number(device), libusb_get_device_address(device)};
}

}  // namespace mbnrig::transport
