#include "win32/event.h"

#include <errhandlingapi.h>
#include <gtest/gtest.h>
#include <handleapi.h>
#include <synchapi.h>
#include <winerror.h>

#include <cstdint>
#include <thread>
#include <vector>

namespace mbnrig::win32 {
namespace {

TEST(EventTest, ManualResetStaysSignalled) {
  const HANDLE event = CreateEventW(nullptr, TRUE, FALSE, nullptr);
  ASSERT_NE(event, nullptr);
  EXPECT_EQ(WaitForSingleObject(event, 0), DWORD{WAIT_TIMEOUT});
  EXPECT_TRUE(SetEvent(event));
  EXPECT_EQ(WaitForSingleObject(event, 0), DWORD{WAIT_OBJECT_0});
  EXPECT_EQ(WaitForSingleObject(event, INFINITE), DWORD{WAIT_OBJECT_0});
  EXPECT_TRUE(ResetEvent(event));
  EXPECT_EQ(WaitForSingleObject(event, 1), DWORD{WAIT_TIMEOUT});
  EXPECT_TRUE(CloseHandle(event));
}

TEST(EventTest, AutoResetLetsOneWaitThrough) {
  const HANDLE event = CreateEventA(nullptr, FALSE, TRUE, nullptr);
  EXPECT_EQ(WaitForSingleObject(event, 0), DWORD{WAIT_OBJECT_0});
  EXPECT_EQ(WaitForSingleObject(event, 0), DWORD{WAIT_TIMEOUT});
  EXPECT_TRUE(CloseHandle(event));
}

TEST(EventTest, WaitEndsWhenAnotherThreadSignals) {
  const HANDLE event = CreateEvent(nullptr, TRUE, FALSE, nullptr);
  std::vector<std::thread> waiting;
  std::vector<DWORD> results(3, WAIT_FAILED);
  for (DWORD& result : results) {
    waiting.emplace_back([&result, event] { result = WaitForSingleObject(event, 60'000); });
  }
  EXPECT_TRUE(SetEvent(event));
  for (std::thread& thread : waiting)
    thread.join();
  EXPECT_EQ(results, std::vector<DWORD>(3, WAIT_OBJECT_0));
  EXPECT_TRUE(CloseHandle(event));
}

TEST(EventTest, ValuesThatAreNoHandleAreRefused) {
  const HANDLE closed = CreateEventW(nullptr, TRUE, FALSE, nullptr);
  EXPECT_TRUE(CloseHandle(closed));
  int on_the_stack = 0;
  for (const HANDLE handle :
       {HANDLE{nullptr}, INVALID_HANDLE_VALUE, closed, static_cast<HANDLE>(&on_the_stack)}) {
    SetLastError(NO_ERROR);
    EXPECT_FALSE(SetEvent(handle));
    EXPECT_EQ(GetLastError(), DWORD{ERROR_INVALID_HANDLE});
    SetLastError(NO_ERROR);
    EXPECT_FALSE(ResetEvent(handle));
    EXPECT_EQ(GetLastError(), DWORD{ERROR_INVALID_HANDLE});
    SetLastError(NO_ERROR);
    EXPECT_EQ(WaitForSingleObject(handle, 0), WAIT_FAILED);
    EXPECT_EQ(GetLastError(), DWORD{ERROR_INVALID_HANDLE});
    SetLastError(NO_ERROR);
    EXPECT_FALSE(CloseHandle(handle));
    EXPECT_EQ(GetLastError(), DWORD{ERROR_INVALID_HANDLE});
  }
}

TEST(EventTest, NamesAreNotSupported) {
  EXPECT_EQ(CreateEventW(nullptr, TRUE, FALSE, L"Global\\x"), nullptr);
  EXPECT_EQ(GetLastError(), DWORD{ERROR_NOT_SUPPORTED});
  EXPECT_EQ(CreateEventA(nullptr, TRUE, FALSE, "x"), nullptr);
  EXPECT_EQ(GetLastError(), DWORD{ERROR_NOT_SUPPORTED});
}

TEST(EventTest, ServiceKeepsTheEventOfAClosedHandle) {
  const HANDLE handle = CreateEventW(nullptr, TRUE, FALSE, nullptr);
  const std::shared_ptr<Event> kept = FindEvent(handle);
  ASSERT_NE(kept, nullptr);
  EXPECT_TRUE(CloseHandle(handle));
  EXPECT_EQ(FindEvent(handle), nullptr);
  kept->Set();
  EXPECT_TRUE(kept->Wait(std::chrono::milliseconds(0)));
}

TEST(LastErrorTest, BelongsToTheThread) {
  SetLastError(ERROR_BUSY);
  DWORD elsewhere = ERROR_BUSY;
  std::thread([&] { elsewhere = GetLastError(); }).join();
  EXPECT_EQ(elsewhere, DWORD{NO_ERROR});
  EXPECT_EQ(GetLastError(), DWORD{ERROR_BUSY});
}

}  // namespace
}  // namespace mbnrig::win32
