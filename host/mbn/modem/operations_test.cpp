// Operations run in lanes, and each completes exactly once.
#include "mbn/modem/operations.h"

#include <algorithm>
#include <future>

#include "mbim/basic_connect.h"
#include "mbn/modem/command_operation.h"
#include "mbn/modem/connect_operation.h"
#include "mbn/testing/session_fixture.h"

namespace mbnrig::mbn {
namespace {

using namespace testing;
using mbim::CommandType;
using mbim::Status;

constexpr EventId kRadioComplete = EventId::kIMbnRadioEvents_OnSetSoftwareRadioStateComplete;

std::unique_ptr<Operation> Connect() {
  return MakeConnect(mbim::SetConnect{}, "internet");
}

std::unique_ptr<Operation> EnterPin(const std::string& pin = "1234") {
  return MakeCommand(SetRequest(mbim::kPin,
                                {mbim::PinType::kPin1, mbim::PinOperation::kEnter, pin, ""},
                                Lane::kPin, kEnterComplete));
}

std::unique_ptr<Operation> SwitchRadio(mbim::RadioSwitch to) {
  return MakeCommand(SetRequest(mbim::kRadioState, {to}, Lane::kRadio, kRadioComplete));
}

class OperationsTest : public SessionTest {
 protected:
  using SessionTest::SessionTest;

