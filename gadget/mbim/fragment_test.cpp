#include "mbim/fragment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>
#include <stdexcept>

#include "mbim/service_ids.h"
#include "mbim/wire.h"

namespace mbnrig::mbim {
namespace {

using std::chrono::milliseconds;
using TimePoint = Reassembler::TimePoint;
using Result = std::variant<std::monostate, Bytes, MessageError>;

constexpr TimePoint kStart{};

Bytes Numbered(std::size_t size) {
  Bytes bytes(size);
  std::iota(bytes.begin(), bytes.end(), std::uint8_t{1});
  return bytes;
}

Bytes Command(std::uint32_t transaction_id, std::size_t information) {
  return EncodeMessage(HostMessage(CommandMessage{transaction_id, kServiceBasicConnect, 12,
                                                  CommandType::kSet, Numbered(information)}));
}

Reassembler Receiver(std::uint32_t max_transfer = 64, std::uint32_t max_message = 1u << 20) {
  return Reassembler({max_transfer, max_message, milliseconds(1250)});
}

const Bytes* Whole(const Result& result) {
  return std::get_if<Bytes>(&result);
}
const MessageError* Error(const Result& result) {
  return std::get_if<MessageError>(&result);
}
bool NeedsMore(const Result& result) {
  return std::holds_alternative<std::monostate>(result);
}

::testing::AssertionResult IsError(const Result& result, ProtocolError error,
                                   std::uint32_t transaction_id,
                                   std::optional<std::uint32_t> other = std::nullopt) {
  const MessageError* found = Error(result);
  if (found == nullptr) return ::testing::AssertionFailure() << "no error";
  if (found->error != error || found->transaction_id != transaction_id ||
      found->other_transaction_id != other) {
    return ::testing::AssertionFailure()
           << "error " << static_cast<int>(found->error) << " of transaction "
           << found->transaction_id << " and " << found->other_transaction_id.value_or(0) << ": "
           << found->reason;
  }
  return ::testing::AssertionSuccess();
}

// --- cutting ------------------------------------------------------------------------------------

TEST(Fragment, LeavesAMessageThatFitsAlone) {
  const Bytes message = Command(1, 16);
  ASSERT_EQ(message.size(), 64u);
  EXPECT_THAT(Fragment(message, 64), ::testing::ElementsAre(message));
}

TEST(Fragment, CutsAtTheNegotiatedSizeAndNumbersThePieces) {
  const Bytes message = Command(9, 17);  // one byte too many for a transfer of 64
  const auto fragments = Fragment(message, 64);
  ASSERT_EQ(fragments.size(), 2u);
  EXPECT_EQ(fragments[0].size(), 64u);
  EXPECT_EQ(fragments[1].size(), 21u);
  for (std::uint32_t i = 0; i < 2; ++i) {
    EXPECT_EQ(LoadU32(fragments[i], 0), 3u);
    EXPECT_EQ(LoadU32(fragments[i], 4), fragments[i].size());
    EXPECT_EQ(LoadU32(fragments[i], 8), 9u);
    EXPECT_EQ(LoadU32(fragments[i], 12), 2u);
    EXPECT_EQ(LoadU32(fragments[i], 16), i);
  }
}

TEST(Fragment, NeverCutsOtherTypes) {
  for (const Bytes& message : {EncodeMessage(HostMessage(OpenMessage{1, 64})),
                               EncodeMessage(FunctionMessage(FunctionErrorMessage{}))}) {
    EXPECT_THAT(Fragment(message, 64), ::testing::ElementsAre(message));
  }
}

TEST(Fragment, LeavesBytesWithoutAHeaderAlone) {
  EXPECT_THAT(Fragment(Bytes{1, 2, 3}, 64), ::testing::ElementsAre(Bytes{1, 2, 3}));
}

TEST(Fragment, RefusesATransferSizeBelowTheMinimum) {
  EXPECT_THROW(Fragment(Command(1, 100), 63), std::invalid_argument);
  EXPECT_THROW(Fragment(Command(1, 100), 0), std::invalid_argument);
}

TEST(Fragment, IsUndoneByReassemblyAtEverySize) {
  for (std::uint32_t max_transfer : {64u, 65u, 100u, 511u, 512u, 4096u}) {
    for (std::size_t information = 0; information < 400; ++information) {
      const Bytes message = Command(3, information);
      Reassembler reassembler = Receiver(max_transfer);
      const auto fragments = Fragment(message, max_transfer);
      for (std::size_t i = 0; i < fragments.size(); ++i) {
        ASSERT_LE(fragments[i].size(), max_transfer);
        const Result result = reassembler.Push(fragments[i], kStart);
        if (i + 1 < fragments.size()) {
          ASSERT_TRUE(NeedsMore(result)) << information;
        } else {
          ASSERT_NE(Whole(result), nullptr) << information;
          ASSERT_EQ(*Whole(result), message) << information;
        }
      }
      ASSERT_FALSE(reassembler.Deadline());
    }
  }
}

TEST(Fragment, WorksForAnswersAndIndications) {
  for (const Bytes& message :
       {EncodeMessage(FunctionMessage(
            CommandDone{4, kServiceBasicConnect, 16, Status::kSuccess, Numbered(300)})),
        EncodeMessage(FunctionMessage(IndicateStatus{kServiceBasicConnect, 9, Numbered(300)}))}) {
    Reassembler reassembler = Receiver();
    Result last;
    for (const Bytes& fragment : Fragment(message, 64)) {
      last = reassembler.Push(fragment, kStart);
    }
    ASSERT_NE(Whole(last), nullptr);
    EXPECT_EQ(*Whole(last), message);
  }
}

// --- sequence -----------------------------------------------------------------------------------

TEST(Reassembler, RefusesAMessageThatBeginsInItsMiddle) {
  Reassembler reassembler = Receiver();
  const auto fragments = Fragment(Command(5, 200), 64);
  EXPECT_TRUE(
      IsError(reassembler.Push(fragments[1], kStart), ProtocolError::kFragmentOutOfSequence, 5));
  EXPECT_FALSE(reassembler.Deadline());
}

TEST(Reassembler, RefusesASkippedOrRepeatedFragment) {
  const auto fragments = Fragment(Command(5, 200), 64);
  for (const std::size_t wrong : {std::size_t{1}, std::size_t{3}}) {
    Reassembler reassembler = Receiver();
    ASSERT_TRUE(NeedsMore(reassembler.Push(fragments[0], kStart)));
    ASSERT_TRUE(NeedsMore(reassembler.Push(fragments[1], kStart)));
    EXPECT_TRUE(IsError(reassembler.Push(fragments[wrong], kStart),
                        ProtocolError::kFragmentOutOfSequence, 5));
    // The gathered fragments were dropped: the fragment that was expected is refused too.
    EXPECT_TRUE(
        IsError(reassembler.Push(fragments[2], kStart), ProtocolError::kFragmentOutOfSequence, 5));
  }
}

TEST(Reassembler, RefusesEveryFurtherFragmentOfARefusedMessage) {
  Reassembler reassembler = Receiver();
  const auto fragments = Fragment(Command(5, 200), 64);
  for (int i = 0; i < 2; ++i) {
    EXPECT_TRUE(
        IsError(reassembler.Push(fragments[1], kStart), ProtocolError::kFragmentOutOfSequence, 5));
  }
}

TEST(Reassembler, StartsAgainWithFragmentZeroOfTheSameTransaction) {
  Reassembler reassembler = Receiver();
  const Bytes message = Command(5, 100);
  const auto fragments = Fragment(message, 64);
  ASSERT_EQ(fragments.size(), 3u);
  ASSERT_TRUE(NeedsMore(reassembler.Push(fragments[0], kStart)));
  EXPECT_TRUE(
      IsError(reassembler.Push(fragments[0], kStart), ProtocolError::kFragmentOutOfSequence, 5));
  EXPECT_FALSE(reassembler.TakeWaiting());
  ASSERT_TRUE(NeedsMore(reassembler.Push(fragments[1], kStart)));
  const Result last = reassembler.Push(fragments[2], kStart);
  ASSERT_NE(Whole(last), nullptr);
  EXPECT_EQ(*Whole(last), message);
}

TEST(Reassembler, GivesUpAMessageThatAnotherOneInterrupts) {
  Reassembler reassembler = Receiver();
  const Bytes second = Command(6, 100);
  const auto fragments = Fragment(second, 64);
  ASSERT_TRUE(NeedsMore(reassembler.Push(Fragment(Command(5, 200), 64)[0], kStart)));
  EXPECT_TRUE(
      IsError(reassembler.Push(fragments[0], kStart), ProtocolError::kFragmentOutOfSequence, 5));
  ASSERT_TRUE(NeedsMore(reassembler.Push(fragments[1], kStart)));
  const Result last = reassembler.Push(fragments[2], kStart);
  ASSERT_NE(Whole(last), nullptr);
  EXPECT_EQ(*Whole(last), second);
}

TEST(Reassembler, KeepsAWholeMessageThatInterruptsAnother) {
  Reassembler reassembler = Receiver();
  const Bytes second = Command(6, 8);
  ASSERT_TRUE(NeedsMore(reassembler.Push(Fragment(Command(5, 200), 64)[0], kStart)));
  EXPECT_TRUE(IsError(reassembler.Push(second, kStart), ProtocolError::kFragmentOutOfSequence, 5));
  EXPECT_EQ(reassembler.TakeWaiting(), second);
  EXPECT_FALSE(reassembler.TakeWaiting());
}

TEST(Reassembler, TellsBothTransactionsOfAStrayFragment) {
  Reassembler reassembler = Receiver();
  ASSERT_TRUE(NeedsMore(reassembler.Push(Fragment(Command(5, 200), 64)[0], kStart)));
  EXPECT_TRUE(IsError(reassembler.Push(Fragment(Command(6, 200), 64)[1], kStart),
                      ProtocolError::kFragmentOutOfSequence, 5, 6));
}

TEST(Reassembler, RefusesAFragmentWhoseTotalOrTypeChanged) {
  const auto fragments = Fragment(Command(5, 200), 64);
  for (const std::size_t at : {std::size_t{0}, std::size_t{12}}) {
    Reassembler reassembler = Receiver();
    ASSERT_TRUE(NeedsMore(reassembler.Push(fragments[0], kStart)));
    Bytes changed = fragments[1];
    StoreU32(changed, at, at == 0 ? 0x80000003u : 7u);
    EXPECT_TRUE(
        IsError(reassembler.Push(changed, kStart), ProtocolError::kFragmentOutOfSequence, 5));
  }
}

TEST(Reassembler, RefusesFragmentNumbersThatMakeNoSense) {
  Bytes none = Command(5, 8);
  StoreU32(none, 12, 0);
  EXPECT_TRUE(IsError(Receiver().Push(none, kStart), ProtocolError::kFragmentOutOfSequence, 5));
  Bytes behind = Command(5, 8);
  StoreU32(behind, 16, 1);
  EXPECT_TRUE(IsError(Receiver().Push(behind, kStart), ProtocolError::kFragmentOutOfSequence, 5));
}

// --- other messages in between ------------------------------------------------------------------

TEST(Reassembler, LetsAnUnrelatedErrorMessagePass) {
  Reassembler reassembler = Receiver();
  const Bytes message = Command(5, 100);
  const auto fragments = Fragment(message, 64);
  const Bytes cancel = EncodeMessage(HostMessage(HostErrorMessage{4, ProtocolError::kCancel}));
  ASSERT_TRUE(NeedsMore(reassembler.Push(fragments[0], kStart)));
  EXPECT_EQ(*Whole(reassembler.Push(cancel, kStart)), cancel);
  ASSERT_TRUE(NeedsMore(reassembler.Push(fragments[1], kStart)));
  EXPECT_EQ(*Whole(reassembler.Push(fragments[2], kStart)), message);
}

TEST(Reassembler, ForgetsAMessageThatItsSenderCancels) {
  Reassembler reassembler = Receiver();
  ASSERT_TRUE(NeedsMore(reassembler.Push(Fragment(Command(5, 100), 64)[0], kStart)));
  const Bytes cancel = EncodeMessage(HostMessage(HostErrorMessage{5, ProtocolError::kCancel}));
  EXPECT_EQ(*Whole(reassembler.Push(cancel, kStart)), cancel);
  EXPECT_FALSE(reassembler.Deadline());
}

TEST(Reassembler, ForgetsEverythingWhenTheChannelIsOpenedOrClosed) {
  for (const Bytes& message : {EncodeMessage(HostMessage(OpenMessage{6, 4096})),
                               EncodeMessage(HostMessage(CloseMessage{6})),
                               EncodeMessage(FunctionMessage(OpenDone{6, Status::kSuccess})),
                               EncodeMessage(FunctionMessage(CloseDone{6, Status::kSuccess}))}) {
    Reassembler reassembler = Receiver();
    ASSERT_TRUE(NeedsMore(reassembler.Push(Fragment(Command(5, 100), 64)[0], kStart)));
    EXPECT_EQ(*Whole(reassembler.Push(message, kStart)), message);
    EXPECT_FALSE(reassembler.Deadline());
  }
}

TEST(Reassembler, ForgetsOnReset) {
  Reassembler reassembler = Receiver();
  const auto fragments = Fragment(Command(5, 100), 64);
  ASSERT_TRUE(NeedsMore(reassembler.Push(fragments[0], kStart)));
  reassembler.Reset();
  EXPECT_FALSE(reassembler.Deadline());
  EXPECT_TRUE(
      IsError(reassembler.Push(fragments[1], kStart), ProtocolError::kFragmentOutOfSequence, 5));
}

// --- lengths ------------------------------------------------------------------------------------

TEST(Reassembler, RefusesWhatIsNoMessage) {
  for (std::size_t size = 0; size < kHeaderSize; ++size) {
    EXPECT_TRUE(
        IsError(Receiver().Push(Bytes(size, 0xFF), kStart), ProtocolError::kLengthMismatch, 0));
  }
}

TEST(Reassembler, RefusesAFragmentCutAnywhere) {
  const Bytes message = Command(5, 8);
  for (std::size_t size = kHeaderSize; size < message.size(); ++size) {
    Bytes cut(message.begin(), message.begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_TRUE(IsError(Receiver().Push(cut, kStart), ProtocolError::kLengthMismatch, 5));
    if (size >= kHeaderSize + kFragmentHeaderSize) continue;
    StoreU32(cut, 4, static_cast<std::uint32_t>(size));
    EXPECT_TRUE(IsError(Receiver().Push(cut, kStart), ProtocolError::kLengthMismatch, 5));
  }
}

TEST(Reassembler, RefusesATransferLongerThanNegotiated) {
  EXPECT_TRUE(IsError(Receiver(64).Push(Command(5, 17), kStart), ProtocolError::kMaxTransfer, 5));
}

TEST(Reassembler, TellsTheTransactionThatADamagedFragmentEnds) {
  Reassembler reassembler = Receiver();
  ASSERT_TRUE(NeedsMore(reassembler.Push(Fragment(Command(5, 100), 64)[0], kStart)));
  EXPECT_TRUE(IsError(reassembler.Push(Bytes(3), kStart), ProtocolError::kLengthMismatch, 0, 5));
  EXPECT_FALSE(reassembler.Deadline());
}

TEST(Reassembler, RefusesAnEmptyFragment) {
  Reassembler reassembler = Receiver();
  auto fragments = Fragment(Command(5, 200), 64);
  ASSERT_TRUE(NeedsMore(reassembler.Push(fragments[0], kStart)));
  fragments[1].resize(kHeaderSize + kFragmentHeaderSize);
  StoreU32(fragments[1], 4, static_cast<std::uint32_t>(fragments[1].size()));
  EXPECT_TRUE(IsError(reassembler.Push(fragments[1], kStart), ProtocolError::kLengthMismatch, 5));
}

TEST(Reassembler, ObeysNewLimits) {
  Reassembler reassembler = Receiver(64);
  reassembler.set_limits({128, 1u << 20, milliseconds(1250)});
  EXPECT_NE(Whole(reassembler.Push(Command(5, 80), kStart)), nullptr);
  EXPECT_TRUE(IsError(reassembler.Push(Command(5, 81), kStart), ProtocolError::kMaxTransfer, 5));
}

// --- memory -------------------------------------------------------------------------------------

TEST(Reassembler, TakesAMessageOfExactlyTheLimitAndNotOneByteMore) {
  for (const std::size_t excess : {std::size_t{0}, std::size_t{1}}) {
    const Bytes message = Command(5, 1000 - 48 + excess);
    ASSERT_EQ(message.size(), 1000 + excess);
    Reassembler reassembler = Receiver(64, 1000);
    Result last;
    for (const Bytes& fragment : Fragment(message, 64)) {
      last = reassembler.Push(fragment, kStart);
    }
    if (excess == 0) {
      ASSERT_NE(Whole(last), nullptr);
      EXPECT_EQ(*Whole(last), message);
    } else {
      EXPECT_TRUE(IsError(last, ProtocolError::kMaxTransfer, 5));
    }
    EXPECT_FALSE(reassembler.Deadline());
  }
}

TEST(Reassembler, RefusesASingleFragmentAboveTheLimit) {
  EXPECT_TRUE(
      IsError(Receiver(64, 60).Push(Command(5, 16), kStart), ProtocolError::kMaxTransfer, 5));
}

TEST(Reassembler, NeverGathersMoreThanTheLimitHoweverManyFragmentsAreAnnounced) {
  Reassembler reassembler = Receiver(64, 10'000);
  Bytes fragment = Fragment(Command(5, 200), 64)[0];
  StoreU32(fragment, 12, 0xFFFFFFFF);
  ASSERT_TRUE(NeedsMore(reassembler.Push(fragment, kStart)));
  std::uint32_t current = 1;
  Result result;
  do {
    StoreU32(fragment, 16, current++);
    result = reassembler.Push(fragment, kStart);
  } while (NeedsMore(result));
  EXPECT_TRUE(IsError(result, ProtocolError::kMaxTransfer, 5));
  EXPECT_EQ(current, (10'000u - 64u) / 44u +
                         2u);  // the first fragment has 64 bytes, each further one adds 44
}

// --- time ---------------------------------------------------------------------------------------

TEST(Reassembler, HasADeadlineOnlyWhileAMessageIsUnfinished) {
  Reassembler reassembler = Receiver();
  const auto fragments = Fragment(Command(5, 100), 64);
  EXPECT_FALSE(reassembler.Deadline());
  ASSERT_TRUE(NeedsMore(reassembler.Push(fragments[0], kStart)));
  EXPECT_EQ(reassembler.Deadline(), kStart + milliseconds(1250));
  ASSERT_TRUE(NeedsMore(reassembler.Push(fragments[1], kStart + milliseconds(1000))));
  EXPECT_EQ(reassembler.Deadline(), kStart + milliseconds(2250));
  ASSERT_NE(Whole(reassembler.Push(fragments[2], kStart + milliseconds(2000))), nullptr);
  EXPECT_FALSE(reassembler.Deadline());
}

TEST(Reassembler, ExpiresAtTheDeadlineAndOnce) {
  Reassembler reassembler = Receiver();
  const auto fragments = Fragment(Command(5, 100), 64);
  EXPECT_FALSE(reassembler.Expire(kStart + milliseconds(99'999)));
  ASSERT_TRUE(NeedsMore(reassembler.Push(fragments[0], kStart)));
  EXPECT_FALSE(reassembler.Expire(kStart + milliseconds(1249)));
  const auto error = reassembler.Expire(kStart + milliseconds(1250));
  ASSERT_TRUE(error);
  EXPECT_EQ(error->error, ProtocolError::kTimeoutFragment);
  EXPECT_EQ(error->transaction_id, 5u);
  EXPECT_FALSE(reassembler.Expire(kStart + milliseconds(1250)));
  EXPECT_FALSE(reassembler.Deadline());
}

TEST(Reassembler, RefusesALateFragmentThoughNobodyAskedForExpiry) {
  Reassembler reassembler = Receiver();
  const auto fragments = Fragment(Command(5, 100), 64);
  ASSERT_TRUE(NeedsMore(reassembler.Push(fragments[0], kStart)));
  EXPECT_TRUE(IsError(reassembler.Push(fragments[1], kStart + milliseconds(1250)),
                      ProtocolError::kTimeoutFragment, 5));
}

TEST(Reassembler, BeginsANewMessageAfterALateOne) {
  Reassembler reassembler = Receiver();
  const Bytes message = Command(6, 8);
  ASSERT_TRUE(NeedsMore(reassembler.Push(Fragment(Command(5, 100), 64)[0], kStart)));
  EXPECT_TRUE(IsError(reassembler.Push(message, kStart + milliseconds(5000)),
                      ProtocolError::kTimeoutFragment, 5));
  EXPECT_EQ(reassembler.TakeWaiting(), message);
}

}  // namespace
}  // namespace mbnrig::mbim
