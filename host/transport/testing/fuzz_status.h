#pragma once

/// For fuzz targets: how a hostile device ends transfers.

#include <optional>

#include "transport/usb.h"

namespace mbnrig::fuzz {

/// One of the statuses. For the value after the last one: nothing, so the transfer stays pending.
inline std::optional<transport::UsbStatus> StatusOf(std::uint8_t byte) {
  using transport::UsbStatus;
  constexpr std::uint8_t kStatuses = static_cast<std::uint8_t>(UsbStatus::kError) + 1;
  byte = static_cast<std::uint8_t>(byte % (kStatuses + 1));
  if (byte == kStatuses) return std::nullopt;
  return static_cast<UsbStatus>(byte);
}

}  // namespace mbnrig::fuzz