  void AnswerPin(Status status) {
    modem->On(mbim::kPin, CommandType::kSet,
              [status](mbim::ByteView) { return Answered(status, mbim::Encode(mbim::PinInfo{})); });
  }
};

TEST_F(OperationsTest, APinDoesNotWaitBehindAConnect) {
  Start();
  AnswerPin(Status::kSuccess);
  modem->Hold(mbim::kConnect, CommandType::kSet);
  const std::uint32_t connecting = Submit(Connect());
  ASSERT_TRUE(modem->WaitForCommands(mbim::kConnect, CommandType::kSet, 1));
  const std::uint32_t entering = Submit(EnterPin());
  const ServiceEvent entered = events.WaitFor(kEnterComplete);
  EXPECT_EQ(entered.request, entering);
  EXPECT_EQ(entered.status, S_OK);
  EXPECT_EQ(entered.answer, mbim::Encode(mbim::PinInfo{}));
  EXPECT_TRUE(entered.modem->connecting);
  EXPECT_EQ(events.Count(kConnectComplete), 0u);
  modem->Release(mbim::kConnect, CommandType::kSet);
  EXPECT_EQ(events.WaitFor(kConnectComplete).request, connecting);
}

TEST_F(OperationsTest, OneLaneRunsOneAfterTheOther) {
  Start();
  AnswerPin(Status::kSuccess);
  modem->Hold(mbim::kPin, CommandType::kSet);
  const std::uint32_t first = Submit(EnterPin("1111"));
  const std::uint32_t second = Submit(EnterPin("2222"));
  ASSERT_TRUE(modem->WaitForCommands(mbim::kPin, CommandType::kSet, 1));
  Settle();
  EXPECT_EQ(modem->Commands(mbim::kPin, CommandType::kSet).size(), 1u);
  modem->Release(mbim::kPin, CommandType::kSet);
  EXPECT_EQ(events.WaitFor(kEnterComplete).request, first);
  EXPECT_EQ(events.WaitFor(kEnterComplete).request, second);
  const auto sent = modem->Commands(mbim::kPin, CommandType::kSet);
  ASSERT_EQ(sent.size(), 2u);
  EXPECT_EQ(mbim::Decode<mbim::SetPin>(sent.back())->pin, "2222");
}

// A client that forgets a modem at its removal has seen all completions by then.
TEST_F(OperationsTest, CompleteBeforeTheRemovalIsTold) {
  Start();
  std::promise<void> go_on;
  worker.Post([&] { go_on.get_future().wait(); });
  const std::uint32_t accepted = Submit(EnterPin());
  End(Ending::kModemLeft);
  std::uint32_t request = 0;
  EXPECT_EQ(session->Submit(EnterPin(), &request), E_HANDLE);
  EXPECT_EQ(request, 0u);
  go_on.set_value();
  events.WaitFor(EventId::kIMbnInterfaceManagerEvents_OnInterfaceRemoval);
  Settle();
  const auto told = events.Events();
  ASSERT_EQ(events.Count(kEnterComplete), 1u);
  EXPECT_EQ(told.back().which, EventId::kIMbnInterfaceManagerEvents_OnInterfaceRemoval);
  EXPECT_EQ(events.WaitFor(kEnterComplete).request, accepted);
}

// One status that the page documents, and one that it does not.
TEST_F(OperationsTest, ACommandsStatusIsMappedByItsPage) {
  Start();
  AnswerPin(Status::kBadSim);
  Submit(EnterPin());
  EXPECT_EQ(events.WaitFor(kEnterComplete).status, E_MBN_BAD_SIM);
  AnswerPin(Status::kVoiceCallInProgress);
  Submit(EnterPin());
  EXPECT_EQ(events.WaitFor(kEnterComplete).status, E_MBN_FAILURE);
}

TEST_F(OperationsTest, TheSimExplainsARefusalThatThePageDoesNotHave) {
  Start();
  modem->Indicate(mbim::kSubscriberReadyStatus, ReadyInfo(mbim::ReadyState::kSimNotInserted));
  events.WaitFor(EventId::kIMbnInterfaceEvents_OnReadyStateChange);
  AnswerPin(Status::kVoiceCallInProgress);
  Submit(EnterPin());
  EXPECT_EQ(events.WaitFor(kEnterComplete).status, E_MBN_SIM_NOT_INSERTED);
}

TEST_F(OperationsTest, ACommandsAnswerTeachesItsFact) {
  Start();
  modem->On(mbim::kRadioState, CommandType::kSet, [](mbim::ByteView) {
    return AnsweredWith(mbim::RadioStateInfo{mbim::RadioSwitch::kOn, mbim::RadioSwitch::kOff});
  });
  Submit(SwitchRadio(mbim::RadioSwitch::kOff));
  const ServiceEvent done = events.WaitFor(kRadioComplete);
  EXPECT_EQ(done.status, S_OK);
  EXPECT_EQ(done.modem->radio->sw_radio_state, mbim::RadioSwitch::kOff);

  // The answer does not contain the fact, so the service asks the modem.
  modem->On(mbim::kRadioState, CommandType::kSet,
            [](mbim::ByteView) { return Answered(Status::kSuccess); });
  const auto asked = modem->Commands(mbim::kRadioState, CommandType::kQuery).size();
  Submit(SwitchRadio(mbim::RadioSwitch::kOn));
  EXPECT_TRUE(modem->WaitForCommands(mbim::kRadioState, CommandType::kQuery, asked + 1));
}

class FullLane : public OperationsTest {
 protected:
  FullLane() : OperationsTest({.requests = 3}) {}
};

TEST_F(FullLane, TakesNoFurtherRequestUntilOneIsComplete) {
  Start();
  AnswerPin(Status::kSuccess);
  modem->Hold(mbim::kPin, CommandType::kSet);
  for (int i = 0; i < 3; ++i)
    Submit(EnterPin());
  std::uint32_t request = 4711;
  EXPECT_EQ(session->Submit(EnterPin(), &request), E_OUTOFMEMORY);
  EXPECT_EQ(request, 4711u);
  Submit(SwitchRadio(mbim::RadioSwitch::kOn));  // another lane
  events.WaitFor(kRadioComplete);
  modem->Release(mbim::kPin, CommandType::kSet);
  events.WaitFor(kEnterComplete);
  Submit(EnterPin());
  for (int i = 0; i < 3; ++i)
    events.WaitFor(kEnterComplete);
  Settle();
  EXPECT_EQ(events.Count(kEnterComplete), 4u);
}

struct Way {
  const char* name;
  Ending ending;
  HRESULT code;
};

class OperationsEnd : public OperationsTest, public ::testing::WithParamInterface<Way> {};

// In each of two lanes one operation runs and one waits.
TEST_P(OperationsEnd, CompletesEveryOperationOnce) {
  Start();
  for (const auto& cid : std::initializer_list<mbim::CommandId>{mbim::kConnect, mbim::kPin})
    modem->Hold(cid, CommandType::kSet);
  std::vector<std::uint32_t> accepted = {Submit(Connect()), Submit(MakeDisconnect()),
                                         Submit(EnterPin()), Submit(EnterPin())};
  ASSERT_TRUE(modem->WaitForCommands(mbim::kConnect, CommandType::kSet, 1));
  ASSERT_TRUE(modem->WaitForCommands(mbim::kPin, CommandType::kSet, 1));
  if (GetParam().ending == Ending::kModemLeft) modem->Vanish();
  End(GetParam().ending);
  std::uint32_t too_late = 0;
  EXPECT_EQ(session->Submit(EnterPin(), &too_late), E_HANDLE);
  std::vector<std::uint32_t> completed;
  for (std::size_t i = 0; i < 2; ++i) {
    const ServiceEvent pin = events.WaitFor(kEnterComplete);
    EXPECT_EQ(pin.status, GetParam().code);
    completed.push_back(pin.request);
  }
  const ServiceEvent connect = events.WaitFor(kConnectComplete);
  EXPECT_EQ(connect.status, GetParam().code);
  const ServiceEvent disconnect = events.WaitFor(kDisconnectComplete);
  EXPECT_EQ(disconnect.status, S_OK);
  completed.insert(completed.end(), {connect.request, disconnect.request});
  Settle();
  EXPECT_EQ(events.Count(kEnterComplete), 2u);
  EXPECT_EQ(events.Count(kConnectComplete), 1u);
  EXPECT_EQ(events.Count(kDisconnectComplete), 1u);
  std::sort(accepted.begin(), accepted.end());
  std::sort(completed.begin(), completed.end());
  EXPECT_EQ(completed, accepted);
}

INSTANTIATE_TEST_SUITE_P(When, OperationsEnd,
                         ::testing::Values(Way{"TheModemLeaves", Ending::kModemLeft,
                                               HRESULT_FROM_WIN32(ERROR_NOT_FOUND)},
                                           Way{"TheServiceStops", Ending::kServiceStopped,
                                               HRESULT_FROM_WIN32(ERROR_SERVICE_NOT_ACTIVE)}),
                         [](const auto& test) { return std::string(test.param.name); });

}  // namespace
}  // namespace mbnrig::mbn
