#pragma once

/// The interfaces that this program took from a driver of the kernel, and their way back.

#include <libusb-1.0/libusb.h>

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace mbnrig::transport {

/// The kernel's driver gets `interface` of an open device back. Logs a failure with `location`.
void GiveBackToKernel(libusb_device_handle* device, const std::string& location,
                      std::uint8_t interface);

/// Keeps interfaces away from the kernel's drivers until it is destroyed, and then gives them back.
/// cdc_mbim takes some 0.2 s to let a modem go, and as long to take it again. A program that opens
/// the same modem again and again saves both. Thread-safe.
class TakenFromKernel {
 public:
  TakenFromKernel() = default;
  /// Gives back the interfaces of devices that are still on the bus.
  ~TakenFromKernel();
  TakenFromKernel(const TakenFromKernel&) = delete;
  TakenFromKernel& operator=(const TakenFromKernel&) = delete;

  /// Throws std::bad_alloc, and then the interface is not given back.
  void Add(libusb_device* device, std::uint8_t interface);

 private:
  /// A device that comes back to its port gets another address.
  struct Address {
    std::uint8_t bus, device;
    friend auto operator<=>(const Address&, const Address&) = default;
  };
  static Address AddressOf(libusb_device* device);

  std::mutex mutex_;
  std::map<Address, std::vector<std::uint8_t>> interfaces_;  // guarded by mutex_
};

}  // namespace mbnrig::transport
