#pragma once

/// The definition of Encode (codec.h). Included through codec_impl.h only.

#include <algorithm>
#include <stdexcept>

#include "mbim/codec.h"
#include "mbim/layout.h"
#include "mbim/wire.h"

namespace mbnrig::mbim {
namespace encode {

/// A structure that is being written at the end of `out`. Offsets count from its start.
class Frame {
 public:
  Frame(Bytes& out, std::size_t fixed_size) : out_(out), base_(out.size()), at_(out.size()) {
    out_.resize(base_ + fixed_size);
  }

  Bytes& out() { return out_; }
  /// Writes the next number of the fixed part.
  void PutU32(std::uint32_t value) {
    StoreU32(out_, at_, value);
    at_ += 4;
  }
  void PutU16(std::uint16_t value) {
    StoreU16(out_, at_, value);
    at_ += 2;
  }
  void PutBytes(ByteView bytes) {
    std::copy(bytes.begin(), bytes.end(), out_.begin() + static_cast<std::ptrdiff_t>(at_));
    at_ += bytes.size();
  }
  /// Appends `size` zero bytes and moves the cursor behind them. The cursor must be at the end.
  std::uint8_t* Grow(std::size_t size) {
    out_.resize(out_.size() + size);
    at_ = out_.size();
    return out_.data() + (at_ - size);
  }
  /// Moves the cursor to this offset.
  void Seek(std::size_t at) { at_ = base_ + at; }
  /// Offset of the next variable part that is appended.
  std::uint32_t NextOffset() const { return static_cast<std::uint32_t>(out_.size() - base_); }
  void Pad() { out_.resize((out_.size() + 3) / 4 * 4); }
  /// Writes an (offset, size) pair and its string. Throws std::invalid_argument if the string
  /// cannot be sent.
  void PutString(std::string_view field, std::string_view value, std::size_t max_units);
  /// Appends a variable part and returns its offset; 0 if it is empty. Throws std::invalid_argument
  /// if it is too long.
  std::uint32_t AppendBytes(std::string_view field, ByteView bytes, std::size_t max_bytes);
  void PutUtf8(std::string_view field, std::string_view value, std::size_t max_bytes,
               bool terminated);
  void PutTlv(std::uint16_t type, ByteView data);
  void PutTlvText(std::string_view field, std::string_view value, std::size_t max_units);

