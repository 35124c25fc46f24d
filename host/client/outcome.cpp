#include "client/device.h"

namespace mbnrig::client {

std::string_view OutcomeName(Outcome outcome) {
  switch (outcome) {
    case Outcome::kAnswered:
      return "answered";
    case Outcome::kFunctionError:
      return "function error";
    case Outcome::kTimedOut:
      return "timed out";
    case Outcome::kGone:
      return "gone";
    case Outcome::kNotOpen:
      return "not open";
    case Outcome::kMalformed:
      return "malformed";
    case Outcome::kCancelled:
      return "cancelled";
  }
  return "unknown outcome";
}

std::string Reply::Why() const {
  return outcome == Outcome::kAnswered ? mbim::StatusName(status)
                                       : std::string(OutcomeName(outcome));
}

}  // namespace mbnrig::client
