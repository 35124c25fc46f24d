// The seams at which fault rules act on the modem, and every action at them.

#include "modem/testing/host.h"

namespace mbnrig::modem::testing {
namespace {

using mbim::ConnectInfo;
using mbim::ProtocolError;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

Reply QueryRadio(Host& host) {
  return host.Query(mbim::kRadioState);
}
std::uint32_t AskRadio(Host& host) {
  return host.Begin(mbim::kRadioState, CommandType::kQuery, mbim::Empty{});
}

TEST(FaultAtOpen, EveryAction) {
  Host host;
  host.Rule("{on: open, do: status, status: BUSY, times: 1}");
  host.Rule("{on: open, do: error, error: MAX_TRANSFER, times: 1}");
  host.Rule("{on: open, do: drop, times: 1}");
  host.Rule("{on: open, do: unplug, times: 1}");
  host.Rule("{on: open, do: delay, delay: 300ms, times: 1}");

  EXPECT_EQ(host.Open(), Status::kBusy);
  EXPECT_EQ(host.State()["control"]["open"], false);
  host.Send(mbim::OpenMessage{50, 4096});
  EXPECT_EQ(host.TakeAnswer<mbim::FunctionErrorMessage>().error, ProtocolError::kMaxTransfer);
  host.Send(mbim::OpenMessage{51, 4096});
  EXPECT_TRUE(host.IsSilent());
  EXPECT_FALSE(host.modem().TakeUnplugRequest());
  host.Send(mbim::OpenMessage{52, 4096});
  EXPECT_TRUE(host.IsSilent());
  EXPECT_TRUE(host.modem().TakeUnplugRequest());
  EXPECT_FALSE(host.modem().TakeUnplugRequest()) << "reading it resets it";
  host.Send(mbim::OpenMessage{53, 4096});
  EXPECT_EQ(host.UntilDeadline(), milliseconds(300));
  host.Pass(milliseconds(299));
  EXPECT_TRUE(host.IsSilent());
  host.Pass(milliseconds(1));
  EXPECT_EQ(host.TakeAnswer<mbim::OpenDone>().transaction_id, 53u);
  EXPECT_EQ(QueryRadio(host).status, Status::kSuccess);
}

TEST(FaultAtOpen, HoldAndDamage) {
  Host host;
  const auto hold = host.Rule("{on: open, do: hold}");
  host.Send(mbim::OpenMessage{1, 4096});
  host.Pass(seconds(60));
  EXPECT_TRUE(host.IsSilent());
  host.plan().Release(hold);
  host.Pass(seconds(0));
  EXPECT_EQ(host.TakeAnswer<mbim::OpenDone>().status, Status::kSuccess);

  host.Rule("{on: open, do: truncate, bytes: 4, times: 1}");
  host.Send(mbim::OpenMessage{2, 4096});
  host.Drain();
  EXPECT_THAT(host.unreadable(), SizeIs(1));
}

TEST(FaultAtOpen, AHeldOpenGivesWayToALaterOne) {
  Host host;
  const auto hold = host.Rule("{on: open, do: hold, times: 1}");
  host.Send(mbim::OpenMessage{1, 4096});
  EXPECT_EQ(host.Open(), Status::kSuccess);
  host.plan().Release(hold);
  host.Pass(seconds(0));
  EXPECT_TRUE(host.IsSilent());
}

TEST(FaultAtClose, EveryAction) {
  OpenHost host;
  host.Rule("{on: close, do: status, status: BUSY, times: 1}");
  host.Rule("{on: close, do: drop, times: 1}");
  host.Rule("{on: close, do: error, error: UNKNOWN, times: 1}");
  EXPECT_EQ(host.Close(), Status::kBusy);
  EXPECT_EQ(QueryRadio(host).status, Status::kSuccess) << "still open";
  host.Send(mbim::CloseMessage{90});
  EXPECT_TRUE(host.IsSilent());
  host.Send(mbim::CloseMessage{91});
  EXPECT_EQ(host.TakeAnswer<mbim::FunctionErrorMessage>().error, ProtocolError::kUnknown);
  EXPECT_EQ(host.Close(), Status::kSuccess);
}

TEST(FaultAtCommand, AStatusIsAnsweredAndTheCommandNotCarriedOut) {
  AttachedHost host;
  host.Rule(
      "{on: command, cid: CONNECT, type: set, session: 0, activation: activate, do: status, "
      "status: FAILURE, network_error: 27, times: 1}");
  EXPECT_EQ(host.Query(mbim::kConnect, ConnectInfo{}).status, Status::kSuccess) << "a query";
  EXPECT_EQ(host.Disconnect().status, Status::kContextNotActivated) << "a deactivation";
  const Reply reply = host.Connect();
  EXPECT_EQ(reply.status, Status::kFailure);
  const auto info = reply.As<ConnectInfo>();
  EXPECT_EQ(info.nw_error, 27u);
  EXPECT_EQ(info.activation_state, mbim::ActivationState::kDeactivated);
  EXPECT_EQ(host.Connect().status, Status::kSuccess);
}

TEST(FaultAtCommand, AStatusCarriesNetworkErrorsWhereTheStructureHasThem) {
  OpenHost host;
  host.Rule("{on: command, do: status, status: FAILURE, network_error: 9}");
  EXPECT_EQ(host.Attach().As<mbim::PacketServiceInfo>().nw_error, 9u);
  EXPECT_EQ(host.Set(mbim::kRegisterState, mbim::SetRegistrationState{})
                .As<mbim::RegistrationStateInfo>()
                .nw_error,
            9u);
  EXPECT_EQ(host.Set(mbim::kPin, mbim::SetPin{mbim::PinType::kPin1, {}, "1234", ""})
                .As<mbim::PinInfo>()
                .pin_state,
            mbim::PinState::kUnlocked);
  EXPECT_THAT(QueryRadio(host).information, IsEmpty());
  EXPECT_EQ(host.TakeReply(host.BeginBytes(mbim::kConnect, CommandType::kSet, {1}), mbim::kConnect)
                .As<ConnectInfo>()
                .nw_error,
            9u)
      << "a malformed set";
}

TEST(FaultAtCommand, EveryStatusThereIsCanBeAnswered) {
  AttachedHost host;
  for (const Status status : mbim::AllStatuses()) {
    if (status == Status::kSuccess) continue;
    const auto id = host.Rule(
        "{on: command, cid: CONNECT, do: status, status: " + mbim::StatusName(status) + "}");
    EXPECT_EQ(host.Connect().status, status);
    host.plan().Remove(id);
  }
}

TEST(FaultAtCommand, AnErrorIsAnsweredInstead) {
  OpenHost host;
  host.Rule("{on: command, cid: RADIO_STATE, do: error, error: CANCEL}");
  const auto id = AskRadio(host);
  const auto error = host.TakeAnswer<mbim::FunctionErrorMessage>();
  EXPECT_EQ(error.transaction_id, id);
  EXPECT_EQ(error.error, ProtocolError::kCancel);
}

TEST(FaultAtCommand, DroppedIsSilentAndNotCarriedOut) {
  OpenHost host;
  host.Rule("{on: command, cid: RADIO_STATE, type: set, do: drop}");
  host.Begin(mbim::kRadioState, CommandType::kSet, mbim::SetRadioState{mbim::RadioSwitch::kOff});
  EXPECT_TRUE(host.IsSilent());
  EXPECT_EQ(host.State()["radio"]["software"], "on");
  EXPECT_EQ(host.State()["control"]["pending"], 0);
}

TEST(FaultAtCommand, DelayedIsCarriedOutLater) {
  OpenHost host;
  host.Rule("{on: command, cid: RADIO_STATE, type: set, do: delay, delay: 2s}");
  const auto id = host.Begin(mbim::kRadioState, CommandType::kSet,
                             mbim::SetRadioState{mbim::RadioSwitch::kOff});
  EXPECT_EQ(host.State()["radio"]["software"], "on");
  EXPECT_EQ(host.UntilDeadline(), milliseconds(2000));
  host.Pass(seconds(2));
  EXPECT_EQ(host.TakeReply(id, mbim::kRadioState).status, Status::kSuccess);
  EXPECT_EQ(host.State()["radio"]["software"], "off");
}

TEST(FaultAtCommand, HeldWaitsForItsReleaseWhileOthersGoOn) {
  AttachedHost host;
  const auto hold = host.Rule("{on: command, cid: CONNECT, type: set, do: hold}");
  const auto id = host.Begin(mbim::kConnect, CommandType::kSet, Host::Activation(0, "internet"));
  host.Pass(seconds(3600));
  EXPECT_TRUE(host.IsSilent());
  EXPECT_EQ(QueryRadio(host).status, Status::kSuccess);
  EXPECT_EQ(host.State()["control"]["held"], 1);
  EXPECT_FALSE(host.UntilDeadline()) << "only its release ends a hold";
  EXPECT_TRUE(host.plan().Release(hold));
  host.Pass(seconds(0));
  EXPECT_EQ(host.TakeReply(id, mbim::kConnect).status, Status::kSuccess);
  EXPECT_EQ(host.State()["control"]["held"], 0);
}

TEST(FaultAtCommand, ClearingThePlanEndsHoldsToo) {
  OpenHost host;
  host.Rule("{on: command, do: hold}");
  const auto id = AskRadio(host);
  EXPECT_TRUE(host.IsSilent());
  host.plan().Clear();
  host.Pass(seconds(0));
  EXPECT_EQ(host.TakeReply(id, mbim::kRadioState).status, Status::kSuccess);
}

TEST(FaultAtCommand, ACancelledHoldIsNotCarriedOut) {
  OpenHost host;
  const auto hold = host.Rule("{on: command, do: hold}");
  const auto id = host.Begin(mbim::kRadioState, CommandType::kSet,
                             mbim::SetRadioState{mbim::RadioSwitch::kOff});
  host.Send(mbim::HostErrorMessage{id, ProtocolError::kCancel});
  host.plan().Release(hold);
  host.Pass(seconds(0));
  EXPECT_TRUE(host.IsSilent());
  EXPECT_EQ(host.State()["radio"]["software"], "on");
}

TEST(FaultAtCommand, ATransactionIdUsedAgainAfterACancelIsAnotherTransaction) {
  OpenHost host;
  const auto hold = host.Rule("{on: command, type: set, do: hold, times: 1}");
  const auto id = host.Begin(mbim::kRadioState, CommandType::kSet,
                             mbim::SetRadioState{mbim::RadioSwitch::kOff});
  host.Send(mbim::HostErrorMessage{id, ProtocolError::kCancel});
  host.Rule("{on: command, do: delay, delay: 1s}");
  host.Send(mbim::CommandMessage{id, mbim::kServiceBasicConnect, 3, CommandType::kQuery, {}});
  host.plan().Release(hold);
  host.Pass(seconds(0));
  EXPECT_TRUE(host.IsSilent());
  host.Pass(seconds(1));
  EXPECT_EQ(host.TakeReply(id, mbim::kRadioState).As<mbim::RadioStateInfo>().sw_radio_state,
            mbim::RadioSwitch::kOn);
}

TEST(FaultAtCommand, UnplugAnswersNothing) {
  OpenHost host;
  host.Rule("{on: command, cid: RADIO_STATE, type: set, do: unplug}");
  host.Begin(mbim::kRadioState, CommandType::kSet, mbim::SetRadioState{mbim::RadioSwitch::kOff});
  EXPECT_TRUE(host.IsSilent());
  EXPECT_TRUE(host.modem().TakeUnplugRequest());
  EXPECT_EQ(host.State()["radio"]["software"], "on");
}

TEST(FaultAtCommand, DamageIsDoneToTheAnswer) {
  OpenHost host;
  host.Rule("{on: command, cid: RADIO_STATE, do: truncate, bytes: 3, times: 1}");
  host.Rule("{on: command, cid: RADIO_STATE, do: corrupt, bytes: 0, times: 1}");
  AskRadio(host);
  const auto truncated = host.modem().TakeOutput();
  ASSERT_TRUE(truncated);
  EXPECT_EQ(truncated->size() + 3, mbim::PeekHeader(*truncated)->length);
  const auto id = AskRadio(host);
  const auto corrupt = host.modem().TakeOutput();
  ASSERT_TRUE(corrupt);
  const mbim::Header header = *mbim::PeekHeader(*corrupt);
  EXPECT_EQ(header.type, 0x80000003u ^ 0xFFu);
  EXPECT_EQ(header.transaction_id, id);
}

TEST(FaultAtCommand, OtherServicesAreOtherServices) {
  OpenHost host;
  host.Rule("{on: command, service: BASIC_CONNECT, do: status, status: BUSY}");
  host.Send(mbim::CommandMessage{70, mbim::kServiceSms, 1, CommandType::kQuery, {}});
  EXPECT_EQ(host.TakeAnswer<mbim::CommandDone>().status, Status::kNoDeviceSupport);
  EXPECT_EQ(QueryRadio(host).status, Status::kBusy);
}

TEST(FaultAtAnswer, AStatusReplacesTheOneOfACommandThatWasCarriedOut) {
  AttachedHost host;
  host.Rule(
      "{on: answer, cid: CONNECT, type: set, do: status, status: FAILURE, network_error: 8, times: "
      "1}");
  const Reply reply = host.Connect();
  EXPECT_EQ(reply.status, Status::kFailure);
  EXPECT_EQ(reply.As<ConnectInfo>().nw_error, 8u);
  EXPECT_THAT(host.State()["contexts"]["sessions"], SizeIs(1)) << "the modem has connected";
}

TEST(FaultAtAnswer, ASuccessKeepsTheInformation) {
  OpenHost host("radio: {software: off}");
  host.Rule("{on: answer, cid: CONNECT, do: status, status: SUCCESS}");
  const Reply reply = host.Connect();
  EXPECT_EQ(reply.status, Status::kSuccess);
  EXPECT_EQ(reply.As<ConnectInfo>().activation_state, mbim::ActivationState::kDeactivated);
}

TEST(FaultAtAnswer, EveryOtherAction) {
  OpenHost host;
  const auto switch_radio = [&](mbim::RadioSwitch to) {
    return host.Begin(mbim::kRadioState, CommandType::kSet, mbim::SetRadioState{to});
  };
  const auto off = mbim::RadioSwitch::kOff;
  const auto on = mbim::RadioSwitch::kOn;

  host.Rule("{on: answer, do: error, error: UNKNOWN, times: 1}");
  switch_radio(off);
  EXPECT_EQ(host.TakeAnswer<mbim::FunctionErrorMessage>().error, ProtocolError::kUnknown);
  EXPECT_EQ(host.State()["radio"]["software"], "off");

  host.Rule("{on: answer, do: drop, times: 1}");
  switch_radio(on);
  EXPECT_TRUE(host.IsSilent());
  EXPECT_EQ(host.State()["radio"]["software"], "on");

  host.Rule("{on: answer, do: delay, delay: 1s, times: 1}");
  const auto delayed = switch_radio(off);
  EXPECT_TRUE(host.IsSilent());
  EXPECT_EQ(host.State()["radio"]["software"], "off");
  host.Pass(seconds(1));
  host.TakeReply(delayed, mbim::kRadioState);

  const auto hold = host.Rule("{on: answer, do: hold}");
  const auto held = switch_radio(on);
  EXPECT_TRUE(host.IsSilent());
  EXPECT_EQ(host.State()["radio"]["software"], "on");
  host.plan().Release(hold);
  host.Pass(seconds(0));
  host.TakeReply(held, mbim::kRadioState);

  host.Rule("{on: answer, do: unplug, times: 1}");
  switch_radio(off);
  EXPECT_TRUE(host.IsSilent());
  EXPECT_TRUE(host.modem().TakeUnplugRequest());
  EXPECT_EQ(host.State()["radio"]["software"], "off");

  host.Rule("{on: answer, do: truncate, bytes: 8, times: 1}");
  AskRadio(host);
  host.Drain();
  EXPECT_THAT(host.unreadable(), SizeIs(1));
  EXPECT_TRUE(host.IsSilent());

  host.Rule("{on: answer, do: corrupt, bytes: 48, times: 1}");
  const auto corrupt = AskRadio(host);
  const Reply reply = host.TakeReply(corrupt, mbim::kRadioState);
  EXPECT_EQ(static_cast<std::uint32_t>(reply.As<mbim::RadioStateInfo>().hw_radio_state), 0xFEu);
}

TEST(FaultAtAnswer, FiltersSeeTheCommandsInformation) {
  AttachedHost host("contexts: {limit: 3}");
  host.Rule("{on: answer, cid: CONNECT, type: set, session: 1, do: status, status: BUSY}");
  EXPECT_EQ(host.Connect(0).status, Status::kSuccess);
  EXPECT_EQ(host.Connect(1).status, Status::kBusy);
}

TEST(FaultAtAnswer, DamageCountsOverAllFragments) {
  OpenHost host("usb: {max_control_message: 64}");
  host.Begin(mbim::kDeviceCaps, CommandType::kQuery, mbim::Empty{});
  std::vector<std::size_t> sizes;
  while (const auto fragment = host.modem().TakeOutput())
    sizes.push_back(fragment->size());
  ASSERT_GT(sizes.size(), 2u);
  const std::size_t missing = sizes.back() + 1;
  host.Rule("{on: answer, do: truncate, bytes: " + std::to_string(missing) + "}");
  host.Begin(mbim::kDeviceCaps, CommandType::kQuery, mbim::Empty{});
  std::vector<std::size_t> left;
  while (const auto fragment = host.modem().TakeOutput())
    left.push_back(fragment->size());
  sizes.pop_back();
  sizes.back() -= 1;
  EXPECT_EQ(left, sizes);
}

TEST(FaultAtAnswer, TruncatedToNothingSendsNothing) {
  OpenHost host;
  host.Rule("{on: answer, do: truncate, bytes: 100000}");
  AskRadio(host);
  EXPECT_FALSE(host.modem().TakeOutput());
}

TEST(FaultAtIndication, EveryAction) {
  OpenHost host;
  std::uint32_t signal = 31;
  const auto move = [&] {
    signal = signal == 31 ? 1 : 31;
    host.Change({{"network.signal", signal}});
  };
  host.Rule("{on: indication, cid: SIGNAL_STATE, do: drop, times: 1}");
  move();
  EXPECT_THAT(host.TakeIndicated(), IsEmpty());

  host.Rule("{on: indication, cid: SIGNAL_STATE, do: delay, delay: 1s, times: 1}");
  move();
  EXPECT_THAT(host.TakeIndicated(), IsEmpty());
  host.Pass(seconds(1));
  EXPECT_THAT(host.TakeIndicated(), ElementsAre(mbim::kSignalState));

  const auto hold = host.Rule("{on: indication, cid: SIGNAL_STATE, do: hold}");
  move();
  EXPECT_THAT(host.TakeIndicated(), IsEmpty());
  host.plan().Release(hold);
  host.Pass(seconds(0));
  EXPECT_THAT(host.TakeIndicated(), ElementsAre(mbim::kSignalState));

  host.Rule("{on: indication, cid: SIGNAL_STATE, do: truncate, bytes: 1, times: 1}");
  move();
  EXPECT_THAT(host.unreadable(), SizeIs(1));

  host.Rule("{on: indication, cid: SIGNAL_STATE, do: corrupt, bytes: 44, times: 1}");
  move();
  EXPECT_EQ(host.LastIndicated<mbim::SignalStateInfo>(mbim::kSignalState).rssi, signal ^ 0xFF);
  host.TakeIndicated();

  host.Rule("{on: indication, first_word: 31, do: unplug}");
  for (int i = 0; i < 2; ++i) {
    move();
    EXPECT_EQ(host.modem().TakeUnplugRequest(), signal == 31);
  }
}

TEST(FaultAtIndication, AHeldOneDoesNotSurviveReOpen) {
  OpenHost host;
  const auto hold = host.Rule("{on: indication, do: hold}");
  host.Change({{"network.signal", 1}});
  host.Open();
  host.plan().Release(hold);
  host.Pass(seconds(0));
  EXPECT_THAT(host.TakeIndicated(), IsEmpty());
}

TEST(FaultAtIndication, HeldOnesCostBoundedMemory) {
  OpenHost host;
  const auto hold = host.Rule("{on: indication, cid: SIGNAL_STATE, do: hold}");
  for (int i = 0; i < 3000; ++i)
    host.Change({{"network.signal", i % 2 == 0 ? 1 : 31}});
  host.plan().Release(hold);
  host.Pass(seconds(0));
  EXPECT_THAT(host.TakeIndicated(), SizeIs(1024));
}

TEST(Faults, OfUsbDoNotConcernTheModem) {
  OpenHost host;
  host.Rule("{on: setup, do: stall}");
  host.Rule("{on: notification, do: drop}");
  fault::Rule stall;
  stall.seam = fault::Seam::kCommand;
  stall.action = fault::Action::kStall;
  host.plan().Add(stall);
  EXPECT_EQ(QueryRadio(host).status, Status::kSuccess);
}

TEST(SilentScenario, AnswersNothing) {
  const auto silent =
      scenario::Load(std::string(MBNRIG_SOURCE_DIR) + "/fixtures/scenarios/silent.yaml");
  Host host(silent);
  host.Send(mbim::OpenMessage{1, 4096});
  AskRadio(host);
  host.Send(mbim::CloseMessage{3});
  host.Pass(seconds(3600));
  EXPECT_TRUE(host.IsSilent()) << "not even NOT_OPENED";
}

TEST(ThrottledScenario, ForgetsTheNetworkErrorAfterThreeRefusals) {
  Host host(scenario::Load(std::string(MBNRIG_SOURCE_DIR) + "/fixtures/scenarios/throttled.yaml"));
  host.Open();
  host.Attach();
  std::vector<std::uint32_t> errors;
  for (int i = 0; i < 5; ++i) {
    const Reply reply = host.Connect();
    EXPECT_EQ(reply.status, Status::kFailure);
    errors.push_back(reply.As<ConnectInfo>().nw_error);
  }
  EXPECT_THAT(errors, ElementsAre(27, 27, 27, 0, 0));
}

}  // namespace
}  // namespace mbnrig::modem::testing
