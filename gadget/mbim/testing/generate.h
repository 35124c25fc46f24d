#pragma once

/// Random valid values for any described structure (describe.h): what tests, benchmarks and fuzzers
/// start from. The same seed gives the same value.
///
///     Random random(42);
///     auto info = Generate<RegistrationStateInfo>(random);

#include <algorithm>
#include <limits>
#include <random>

#include "mbim/layout.h"

namespace mbnrig::mbim::testing {

/// The source of a run's choices. Not thread-safe.
class Random {
 public:
  /// `max_text` caps strings below their own limits, where short values serve better.
  explicit Random(std::uint64_t seed,
                  std::size_t max_text = std::numeric_limits<std::size_t>::max())
      : engine_(seed), max_text_(max_text) {}

  /// 0 to `limit` - 1; `limit` is at least 1.
  std::uint64_t Below(std::uint64_t limit) { return engine_() % limit; }
  bool OneIn(std::uint64_t n) { return Below(n) == 0; }
  std::uint64_t Bits() { return engine_(); }

  /// Numbers at the edges of their range as often as numbers inside.
  std::uint64_t Number() {
    switch (Below(5)) {
      case 0:
        return 0;
      case 1:
        return ~std::uint64_t{0};
      case 2:
        return Below(16);
      default:
        return Bits();
    }
  }

  /// Valid UTF-8 without NUL of at most `max_units` UTF-16 units, from all planes of Unicode.
  std::string Text(std::size_t max_units) {
    std::size_t units = Below(std::min(max_units, max_text_) + 1);
    std::string text;
    while (units > 0) {
      const bool astral = units >= 2 && OneIn(8);
      Append(astral ? 0x10000 + Below(0x100000) : InBasicPlane(), text);
      units -= astral ? 2 : 1;
    }
    return text;
  }

 private:
  std::uint64_t InBasicPlane() {
    switch (Below(4)) {
      case 0:
        return 0x80 + Below(0x780);
      case 1:
        return 0x800 + Below(0xD000);
      default:
        return 0x20 + Below(0x5F);
    }
  }

  static void Append(std::uint64_t code, std::string& out) {
    auto put = [&out](std::uint64_t byte) { out.push_back(static_cast<char>(byte)); };
    if (code < 0x80) {
      put(code);
      return;
    }
    if (code < 0x800) {
      put(0xC0 | code >> 6);
    } else if (code < 0x10000) {
      put(0xE0 | code >> 12);
      put(0x80 | (code >> 6 & 0x3F));
    } else {
      put(0xF0 | code >> 18);
      put(0x80 | (code >> 12 & 0x3F));
      put(0x80 | (code >> 6 & 0x3F));
    }
    put(0x80 | (code & 0x3F));
  }

