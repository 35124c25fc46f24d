// Limits that a modem announces, and limits of what it can cause.

#include "client/testing/mbim_device_fixture.h"
#include "mbim/wire.h"

namespace mbnrig::client {
namespace {

using mbim::Bytes;
using mbim::Status;
using std::chrono::milliseconds;
using ::testing::ElementsAre;
using transport::UsbStatus;

/// The queries of these CIDs, in this order.
const std::vector<mbim::CommandId> kCids = {mbim::kRadioState, mbim::kDeviceCaps, mbim::kPin,
                                            mbim::kSubscriberReadyStatus};

class OutstandingCommandsTest : public MbimDeviceTest {
 protected:
  void OpenWith(std::uint8_t outstanding) {
    Use({.max_outstanding_commands = outstanding});
    OpenWell();
    for (const mbim::CommandId& cid : kCids)
      replies_.push_back(Query(*device_, cid));
  }
  /// The next command of the host, which is the query of that CID.
  mbim::CommandMessage Expect(std::size_t index) {
    auto command = modem_->Next<mbim::CommandMessage>();
    EXPECT_EQ(command.cid, kCids[index].number);
    return command;
  }
  void ExpectNothingSent() {
    Settle();
    EXPECT_TRUE(modem_->empty());
  }

  std::vector<PendingReply> replies_;
};

/// Cases 203 and 554.
TEST_F(OutstandingCommandsTest, AreNeverMoreThanTheModemTakes) {
  for (const std::uint8_t most : {std::uint8_t{1}, std::uint8_t{2}, std::uint8_t{3}}) {
    replies_.clear();
    OpenWith(most);
    std::deque<mbim::CommandMessage> sent;
    for (std::size_t i = 0; i < most; ++i)
      sent.push_back(Expect(i));
    for (std::size_t next = most; !sent.empty(); ++next) {
      ExpectNothingSent();
      modem_->Answer(sent.front());
      sent.pop_front();
      if (next < kCids.size()) sent.push_back(Expect(next));
    }
    for (const PendingReply& reply : replies_)
      EXPECT_TRUE(reply.Get().ok());
  }
}

TEST_F(OutstandingCommandsTest, AreNotLimitedByAModemThatDoesNotAnnounceALimit) {
  OpenWith(0);
  for (std::size_t i = 0; i < kCids.size(); ++i)
    Expect(i);
}

TEST_F(OutstandingCommandsTest, MakeSpaceHoweverTheyEnd) {
  OpenWith(1);
  const auto first = Expect(0);
  modem_->Send(mbim::FunctionErrorMessage{first.transaction_id, mbim::ProtocolError::kUnknown});
  EXPECT_EQ(replies_[0].Get().outcome, Outcome::kFunctionError);
  Expect(1);
  Advance(timeouts_.command);
  EXPECT_EQ(replies_[1].Get().outcome, Outcome::kTimedOut);
  const auto third = Expect(2);
  // Its time begins when it is sent.
  Advance(timeouts_.command - milliseconds(1));
  EXPECT_FALSE(replies_[2].ready());
  Bytes answer = mbim::EncodeMessage(mbim::FunctionMessage(
      mbim::CommandDone{third.transaction_id, third.service, third.cid, Status::kSuccess, {}}));
  answer.pop_back();
  modem_->SendRaw(answer);
  EXPECT_EQ(replies_[2].Get().outcome, Outcome::kMalformed);
  EXPECT_EQ(modem_->Next<mbim::HostErrorMessage>().transaction_id, third.transaction_id);
  modem_->Answer(Expect(3));
  EXPECT_TRUE(replies_[3].Get().ok());
}

TEST_F(OutstandingCommandsTest, MakeSpaceIfUsbRefusesThem) {
  Use({.max_outstanding_commands = 1});
  OpenWell();
  modem_->set_send_status(UsbStatus::kStall);
  EXPECT_EQ(Query(*device_, mbim::kRadioState).Get().outcome, Outcome::kFunctionError);
  EXPECT_EQ(Query(*device_, mbim::kPin).Get().outcome, Outcome::kFunctionError);
  modem_->set_send_status(UsbStatus::kOk);
  ExpectWorks();
}

TEST_F(OutstandingCommandsTest, EndWithTheDeviceAlsoIfTheyAreNotSentYet) {
  OpenWith(1);
  Expect(0);
  Unplug();
  for (const PendingReply& reply : replies_)
    EXPECT_EQ(reply.Get().outcome, Outcome::kGone);
}

TEST_F(OutstandingCommandsTest, AreCancelledByCloseAndDoNotReachTheNextSession) {
  OpenWith(1);
  Expect(0);
  EXPECT_TRUE(CloseAndWait(*device_));
  for (const PendingReply& reply : replies_)
    EXPECT_EQ(reply.Get().outcome, Outcome::kCancelled);
  OpenWell();
  ExpectNothingSent();
  ExpectWorks();
}

TEST_F(MbimDeviceTest, AnnouncesTheLimitsOfDatagrams) {
  EXPECT_EQ(device_->datagram_limits().longest, 2048u);
  EXPECT_EQ(device_->datagram_limits().mtu, 0u);
  Use({.max_outstanding_commands = 1});
  EXPECT_EQ(device_->datagram_limits().mtu, 1500u);
}

/// A modem that sends only rubbish does not make the host collect answers to it.
TEST_F(MbimDeviceTest, SendsAFewErrorsAtATime) {
  OpenWell();
  modem_->set_send_status(std::nullopt);
  constexpr std::size_t kMost = 8;
  for (std::size_t i = 0; i < 3 * kMost; ++i)
    modem_->SendRaw(Bytes(20, 0x5A));
  ASSERT_TRUE(modem_->usb()->WaitForPendingControl());
  Settle();
  auto reply = Query(*device_, mbim::kRadioState);
  Settle();
  modem_->set_send_status(UsbStatus::kOk);
  // The first error is with the bus; the others are sent now.
  modem_->usb()->EndPendingControl(UsbStatus::kOk);
  std::size_t errors = 1;
  for (auto message = modem_->Next(); !std::holds_alternative<mbim::CommandMessage>(message);
       message = modem_->Next()) {
    EXPECT_TRUE(std::holds_alternative<mbim::HostErrorMessage>(message));
    ++errors;
  }
  EXPECT_EQ(errors, kMost);
  // Once they are sent, there is space for the next.
  modem_->SendRaw(Bytes(20, 0x5A));
  EXPECT_TRUE(std::holds_alternative<mbim::HostErrorMessage>(modem_->Next()));
}

/// Only an answer ends a command. The number of an indication says nothing.
TEST_F(MbimDeviceTest, AFaultyIndicationLeavesTheCommandThatHasItsNumber) {
  Use({.max_control_message = 64});
  OpenWell();
  auto [reply, command] = Start();
  Bytes first = mbim::Fragment(mbim::EncodeMessage(mbim::FunctionMessage(
                                   mbim::IndicateStatus{command.service, command.cid, Bytes(200)})),
                               64)[0];
  mbim::StoreU32(first, 8, command.transaction_id);
  const auto ends_with = [&, id = command.transaction_id,
                          &pending = reply](mbim::ProtocolError error) {
    const auto told = modem_->Next<mbim::HostErrorMessage>();
    EXPECT_EQ(told.transaction_id, id);
    EXPECT_EQ(told.error, error);
    Settle();
    EXPECT_FALSE(pending.ready());
  };
  modem_->SendRaw(first);
  Settle();
  Advance(mbim::Reassembler::Limits().fragment_timeout);  // the second fragment does not come
  ends_with(mbim::ProtocolError::kTimeoutFragment);
  modem_->SendRaw(first);
  auto [next_reply, next_command] = Start();
  modem_->Answer(next_command);  // instead of the second fragment
  ends_with(mbim::ProtocolError::kFragmentOutOfSequence);
  EXPECT_TRUE(next_reply.Get().ok());
  modem_->Answer(command);
  EXPECT_TRUE(reply.Get().ok());
}

TEST_F(MbimDeviceTest, EndsBothTransactionsThatAFaultyFragmentConcerns) {
  Use({.max_control_message = 64});
  OpenWell();
  const auto fragments = [](const mbim::CommandMessage& command) {
    return mbim::Fragment(
        mbim::EncodeMessage(mbim::FunctionMessage(mbim::CommandDone{
            command.transaction_id, command.service, command.cid, Status::kSuccess, Bytes(200)})),
        64);
  };
  auto [first, first_command] = Start();
  auto [second, second_command] = Start();
  modem_->SendRaw(fragments(first_command)[0]);
  modem_->SendRaw(fragments(second_command)[1]);
  EXPECT_EQ(first.Get().outcome, Outcome::kMalformed);
  EXPECT_EQ(second.Get().outcome, Outcome::kMalformed);
  std::vector<std::uint32_t> told;
  for (int i = 0; i < 2; ++i) {
    told.push_back(modem_->Next<mbim::HostErrorMessage>().transaction_id);
  }
  EXPECT_THAT(told, ElementsAre(first_command.transaction_id, second_command.transaction_id));
  ExpectWorks();
}

}  // namespace
}  // namespace mbnrig::client
