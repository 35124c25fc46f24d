// A modem changes without an indication. The service notices when the modem refuses a command, and
// asks again when the modem refuses a question.

#include <gmock/gmock.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>

#include "log/log.h"
#include "mbim/basic_connect.h"
#include "mbn/modem/command_operation.h"
#include "mbn/modem/connect_operation.h"
#include "mbn/modem/facts.h"
#include "mbn/testing/session_fixture.h"

namespace mbnrig::mbn {
namespace {

using namespace testing;
using mbim::CommandType;
using mbim::Status;

class DoubtTest : public SessionTest {
 protected:
  std::size_t Asked(const mbim::CommandId& cid) const {
    return modem->Commands(cid, CommandType::kQuery).size();
  }
  template <class Payload>
  void AnswerQuery(const mbim::CommandId& cid, const Payload& payload) {
    modem->On(cid, CommandType::kQuery,
              [payload](mbim::ByteView) { return AnsweredWith(payload); });
  }
  void RefuseQuery(const mbim::CommandId& cid, Status status) {
    modem->On(cid, CommandType::kQuery, [status](mbim::ByteView) { return Answered(status); });
  }
  /// Any command will do: this one is not about a fact.
  void RefuseACommand(Status status) {
    modem->On(mbim::kPin, CommandType::kSet, [status](mbim::ByteView) { return Answered(status); });
    Submit(MakeCommand(SetRequest(mbim::kPin,
                                  {mbim::PinType::kPin1, mbim::PinOperation::kEnter, "1234", ""},
                                  Lane::kPin, kEnterComplete)));
    events.WaitFor(kEnterComplete);
  }
  std::atomic<bool> opened_again{false};
  HRESULT ConnectAndWait() {
    mbim::SetConnect activate;
    activate.activation_command = mbim::ActivationCommand::kActivate;
    Submit(MakeConnect(activate, "internet"));
    return events.WaitFor(kConnectComplete).status;
  }
};

struct Contradiction {
  const char* name;
  Status status;
  mbim::CommandId cid;
  std::function<void(FakeModem&)> change;        ///< what the modem will answer
  std::function<bool(const ModemState&)> known;  ///< the state that follows
  friend void PrintTo(const Contradiction& one, std::ostream* out) { *out << one.name; }
};

class Contradicted : public DoubtTest, public ::testing::WithParamInterface<Contradiction> {};

template <class Payload>
Contradiction Case(const char* name, Status status, const mbim::CommandId& cid,
                   const Payload& payload, std::function<bool(const ModemState&)> known) {
  return {name, status, cid,
          [cid, payload](FakeModem& modem) {
            modem.On(cid, CommandType::kQuery,
                     [payload](mbim::ByteView) { return AnsweredWith(payload); });
          },
          std::move(known)};
}

TEST_P(Contradicted, FactsAreAskedForOnce) {
  Start();
  // The modem is attached and has a context, so that there is something to contradict.
  ASSERT_EQ(ConnectAndWait(), S_OK);
  const std::size_t asked = Asked(GetParam().cid);
  GetParam().change(*modem);
  RefuseACommand(GetParam().status);
  ASSERT_TRUE(modem->WaitForCommands(GetParam().cid, CommandType::kQuery, asked + 1));
  Settle();
  EXPECT_TRUE(GetParam().known(*session->snapshot()));
  // Now the refusal agrees with the fact.
  RefuseACommand(GetParam().status);
  Settle();
  EXPECT_EQ(Asked(GetParam().cid), asked + 1);
}

bool IsReady(const ModemState& state, mbim::ReadyState ready) {
  return state.subscriber && state.subscriber->ready_state == ready;
}
bool IsDeactivated(const ModemState& state) {
  return state.connect.known() && !state.has_context();
}
const mbim::ConnectInfo kNoContext = Context(mbim::ActivationState::kDeactivated);

INSTANTIATE_TEST_SUITE_P(
    By, Contradicted,
    ::testing::Values(
        Case("NoSim", Status::kSimNotInserted, mbim::kSubscriberReadyStatus,
             ReadyInfo(mbim::ReadyState::kSimNotInserted),
             [](const auto& s) { return IsReady(s, mbim::ReadyState::kSimNotInserted); }),
        Case("BadSim", Status::kBadSim, mbim::kSubscriberReadyStatus,
             ReadyInfo(mbim::ReadyState::kBadSim),
             [](const auto& s) { return IsReady(s, mbim::ReadyState::kBadSim); }),
        Case("Locked", Status::kPinRequired, mbim::kSubscriberReadyStatus,
             ReadyInfo(mbim::ReadyState::kDeviceLocked),
             [](const auto& s) { return IsReady(s, mbim::ReadyState::kDeviceLocked); }),
        Case("NoSubscription", Status::kServiceNotActivated, mbim::kSubscriberReadyStatus,
             ReadyInfo(mbim::ReadyState::kNotActivated),
             [](const auto& s) { return IsReady(s, mbim::ReadyState::kNotActivated); }),
        Case("NotInitialized", Status::kNotInitialized, mbim::kSubscriberReadyStatus,
             ReadyInfo(mbim::ReadyState::kNotInitialized),
             [](const auto& s) { return IsReady(s, mbim::ReadyState::kNotInitialized); }),
        Case("RadioOff", Status::kRadioPowerOff, mbim::kRadioState,
             mbim::RadioStateInfo{mbim::RadioSwitch::kOn, mbim::RadioSwitch::kOff},
             [](const auto& s) { return s.radio->sw_radio_state == mbim::RadioSwitch::kOff; }),
        Case("NotRegistered", Status::kNotRegistered, mbim::kRegisterState,
             Registration(mbim::RegisterState::kSearching),
             [](const auto& s) { return !s.registered(); }),
        Case("Detached", Status::kPacketServiceDetached, mbim::kPacketService,
             PacketService(mbim::PacketServiceState::kDetached),
             [](const auto& s) { return !s.attached(); }),
        Case("NoContext", Status::kContextNotActivated, mbim::kConnect, kNoContext, IsDeactivated),
        Case("NoContextWhenDetached", Status::kPacketServiceDetached, mbim::kConnect, kNoContext,
             IsDeactivated)),
    [](const auto& test) { return std::string(test.param.name); });

// Otherwise a modem that says one thing and does another would be asked without end.
TEST_F(DoubtTest, IsNotRaisedAgainBeforeTheModemHasAnswered) {
  Start();
  const std::size_t asked = Asked(mbim::kSubscriberReadyStatus);
  modem->Hold(mbim::kSubscriberReadyStatus, CommandType::kQuery);
  RefuseACommand(Status::kSimNotInserted);
  RefuseACommand(Status::kBadSim);
  Settle();
  EXPECT_EQ(Asked(mbim::kSubscriberReadyStatus), asked + 1);
  EXPECT_TRUE(session->snapshot()->initialized()) << "clients keep the last answer";
  modem->Release(mbim::kSubscriberReadyStatus, CommandType::kQuery);
  for (int i = 0; i < 2; ++i)
    Settle();
  EXPECT_EQ(Asked(mbim::kSubscriberReadyStatus), asked + 1);
}

TEST_F(DoubtTest, AQuestionThatIsRefusedRaisesItToo) {
  Start();
  const std::size_t asked = Asked(mbim::kSubscriberReadyStatus);
  AnswerQuery(mbim::kSubscriberReadyStatus, ReadyInfo(mbim::ReadyState::kSimNotInserted));
  RefuseQuery(mbim::kHomeProvider, Status::kSimNotInserted);
  // A SIM with another ICCID makes the service ask for the home provider.
  auto other = ReadyInfo(mbim::ReadyState::kInitialized);
  other.sim_icc_id = "8900101000000000009";
  modem->Indicate(mbim::kSubscriberReadyStatus, other);
  ASSERT_TRUE(modem->WaitForCommands(mbim::kSubscriberReadyStatus, CommandType::kQuery, asked + 1));
  Settle();
  EXPECT_TRUE(IsReady(*session->snapshot(), mbim::ReadyState::kSimNotInserted));
}

// A modem that activates only after an attach.
class DetachesUnheard : public DoubtTest {
 protected:
  DetachesUnheard() {
    modem->On(mbim::kPacketService, CommandType::kSet, [this](mbim::ByteView) {
      ++attaches;
      attached = true;
      return AnsweredWith(PacketService(mbim::PacketServiceState::kAttached));
    });
    modem->On(mbim::kConnect, CommandType::kSet, [this](mbim::ByteView information) {
      const auto set = mbim::Decode<mbim::SetConnect>(information);
      if (set->activation_command == mbim::ActivationCommand::kDeactivate)
        return AnsweredWith(Context(mbim::ActivationState::kDeactivated));
      if (!attached) return Answered(Status::kPacketServiceDetached);
      return AnsweredWith(Context(mbim::ActivationState::kActivated));
    });
  }
  void ConnectAndDisconnect() {
    ASSERT_EQ(ConnectAndWait(), S_OK);
    Submit(MakeDisconnect());
    events.WaitFor(kDisconnectComplete);
  }

