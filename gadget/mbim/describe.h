#pragma once

/// How a structure of the wire is described: once, as a tuple of fields. Decoding with every bound
/// checked, encoding, printing, generating test data and the table in docs/mbim.md all walk that
/// tuple (codec.h, generate.h, form.h); nothing is written per structure.
///
///     struct RadioStateInfo {
///       RadioSwitch hw{}, sw{};
///       static constexpr std::string_view kName = "MBIM_RADIO_STATE_INFO";
///       static constexpr auto Fields() {
///         return std::tuple{U32("HwRadioState", &RadioStateInfo::hw),
///                           U32("SwRadioState", &RadioStateInfo::sw)};
///       }
///     };
///
/// Offsets on the wire count from the start of the structure that holds them; variable parts lie
/// in its data buffer, each padded to a multiple of four bytes (section 10.3).

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "mbim/uuid.h"

namespace mbnrig::mbim {

/// One little-endian 32-bit number: std::uint32_t or an enumeration over it.
template <class S, class M>
struct U32 {
  std::string_view name;
  M S::*member;
  constexpr U32(std::string_view n, M S::*m) : name(n), member(m) { static_assert(sizeof(M) == 4); }
};

/// One little-endian 64-bit number.
template <class S>
struct U64 {
  std::string_view name;
  std::uint64_t S::*member;
  constexpr U64(std::string_view n, std::uint64_t S::*m) : name(n), member(m) {}
};

/// 16 bytes.
template <class S>
struct UuidField {
  std::string_view name;
  Uuid S::*member;
  constexpr UuidField(std::string_view n, Uuid S::*m) : name(n), member(m) {}
};

/// A fixed run of raw bytes in place (an address).
template <class S, std::size_t N>
struct Raw {
  std::string_view name;
  std::array<std::uint8_t, N> S::*member;
  constexpr Raw(std::string_view n, std::array<std::uint8_t, N> S::*m) : name(n), member(m) {}
};

/// Whether a string's value may be printed.
enum class Secrecy { kOpen, kSecret };

/// Offset and size of a UTF-16LE string; UTF-8 in the structure. `max_units` is the limit the
/// specification sets, in UTF-16 code units (0: none). Encode refuses a longer one; decode takes
/// it: a peer's longer string is data, bounded by the buffer, and libmbim takes it too. Text forms
/// show
/// "***" for a secret one (PINs, passwords).
template <class S>
struct String {
  std::string_view name;
  std::string S::*member;
  std::size_t max_units;
  bool secret;
  constexpr String(std::string_view n, std::string S::*m, std::size_t limit = 0,
                   Secrecy secrecy = Secrecy::kOpen)
      : name(n), member(m), max_units(limit), secret(secrecy == Secrecy::kSecret) {}
};

/// A structure in place, with its own description.
template <class S, class T>
struct Inline {
  std::string_view name;
  T S::*member;
  constexpr Inline(std::string_view n, T S::*m) : name(n), member(m) {}
};

/// Element count, then that many (offset, size) pairs, each to a T with its own description. T may
/// also be std::string. Must be the last fixed field of its structure. Anything that stands on the
/// wire between the count and the pairs is described by `between` (DEVICE_SERVICES has
/// MaxDssSessions there), as a tuple of U32 fields. `max_units` is the limit of each element of a
/// list of strings (see String).
template <class S, class T, class Between = std::tuple<>>
struct RefList {
  std::string_view name;
  std::vector<T> S::*member;
  Between between;
  std::size_t max_units;
  constexpr RefList(std::string_view n, std::vector<T> S::*m, Between b = {}, std::size_t limit = 0)
      : name(n), member(m), between(b), max_units(limit) {}
};

/// Element count, then that many 32-bit numbers in place (the CID lists).
template <class S>
struct U32List {
  std::string_view name;
  std::vector<std::uint32_t> S::*member;
  constexpr U32List(std::string_view n, std::vector<std::uint32_t> S::*m) : name(n), member(m) {}
};

/// Element count and one offset to that many fixed-size T side by side (IP_CONFIGURATION).
template <class S, class T>
struct FixedList {
  std::string_view name;
  std::vector<T> S::*member;
  constexpr FixedList(std::string_view n, std::vector<T> S::*m) : name(n), member(m) {}
};

/// One offset to a fixed-size T that is absent when the offset is 0 (IP_CONFIGURATION gateways).
template <class S, class T>
struct FixedRef {
  std::string_view name;
  std::optional<T> S::*member;
  constexpr FixedRef(std::string_view n, std::optional<T> S::*m) : name(n), member(m) {}
};

}  // namespace mbnrig::mbim
