#pragma once

/// Converts between datagrams and the frames of a TUN device with offloads (IFF_VNET_HDR,
/// Documentation/networking/tuntap.rst of Linux). A frame has a virtio_net_hdr (virtio 1.1, section
/// 5.1.6) before its packet, and may hold TCP segments of up to 64 KiB in one. USB carries
/// datagrams of the MTU's size. The conversion saves system calls: one for many datagrams. Values
/// and views only; nothing here does I/O.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>

#include "mbim/bytes.h"

namespace mbnrig::ip {

using mbim::Bytes;
using mbim::ByteView;

/// virtio_net_hdr, whose header file is not C++. Numbers are in the machine's byte order.
struct VnetHeader {
  static constexpr std::uint8_t kNeedsChecksum = 1;                 ///< flags
  static constexpr std::uint8_t kNone = 0, kTcpV4 = 1, kTcpV6 = 4;  ///< gso_type

  std::uint8_t flags = 0;
  std::uint8_t gso_type = kNone;
  std::uint16_t hdr_len = 0;      ///< length of all headers in bytes
  std::uint16_t gso_size = 0;     ///< payload of one segment in bytes
  std::uint16_t csum_start = 0;   ///< where the checksummed bytes begin
  std::uint16_t csum_offset = 0;  ///< where the checksum is written, from csum_start on
};
inline constexpr std::size_t kVnetHeader = sizeof(VnetHeader);
static_assert(kVnetHeader == 10);
/// Length of the longest frame in bytes.
inline constexpr std::size_t kLongestFrame = kVnetHeader + 65535;
/// The offloads that frames need (TUNSETOFFLOAD).
extern const unsigned kTunOffloads;

/// Passes the datagrams of a received frame to `sink`, in order and with their checksums filled in.
/// A view is valid during its call. The frame is overwritten. A frame that a TUN device with
/// kTunOffloads does not produce gives no datagrams.
void SplitFrame(std::span<std::uint8_t> frame, const std::function<void(ByteView)>& sink);

/// Joins datagrams into frames. Consecutive TCP segments of one connection become one frame if
/// their checksums are correct; any other datagram becomes a frame of its own, unchanged. Not
/// thread-safe.
class FrameJoiner {
 public:
  /// `write` takes each frame, which is valid during the call.
  explicit FrameJoiner(std::function<void(ByteView)> write);

  /// Takes a datagram with any content. It may wait for its successors until Flush.
  void Add(ByteView datagram);
  void Flush();

 private:
  struct Segment;
  bool Follows(const Segment& segment, ByteView datagram) const;
  void Begin(const Segment& segment, ByteView datagram);
  void Append(const Segment& segment, ByteView datagram);
  void WriteAlone(ByteView datagram);

  const std::function<void(ByteView)> write_;
  Bytes frame_;                ///< kLongestFrame bytes; the packet begins after the header
  std::size_t size_ = 0;       ///< length of the waiting packet; 0: none
  std::size_t ip_header_ = 0;  ///< length of its IP header
  std::size_t headers_ = 0;    ///< length of its IP and TCP headers
  std::size_t first_ = 0;      ///< payload of its first segment, in bytes
  std::size_t segments_ = 0;
  std::uint32_t next_ = 0;  ///< the sequence number of the next segment
  bool ended_ = false;      ///< its last segment was short, or asked to be pushed
};

}  // namespace mbnrig::ip
