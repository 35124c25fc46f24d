#pragma once

/// From a structure's description to a Form (service_table.h): what a table of all messages keeps
/// of a structure once its C++ type is gone.

#include <stdexcept>

#include "mbim/codec.h"
#include "mbim/hex.h"
#include "mbim/layout.h"
#include "mbim/service_table.h"

namespace mbnrig::mbim {
namespace form {

template <Described T>
std::vector<FieldInfo> FieldsOf();

inline std::string Units(std::size_t max_units) {
  return max_units == 0 ? "" : ", at most " + std::to_string(max_units) + " UTF-16 units";
}

template <class T>
std::string ElementName() {
  if constexpr (std::is_same_v<T, std::string>) {
    return "strings";
  } else {
    return std::string(T::kName);
  }
}

template <class F>
FieldInfo Info(const F& field, std::string type) {
  return {std::string(field.name), layout::WireSize(field), std::move(type), "", {}, false};
}

template <class T, class F>
FieldInfo StructureInfo(const F& field, std::string type) {
  FieldInfo info = Info(field, std::move(type));
  if constexpr (Described<T>) {
    info.structure = T::kName;
    info.fields = FieldsOf<T>();
  }
  return info;
}

template <class S, class M>
void Append(const U32<S, M>& field, std::vector<FieldInfo>& out) {
  out.push_back(Info(field, "u32"));
}
template <class S>
void Append(const U64<S>& field, std::vector<FieldInfo>& out) {
  out.push_back(Info(field, "u64"));
}
template <class S>
void Append(const UuidField<S>& field, std::vector<FieldInfo>& out) {
  out.push_back(Info(field, "UUID"));
}
template <class S, std::size_t N>
void Append(const Raw<S, N>& field, std::vector<FieldInfo>& out) {
  out.push_back(Info(field, std::to_string(N) + " bytes, network order"));
}
template <class S>
void Append(const String<S>& field, std::vector<FieldInfo>& out) {
  FieldInfo info = Info(field, "offset, size: string" + Units(field.max_units));
  info.secret = field.secret;
  out.push_back(std::move(info));
}
template <class S, class T>
void Append(const Inline<S, T>& field, std::vector<FieldInfo>& out) {
  out.push_back(StructureInfo<T>(field, std::string(T::kName) + " in place"));
}
template <class S, class T, class B>
void Append(const RefList<S, T, B>& field, std::vector<FieldInfo>& out) {
  FieldInfo count{std::string(field.name) + " count", 4, "u32", "", {}, false};
  out.push_back(std::move(count));
  std::apply([&](const auto&... between) { (Append(between, out), ...); }, field.between);
  FieldInfo info = StructureInfo<T>(
      field, "for each: offset, size: " +
                 (Described<T> ? ElementName<T>() : "string" + Units(field.max_units)));
  info.size = 0;
  out.push_back(std::move(info));
}
template <class S>
void Append(const U32List<S>& field, std::vector<FieldInfo>& out) {
  out.push_back(Info(field, "count, then that many u32"));
}
template <class S, class T>
void Append(const FixedList<S, T>& field, std::vector<FieldInfo>& out) {
  out.push_back(StructureInfo<T>(field, "count, offset: that many " + std::string(T::kName)));
}
template <class S, class T>
void Append(const FixedRef<S, T>& field, std::vector<FieldInfo>& out) {
  out.push_back(StructureInfo<T>(field, "offset: " + std::string(T::kName) + ", none when 0"));
}

template <Described T>
std::vector<FieldInfo> FieldsOf() {
  std::vector<FieldInfo> out;
  std::apply([&](const auto&... field) { (Append(field, out), ...); }, T::Fields());
  return out;
}

template <class F>
inline constexpr bool kMayBeSecret = false;
template <class S>
inline constexpr bool kMayBeSecret<String<S>> = true;

/// Whether T or a structure inside it has a secret field.
template <Described T>
constexpr bool HasSecrets();
template <class F>
constexpr bool IsSecret(const F& field) {
  if constexpr (kMayBeSecret<F>) {
    return field.secret;
  } else {
    return false;
  }
}
template <class S, class T, class B>
constexpr bool IsSecret(const RefList<S, T, B>&) {
  if constexpr (Described<T>) {
    return HasSecrets<T>();
  } else {
    return false;
  }
}
template <Described T>
constexpr bool HasSecrets() {
  return std::apply([](const auto&... field) { return (false || ... || IsSecret(field)); },
                    T::Fields());
}

template <Described T>
std::string TextOf(ByteView buffer) {
  const auto decoded = Decode<T>(buffer);
  if (decoded) return ToText(*decoded);
  std::string text = std::string(T::kName) + " unreadable (" + decoded.error().ToString() + "): ";
  if constexpr (HasSecrets<T>()) {
    return text + std::to_string(buffer.size()) + " bytes withheld";
  } else {
    return text + Hex(buffer);
  }
}

template <Described T>
std::string DamageOf(ByteView buffer) {
  const auto decoded = Decode<T>(buffer);
  return decoded ? "" : decoded.error().ToString();
}

template <Described T>
RoundTrip RoundTripOf(ByteView buffer) {
  const auto decoded = Decode<T>(buffer);
  if (!decoded) return RoundTrip::kNotDecoded;
  Bytes wire;
  try {
    wire = Encode(*decoded);
  } catch (const std::invalid_argument&) {
    return RoundTrip::kNotEncoded;
  }
  const auto again = Decode<T>(wire);
  return again && *again == *decoded ? RoundTrip::kSame : RoundTrip::kDifferent;
}

}  // namespace form

/// A Form that also holds the codec's functions. Their addresses instantiate them (service_impl.h).
template <Described T>
struct TypedForm : Form {
  Decoded<T> (*decode)(ByteView) = &Decode<T>;
  Bytes (*encode)(const T&) = &Encode<T>;
  std::string (*print)(const T&) = &ToText<T>;
};

/// The one Form of structure T.
template <Described T>
inline constexpr TypedForm<T> kFormOf{Form{T::kName, &form::TextOf<T>, &form::DamageOf<T>,
                                           &form::RoundTripOf<T>, &form::FieldsOf<T>,
                                           layout::FixedSize<T>(), form::HasSecrets<T>()}};

}  // namespace mbnrig::mbim