  std::atomic<bool> attached{false};
  std::atomic<int> attaches{0};
};

// fixtures/cases/142-detached-unheard
TEST_F(DetachesUnheard, AndConnectAttachesAgain) {
  Start();
  ConnectAndDisconnect();
  EXPECT_EQ(attaches, 1);
  attached = false;
  ConnectAndDisconnect();
  EXPECT_EQ(attaches, 2);
  ConnectAndDisconnect();
  EXPECT_EQ(attaches, 2) << "an attach that is not needed";
}

// The modem goes on to say that it is attached, but it is not.
TEST_F(DetachesUnheard, AndInsistsThatItIsAttached) {
  Start();
  ConnectAndDisconnect();
  AnswerQuery(mbim::kPacketService, PacketService(mbim::PacketServiceState::kAttached));
  attached = false;
  ConnectAndDisconnect();
  EXPECT_EQ(attaches, 2);
}

TEST_F(DetachesUnheard, AndAConnectInDoubtAttachesFirst) {
  Start();
  ConnectAndDisconnect();
  attached = false;
  modem->Hold(mbim::kPacketService, CommandType::kQuery);
  RefuseACommand(Status::kPacketServiceDetached);
  const auto sent = modem->Commands(mbim::kConnect, CommandType::kSet).size();
  ASSERT_EQ(ConnectAndWait(), S_OK);
  EXPECT_EQ(attaches, 2);
  EXPECT_EQ(modem->Commands(mbim::kConnect, CommandType::kSet).size(), sent + 1);
  modem->Release(mbim::kPacketService, CommandType::kQuery);
}

TEST_F(DetachesUnheard, ButNotForEver) {
  Start();
  modem->On(mbim::kConnect, CommandType::kSet,
            [](mbim::ByteView) { return Answered(Status::kPacketServiceDetached); });
  EXPECT_EQ(ConnectAndWait(), E_MBN_PACKET_SVC_DETACHED);
  EXPECT_EQ(attaches, 1);
  EXPECT_EQ(modem->Commands(mbim::kConnect, CommandType::kSet).size(), 1u);
}

class RefusedQuestions : public DoubtTest, public ::testing::WithParamInterface<Status> {
 protected:
  RefusedQuestions() { times.retry = std::chrono::milliseconds(1); }
};

TEST_P(RefusedQuestions, AreAskedAgainAllAlike) {
  for (const Fact& fact : Facts())
    RefuseQuery(fact.cid, GetParam());
  session->Start();
  for (const Fact& fact : Facts())
    EXPECT_TRUE(modem->WaitForCommands(fact.cid, CommandType::kQuery, 3)) << fact.name;
}
INSTANTIATE_TEST_SUITE_P(With, RefusedQuestions,
                         ::testing::Values(Status::kBusy, Status::kFailure, Status::kSimNotInserted,
                                           Status::kBadSim, Status::kPinRequired,
                                           Status::kNotInitialized, Status::kInvalidParameters,
                                           Status::kReadFailure, Status::kOperationNotAllowed,
                                           static_cast<Status>(4711)),
                         [](const auto& test) {
                           return "Status" + std::to_string(static_cast<std::uint32_t>(test.param));
                         });

// The modem says that the SIM is fine, and refuses for want of one. That may go on for ever, so it
// is logged once, and asked less and less often.
class Insists : public DoubtTest {
 protected:
  Insists() {
    log::Logger("mbn").set_level(spdlog::level::info);
    times.retry = std::chrono::milliseconds(1);
    RefuseQuery(mbim::kHomeProvider, Status::kSimNotInserted);
  }
  ~Insists() override { log::Logger("mbn").set_level(spdlog::level::warn); }

