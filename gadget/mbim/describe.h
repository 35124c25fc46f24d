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
/// Structures compare equal when all described fields do.
///
/// Offsets on the wire count from the start of the structure that holds them; variable parts lie
/// in its data buffer, each padded to a multiple of four bytes (section 10.3).
///
/// This file has the fields of most structures. describe_parts.h has more that lead into the data
/// buffer, describe_tail.h those that lie behind the fixed part: rests, alternatives and TLVs.

#include <array>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "mbim/bytes.h"
#include "mbim/uuid.h"

namespace mbnrig::mbim {

/// A structure with a description.
template <class T>
concept Described = requires {
  { T::kName } -> std::convertible_to<std::string_view>;
  T::Fields();
};

namespace describe {

/// Whether a field has the same value in `a` and `b`.
template <class F, class S>
constexpr bool Same(const F& field, const S& a, const S& b) {
  if constexpr (requires { field.Same(a, b); }) {
    return field.Same(a, b);
  } else {
    return a.*field.member == b.*field.member;
  }
}

}  // namespace describe

/// What a summary says in place of a field that has this value; nothing where `text` is empty.
struct Instead {
  std::uint64_t value;
  std::string_view text;
};

/// The name of a field in the specification. InSummary("Rssi", "RSSI {}") also puts the field into
/// the summary of its structure: the few words that one line of a trace has for it.
struct FieldName : std::string_view {
  std::string_view pattern = {};  ///< "session {}"; empty: the summary leaves the field out
  std::optional<Instead> instead = {};

  constexpr FieldName(const char* name) : std::string_view(name) {}
  constexpr FieldName(std::string_view name, std::string_view shown, std::optional<Instead> other)
      : std::string_view(name), pattern(shown), instead(other) {}
};

/// A field that the summary shows, "{}" in `pattern` being its value: a number, its word where
/// scenarios have one for it (scenario/names.h), a text, of a list the number of elements. Empty
/// texts are left out. A secret field in a summary does not compile.
constexpr FieldName InSummary(std::string_view name, std::string_view pattern = "{}",
                              std::optional<Instead> instead = {}) {
  return {name, pattern, instead};
}

/// One byte: std::uint8_t or an enumeration over it.
template <class S, class M>
struct U8 {
  FieldName name;
  M S::*member;
  constexpr U8(FieldName n, M S::*m) : name(n), member(m) { static_assert(sizeof(M) == 1); }
};

/// One little-endian 16-bit number: std::uint16_t or an enumeration over it.
template <class S, class M>
struct U16 {
  FieldName name;
  M S::*member;
  constexpr U16(FieldName n, M S::*m) : name(n), member(m) { static_assert(sizeof(M) == 2); }
};

/// One little-endian 32-bit number: std::uint32_t, std::int32_t or an enumeration.
template <class S, class M>
struct U32 {
  FieldName name;
  M S::*member;
  constexpr U32(FieldName n, M S::*m) : name(n), member(m) { static_assert(sizeof(M) == 4); }
};

/// One little-endian 64-bit number.
template <class S>
struct U64 {
  FieldName name;
  std::uint64_t S::*member;
  constexpr U64(FieldName n, std::uint64_t S::*m) : name(n), member(m) {}
};

/// 16 bytes.
template <class S>
struct UuidField {
  FieldName name;
  Uuid S::*member;
  constexpr UuidField(FieldName n, Uuid S::*m) : name(n), member(m) {}
};

/// An address in place, in network order: a multiple of four bytes.
template <class S, std::size_t N>
struct Raw {
  FieldName name;
  std::array<std::uint8_t, N> S::*member;
  constexpr Raw(FieldName n, std::array<std::uint8_t, N> S::*m) : name(n), member(m) {}
};

/// Whether a field's value may be printed.
enum class Secrecy { kOpen, kSecret };

/// A fixed number of bytes in place (a key, a random number).
template <class S, std::size_t N>
struct Octets {
  FieldName name;
  std::array<std::uint8_t, N> S::*member;
  bool secret;
  constexpr Octets(FieldName n, std::array<std::uint8_t, N> S::*m, Secrecy secrecy = Secrecy::kOpen)
      : name(n), member(m), secret(secrecy == Secrecy::kSecret) {}
};

/// Offset and size of a UTF-16LE string; UTF-8 in the structure. `max_units` is the limit the
/// specification sets, in UTF-16 code units (0: none). Encode refuses a longer one; decode takes
/// it: a peer's longer string is data, bounded by the buffer, and libmbim takes it too. Texts
/// show "***" for a secret string (PINs, passwords).
template <class S>
struct String {
  FieldName name;
  std::string S::*member;
  std::size_t max_units;
  bool secret;
  constexpr String(FieldName n, std::string S::*m, std::size_t limit = 0,
                   Secrecy secrecy = Secrecy::kOpen)
      : name(n), member(m), max_units(limit), secret(secrecy == Secrecy::kSecret) {}
};

/// A structure in place, with its own description.
template <class S, class T>
struct Inline {
  FieldName name;
  T S::*member;
  constexpr Inline(FieldName n, T S::*m) : name(n), member(m) {}
};

/// Element count, then that many (offset, size) pairs, each to a T with its own description. T may
/// also be std::string or Bytes. Must be the last fixed field of its structure. Anything that
/// stands on the wire between the count and the pairs is described by `between` (DEVICE_SERVICES
/// has MaxDssSessions there), as a tuple of U32 and Computed fields. `max_units` is the limit of
/// each element of a list of strings (see String).
template <class S, class T, class Between = std::tuple<>>
struct RefList {
  FieldName name;
  std::vector<T> S::*member;
  Between between;
  std::size_t max_units;
  constexpr RefList(FieldName n, std::vector<T> S::*m, Between b = {}, std::size_t limit = 0)
      : name(n), member(m), between(b), max_units(limit) {}
  constexpr bool Same(const S& a, const S& b) const {
    return a.*member == b.*member &&
           std::apply(
               [&](const auto&... field) { return (true && ... && describe::Same(field, a, b)); },
               between);
  }
};

/// Element count, then that many 32-bit numbers in place (the CID lists).
template <class S>
struct U32List {
  FieldName name;
  std::vector<std::uint32_t> S::*member;
  constexpr U32List(FieldName n, std::vector<std::uint32_t> S::*m) : name(n), member(m) {}
};

/// Element count and one offset to that many fixed-size T side by side (IP_CONFIGURATION).
template <class S, class T>
struct FixedList {
  FieldName name;
  std::vector<T> S::*member;
  constexpr FixedList(FieldName n, std::vector<T> S::*m) : name(n), member(m) {}
};

/// One offset to a fixed-size T that is absent when the offset is 0 (IP_CONFIGURATION gateways).
template <class S, class T>
struct FixedRef {
  FieldName name;
  std::optional<T> S::*member;
  constexpr FixedRef(FieldName n, std::optional<T> S::*m) : name(n), member(m) {}
};

template <Described T>
constexpr bool operator==(const T& a, const T& b) {
  return std::apply(
      [&](const auto&... field) { return (true && ... && describe::Same(field, a, b)); },
      T::Fields());
}

}  // namespace mbnrig::mbim
