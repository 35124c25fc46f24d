#pragma once

/// Where the fields of the two formats of NTBs stand (NCM 1.0, tables 3-1 to 3-4; MBIM 1.0, tables
/// 7-1 to 7-4), for the reader and the writer. All offsets and sizes in bytes.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "mbim/ntb.h"

namespace mbnrig::mbim::ntb {

/// An NDP's index is a multiple of this in every NTB.
inline constexpr std::uint32_t kNdpAlignment = 4;

/// The header: dwSignature, wHeaderLength, wSequence, block length (a word), first NDP's index (a
/// word). An NDP: its signature, wLength, the next NDP's index (a word) at `ndp_next`, entries of
/// two words.
struct Layout {
  std::string_view name;     ///< the header's signature as text
  std::uint32_t signature;   ///< dwSignature of the header
  std::uint32_t ips, dss;    ///< of NDPs; the session is the fourth byte
  std::uint32_t word;        ///< bytes of an index or length
  std::uint32_t header;      ///< bytes of the NTB's header
  std::uint32_t ndp_header;  ///< bytes of an NDP before its entries
  std::uint32_t ndp_next;    ///< wNextNdpIndex in the NDP
  std::uint32_t entry;       ///< bytes of an entry
  std::uint32_t largest;     ///< block, in bytes

  /// The most entries that an NDP's 16-bit wLength can tell of, without the terminating one.
  std::uint32_t max_entries = (0xFFFF - ndp_header) / entry - 1;
};

inline constexpr Layout kLayout16{"NCMH", 0x484D434E, 0x00535049, 0x00535344, 2,
                                  12,     8,          6,          4,          0xFFFF};
inline constexpr Layout kLayout32{"ncmh", 0x686D636E, 0x00737069, 0x00737364, 4,
                                  16,     16,         8,          8,          kNtbLargestMaxSize};

inline const Layout& LayoutOf(NtbFormat format) {
  return format == NtbFormat::kNtb16 ? kLayout16 : kLayout32;
}

/// The fault in the alignments. The text begins with the end of the field's name.
std::optional<std::string> CheckAlignment(const NtbLimits& limits);

}  // namespace mbnrig::mbim::ntb
