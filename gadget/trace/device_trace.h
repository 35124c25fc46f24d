#pragma once

/// Writes the transfers of one plugged-in USB device into a trace.

#include <memory>

#include "trace/writer.h"

namespace mbnrig::trace {

/// Thread-safe. It only makes packets and passes them to the writer.
class DeviceTrace {
 public:
  using Transfer = Urb::Transfer;

  /// Begins with the transfers by which a host reads the descriptors, because they tell Wireshark
  /// that the device speaks MBIM. They replace the transfers that the kernels exchanged, which the
  /// trace does not see.
  DeviceTrace(std::shared_ptr<Writer> writer, ByteView device_descriptor,
              ByteView configuration_descriptor);

  /// A control transfer begins. `data` is the data stage of an OUT request. Returns the id for
  /// CompleteControl.
  std::uint64_t SubmitControl(const Setup& setup, ByteView data = {});
  /// The control transfer ends. `data` is the data stage of an IN request. `length` is the number
  /// of bytes that an OUT request has sent. `status` is a value of urb_status.
  void CompleteControl(std::uint64_t id, bool in, std::int32_t status, ByteView data,
                       std::size_t length = 0);
  /// The same for transfers of the other endpoints. On submission, an OUT endpoint has `data`, and
  /// an IN endpoint asks for `length` bytes.
  std::uint64_t Submit(Transfer transfer, std::uint8_t endpoint, ByteView data,
                       std::size_t length = 0);
  void Complete(std::uint64_t id, Transfer transfer, std::uint8_t endpoint, std::int32_t status,
                ByteView data, std::size_t length = 0);

 private:
  void Describe(std::uint8_t type, ByteView descriptor);
  Urb Begin(std::uint64_t id, Urb::Event event, Transfer transfer, std::uint8_t endpoint) const;

  const std::shared_ptr<Writer> writer_;
  const std::uint8_t number_;  ///< number of the device in the trace
};

}  // namespace mbnrig::trace
