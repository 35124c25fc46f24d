#include "usb/data_pipe.h"

#include <gmock/gmock.h>

namespace mbnrig::usb {
namespace {

using mbim::NtbFormat;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

class Pipe : public ::testing::TestWithParam<NtbFormat> {
 protected:
  Pipe() {
    pipe_.set_uplink({[this](std::uint8_t session, ByteView datagram) {
                        up_.emplace_back(session, datagram.size());
                      },
                      [this](std::uint8_t session) { idle_.push_back(session); }});
    pipe_.set_ready([this] { ++ready_; });
    pipe_.SetSession(1, true);
    pipe_.SetSession(255, true);
    pipe_.Configure(Settings());
  }
  static DataPipe::Settings Settings() { return {true, GetParam(), 16384, 0, 2048, {}}; }
  /// An NTB from the host: session and bytes of each datagram.
  Bytes Ntb(const std::vector<std::pair<std::uint8_t, std::size_t>>& datagrams, bool ip = true) {
    mbim::NtbWriter writer;
    writer.Reset(parameters_.OutLimits(GetParam()), GetParam(), 0, 512);
    for (const auto& [session, size] : datagrams)
      EXPECT_TRUE(writer.Add(session, ip, Bytes(size, session)));
    const ByteView ntb = writer.Finish();
    return {ntb.begin(), ntb.end()};
  }
  /// The contents of the next NTB for the host: session and bytes of each datagram.
  std::vector<std::pair<std::uint8_t, std::size_t>> Take() {
    const auto ntb = pipe_.Take();
    if (!ntb) return {};
    mbim::NtbContents contents;
    EXPECT_FALSE(mbim::ParseNtb(*ntb, GetParam(), contents));
    sequence_ = contents.sequence;
    std::vector<std::pair<std::uint8_t, std::size_t>> datagrams;
    for (const auto& datagram : contents.datagrams)
      datagrams.emplace_back(datagram.session, datagram.bytes.size());
    return datagrams;
  }

