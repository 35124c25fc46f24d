#pragma once

/// The definition of Encode (codec.h). Included where structures are instantiated, not by users.

#include "mbim/codec.h"
#include "mbim/layout.h"
#include "mbim/wire.h"

namespace mbnrig::mbim {
namespace encode {

/// One structure being written into the end of `out`: offsets count from where it starts.
class Frame {
 public:
  Frame(Bytes& out, std::size_t fixed_size) : out_(out), base_(out.size()), at_(out.size()) {
    out_.resize(base_ + fixed_size);
  }

  Bytes& out() { return out_; }
  /// Next number of the fixed part.
  void PutU32(std::uint32_t value) {
    StoreU32(out_, at_, value);
    at_ += 4;
  }
  void PutBytes(ByteView bytes) {
    std::copy(bytes.begin(), bytes.end(), out_.begin() + static_cast<std::ptrdiff_t>(at_));
    at_ += bytes.size();
  }
  /// Offset of the variable part that is appended next.
  std::uint32_t NextOffset() const { return static_cast<std::uint32_t>(out_.size() - base_); }
  void Pad() { out_.resize((out_.size() + 3) / 4 * 4); }
  /// An (offset, size) pair and its string; throws std::invalid_argument for one that cannot be
  /// sent.
  void PutString(std::string_view field, std::string_view value, std::size_t max_units);

 private:
  Bytes& out_;
  std::size_t base_;
  std::size_t at_;
};

template <Described T>
void Structure(const T& value, Bytes& out);

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

template <class S>
void Field(const String<S>& field, const S& value, Frame& frame) {
  frame.PutString(field.name, value.*field.member, field.max_units);
}

template <class S, class T>
void Field(const Inline<S, T>& field, const S& value, Frame& frame) {
  std::apply([&](const auto&... inner) { (Field(inner, value.*field.member, frame), ...); },
             T::Fields());
}

template <class S, class T, class B>
void Field(const RefList<S, T, B>& field, const S& value, Frame& frame) {
  const auto& list = value.*field.member;
  frame.PutU32(static_cast<std::uint32_t>(list.size()));
  std::apply([&](const auto&... between) { (Field(between, value, frame), ...); }, field.between);
  for (const T& element : list) {
    if constexpr (std::is_same_v<T, std::string>) {
      frame.PutString(field.name, element, field.max_units);
    } else {
      const std::uint32_t offset = frame.NextOffset();
      Structure(element, frame.out());
      frame.PutU32(offset);
      frame.PutU32(frame.NextOffset() - offset);
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

template <Described T>
void Structure(const T& value, Bytes& out) {
  constexpr auto kFields = T::Fields();
  std::size_t fixed = layout::FixedSize<T>();
  if constexpr (layout::Traits<T>::kTrailingElementSize != 0) {
    const auto& list = std::get<std::tuple_size_v<decltype(kFields)> - 1>(kFields);
    fixed += (value.*list.member).size() * layout::Traits<T>::kTrailingElementSize;
  }
  Frame frame(out, fixed);
  std::apply([&](const auto&... field) { (Field(field, value, frame), ...); }, kFields);
}

}  // namespace encode

template <class T>
Bytes Encode(const T& value) {
  Bytes out;
  encode::Structure(value, out);
  return out;
}

}  // namespace mbnrig::mbim
