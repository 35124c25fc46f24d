/// The writer makes NTBs of random datagrams under random limits. Tests that each NTB observes the
/// limits and that the reader returns all its datagrams. Also damages NTBs, and tests that the
/// reader never returns a view outside the block.

#include <gtest/gtest.h>

#include <algorithm>

#include "mbim/ntb.h"
#include "mbim/testing/generate.h"
#include "mbim/wire.h"

namespace mbnrig::mbim {
namespace {

using mbim::testing::Random;

struct Sent {
  std::uint8_t session;
  bool ip;
  Bytes bytes;
};

NtbLimits RandomLimits(Random& random) {
  NtbLimits limits;
  limits.max_size = static_cast<std::uint32_t>(64 + random.Below(random.OneIn(4) ? 70'000 : 3000));
  limits.max_datagrams = static_cast<std::uint16_t>(random.OneIn(3) ? 1 + random.Below(20) : 0);
  limits.divisor = static_cast<std::uint16_t>(1 + random.Below(33));
  limits.remainder = static_cast<std::uint16_t>(random.Below(limits.divisor));
  limits.ndp_alignment = static_cast<std::uint16_t>(4u << random.Below(4));
  return limits;
}

Sent RandomDatagram(Random& random, std::uint32_t longest) {
  Sent sent;
  const std::uint64_t sessions[] = {0, random.Below(3), random.Below(256)};
  sent.session = static_cast<std::uint8_t>(sessions[random.Below(3)]);
  sent.ip = !random.OneIn(4);
  sent.bytes.resize(1 + random.Below(random.OneIn(3) ? longest : std::min(longest, 100u)));
  for (auto& byte : sent.bytes) {
    byte = static_cast<std::uint8_t>(random.Bits());
  }
  return sent;
}

/// Checks that every number in `ntb` observes `limits`.
void ExpectKeepsTo(const NtbLimits& limits, std::uint32_t max_packet, ByteView ntb,
                   const NtbContents& contents) {
  ASSERT_LE(ntb.size(), limits.max_size);
  ASSERT_EQ(contents.block_length, ntb.size());
  if (max_packet != 0 && ntb.size() != limits.max_size) {
    ASSERT_NE(ntb.size() % max_packet, 0u);
  }
  if (limits.max_datagrams != 0) {
    ASSERT_LE(contents.datagrams.size(), limits.max_datagrams);
  }
  for (const std::uint32_t index : contents.ndp_indexes) {
    ASSERT_EQ(index % limits.ndp_alignment, 0u);
  }
  for (const Datagram& datagram : contents.datagrams) {
    ASSERT_EQ(static_cast<std::size_t>(datagram.bytes.data() - ntb.data()) % limits.divisor,
              limits.remainder);
  }
}

/// Checks that `contents` holds the datagrams of `sent`, in the order of their sessions and kinds.
void ExpectHolds(std::vector<Sent> sent, const NtbContents& contents) {
  ASSERT_EQ(contents.datagrams.size(), sent.size());
  for (const Datagram& datagram : contents.datagrams) {
    auto same = std::find_if(sent.begin(), sent.end(), [&](const Sent& one) {
      return one.session == datagram.session && one.ip == datagram.ip;
    });
    ASSERT_NE(same, sent.end());
    ASSERT_TRUE(std::ranges::equal(same->bytes, datagram.bytes));
    sent.erase(same);
  }
}

TEST(NtbRoundTrip, RandomDatagramsUnderRandomLimits) {
  NtbWriter writer;
  NtbContents contents;
  std::size_t whole_size = 0, padded = 0;
  for (std::uint64_t seed = 0; seed < 3000; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    NtbLimits limits = RandomLimits(random);
    const auto format = random.OneIn(2) ? NtbFormat::kNtb16 : NtbFormat::kNtb32;
    const std::uint32_t max_packet = random.OneIn(2) ? 64 : 0;
    writer.Reset(limits, format, static_cast<std::uint16_t>(seed), max_packet);
    if (format == NtbFormat::kNtb16) limits.max_size = std::min(limits.max_size, 0xFFFFu);
    const std::uint32_t longest = writer.MaxDatagram();
    if (longest == 0) {
      ASSERT_FALSE(writer.Add(0, true, Bytes(1)));
      continue;
    }
    Sent waiting = RandomDatagram(random, longest);
    for (std::uint16_t block = 0; block < 3; ++block) {
      std::vector<Sent> sent;
      while (writer.Add(waiting.session, waiting.ip, waiting.bytes)) {
        sent.push_back(std::move(waiting));
        waiting = RandomDatagram(random, longest);
        if (random.OneIn(30)) break;
      }
      ASSERT_FALSE(sent.empty());  // a datagram of MaxDatagram() bytes fits into an empty block
      ASSERT_EQ(writer.datagrams(), sent.size());
      const ByteView ntb = writer.Finish();
      ASSERT_TRUE(writer.empty());
      const auto error = ParseNtb(ntb, format, contents);
      ASSERT_FALSE(error) << error->reason;
      ASSERT_EQ(contents.sequence, static_cast<std::uint16_t>(seed + block));
      ASSERT_NO_FATAL_FAILURE(ExpectKeepsTo(limits, max_packet, ntb, contents));
      ASSERT_NO_FATAL_FAILURE(ExpectHolds(std::move(sent), contents));
      whole_size += ntb.size() == limits.max_size ? 1 : 0;
      padded += max_packet != 0 && ntb.size() % max_packet == 4 ? 1 : 0;
    }
  }
  EXPECT_GT(whole_size, 0u);
  EXPECT_GT(padded, 0u);
}

TEST(NtbRoundTrip, LongestDatagramFitsAndOneByteMoreDoesNot) {
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    NtbWriter writer;
    writer.Reset(RandomLimits(random), random.OneIn(2) ? NtbFormat::kNtb16 : NtbFormat::kNtb32, 0,
                 64);
    const std::uint32_t longest = writer.MaxDatagram();
    ASSERT_FALSE(writer.Add(0, true, Bytes(longest + 1)));
    ASSERT_FALSE(writer.Add(0, true, {}));
    ASSERT_TRUE(writer.empty());
    ASSERT_TRUE(writer.Finish().empty());
    if (longest != 0) {
      ASSERT_TRUE(writer.Add(0, true, Bytes(longest)));
    }
  }
}

TEST(NtbRoundTrip, NoBlockNeedsAZeroLengthPacket) {
  NtbWriter writer;
  writer.Reset({2048, 0, 4, 0, 4}, NtbFormat::kNtb16, 0, 512);
  // Header, datagram with padding, NDP: 12 + 484 + 16 bytes are one packet.
  for (std::size_t size = 480; size <= 490; ++size) {
    ASSERT_TRUE(writer.Add(0, true, Bytes(size, 0xEE)));
    const ByteView ntb = writer.Finish();
    EXPECT_NE(ntb.size() % 512, 0u) << size;
    EXPECT_EQ(ntb.size(), size <= 480 ? 508u : size <= 484 ? 516u : (size + 3) / 4 * 4 + 28);
  }
  ASSERT_TRUE(writer.Add(0, true, Bytes(writer.MaxDatagram())));
  EXPECT_EQ(writer.Finish().size(), 2048u);  // the receiver's maximum: nothing can follow
}

TEST(NtbRoundTrip, ResetDropsWhatWasGathered) {
  NtbWriter writer;
  writer.Reset({}, NtbFormat::kNtb16, 9);
  ASSERT_TRUE(writer.Add(0, true, Bytes(10)));
  writer.Reset({}, NtbFormat::kNtb16, 0);
  EXPECT_TRUE(writer.empty());
  EXPECT_TRUE(writer.Finish().empty());
  EXPECT_EQ(writer.sequence(), 0);  // an empty block does not use up a number
  ASSERT_TRUE(writer.Add(3, false, Bytes(10)));
  NtbContents contents;
  ASSERT_FALSE(ParseNtb(writer.Finish(), NtbFormat::kNtb16, contents));
  ASSERT_EQ(contents.datagrams.size(), 1u);
  EXPECT_EQ(contents.datagrams[0].session, 3);
}

TEST(NtbRoundTrip, GapsHoldNothingOfEarlierBlocks) {
  NtbWriter writer;
  writer.Reset({2048, 0, 32, 31, 64}, NtbFormat::kNtb16, 0, 64);
  ASSERT_TRUE(writer.Add(0, true, Bytes(1800, 0xEE)));
  writer.Finish();
  for (std::uint8_t session = 0; session < 6; ++session) {
    ASSERT_TRUE(writer.Add(session, true, Bytes(1)));
  }
  const ByteView ntb = writer.Finish();
  EXPECT_EQ(std::ranges::count(ntb, 0xEE), 0);
}

TEST(NtbRoundTrip, LimitsThatContradictEachOtherThrow) {
  NtbWriter writer;
  for (const NtbLimits& limits :
       {NtbLimits{63, 0, 4, 0, 4}, NtbLimits{kNtbLargestMaxSize + 1, 0, 4, 0, 4},
        NtbLimits{2048, 0, 0, 0, 4}, NtbLimits{2048, 0, 4, 4, 4}, NtbLimits{2048, 0, 4, 0, 6},
        NtbLimits{2048, 0, 4, 0, 0}}) {
    EXPECT_THROW(writer.Reset(limits, NtbFormat::kNtb16, 0), std::invalid_argument);
  }
}

// --- damage -------------------------------------------------------------------------------------

Bytes Valid(Random& random, NtbFormat format) {
  NtbWriter writer;
  writer.Reset({1024, 0, 4, 0, 4}, format, 1);
  for (std::uint64_t i = 0, n = 1 + random.Below(12); i < n; ++i) {
    const Sent sent = RandomDatagram(random, 120);
    writer.Add(sent.session, sent.ip, sent.bytes);
  }
  const ByteView ntb = writer.Finish();
  return {ntb.begin(), ntb.end()};
}

/// Checks that all views are inside `bytes` and that together they are not longer than the block.
void Attack(const Bytes& bytes, NtbFormat format, NtbContents& contents) {
  // A copy of exactly this size, so that the sanitizers detect a read beyond the end.
  const std::vector<std::uint8_t> transfer(bytes.begin(), bytes.end());
  const auto error = ParseNtb(transfer, format, contents);
  if (error) {
    ASSERT_FALSE(error->reason.empty());
  }
  ASSERT_LE(contents.block_length, transfer.size());
  ASSERT_LE(contents.ndp_indexes.size(), kNtbMaxNdps);
  std::size_t total = 0;
  for (const Datagram& datagram : contents.datagrams) {
    ASSERT_FALSE(datagram.bytes.empty());
    ASSERT_GE(datagram.bytes.data(), transfer.data());
    ASSERT_LE(datagram.bytes.data() + datagram.bytes.size(),
              transfer.data() + contents.block_length);
    total += datagram.bytes.size();
  }
  ASSERT_LE(total, contents.block_length);
}

class NtbDamage : public ::testing::TestWithParam<NtbFormat> {};
INSTANTIATE_TEST_SUITE_P(Formats, NtbDamage,
                         ::testing::Values(NtbFormat::kNtb16, NtbFormat::kNtb32),
                         [](const auto& format) {
                           return format.param == NtbFormat::kNtb16 ? "Ntb16" : "Ntb32";
                         });

TEST_P(NtbDamage, TruncationAtEveryLength) {
  NtbContents contents;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    Random random(seed);
    Bytes bytes = Valid(random, GetParam());
    for (const bool told : {true, false}) {
      if (!told) StoreU32(bytes, 8, LoadU32(bytes, 8) & 0xFFFF0000);  // wBlockLength 0 (NTB16)
      for (std::size_t size = 0; size <= bytes.size(); ++size) {
        ASSERT_NO_FATAL_FAILURE(
            Attack(Bytes(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size)),
                   GetParam(), contents));
      }
    }
  }
}

TEST_P(NtbDamage, EveryNumberAtItsExtremes) {
  NtbContents contents;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    Random random(seed);
    const Bytes valid = Valid(random, GetParam());
    const auto size = static_cast<std::uint32_t>(valid.size());
    for (std::size_t at = 0; at + 4 <= valid.size(); at += 2) {
      for (const std::uint32_t value :
           {0u, 1u, 4u, 12u, 16u, 0x7FFFu, 0x8000u, 0xFFFCu, 0xFFFFu, 0x7FFFFFFFu, 0xFFFFFFF0u,
            0xFFFFFFFFu, size - 4, size - 1, size, size + 1, size / 2 & ~3u}) {
        Bytes damaged = valid;
        StoreU16(damaged, at, static_cast<std::uint16_t>(value));
        ASSERT_NO_FATAL_FAILURE(Attack(damaged, GetParam(), contents));
        StoreU32(damaged, at, value);
        ASSERT_NO_FATAL_FAILURE(Attack(damaged, GetParam(), contents));
      }
    }
  }
}

TEST_P(NtbDamage, RandomBytes) {
  NtbContents contents;
  Random random(1);
  std::size_t used = 0;
  for (std::uint64_t seed = 0; seed < 20'000; ++seed) {
    Random values(seed % 50);
    Bytes damaged = Valid(values, GetParam());
    for (std::uint64_t i = 0, n = 1 + random.Below(8); i < n; ++i) {
      damaged[random.Below(damaged.size())] =
          static_cast<std::uint8_t>(random.OneIn(2) ? random.Bits() : random.Below(4) * 4);
    }
    ASSERT_NO_FATAL_FAILURE(Attack(damaged, GetParam(), contents)) << seed;
    used += contents.datagrams.empty() ? 0 : 1;
  }
  EXPECT_GT(used, 1000u);  // some damaged NTBs are readable: otherwise this tests nothing
}

}  // namespace
}  // namespace mbnrig::mbim
