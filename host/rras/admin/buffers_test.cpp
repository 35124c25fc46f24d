#include "rras/admin/buffers.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <new>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace mbnrig::rras {
namespace {

LPBYTE NewBuffer(std::size_t count, std::size_t size) {
  return Buffer(count, size).Release();
}

TEST(BuffersTest, ABufferIsZeroedAndFreedOnce) {
  const LPBYTE buffer = NewBuffer(3, 7);
  EXPECT_TRUE(std::all_of(buffer, buffer + 21, [](BYTE byte) { return byte == 0; }));
  EXPECT_TRUE(FreeBuffer(buffer));
  EXPECT_FALSE(FreeBuffer(buffer));
}

TEST(BuffersTest, AnEmptyBufferHasAnAddressOfItsOwn) {
  const LPBYTE empty = NewBuffer(0, 8);
  const LPBYTE other = NewBuffer(0, 8);
  EXPECT_NE(empty, nullptr);
  EXPECT_NE(empty, other);
  EXPECT_TRUE(FreeBuffer(empty));
  EXPECT_TRUE(FreeBuffer(other));
}

TEST(BuffersTest, RefusesPointersThatAreNotBuffers) {
  int on_the_stack = 0;
  const LPBYTE buffer = NewBuffer(1, 16);
  EXPECT_FALSE(FreeBuffer(nullptr));
  EXPECT_FALSE(FreeBuffer(&on_the_stack));
  EXPECT_FALSE(FreeBuffer(buffer + 1));
  EXPECT_TRUE(FreeBuffer(buffer));
}

TEST(BuffersTest, ASizeThatOverflowsIsALackOfMemory) {
  constexpr std::size_t kHuge = std::numeric_limits<std::size_t>::max() / 4;
  EXPECT_THROW(NewBuffer(kHuge, 8), std::bad_alloc);
}

TEST(BuffersTest, ATailLivesUntilItsBufferIsFreed) {
  constexpr std::array<std::uint64_t, 3> kNumbers{1, 2, 3};
  Buffer buffer(1, sizeof(void*));
  WCHAR* const text = buffer.tail().PutText("\xC3\xA9t\xC3\xA9");
  std::uint64_t* const numbers = buffer.tail().Put(std::span<const std::uint64_t>(kNumbers));
  const LPBYTE released = std::move(buffer).Release();
  EXPECT_EQ(std::wstring(text), L"\u00E9t\u00E9");
  EXPECT_TRUE(std::equal(kNumbers.begin(), kNumbers.end(), numbers));
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(numbers) % alignof(std::uint64_t), 0u);
  EXPECT_FALSE(
      FreeBuffer(text));  // the buffer owns it; AddressSanitizer sees that it is freed once
  EXPECT_TRUE(FreeBuffer(released));
}

TEST(BuffersTest, ThreadsMayAllocateAndFreeAtOnce) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([] {
      for (std::size_t n = 1; n <= 200; ++n)
        EXPECT_TRUE(FreeBuffer(NewBuffer(n, 4)));
    });
  for (std::thread& thread : threads)
    thread.join();
}

}  // namespace
}  // namespace mbnrig::rras
