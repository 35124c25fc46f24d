#pragma once

/// The description of a structure on the wire: a tuple of fields, written once. The codec, the
/// generator of test data and the tables of docs/mbim.md walk this tuple (codec.h,
/// testing/generate.h, form.h). No structure has code of its own.
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
/// Two structures are equal if all described fields are equal.
///
/// An offset on the wire counts from the start of the structure that contains it. The variable
/// parts are in the structure's data buffer, each padded to a multiple of four bytes (section
/// 10.3).
///
/// This file has the fields of most structures. describe_parts.h has more fields that point into
/// the data buffer. describe_tail.h has the fields that follow the fixed part: rests, alternatives
/// and TLVs.

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

/// A structure that has a description.
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

/// A UUID: 16 bytes.
template <class S>
struct UuidField {
  FieldName name;
  Uuid S::*member;
  constexpr UuidField(FieldName n, Uuid S::*m) : name(n), member(m) {}
};

/// An address in place, in network order. Its length is a multiple of four bytes.
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

/// Offset and size of a UTF-16LE string. The member is UTF-8. `max_units` is the specification's
/// limit in UTF-16 code units (0: none). Encode refuses a longer string. Decode accepts it, as
/// libmbim does: its length is bounded by the buffer. Texts show "***" for a secret string (PINs,
/// passwords).
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

/// Element count, then that many (offset, size) pairs. Each pair points to a T, which has its own
/// description or is a std::string or Bytes. Must be the last fixed field of its structure.
/// `between` describes the fields between the count and the pairs as a tuple of U32 and Computed
/// fields; DEVICE_SERVICES has MaxDssSessions there. `max_units` is the limit of each string in a
/// list of strings (see String).
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

/// Element count, then that many 32-bit numbers in place (lists of CIDs).
template <class S>
struct U32List {
  FieldName name;
  std::vector<std::uint32_t> S::*member;
  constexpr U32List(FieldName n, std::vector<std::uint32_t> S::*m) : name(n), member(m) {}
};

/// Element count, then one offset to that many T side by side. T has a fixed size
/// (IP_CONFIGURATION).
template <class S, class T>
struct FixedList {
  FieldName name;
  std::vector<T> S::*member;
  constexpr FixedList(FieldName n, std::vector<T> S::*m) : name(n), member(m) {}
};

/// One offset to a T of fixed size. The T is absent if the offset is 0 (gateways in
/// IP_CONFIGURATION).
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
