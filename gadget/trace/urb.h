#pragma once

/// One event of a USB transfer in the format of Linux's usbmon (Documentation/usb/usbmon.rst, "Raw
/// binary format and API"; LINKTYPE_USB_LINUX_MMAPPED). A trace consists of such events, because
/// Wireshark understands this format best.

#include <array>
#include <optional>

#include "trace/pcapng.h"

namespace mbnrig::trace {

/// The eight bytes of a SETUP packet.
using Setup = std::array<std::uint8_t, 8>;

struct Urb {
  enum class Event : std::uint8_t { kSubmit = 'S', kComplete = 'C', kError = 'E' };
  enum class Transfer : std::uint8_t { kIsochronous, kInterrupt, kControl, kBulk };
  static constexpr std::size_t kHeaderSize = 64;  ///< bytes

  std::uint64_t id = 0;  ///< the same for a submission and its completion
  Event event{};
  Transfer transfer{};
  std::uint8_t endpoint = 0;  ///< address; bit 7: IN, also for control transfers
  std::uint8_t device = 0;    ///< 1 to 127
  std::uint16_t bus = 1;
  std::int32_t status = 0;   ///< a negative errno value of Linux; 0: success
  std::uint32_t length = 0;  ///< bytes asked for (kSubmit), transferred (kComplete)
  std::optional<Setup> setup;

  bool in() const { return (endpoint & 0x80) != 0; }
};

/// The status values of usbmon.
namespace urb_status {
inline constexpr std::int32_t kOk = 0;
inline constexpr std::int32_t kInProgress = -115;  ///< EINPROGRESS: every submission has it
inline constexpr std::int32_t kCancelled = -2;     ///< ENOENT
inline constexpr std::int32_t kNoDevice = -19;     ///< ENODEV
inline constexpr std::int32_t kShutdown = -108;  ///< ESHUTDOWN: the device left during the transfer
inline constexpr std::int32_t kStall = -32;      ///< EPIPE
inline constexpr std::int32_t kProtocol = -71;   ///< EPROTO: any error on the wire
inline constexpr std::int32_t kOverflow = -75;   ///< EOVERFLOW
inline constexpr std::int32_t kTimedOut = -110;  ///< ETIMEDOUT
}  // namespace urb_status

using UrbHeader = std::array<std::uint8_t, Urb::kHeaderSize>;

/// The header of a packet, which `data_size` bytes of data follow. `time` is in nanoseconds since
/// 1970.
UrbHeader EncodeUrb(const Urb& urb, std::uint64_t time, std::size_t data_size);

/// A decoded packet. `data` is a view of the packet's bytes.
struct UrbPacket {
  Urb urb;
  ByteView data;
};
/// Decodes a packet. Nothing if it is shorter than its header says or is not a packet of usbmon.
/// Any bytes are safe to pass.
std::optional<UrbPacket> DecodeUrb(ByteView packet);

}  // namespace mbnrig::trace
