#include "usb/aio_transfers.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

#include <stdexcept>

namespace mbnrig::usb {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;
using Kind = EndpointCompletion::Kind;

constexpr int kPollLimit = 10'000;  // milliseconds

/// A pipe replaces the endpoint files: transfers on it end at once.
class AioTransfersTest : public ::testing::Test {
 protected:
  AioTransfersTest() {
    int fds[2] = {-1, -1};
    if (::pipe2(fds, O_CLOEXEC | O_NONBLOCK) != 0) throw std::runtime_error("no pipe");
    read_end_ = Fd(fds[0]);
    write_end_ = Fd(fds[1]);
  }
  bool Signalled() const {
    pollfd fd{transfers_.completion_fd(), POLLIN, 0};
    return ::poll(&fd, 1, kPollLimit) == 1;
  }

  Fd read_end_, write_end_;
  AioTransfers transfers_;
};

TEST_F(AioTransfersTest, CarryTheirData) {
  ASSERT_TRUE(transfers_.StartBulkIn(write_end_, Bytes{1, 2, 3}));
  ASSERT_TRUE(Signalled());
  const auto written = transfers_.TakeCompletions();
  ASSERT_THAT(written, SizeIs(1));
  EXPECT_EQ(written[0].kind, Kind::kBulkIn);
  EXPECT_TRUE(written[0].ok);
  EXPECT_EQ(written[0].data, (Bytes{1, 2, 3})) << "the memory can be reused";

  ASSERT_TRUE(transfers_.StartBulkOut(read_end_, Bytes(1024)));
  ASSERT_TRUE(Signalled());
  const auto read = transfers_.TakeCompletions();
  ASSERT_THAT(read, SizeIs(1));
  EXPECT_EQ(read[0].kind, Kind::kBulkOut);
  EXPECT_TRUE(read[0].ok);
  EXPECT_EQ(read[0].data, (Bytes{1, 2, 3}));
  EXPECT_THAT(transfers_.TakeCompletions(), IsEmpty());
}

TEST_F(AioTransfersTest, PendingTransfersAreLimited) {
  const Bytes notification{0xA1};
  EXPECT_TRUE(transfers_.StartNotification(write_end_, notification));
  EXPECT_FALSE(transfers_.StartNotification(write_end_, notification));
  for (std::size_t i = 0; i < kBulkTransfers; ++i)
    EXPECT_TRUE(transfers_.StartBulkIn(write_end_, Bytes{std::uint8_t(i)}));
  Bytes refused{99};
  EXPECT_FALSE(transfers_.StartBulkIn(write_end_, std::move(refused)));
  EXPECT_EQ(refused, (Bytes{99}));  // NOLINT(bugprone-use-after-move): kept, it did not start

  ASSERT_TRUE(Signalled());
  EXPECT_THAT(transfers_.TakeCompletions(), SizeIs(1 + kBulkTransfers));
  EXPECT_TRUE(transfers_.StartBulkIn(write_end_, std::move(refused)));
}

TEST_F(AioTransfersTest, MissingEndpoint) {
  EXPECT_FALSE(transfers_.StartBulkOut(Fd(), Bytes(1024)));
  // Nothing to read: like an endpoint that the host has not set up.
  ASSERT_TRUE(transfers_.StartBulkOut(read_end_, Bytes(1024)));
  ASSERT_TRUE(Signalled());
  const auto failed = transfers_.TakeCompletions();
  ASSERT_THAT(failed, SizeIs(1));
  EXPECT_FALSE(failed[0].ok);
}

TEST_F(AioTransfersTest, CancellingAnEndedTransferIsHarmless) {
  ASSERT_TRUE(transfers_.StartBulkIn(write_end_, Bytes{1}));
  transfers_.CancelBulkIn();
  ASSERT_TRUE(Signalled());
  EXPECT_THAT(transfers_.TakeCompletions(), SizeIs(1));
}

}  // namespace
}  // namespace mbnrig::usb
