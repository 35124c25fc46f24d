// The words that a trace has for an information buffer: the fields that the descriptions mark, with
// the words of scenarios.

#include "trace/summary.h"

#include <gtest/gtest.h>

#include "mbim/codec.h"
#include "mbim/services.h"

namespace mbnrig::trace {
namespace {

using namespace mbim;  // NOLINT(google-build-using-namespace): every line is of its vocabulary

template <class T>
std::string OfSet(const CommandId& cid, const T& value) {
  return Summarize(CommandMessage{1, cid.service, cid.number, CommandType::kSet, Encode(value)});
}
template <class T>
std::string OfAnswer(const CommandId& cid, const T& value) {
  return Summarize(CommandDone{1, cid.service, cid.number, Status::kSuccess, Encode(value)});
}
template <class T>
std::string OfIndication(const CommandId& cid, const T& value) {
  return Summarize(IndicateStatus{cid.service, cid.number, Encode(value)});
}

TEST(Summary, HasTheWordsOfScenarios) {
  EXPECT_EQ(OfAnswer(kRadioState, RadioStateInfo{RadioSwitch::kOn, RadioSwitch::kOff}),
            "hardware on, software off");
  EXPECT_EQ(OfIndication(kEmergencyMode, EmergencyModeInfo{EmergencyMode::kOn}),
            "emergency mode on");
  EXPECT_EQ(OfSet(kPacketService, SetPacketService{PacketServiceAction::kDetach}), "detach");
}

TEST(Summary, ShowsAValueWithoutAWordAsANumber) {
  EXPECT_EQ(OfSet(kRadioState, SetRadioState{static_cast<RadioSwitch>(7)}), "7");
}

TEST(Summary, LeavesOutWhatIsNotThere) {
  RegistrationStateInfo registration;
  registration.register_state = RegisterState::kSearching;
  EXPECT_EQ(OfIndication(kRegisterState, registration), "searching");
  registration.nw_error = 11;
  registration.register_state = RegisterState::kDenied;
  registration.provider_id = "00101";
  registration.provider_name = "mbnrig";
  EXPECT_EQ(OfIndication(kRegisterState, registration), "network error 11, denied, 00101, mbnrig");
}

TEST(Summary, SaysWhatAValueMeans) {
  EXPECT_EQ(OfAnswer(kSignalState, SignalStateInfo{.rssi = 20}), "RSSI 20");
  EXPECT_EQ(OfAnswer(kSignalState, SignalStateInfo{}), "RSSI unknown");
  EXPECT_EQ(OfAnswer(kPin, PinInfo{PinType::kPin1, PinState::kLocked, 3}),
            "pin1, locked, 3 attempts left");
  EXPECT_EQ(OfAnswer(kPin, PinInfo{PinType::kPin1, PinState::kUnlocked, kAttemptsUnknown}),
            "pin1, unlocked");
}

TEST(Summary, ShowsOfAQueryWhatItAsksAbout) {
  const ConnectInfo asked{.session_id = 2};
  EXPECT_EQ(Summarize(CommandMessage{1, kServiceBasicConnect, kConnect.number, CommandType::kQuery,
                                     Encode(asked)}),
            "session 2");
}

TEST(Summary, ShowsNoSecrets) {
  EXPECT_EQ(OfSet(kPin, SetPin{PinType::kPin1, PinOperation::kEnter, "1234", ""}), "pin1, enter");
  EXPECT_EQ(OfSet(kConnect, SetConnect{.session_id = 0,
                                       .activation_command = ActivationCommand::kActivate,
                                       .access_string = "internet",
                                       .user_name = "user",
                                       .password = "pass",
                                       .ip_type = IpType::kIpv4}),
            "session 0, activate, internet, ipv4");
}

TEST(Summary, CountsTheElementsOfAList) {
  EXPECT_EQ(OfAnswer(kVisibleProviders, Providers{{Provider{}, Provider{}}}), "2 providers");
}

TEST(Summary, IsEmptyWhereNothingCanBeRead) {
  EXPECT_EQ(Summarize(IndicateStatus{kServiceBasicConnect, kRadioState.number, Bytes{1, 0}}), "");
  EXPECT_EQ(Summarize(IndicateStatus{kServiceBasicConnect, kRadioState.number, {}}), "");
  EXPECT_EQ(Summarize(IndicateStatus{kServiceBasicConnect, 4711, Bytes(8)}), "");
  EXPECT_EQ(Summarize(IndicateStatus{kServiceSms, kRadioState.number, Bytes(8)}), "");
}

}  // namespace
}  // namespace mbnrig::trace
