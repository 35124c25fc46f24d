#include "transport/usb.h"

namespace mbnrig::transport {

std::string_view UsbStatusName(UsbStatus status) {
  switch (status) {
    case UsbStatus::kOk:
      return "ok";
    case UsbStatus::kStall:
      return "stall";
    case UsbStatus::kTimedOut:
      return "timed out";
    case UsbStatus::kCancelled:
      return "cancelled";
    case UsbStatus::kNoDevice:
      return "no device";
    case UsbStatus::kNoAccess:
      return "no access";
    case UsbStatus::kBusy:
      return "busy";
    case UsbStatus::kOverflow:
      return "overflow";
    case UsbStatus::kError:
      return "I/O error";
  }
  return "unknown status";
}

}  // namespace mbnrig::transport
