#include "mbn/modem/request_ids.h"

#include <gtest/gtest.h>

#include <set>
#include <thread>
#include <vector>

namespace mbnrig::mbn {
namespace {

TEST(RequestIds, AreNeverZero) {
  RequestIds ids(0xFFFFFFFE);
  EXPECT_EQ(ids.Next(), 0xFFFFFFFFu);
  EXPECT_EQ(ids.Next(), 1u);
}

TEST(RequestIds, AreUniqueAcrossThreads) {
  constexpr std::size_t kEach = 5000;
  RequestIds ids;
  std::vector<std::vector<std::uint32_t>> taken(4);
  std::vector<std::thread> threads;
  for (auto& mine : taken) {
    threads.emplace_back([&] {
      for (std::size_t i = 0; i < kEach; ++i)
        mine.push_back(ids.Next());
    });
  }
  for (auto& thread : threads)
    thread.join();
  std::set<std::uint32_t> all;
  for (const auto& mine : taken)
    all.insert(mine.begin(), mine.end());
  EXPECT_EQ(all.size(), 4 * kEach);
}

}  // namespace
}  // namespace mbnrig::mbn
