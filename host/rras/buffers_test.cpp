#include "rras/buffers.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <new>
#include <thread>
#include <vector>

namespace mbnrig::rras {
namespace {

TEST(BuffersTest, ABufferIsZeroedAndFreedOnce) {
  auto* const buffer = static_cast<unsigned char*>(AllocateBuffer(3, 7));
  EXPECT_TRUE(std::all_of(buffer, buffer + 21, [](unsigned char byte) { return byte == 0; }));
  EXPECT_TRUE(FreeBuffer(buffer));
  EXPECT_FALSE(FreeBuffer(buffer));
}

TEST(BuffersTest, ABufferOfNothingIsABuffer) {
  void* const none = AllocateBuffer(0, 8);
  void* const other = AllocateBuffer(0, 8);
  EXPECT_NE(none, nullptr);
  EXPECT_NE(none, other);
  EXPECT_TRUE(FreeBuffer(none));
  EXPECT_TRUE(FreeBuffer(other));
}

TEST(BuffersTest, PointersThatWereNotHandedOutAreRefused) {
  int on_the_stack = 0;
  auto* const buffer = static_cast<unsigned char*>(AllocateBuffer(1, 16));
  EXPECT_FALSE(FreeBuffer(nullptr));
  EXPECT_FALSE(FreeBuffer(&on_the_stack));
  EXPECT_FALSE(FreeBuffer(buffer + 1));
  EXPECT_TRUE(FreeBuffer(buffer));
}

TEST(BuffersTest, ASizeThatCannotBeIsWantOfMemory) {
  constexpr std::size_t kHuge = std::numeric_limits<std::size_t>::max() / 4;
  EXPECT_THROW(AllocateBuffer(kHuge, 8), std::bad_alloc);
}

TEST(BuffersTest, ThreadsMayAllocateAndFreeAtOnce) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([] {
      for (std::size_t n = 1; n <= 200; ++n)
        EXPECT_TRUE(FreeBuffer(AllocateBuffer(n, 4)));
    });
  for (std::thread& thread : threads)
    thread.join();
}

}  // namespace
}  // namespace mbnrig::rras
