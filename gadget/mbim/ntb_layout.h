#pragma once

/// The offsets and sizes of the fields in the two NTB formats (NCM 1.0, tables 3-1 to 3-4; MBIM
/// 1.0, tables 7-1 to 7-4), for the reader and the writer. All of them in bytes.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "mbim/ntb.h"

namespace mbnrig::mbim::ntb {

/// In every NTB, an NDP's index is a multiple of this number.
inline constexpr std::uint32_t kNdpAlignment = 4;

/// The fields of a header: dwSignature, wHeaderLength, wSequence, block length (a word), index of
/// the first NDP (a word). The fields of an NDP: signature, wLength, at `ndp_next` the index of the
/// next NDP (a word), then entries of two words.
struct Layout {
  std::string_view name;     ///< the header's signature as text
  std::uint32_t signature;   ///< dwSignature of the header
  std::uint32_t ips, dss;    ///< signatures of NDPs; the fourth byte is the session
  std::uint32_t word;        ///< bytes of an index or length
  std::uint32_t header;      ///< bytes of the NTB's header
  std::uint32_t ndp_header;  ///< bytes of an NDP before its entries
  std::uint32_t ndp_next;    ///< wNextNdpIndex in the NDP
  std::uint32_t entry;       ///< bytes of an entry
  std::uint32_t largest;     ///< the largest block

  /// Limit of an NDP's entries without the terminating one: wLength has 16 bits.
  std::uint32_t max_entries = (0xFFFF - ndp_header) / entry - 1;
};

inline constexpr Layout kLayout16{"NCMH", 0x484D434E, 0x00535049, 0x00535344, 2,
                                  12,     8,          6,          4,          0xFFFF};
inline constexpr Layout kLayout32{"ncmh", 0x686D636E, 0x00737069, 0x00737364, 4,
                                  16,     16,         8,          8,          kNtbLargestMaxSize};

inline const Layout& LayoutOf(NtbFormat format) {
  return format == NtbFormat::kNtb16 ? kLayout16 : kLayout32;
}

/// What is wrong with the alignments. The text begins with the end of the field's name.
std::optional<std::string> CheckAlignment(const NtbLimits& limits);

}  // namespace mbnrig::mbim::ntb
