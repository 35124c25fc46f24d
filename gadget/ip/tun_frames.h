#pragma once

/// What a TUN device with offloads gives and takes (IFF_VNET_HDR,
/// Documentation/networking/tuntap.rst of Linux): frames with a virtio_net_hdr (virtio 1.1,
/// section 5.1.6) before the packet, and TCP segments of up to 64 KiB in one. What goes over USB
/// are datagrams of the MTU's size: here one becomes the other, so that the kernel and this process
/// meet once for many datagrams. Values and views only; nothing does I/O.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>

#include "mbim/types.h"

namespace mbnrig::ip {

using mbim::Bytes;
using mbim::ByteView;

/// virtio_net_hdr, whose header file is no C++. Numbers in the machine's byte order.
struct VnetHeader {
  static constexpr std::uint8_t kNeedsChecksum = 1;                 ///< flags
  static constexpr std::uint8_t kNone = 0, kTcpV4 = 1, kTcpV6 = 4;  ///< gso_type

  std::uint8_t flags = 0;
  std::uint8_t gso_type = kNone;
  std::uint16_t hdr_len = 0;      ///< bytes of all headers
  std::uint16_t gso_size = 0;     ///< bytes of a segment's payload
  std::uint16_t csum_start = 0;   ///< what the checksum is over begins there
  std::uint16_t csum_offset = 0;  ///< and there, from its beginning, it goes
};
inline constexpr std::size_t kVnetHeader = sizeof(VnetHeader);
static_assert(kVnetHeader == 10);
/// Bytes of the longest frame.
inline constexpr std::size_t kLongestFrame = kVnetHeader + 65535;
/// The offloads that frames need (TUNSETOFFLOAD).
extern const unsigned kTunOffloads;

/// Gives `sink` the datagrams of a frame that was read, in their order, with their checksums filled
/// in; a view is valid during its call. The frame is overwritten. A frame that a TUN device with
/// kTunOffloads does not make gives none.
void SplitFrame(std::span<std::uint8_t> frame, const std::function<void(ByteView)>& sink);

/// Puts datagrams together to frames: TCP segments that follow each other in one connection become
/// one frame, if their checksums are right; everything else is a frame of its own, unchanged. Not
/// thread-safe.
class FrameJoiner {
 public:
  /// `write` takes each frame, valid during the call.
  explicit FrameJoiner(std::function<void(ByteView)> write);

  /// A datagram, of any content. It may wait for what follows, until Flush.
  void Add(ByteView datagram);
  void Flush();

 private:
  struct Segment;
  bool Follows(const Segment& segment, ByteView datagram) const;
  void Begin(const Segment& segment, ByteView datagram);
  void Append(const Segment& segment, ByteView datagram);
  void WriteAlone(ByteView datagram);

  const std::function<void(ByteView)> write_;
  Bytes frame_;                ///< kLongestFrame bytes; the packet begins behind the header
  std::size_t size_ = 0;       ///< of the packet that waits; 0: none
  std::size_t ip_header_ = 0;  ///< of that packet, in bytes
  std::size_t headers_ = 0;    ///< IP and TCP
  std::size_t first_ = 0;      ///< bytes of its first segment's payload
  std::size_t segments_ = 0;
  std::uint32_t next_ = 0;  ///< the sequence number that follows
  bool ended_ = false;      ///< its last segment was short, or asked to be pushed
};

}  // namespace mbnrig::ip
