#include "rras/model/handles.h"

#include <gtest/gtest.h>
#include <handleapi.h>
#include <synchapi.h>

#include <set>
#include <thread>
#include <utility>
#include <vector>

#include "rras/admin/server_handles.h"
#include "win32/event.h"

namespace mbnrig::rras {
namespace {

TEST(HandlesTest, AHandleStandsForItsThingUntilItIsRemoved) {
  HandleTable<int> table;
  const HandleNumber handle = table.Add(7);
  ASSERT_NE(table.Find(handle), nullptr);
  EXPECT_EQ(*table.Find(handle), 7);
  EXPECT_TRUE(table.Remove(handle));
  EXPECT_EQ(table.Find(handle), nullptr);
  EXPECT_FALSE(table.Remove(handle));
}

TEST(HandlesTest, AHandleOfOneTableIsUnknownToAnother) {
  HandleTable<int> interfaces, ports;
  const HandleNumber handle = interfaces.Add(1);
  ports.Add(2);
  EXPECT_EQ(ports.Find(handle), nullptr);
  EXPECT_FALSE(ports.Remove(handle));
  EXPECT_NE(interfaces.Find(handle), nullptr);
}

using Entries = std::vector<std::pair<HandleNumber, char>>;

TEST(HandlesTest, ThingsAreInTheOrderInWhichTheyCame) {
  HandleTable<char> table;
  const HandleNumber first = table.Add('z');
  const HandleNumber second = table.Add('a');
  const HandleNumber third = table.Add('m');
  EXPECT_EQ(Entries(table.begin(), table.end()),
            (Entries{{first, 'z'}, {second, 'a'}, {third, 'm'}}));
  table.RemoveIf([](char thing) { return thing == 'a'; });
  EXPECT_EQ(Entries(table.begin(), table.end()), (Entries{{first, 'z'}, {third, 'm'}}));
}

TEST(HandlesTest, NoHandleIsGivenTwice) {
  HandleTable<int> table;
  std::set<HandleNumber> seen;
  for (int i = 0; i < 100; ++i) {
    const HandleNumber handle = table.Add(i);
    EXPECT_TRUE(seen.insert(handle).second);
    EXPECT_TRUE(table.Remove(handle));
  }
  EXPECT_EQ(seen.count(kNoHandle), 0u);
  EXPECT_EQ(seen.count(ToNumber(INVALID_HANDLE_VALUE)), 0u);
}

TEST(HandlesTest, ServerHandlesOfTwoKindsAreNotMixedUp) {
  const HANDLE server = ServerHandles<MprServer>::Open();
  EXPECT_TRUE(ServerHandles<MprServer>::IsOpen(server));
  EXPECT_FALSE(ServerHandles<MibServer>::IsOpen(server));
  ServerHandles<MibServer>::Close(server);
  EXPECT_TRUE(ServerHandles<MprServer>::IsOpen(server));
  ServerHandles<MprServer>::Close(server);
  EXPECT_FALSE(ServerHandles<MprServer>::IsOpen(server));
}

TEST(HandlesTest, AnEventsHandleIsNotAServersHandle) {
  const HANDLE server = ServerHandles<MprServer>::Open();
  const HANDLE event = CreateEventW(nullptr, TRUE, FALSE, nullptr);
  EXPECT_FALSE(ServerHandles<MprServer>::IsOpen(event));
  EXPECT_EQ(win32::FindEvent(server), nullptr);
  EXPECT_TRUE(CloseHandle(event));
  ServerHandles<MprServer>::Close(server);
}

TEST(HandlesTest, ThreadsMayOpenAndCloseServerHandlesAtOnce) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([] {
      for (int n = 0; n < 200; ++n) {
        const HANDLE handle = ServerHandles<MprServer>::Open();
        EXPECT_TRUE(ServerHandles<MprServer>::IsOpen(handle));
        ServerHandles<MprServer>::Close(handle);
        EXPECT_FALSE(ServerHandles<MprServer>::IsOpen(handle));
      }
    });
  for (std::thread& thread : threads)
    thread.join();
}

}  // namespace
}  // namespace mbnrig::rras
