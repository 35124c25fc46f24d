#include "transport/data_pipe.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "transport/testing/fake_usb.h"
#include "transport/testing/test_executor.h"

namespace mbnrig::transport {
namespace {

using namespace transport::testing;

using mbim::NtbFormat;
using std::chrono::milliseconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr std::uint8_t kIn = 0x82, kOut = 0x07;
constexpr DataStream kSession0{0}, kSession3{3}, kStream3{3, false};

Bytes Packet(std::size_t size, std::uint8_t content = 0x45) {
  return Bytes(size, content);
}

/// A block as the function reads it.
struct Read {
  std::uint16_t sequence = 0;
  std::vector<std::pair<unsigned, Bytes>> datagrams;
};

class DataPipeTest : public ::testing::TestWithParam<NtbFormat> {
 protected:
  DataPipeTest() {
    settings_.format = GetParam();
    settings_.in_size = settings_.parameters.in_max_size;
    usb_->set_out_handler([this](std::uint8_t endpoint, ByteView block) {
      EXPECT_EQ(endpoint, kOut);
      written_.emplace_back(block.begin(), block.end());
      return out_answer_;
    });
    Make();
  }
  ~DataPipeTest() override {
    pipe_->Stop();
    executor_->Run();
  }

  void Make() {
    pipe_ = std::make_shared<DataPipe>(
        executor_, usb_, std::get<MbimFunctionInfo>(FindMbimFunction(usb_->configuration())),
        config_);
    for (const DataStream stream : {kSession0, kSession3, kStream3}) {
      pipe_->set_sink(stream, {[this, stream](ByteView datagram) {
                                 received_.emplace_back(stream.session + (stream.ip ? 0u : 256u),
                                                        Bytes(datagram.begin(), datagram.end()));
                               },
                               [this] { ++idle_; }});
    }
    pipe_->Start(settings_);
  }

  Read Parse(const Bytes& block) const {
    mbim::NtbContents contents;
    const auto error = mbim::ParseNtb(block, settings_.format, contents);
    EXPECT_FALSE(error) << error->reason;
    Read read{contents.sequence, {}};
    for (const auto& datagram : contents.datagrams) {
      read.datagrams.emplace_back(datagram.session + (datagram.ip ? 0u : 256u),
                                  Bytes(datagram.bytes.begin(), datagram.bytes.end()));
    }
    return read;
  }
  /// A block that the function sends.
  Bytes Block(std::uint16_t sequence, const std::vector<Bytes>& datagrams,
              DataStream stream = kSession0) {
    writer_.Reset(settings_.parameters.InLimits(settings_.format, settings_.in_size),
                  settings_.format, sequence, 512);
    for (const Bytes& datagram : datagrams) {
      EXPECT_TRUE(writer_.Add(stream.session, stream.ip, datagram));
    }
    const ByteView block = writer_.Finish();
    return {block.begin(), block.end()};
  }

