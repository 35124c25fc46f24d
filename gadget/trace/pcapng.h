#pragma once

/// Encodes the blocks of a pcapng file that a trace consists of (draft-ietf-opsawg-pcapng). Their
/// numbers are little-endian on every machine. No I/O.

#include <cstdint>
#include <string_view>

#include "mbim/bytes.h"

namespace mbnrig::trace {

using mbim::Bytes;
using mbim::ByteView;

/// Block types and options, with the names of the draft.
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

/// Limit of a block that is written or read, in bytes. No USB transfer in a trace is longer.
inline constexpr std::uint32_t kMaxBlock = 1u << 20;
/// Limit of a comment, in bytes. Longer comments are cut: an option's length has 16 bits.
inline constexpr std::size_t kMaxComment = 4096;
}  // namespace pcapng

/// LINKTYPE_USB_LINUX_MMAPPED: packets begin with the 64-byte header of usbmon (urb.h).
inline constexpr std::uint16_t kLinkTypeUsbLinuxMmapped = 220;

/// Appends a section header. `application` is the name of the program that writes the trace.
void AppendSectionHeader(Bytes& out, std::string_view application);
/// Appends an interface with this link type and with timestamps in nanoseconds.
void AppendInterface(Bytes& out, std::uint16_t link_type, std::string_view name);
/// Appends a packet of interface 0 that consists of `head` and `data`. `time` is in nanoseconds
/// since 1970. `comments` is a sequence of valid UTF-8 texts, each with a '\0' at its end.
void AppendPacket(Bytes& out, std::uint64_t time, ByteView head, ByteView data,
                  std::string_view comments = {});
/// Appends the statistics of interface 0: the number of its packets, and how many of them were
/// dropped. `time` is in nanoseconds since 1970.
void AppendStatistics(Bytes& out, std::uint64_t time, std::uint64_t received,
                      std::uint64_t dropped);
/// Size of the block that AppendPacket makes for `packet` bytes (`head` and `data`), in bytes.
std::size_t PacketSize(std::size_t packet, std::string_view comments = {});

}  // namespace mbnrig::trace
