#pragma once

/// Interfaces that this program took from drivers of the kernel and gives back later.

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <vector>

struct libusb_device;
struct libusb_device_handle;

namespace mbnrig::transport {

/// Gives the interface `number` of an open device back to the kernel's driver. Logs a failure with
/// `location`.
void GiveBackToKernel(libusb_device_handle* device, const std::string& location,
                      std::uint8_t number);

/// Keeps interfaces away from the kernel's drivers until it is destroyed, and then gives them back.
/// cdc_mbim needs some 0.2 s to release a modem, and as long to bind again. A program that opens
/// the same modem repeatedly saves both. Thread-safe.
class TakenFromKernel {
 public:
  TakenFromKernel() = default;
  /// Gives back the interfaces of devices that are still on the bus.
  ~TakenFromKernel();
  TakenFromKernel(const TakenFromKernel&) = delete;
  TakenFromKernel& operator=(const TakenFromKernel&) = delete;

  /// Takes charge of an interface. If it throws std::bad_alloc, the interface is not given back.
  void Add(libusb_device* device, std::uint8_t number);

 private:
  /// Identifies one arrival: a device that comes back to its port gets another address.
  struct Address {
    std::uint8_t bus, device;
    friend auto operator<=>(const Address&, const Address&) = default;
  };
  static Address AddressOf(libusb_device* device);

  std::mutex mutex_;
  std::map<Address, std::vector<std::uint8_t>> interfaces_;  // guarded by mutex_
};

}  // namespace mbnrig::transport