  const mbim::NtbParameters parameters_;
  DataPipe pipe_;
  std::vector<std::pair<int, std::size_t>> up_;
  std::vector<int> idle_;
  int ready_ = 0;
  int sequence_ = -1;
};
INSTANTIATE_TEST_SUITE_P(Formats, Pipe, ::testing::Values(NtbFormat::kNtb16, NtbFormat::kNtb32),
                         [](const auto& test) {
                           return test.param == NtbFormat::kNtb16 ? "Ntb16" : "Ntb32";
                         });

TEST_P(Pipe, UplinkDatagramsKeepTheirSession) {
  pipe_.Receive(Ntb({{1, 100}, {255, 200}, {1, 300}}));
  EXPECT_THAT(up_, ElementsAre(Pair(1, 100), Pair(1, 300), Pair(255, 200)));
  EXPECT_EQ(pipe_.statistics().uplink_bytes, 600u);
}

TEST_P(Pipe, SessionsAreToldWhenTheyAreIdle) {
  pipe_.Receive(Ntb({{255, 100}, {1, 100}, {2, 100}}));
  pipe_.Receive(Ntb({{1, 200}}));
  EXPECT_THAT(idle_, IsEmpty());
  pipe_.ReceiveIdle();
  EXPECT_THAT(idle_, ElementsAre(255, 1));
  pipe_.ReceiveIdle();
  EXPECT_EQ(idle_.size(), 2u) << "nothing came in between";
  pipe_.Receive(Ntb({{1, 100}}));
  pipe_.ReceiveIdle();
  EXPECT_THAT(idle_, ElementsAre(255, 1, 1));
}

TEST_P(Pipe, OnlyActiveSessionsPassUplinkDatagrams) {
  pipe_.Receive(Ntb({{2, 100}, {1, 10}}));
  EXPECT_THAT(up_, ElementsAre(Pair(1, 10)));
  pipe_.SetSession(1, false);
  pipe_.Receive(Ntb({{1, 10}}));
  EXPECT_EQ(up_.size(), 1u);
  EXPECT_EQ(pipe_.statistics().uplink_dropped, 2u);
}

TEST_P(Pipe, LongDatagramsAndDeviceServiceStreamsAreCounted) {
  pipe_.Receive(Ntb({{1, 2049}, {1, 2048}}));
  EXPECT_THAT(up_, ElementsAre(Pair(1, 2048)));
  EXPECT_EQ(pipe_.statistics().uplink_dropped, 1u);
  pipe_.Receive(Ntb({{1, 100}}, false));
  EXPECT_EQ(up_.size(), 1u);
  EXPECT_EQ(pipe_.statistics().dss_dropped, 1u);
}

TEST_P(Pipe, MalformedNtbsAreCountedAndExplained) {
  Bytes ntb = Ntb({{1, 100}});
  ntb[0] ^= 1;
  pipe_.Receive(ntb);
  pipe_.Receive(Bytes(16385));
  pipe_.Receive({});  // only ends a transfer
  EXPECT_THAT(up_, IsEmpty());
  EXPECT_EQ(pipe_.statistics().malformed_ntbs, 2u);
  EXPECT_EQ(pipe_.statistics().out_ntbs, 2u);
  EXPECT_EQ(pipe_.statistics().last_malformed, "longer than dwNtbOutMaxSize");
}

TEST_P(Pipe, DownlinkDatagramsShareAnNtb) {
  pipe_.Downlink(1, Bytes(100));
  pipe_.Downlink(255, Bytes(200));
  EXPECT_EQ(ready_, 1) << "reported once until Take";
  EXPECT_THAT(Take(), ElementsAre(Pair(1, 100), Pair(255, 200)));
  EXPECT_THAT(Take(), IsEmpty());
  pipe_.Downlink(1, Bytes(100));
  EXPECT_EQ(ready_, 2);
  EXPECT_THAT(Take(), ElementsAre(Pair(1, 100)));
  EXPECT_EQ(sequence_, 1);
}

TEST_P(Pipe, AnNtbKeepsTheHostsLimits) {
  auto settings = Settings();
  settings.in_max_size = 2048;
  settings.in_max_datagrams = 3;
  pipe_.Configure(settings);
  for (const std::size_t size : {1020, 1020, 500, 1, 2, 3, 4})
    pipe_.Downlink(1, Bytes(size));
  EXPECT_THAT(Take(), ElementsAre(Pair(1, 1020)));
  EXPECT_THAT(Take(), ElementsAre(Pair(1, 1020), Pair(1, 500), Pair(1, 1)));
  EXPECT_THAT(Take(), ElementsAre(Pair(1, 2), Pair(1, 3), Pair(1, 4)));
  pipe_.Downlink(1, Bytes(2040));
  EXPECT_THAT(Take(), IsEmpty()) << "does not fit into an NTB";
  EXPECT_EQ(pipe_.statistics().downlink_dropped, 1u);
}

TEST_P(Pipe, NoNtbNeedsAZeroLengthPacket) {
  for (std::size_t size = 1; size < 600; ++size) {
    pipe_.Downlink(1, Bytes(size));
    EXPECT_NE(pipe_.Take().value().size() % 64, 0u);
  }
}

TEST_P(Pipe, ADeactivatedSessionPassesNothing) {
  pipe_.Downlink(1, Bytes(1));
  pipe_.Downlink(255, Bytes(2));
  pipe_.Downlink(1, Bytes(3));
  pipe_.SetSession(1, false);
  EXPECT_THAT(Take(), ElementsAre(Pair(255, 2)));
  pipe_.Downlink(1, Bytes(1));
  EXPECT_THAT(Take(), IsEmpty());
  EXPECT_EQ(pipe_.statistics().downlink_dropped, 3u);
}

TEST_P(Pipe, ADeactivatedSessionKeepsOrderAndSequenceOfTheOthers) {
  EXPECT_TRUE((pipe_.Downlink(1, Bytes(1)), Take().size() == 1));
  // Fills some blocks and begins another one.
  std::size_t others = 0;
  for (std::size_t size = 1000; size < 1100; ++size) {
    const bool other = size % 3 == 0;
    others += other ? 1 : 0;
    pipe_.Downlink(other ? 255 : 1, Bytes(size));
  }
  pipe_.SetSession(1, false);
  EXPECT_EQ(pipe_.statistics().queued, others);
  std::size_t expected = 1002;
  for (int sequence = 1; expected < 1100; ++sequence) {
    const auto datagrams = Take();
    ASSERT_THAT(datagrams, Not(IsEmpty()));
    EXPECT_EQ(sequence_, sequence);
    for (const auto& datagram : datagrams) {
      EXPECT_THAT(datagram, Pair(255, expected));
      expected += 3;
    }
  }
  EXPECT_THAT(Take(), IsEmpty());
  EXPECT_EQ(pipe_.statistics().downlink_datagrams, 1 + others);
  EXPECT_EQ(pipe_.statistics().downlink_dropped, 100 - others);
}

TEST_P(Pipe, BlocksAreReused) {
  const std::size_t size = 1400;
  const std::uint8_t* before = nullptr;
  std::vector<Bytes> others;  // would get the memory if it were freed
  for (int i = 0; i < 3; ++i) {
    others.emplace_back(Settings().in_max_size);
    for (std::uint8_t at = 0; at < 11; ++at)
      pipe_.Downlink(1, Bytes(size, at));
    Bytes ntb = pipe_.Take().value();
    mbim::NtbContents contents;
    EXPECT_FALSE(mbim::ParseNtb(ntb, GetParam(), contents));
    ASSERT_EQ(contents.datagrams.size(), 11u);
    for (std::uint8_t at = 0; at < 11; ++at)
      EXPECT_EQ(Bytes(size, at),
                Bytes(contents.datagrams[at].bytes.begin(), contents.datagrams[at].bytes.end()));
    // One block is filled while the other one is sent.
    if (i == 2) {
      EXPECT_EQ(ntb.data(), before);
    }
    if (i == 0) before = ntb.data();
    pipe_.GiveBack(std::move(ntb));
  }
}

TEST_P(Pipe, BlocksWithLittleDataAreSmall) {
  pipe_.Downlink(1, Bytes(100));
  EXPECT_LT(pipe_.Take().value().capacity(), 1000u);
}

TEST_P(Pipe, TheQueueForTheHostIsLimited) {
  for (std::size_t i = 0; i < DataPipe::kMaxQueued + 10; ++i)
    pipe_.Downlink(1, Bytes(1));
  EXPECT_EQ(pipe_.statistics().queued, DataPipe::kMaxQueued);
  EXPECT_EQ(pipe_.statistics().downlink_dropped, 10u);
}

TEST_P(Pipe, ASmallerSizeKeepsWhatWaitsAndTheSequence) {
  pipe_.Downlink(1, Bytes(1));
  Take();
  for (int i = 0; i < 3; ++i)
    pipe_.Downlink(1, Bytes(1500));
  pipe_.Downlink(1, Bytes(1600));
  auto smaller = Settings();
  smaller.in_max_size = 2048;
  smaller.max_datagram_size = 1500;
  pipe_.Configure(smaller);
  for (int sequence = 1; sequence <= 3; ++sequence) {
    EXPECT_THAT(Take(), ElementsAre(Pair(1, 1500)));
    EXPECT_EQ(sequence_, sequence);
  }
  EXPECT_THAT(Take(), IsEmpty());
  EXPECT_EQ(pipe_.statistics().downlink_dropped, 1u) << "the long one";
}

TEST_P(Pipe, BlocksThatAreTakenBackComeFirstAndWithoutEndedSessions) {
  int ended = 0;
  pipe_.set_ready(nullptr, [&ended] { ++ended; });
  std::vector<Bytes> taken;
  pipe_.Downlink(1, Bytes(10));
  taken.push_back(pipe_.Take().value());
  pipe_.Downlink(1, Bytes(11));
  pipe_.Downlink(255, Bytes(12));
  taken.push_back(pipe_.Take().value());
  pipe_.Downlink(255, Bytes(13));
  pipe_.SetSession(1, false);
  EXPECT_EQ(ended, 1);
  pipe_.SetSession(1, false);
  EXPECT_EQ(ended, 1) << "it had ended";
  pipe_.SetSession(1, true);  // the next context of that session
  pipe_.Downlink(1, Bytes(14));
  std::ranges::reverse(taken);
  pipe_.TakeBack(taken);
  EXPECT_THAT(Take(), UnorderedElementsAre(Pair(255, 12), Pair(255, 13), Pair(1, 14)));
  EXPECT_EQ(sequence_, 0) << "the host has got no block";
  const auto statistics = pipe_.statistics();
  EXPECT_EQ(statistics.downlink_datagrams, 3u);
  EXPECT_EQ(statistics.downlink_dropped, 2u);
  EXPECT_EQ(statistics.in_ntbs, 1u);
}

TEST_P(Pipe, BlocksFromBeforeAResetAreNotTakenBack) {
  pipe_.Downlink(1, Bytes(10));
  const Bytes taken = pipe_.Take().value();
  pipe_.Reset();
  pipe_.TakeBack({taken});
  EXPECT_THAT(Take(), IsEmpty());
  pipe_.Downlink(1, Bytes(11));
  EXPECT_THAT(Take(), ElementsAre(Pair(1, 11)));
  EXPECT_EQ(sequence_, 0);
}

// The session ended before the reset, and is active again: only the other one's data is void.
TEST_P(Pipe, ASessionThatEndedBeforeAResetKeepsItsDataAfterIt) {
  pipe_.SetSession(1, false);
  pipe_.Reset();
  pipe_.SetSession(1, true);
  pipe_.Downlink(1, Bytes(10));
  const Bytes taken = pipe_.Take().value();
  pipe_.SetSession(255, false);
  pipe_.TakeBack({taken});
  EXPECT_THAT(Take(), ElementsAre(Pair(1, 10)));
}

TEST_P(Pipe, ChangedSettingsStartAfresh) {
  pipe_.Downlink(1, Bytes(1));
  Take();
  pipe_.Downlink(1, Bytes(1));
  pipe_.Configure(Settings());  // the same
  Take();
  EXPECT_EQ(sequence_, 1);
  pipe_.Downlink(1, Bytes(1));
  auto stopped = Settings();
  stopped.running = false;
  pipe_.Configure(stopped);
  EXPECT_THAT(Take(), IsEmpty());
  pipe_.Receive(Ntb({{1, 1}}));
  EXPECT_THAT(up_, IsEmpty());
  pipe_.Configure(Settings());
  pipe_.Downlink(1, Bytes(1));
  EXPECT_THAT(Take(), ElementsAre(Pair(1, 1)));
  EXPECT_EQ(sequence_, 0);
}

}  // namespace
}  // namespace mbnrig::usb
