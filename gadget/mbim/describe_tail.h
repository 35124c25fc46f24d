#pragma once

/// Fields that lie behind the fixed part of their structure (describe.h), so they are its last
/// ones: bytes without an offset, an inner structure, alternatives, TLVs. Variable parts of the
/// structure's other fields follow behind them.

#include "mbim/describe.h"

namespace mbnrig::mbim {

/// A 32-bit count, then that many bytes, padded to a multiple of four.
template <class S>
struct CountedBytes {
  static constexpr std::size_t kWireSize = 0;
  static constexpr bool kInPlace = true;
  FieldName name;
  Bytes S::*member;
  std::size_t max_bytes;
  constexpr CountedBytes(FieldName n, Bytes S::*m, std::size_t limit = 0)
      : name(n), member(m), max_bytes(limit) {}
};

/// Bytes; an earlier U32 field says how many. Encode refuses another number.
template <class S>
struct CountedTail {
  static constexpr std::size_t kWireSize = 0;
  static constexpr bool kInPlace = true;
  FieldName name;
  Bytes S::*member;
  std::uint32_t S::*size;
  std::size_t max_bytes;
  constexpr CountedTail(FieldName n, Bytes S::*m, std::uint32_t S::*s, std::size_t limit = 0)
      : name(n), member(m), size(s), max_bytes(limit) {}
};

/// The rest of the structure, which is not padded: the reader takes everything for data. No
/// variable part may follow.
template <class S>
struct Tail {
  static constexpr std::size_t kWireSize = 0;
  static constexpr bool kInPlace = true;
  FieldName name;
  Bytes S::*member;
  constexpr Tail(FieldName n, Bytes S::*m) : name(n), member(m) {}
};

/// A structure in place that takes the rest of the outer one. Its offsets count from its own start.
template <class S, class T>
struct Inner {
  static constexpr std::size_t kWireSize = 0;
  static constexpr bool kInPlace = true;
  FieldName name;
  T S::*member;
  constexpr Inner(FieldName n, T S::*m) : name(n), member(m) {}
};

/// The field that follows where the key of a Choice has the value `key`.
template <class F>
struct Case {
  std::uint32_t key;
  F field;
  template <class K>
  constexpr Case(K value, const F& f) : key(static_cast<std::uint32_t>(value)), field(f) {}
};

/// Which field follows is said by an earlier U32 field. Only the chosen one is on the wire. Decode
/// and encode refuse a key that has no case.
template <class S, class K, class... F>
struct Choice {
  static constexpr std::size_t kWireSize = 0;
  static constexpr bool kInPlace = true;
  FieldName name;  ///< of the key
  K S::*key;
  std::tuple<Case<F>...> cases;
  constexpr Choice(FieldName n, K S::*k, const Case<F>&... all) : name(n), key(k), cases(all...) {}
  constexpr bool Same(const S& a, const S& b) const {
    return std::apply(
        [&](const auto&... each) { return (true && ... && describe::Same(each.field, a, b)); },
        cases);
  }
};

/// The types of TLVs that have fields of their own (MBIMEx 3.0).
namespace tlv_type {
inline constexpr std::uint16_t kText = 10, kU16List = 11;
}

/// A type-length-value element of MBIMEx: type, one reserved byte, the number of padding bytes, the
/// length of the data, then data and padding.
struct RawTlv {
  std::uint16_t type = 0;
  Bytes data;
  friend bool operator==(const RawTlv&, const RawTlv&) = default;
};

/// A TLV of UTF-16 text. It is always on the wire, without data when the string is empty.
template <class S>
struct TlvText {
  static constexpr std::size_t kWireSize = 0;
  static constexpr bool kInPlace = true;
  FieldName name;
  std::string S::*member;
  std::size_t max_units;  ///< as for String
  bool secret;
  constexpr TlvText(FieldName n, std::string S::*m, std::size_t limit = 0,
                    Secrecy secrecy = Secrecy::kOpen)
      : name(n), member(m), max_units(limit), secret(secrecy == Secrecy::kSecret) {}
};

/// A TLV of 16-bit numbers (band classes).
template <class S>
struct TlvU16List {
  static constexpr std::size_t kWireSize = 0;
  static constexpr bool kInPlace = true;
  FieldName name;
  std::vector<std::uint16_t> S::*member;
  constexpr TlvU16List(FieldName n, std::vector<std::uint16_t> S::*m) : name(n), member(m) {}
};

/// A TLV of the given type that holds a T; without data where there is none.
template <class S, class T>
struct Tlv {
  static constexpr std::size_t kWireSize = 0;
  static constexpr bool kInPlace = true;
  FieldName name;
  std::uint16_t type;
  std::optional<T> S::*member;
  constexpr Tlv(FieldName n, std::uint16_t t, std::optional<T> S::*m)
      : name(n), type(t), member(m) {}
};

/// Any TLVs, to the end of the structure. No variable part may follow.
template <class S>
struct TlvList {
  static constexpr std::size_t kWireSize = 0;
  static constexpr bool kInPlace = true;
  FieldName name;
  std::vector<RawTlv> S::*member;
  constexpr TlvList(FieldName n, std::vector<RawTlv> S::*m) : name(n), member(m) {}
};

}  // namespace mbnrig::mbim
