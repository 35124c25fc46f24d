#pragma once

/// What a description (describe.h) says before there is a value: how many bytes each field takes in
/// the fixed part, and whether a structure has a variable part.

#include <concepts>
#include <cstddef>
#include <type_traits>

#include "mbim/describe.h"
#include "mbim/describe_parts.h"
#include "mbim/describe_tail.h"

namespace mbnrig::mbim {

namespace layout {

inline constexpr std::size_t kPairSize = 8;       ///< one (offset, size) pair
inline constexpr std::size_t kTlvHeaderSize = 8;  ///< type, reserved, padding, length

template <Described T>
constexpr std::size_t FixedSize();
template <class... F>
constexpr std::size_t TupleWireSize(const std::tuple<F...>& fields);

/// The fields of describe_parts.h and describe_tail.h state their size themselves.
template <class F>
requires requires {
  F::kWireSize;
}
constexpr std::size_t WireSize(const F&) {
  return F::kWireSize;
}
template <class S, class M>
constexpr std::size_t WireSize(const U8<S, M>&) {
  return 1;
}
template <class S, class M>
constexpr std::size_t WireSize(const U16<S, M>&) {
  return 2;
}
template <class S, class M>
constexpr std::size_t WireSize(const U32<S, M>&) {
  return 4;
}
template <class S>
constexpr std::size_t WireSize(const U64<S>&) {
  return 8;
}
template <class S>
constexpr std::size_t WireSize(const UuidField<S>&) {
  return 16;
}
template <class S, std::size_t N>
constexpr std::size_t WireSize(const Raw<S, N>&) {
  static_assert(N % 4 == 0, "fields keep the four-byte alignment of section 10.3");
  return N;
}
template <class S, std::size_t N>
constexpr std::size_t WireSize(const Octets<S, N>&) {
  return N;
}
template <class S>
constexpr std::size_t WireSize(const String<S>&) {
  return kPairSize;
}
template <class S, class T>
constexpr std::size_t WireSize(const Inline<S, T>&) {
  return FixedSize<T>();
}
/// The size without the pairs, because only the value says how many pairs there are.
template <class S, class T, class B>
constexpr std::size_t WireSize(const RefList<S, T, B>& field) {
  return 4 + TupleWireSize(field.between);
}
/// The size without the numbers.
template <class S>
constexpr std::size_t WireSize(const U32List<S>&) {
  return 4;
}
template <class S, class T>
constexpr std::size_t WireSize(const FixedList<S, T>&) {
  return 8;
}
template <class S, class T>
constexpr std::size_t WireSize(const FixedRef<S, T>&) {
  return 4;
}

template <class... F>
constexpr std::size_t TupleWireSize(const std::tuple<F...>& fields) {
  return std::apply([](const auto&... field) { return (std::size_t{0} + ... + WireSize(field)); },
                    fields);
}
/// Bytes of T's fixed part, without the pairs or numbers of a trailing list.
template <Described T>
constexpr std::size_t FixedSize() {
  return TupleWireSize(T::Fields());
}

/// Bytes that each element of a trailing list adds to the fixed part; 0 for all other fields.
template <class F>
inline constexpr std::size_t kTrailingElementSize = 0;
template <class S, class T, class B>
inline constexpr std::size_t kTrailingElementSize<RefList<S, T, B>> = kPairSize;
template <class S>
inline constexpr std::size_t kTrailingElementSize<U32List<S>> = 4;

/// Whether the field follows the fixed part (describe_tail.h).
template <class F>
inline constexpr bool kInPlace = requires {
  F::kInPlace;
};

template <class F>
inline constexpr bool kIsFixed = !kInPlace<F> && !requires {
  F::kVariable;
};
template <class S>
inline constexpr bool kIsFixed<String<S>> = false;
template <class S, class T, class B>
inline constexpr bool kIsFixed<RefList<S, T, B>> = false;
template <class S>
inline constexpr bool kIsFixed<U32List<S>> = false;
template <class S, class T>
inline constexpr bool kIsFixed<FixedList<S, T>> = false;
template <class S, class T>
inline constexpr bool kIsFixed<FixedRef<S, T>> = false;

template <class Tuple>
struct TupleTraits;
template <>
struct TupleTraits<std::tuple<>> {
  static constexpr bool kFixed = true;
  static constexpr bool kHasInPlace = false;
  static constexpr std::size_t kTrailingElementSize = 0;
};
template <class... F>
struct TupleTraits<std::tuple<F...>> {
  static constexpr bool kFixed = (kIsFixed<F> && ...);
  static constexpr bool kHasInPlace = (kInPlace<F> || ...);
  static_assert(
      [] {
        bool behind = false, right = true;
        ((behind = behind || kInPlace<F>, right = right && behind == kInPlace<F>), ...);
        return right;
      }(),
      "fields that follow the fixed part come last");
  using Last = std::tuple_element_t<sizeof...(F) - 1, std::tuple<F...>>;
  static constexpr std::size_t kTrailingElementSize = layout::kTrailingElementSize<Last>;
  static_assert((0 + ... + (layout::kTrailingElementSize<F> != 0 ? 1 : 0)) ==
                    (kTrailingElementSize != 0 ? 1 : 0),
                "a list whose elements are in the fixed part is the last field");
};
template <Described T>
using Traits = TupleTraits<decltype(T::Fields())>;

/// Whether T is entirely in place. Inline, FixedList and FixedRef require this of their element.
template <Described T>
inline constexpr bool kFixedOnly = Traits<T>::kFixed;

/// Offset of the element count of T's trailing list in the fixed part.
template <Described T>
constexpr std::size_t TrailingCountAt() {
  constexpr auto kFields = T::Fields();
  return FixedSize<T>() - WireSize(std::get<std::tuple_size_v<decltype(kFields)> - 1>(kFields));
}

}  // namespace layout
}  // namespace mbnrig::mbim
