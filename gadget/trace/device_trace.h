#pragma once

/// The transfers of one USB device that is plugged in, as a trace has them.

#include <memory>

#include "trace/writer.h"

namespace mbnrig::trace {

/// Thread-safe, as Writer is. Costs nothing but the packets.
class DeviceTrace {
 public:
  using Transfer = Urb::Transfer;

  /// Begins with the transfers by which a host reads the descriptors: Wireshark learns from them
  /// that the device speaks MBIM. They stand for those that the kernels exchanged.
  DeviceTrace(std::shared_ptr<Writer> writer, ByteView device_descriptor,
              ByteView configuration_descriptor);

  /// A control transfer begins; `data` is that of an OUT request. The number is for
  /// CompleteControl.
  std::uint64_t SubmitControl(const Setup& setup, ByteView data = {});
  /// It ends; `data` is that of an IN request, `length` that an OUT request has sent.
  void CompleteControl(std::uint64_t id, bool in, std::int32_t status, ByteView data,
                       std::size_t length = 0);
  /// Likewise for the other endpoints; a submission has `data` when the endpoint is OUT, and asks
  /// for `length` bytes when it is IN.
  std::uint64_t Submit(Transfer transfer, std::uint8_t endpoint, ByteView data,
                       std::size_t length = 0);
  void Complete(std::uint64_t id, Transfer transfer, std::uint8_t endpoint, std::int32_t status,
                ByteView data, std::size_t length = 0);

 private:
  void Describe(std::uint8_t type, ByteView descriptor);
  Urb Begin(std::uint64_t id, Urb::Event event, Transfer transfer, std::uint8_t endpoint) const;

  const std::shared_ptr<Writer> writer_;
  const std::uint8_t number_;  ///< the device's address in the trace
};

}  // namespace mbnrig::trace
