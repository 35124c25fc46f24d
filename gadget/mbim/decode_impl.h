#pragma once

/// The definition of Decode (codec.h). Included through codec_impl.h only.

#include "mbim/codec.h"
#include "mbim/layout.h"
#include "mbim/wire.h"

namespace mbnrig::mbim {
namespace decode {

/// How many bytes a Decode call may still read from variable parts. Parts may overlap, because real
/// modems share strings. Without this limit, a small hostile buffer could expand to any size.
struct Budget {
  static constexpr std::size_t kBytesPerBufferByte = 4;
  std::size_t remaining = 0;
};

/// A structure that is being read: the bytes that its offsets count from, and the error.
class Frame {
 public:
  Frame(ByteView buffer, Budget& budget, DecodeError& error)
      : buffer_(buffer), budget_(budget), error_(error) {}

  ByteView buffer() const { return buffer_; }
  Budget& budget() { return budget_; }
  DecodeError& error() { return error_; }

  /// Checks that the buffer contains a field of the fixed part.
  bool Has(std::string_view name, std::size_t at, std::size_t size);
  /// Sets the end of the fixed part, which includes a trailing list of `count` elements.
  bool SetFixedEnd(std::string_view name, std::size_t fixed, std::uint32_t count,
                   std::size_t element);

  /// The next number of the fixed part. Has() must have checked that it is there.
  std::uint32_t TakeU32() {
    const std::uint32_t value = LoadU32(buffer_, at_);
    at_ += 4;
    return value;
  }
  std::uint16_t TakeU16() {
    const std::uint16_t value = LoadU16(buffer_, at_);
    at_ += 2;
    return value;
  }
  ByteView TakeBytes(std::size_t size) {
    const ByteView bytes = buffer_.subspan(at_, size);
    at_ += size;
    return bytes;
  }

  /// The rest of the structure from the cursor on.
  ByteView Rest() const { return buffer_.subspan(at_); }
  /// `size` bytes at the cursor, after the fixed part. They become its new end.
  bool TakeInPlace(std::string_view name, std::uint64_t size, ByteView& bytes);
  /// A TLV at the cursor.
  bool TakeTlv(std::string_view name, std::uint16_t& type, ByteView& data);
  /// A TLV at the cursor. Refuses one that is not of `type`.
  bool TakeTlvOf(std::uint16_t type, std::string_view name, ByteView& data);
  /// Checks that no variable part begins before the end of what was read in place.
  bool PartsFollow();
  /// The end of the structure: after its fixed part and all variable parts.
  std::size_t end() const { return end_; }
  std::size_t at() const { return at_; }

  /// The variable part at `offset`. Refuses one that is not in the buffer or not after the fixed
  /// part.
  bool Part(std::string_view name, std::uint32_t offset, std::uint64_t size, ByteView& part);
  /// The bytes that (offset, size) point to. Empty if the size is 0.
  bool BytesAt(std::string_view name, std::uint32_t offset, std::uint32_t size, Bytes& value);
  /// Reads UTF-8 up to its end or its first NUL.
  bool Utf8At(std::string_view name, std::uint32_t offset, std::uint32_t size, std::string& value);
  /// Reads the UTF-16 string in `part`.
  bool StringIn(std::string_view name, ByteView part, std::string& value);
  /// The string that an (offset, size) pair at the cursor points to.
  bool TakeString(std::string_view name, std::string& value);
  bool Spend(std::string_view name, std::size_t bytes);
  bool Refuse(std::string_view name, std::string reason);
  /// Puts `prefix` (a field or an element of a list) before the name of the field that an inner
  /// frame refused.
  bool Within(std::string_view prefix);
  bool Within(std::string_view prefix, std::size_t index);