  const std::shared_ptr<TestExecutor> executor_ = std::make_shared<TestExecutor>();
  const std::shared_ptr<FakeUsbDevice> usb_ = std::make_shared<FakeUsbDevice>(
      UsbDeviceInfo{"usb-1-1", 1, 2, "", "", ""}, FakeMbimConfiguration(true));
  NtbSettings settings_;
  DataPipeConfig config_;
  std::shared_ptr<DataPipe> pipe_;
  mbim::NtbWriter writer_;
  std::optional<UsbStatus> out_answer_ = UsbStatus::kOk;
  std::vector<Bytes> written_;
  std::vector<std::pair<unsigned, Bytes>> received_;
  int idle_ = 0;
};

INSTANTIATE_TEST_SUITE_P(Formats, DataPipeTest,
                         ::testing::Values(NtbFormat::kNtb16, NtbFormat::kNtb32),
                         [](const auto& each) {
                           return each.param == NtbFormat::kNtb16 ? "Ntb16" : "Ntb32";
                         });

TEST_P(DataPipeTest, KeepsEightReadsPending) {
  EXPECT_EQ(usb_->pending(kIn), 8u);
  for (std::uint16_t i = 0; i < 20; ++i) {
    usb_->CompleteIn(kIn, UsbStatus::kOk, Block(i, {Packet(100)}));
    EXPECT_EQ(usb_->pending(kIn), 8u);
  }
  EXPECT_THAT(received_, SizeIs(20));
}

TEST_P(DataPipeTest, DeliversDatagramsToTheirSession) {
  usb_->CompleteIn(kIn, UsbStatus::kOk, Block(0, {Packet(40, 1), Packet(1500, 2)}, kSession3));
  usb_->CompleteIn(kIn, UsbStatus::kOk, Block(1, {Packet(7, 3)}, kStream3));
  usb_->CompleteIn(kIn, UsbStatus::kOk, Block(2, {Packet(20, 4)}, DataStream{200}));
  EXPECT_THAT(received_, ElementsAre(std::pair(3u, Packet(40, 1)), std::pair(3u, Packet(1500, 2)),
                                     std::pair(259u, Packet(7, 3))));
  EXPECT_EQ(pipe_->counters().in_datagrams, 4u);
  EXPECT_EQ(pipe_->counters().in_unclaimed, 1u);
}

TEST_P(DataPipeTest, SurvivesZeroLengthPacketsAndMalformedBlocks) {
  Bytes malformed = Block(0, {Packet(40)});
  malformed[0] = 0xEE;
  usb_->CompleteIn(kIn, UsbStatus::kOk, {});
  usb_->CompleteIn(kIn, UsbStatus::kOk, malformed);
  usb_->CompleteIn(kIn, UsbStatus::kOk, Block(1, {Packet(40)}));
  EXPECT_THAT(received_, SizeIs(1));
  EXPECT_EQ(usb_->pending(kIn), 8u);
  EXPECT_EQ(pipe_->counters().in_malformed, 1u);
  EXPECT_EQ(pipe_->counters().in_blocks, 2u);
}

TEST_P(DataPipeTest, SurvivesAFloodOfGarbage) {
  constexpr std::uint64_t kBlocks = 10'000;
  for (std::uint64_t i = 0; i < kBlocks; ++i) {
    // Cut off anywhere, as if the function had stopped in the middle.
    Bytes block = Block(0, {Packet(40)});
    block.resize(1 + i % (block.size() - 1));
    usb_->CompleteIn(kIn, UsbStatus::kOk, std::move(block));
    ASSERT_EQ(usb_->pending(kIn), 8u);
  }
  EXPECT_THAT(received_, IsEmpty());
  EXPECT_EQ(pipe_->counters().in_malformed, kBlocks);
  EXPECT_EQ(executor_->timers(), 0u);
  usb_->CompleteIn(kIn, UsbStatus::kOk, Block(0, {Packet(40)}));
  EXPECT_THAT(received_, SizeIs(1));
}

TEST_P(DataPipeTest, CountsLostBlocks) {
  for (const int sequence : {0xFFFE, 0xFFFF, 0, 3, 3}) {
    usb_->CompleteIn(kIn, UsbStatus::kOk,
                     Block(static_cast<std::uint16_t>(sequence), {Packet(40)}));
  }
  EXPECT_EQ(pipe_->counters().in_lost_blocks, 2u);
  EXPECT_THAT(received_, SizeIs(5));
}

TEST_P(DataPipeTest, SendsADatagramAtOnce) {
  EXPECT_TRUE(pipe_->Send(kSession3, Packet(100)));
  EXPECT_TRUE(pipe_->Send(kStream3, Packet(9)));
  ASSERT_THAT(written_, SizeIs(2));
  EXPECT_EQ(Parse(written_[0]).sequence, 0);
  EXPECT_THAT(Parse(written_[0]).datagrams, ElementsAre(std::pair(3u, Packet(100))));
  EXPECT_EQ(Parse(written_[1]).sequence, 1);
  EXPECT_THAT(Parse(written_[1]).datagrams, ElementsAre(std::pair(259u, Packet(9))));
}

TEST_P(DataPipeTest, CollectsDatagramsUntilFlush) {
  for (int i = 0; i < 5; ++i) {
    EXPECT_TRUE(pipe_->Send(kSession0, Packet(100), true));
  }
  EXPECT_THAT(written_, IsEmpty());
  pipe_->Flush();
  ASSERT_THAT(written_, SizeIs(1));
  EXPECT_THAT(Parse(written_[0]).datagrams, SizeIs(5));
  pipe_->Flush();
  EXPECT_THAT(written_, SizeIs(1));
}

TEST_P(DataPipeTest, CollectsDatagramsWhileAllTransfersArePending) {
  out_answer_ = std::nullopt;
  for (int i = 0; i < 20; ++i) {
    EXPECT_TRUE(pipe_->Send(kSession0, Packet(100)));
  }
  EXPECT_EQ(usb_->pending(kOut), 8u);
  EXPECT_THAT(written_, SizeIs(8));
  usb_->CompleteOut(kOut, UsbStatus::kOk);
  ASSERT_THAT(written_, SizeIs(9));
  EXPECT_THAT(Parse(written_.back()).datagrams, SizeIs(12));
  EXPECT_EQ(Parse(written_.back()).sequence, 8);
}

TEST_P(DataPipeTest, KeepsTheFunctionsSizeAndEndsTransfers) {
  for (int i = 0; i < 100; ++i) {
    EXPECT_TRUE(pipe_->Send(kSession0, Packet(1000), true));
  }
  pipe_->Flush();
  std::size_t datagrams = 0;
  for (const Bytes& block : written_) {
    EXPECT_LE(block.size(), settings_.parameters.out_max_size);
    EXPECT_TRUE(block.size() % 512 != 0 || block.size() == settings_.parameters.out_max_size);
    datagrams += Parse(block).datagrams.size();
  }
  EXPECT_EQ(datagrams, 100u);
}

TEST_P(DataPipeTest, DropsNewDatagramsIfTheQueueIsFull) {
  out_answer_ = std::nullopt;
  std::uint64_t dropped = 0;
  for (int i = 0; i < 2000; ++i) {
    dropped += pipe_->Send(kSession0, Packet(1400)) ? 0 : 1;
  }
  EXPECT_GT(dropped, 0u);
  EXPECT_EQ(pipe_->counters().out_dropped, dropped);
  EXPECT_EQ(pipe_->counters().out_datagrams, 2000 - dropped);
  out_answer_ = UsbStatus::kOk;
  for (int i = 0; i < 8; ++i) {
    usb_->CompleteOut(kOut, UsbStatus::kOk);
  }
  pipe_->Flush();
  std::size_t sent = 0;
  for (const Bytes& block : written_) {
    sent += Parse(block).datagrams.size();
  }
  EXPECT_EQ(sent, 2000 - dropped);
  EXPECT_TRUE(pipe_->Send(kSession0, Packet(1400)));
}

TEST_P(DataPipeTest, RefusesDatagramsThatFitNoBlock) {
  EXPECT_FALSE(pipe_->Send(kSession0, {}));
  EXPECT_FALSE(pipe_->Send(kSession0, Packet(settings_.parameters.out_max_size)));
  EXPECT_EQ(pipe_->counters().out_refused, 2u);
  EXPECT_THAT(written_, IsEmpty());
}

/// FakeMbimConfiguration announces wMaxSegmentSize 2048.
TEST_P(DataPipeTest, RefusesDatagramsThatAreLongerThanASegment) {
  EXPECT_TRUE(pipe_->Send(kSession0, Packet(2048)));
  EXPECT_FALSE(pipe_->Send(kSession0, Packet(2049)));
  EXPECT_EQ(pipe_->counters().out_refused, 1u);
  EXPECT_THAT(written_, SizeIs(1));
}

TEST_P(DataPipeTest, TakesEveryBlockOfATransfer) {
  for (const std::size_t padding : {0u, 1u, 4u, 100u}) {
    received_.clear();
    Bytes transfer;
    for (std::uint8_t i = 0; i < 3; ++i) {
      const Bytes block = Block(i, {Packet(40, i), Packet(60, i)});
      transfer.insert(transfer.end(), block.begin(), block.end());
      transfer.resize(transfer.size() + padding);
    }
    const auto before = pipe_->counters();
    usb_->CompleteIn(kIn, UsbStatus::kOk, transfer);
    EXPECT_THAT(received_, ElementsAre(std::pair(0u, Packet(40, 0)), std::pair(0u, Packet(60, 0)),
                                       std::pair(0u, Packet(40, 1)), std::pair(0u, Packet(60, 1)),
                                       std::pair(0u, Packet(40, 2)), std::pair(0u, Packet(60, 2))));
    EXPECT_EQ(pipe_->counters().in_blocks, before.in_blocks + 3);
    EXPECT_EQ(pipe_->counters().in_malformed, 0u);
  }
}

TEST_P(DataPipeTest, KeepsTheBlocksInFrontOfAMalformedOne) {
  Bytes transfer = Block(0, {Packet(40)});
  const std::size_t second = transfer.size();
  const Bytes block = Block(1, {Packet(60)});
  transfer.insert(transfer.end(), block.begin(), block.end());
  transfer[second + 4] ^= 0xFF;  // its wHeaderLength
  usb_->CompleteIn(kIn, UsbStatus::kOk, transfer);
  EXPECT_THAT(received_, ElementsAre(std::pair(0u, Packet(40))));
  EXPECT_EQ(pipe_->counters().in_malformed, 1u);
  // What follows a block without being one is not a fault (case 302).
  transfer.resize(second);
  transfer.insert(transfer.end(), {0, 1, 2, 3});
  usb_->CompleteIn(kIn, UsbStatus::kOk, transfer);
  EXPECT_THAT(received_, SizeIs(2));
  EXPECT_EQ(pipe_->counters().in_malformed, 1u);
}

TEST_P(DataPipeTest, ClearsAHaltAndContinuesReading) {
  usb_->CompleteIn(kIn, UsbStatus::kStall);
  executor_->Run();
  EXPECT_THAT(usb_->operations(), ElementsAre("clear-halt 130"));
  EXPECT_EQ(usb_->pending(kIn), 0u);
  executor_->Advance(milliseconds(10));
  EXPECT_EQ(usb_->pending(kIn), 8u);
  usb_->CompleteIn(kIn, UsbStatus::kOk, Block(0, {Packet(40)}));
  EXPECT_THAT(received_, SizeIs(1));
  EXPECT_EQ(pipe_->counters().in_errors, 1u);
}

TEST_P(DataPipeTest, WaitsLongerAfterEachError) {
  std::vector<milliseconds> pauses;
  for (int i = 0; i < 9; ++i) {
    usb_->CompleteIn(kIn, UsbStatus::kError);
    executor_->Run();
    const auto before = executor_->Now();
    while (usb_->pending(kIn) < 8) {
      executor_->Advance(milliseconds(1));
    }
    pauses.push_back(std::chrono::duration_cast<milliseconds>(executor_->Now() - before));
  }
  EXPECT_EQ(pauses.front(), milliseconds(10));
  EXPECT_EQ(pauses[1], milliseconds(20));
  EXPECT_EQ(pauses.back(), milliseconds(1'000));
}

TEST_P(DataPipeTest, ClearsAHaltAndContinuesWriting) {
  out_answer_ = UsbStatus::kStall;
  EXPECT_TRUE(pipe_->Send(kSession0, Packet(100)));
  out_answer_ = UsbStatus::kOk;
  EXPECT_TRUE(pipe_->Send(kSession0, Packet(101)));
  EXPECT_THAT(written_, SizeIs(1));
  executor_->Run();
  EXPECT_THAT(usb_->operations(), ElementsAre("clear-halt 7"));
  executor_->Advance(milliseconds(10));
  ASSERT_THAT(written_, SizeIs(2));
  EXPECT_THAT(Parse(written_[1]).datagrams, ElementsAre(std::pair(0u, Packet(101))));
  EXPECT_EQ(pipe_->counters().out_errors, 1u);
}

TEST_P(DataPipeTest, EndsWithTheDevice) {
  usb_->Vanish();
  executor_->Advance(milliseconds(60'000));
  EXPECT_FALSE(pipe_->Send(kSession0, Packet(100)));
  EXPECT_EQ(usb_->pending(), 0u);
}

TEST_P(DataPipeTest, StopsAndStartsAgain) {
  pipe_->Stop();
  EXPECT_EQ(usb_->pending(kIn), 0u);
  EXPECT_FALSE(pipe_->Send(kSession0, Packet(100)));
  pipe_->Start(settings_);
  EXPECT_EQ(usb_->pending(kIn), 8u);
  EXPECT_TRUE(pipe_->Send(kSession0, Packet(100)));
  EXPECT_EQ(Parse(written_.back()).sequence, 0);
  usb_->CompleteIn(kIn, UsbStatus::kOk, Block(0, {Packet(40)}));
  EXPECT_THAT(received_, SizeIs(1));
}

/// After a block that ends on a packet boundary the function waits for more data, unless the block
/// has the function's maximum size.
TEST_P(DataPipeTest, BlocksBelowTheMaximumDoNotEndOnAPacket) {
  pipe_->Stop();
  config_.largest_out = 2048;
  settings_.parameters.out_max_size = 4096;
  Make();
  // All lengths around the length of a full block.
  for (std::size_t size = 1990; size < 2048; ++size) {
    if (pipe_->Send(kSession0, Packet(size))) {
      EXPECT_NE(written_.back().size() % 512, 0u) << size;
    }
  }
  EXPECT_GT(written_.back().size(), 2000u) << "some were sent";
}

TEST_P(DataPipeTest, SinksAreToldWhenTheyAreIdle) {
  usb_->set_completions_come_together(true);
  usb_->CompleteIn(kIn, UsbStatus::kOk, Block(0, {Packet(40), Packet(40)}));
  usb_->CompleteIn(kIn, UsbStatus::kOk, Block(1, {Packet(40)}));
  EXPECT_EQ(idle_, 0);
  usb_->EndCompletions();
  EXPECT_EQ(idle_, 1);
  usb_->CompleteIn(kIn, UsbStatus::kOk, Block(2, {Packet(40)}));
  usb_->EndCompletions();
  EXPECT_EQ(idle_, 2);
}

TEST_P(DataPipeTest, SinksAreToldOfIdlenessWhenThePipeStops) {
  usb_->set_completions_come_together(true);
  usb_->CompleteIn(kIn, UsbStatus::kOk, Block(0, {Packet(40)}));
  pipe_->Stop();
  EXPECT_EQ(idle_, 1);
  usb_->EndCompletions();
  EXPECT_EQ(idle_, 1);
}

TEST_P(DataPipeTest, DoesNotCallARemovedSink) {
  pipe_->set_sink(kSession0, {});
  usb_->CompleteIn(kIn, UsbStatus::kOk, Block(0, {Packet(40)}));
  EXPECT_THAT(received_, IsEmpty());
}

TEST_P(DataPipeTest, UsesTheConfiguredNumberOfTransfers) {
  pipe_->Stop();
  config_.transfers = 3;
  Make();
  EXPECT_EQ(usb_->pending(kIn), 3u);
}

}  // namespace
}  // namespace mbnrig::transport
