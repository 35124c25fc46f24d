// The client against a scripted modem: no USB and no waiting. Time passes when a test says so.

#include "client/mbim_device.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "client/testing/mbim_device_fixture.h"
#include "mbim/basic_connect.h"

namespace mbnrig::client {
namespace {
using mbim::Bytes;
using mbim::CommandType;
using mbim::Status;
using std::chrono::milliseconds;
using ::testing::ElementsAre;
using transport::UsbStatus;

constexpr auto kRadioState = mbim::kRadioState.number;

// --- Opening ------------------------------------------------------------------------------------

TEST_F(MbimDeviceTest, Opens) {
  modem_->set_answers_open(false);
  auto reply = Open(*device_);
  const auto open = modem_->Next<mbim::OpenMessage>();
  EXPECT_EQ(open.max_control_transfer, 4096u);
  EXPECT_NE(open.transaction_id, 0u);
  modem_->Send(mbim::OpenDone{open.transaction_id, Status::kSuccess});
  EXPECT_TRUE(reply.Get().ok());
  ExpectWorks();
}

TEST_F(MbimDeviceTest, OpensAFunctionWithoutDescriptors) {
  Use({.functional_descriptors = false});
  OpenWell();
  ExpectWorks();
}

TEST_F(MbimDeviceTest, AnswersEveryoneWhoOpensAtTheSameTimeAndAfterwards) {
  modem_->set_answers_open(false);
  auto first = Open(*device_);
  auto second = Open(*device_);
  const auto open = modem_->Next<mbim::OpenMessage>();
  modem_->Send(mbim::OpenDone{open.transaction_id, Status::kSuccess});
  EXPECT_TRUE(first.Get().ok());
  EXPECT_TRUE(second.Get().ok());
  EXPECT_TRUE(Open(*device_).Get().ok());
}

TEST_F(MbimDeviceTest, TriesAgainWhileTheFunctionIsBusy) {
  modem_->set_answers_open(false);
  auto reply = Open(*device_);
  const auto open = modem_->Next<mbim::OpenMessage>();
  modem_->Send(mbim::OpenDone{open.transaction_id, Status::kBusy});
  Advance(timeouts_.open_retry);
  EXPECT_FALSE(reply.ready());
  const auto again = modem_->Next<mbim::OpenMessage>();
  EXPECT_NE(again.transaction_id, open.transaction_id);
  modem_->Send(mbim::OpenDone{again.transaction_id, Status::kSuccess});
  EXPECT_TRUE(reply.Get().ok());
}

TEST_F(MbimDeviceTest, ReportsAFunctionThatStaysBusy) {
  modem_->set_answers_open(false);
  auto reply = Open(*device_);
  for (auto time = milliseconds(0); time < timeouts_.open; time += timeouts_.open_retry) {
    const auto open = modem_->Next<mbim::OpenMessage>();
    modem_->Send(mbim::OpenDone{open.transaction_id, Status::kBusy});
    EXPECT_FALSE(reply.ready());
    Advance(timeouts_.open_retry);
  }
  EXPECT_EQ(reply.Get().outcome, Outcome::kAnswered);
  EXPECT_EQ(reply.Get().status, Status::kBusy);
}

TEST_F(MbimDeviceTest, ReportsTheStatusOfAFailedOpen) {
  modem_->set_answers_open(false);
  auto reply = Open(*device_);
  const auto open = modem_->Next<mbim::OpenMessage>();
  modem_->Send(mbim::OpenDone{open.transaction_id, Status::kFailure});
  EXPECT_EQ(reply.Get().outcome, Outcome::kAnswered);
  EXPECT_EQ(reply.Get().status, Status::kFailure);
  Settle();
  EXPECT_EQ(modem_->usb()->operations().back(), "close");
}

TEST_F(MbimDeviceTest, ReportsAnErrorInAnswerToOpen) {
  modem_->set_answers_open(false);
  auto reply = Open(*device_);
  const auto open = modem_->Next<mbim::OpenMessage>();
  modem_->Send(mbim::FunctionErrorMessage{open.transaction_id, mbim::ProtocolError::kUnknown});
  EXPECT_EQ(reply.Get().outcome, Outcome::kFunctionError);
}

TEST_F(MbimDeviceTest, ClosesAndOpensAFunctionThatIsSilentAndBelievesTheLastOnly) {
  modem_->set_answers_open(false);
  modem_->set_answers_close(false);
  auto reply = Open(*device_);
  const auto first = modem_->Next<mbim::OpenMessage>();
  Advance(timeouts_.open_resend);
  const auto close = modem_->Next<mbim::CloseMessage>();
  modem_->Send(mbim::OpenDone{first.transaction_id, Status::kSuccess});
  Settle();
  EXPECT_FALSE(reply.ready());
  modem_->Send(mbim::CloseDone{close.transaction_id, Status::kSuccess});
  const auto second = modem_->Next<mbim::OpenMessage>();
  modem_->Send(mbim::OpenDone{second.transaction_id, Status::kSuccess});
  EXPECT_TRUE(reply.Get().ok());
  ExpectWorks();
}

TEST_F(MbimDeviceTest, OpensAgainIfCloseIsNotAnsweredEither) {
  modem_->set_answers_open(false);
  modem_->set_answers_close(false);
  auto reply = Open(*device_);
  modem_->Next<mbim::OpenMessage>();
  Advance(timeouts_.open_resend);
  modem_->Next<mbim::CloseMessage>();
  Advance(timeouts_.close);
  const auto again = modem_->Next<mbim::OpenMessage>();
  modem_->Send(mbim::OpenDone{again.transaction_id, Status::kSuccess});
  EXPECT_TRUE(reply.Get().ok());
}

/// Case 121. The function answers with the number of OPEN, or with the next one.
TEST_F(MbimDeviceTest, ClosesAFunctionThatAnswersOpenWithCloseDone) {
  for (const std::uint32_t offset : {0u, 1u}) {
    Use({});
    modem_->set_answers_open(false);
    modem_->set_answers_close(false);
    auto reply = Open(*device_);
    const auto first = modem_->Next<mbim::OpenMessage>();
    modem_->Send(mbim::CloseDone{first.transaction_id + offset, Status::kSuccess});
    const auto close = modem_->Next<mbim::CloseMessage>();
    modem_->Send(mbim::CloseDone{close.transaction_id, Status::kSuccess});
    const auto second = modem_->Next<mbim::OpenMessage>();
    modem_->Send(mbim::OpenDone{second.transaction_id, Status::kSuccess});
    EXPECT_TRUE(reply.Get().ok());
    ExpectWorks();
    modem_->set_answers_close(true);
  }
}

TEST_F(MbimDeviceTest, ClosesInTheSameWayIfCloseIsAnsweredWithAnError) {
  modem_->set_answers_open(false);
  modem_->set_answers_close(false);
  auto reply = Open(*device_);
  const auto first = modem_->Next<mbim::OpenMessage>();
  modem_->Send(mbim::CloseDone{first.transaction_id, Status::kSuccess});
  const auto close = modem_->Next<mbim::CloseMessage>();
  modem_->Send(mbim::FunctionErrorMessage{close.transaction_id, mbim::ProtocolError::kNotOpened});
  const auto second = modem_->Next<mbim::OpenMessage>();
  modem_->Send(mbim::OpenDone{second.transaction_id, Status::kSuccess});
  EXPECT_TRUE(reply.Get().ok());
}

TEST_F(MbimDeviceTest, PausesIfEveryOpenIsAnsweredWithCloseDone) {
  modem_->set_answers_open(false);
  auto reply = Open(*device_);
  unsigned opens = 0;
  for (auto time = milliseconds(0); time < timeouts_.open; time += timeouts_.open_retry) {
    const auto open = modem_->Next<mbim::OpenMessage>();
    ++opens;
    modem_->Send(mbim::CloseDone{open.transaction_id, Status::kSuccess});
    if (opens == 1) {
      const auto second = modem_->Next<mbim::OpenMessage>();
      modem_->Send(mbim::CloseDone{second.transaction_id, Status::kSuccess});
    }
    EXPECT_FALSE(reply.ready());
    Advance(timeouts_.open_retry);
  }
  EXPECT_EQ(reply.Get().outcome, Outcome::kTimedOut);
  EXPECT_TRUE(CloseAndWait(*device_));
}

TEST_F(MbimDeviceTest, DropsALateCloseDoneOfAnEarlierSession) {
  OpenWell();
  modem_->set_answers_close(false);
  bool closed = false;
  device_->Close([&] { closed = true; });
  const auto close = modem_->Next<mbim::CloseMessage>();
  Advance(timeouts_.close);
  ASSERT_TRUE(closed);
  modem_->set_answers_open(false);
  auto reply = Open(*device_);
  const auto open = modem_->Next<mbim::OpenMessage>();
  modem_->Send(mbim::CloseDone{close.transaction_id, Status::kSuccess});
  Settle();
  modem_->Send(mbim::OpenDone{open.transaction_id, Status::kSuccess});
  EXPECT_TRUE(reply.Get().ok());
}

TEST_F(MbimDeviceTest, IsGoneWhileItClosesBeforeItOpens) {
  modem_->set_answers_open(false);
  modem_->set_answers_close(false);
  auto reply = Open(*device_);
  const auto open = modem_->Next<mbim::OpenMessage>();
  modem_->Send(mbim::CloseDone{open.transaction_id, Status::kSuccess});
  modem_->Next<mbim::CloseMessage>();
  Unplug();
  EXPECT_EQ(reply.Get().outcome, Outcome::kGone);
  Advance(timeouts_.open);
}

TEST_F(MbimDeviceTest, TimesOutWhenTheControlPlaneIsSilent) {
  modem_->set_answers_open(false);
  auto reply = Open(*device_);
  modem_->Next<mbim::OpenMessage>();
  Advance(timeouts_.open - milliseconds(1));
  EXPECT_FALSE(reply.ready());
  Advance(milliseconds(1));
  EXPECT_EQ(reply.Get().outcome, Outcome::kTimedOut);
  EXPECT_EQ(modem_->usb()->operations().back(), "close");
}

TEST_F(MbimDeviceTest, OpensAgainAfterAFailure) {
  modem_->set_answers_open(false);
  auto reply = Open(*device_);
  modem_->Next<mbim::OpenMessage>();
  Advance(timeouts_.open_resend);
  modem_->Next<mbim::OpenMessage>();
  Advance(timeouts_.open - timeouts_.open_resend);
  EXPECT_EQ(reply.Get().outcome, Outcome::kTimedOut);
  modem_->set_answers_open(true);
  OpenWell();
  ExpectWorks();
}

TEST_F(MbimDeviceTest, TriesAgainWhileTheInterfaceIsHeldByAnother) {
  modem_->usb()->set_operation_handler([](const std::string& operation) {
    return operation == "claim 0" ? UsbStatus::kBusy : UsbStatus::kOk;
  });
  auto reply = Open(*device_);
  Settle();
  EXPECT_EQ(CountOperations("open"), 1u);
  EXPECT_EQ(CountOperations("close"), 1u);
  modem_->usb()->set_operation_handler(nullptr);
  Advance(timeouts_.open_retry);
  EXPECT_TRUE(reply.Get().ok());
  EXPECT_EQ(CountOperations("open"), 2u);
}

TEST_F(MbimDeviceTest, GivesUpWithoutRights) {
  modem_->usb()->set_operation_handler([](const std::string&) { return UsbStatus::kNoAccess; });
  auto reply = Open(*device_);
  for (auto time = milliseconds(0); time < timeouts_.open; time += timeouts_.open_retry) {
    EXPECT_FALSE(reply.ready());
    Advance(timeouts_.open_retry);
  }
  EXPECT_EQ(reply.Get().outcome, Outcome::kNotOpen);
}

TEST_F(MbimDeviceTest, TriesAgainWhenTheFunctionRefusesOpen) {
  modem_->set_send_status(UsbStatus::kStall);
  auto reply = Open(*device_);
  Settle();
  EXPECT_FALSE(reply.ready());
  modem_->set_send_status(UsbStatus::kOk);
  Advance(timeouts_.open_retry);
  EXPECT_TRUE(reply.Get().ok());
}

TEST_F(MbimDeviceTest, IsGoneInEveryPhaseOfOpening) {
  for (const char* phase : {"open", "claim 0", "claim 1", "alternate 1 1"}) {
    Use({});
    modem_->usb()->set_operation_handler([this, phase](const std::string& operation) {
      if (operation == phase) {
        modem_->usb()->Vanish();
        return UsbStatus::kNoDevice;
      }
      return UsbStatus::kOk;
    });
    EXPECT_EQ(Open(*device_).Get().outcome, Outcome::kGone) << phase;
    EXPECT_FALSE(device_->present());
    EXPECT_EQ(Open(*device_).Get().outcome, Outcome::kGone);
  }
}

TEST_F(MbimDeviceTest, IsGoneWhileOpenIsUnanswered) {
  modem_->set_answers_open(false);
  auto reply = Open(*device_);
  modem_->Next<mbim::OpenMessage>();
  Unplug();
  EXPECT_EQ(reply.Get().outcome, Outcome::kGone);
  EXPECT_EQ(listener_.removals.Next(), device_);
}

TEST_F(MbimDeviceTest, IsGoneWhileItWaitsToTryAgain) {
  modem_->usb()->set_operation_handler([](const std::string&) { return UsbStatus::kBusy; });
  auto reply = Open(*device_);
  Settle();
  Unplug();
  EXPECT_EQ(reply.Get().outcome, Outcome::kGone);
}

TEST_F(MbimDeviceTest, CancelsAnOpeningThatIsClosed) {
  modem_->set_answers_open(false);
  auto reply = Open(*device_);
  modem_->Next<mbim::OpenMessage>();
  EXPECT_TRUE(CloseAndWait(*device_));
  EXPECT_EQ(reply.Get().outcome, Outcome::kCancelled);
  EXPECT_EQ(modem_->usb()->pending(), 0u);
}

// --- Closing ------------------------------------------------------------------------------------

TEST_F(MbimDeviceTest, CloseSaysSoToTheFunctionAndGivesTheInterfacesBack) {
  OpenWell();
  modem_->set_answers_close(false);
  bool closed = false;
  device_->Close([&] { closed = true; });
  const auto close = modem_->Next<mbim::CloseMessage>();
  Settle();
  EXPECT_FALSE(closed);
  modem_->Send(mbim::CloseDone{close.transaction_id, Status::kSuccess});
  Settle();
  EXPECT_TRUE(closed);
  EXPECT_EQ(modem_->usb()->operations().back(), "close");
}

TEST_F(MbimDeviceTest, CloseDoesNotWaitForAFunctionThatIsSilent) {
  OpenWell();
  modem_->set_answers_close(false);
  bool closed = false;
  device_->Close([&] { closed = true; });
  Advance(timeouts_.close);
  EXPECT_TRUE(closed);
}

TEST_F(MbimDeviceTest, CloseDoesNotWaitForAFunctionThatRefuses) {
  OpenWell();
  modem_->set_send_status(UsbStatus::kStall);
  EXPECT_TRUE(CloseAndWait(*device_));
}

TEST_F(MbimDeviceTest, IsGoneWhileItCloses) {
  OpenWell();
  modem_->set_answers_close(false);
  bool closed = false;
  device_->Close([&] { closed = true; });
  modem_->Next<mbim::CloseMessage>();
  Unplug();
  EXPECT_TRUE(closed);
  EXPECT_EQ(Open(*device_).Get().outcome, Outcome::kGone);
}

TEST_F(MbimDeviceTest, CloseCancelsWhatIsPendingFirst) {
  OpenWell();
  auto [reply, command] = Start();
  std::vector<std::string> order;
  device_->Command(
      mbim::kServiceBasicConnect, kRadioState, CommandType::kQuery, {},
      [&](const Reply& r) { order.emplace_back(OutcomeName(r.outcome)); }, milliseconds(0));
  const auto closed = std::make_shared<std::promise<void>>();
  device_->Close([&order, closed] {
    order.emplace_back("closed");
    closed->set_value();
  });
  closed->get_future().wait();
  EXPECT_EQ(reply.Get().outcome, Outcome::kCancelled);
  EXPECT_THAT(order, ElementsAre("cancelled", "closed"));
}

TEST_F(MbimDeviceTest, IsNotOpenBeforeOpenAndAfterClose) {
  EXPECT_EQ(Query(*device_, mbim::kRadioState).Get().outcome, Outcome::kNotOpen);
  OpenWell();
  EXPECT_TRUE(CloseAndWait(*device_));
  EXPECT_EQ(Query(*device_, mbim::kRadioState).Get().outcome, Outcome::kNotOpen);
  EXPECT_TRUE(CloseAndWait(*device_));
}

TEST_F(MbimDeviceTest, OpensAgainAfterCloseAlsoWhenAskedWhileClosing) {
  OpenWell();
  modem_->set_answers_close(false);
  bool closed = false;
  device_->Close([&] { closed = true; });
  const auto close = modem_->Next<mbim::CloseMessage>();
  auto reply = Open(*device_);
  Settle();
  EXPECT_FALSE(reply.ready());
  modem_->Send(mbim::CloseDone{close.transaction_id, Status::kSuccess});
  EXPECT_TRUE(reply.Get().ok());
  EXPECT_TRUE(closed);
  ExpectWorks();
}

// --- Commands -----------------------------------------------------------------------------------

TEST_F(MbimDeviceTest, MatchesAnswersById) {
  OpenWell();
  auto [first, first_command] = Start();
  auto [second, second_command] = Start();
  auto [third, third_command] = Start();
  EXPECT_EQ(std::set({first_command.transaction_id, second_command.transaction_id,
                      third_command.transaction_id, 0u})
                .size(),
            4u);
  modem_->Answer(second_command, Status::kSuccess, {2, 0, 0, 0});
  modem_->Answer(third_command, Status::kSimNotInserted);
  modem_->Answer(first_command, Status::kSuccess, {1, 0, 0, 0});
  EXPECT_EQ(first.Get().information[0], 1);
  EXPECT_EQ(second.Get().information[0], 2);
  EXPECT_EQ(third.Get().status, Status::kSimNotInserted);
  EXPECT_FALSE(third.Get().ok());
}

TEST_F(MbimDeviceTest, SendsAndReceivesInFragments) {
  Use({.max_control_message = 64});
  OpenWell();
  Bytes payload(1000);
  for (std::size_t i = 0; i < payload.size(); ++i) {
    payload[i] = static_cast<std::uint8_t>(i);
  }
  PendingReply reply;
  device_->Command(mbim::kServiceBasicConnect, kRadioState, CommandType::kSet, payload,
                   reply.Handler(), milliseconds(0));
  const auto command = modem_->Next<mbim::CommandMessage>();
  EXPECT_EQ(command.information, payload);
  EXPECT_EQ(command.type, CommandType::kSet);
  modem_->Answer(command, Status::kSuccess, payload);
  EXPECT_EQ(reply.Get().information, payload);
}

TEST_F(MbimDeviceTest, TimesOutAndDropsTheLateAnswer) {
  OpenWell();
  auto [reply, command] = Start();
  Advance(timeouts_.command);
  EXPECT_EQ(reply.Get().outcome, Outcome::kTimedOut);
  auto [next_reply, next_command] = Start();
  modem_->Answer(command, Status::kSuccess, {9, 9, 9, 9});
  Settle();
  EXPECT_FALSE(next_reply.ready());
  modem_->Answer(next_command, Status::kSuccess, {1, 0, 0, 0});
  EXPECT_EQ(next_reply.Get().information[0], 1);
}

TEST_F(MbimDeviceTest, TimesOutWhenACommandSaysSo) {
  OpenWell();
  PendingReply reply;
  device_->Command(mbim::kServiceBasicConnect, kRadioState, CommandType::kQuery, {},
                   reply.Handler(), milliseconds(60'000));
  modem_->Next<mbim::CommandMessage>();
  Advance(milliseconds(59'999));
  EXPECT_FALSE(reply.ready());
  Advance(milliseconds(1));
  EXPECT_EQ(reply.Get().outcome, Outcome::kTimedOut);
}

TEST_F(MbimDeviceTest, DoesNotSendWhatTimedOutBeforeItsTurn) {
  OpenWell();
  modem_->set_send_status(std::nullopt);
  auto stuck = Query(*device_, mbim::kRadioState);
  ASSERT_TRUE(modem_->usb()->WaitForPendingControl());
  auto waiting = Query(*device_, mbim::kDeviceCaps);
  Advance(timeouts_.command);
  EXPECT_EQ(stuck.Get().outcome, Outcome::kTimedOut);
  EXPECT_EQ(waiting.Get().outcome, Outcome::kTimedOut);
  modem_->set_send_status(UsbStatus::kOk);
  modem_->usb()->EndPendingControl(UsbStatus::kTimedOut);
  ExpectWorks();  // this is the next message that the modem receives
}

TEST_F(MbimDeviceTest, FindsAnAnswerThatIsNotNotified) {
  OpenWell();
  modem_->set_notifies(false);
  auto [reply, command] = Start();
  modem_->Answer(command);
  Settle();
  EXPECT_FALSE(reply.ready());
  Advance(transport::PipeConfig{}.first_poll);
  EXPECT_TRUE(reply.Get().ok());
}

TEST_F(MbimDeviceTest, FindsEveryFragmentOfAnAnswerThatIsNotNotified) {
  Use({.max_control_message = 64});
  OpenWell();
  modem_->set_notifies(false);
  auto [reply, command] = Start();
  modem_->Answer(command, Status::kSuccess, Bytes(500));
  Advance(transport::PipeConfig{}.first_poll);
  EXPECT_EQ(reply.Get().information.size(), 500u);
}

TEST_F(MbimDeviceTest, ReportsFunctionErrors) {
  OpenWell();
  auto [reply, command] = Start();
  modem_->Send(mbim::FunctionErrorMessage{command.transaction_id, mbim::ProtocolError::kNotOpened});
  EXPECT_EQ(reply.Get().outcome, Outcome::kFunctionError);
  EXPECT_EQ(reply.Get().error, mbim::ProtocolError::kNotOpened);
}

TEST_F(MbimDeviceTest, ReportsACommandThatUsbStalled) {
  OpenWell();
  modem_->set_send_status(UsbStatus::kStall);
  const Reply reply = Query(*device_, mbim::kRadioState).Get();
  EXPECT_EQ(reply.outcome, Outcome::kFunctionError);
  EXPECT_EQ(reply.error, mbim::ProtocolError::kUnknown);
  modem_->set_send_status(UsbStatus::kOk);
  ExpectWorks();
}

TEST_F(MbimDeviceTest, IgnoresAnswersToNothing) {
  OpenWell();
  auto [reply, command] = Start();
  for (const std::uint32_t id : {0u, command.transaction_id - 1, command.transaction_id + 1}) {
    modem_->Send(mbim::CommandDone{id, command.service, command.cid, Status::kFailure, {}});
    modem_->Send(mbim::FunctionErrorMessage{id, mbim::ProtocolError::kUnknown});
    modem_->Send(mbim::OpenDone{id, Status::kFailure});
    modem_->Send(mbim::CloseDone{id, Status::kFailure});
  }
  Settle();
  EXPECT_FALSE(reply.ready());
  modem_->Answer(command);
  EXPECT_TRUE(reply.Get().ok());
}

TEST_F(MbimDeviceTest, IgnoresASecondAnswer) {
  OpenWell();
  auto [reply, command] = Start();
  modem_->Answer(command);
  modem_->Answer(command, Status::kFailure);
  EXPECT_TRUE(reply.Get().ok());
  ExpectWorks();
}

TEST_F(MbimDeviceTest, CallsAnAnswerToAnotherCommandMalformed) {
  OpenWell();
  {
    auto [reply, command] = Start();
    ++command.cid;
    modem_->Answer(command);
    EXPECT_EQ(reply.Get().outcome, Outcome::kMalformed);
  }
  {
    auto [reply, command] = Start();
    command.service = mbim::kServiceSms;
    modem_->Answer(command);
    EXPECT_EQ(reply.Get().outcome, Outcome::kMalformed);
  }
  ExpectWorks();
}

/// Case 120, and others of its kind.
TEST_F(MbimDeviceTest, DropsMessagesOfAnotherTypeThanTheAnswer) {
  OpenWell();
  auto [reply, command] = Start();
  const std::uint32_t id = command.transaction_id;
  modem_->Send(mbim::OpenDone{id, Status::kSuccess});
  modem_->Send(mbim::OpenDone{id, Status::kFailure});
  modem_->Send(mbim::CloseDone{id, Status::kSuccess});
  Bytes unknown = mbim::EncodeMessage(mbim::FunctionMessage(mbim::OpenDone{id, Status::kSuccess}));
  unknown[0] = 0x66;
  modem_->SendRaw(unknown);
  modem_->SendRaw(mbim::EncodeMessage(mbim::HostMessage(mbim::CloseMessage{id})));
  Bytes cut_short = mbim::EncodeMessage(mbim::FunctionMessage(
      mbim::IndicateStatus{mbim::kServiceBasicConnect, kRadioState, {1, 2, 3, 4}}));
  cut_short[8] = static_cast<std::uint8_t>(id);
  cut_short[9] = static_cast<std::uint8_t>(id >> 8);
  cut_short[10] = static_cast<std::uint8_t>(id >> 16);
  cut_short[11] = static_cast<std::uint8_t>(id >> 24);
  cut_short.pop_back();
  modem_->SendRaw(cut_short);
  Settle();
  EXPECT_FALSE(reply.ready());
  modem_->Answer(command, Status::kSuccess, {1, 0, 0, 0});
  EXPECT_TRUE(reply.Get().ok());
}

TEST_F(MbimDeviceTest, DropsMessagesOfAnotherTypeWhileItOpensAndCloses) {
  modem_->set_answers_open(false);
  auto reply = Open(*device_);
  const auto open = modem_->Next<mbim::OpenMessage>();
  modem_->Send(
      mbim::CommandDone{open.transaction_id, mbim::kServiceBasicConnect, 1, Status::kFailure, {}});
  Settle();
  EXPECT_FALSE(reply.ready());
  modem_->Send(mbim::OpenDone{open.transaction_id, Status::kSuccess});
  EXPECT_TRUE(reply.Get().ok());
  modem_->set_answers_close(false);
  bool closed = false;
  device_->Close([&] { closed = true; });
  const auto close = modem_->Next<mbim::CloseMessage>();
  modem_->Send(mbim::OpenDone{close.transaction_id, Status::kSuccess});
  Settle();
  EXPECT_FALSE(closed);
  modem_->Send(mbim::CloseDone{close.transaction_id, Status::kSuccess});
  Settle();
  EXPECT_TRUE(closed);
}

TEST_F(MbimDeviceTest, CallsATruncatedAnswerMalformedAndTellsTheFunction) {
  OpenWell();
  auto [reply, command] = Start();
  Bytes answer = mbim::EncodeMessage(mbim::FunctionMessage(mbim::CommandDone{
      command.transaction_id, command.service, command.cid, Status::kSuccess, {1, 2, 3, 4}}));
  answer.resize(answer.size() - 3);
  modem_->SendRaw(answer);
  EXPECT_EQ(reply.Get().outcome, Outcome::kMalformed);
  const auto error = modem_->Next<mbim::HostErrorMessage>();
  EXPECT_EQ(error.transaction_id, command.transaction_id);
  EXPECT_EQ(error.error, mbim::ProtocolError::kLengthMismatch);
  ExpectWorks();
}

/// Case 122 from the field: a Cinterion mPLS62-w.
TEST_F(MbimDeviceTest, TakesTheAnswerBehindRubbish) {
  OpenWell();
  auto [reply, command] = Start();
  modem_->SendRaw(Bytes(32, 0x5A));
  Settle();
  EXPECT_FALSE(reply.ready());
  modem_->Answer(command);
  EXPECT_TRUE(reply.Get().ok());
}

/// Case 123 from the field: docs/mbim.md has this departure from what others accept.
TEST_F(MbimDeviceTest, CallsAnAnswerWithBytesBehindItMalformed) {
  OpenWell();
  auto [reply, command] = Start();
  Bytes answer = mbim::EncodeMessage(mbim::FunctionMessage(mbim::CommandDone{
      command.transaction_id, command.service, command.cid, Status::kSuccess, {1, 2, 3, 4}}));
  answer.resize(answer.size() + 8);
  modem_->SendRaw(answer);
  EXPECT_EQ(reply.Get().outcome, Outcome::kMalformed);
  const auto error = modem_->Next<mbim::HostErrorMessage>();
  EXPECT_EQ(error.transaction_id, command.transaction_id);
  ExpectWorks();
}

TEST_F(MbimDeviceTest, SurvivesRubbishOfEveryLength) {
  OpenWell();
  for (std::size_t length = 1; length <= 128; ++length) {
    modem_->SendRaw(Bytes(length, 0x5A));
    modem_->SendRaw(Bytes(length, 0x00));
  }
  // The number of errors sent depends on how fast messages come. None is sent for our own
  // transaction.
  auto reply = Query(*device_, mbim::kRadioState);
  for (;;) {
    auto message = modem_->Next();
    if (auto* command = std::get_if<mbim::CommandMessage>(&message)) {
      modem_->Answer(*command);
      break;
    }
    EXPECT_TRUE(std::holds_alternative<mbim::HostErrorMessage>(message));
  }
  EXPECT_TRUE(reply.Get().ok());
}

// --- Fragments ----------------------------------------------------------------------------------

class MbimDeviceFragmentsTest : public MbimDeviceTest {
 protected:
  MbimDeviceFragmentsTest() {
    Use({.max_control_message = 64});
    OpenWell();
  }
  std::vector<Bytes> AnswerInFragments(const mbim::CommandMessage& command) {
    return mbim::Fragment(
        mbim::EncodeMessage(mbim::FunctionMessage(mbim::CommandDone{
            command.transaction_id, command.service, command.cid, Status::kSuccess, Bytes(200)})),
        64);
  }
};

TEST_F(MbimDeviceFragmentsTest, TimesAnUnfinishedAnswerOut) {
  auto [reply, command] = Start();
  modem_->SendRaw(AnswerInFragments(command)[0]);
  Advance(milliseconds(1'249));
  EXPECT_FALSE(reply.ready());
  Advance(milliseconds(1));
  EXPECT_EQ(reply.Get().outcome, Outcome::kMalformed);
  const auto error = modem_->Next<mbim::HostErrorMessage>();
  EXPECT_EQ(error.error, mbim::ProtocolError::kTimeoutFragment);
  EXPECT_EQ(error.transaction_id, command.transaction_id);
  ExpectWorks();
}

TEST_F(MbimDeviceFragmentsTest, RefusesFragmentsOutOfSequence) {
  auto [reply, command] = Start();
  const auto fragments = AnswerInFragments(command);
  modem_->SendRaw(fragments[0]);
  modem_->SendRaw(fragments[2]);
  EXPECT_EQ(reply.Get().outcome, Outcome::kMalformed);
  EXPECT_EQ(modem_->Next<mbim::HostErrorMessage>().error,
            mbim::ProtocolError::kFragmentOutOfSequence);
  ExpectWorks();
}

TEST_F(MbimDeviceFragmentsTest, TakesTheMessageThatInterruptsAnother) {
  auto [first, first_command] = Start();
  auto [second, second_command] = Start();
  modem_->SendRaw(AnswerInFragments(first_command)[0]);
  modem_->Answer(second_command);
  EXPECT_EQ(first.Get().outcome, Outcome::kMalformed);
  EXPECT_TRUE(second.Get().ok());
}

TEST_F(MbimDeviceFragmentsTest, IsGoneInTheMiddleOfAnAnswer) {
  auto [reply, command] = Start();
  modem_->SendRaw(AnswerInFragments(command)[0]);
  Settle();
  Unplug();
  EXPECT_EQ(reply.Get().outcome, Outcome::kGone);
  clock_->Advance(milliseconds(60'000));
  Settle();
}

// --- Indications --------------------------------------------------------------------------------

TEST_F(MbimDeviceTest, PassesIndicationsOnInOrder) {
  OpenWell();
  for (std::uint8_t i = 0; i < 100; ++i) {
    modem_->Send(mbim::IndicateStatus{mbim::kServiceBasicConnect, kRadioState, {i, 0, 0, 0}});
  }
  for (std::uint8_t i = 0; i < 100; ++i) {
    const auto indication = indications_.Next();
    EXPECT_EQ(indication.service, mbim::kServiceBasicConnect);
    EXPECT_EQ(indication.cid, kRadioState);
    EXPECT_EQ(indication.information[0], i);
  }
}

TEST_F(MbimDeviceTest, PassesNoIndicationOnBeforeItIsOpenOrAfterClose) {
  modem_->set_answers_open(false);
  auto reply = Open(*device_);
  const auto open = modem_->Next<mbim::OpenMessage>();
  modem_->Send(mbim::IndicateStatus{mbim::kServiceBasicConnect, 1, {}});
  modem_->Send(mbim::OpenDone{open.transaction_id, Status::kSuccess});
  modem_->Send(mbim::IndicateStatus{mbim::kServiceBasicConnect, 2, {}});
  EXPECT_EQ(indications_.Next().cid, 2u);
  modem_->set_answers_close(false);
  device_->Close([] {});
  const auto close = modem_->Next<mbim::CloseMessage>();
  modem_->Send(mbim::IndicateStatus{mbim::kServiceBasicConnect, 3, {}});
  modem_->Send(mbim::CloseDone{close.transaction_id, Status::kSuccess});
  Settle();
  EXPECT_TRUE(indications_.empty());
}

TEST_F(MbimDeviceTest, LetsHandlersCallTheDevice) {
  OpenWell();
  Events<Reply> replies;
  device_->set_indication_handler([&](const Indication&) {
    device_->Command(
        mbim::kServiceBasicConnect, kRadioState, CommandType::kQuery, {},
        [&](Reply reply) { replies.Push(std::move(reply)); }, milliseconds(0));
  });
  modem_->Send(mbim::IndicateStatus{mbim::kServiceBasicConnect, kRadioState, {}});
  modem_->Answer(modem_->Next<mbim::CommandMessage>());
  EXPECT_TRUE(replies.Next().ok());
}

// --- A device that leaves -----------------------------------------------------------------------

TEST_F(MbimDeviceTest, EndsEveryCommandWhenTheDeviceLeaves) {
  OpenWell();
  auto [answered_late, command] = Start();
  modem_->set_send_status(std::nullopt);
  auto under_way = Query(*device_, mbim::kDeviceCaps);
  auto queued = Query(*device_, mbim::kPin);
  ASSERT_TRUE(modem_->usb()->WaitForPendingControl());
  Unplug();
  EXPECT_EQ(answered_late.Get().outcome, Outcome::kGone);
  EXPECT_EQ(under_way.Get().outcome, Outcome::kGone);
  EXPECT_EQ(queued.Get().outcome, Outcome::kGone);
  EXPECT_FALSE(device_->present());
  EXPECT_EQ(listener_.removals.Next(), device_);
  EXPECT_EQ(Query(*device_, mbim::kPin).Get().outcome, Outcome::kGone);
  EXPECT_TRUE(CloseAndWait(*device_));
}

TEST_F(MbimDeviceTest, IsGoneBeforeTheBusKnows) {
  OpenWell();
  auto [reply, command] = Start();
  modem_->usb()->Vanish();
  EXPECT_EQ(reply.Get().outcome, Outcome::kGone);
  EXPECT_FALSE(device_->present());
  Settle();
  EXPECT_TRUE(listener_.removals.empty());
  Unplug();
  EXPECT_EQ(listener_.removals.Next(), device_);
}

// --- Which thread may call ----------------------------------------------------------------------

TEST_F(MbimDeviceTest, OutlivesItsMonitor) {
  OpenWell();
  auto [reply, command] = Start();
  monitor_->Stop();
  EXPECT_EQ(reply.Get().outcome, Outcome::kCancelled);
  EXPECT_EQ(modem_->usb()->operations().back(), "close");
  monitor_.reset();
  EXPECT_TRUE(device_->present());
  auto after = Query(*device_, mbim::kPin);
  EXPECT_TRUE(after.ready());
  EXPECT_EQ(after.Get().outcome, Outcome::kNotOpen);
  EXPECT_EQ(Open(*device_).Get().outcome, Outcome::kNotOpen);
  EXPECT_TRUE(CloseAndWait(*device_));
}

TEST_F(MbimDeviceTest, AnswersEachOfManyThreadsOnceWhileTheMonitorStops) {
  OpenWell();
  constexpr int kThreads = 4;
  constexpr int kRequests = 500;
  std::vector<std::vector<PendingReply>> replies(kThreads);
  std::vector<std::thread> threads;
  std::promise<void> under_way;
  for (auto& own : replies) {
    threads.emplace_back([this, &own, &under_way, first = &own == &replies.front()] {
      for (int i = 0; i < kRequests; ++i) {
        own.push_back(Query(*device_, mbim::kRadioState));
        if (first && i == kRequests / 4) {
          under_way.set_value();
        }
      }
    });
  }
  under_way.get_future().wait();
  monitor_->Stop();
  for (auto& thread : threads) {
    thread.join();
  }
  for (const auto& own : replies) {
    ASSERT_EQ(own.size(), static_cast<std::size_t>(kRequests));
    for (const auto& reply : own) {
      ASSERT_TRUE(reply.ready());
      EXPECT_THAT(reply.Get().outcome, ::testing::AnyOf(Outcome::kCancelled, Outcome::kNotOpen));
    }
  }
}

}  // namespace
}  // namespace mbnrig::client
