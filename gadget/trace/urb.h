#pragma once

/// One event of one USB transfer as Linux's usbmon tells it (Documentation/usb/usbmon.rst, "Raw
/// binary format and API"; LINKTYPE_USB_LINUX_MMAPPED): what a trace consists of, because Wireshark
/// knows it best.

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
  std::uint8_t endpoint = 0;  ///< address; bit 7: IN, of control transfers too
  std::uint8_t device = 0;    ///< 1 to 127
  std::uint16_t bus = 1;
  std::int32_t status = 0;   ///< a negative errno value of Linux; 0 success
  std::uint32_t length = 0;  ///< bytes asked for (kSubmit), transferred (kComplete)
  std::optional<Setup> setup;

  bool in() const { return (endpoint & 0x80) != 0; }
};

/// What usbmon reports as a transfer's end.
namespace urb_status {
inline constexpr std::int32_t kOk = 0;
inline constexpr std::int32_t kInProgress = -115;  ///< EINPROGRESS: of every submission
inline constexpr std::int32_t kCancelled = -2;     ///< ENOENT
inline constexpr std::int32_t kNoDevice = -19;     ///< ENODEV
inline constexpr std::int32_t kShutdown = -108;    ///< ESHUTDOWN: the device left meanwhile
inline constexpr std::int32_t kStall = -32;        ///< EPIPE
inline constexpr std::int32_t kProtocol = -71;     ///< EPROTO: anything that went wrong on the wire
inline constexpr std::int32_t kOverflow = -75;     ///< EOVERFLOW
inline constexpr std::int32_t kTimedOut = -110;    ///< ETIMEDOUT
}  // namespace urb_status

using UrbHeader = std::array<std::uint8_t, Urb::kHeaderSize>;

/// The header of a packet with `data_size` bytes of data behind it; `time` in nanoseconds since
/// 1970.
UrbHeader EncodeUrb(const Urb& urb, std::uint64_t time, std::size_t data_size);

/// A packet taken apart; `data` views into it.
struct UrbPacket {
  Urb urb;
  ByteView data;
};
/// Nothing when the packet is shorter than its header says, or is not a packet of usbmon. Any bytes
/// are safe to give.
std::optional<UrbPacket> DecodeUrb(ByteView packet);

}  // namespace mbnrig::trace
