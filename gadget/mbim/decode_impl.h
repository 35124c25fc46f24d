#pragma once

/// The definition of Decode (codec.h). Included where structures are instantiated, not by users.

#include "mbim/codec.h"
#include "mbim/layout.h"
#include "mbim/wire.h"

namespace mbnrig::mbim {
namespace decode {

/// What one Decode call may still gather from variable parts. Parts may overlap (real modems share
/// strings), so without it a small hostile buffer could expand without measure.
struct Budget {
  static constexpr std::size_t kBytesPerBufferByte = 4;
  std::size_t remaining = 0;
};

/// One structure being read: the view that its offsets count from, and where it refuses.
class Frame {
 public:
  Frame(ByteView buffer, Budget& budget, DecodeError& error)
      : buffer_(buffer), budget_(budget), error_(error) {}

  ByteView buffer() const { return buffer_; }
  Budget& budget() { return budget_; }
  DecodeError& error() { return error_; }

  /// Checks that a field of the fixed part is there.
  bool Has(std::string_view name, std::size_t at, std::size_t size);
  /// Sets where the fixed part ends, a trailing list of `count` elements included.
  bool SetFixedEnd(std::string_view name, std::size_t fixed, std::uint32_t count,
                   std::size_t element);

  /// The next number of the fixed part, whose presence Has() has checked.
  std::uint32_t TakeU32() {
    const std::uint32_t value = LoadU32(buffer_, at_);
    at_ += 4;
    return value;
  }
  ByteView TakeBytes(std::size_t size) {
    const ByteView bytes = buffer_.subspan(at_, size);
    at_ += size;
    return bytes;
  }

  /// The variable part at `offset`, refused unless it lies in the buffer and behind the fixed part.
  bool Part(std::string_view name, std::uint32_t offset, std::uint64_t size, ByteView& part);
  /// The string that an (offset, size) pair at the cursor points to.
  bool TakeString(std::string_view name, std::string& value);
  bool Spend(std::string_view name, std::size_t bytes);
  bool Refuse(std::string_view name, std::string reason);
  /// Puts `prefix` (a field, or an element of a list) before the field that an inner frame refused.
  bool Within(std::string_view prefix);
  bool Within(std::string_view prefix, std::size_t index);

 private:
  ByteView buffer_;
  Budget& budget_;
  DecodeError& error_;
  std::size_t at_ = 0;
  std::size_t fixed_end_ = 0;
};

template <Described T>
bool Structure(ByteView buffer, T& value, Budget& budget, DecodeError& error);

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
  list.resize(count);  // SetFixedEnd has seen that many numbers in the buffer
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

template <Described T>
bool Structure(ByteView buffer, T& value, Budget& budget, DecodeError& error) {
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
  return std::apply([&](const auto&... field) { return (Field(field, value, frame) && ...); },
                    kFields);
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
