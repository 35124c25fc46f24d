#include "service/task_thread.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <set>
#include <stdexcept>
#include <thread>
#include <vector>

#include "log/log.h"

namespace mbnrig::service {
namespace {

using std::chrono::milliseconds;
using ::testing::ElementsAre;

TEST(TaskThread, RunsTasksInOrderOnItsThread) {
  const std::thread::id here = std::this_thread::get_id();
  TaskThread thread;
  std::vector<int> order;
  std::set<std::thread::id> threads;
  for (int i = 0; i < 3; ++i) {
    thread.Post([&, i] {
      threads.insert(std::this_thread::get_id());
      order.push_back(i);
    });
  }
  thread.Stop();
  EXPECT_EQ(threads.size(), 1u);
  EXPECT_FALSE(threads.contains(here));
  EXPECT_THAT(order, ElementsAre(0, 1, 2));
}

TEST(TaskThread, RunsWhatTasksPostWhileItStops) {
  TaskThread thread;
  std::vector<int> order;
  thread.Post([&] {
    order.push_back(1);
    thread.Post([&] { order.push_back(2); });
  });
  thread.Stop();
  EXPECT_THAT(order, ElementsAre(1, 2));
  EXPECT_FALSE(thread.Post([&] { order.push_back(3); }));
  thread.Stop();
  EXPECT_THAT(order, ElementsAre(1, 2));
}

TEST(TaskThread, RunsLaterWhatIsDueLater) {
  TaskThread thread;
  std::vector<int> order;
  std::promise<void> done;
  thread.PostAfter(milliseconds(20), [&] {
    order.push_back(3);
    done.set_value();
  });
  thread.PostAfter(milliseconds(10), [&] { order.push_back(2); });
  thread.Post([&] { order.push_back(1); });
  done.get_future().wait();
  thread.Stop();
  EXPECT_THAT(order, ElementsAre(1, 2, 3));
}

TEST(TaskThread, ForgetsAtTheStopWhatIsNotDue) {
  auto held = std::make_shared<int>(0);
  TaskThread thread;
  thread.PostAfter(std::chrono::hours(1), [held] { FAIL(); });
  thread.Stop();
  thread.PostAfter(milliseconds(0), [held] { FAIL(); });
  EXPECT_EQ(held.use_count(), 1);
}

TEST(TaskThread, OutlivesATaskThatThrows) {
  const log::Capture lines;
  TaskThread thread;
  bool ran = false;
  thread.Post([] { throw std::runtime_error("expected in this test"); });
  thread.Post([&] { ran = true; });
  thread.Stop();
  EXPECT_TRUE(ran);
  ASSERT_EQ(lines.Lines().size(), 1u);
  EXPECT_NE(lines.Lines().front().find("expected in this test"), std::string::npos);
}

}  // namespace
}  // namespace mbnrig::service
