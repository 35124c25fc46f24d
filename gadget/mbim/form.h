#pragma once

/// Makes a Form (service_table.h) from a structure's description. Form is not a template, so one
/// table can hold the forms of all messages.

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

inline std::string AtMost(std::size_t max_bytes) {
  return max_bytes == 0 ? "" : ", at most " + std::to_string(max_bytes) + " bytes";
}

template <class T>
std::string ElementName(std::size_t max_units) {
  if constexpr (std::is_same_v<T, std::string>) {
    return "string" + Units(max_units);
  } else if constexpr (std::is_same_v<T, Bytes>) {
    return "bytes";
  } else {
    return std::string(T::kName);
  }
}

template <class F>
FieldInfo Info(const F& field, std::string type) {
  FieldInfo info;
  info.name = field.name;
  info.size = layout::WireSize(field);
  info.type = std::move(type);
  if constexpr (requires { field.secret; }) info.secret = field.secret;
  return info;
}

/// A field whose size depends on its value.
template <class F>
FieldInfo Sized(const F& field, std::string extent, std::string type) {
  FieldInfo info = Info(field, std::move(type));
  info.extent = std::move(extent);
  return info;
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
void Append(const U8<S, M>& field, std::vector<FieldInfo>& out) {
  out.push_back(Info(field, "u8"));
}
template <class S, class M>
void Append(const U16<S, M>& field, std::vector<FieldInfo>& out) {
  out.push_back(Info(field, "u16"));
}
template <class S, class M>
void Append(const U32<S, M>& field, std::vector<FieldInfo>& out) {
  out.push_back(Info(field, std::is_same_v<M, std::int32_t> ? "i32" : "u32"));
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
  out.push_back(Info(field, "offset, size: string" + Units(field.max_units)));
}
template <class S, std::size_t N>
void Append(const Octets<S, N>& field, std::vector<FieldInfo>& out) {
  out.push_back(Info(field, std::to_string(N) + " bytes"));
}
template <class S, class T>
void Append(const Inline<S, T>& field, std::vector<FieldInfo>& out) {
  out.push_back(StructureInfo<T>(field, std::string(T::kName) + " in place"));
}
template <class S>
void Append(const Computed<S>& field, std::vector<FieldInfo>& out) {
  out.push_back(Info(field, "u32, follows from the other fields"));
}
template <class S, class T, class B>
void Append(const RefList<S, T, B>& field, std::vector<FieldInfo>& out) {
  FieldInfo count;
  count.name = std::string(field.name) + " count";
  count.size = 4;
  count.type = "u32";
  out.push_back(std::move(count));
  std::apply([&](const auto&... between) { (Append(between, out), ...); }, field.between);
  FieldInfo info =
      StructureInfo<T>(field, "for each: offset, size: " + ElementName<T>(field.max_units));
  info.size = 0;
  info.extent = "8 each";
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

// --- describe_parts.h ---------------------------------------------------------------------------

template <class S>
void Append(const RefBytes<S>& field, std::vector<FieldInfo>& out) {
  out.push_back(Info(field, "offset, size: bytes" + AtMost(field.max_bytes)));
}
template <class S>
void Append(const SizedBytes<S>& field, std::vector<FieldInfo>& out) {
  out.push_back(Info(field, "size, offset: bytes" + AtMost(field.max_bytes)));
}
template <class S>
void Append(const Utf8<S>& field, std::vector<FieldInfo>& out) {
  out.push_back(
      Info(field, "offset, size: UTF-8" + AtMost(field.max_bytes) +
                      (field.termination == Termination::kNul ? ", NUL-terminated" : "")));
}
template <class S, std::size_t N>
void Append(const SharedSize<S, N>& field, std::vector<FieldInfo>& out) {
  FieldInfo size = Info(field, "u32");
  size.size = 4;
  out.push_back(std::move(size));
  for (const SharedPart<S>& part : field.parts) {
    FieldInfo info;
    info.name = part.name;
    info.size = 4;
    info.type = "offset: " + std::string(field.name) + " bytes" + AtMost(field.max_bytes);
    out.push_back(std::move(info));
  }
}
template <class S, class T>
void Append(const Ref<S, T>& field, std::vector<FieldInfo>& out) {
  out.push_back(
      StructureInfo<T>(field, "offset, size: " + std::string(T::kName) + ", none when both are 0"));
}
template <class S, class T>
void Append(const PackedList<S, T>& field, std::vector<FieldInfo>& out) {
  out.push_back(StructureInfo<T>(field, "offset, size: count, then that many " +
                                            std::string(T::kName) + ", one after the other"));
}

// --- describe_tail.h ----------------------------------------------------------------------------

template <class S>
void Append(const CountedBytes<S>& field, std::vector<FieldInfo>& out) {
  out.push_back(Sized(field, "4 and bytes", "u32, then that many bytes" + AtMost(field.max_bytes)));
}
template <class S>
void Append(const CountedTail<S>& field, std::vector<FieldInfo>& out) {
  out.push_back(Sized(field, "bytes", "bytes in place" + AtMost(field.max_bytes)));
}
template <class S>
void Append(const Tail<S>& field, std::vector<FieldInfo>& out) {
  out.push_back(Sized(field, "rest", "bytes"));
}
template <class S, class T>
void Append(const Inner<S, T>& field, std::vector<FieldInfo>& out) {
  FieldInfo info =
      StructureInfo<T>(field, std::string(T::kName) + " in place, offsets from its own start");
  info.extent = "rest";
  out.push_back(std::move(info));
}
template <class S>
void Append(const TlvText<S>& field, std::vector<FieldInfo>& out) {
  out.push_back(Sized(
      field, "TLV",
      "TLV of type " + std::to_string(tlv_type::kText) + ": string" + Units(field.max_units)));
}
template <class S>
void Append(const TlvU16List<S>& field, std::vector<FieldInfo>& out) {
  out.push_back(Sized(field, "TLV",
                      "TLV of type " + std::to_string(tlv_type::kU16List) + ": 16-bit numbers"));
}
template <class S, class T>
void Append(const Tlv<S, T>& field, std::vector<FieldInfo>& out) {
  FieldInfo info = StructureInfo<T>(field, "TLV of type " + std::to_string(field.type) + ": " +
                                               std::string(T::kName) + ", or empty");
  info.extent = "TLV";
  out.push_back(std::move(info));
}
template <class S>
void Append(const TlvList<S>& field, std::vector<FieldInfo>& out) {
  out.push_back(Sized(field, "rest", "any TLVs"));
}
template <class S, class K, class... F>
void Append(const Choice<S, K, F...>& field, std::vector<FieldInfo>& out) {
  const auto append = [&](const auto& each) {
    const std::size_t from = out.size();
    Append(each.field, out);
    for (std::size_t i = from; i < out.size(); ++i) {
      if (out[i].extent.empty()) out[i].extent = std::to_string(out[i].size);
      out[i].size = 0;
      out[i].type += ", if " + std::string(field.name) + " is " + std::to_string(each.key);
    }
  };
  std::apply([&](const auto&... each) { (append(each), ...); }, field.cases);
}

template <Described T>
std::vector<FieldInfo> FieldsOf() {
  std::vector<FieldInfo> out;
  std::apply([&](const auto&... field) { (Append(field, out), ...); }, T::Fields());
  return out;
}

/// Whether T or a structure inside it has a secret field.
template <Described T>
constexpr bool HasSecrets();

template <class T>
inline constexpr bool kHoldsSecrets = false;
template <Described T>
inline constexpr bool kHoldsSecrets<T> = HasSecrets<T>();

template <class F>
constexpr bool IsSecret(const F& field) {
  if constexpr (requires { field.secret; }) {
    return field.secret;
  } else {
    return false;
  }
}
template <class S, class T>
constexpr bool IsSecret(const Inline<S, T>&) {
  return kHoldsSecrets<T>;
}
template <class S, class T, class B>
constexpr bool IsSecret(const RefList<S, T, B>&) {
  return kHoldsSecrets<T>;
}
template <class S, class T>
constexpr bool IsSecret(const Ref<S, T>&) {
  return kHoldsSecrets<T>;
}
template <class S, class T>
constexpr bool IsSecret(const PackedList<S, T>&) {
  return kHoldsSecrets<T>;
}
template <class S, class T>
constexpr bool IsSecret(const Inner<S, T>&) {
  return kHoldsSecrets<T>;
}
template <class S, class T>
constexpr bool IsSecret(const Tlv<S, T>&) {
  return kHoldsSecrets<T>;
}
template <class S, class K, class... F>
constexpr bool IsSecret(const Choice<S, K, F...>& field) {
  return std::apply([](const auto&... each) { return (false || ... || IsSecret(each.field)); },
                    field.cases);
}
template <Described T>
constexpr bool HasSecrets() {
  return std::apply([](const auto&... field) { return (false || ... || IsSecret(field)); },
                    T::Fields());
}

template <Described T>
std::string TextOf(ByteView buffer, Secrets secrets) {
  const auto decoded = Decode<T>(buffer);
  if (decoded) return ToText(*decoded, secrets);
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
std::optional<Bytes> Rewritten(ByteView buffer) {
  const auto decoded = Decode<T>(buffer);
  if (!decoded) return std::nullopt;
  try {
    return Encode(*decoded);
  } catch (const std::invalid_argument&) {
    return std::nullopt;
  }
}

template <Described T>
RoundTrip RoundTripOf(ByteView buffer) {
  const auto decoded = Decode<T>(buffer);
  if (!decoded) return RoundTrip::kNotDecoded;
  const auto wire = Rewritten<T>(buffer);
  if (!wire) return RoundTrip::kNotEncoded;
  const auto again = Decode<T>(*wire);
  return again && *again == *decoded ? RoundTrip::kSame : RoundTrip::kDifferent;
}

}  // namespace form

/// A Form that also holds the codec's functions. Taking their addresses instantiates them
/// (service_impl.h).
template <Described T>
struct TypedForm : Form {
  Decoded<T> (*decode)(ByteView) = &Decode<T>;
  Bytes (*encode)(const T&) = &Encode<T>;
  std::string (*to_text)(const T&, Secrets) = &ToText<T>;
};

/// The only Form of structure T.
template <Described T>
inline constexpr TypedForm<T> kFormOf{
    Form{T::kName, &form::TextOf<T>, &form::DamageOf<T>, &form::RoundTripOf<T>, &form::Rewritten<T>,
         &form::FieldsOf<T>, layout::FixedSize<T>(), form::HasSecrets<T>()}};

}  // namespace mbnrig::mbim
