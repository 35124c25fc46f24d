#pragma once

/// The MBIM USB function (USB CDC MBIM 1.0). There is one implementation for all controllers
/// (loopback, functionfs, gadgetfs, USB/IP): they only move bytes between it and a host.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <variant>

#include "scenario/scenario.h"

namespace mbnrig::usb {

using mbim::Bytes;
using mbim::ByteView;

/// The eight bytes of a SETUP packet (USB 2.0, section 9.3).
struct SetupPacket {
  std::uint8_t request_type = 0;
  std::uint8_t request = 0;
  std::uint16_t value = 0, index = 0, length = 0;
};

/// How a control request is answered.
struct Stall {};
struct Ack {};
using ControlReply = std::variant<Stall, Ack, Bytes>;

/// The modem behind the function, as the function sees it. Called under the function's lock; must
/// not call the function.
class ControlChannel {
 public:
  virtual ~ControlChannel() = default;
  /// One fragment of the host. False: the modem takes no commands until the host has fetched
  /// answers; the fragment is dropped.
  virtual bool Receive(ByteView fragment) = 0;
  /// What waits for the host. It stays with the modem, which may still withdraw it.
  struct Output {
    std::size_t fragments = 0;
    /// How often everything that waited was withdrawn (OPEN, CLOSE, a reset).
    std::uint64_t restarts = 0;
  };
  virtual Output output() const = 0;
  /// The fragment that the host fetches, oldest first. Nothing if none waits.
  virtual std::optional<Bytes> TakeOutput() = 0;
  virtual void ResetFunction() = 0;
  /// Asks the fault plan about a class request or notification; see fault::Seam.
  virtual std::optional<fault::RuleState> Consult(const fault::Event& event) = 0;
  /// Whether the rule, of action kHold, has been released.
  virtual bool Released(fault::RuleId) { return true; }
  /// A kUnplug rule has acted: the device must leave the bus soon.
  virtual void RequestUnplug() {}
  /// MbimFunction::Deadline may have changed.
  virtual void Reschedule() {}
};

/// Interface numbers and endpoint addresses of the function.
struct Layout {
  std::uint8_t control_interface = 0, data_interface = 1;
  std::uint8_t notification_endpoint = 0x85, bulk_in_endpoint = 0x82, bulk_out_endpoint = 0x07;
  friend bool operator==(const Layout&, const Layout&) = default;
};

using Speed = scenario::UsbSpeed;

class MbimFunction;  // usb/mbim_function.h

}  // namespace mbnrig::usb
