#pragma once

/// The blocks of a pcapng file (draft-ietf-opsawg-pcapng) that a trace is made of, as bytes. Little
/// endian whatever the machine. No I/O.

#include <cstdint>
#include <string_view>

#include "mbim/bytes.h"

namespace mbnrig::trace {

using mbim::Bytes;
using mbim::ByteView;

/// Block types and options, by the names of the draft.
namespace pcapng {
inline constexpr std::uint32_t kSectionHeader = 0x0a0d0d0a;
inline constexpr std::uint32_t kInterfaceDescription = 1;
inline constexpr std::uint32_t kInterfaceStatistics = 5;
inline constexpr std::uint32_t kEnhancedPacket = 6;
inline constexpr std::uint32_t kByteOrderMagic = 0x1a2b3c4d;

inline constexpr std::uint16_t kOptEndOfOptions = 0;
inline constexpr std::uint16_t kOptComment = 1;
inline constexpr std::uint16_t kOptApplication = 4;  ///< shb_userappl
inline constexpr std::uint16_t kOptName = 2;         ///< if_name
inline constexpr std::uint16_t kOptResolution = 9;   ///< if_tsresol
inline constexpr std::uint16_t kOptReceived = 4;     ///< isb_ifrecv
inline constexpr std::uint16_t kOptDropped = 5;      ///< isb_ifdrop

/// Longest block this writes and reads, in bytes: a trace holds USB transfers, not more.
inline constexpr std::uint32_t kMaxBlock = 1u << 20;
/// An option's length is 16 bits; longer comments are cut.
inline constexpr std::size_t kMaxComment = 4096;
}  // namespace pcapng

/// LINKTYPE_USB_LINUX_MMAPPED: packets begin with the 64-byte header of usbmon (urb.h).
inline constexpr std::uint16_t kLinkTypeUsbLinuxMmapped = 220;

/// Appends a section header; `application` says who wrote the trace.
void AppendSectionHeader(Bytes& out, std::string_view application);
/// Appends an interface of this link type with timestamps in nanoseconds.
void AppendInterface(Bytes& out, std::uint16_t link_type, std::string_view name);
/// Appends a packet of interface 0 that consists of `head` and `data`; `time` in nanoseconds since
/// 1970. `comments` are texts that end with '\0', one after the other; valid UTF-8.
void AppendPacket(Bytes& out, std::uint64_t time, ByteView head, ByteView data,
                  std::string_view comments = {});
/// Appends what became of the packets of interface 0: how many there were and how many of them were
/// dropped.
void AppendStatistics(Bytes& out, std::uint64_t time, std::uint64_t received,
                      std::uint64_t dropped);
/// Bytes of the block that AppendPacket makes.
std::size_t PacketSize(std::size_t packet, std::string_view comments = {});

}  // namespace mbnrig::trace
