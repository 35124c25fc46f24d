#include "client/dispatcher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>

namespace mbnrig::client {
namespace {

using std::chrono::milliseconds;
using ::testing::ElementsAre;

TEST(Dispatcher, RunsTasksInOrderOnItsThread) {
  Dispatcher dispatcher(std::make_shared<SteadyClock>());
  std::vector<int> order;
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(dispatcher.Post([&, i] {
      EXPECT_TRUE(dispatcher.OnThread());
      order.push_back(i);
    }));
  }
  EXPECT_FALSE(dispatcher.OnThread());
  dispatcher.Stop();
  EXPECT_THAT(order, ElementsAre(0, 1, 2));
}

TEST(Dispatcher, RunsWhatWasPostedBeforeItStopsAndNothingLater) {
  Dispatcher dispatcher(std::make_shared<SteadyClock>());
  bool ran = false;
  dispatcher.Post([&] {
    dispatcher.After(std::chrono::hours(1), [] { FAIL() << "the end waited for a timer"; });
    ran = true;
  });
  dispatcher.Stop();
  EXPECT_TRUE(ran);
  bool posted_late = false;
  transport::Executor::Task late = [&] { posted_late = true; };
  EXPECT_FALSE(dispatcher.Post(std::move(late)));
  EXPECT_TRUE(late);  // the caller still has it
  EXPECT_FALSE(posted_late);
}

TEST(Dispatcher, RunsTimersInOrderOfTimeWhenItPasses) {
  const auto clock = std::make_shared<ManualClock>();
  Dispatcher dispatcher(clock);
  std::vector<int> order;
  dispatcher.Post([&] {
    dispatcher.After(milliseconds(20), [&] { order.push_back(20); });
    dispatcher.After(milliseconds(10), [&] { order.push_back(10); });
    dispatcher.After(milliseconds(10), [&] { order.push_back(11); });
    dispatcher.After(milliseconds(30), [&] { order.push_back(30); });
  });
  dispatcher.Settle();
  clock->Advance(milliseconds(9));
  dispatcher.Settle();
  EXPECT_THAT(order, ElementsAre());
  clock->Advance(milliseconds(11));
  dispatcher.Settle();
  EXPECT_THAT(order, ElementsAre(10, 11, 20));
}

TEST(Dispatcher, RunsNoCancelledTimer) {
  const auto clock = std::make_shared<ManualClock>();
  Dispatcher dispatcher(clock);
  bool ran = false;
  dispatcher.Post([&] {
    const auto timer = dispatcher.After(milliseconds(10), [&] { ran = true; });
    // Of two that are due at once, the first takes the second away.
    transport::Executor::TimerId second = 0;
    dispatcher.After(milliseconds(5), [&dispatcher, timer] { dispatcher.Cancel(timer); });
    second = dispatcher.After(milliseconds(20), [] {});
    dispatcher.Cancel(second);
    dispatcher.Cancel(second);
    dispatcher.Cancel(0);
  });
  dispatcher.Settle();
  clock->Advance(milliseconds(50));
  dispatcher.Settle();
  EXPECT_FALSE(ran);
}

TEST(Dispatcher, LetsTimersRunBetweenTasksThatNeverEnd) {
  Dispatcher dispatcher(std::make_shared<SteadyClock>());
  std::atomic<bool> enough = false;
  std::promise<void> fired;
  std::function<void()> again = [&] {
    if (!enough) {
      dispatcher.Post([&] { again(); });
    }
  };
  dispatcher.Post([&] {
    dispatcher.After(milliseconds(1), [&] { fired.set_value(); });
    again();
  });
  EXPECT_EQ(fired.get_future().wait_for(std::chrono::seconds(20)), std::future_status::ready);
  enough = true;
  dispatcher.Stop();
}

TEST(Dispatcher, WakesForTheRealTimeToo) {
  Dispatcher dispatcher(std::make_shared<SteadyClock>());
  std::promise<void> fired;
  const auto start = std::chrono::steady_clock::now();
  dispatcher.Post([&] { dispatcher.After(milliseconds(20), [&] { fired.set_value(); }); });
  ASSERT_EQ(fired.get_future().wait_for(std::chrono::seconds(20)), std::future_status::ready);
  EXPECT_GE(std::chrono::steady_clock::now() - start, milliseconds(20));
}

}  // namespace
}  // namespace mbnrig::client
