#pragma once

/// The definition of ToText (codec.h). Included where structures are instantiated, not by users.

#include "mbim/codec.h"
#include "mbim/layout.h"

namespace mbnrig::mbim {
namespace text {

inline constexpr std::string_view kMask = "***";

/// In double quotes, control characters and quotes escaped, so that a line of a log stays a line.
std::string Quoted(std::string_view value);
/// An address of 4 or 16 bytes as people write it, anything else in hexadecimal.
std::string Address(ByteView bytes);

template <Described T>
std::string Body(const T& value);

template <class S, class M>
std::string Field(const U32<S, M>& field, const S& value) {
  return std::to_string(static_cast<std::uint32_t>(value.*field.member));
}
template <class S>
std::string Field(const U64<S>& field, const S& value) {
  return std::to_string(value.*field.member);
}
template <class S>
std::string Field(const UuidField<S>& field, const S& value) {
  return ToString(value.*field.member);
}
template <class S, std::size_t N>
std::string Field(const Raw<S, N>& field, const S& value) {
  return Address(value.*field.member);
}
template <class S>
std::string Field(const String<S>& field, const S& value) {
  const std::string& string = value.*field.member;
  return field.secret && !string.empty() ? std::string(kMask) : Quoted(string);
}
template <class S, class T>
std::string Field(const Inline<S, T>& field, const S& value) {
  return Body(value.*field.member);
}

template <class T>
std::string List(const std::vector<T>& list) {
  std::string out = "[";
  for (const T& element : list) {
    if (out.size() > 1) out += ", ";
    if constexpr (std::is_same_v<T, std::string>) {
      out += Quoted(element);
    } else if constexpr (std::is_same_v<T, std::uint32_t>) {
      out += std::to_string(element);
    } else {
      out += Body(element);
    }
  }
  return out + "]";
}

template <class S, class T, class B>
std::string Field(const RefList<S, T, B>& field, const S& value) {
  return List(value.*field.member);
}
template <class S>
std::string Field(const U32List<S>& field, const S& value) {
  return List(value.*field.member);
}
template <class S, class T>
std::string Field(const FixedList<S, T>& field, const S& value) {
  return List(value.*field.member);
}
template <class S, class T>
std::string Field(const FixedRef<S, T>& field, const S& value) {
  return value.*field.member ? Body(*(value.*field.member)) : "-";
}

template <class F, class S>
void Append(const F& field, const S& value, std::string& out) {
  if (!out.empty()) out += ", ";
  out += field.name;
  out += " = ";
  out += Field(field, value);
}
/// What stands between the count and the pairs is printed before the list, as it is on the wire.
template <class S, class T, class B>
void Append(const RefList<S, T, B>& field, const S& value, std::string& out) {
  std::apply([&](const auto&... between) { (Append(between, value, out), ...); }, field.between);
  if (!out.empty()) out += ", ";
  out += field.name;
  out += " = ";
  out += Field(field, value);
}

template <Described T>
std::string Body(const T& value) {
  constexpr auto kFields = T::Fields();
  if constexpr (std::tuple_size_v<decltype(kFields)> == 1) {
    // An address alone needs no braces around it.
    if constexpr (std::is_same_v<std::remove_cvref_t<decltype(std::get<0>(kFields))>,
                                 Raw<T, layout::FixedSize<T>()>>) {
      return Field(std::get<0>(kFields), value);
    }
  }
  std::string fields;
  std::apply([&](const auto&... field) { (Append(field, value, fields), ...); }, kFields);
  return fields.empty() ? "{}" : "{ " + fields + " }";
}

}  // namespace text

template <class T>
std::string ToText(const T& value) {
  return std::string(T::kName) + " " + text::Body(value);
}

}  // namespace mbnrig::mbim
