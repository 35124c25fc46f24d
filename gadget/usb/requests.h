#pragma once

/// Reading SETUP packets (USB 2.0, section 9.3), for the function's request handlers.

#include "usb/function.h"

namespace mbnrig::usb {

enum class RequestType : std::uint8_t { kStandard, kClass, kVendor, kReserved };
enum class Recipient : std::uint8_t { kDevice, kInterface, kEndpoint, kOther };

inline RequestType RequestTypeOf(const SetupPacket& setup) {
  return static_cast<RequestType>(setup.request_type >> 5 & 3);
}
inline Recipient RecipientOf(const SetupPacket& setup) {
  return static_cast<Recipient>(setup.request_type & 0x1f);
}
inline bool IsIn(const SetupPacket& setup) {
  return (setup.request_type & 0x80) != 0;
}

/// Whether this is a class request to the function's control interface.
inline bool AddressesControlInterface(const SetupPacket& setup, const Layout& layout) {
  return RequestTypeOf(setup) == RequestType::kClass &&
         RecipientOf(setup) == Recipient::kInterface && setup.index == layout.control_interface;
}

/// The reply, with its data cut to the length that the host has asked for.
inline ControlReply Limited(ControlReply reply, std::uint16_t length) {
  if (auto* bytes = std::get_if<Bytes>(&reply); bytes != nullptr && bytes->size() > length) {
    bytes->resize(length);
  }
  return reply;
}

}  // namespace mbnrig::usb
