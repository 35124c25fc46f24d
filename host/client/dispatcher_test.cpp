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
    dispatcher.After(std::chrono::hours(1), [] { FAIL() << "Stop waited for a timer"; });
    ran = true;
  });
  dispatcher.Stop();
  EXPECT_TRUE(ran);
  bool posted_late = false;
  transport::Executor::Task late = [&] { posted_late = true; };
  EXPECT_FALSE(dispatcher.Post(std::move(late)));
  EXPECT_TRUE(late);  // NOLINT(bugprone-use-after-move): the caller still has it
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
    // Two timers are due at once. The task of the first cancels the second.
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

TEST(Dispatcher, IsTheThreadThatDispatchesWhileItIsIdle) {
  Dispatcher dispatcher(std::make_shared<SteadyClock>());
  dispatcher.Settle();
  std::vector<std::thread::id> threads;
  EXPECT_TRUE(dispatcher.Dispatch([&] {
    EXPECT_TRUE(dispatcher.OnThread());
    threads.push_back(std::this_thread::get_id());
    dispatcher.Dispatch([&] { threads.push_back(std::this_thread::get_id()); });
    EXPECT_EQ(threads.size(), 1u) << "one task after the other";
  }));
  EXPECT_FALSE(dispatcher.OnThread());
  EXPECT_THAT(threads, ElementsAre(std::this_thread::get_id(), std::this_thread::get_id()));
}

TEST(Dispatcher, QueuesWhatIsDispatchedWhileItIsBusy) {
  Dispatcher dispatcher(std::make_shared<SteadyClock>());
  std::promise<void> busy, go_on;
  dispatcher.Post([&] {
    busy.set_value();
    go_on.get_future().wait();
  });
  busy.get_future().wait();
  bool ran = false;
  EXPECT_TRUE(dispatcher.Dispatch([&] { ran = true; }));
  EXPECT_FALSE(ran);
  go_on.set_value();
  dispatcher.Stop();
  EXPECT_TRUE(ran);
  transport::Executor::Task late = [] { FAIL(); };
  EXPECT_FALSE(dispatcher.Dispatch(std::move(late)));
  EXPECT_TRUE(late);  // NOLINT(bugprone-use-after-move): the caller still has it
}

TEST(Dispatcher, RunsTheTimersOfDispatchedTasks) {
  const auto clock = std::make_shared<ManualClock>();
  Dispatcher dispatcher(clock);
  dispatcher.Settle();
  std::vector<int> order;
  dispatcher.Dispatch([&] {
    dispatcher.After(milliseconds(20), [&] { order.push_back(20); });
    const auto cancelled = dispatcher.After(milliseconds(5), [&] { order.push_back(5); });
    dispatcher.Cancel(cancelled);
    dispatcher.After(milliseconds(0), [&] { order.push_back(0); });
  });
  dispatcher.Settle();
  EXPECT_THAT(order, ElementsAre(0));
  clock->Advance(milliseconds(20));
  dispatcher.Settle();
  EXPECT_THAT(order, ElementsAre(0, 20));
}

TEST(Dispatcher, GivesAThreadBackThatHasEverMoreToDo) {
  std::atomic<bool> end = false;
  std::function<void()> again;  // outlives the dispatcher
  Dispatcher dispatcher(std::make_shared<SteadyClock>());
  dispatcher.Settle();
  again = [&] {
    if (!end) dispatcher.Post([&] { again(); });
  };
  dispatcher.Dispatch([&] { again(); });
  end = true;
}

TEST(Dispatcher, RunsTimersHoweverMuchIsDispatched) {
  std::atomic<bool> fired = false;
  Dispatcher dispatcher(std::make_shared<SteadyClock>());
  dispatcher.Post([&] { dispatcher.After(milliseconds(1), [&] { fired = true; }); });
  const auto begin = std::chrono::steady_clock::now();
  while (!fired && std::chrono::steady_clock::now() - begin < std::chrono::seconds(10))
    dispatcher.Dispatch([] {});
  EXPECT_TRUE(fired);
}

TEST(Dispatcher, RunsOneTaskAtATimeWhoeverBringsThem) {
  constexpr int kThreads = 4, kTasks = 500;
  Dispatcher dispatcher(std::make_shared<SteadyClock>());
  int ran = 0;  // not atomic: two tasks at a time would be a data race
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&, i] {
      for (int task = 0; task < kTasks; ++task) {
        const auto count = [&, task] {
          const auto timer = dispatcher.After(milliseconds(task % 3), [] {});
          if (task % 2 == 0) dispatcher.Cancel(timer);
          ++ran;
        };
        i % 2 == 0 ? dispatcher.Dispatch(count) : dispatcher.Post(count);
      }
    });
  }
  for (std::thread& thread : threads)
    thread.join();
  dispatcher.Stop();
  EXPECT_EQ(ran, kThreads * kTasks);
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
