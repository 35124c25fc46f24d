#include "rras/handles.h"

#include <gtest/gtest.h>
#include <handleapi.h>
#include <synchapi.h>

#include <set>
#include <thread>
#include <vector>

#include "com/event.h"

namespace mbnrig::rras {
namespace {

TEST(HandlesTest, AHandleStandsForItsValueUntilItIsRemoved) {
  HandleTable<int> table;
  const HANDLE handle = table.Add(7);
  EXPECT_EQ(table.Find(handle), 7);
  EXPECT_TRUE(table.Contains(handle));
  EXPECT_TRUE(table.Remove(handle));
  EXPECT_FALSE(table.Contains(handle));
  EXPECT_FALSE(table.Remove(handle));
}

TEST(HandlesTest, AHandleOfOneTableMeansNothingInAnother) {
  HandleTable<int> servers, mib_servers;
  const HANDLE handle = servers.Add(1);
  EXPECT_FALSE(mib_servers.Contains(handle));
  EXPECT_FALSE(mib_servers.Remove(handle));
  EXPECT_TRUE(servers.Contains(handle));
}

TEST(HandlesTest, NoHandleIsGivenTwice) {
  HandleTable<int> table;
  std::set<HANDLE> seen;
  for (int i = 0; i < 100; ++i) {
    const HANDLE handle = table.Add(i);
    EXPECT_TRUE(seen.insert(handle).second);
    EXPECT_TRUE(table.Remove(handle));
  }
  EXPECT_EQ(seen.count(nullptr), 0u);
  EXPECT_EQ(seen.count(INVALID_HANDLE_VALUE), 0u);
}

TEST(HandlesTest, AnEventsHandleIsNoneOfOurs) {
  HandleTable<int> table;
  const HANDLE handle = table.Add(1);
  const HANDLE event = CreateEventW(nullptr, TRUE, FALSE, nullptr);
  EXPECT_FALSE(table.Contains(event));
  EXPECT_EQ(com::FindEvent(handle), nullptr);
  EXPECT_TRUE(CloseHandle(event));
}

TEST(HandlesTest, ThreadsMayUseATableAtOnce) {
  HandleTable<int> table;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&table, i] {
      for (int n = 0; n < 200; ++n) {
        const HANDLE handle = table.Add(i);
        EXPECT_EQ(table.Find(handle), i);
        EXPECT_TRUE(table.Remove(handle));
      }
    });
  for (std::thread& thread : threads)
    thread.join();
}

}  // namespace
}  // namespace mbnrig::rras