  std::size_t Logged(std::string_view text) const {
    const auto lines = log.Lines();
    return static_cast<std::size_t>(std::count_if(
        lines.begin(), lines.end(),
        [&](const std::string& line) { return line.find(text) != std::string::npos; }));
  }
};

TEST_F(Insists, AndIsLoggedOnce) {
  times.retry_longest = times.retry;
  session->Start();
  ASSERT_TRUE(modem->WaitForCommands(mbim::kHomeProvider, CommandType::kQuery, 30));
  End(Ending::kServiceStopped);
  Settle();
  EXPECT_GT(Asked(mbim::kSubscriberReadyStatus), 10u) << "the doubt is raised again";
  EXPECT_EQ(Logged("refuses a query of"), 1u);
  EXPECT_EQ(Logged("contradicts its"), 1u);
}

TEST_F(Insists, AndIsLoggedAgainWithAnotherStatus) {
  times.retry_longest = times.retry;
  session->Start();
  ASSERT_TRUE(modem->WaitForCommands(mbim::kHomeProvider, CommandType::kQuery, 5));
  RefuseQuery(mbim::kHomeProvider, Status::kBadSim);
  ASSERT_TRUE(modem->WaitForCommands(mbim::kHomeProvider, CommandType::kQuery, 20));
  End(Ending::kServiceStopped);
  Settle();
  EXPECT_EQ(Logged("refuses a query of"), 2u);
  EXPECT_EQ(Logged("contradicts its"), 2u);
}

TEST_F(Insists, AndIsAskedLessAndLessOften) {
  times.retry = std::chrono::milliseconds(10);
  const auto begun = std::chrono::steady_clock::now();
  session->Start();
  // Seven pauses; the first one may be short, because the SIM becomes known then.
  ASSERT_TRUE(modem->WaitForCommands(mbim::kHomeProvider, CommandType::kQuery, 8));
  EXPECT_GE(std::chrono::steady_clock::now() - begun, std::chrono::milliseconds(630));
}

// The list of indications is a command like others.
TEST_F(DoubtTest, TheSubscribeListThatIsRefusedRaisesItToo) {
  times.retry = std::chrono::milliseconds(1);
  Start();
  const std::size_t asked = Asked(mbim::kRadioState);
  modem->On(mbim::kDeviceServiceSubscribeList, CommandType::kSet,
            [](mbim::ByteView) { return Answered(Status::kRadioPowerOff); });
  // A modem that says that it was not opened is opened and asked for everything again.
  modem->On(mbim::kSubscriberReadyStatus, CommandType::kQuery, [this](mbim::ByteView) {
    if (opened_again.exchange(true)) return AnsweredWith(ReadyInfo(mbim::ReadyState::kInitialized));
    client::Reply reply;
    reply.outcome = client::Outcome::kFunctionError;
    reply.error = mbim::ProtocolError::kNotOpened;
    return reply;
  });
  RefuseACommand(Status::kSimNotInserted);
  ASSERT_TRUE(modem->WaitForCommands(mbim::kRadioState, CommandType::kQuery, asked + 2));
}

TEST_F(RefusedQuestions, AreNotAskedAgainOfAModemWithoutTheCommand) {
  for (const Fact& fact : Facts())
    RefuseQuery(fact.cid, Status::kNoDeviceSupport);
  RefuseQuery(mbim::kRadioState, Status::kBusy);
  session->Start();
  ASSERT_TRUE(modem->WaitForCommands(mbim::kRadioState, CommandType::kQuery, 5));
  for (const Fact& fact : Facts()) {
    if (fact.cid != mbim::kRadioState) {
      EXPECT_EQ(Asked(fact.cid), 1u) << fact.name;
    }
  }
}

}  // namespace
}  // namespace mbnrig::mbn
