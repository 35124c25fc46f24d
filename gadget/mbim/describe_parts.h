#pragma once

/// Fields of a structure (describe.h) that point into its data buffer: bytes, UTF-8 strings, and
/// structures with data buffers of their own.

#include "mbim/describe.h"

namespace mbnrig::mbim {

/// Offset and size of bytes. `max_bytes` is the specification's limit (0: none). Encode refuses
/// more bytes; decode accepts all that the buffer holds.
template <class S>
struct RefBytes {
  static constexpr std::size_t kWireSize = 8;
  static constexpr bool kVariable = true;
  FieldName name;
  Bytes S::*member;
  std::size_t max_bytes;
  bool secret;
  constexpr RefBytes(FieldName n, Bytes S::*m, std::size_t limit = 0,
                     Secrecy secrecy = Secrecy::kOpen)
      : name(n), member(m), max_bytes(limit), secret(secrecy == Secrecy::kSecret) {}
};

/// Like RefBytes, but the size comes before the offset.
template <class S>
struct SizedBytes {
  static constexpr std::size_t kWireSize = 8;
  static constexpr bool kVariable = true;
  FieldName name;
  Bytes S::*member;
  std::size_t max_bytes;
  bool secret;
  constexpr SizedBytes(FieldName n, Bytes S::*m, std::size_t limit = 0,
                       Secrecy secrecy = Secrecy::kOpen)
      : name(n), member(m), max_bytes(limit), secret(secrecy == Secrecy::kSecret) {}
};

/// Whether a string on the wire ends with a NUL. The size includes this NUL.
enum class Termination { kNone, kNul };

/// Offset and size of a UTF-8 string. Decode accepts the string with or without a NUL.
template <class S>
struct Utf8 {
  static constexpr std::size_t kWireSize = 8;
  static constexpr bool kVariable = true;
  FieldName name;
  std::string S::*member;
  std::size_t max_bytes;  ///< without the NUL
  Termination termination;
  bool secret;
  constexpr Utf8(FieldName n, std::string S::*m, std::size_t limit = 0,
                 Termination end = Termination::kNone, Secrecy secrecy = Secrecy::kOpen)
      : name(n),
        member(m),
        max_bytes(limit),
        termination(end),
        secret(secrecy == Secrecy::kSecret) {}
};

/// One of the byte strings of a SharedSize.
template <class S>
struct SharedPart {
  FieldName name;
  Bytes S::*member;
  constexpr SharedPart(FieldName n, Bytes S::*m) : name(n), member(m) {}
};

/// One size, then an offset for each of N byte strings of that size. Encode refuses strings of
/// different sizes.
template <class S, std::size_t N>
struct SharedSize {
  static constexpr std::size_t kWireSize = 4 + 4 * N;
  static constexpr bool kVariable = true;
  FieldName name;  ///< name of the size
  std::array<SharedPart<S>, N> parts;
  std::size_t max_bytes;
  constexpr SharedSize(FieldName n, std::array<SharedPart<S>, N> p, std::size_t limit = 0)
      : name(n), parts(p), max_bytes(limit) {}
  constexpr bool Same(const S& a, const S& b) const {
    for (const SharedPart<S>& part : parts) {
      if (!(a.*part.member == b.*part.member)) return false;
    }
    return true;
  }
};

/// A 32-bit number that is computed from the rest of the structure. The structure has no member for
/// it, and decode skips it.
template <class S>
struct Computed {
  static constexpr std::size_t kWireSize = 4;
  FieldName name;
  std::uint32_t (*value)(const S&);
  constexpr Computed(FieldName n, std::uint32_t (*v)(const S&)) : name(n), value(v) {}
  constexpr bool Same(const S&, const S&) const { return true; }
};

/// Offset and size of a T that has a data buffer of its own. The T is absent if both are 0.
template <class S, class T>
struct Ref {
  static constexpr std::size_t kWireSize = 8;
  static constexpr bool kVariable = true;
  FieldName name;
  std::optional<T> S::*member;
  constexpr Ref(FieldName n, std::optional<T> S::*m) : name(n), member(m) {}
};

/// Offset and size of a list: an element count, then the elements one after the other. Each element
/// has its own data buffer and is padded to a multiple of four bytes. The end of an element follows
/// from its own parts.
template <class S, class T>
struct PackedList {
  static constexpr std::size_t kWireSize = 8;
  static constexpr bool kVariable = true;
  FieldName name;
  std::vector<T> S::*member;
  constexpr PackedList(FieldName n, std::vector<T> S::*m) : name(n), member(m) {}
};

}  // namespace mbnrig::mbim
