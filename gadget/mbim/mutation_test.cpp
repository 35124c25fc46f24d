/// A hostile peer: valid buffers with damage to every length, offset and count. Each must be
/// refused, or read as a value that is the same after a round trip. The memory for it must be
/// proportional to the buffer. The sanitizers detect crashes and reads out of bounds.

#include <gtest/gtest.h>

#include "mbim/codec.h"
#include "mbim/fragment.h"
#include "mbim/testing/allocations.h"
#include "mbim/testing/generate.h"
#include "mbim/testing/structures.h"
#include "mbim/wire.h"

namespace mbnrig::mbim {
namespace {

using mbim::testing::AllocationsOfThisThread;
using mbim::testing::Generate;
using mbim::testing::Random;

constexpr std::uint64_t kValues = 6;
/// Strings are short, so that most bytes of a buffer are numbers, which the test damages.
constexpr std::size_t kMaxText = 5;
constexpr std::uint32_t kExtremes[] = {
    0,          1,          2,          3,          4,          7,          8,
    0x7F,       0x80,       0xFFFF,     0x10000,    0x1FFFFFFF, 0x20000000, 0x20000001,
    0x3FFFFFFF, 0x40000000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFF0, 0xFFFFFFFC, 0xFFFFFFFF};

/// Limit of the memory that a decode may allocate, in bytes. An element of a list takes 8 bytes on
/// the wire and its C++ size in memory. Vectors double when they grow. Parts may overlap up to the
/// decoder's budget. An error needs memory for its text.
std::size_t MemoryBound(std::size_t buffer) {
  return 2048 + 100 * buffer;
}

template <class T>
void Attack(const Bytes& buffer) {
  AllocationsOfThisThread().bytes = 0;
  const auto decoded = Decode<T>(buffer);
  const std::size_t spent = AllocationsOfThisThread().bytes;
  ASSERT_LE(spent, MemoryBound(buffer.size())) << buffer.size() << " bytes";
  if (!decoded) {
    ASSERT_FALSE(decoded.error().reason.empty());
    return;
  }
  ASSERT_FALSE(ToText(*decoded).empty());
  Bytes wire;
  try {
    wire = Encode(*decoded);
  } catch (const std::invalid_argument&) {
    return;  // a string is too long to be sent
  }
  const auto again = Decode<T>(wire);
  ASSERT_TRUE(again) << again.error().ToString();
  ASSERT_EQ(*again, *decoded);
}

template <class T>
class Mutation : public ::testing::Test {
 protected:
  static Bytes Valid(std::uint64_t seed) {
    Random random(seed, kMaxText);
    return Encode(Generate<T>(random));
  }
};
TYPED_TEST_SUITE(Mutation, mbim::testing::Structures, mbim::testing::StructureName);

TYPED_TEST(Mutation, TruncationAtEveryLength) {
  for (std::uint64_t seed = 0; seed < kValues; ++seed) {
    const Bytes valid = this->Valid(seed);
    for (std::size_t size = 0; size < valid.size(); ++size) {
      ASSERT_NO_FATAL_FAILURE(Attack<TypeParam>(
          Bytes(valid.begin(), valid.begin() + static_cast<std::ptrdiff_t>(size))))
          << "seed " << seed << " size " << size;
    }
  }
}

TYPED_TEST(Mutation, EveryNumberAtItsExtremes) {
  for (std::uint64_t seed = 0; seed < kValues; ++seed) {
    const Bytes valid = this->Valid(seed);
    // Numbers are at multiples of four. The strings between them are damaged with the rest.
    for (std::size_t at = 0; at + 4 <= valid.size(); at += 4) {
      Bytes damaged = valid;
      for (const std::uint32_t extreme : kExtremes) {
        StoreU32(damaged, at, extreme);
        ASSERT_NO_FATAL_FAILURE(Attack<TypeParam>(damaged))
            << "seed " << seed << " at " << at << " value " << extreme;
      }
      const auto size = static_cast<std::uint32_t>(valid.size());
      for (const std::uint32_t near : {size - 1, size, size + 1, size - 2, size / 2}) {
        StoreU32(damaged, at, near);
        ASSERT_NO_FATAL_FAILURE(Attack<TypeParam>(damaged))
            << "seed " << seed << " at " << at << " value " << near;
      }
    }
  }
}

TYPED_TEST(Mutation, RandomDamage) {
  Random random(1);
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    Bytes damaged = this->Valid(seed);
    for (std::uint64_t i = 0, n = 1 + random.Below(8); i < n && !damaged.empty(); ++i) {
      damaged[random.Below(damaged.size())] = static_cast<std::uint8_t>(random.Bits());
    }
    ASSERT_NO_FATAL_FAILURE(Attack<TypeParam>(damaged)) << "seed " << seed;
  }
}

TYPED_TEST(Mutation, Noise) {
  Random random(2);
  for (int i = 0; i < 400; ++i) {
    Bytes noise(random.Below(300));
    for (auto& byte : noise) {
      // Mostly small numbers, so that counts and offsets get past the first check.
      byte = static_cast<std::uint8_t>(random.OneIn(4) ? random.Bits() : random.Below(3));
    }
    ASSERT_NO_FATAL_FAILURE(Attack<TypeParam>(noise)) << i;
  }
}

/// `fixed` numbers, then `count` pairs that all point to the same part. Their expansion would grow
/// with the square of the buffer's size.
Bytes Bomb(std::initializer_list<std::uint32_t> fixed, std::uint32_t count, const Bytes& part) {
  Bytes bomb;
  for (const std::uint32_t number : fixed) {
    AppendU32(bomb, number);
  }
  AppendU32(bomb, count);
  const auto part_at = static_cast<std::uint32_t>(bomb.size() + 8 * count);
  for (std::uint32_t i = 0; i < count; ++i) {
    AppendU32(bomb, part_at);
    AppendU32(bomb, static_cast<std::uint32_t>(part.size()));
  }
  bomb.insert(bomb.end(), part.begin(), part.end());
  return bomb;
}

TEST(MutationOfLists, ManyPairsToOneStringDoNotExpand) {
  ASSERT_NO_FATAL_FAILURE(
      Attack<SubscriberReadyInfo>(Bomb({1, 0, 0, 0, 0, 0}, 2000, Bytes(20'000, 'A'))));
}

TEST(MutationOfLists, ManyPairsToOneStructureWithALongStringDoNotExpand) {
  Bytes provider;
  for (const std::uint32_t number : {32u, 20'000u, 0u, 32u, 20'000u, 1u, 0u, 0u}) {
    AppendU32(provider, number);
  }
  provider.insert(provider.end(), 20'000, 'A');
  ASSERT_NO_FATAL_FAILURE(Attack<Providers>(Bomb({}, 2000, provider)));
}

TEST(MutationOfMessages, NoHeaderIsTrusted) {
  SetConnect connect;
  connect.access_string = "internet";
  const Bytes valid = EncodeMessage(
      HostMessage(CommandMessage{5, kServiceBasicConnect, 12, CommandType::kSet, Encode(connect)}));
  for (std::size_t size = 0; size <= valid.size(); ++size) {
    for (std::size_t at = 0; at < 48; at += 4) {
      for (const std::uint32_t extreme : kExtremes) {
        Bytes damaged = valid;
        StoreU32(damaged, at, extreme);
        damaged.resize(size);
        AllocationsOfThisThread().bytes = 0;
        const auto host = DecodeHostMessage(damaged);
        const auto function = DecodeFunctionMessage(damaged);
        Reassembler reassembler(Reassembler::Limits{});
        reassembler.Push(damaged, {});
        ASSERT_LE(AllocationsOfThisThread().bytes, 4096u + 4 * damaged.size());
        ASSERT_FALSE(Describe(damaged).empty());
      }
    }
  }
}

TEST(MutationOfMessages, NoSequenceOfFragmentsGrowsWithoutBound) {
  constexpr std::uint32_t kMaxMessage = 4096;
  Random random(3);
  Reassembler reassembler({64, kMaxMessage, std::chrono::milliseconds(1250)});
  Reassembler::TimePoint now{};
  const Bytes message = EncodeMessage(HostMessage(
      CommandMessage{1, kServiceBasicConnect, 12, CommandType::kSet, Bytes(1000, 0x55)}));
  const auto fragments = Fragment(message, 64);
  std::size_t whole = 0;
  std::size_t next = 0;
  for (int i = 0; i < 200'000; ++i) {
    Bytes fragment =
        fragments[random.OneIn(40) ? random.Below(fragments.size()) : next++ % fragments.size()];
    if (random.OneIn(60)) StoreU32(fragment, 4 * random.Below(5), kExtremes[random.Below(21)]);
    now += std::chrono::milliseconds(random.OneIn(500) ? 2000 : 1);
    AllocationsOfThisThread().bytes = 0;
    const auto result = reassembler.Push(fragment, now);
    ASSERT_LE(AllocationsOfThisThread().bytes, 4 * kMaxMessage);
    if (const auto* bytes = std::get_if<Bytes>(&result)) {
      ++whole;
      ASSERT_LE(bytes->size(), kMaxMessage);
    }
  }
  EXPECT_GT(whole, 100u);  // some messages arrive whole: otherwise this tests nothing
}

}  // namespace
}  // namespace mbnrig::mbim