  std::mt19937_64 engine_;
  std::size_t max_text_;
};

template <Described T>
T Generate(Random& random);

namespace generate {

inline constexpr std::size_t kMaxElements = 4;
/// For strings to which the specification sets no limit.
inline constexpr std::size_t kMaxUnits = 40;
inline constexpr std::size_t kMaxBytes = 24;

inline Bytes Octets(Random& random, std::size_t limit) {
  Bytes bytes(random.Below(std::min(limit == 0 ? kMaxBytes : limit, kMaxBytes) + 1));
  for (auto& byte : bytes) {
    byte = static_cast<std::uint8_t>(random.Bits());
  }
  return bytes;
}

template <class S, class M>
void Field(const U8<S, M>& field, S& value, Random& random) {
  value.*field.member = static_cast<M>(static_cast<std::uint8_t>(random.Number()));
}
template <class S, class M>
void Field(const U16<S, M>& field, S& value, Random& random) {
  value.*field.member = static_cast<M>(static_cast<std::uint16_t>(random.Number()));
}
template <class S, class M>
void Field(const U32<S, M>& field, S& value, Random& random) {
  value.*field.member = static_cast<M>(static_cast<std::uint32_t>(random.Number()));
}
template <class S>
void Field(const U64<S>& field, S& value, Random& random) {
  value.*field.member = random.Number();
}
template <class S>
void Field(const UuidField<S>& field, S& value, Random& random) {
  for (auto& byte : (value.*field.member).bytes) {
    byte = static_cast<std::uint8_t>(random.Bits());
  }
}
template <class S, std::size_t N>
void Field(const Raw<S, N>& field, S& value, Random& random) {
  for (auto& byte : value.*field.member) {
    byte = static_cast<std::uint8_t>(random.Bits());
  }
}
template <class S, std::size_t N>
void Field(const mbim::Octets<S, N>& field, S& value, Random& random) {
  for (auto& byte : value.*field.member) {
    byte = static_cast<std::uint8_t>(random.Bits());
  }
}
template <class S>
void Field(const String<S>& field, S& value, Random& random) {
  value.*field.member = random.Text(field.max_units == 0 ? kMaxUnits : field.max_units);
}
template <class S, class T>
void Field(const Inline<S, T>& field, S& value, Random& random) {
  value.*field.member = Generate<T>(random);
}
template <class S>
void Field(const Computed<S>&, S&, Random&) {}
template <class S, class T, class B>
void Field(const RefList<S, T, B>& field, S& value, Random& random) {
  std::apply([&](const auto&... between) { (Field(between, value, random), ...); }, field.between);
  auto& list = value.*field.member;
  list.resize(random.Below(kMaxElements + 1));
  for (T& element : list) {
    if constexpr (std::is_same_v<T, std::string>) {
      element = random.Text(field.max_units == 0 ? kMaxUnits : field.max_units);
    } else if constexpr (std::is_same_v<T, Bytes>) {
      element = Octets(random, 0);
    } else {
      element = Generate<T>(random);
    }
  }
}
template <class S>
void Field(const U32List<S>& field, S& value, Random& random) {
  auto& list = value.*field.member;
  list.resize(random.Below(kMaxElements + 1));
  for (auto& number : list) {
    number = static_cast<std::uint32_t>(random.Number());
  }
}
template <class S, class T>
void Field(const FixedList<S, T>& field, S& value, Random& random) {
  auto& list = value.*field.member;
  list.resize(random.Below(kMaxElements + 1));
  for (T& element : list) {
    element = Generate<T>(random);
  }
}
template <class S, class T>
void Field(const FixedRef<S, T>& field, S& value, Random& random) {
  if (random.OneIn(2)) value.*field.member = Generate<T>(random);
}

// --- describe_parts.h ---------------------------------------------------------------------------

template <class S>
void Field(const RefBytes<S>& field, S& value, Random& random) {
  value.*field.member = Octets(random, field.max_bytes);
}
template <class S>
void Field(const SizedBytes<S>& field, S& value, Random& random) {
  value.*field.member = Octets(random, field.max_bytes);
}
/// A UTF-16 unit takes at most three bytes of UTF-8.
template <class S>
void Field(const Utf8<S>& field, S& value, Random& random) {
  value.*field.member = random.Text(field.max_bytes == 0 ? kMaxUnits : field.max_bytes / 3);
}
template <class S, std::size_t N>
void Field(const SharedSize<S, N>& field, S& value, Random& random) {
  const std::size_t size = Octets(random, field.max_bytes).size();
  for (const SharedPart<S>& part : field.parts) {
    (value.*part.member).resize(size);
    for (auto& byte : value.*part.member) {
      byte = static_cast<std::uint8_t>(random.Bits());
    }
  }
}
template <class S, class T>
void Field(const Ref<S, T>& field, S& value, Random& random) {
  if (random.OneIn(2)) value.*field.member = Generate<T>(random);
}
template <class S, class T>
void Field(const PackedList<S, T>& field, S& value, Random& random) {
  auto& list = value.*field.member;
  list.resize(random.Below(kMaxElements + 1));
  for (T& element : list) {
    element = Generate<T>(random);
  }
}

// --- describe_tail.h ----------------------------------------------------------------------------

template <class S>
void Field(const CountedBytes<S>& field, S& value, Random& random) {
  value.*field.member = Octets(random, field.max_bytes);
}
template <class S>
void Field(const CountedTail<S>& field, S& value, Random& random) {
  value.*field.member = Octets(random, field.max_bytes);
  value.*field.size = static_cast<std::uint32_t>((value.*field.member).size());
}
template <class S>
void Field(const Tail<S>& field, S& value, Random& random) {
  value.*field.member = Octets(random, 0);
}
template <class S, class T>
void Field(const Inner<S, T>& field, S& value, Random& random) {
  value.*field.member = Generate<T>(random);
}
template <class S>
void Field(const TlvText<S>& field, S& value, Random& random) {
  value.*field.member = random.Text(field.max_units == 0 ? kMaxUnits : field.max_units);
}
template <class S>
void Field(const TlvU16List<S>& field, S& value, Random& random) {
  auto& list = value.*field.member;
  list.resize(random.Below(kMaxElements + 1));
  for (auto& number : list) {
    number = static_cast<std::uint16_t>(random.Number());
  }
}
template <class S, class T>
void Field(const Tlv<S, T>& field, S& value, Random& random) {
  if (random.OneIn(2)) value.*field.member = Generate<T>(random);
}
template <class S>
void Field(const TlvList<S>& field, S& value, Random& random) {
  auto& list = value.*field.member;
  list.resize(random.Below(kMaxElements + 1));
  for (RawTlv& tlv : list) {
    tlv = {static_cast<std::uint16_t>(random.Number()), Octets(random, 0)};
  }
}
/// Draws the key among the cases, then its field.
template <class S, class K, class... F>
void Field(const Choice<S, K, F...>& field, S& value, Random& random) {
  const std::uint64_t chosen = random.Below(sizeof...(F));
  std::uint64_t index = 0;
  const auto attempt = [&](const auto& each) {
    if (index++ != chosen) return;
    value.*field.key = static_cast<K>(each.key);
    Field(each.field, value, random);
  };
  std::apply([&](const auto&... each) { (attempt(each), ...); }, field.cases);
}

}  // namespace generate

/// A random T that Encode accepts.
template <Described T>
T Generate(Random& random) {
  T value{};
  std::apply([&](const auto&... field) { (generate::Field(field, value, random), ...); },
             T::Fields());
  return value;
}

}  // namespace mbnrig::mbim::testing
