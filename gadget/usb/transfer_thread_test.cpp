#include "usb/transfer_thread.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "fd.h"

namespace mbnrig::usb {
namespace {

using namespace std::chrono_literals;

class Transfers : public ::testing::Test {
 protected:
  Transfers() {
    int fds[2] = {-1, -1};
    if (::pipe2(fds, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
    read_end_ = Fd(fds[0]);
    write_end_ = Fd(fds[1]);
  }
  void AwaitDone() {
    std::unique_lock lock(mutex_);
    EXPECT_TRUE(changed_.wait_for(lock, 10s, [this] { return done_ > 0; }));
    --done_;
  }

  Fd read_end_, write_end_;
  std::mutex mutex_;
  std::condition_variable changed_;
  int done_ = 0;
  TransferThread transfers_{[this] {
    std::lock_guard lock(mutex_);
    ++done_;
    changed_.notify_all();
  }};
};

TEST_F(Transfers, WriteThenRead) {
  ASSERT_TRUE(transfers_.StartWrite(write_end_.get(), mbim::Bytes{1, 2, 3}));
  AwaitDone();
  EXPECT_TRUE(transfers_.TakeResult()->ok);
  EXPECT_FALSE(transfers_.TakeResult());
  ASSERT_TRUE(transfers_.StartRead(read_end_.get(), mbim::Bytes(100)));
  AwaitDone();
  EXPECT_EQ(transfers_.TakeResult()->data, (mbim::Bytes{1, 2, 3}));
}

TEST_F(Transfers, DepthLimitsTransfers) {
  ASSERT_TRUE(transfers_.StartRead(read_end_.get(), mbim::Bytes(100)));
  EXPECT_FALSE(transfers_.StartRead(read_end_.get(), mbim::Bytes(100)));
  EXPECT_FALSE(transfers_.StartWrite(write_end_.get(), mbim::Bytes{1}));
  transfers_.Cancel();
}

TEST_F(Transfers, FollowEachOtherInOrder) {
  TransferThread several([] {}, 3);
  for (std::uint8_t i = 0; i < 3; ++i)
    ASSERT_TRUE(several.StartRead(read_end_.get(), mbim::Bytes(1)));
  EXPECT_FALSE(several.StartRead(read_end_.get(), mbim::Bytes(1))) << "three are pending";
  for (std::uint8_t i = 0; i < 3; ++i) {
    ASSERT_TRUE(transfers_.StartWrite(write_end_.get(), mbim::Bytes{i}));
    AwaitDone();
    transfers_.TakeResult();
  }
  for (std::uint8_t i = 0; i < 3; ++i) {
    std::optional<TransferThread::Result> result;
    while (!result) {
      result = several.TakeResult();
      std::this_thread::yield();
    }
    EXPECT_EQ(result->data, mbim::Bytes{i});
  }
}

TEST_F(Transfers, CancelDropsQueuedTransfers) {
  TransferThread several([] {}, 3);
  for (int i = 0; i < 3; ++i)
    ASSERT_TRUE(several.StartRead(read_end_.get(), mbim::Bytes(1)));
  several.Cancel();
  for (int i = 0; i < 3; ++i) {
    const auto result = several.TakeResult();
    ASSERT_TRUE(result);
    EXPECT_FALSE(result->ok);
  }
  EXPECT_FALSE(several.TakeResult());
}

TEST_F(Transfers, NeedsAFile) {
  EXPECT_FALSE(transfers_.StartRead(-1, mbim::Bytes(100)));
}

TEST_F(Transfers, CancelEndsATransferAtAnyMoment) {
  for (int i = 0; i < 100; ++i) {
    ASSERT_TRUE(transfers_.StartRead(read_end_.get(), mbim::Bytes(100)));
    transfers_.Cancel();
    const auto result = transfers_.TakeResult();
    ASSERT_TRUE(result);
    EXPECT_FALSE(result->ok);
  }
}

TEST_F(Transfers, FailureIsReported) {
  ASSERT_TRUE(transfers_.StartWrite(read_end_.get(), mbim::Bytes{1}));  // the wrong end
  AwaitDone();
  EXPECT_FALSE(transfers_.TakeResult()->ok);
}

}  // namespace
}  // namespace mbnrig::usb
