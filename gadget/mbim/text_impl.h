#pragma once

/// The definition of ToText (codec.h). Included through codec_impl.h only.

#include "mbim/codec.h"
#include "mbim/layout.h"

namespace mbnrig::mbim {
namespace text {

inline constexpr std::string_view kMask = "***";

/// The text in double quotes. Escapes control characters and quotes, so that it is one line.
std::string Quoted(std::string_view value);
/// Bytes in hexadecimal between angle brackets. No bytes give "-".
std::string Octets(ByteView bytes, bool masked);
/// An IPv4 or IPv6 address in its usual form. Any other number of bytes in hexadecimal.
std::string Address(ByteView bytes);

/// How values are printed. Every function of this namespace has a parameter of this type, so that
/// argument-dependent lookup finds functions that are declared later.
struct Style {
  Secrets secrets = Secrets::kMasked;
  bool Masks(bool secret) const { return secret && secrets == Secrets::kMasked; }
};

template <Described T>
std::string Body(const T& value, Style style);

template <class M>
std::string Number(M value) {
  if constexpr (std::is_enum_v<M>) {
    return std::to_string(static_cast<std::underlying_type_t<M>>(value));
  } else {
    return std::to_string(value);
  }
}

template <class S, class M>
std::string Field(const U8<S, M>& field, const S& value, Style) {
  return Number(value.*field.member);
}
template <class S, class M>
std::string Field(const U16<S, M>& field, const S& value, Style) {
  return Number(value.*field.member);
}
template <class S, class M>
std::string Field(const U32<S, M>& field, const S& value, Style) {
  return Number(value.*field.member);
}
template <class S>
std::string Field(const U64<S>& field, const S& value, Style) {
  return Number(value.*field.member);
}
template <class S>
std::string Field(const UuidField<S>& field, const S& value, Style) {
  return ToString(value.*field.member);
}
template <class S, std::size_t N>
std::string Field(const Raw<S, N>& field, const S& value, Style) {
  return Address(value.*field.member);
}
template <class S, std::size_t N>
std::string Field(const mbim::Octets<S, N>& field, const S& value, Style style) {
  return Octets(value.*field.member, style.Masks(field.secret));
}
template <class S>
std::string Field(const String<S>& field, const S& value, Style style) {
  const std::string& string = value.*field.member;
  return style.Masks(field.secret) && !string.empty() ? std::string(kMask) : Quoted(string);
}
template <class S, class T>
std::string Field(const Inline<S, T>& field, const S& value, Style style) {
  return Body(value.*field.member, style);
}

template <class T>
std::string Element(const T& element, Style style) {
  if constexpr (std::is_same_v<T, std::string>) {
    return Quoted(element);
  } else if constexpr (std::is_same_v<T, Bytes>) {
    return Octets(element, false);
  } else if constexpr (std::is_integral_v<T>) {
    return std::to_string(element);
  } else if constexpr (std::is_same_v<T, RawTlv>) {
    return std::to_string(element.type) + " " + Octets(element.data, false);
  } else {
    return Body(element, style);
  }
}

template <class T>
std::string List(const std::vector<T>& list, Style style) {
  std::string out = "[";
  for (const T& element : list) {
    if (out.size() > 1) out += ", ";
    out += Element(element, style);
  }
  return out + "]";
}

template <class T>
std::string Optional(const std::optional<T>& value, Style style) {
  return value ? Body(*value, style) : "-";
}

template <class S, class T, class B>
std::string Field(const RefList<S, T, B>& field, const S& value, Style style) {
  return List(value.*field.member, style);
}
template <class S>
std::string Field(const U32List<S>& field, const S& value, Style style) {
  return List(value.*field.member, style);
}
template <class S, class T>
std::string Field(const FixedList<S, T>& field, const S& value, Style style) {
  return List(value.*field.member, style);
}
template <class S, class T>
std::string Field(const FixedRef<S, T>& field, const S& value, Style style) {
  return Optional(value.*field.member, style);
}

// --- describe_parts.h ---------------------------------------------------------------------------

template <class S>
std::string Field(const RefBytes<S>& field, const S& value, Style style) {
  return Octets(value.*field.member, style.Masks(field.secret));
}
template <class S>
std::string Field(const SizedBytes<S>& field, const S& value, Style style) {
  return Octets(value.*field.member, style.Masks(field.secret));
}
template <class S>
std::string Field(const Utf8<S>& field, const S& value, Style style) {
  const std::string& string = value.*field.member;
  return style.Masks(field.secret) && !string.empty() ? std::string(kMask) : Quoted(string);
}
template <class S>
std::string Field(const Computed<S>& field, const S& value, Style) {
  return std::to_string(field.value(value));
}
template <class S, class T>
std::string Field(const Ref<S, T>& field, const S& value, Style style) {
  return Optional(value.*field.member, style);
}
template <class S, class T>
std::string Field(const PackedList<S, T>& field, const S& value, Style style) {
  return List(value.*field.member, style);
}

// --- describe_tail.h ----------------------------------------------------------------------------

template <class S>
std::string Field(const CountedBytes<S>& field, const S& value, Style) {
  return Octets(value.*field.member, false);
}
template <class S>
std::string Field(const CountedTail<S>& field, const S& value, Style) {
  return Octets(value.*field.member, false);
}
template <class S>
std::string Field(const Tail<S>& field, const S& value, Style) {
  return Octets(value.*field.member, false);
}
template <class S, class T>
std::string Field(const Inner<S, T>& field, const S& value, Style style) {
  return Body(value.*field.member, style);
}
template <class S>
std::string Field(const TlvText<S>& field, const S& value, Style style) {
  const std::string& string = value.*field.member;
  return style.Masks(field.secret) && !string.empty() ? std::string(kMask) : Quoted(string);
}
template <class S>
std::string Field(const TlvU16List<S>& field, const S& value, Style style) {
  return List(value.*field.member, style);
}
template <class S, class T>
std::string Field(const Tlv<S, T>& field, const S& value, Style style) {
  return Optional(value.*field.member, style);
}
template <class S>
std::string Field(const TlvList<S>& field, const S& value, Style style) {
  return List(value.*field.member, style);
}

inline void AppendNamed(std::string_view name, const std::string& text, std::string& out) {
  if (!out.empty()) out += ", ";
  out += name;
  out += " = ";
  out += text;
}

template <class F, class S>
void Append(const F& field, const S& value, Style style, std::string& out) {
  AppendNamed(field.name, Field(field, value, style), out);
}
/// The fields between the count and the pairs come before the list, as on the wire.
template <class S, class T, class B>
void Append(const RefList<S, T, B>& field, const S& value, Style style, std::string& out) {
  std::apply([&](const auto&... between) { (Append(between, value, style, out), ...); },
             field.between);
  AppendNamed(field.name, Field(field, value, style), out);
}
template <class S, std::size_t N>
void Append(const SharedSize<S, N>& field, const S& value, Style, std::string& out) {
  for (const SharedPart<S>& part : field.parts) {
    AppendNamed(part.name, Octets(value.*part.member, false), out);
  }
}
template <class S, class K, class... F>
void Append(const Choice<S, K, F...>& field, const S& value, Style style, std::string& out) {
  const auto attempt = [&](const auto& each) {
    if (each.key == static_cast<std::uint32_t>(value.*field.key)) {
      Append(each.field, value, style, out);
    }
  };
  std::apply([&](const auto&... each) { (attempt(each), ...); }, field.cases);
}

template <Described T>
std::string Body(const T& value, Style style) {
  constexpr auto kFields = T::Fields();
  if constexpr (std::tuple_size_v<decltype(kFields)> == 1) {
    // An address alone needs no braces around it.
    if constexpr (std::is_same_v<std::remove_cvref_t<decltype(std::get<0>(kFields))>,
                                 Raw<T, layout::FixedSize<T>()>>) {
      return Field(std::get<0>(kFields), value, style);
    }
  }
  std::string fields;
  std::apply([&](const auto&... field) { (Append(field, value, style, fields), ...); }, kFields);
  return fields.empty() ? "{}" : "{ " + fields + " }";
}

}  // namespace text

template <class T>
std::string ToText(const T& value, Secrets secrets) {
  return std::string(T::kName) + " " + text::Body(value, text::Style{secrets});
}

}  // namespace mbnrig::mbim