 private:
  ByteView buffer_;
  Budget& budget_;
  DecodeError& error_;
  std::size_t at_ = 0;
  std::size_t fixed_end_ = 0;
  std::size_t end_ = 0;
  std::size_t lowest_part_ = static_cast<std::size_t>(-1);
  std::string_view lowest_name_;
};

/// If `end` is not null, it gets the end of the structure in the buffer.
template <Described T>
bool Structure(ByteView buffer, T& value, Budget& budget, DecodeError& error,
               std::size_t* end = nullptr);

template <class S, class M>
bool Field(const U8<S, M>& field, S& value, Frame& frame) {
  value.*field.member = static_cast<M>(frame.TakeBytes(1)[0]);
  return true;
}

template <class S, class M>
bool Field(const U16<S, M>& field, S& value, Frame& frame) {
  value.*field.member = static_cast<M>(frame.TakeU16());
  return true;
}

template <class S, class M>
bool Field(const U32<S, M>& field, S& value, Frame& frame) {
  value.*field.member = static_cast<M>(frame.TakeU32());
  return true;
}

template <class S>
bool Field(const U64<S>& field, S& value, Frame& frame) {
  value.*field.member = LoadU64(frame.TakeBytes(8), 0);
  return true;
}

template <class S>
bool Field(const UuidField<S>& field, S& value, Frame& frame) {
  const ByteView bytes = frame.TakeBytes(16);
  std::copy(bytes.begin(), bytes.end(), (value.*field.member).bytes.begin());
  return true;
}

template <class S, std::size_t N>
bool Field(const Raw<S, N>& field, S& value, Frame& frame) {
  const ByteView bytes = frame.TakeBytes(N);
  std::copy(bytes.begin(), bytes.end(), (value.*field.member).begin());
  return true;
}

template <class S, std::size_t N>
bool Field(const Octets<S, N>& field, S& value, Frame& frame) {
  const ByteView bytes = frame.TakeBytes(N);
  std::copy(bytes.begin(), bytes.end(), (value.*field.member).begin());
  return true;
}

template <class S>
bool Field(const String<S>& field, S& value, Frame& frame) {
  return frame.TakeString(field.name, value.*field.member);
}

template <class S, class T>
bool Field(const Inline<S, T>& field, S& value, Frame& frame) {
  static_assert(layout::kFixedOnly<T>);
  return Structure(frame.TakeBytes(layout::FixedSize<T>()), value.*field.member, frame.budget(),
                   frame.error()) ||
         frame.Within(field.name);
}

template <class S, class T, class B>
bool Field(const RefList<S, T, B>& field, S& value, Frame& frame) {
  const std::uint32_t count = frame.TakeU32();
  std::apply([&](const auto&... between) { (Field(between, value, frame), ...); }, field.between);
  auto& list = value.*field.member;
  for (std::uint32_t i = 0; i < count; ++i) {
    T element{};
    if constexpr (std::is_same_v<T, std::string>) {
      if (!frame.TakeString("", element)) return frame.Within(field.name, i);
    } else if constexpr (std::is_same_v<T, Bytes>) {
      const std::uint32_t offset = frame.TakeU32();
      const std::uint32_t size = frame.TakeU32();
      if (!frame.BytesAt("", offset, size, element)) return frame.Within(field.name, i);
    } else {
      const std::uint32_t offset = frame.TakeU32();
      const std::uint32_t size = frame.TakeU32();
      ByteView part;
      if (!frame.Part("", offset, size, part) || !frame.Spend("", layout::FixedSize<T>()) ||
          !Structure(part, element, frame.budget(), frame.error())) {
        return frame.Within(field.name, i);
      }
    }
    list.push_back(std::move(element));
  }
  return true;
}

template <class S>
bool Field(const U32List<S>& field, S& value, Frame& frame) {
  const std::uint32_t count = frame.TakeU32();
  auto& list = value.*field.member;
  list.resize(count);  // SetFixedEnd has checked that they are in the buffer
  for (auto& number : list) {
    number = frame.TakeU32();
  }
  return true;
}

template <class S, class T>
bool Field(const FixedList<S, T>& field, S& value, Frame& frame) {
  static_assert(layout::kFixedOnly<T>);
  const std::uint32_t count = frame.TakeU32();
  const std::uint32_t offset = frame.TakeU32();
  if (count == 0) return true;
  constexpr std::size_t kElement = layout::FixedSize<T>();
  ByteView part;
  if (!frame.Part(field.name, offset, std::uint64_t{count} * kElement, part) ||
      !frame.Spend(field.name, part.size())) {
    return false;
  }
  auto& list = value.*field.member;
  list.resize(count);
  for (std::size_t i = 0; i < count; ++i) {
    Structure(part.subspan(i * kElement, kElement), list[i], frame.budget(), frame.error());
  }
  return true;
}

template <class S, class T>
bool Field(const FixedRef<S, T>& field, S& value, Frame& frame) {
  static_assert(layout::kFixedOnly<T>);
  const std::uint32_t offset = frame.TakeU32();
  if (offset == 0) return true;
  ByteView part;
  if (!frame.Part(field.name, offset, layout::FixedSize<T>(), part)) return false;
  return Structure(part, (value.*field.member).emplace(), frame.budget(), frame.error());
}

// --- describe_parts.h ---------------------------------------------------------------------------

template <class S>
bool Field(const RefBytes<S>& field, S& value, Frame& frame) {
  const std::uint32_t offset = frame.TakeU32();
  const std::uint32_t size = frame.TakeU32();
  return frame.BytesAt(field.name, offset, size, value.*field.member);
}

template <class S>
bool Field(const SizedBytes<S>& field, S& value, Frame& frame) {
  const std::uint32_t size = frame.TakeU32();
  const std::uint32_t offset = frame.TakeU32();
  return frame.BytesAt(field.name, offset, size, value.*field.member);
}

template <class S>
bool Field(const Utf8<S>& field, S& value, Frame& frame) {
  const std::uint32_t offset = frame.TakeU32();
  const std::uint32_t size = frame.TakeU32();
  return frame.Utf8At(field.name, offset, size, value.*field.member);
}

template <class S, std::size_t N>
bool Field(const SharedSize<S, N>& field, S& value, Frame& frame) {
  const std::uint32_t size = frame.TakeU32();
  for (const SharedPart<S>& part : field.parts) {
    const std::uint32_t offset = frame.TakeU32();
    if (!frame.BytesAt(part.name, offset, size, value.*part.member)) return false;
  }
  return true;
}

template <class S>
bool Field(const Computed<S>&, S&, Frame& frame) {
  frame.TakeU32();
  return true;
}

template <class S, class T>
bool Field(const Ref<S, T>& field, S& value, Frame& frame) {
  const std::uint32_t offset = frame.TakeU32();
  const std::uint32_t size = frame.TakeU32();
  if (offset == 0 && size == 0) return true;
  ByteView part;
  if (!frame.Part(field.name, offset, size, part) ||
      !frame.Spend(field.name, layout::FixedSize<T>())) {
    return false;
  }
  return Structure(part, (value.*field.member).emplace(), frame.budget(), frame.error()) ||
         frame.Within(field.name);
}

template <class S, class T>
bool Field(const PackedList<S, T>& field, S& value, Frame& frame) {
  static_assert(layout::FixedSize<T>() > 0, "an element has at least one byte");
  const std::uint32_t offset = frame.TakeU32();
  const std::uint32_t size = frame.TakeU32();
  if (size == 0) return true;
  ByteView part;
  if (!frame.Part(field.name, offset, size, part) || !frame.Spend(field.name, size)) return false;
  if (size < 4) return frame.Refuse(field.name, "is too short for a count");
  const std::uint32_t count = LoadU32(part, 0);
  part = part.subspan(4);
  if (count > part.size() / layout::FixedSize<T>()) {
    return frame.Refuse(field.name, "counts " + std::to_string(count) + " elements in " +
                                        std::to_string(part.size()) + " bytes");
  }
  auto& list = value.*field.member;
  for (std::uint32_t i = 0; i < count; ++i) {
    T element{};
    std::size_t end = 0;
    if (!Structure(part, element, frame.budget(), frame.error(), &end)) {
      return frame.Within(field.name, i);
    }
    part = part.subspan(std::min(part.size(), (end + 3) / 4 * 4));
    list.push_back(std::move(element));
  }
  return true;
}

// --- describe_tail.h ----------------------------------------------------------------------------

template <class S>
bool InPlace(const CountedBytes<S>& field, S& value, Frame& frame) {
  ByteView count, bytes;
  if (!frame.TakeInPlace(field.name, 4, count) ||
      !frame.TakeInPlace(field.name, LoadU32(count, 0), bytes)) {
    return false;
  }
  (value.*field.member).assign(bytes.begin(), bytes.end());
  return true;
}

template <class S>
bool InPlace(const CountedTail<S>& field, S& value, Frame& frame) {
  ByteView bytes;
  if (!frame.TakeInPlace(field.name, value.*field.size, bytes)) return false;
  (value.*field.member).assign(bytes.begin(), bytes.end());
  return true;
}

template <class S>
bool InPlace(const Tail<S>& field, S& value, Frame& frame) {
  ByteView bytes;
  if (!frame.TakeInPlace(field.name, frame.Rest().size(), bytes)) return false;
  (value.*field.member).assign(bytes.begin(), bytes.end());
  return true;
}

template <class S, class T>
bool InPlace(const Inner<S, T>& field, S& value, Frame& frame) {
  ByteView rest;
  return frame.TakeInPlace(field.name, frame.Rest().size(), rest) &&
         (Structure(rest, value.*field.member, frame.budget(), frame.error()) ||
          frame.Within(field.name));
}

template <class S>
bool InPlace(const TlvText<S>& field, S& value, Frame& frame) {
  ByteView data;
  return frame.TakeTlvOf(tlv_type::kText, field.name, data) &&
         frame.StringIn(field.name, data, value.*field.member);
}

template <class S>
bool InPlace(const TlvU16List<S>& field, S& value, Frame& frame) {
  ByteView data;
  if (!frame.TakeTlvOf(tlv_type::kU16List, field.name, data)) return false;
  if (data.size() % 2 != 0)
    return frame.Refuse(field.name, "16-bit numbers in an odd number of bytes");
  auto& list = value.*field.member;
  list.resize(data.size() / 2);
  for (std::size_t i = 0; i < list.size(); ++i) {
    list[i] = LoadU16(data, 2 * i);
  }
  return true;
}

template <class S, class T>
bool InPlace(const Tlv<S, T>& field, S& value, Frame& frame) {
  ByteView data;
  if (!frame.TakeTlvOf(field.type, field.name, data)) return false;
  if (data.empty()) return true;
  return Structure(data, (value.*field.member).emplace(), frame.budget(), frame.error()) ||
         frame.Within(field.name);
}

template <class S>
bool InPlace(const TlvList<S>& field, S& value, Frame& frame) {
  auto& list = value.*field.member;
  while (!frame.Rest().empty()) {
    RawTlv tlv;
    ByteView data;
    if (!frame.TakeTlv("", tlv.type, data)) return frame.Within(field.name, list.size());
    tlv.data.assign(data.begin(), data.end());
    list.push_back(std::move(tlv));
  }
  return true;
}

/// The field that a Choice selects, at the cursor.
template <class F, class S>
bool Chosen(const F& field, S& value, Frame& frame) {
  if constexpr (layout::kInPlace<F>) {
    return InPlace(field, value, frame);
  } else {
    const std::size_t fixed = frame.at() + layout::WireSize(field);
    if (!frame.Has(field.name, frame.at(), layout::WireSize(field))) return false;
    std::uint32_t count = 0;
    if constexpr (layout::kTrailingElementSize<F> != 0) {
      count = LoadU32(frame.buffer(), frame.at());
    }
    return frame.SetFixedEnd(field.name, fixed, count, layout::kTrailingElementSize<F>) &&
           Field(field, value, frame);
  }
}

template <class S, class K, class... F>
bool InPlace(const Choice<S, K, F...>& field, S& value, Frame& frame) {
  const auto key = static_cast<std::uint32_t>(value.*field.key);
  bool known = false, read = true;
  const auto attempt = [&](const auto& each) {
    if (known || each.key != key) return;
    known = true;
    read = Chosen(each.field, value, frame);
  };
  std::apply([&](const auto&... each) { (attempt(each), ...); }, field.cases);
  if (!known) return frame.Refuse(field.name, "no alternative " + std::to_string(key));
  return read;
}

/// The next field of a structure, in the fixed part or after it.
template <class F, class S>
bool Next(const F& field, S& value, Frame& frame) {
  if constexpr (layout::kInPlace<F>) {
    return InPlace(field, value, frame);
  } else {
    return Field(field, value, frame);
  }
}

template <Described T>
bool Structure(ByteView buffer, T& value, Budget& budget, DecodeError& error, std::size_t* end) {
  Frame frame(buffer, budget, error);
  constexpr auto kFields = T::Fields();
  std::size_t at = 0;
  auto present = [&](const auto& field) {
    const std::size_t start = at;
    at += layout::WireSize(field);
    return frame.Has(field.name, start, layout::WireSize(field));
  };
  if (!std::apply([&](const auto&... field) { return (present(field) && ...); }, kFields)) {
    return false;
  }
  if constexpr (layout::Traits<T>::kTrailingElementSize != 0) {
    const auto& list = std::get<std::tuple_size_v<decltype(kFields)> - 1>(kFields);
    if (!frame.SetFixedEnd(list.name, layout::FixedSize<T>(),
                           LoadU32(buffer, layout::TrailingCountAt<T>()),
                           layout::Traits<T>::kTrailingElementSize)) {
      return false;
    }
  } else {
    frame.SetFixedEnd("", layout::FixedSize<T>(), 0, 0);
  }
  if (!std::apply([&](const auto&... field) { return (Next(field, value, frame) && ...); },
                  kFields)) {
    return false;
  }
  if constexpr (layout::Traits<T>::kHasInPlace) {
    if (!frame.PartsFollow()) return false;
  }
  if (end != nullptr) *end = frame.end();
  return true;
}

}  // namespace decode

template <class T>
Decoded<T> Decode(ByteView buffer) {
  decode::Budget budget{buffer.size() * decode::Budget::kBytesPerBufferByte};
  DecodeError error;
  T value{};
  if (decode::Structure(buffer, value, budget, error)) return value;
  return error;
}

}  // namespace mbnrig::mbim