 private:
  Bytes& out_;
  std::size_t base_;
  std::size_t at_;
};

template <Described T>
void Structure(const T& value, Bytes& out);

template <class S, class M>
void Field(const U8<S, M>& field, const S& value, Frame& frame) {
  const auto byte = static_cast<std::uint8_t>(value.*field.member);
  frame.PutBytes(ByteView(&byte, 1));
}

template <class S, class M>
void Field(const U16<S, M>& field, const S& value, Frame& frame) {
  frame.PutU16(static_cast<std::uint16_t>(value.*field.member));
}

template <class S, class M>
void Field(const U32<S, M>& field, const S& value, Frame& frame) {
  frame.PutU32(static_cast<std::uint32_t>(value.*field.member));
}

template <class S>
void Field(const U64<S>& field, const S& value, Frame& frame) {
  frame.PutU32(static_cast<std::uint32_t>(value.*field.member));
  frame.PutU32(static_cast<std::uint32_t>(value.*field.member >> 32));
}

template <class S>
void Field(const UuidField<S>& field, const S& value, Frame& frame) {
  frame.PutBytes((value.*field.member).bytes);
}

template <class S, std::size_t N>
void Field(const Raw<S, N>& field, const S& value, Frame& frame) {
  frame.PutBytes(value.*field.member);
}

template <class S, std::size_t N>
void Field(const Octets<S, N>& field, const S& value, Frame& frame) {
  frame.PutBytes(value.*field.member);
}

template <class S>
void Field(const String<S>& field, const S& value, Frame& frame) {
  frame.PutString(field.name, value.*field.member, field.max_units);
}

template <class S, class T>
void Field(const Inline<S, T>& field, const S& value, Frame& frame) {
  std::apply([&](const auto&... inner) { (Field(inner, value.*field.member, frame), ...); },
             T::Fields());
}

/// Writes an (offset, size) pair and its structure.
template <Described T>
void PutRef(const T& element, Frame& frame) {
  const std::uint32_t offset = frame.NextOffset();
  Structure(element, frame.out());
  frame.PutU32(offset);
  frame.PutU32(frame.NextOffset() - offset);
  frame.Pad();
}

template <class S, class T, class B>
void Field(const RefList<S, T, B>& field, const S& value, Frame& frame) {
  const auto& list = value.*field.member;
  frame.PutU32(static_cast<std::uint32_t>(list.size()));
  std::apply([&](const auto&... between) { (Field(between, value, frame), ...); }, field.between);
  for (const T& element : list) {
    if constexpr (std::is_same_v<T, std::string>) {
      frame.PutString(field.name, element, field.max_units);
    } else if constexpr (std::is_same_v<T, Bytes>) {
      frame.PutU32(frame.AppendBytes(field.name, element, 0));
      frame.PutU32(static_cast<std::uint32_t>(element.size()));
    } else {
      PutRef(element, frame);
    }
  }
}

template <class S>
void Field(const U32List<S>& field, const S& value, Frame& frame) {
  const auto& list = value.*field.member;
  frame.PutU32(static_cast<std::uint32_t>(list.size()));
  for (const std::uint32_t number : list) {
    frame.PutU32(number);
  }
}

template <class S, class T>
void Field(const FixedList<S, T>& field, const S& value, Frame& frame) {
  const auto& list = value.*field.member;
  frame.PutU32(static_cast<std::uint32_t>(list.size()));
  frame.PutU32(list.empty() ? 0 : frame.NextOffset());
  for (const T& element : list) {
    Structure(element, frame.out());
  }
}

template <class S, class T>
void Field(const FixedRef<S, T>& field, const S& value, Frame& frame) {
  const auto& element = value.*field.member;
  frame.PutU32(element ? frame.NextOffset() : 0);
  if (element) Structure(*element, frame.out());
}

// --- describe_parts.h ---------------------------------------------------------------------------

template <class S>
void Field(const RefBytes<S>& field, const S& value, Frame& frame) {
  const Bytes& bytes = value.*field.member;
  frame.PutU32(frame.AppendBytes(field.name, bytes, field.max_bytes));
  frame.PutU32(static_cast<std::uint32_t>(bytes.size()));
}

template <class S>
void Field(const SizedBytes<S>& field, const S& value, Frame& frame) {
  const Bytes& bytes = value.*field.member;
  frame.PutU32(static_cast<std::uint32_t>(bytes.size()));
  frame.PutU32(frame.AppendBytes(field.name, bytes, field.max_bytes));
}

template <class S>
void Field(const Utf8<S>& field, const S& value, Frame& frame) {
  frame.PutUtf8(field.name, value.*field.member, field.max_bytes,
                field.termination == Termination::kNul);
}

template <class S, std::size_t N>
void Field(const SharedSize<S, N>& field, const S& value, Frame& frame) {
  const std::size_t size = (value.*field.parts.front().member).size();
  frame.PutU32(static_cast<std::uint32_t>(size));
  for (const SharedPart<S>& part : field.parts) {
    const Bytes& bytes = value.*part.member;
    if (bytes.size() != size) {
      throw std::invalid_argument(std::string(part.name) + ": " + std::to_string(bytes.size()) +
                                  " bytes, but " + std::string(field.name) + " is " +
                                  std::to_string(size));
    }
    frame.PutU32(frame.AppendBytes(part.name, bytes, field.max_bytes));
  }
}

template <class S>
void Field(const Computed<S>& field, const S& value, Frame& frame) {
  frame.PutU32(field.value(value));
}

template <class S, class T>
void Field(const Ref<S, T>& field, const S& value, Frame& frame) {
  const auto& element = value.*field.member;
  if (element) return PutRef(*element, frame);
  frame.PutU32(0);
  frame.PutU32(0);
}

template <class S, class T>
void Field(const PackedList<S, T>& field, const S& value, Frame& frame) {
  const auto& list = value.*field.member;
  if (list.empty()) {
    frame.PutU32(0);
    frame.PutU32(0);
    return;
  }
  const std::uint32_t offset = frame.NextOffset();
  AppendU32(frame.out(), static_cast<std::uint32_t>(list.size()));
  for (const T& element : list) {
    Structure(element, frame.out());
    frame.Pad();
  }
  frame.PutU32(offset);
  frame.PutU32(frame.NextOffset() - offset);
}

// --- describe_tail.h: written before the other fields, with the cursor at the end ---------------

inline void CheckSize(std::string_view field, std::size_t size, std::size_t limit) {
  if (limit == 0 || size <= limit) return;
  throw std::invalid_argument(std::string(field) + ": " + std::to_string(size) +
                              " bytes, at most " + std::to_string(limit) + " are allowed");
}

template <class S>
void InPlace(const CountedBytes<S>& field, const S& value, Frame& frame) {
  const Bytes& bytes = value.*field.member;
  CheckSize(field.name, bytes.size(), field.max_bytes);
  AppendU32(frame.out(), static_cast<std::uint32_t>(bytes.size()));
  std::copy(bytes.begin(), bytes.end(), frame.Grow(bytes.size()));
  frame.Pad();
}

template <class S>
void InPlace(const CountedTail<S>& field, const S& value, Frame& frame) {
  const Bytes& bytes = value.*field.member;
  CheckSize(field.name, bytes.size(), field.max_bytes);
  if (value.*field.size != bytes.size()) {
    throw std::invalid_argument(std::string(field.name) + ": " + std::to_string(bytes.size()) +
                                " bytes, but the size field is " +
                                std::to_string(value.*field.size));
  }
  std::copy(bytes.begin(), bytes.end(), frame.Grow(bytes.size()));
  frame.Pad();
}

template <class S>
void InPlace(const Tail<S>& field, const S& value, Frame& frame) {
  const Bytes& bytes = value.*field.member;
  std::copy(bytes.begin(), bytes.end(), frame.Grow(bytes.size()));
}

template <class S, class T>
void InPlace(const Inner<S, T>& field, const S& value, Frame& frame) {
  Structure(value.*field.member, frame.out());
}

template <class S>
void InPlace(const TlvText<S>& field, const S& value, Frame& frame) {
  frame.PutTlvText(field.name, value.*field.member, field.max_units);
}

template <class S>
void InPlace(const TlvU16List<S>& field, const S& value, Frame& frame) {
  Bytes data;
  for (const std::uint16_t number : value.*field.member) {
    data.push_back(static_cast<std::uint8_t>(number));
    data.push_back(static_cast<std::uint8_t>(number >> 8));
  }
  frame.PutTlv(tlv_type::kU16List, data);
}

template <class S, class T>
void InPlace(const Tlv<S, T>& field, const S& value, Frame& frame) {
  Bytes data;
  if (value.*field.member) Structure(*(value.*field.member), data);
  frame.PutTlv(field.type, data);
}

template <class S>
void InPlace(const TlvList<S>& field, const S& value, Frame& frame) {
  for (const RawTlv& tlv : value.*field.member) {
    frame.PutTlv(tlv.type, tlv.data);
  }
}

template <class F, class S>
void Chosen(const F& field, const S& value, Frame& frame) {
  if constexpr (layout::kInPlace<F>) {
    InPlace(field, value, frame);
  } else {
    std::size_t fixed = layout::WireSize(field);
    if constexpr (layout::kTrailingElementSize<F> != 0) {
      fixed += (value.*field.member).size() * layout::kTrailingElementSize<F>;
    }
    const std::uint32_t start = frame.NextOffset();
    frame.Grow(fixed);
    frame.Seek(start);
    Field(field, value, frame);
  }
}

template <class S, class K, class... F>
void InPlace(const Choice<S, K, F...>& field, const S& value, Frame& frame) {
  const auto key = static_cast<std::uint32_t>(value.*field.key);
  bool known = false;
  const auto attempt = [&](const auto& each) {
    if (known || each.key != key) return;
    known = true;
    Chosen(each.field, value, frame);
  };
  std::apply([&](const auto&... each) { (attempt(each), ...); }, field.cases);
  if (!known) {
    throw std::invalid_argument(std::string(field.name) + ": no alternative " +
                                std::to_string(key));
  }
}

template <bool kBehind, class F, class S>
void Put(const F& field, const S& value, Frame& frame) {
  if constexpr (layout::kInPlace<F> != kBehind) {
    return;
  } else if constexpr (kBehind) {
    InPlace(field, value, frame);
  } else {
    Field(field, value, frame);
  }
}

template <Described T>
void Structure(const T& value, Bytes& out) {
  constexpr auto kFields = T::Fields();
  std::size_t fixed = layout::FixedSize<T>();
  if constexpr (layout::Traits<T>::kTrailingElementSize != 0) {
    const auto& list = std::get<std::tuple_size_v<decltype(kFields)> - 1>(kFields);
    fixed += (value.*list.member).size() * layout::Traits<T>::kTrailingElementSize;
  }
  Frame frame(out, fixed);
  // Variable parts begin at multiples of four.
  if constexpr (layout::FixedSize<T>() % 4 != 0 && !layout::kFixedOnly<T>) frame.Pad();
  if constexpr (layout::Traits<T>::kHasInPlace) {
    static_assert(layout::FixedSize<T>() % 4 == 0, "fields after the fixed part are aligned");
    frame.Seek(fixed);
    std::apply([&](const auto&... field) { (Put<true>(field, value, frame), ...); }, kFields);
    frame.Seek(0);
  }
  std::apply([&](const auto&... field) { (Put<false>(field, value, frame), ...); }, kFields);
}

}  // namespace encode

template <class T>
Bytes Encode(const T& value) {
  Bytes out;
  encode::Structure(value, out);
  return out;
}

}  // namespace mbnrig::mbim
