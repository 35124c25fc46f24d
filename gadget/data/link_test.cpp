#include "data/link.h"

#include <gtest/gtest.h>

namespace mbnrig::data {
namespace {

using namespace std::chrono_literals;

class Links : public ::testing::Test {
 protected:
  /// The sizes of the datagrams that come out until `now`.
  static std::vector<std::size_t> TakeAll(Link& link, Link::TimePoint now) {
    std::vector<std::size_t> sizes;
    while (const auto item = link.Take(now))
      sizes.push_back(item->datagram.size());
    return sizes;
  }
  const Link::TimePoint start_{1h};
};

TEST_F(Links, DeliverAtOnceWithoutConditions) {
  Link link({});
  EXPECT_FALSE(link.Due());
  ASSERT_TRUE(link.Put(start_, 3, Bytes(10)));
  EXPECT_EQ(link.Due(), start_);
  const auto item = link.Take(start_);
  ASSERT_TRUE(item);
  EXPECT_EQ(item->session, 3);
  EXPECT_EQ(item->datagram.size(), 10u);
}

TEST_F(Links, DelayEachDatagramByTheLatency) {
  Link link({.latency = 40ms});
  link.Put(start_, 0, Bytes(1));
  link.Put(start_ + 1ms, 0, Bytes(2));
  EXPECT_FALSE(link.Take(start_ + 39ms));
  EXPECT_EQ(TakeAll(link, start_ + 40ms), (std::vector<std::size_t>{1}));
  EXPECT_EQ(TakeAll(link, start_ + 41ms), (std::vector<std::size_t>{2}));
}

TEST_F(Links, KeepTheirRate) {
  Link link({.rate = 8'000'000});  // a byte a microsecond
  for (int i = 0; i < 3; ++i)
    ASSERT_TRUE(link.Put(start_, 0, Bytes(1000)));
  EXPECT_TRUE(TakeAll(link, start_ + 999us).empty());
  EXPECT_EQ(TakeAll(link, start_ + 1000us).size(), 1u);
  EXPECT_EQ(TakeAll(link, start_ + 3000us).size(), 2u);
  link.Put(start_ + 1s, 0, Bytes(1000));
  EXPECT_EQ(link.Due(), start_ + 1s + 1000us) << "an idle line has no backlog";
}

TEST_F(Links, LimitTheirQueue) {
  Link link({.rate = 8000});  // a byte a millisecond
  EXPECT_TRUE(link.Put(start_, 0, Bytes(1500)))
      << "a single datagram may take longer than the limit";
  EXPECT_FALSE(link.Put(start_, 0, Bytes(10)));
  EXPECT_EQ(link.overflown(), 1u);
  EXPECT_TRUE(link.Put(start_ + 500ms, 0, Bytes(10)));
  Link large({.latency = 1h});
  for (std::size_t left = Link::kMostBytes; left >= 65536; left -= 65536)
    ASSERT_TRUE(large.Put(start_, 0, Bytes(65536)));
  EXPECT_FALSE(large.Put(start_, 0, Bytes(1)));
  large.Purge(0);
  EXPECT_TRUE(large.Put(start_, 0, Bytes(1)));
}

TEST_F(Links, KeepTheOrderDespiteJitter) {
  Link link({.latency = 10ms, .jitter = 20ms});
  auto last = start_ + 10ms;
  bool varied = false;
  for (std::size_t i = 1; i <= 50; ++i) {
    link.Put(start_ + std::chrono::milliseconds(i), 0, Bytes(i));
  }
  for (std::size_t i = 1; i <= 50; ++i) {
    const auto due = link.Due();
    ASSERT_TRUE(due);
    EXPECT_GE(*due, last);
    EXPECT_LE(*due, start_ + std::chrono::milliseconds(i) + 30ms + 20ms);
    varied = varied || *due != start_ + std::chrono::milliseconds(i) + 10ms;
    last = *due;
    EXPECT_EQ(link.Take(*due)->datagram.size(), i);
  }
  EXPECT_TRUE(varied);
}

TEST_F(Links, LoseDatagramsByProbabilityAndSeed) {
  auto losses = [&](std::uint64_t seed) {
    Link link({.loss = 100'000, .seed = seed});
    std::vector<bool> lost;
    for (int i = 0; i < 10000; ++i)
      lost.push_back(!link.Put(start_, 0, Bytes(1)));
    EXPECT_NEAR(static_cast<double>(link.lost()), 1000, 150);
    return lost;
  };
  EXPECT_EQ(losses(1), losses(1));
  EXPECT_NE(losses(1), losses(2));
}

TEST_F(Links, PurgeOneSession) {
  Link link({.latency = 1s});
  link.Put(start_, 1, Bytes(1));
  link.Put(start_, 2, Bytes(2));
  link.Put(start_, 1, Bytes(3));
  link.Purge(1);
  EXPECT_EQ(TakeAll(link, start_ + 1s), (std::vector<std::size_t>{2}));
}

}  // namespace
}  // namespace mbnrig::data
