#pragma once

/// Fields that follow the fixed part of their structure (describe.h): bytes without an offset, an
/// inner structure, alternatives, TLVs. They are the structure's last fields. The variable parts of
/// the other fields come after them.

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

/// Bytes without a count of their own: the earlier U32 field `size` has their number. Encode
/// refuses a value whose number of bytes differs from `size`.
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

/// The rest of the structure. It is not padded, because the reader takes everything as data. No
/// variable part may follow.
template <class S>
struct Tail {
  static constexpr std::size_t kWireSize = 0;
  static constexpr bool kInPlace = true;
  FieldName name;
  Bytes S::*member;
  constexpr Tail(FieldName n, Bytes S::*m) : name(n), member(m) {}
};

/// A structure in place that takes up the rest of the outer one. Its offsets count from its own
/// start.
template <class S, class T>
struct Inner {
  static constexpr std::size_t kWireSize = 0;
  static constexpr bool kInPlace = true;
  FieldName name;
  T S::*member;
  constexpr Inner(FieldName n, T S::*m) : name(n), member(m) {}
};

/// The field that follows if the key of a Choice has the value `key`.
template <class F>
struct Case {
  std::uint32_t key;
  F field;
  template <class K>
  constexpr Case(K value, const F& f) : key(static_cast<std::uint32_t>(value)), field(f) {}
};

/// One of several fields. The earlier U32 field `key` says which one is on the wire. Decode and
/// encode refuse a key without a case.
template <class S, class K, class... F>
struct Choice {
  static constexpr std::size_t kWireSize = 0;
  static constexpr bool kInPlace = true;
  FieldName name;  ///< name of the key
  K S::*key;
  std::tuple<Case<F>...> cases;
  constexpr Choice(FieldName n, K S::*k, const Case<F>&... all) : name(n), key(k), cases(all...) {}
  constexpr bool Same(const S& a, const S& b) const {
    return std::apply(
        [&](const auto&... each) { return (true && ... && describe::Same(each.field, a, b)); },
        cases);
  }
};

/// The TLV types that have field types of their own (MBIMEx 3.0).
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

/// A TLV of UTF-16 text. It is always on the wire. If the string is empty, the TLV has no data.
template <class S>
struct TlvText {
  static constexpr std::size_t kWireSize = 0;
  static constexpr bool kInPlace = true;
  FieldName name;
  std::string S::*member;
  std::size_t max_units;  ///< see String
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

/// A TLV of the given type that holds a T. If there is no T, the TLV has no data.
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

/// Any number of TLVs, up to the end of the structure. No variable part may follow.
template <class S>
struct TlvList {
  static constexpr std::size_t kWireSize = 0;
  static constexpr bool kInPlace = true;
  FieldName name;
  std::vector<RawTlv> S::*member;
  constexpr TlvList(FieldName n, std::vector<RawTlv> S::*m) : name(n), member(m) {}
};

}  // namespace mbnrig::mbim
