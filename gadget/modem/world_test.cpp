// Indications, subscriptions, and changes of the world around the modem.

#include "modem/world.h"

#include <set>

#include "modem/services.h"
#include "modem/testing/host.h"

namespace mbnrig::modem::testing {
namespace {

using mbim::ActivationState;
using mbim::ConnectInfo;
using nlohmann::json;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Indications, LosingTheRadioIsToldInOrder) {
  AttachedHost host;
  host.Connect();
  host.Change({{"radio.hardware", "off"}});
  const auto connect = host.LastIndicated<ConnectInfo>(mbim::kConnect);
  EXPECT_EQ(connect.session_id, 0u);
  EXPECT_EQ(connect.activation_state, ActivationState::kDeactivated);
  EXPECT_THAT(host.TakeIndicated(),
              ElementsAre(mbim::kRadioState, mbim::kConnect, mbim::kPacketService,
                          mbim::kRegisterState, mbim::kSignalState));
}

TEST(Indications, LosingTheNetworkIsToldInOrder) {
  AttachedHost host;
  host.Connect();
  host.Change({{"network.registration", "searching"}});
  EXPECT_THAT(host.TakeIndicated(), ElementsAre(mbim::kConnect, mbim::kPacketService,
                                                mbim::kRegisterState, mbim::kSignalState));
}

TEST(Indications, FindingTheNetworkIsToldInOrder) {
  OpenHost host("network: {automatic_attach: true, registration: searching}");
  host.Change({{"network.registration", "home"}});
  EXPECT_THAT(host.TakeIndicated(),
              ElementsAre(mbim::kRegisterState, mbim::kPacketService, mbim::kSignalState));
}

/// The packet service is lost, and the registration changes without being lost.
TEST(Indications, ALossIsToldBeforeAnotherChange) {
  AttachedHost host;
  host.Connect();
  host.Change({{"network.registration", "roaming"}, {"network.packet_service", "detached"}});
  EXPECT_THAT(host.TakeIndicated(),
              ElementsAre(mbim::kConnect, mbim::kPacketService, mbim::kRegisterState));
}

TEST(Indications, AnAttachThatEndsWithTheNetworkIsToldInOrder) {
  OpenHost host("timing: {attach: 1s}");
  host.Begin(mbim::kPacketService, CommandType::kSet,
             mbim::SetPacketService{mbim::PacketServiceAction::kAttach});
  host.TakeIndicated();
  host.Change({{"network.registration", "searching"}});
  EXPECT_THAT(host.TakeIndicated(),
              ElementsAre(mbim::kPacketService, mbim::kRegisterState, mbim::kSignalState));
}

TEST(Indications, TakingTheSimOutIsToldInOrder) {
  AttachedHost host;
  host.Connect();
  host.Change({{"sim.state", "absent"}});
  EXPECT_THAT(host.TakeIndicated(),
              ElementsAre(mbim::kSubscriberReadyStatus, mbim::kConnect, mbim::kPacketService,
                          mbim::kRegisterState, mbim::kSignalState));
  EXPECT_EQ(host.Connect().status, Status::kSimNotInserted);
  host.Change({{"sim.state", "inserted"}});
  EXPECT_THAT(host.TakeIndicated(),
              ElementsAre(mbim::kSubscriberReadyStatus, mbim::kRegisterState, mbim::kSignalState));
}

TEST(Indications, TheAnswerComesBeforeWhatFollowsFromIt) {
  AttachedHost host;
  host.Connect();
  const auto id = host.Begin(mbim::kRadioState, CommandType::kSet,
                             mbim::SetRadioState{mbim::RadioSwitch::kOff});
  const auto first = host.modem().TakeOutput();
  ASSERT_TRUE(first);
  EXPECT_EQ(mbim::PeekHeader(*first)->transaction_id, id);
  EXPECT_THAT(host.TakeIndicated(), Contains(mbim::kConnect));
}

TEST(Indications, DetachingDeactivates) {
  AttachedHost host;
  host.Connect();
  host.Detach();
  EXPECT_THAT(host.TakeIndicated(), ElementsAre(mbim::kConnect, mbim::kPacketService));
}

TEST(Indications, TheNetworkDeactivatesOneSession) {
  AttachedHost host("contexts: {limit: 2}");
  host.Connect(0);
  host.Connect(3);
  host.Change({{"network.deactivate", 3}});
  const auto info = host.LastIndicated<ConnectInfo>(mbim::kConnect);
  EXPECT_EQ(info.session_id, 3u);
  EXPECT_EQ(info.activation_state, ActivationState::kDeactivated);
  EXPECT_EQ(info.nw_error, 36u);
  EXPECT_THAT(host.TakeIndicated(), ElementsAre(mbim::kConnect));
  EXPECT_EQ(host.State()["contexts"]["sessions"].size(), 1u);
}

TEST(Indications, TheNetworkDetachesAndAttaches) {
  AttachedHost host;
  host.Connect();
  host.Change({{"network.packet_service", "detached"}});
  EXPECT_EQ(host.LastIndicated<mbim::PacketServiceInfo>(mbim::kPacketService).nw_error, 10u);
  EXPECT_THAT(host.TakeIndicated(), ElementsAre(mbim::kConnect, mbim::kPacketService));
  EXPECT_EQ(host.Connect().status, Status::kPacketServiceDetached);
  host.Change({{"network.packet_service", "attached"}});
  EXPECT_THAT(host.TakeIndicated(), ElementsAre(mbim::kPacketService));
  EXPECT_EQ(host.Connect().status, Status::kSuccess);
  host.Change({{"network.packet_service", "refused"}});
  EXPECT_EQ(host.Attach().status, Status::kFailure);
  host.Change({{"network.packet_service", "available"}});
  EXPECT_EQ(host.Attach().status, Status::kSuccess);
}

TEST(Indications, ADetachedModemThatAttachesByItselfStaysDetached) {
  OpenHost host("network: {automatic_attach: true}");
  host.Change({{"network.packet_service", "detached"}});
  EXPECT_EQ(host.State()["packet_service"]["state"], "detached");
}

TEST(Indications, AVoiceCallIsTold) {
  OpenHost host;
  host.Change({{"voice.call", "in-progress"}});
  EXPECT_EQ(host.LastIndicated<ConnectInfo>(mbim::kConnect).voice_call_state,
            mbim::VoiceCallState::kInProgress);
  EXPECT_THAT(host.TakeIndicated(), ElementsAre(mbim::kConnect));
  host.Change({{"voice.call", "in-progress"}});
  EXPECT_THAT(host.TakeIndicated(), IsEmpty()) << "nothing has changed";
}

TEST(Indications, AVoiceCallIsToldForEachActiveSession) {
  AttachedHost host("contexts: {limit: 2}");
  host.Connect(1);
  host.Connect(2);
  host.Change({{"voice.call", "in-progress"}});
  EXPECT_THAT(host.TakeIndicated(), ElementsAre(mbim::kConnect, mbim::kConnect));
}

TEST(Indications, NothingIsToldWhileClosed) {
  Host host;
  host.Change({{"radio.hardware", "off"}});
  EXPECT_THAT(host.TakeIndicated(), IsEmpty());
  host.Open();
  EXPECT_THAT(host.TakeIndicated(), IsEmpty())
      << "the host asks for the state at OPEN; nothing is indicated";
}

mbim::DeviceServiceSubscribeList Subscribe(Host& host, std::vector<mbim::EventEntry> entries) {
  const Reply reply = host.Set(mbim::kDeviceServiceSubscribeList,
                               mbim::DeviceServiceSubscribeList{std::move(entries)});
  EXPECT_EQ(reply.status, Status::kSuccess);
  return reply.As<mbim::DeviceServiceSubscribeList>();
}
constexpr auto kConnect = mbim::kConnect.number;
constexpr auto kRegister = mbim::kRegisterState.number;
constexpr auto kPinList = mbim::kPinList.number;

TEST(Subscriptions, OnlyWhatIsListedIsIndicated) {
  AttachedHost host;
  const mbim::EventEntry entry{mbim::kServiceBasicConnect, {kConnect, kRegister}};
  EXPECT_THAT(Subscribe(host, {entry}).entries, ElementsAre(entry));
  host.Connect();
  host.Change({{"radio.hardware", "off"}});
  EXPECT_THAT(host.TakeIndicated(), ElementsAre(mbim::kConnect, mbim::kRegisterState));
}

TEST(Subscriptions, AnEntryWithoutCidsIsTheWholeService) {
  AttachedHost host;
  Subscribe(host, {});
  host.Change({{"radio.hardware", "off"}});
  EXPECT_THAT(host.TakeIndicated(), IsEmpty()) << "an empty list subscribes to nothing";
  Subscribe(host, {{mbim::kServiceBasicConnect, {}}});
  host.Change({{"radio.hardware", "on"}});
  EXPECT_THAT(host.TakeIndicated(),
              ElementsAre(mbim::kRadioState, mbim::kRegisterState, mbim::kSignalState));
}

TEST(Subscriptions, WhatCannotBeIndicatedIsLeftOut) {
  AttachedHost host;
  EXPECT_THAT(
      Subscribe(host, {{mbim::kServiceSms, {}}, {mbim::kServiceBasicConnect, {kPinList, kConnect}}})
          .entries,
      ElementsAre(mbim::EventEntry{mbim::kServiceBasicConnect, {kConnect}}));
  EXPECT_THAT(Subscribe(host, {{mbim::kServiceBasicConnect, {kPinList}}}).entries, IsEmpty());
  host.Change({{"radio.hardware", "off"}});
  EXPECT_THAT(host.TakeIndicated(), IsEmpty());
}

TEST(Subscriptions, OpenGoesBackToAll) {
  OpenHost host;
  Subscribe(host, {});
  host.Open();
  host.Change({{"radio.hardware", "off"}});
  EXPECT_THAT(host.TakeIndicated(), Contains(mbim::kRadioState));
}

TEST(PowerCycle, AsksForThePinAgainAndStartsAgain) {
  OpenHost host("sim: {pin1: {mode: enabled}}");
  host.Set(mbim::kPin, mbim::SetPin{mbim::PinType::kPin1, {}, "1234", ""});
  host.Attach();
  host.Connect();
  host.Change({{"contexts.limit", 2}, {"network.signal", 7}});
  host.Set(mbim::kRegisterState,
           mbim::SetRegistrationState{"00102", mbim::RegisterAction::kManual, 0});
  host.TakeIndicated();

  host.modem().PowerCycle(host.now());
  EXPECT_THAT(host.TakeIndicated(), IsEmpty());
  const json state = host.State();
  EXPECT_EQ(state["control"]["open"], false);
  EXPECT_EQ(state["sim"]["required_pin"], "pin1");
  EXPECT_EQ(state["registration"]["state"], "deregistered");
  EXPECT_EQ(state["registration"]["mode"], "automatic");
  EXPECT_EQ(state["packet_service"]["state"], "detached");
  EXPECT_THAT(state["contexts"]["sessions"], IsEmpty());
  EXPECT_EQ(state["contexts"]["limit"], 2) << "the world stays as it was set";
}

TEST(PowerCycle, ForgetsWhatWasDue) {
  OpenHost host("timing: {registration: 1s, scan: 1s}");
  host.Begin(mbim::kVisibleProviders, CommandType::kQuery, mbim::VisibleProvidersReq{});
  host.modem().PowerCycle(host.now());
  EXPECT_EQ(host.UntilDeadline(), milliseconds(1000)) << "registration starts again";
  host.Pass(seconds(1));
  EXPECT_TRUE(host.IsSilent());
  host.Open();
  host.Begin(mbim::kVisibleProviders, CommandType::kQuery, mbim::VisibleProvidersReq{});
  EXPECT_TRUE(host.IsSilent()) << "not BUSY: no scan is under way";
}

// --- keys ---------------------------------------------------------------------------------------

std::string ErrorOf(Host& host, const json& changes) {
  const json before = host.State();
  try {
    host.Change(changes);
  } catch (const std::invalid_argument& error) {
    EXPECT_EQ(host.State(), before) << "nothing has changed";
    EXPECT_THAT(host.TakeIndicated(), IsEmpty());
    return error.what();
  }
  return "no error";
}

TEST(World, EachSimState) {
  OpenHost host;
  const std::vector<std::pair<const char*, const char*>> states{
      {"absent", "absent"},   {"bad", "bad"},
      {"failure", "failure"}, {"not-initialized", "not-initialized"},
      {"locked", "locked"},   {"puk-locked", "locked"},
      {"ready", "ready"},     {"not-activated", "not-activated"},
      {"inserted", "locked"}};
  for (const auto& [word, ready_state] : states) {
    host.Change({{"sim.state", word}});
    EXPECT_EQ(host.State()["sim"]["ready_state"], ready_state) << word;
  }
  host.Change({{"sim.state", "puk-locked"}});
  EXPECT_EQ(host.State()["sim"]["required_pin"], "puk1");
  host.Change({{"sim.state", "ready"}});
  EXPECT_EQ(host.State()["registration"]["state"], "home");
}

TEST(World, AnotherSim) {
  OpenHost host;
  host.Change({{"sim.subscriber_id", "001019876543210"}, {"sim.icc_id", "8900101000000000002"}});
  const auto info = host.LastIndicated<mbim::SubscriberReadyInfo>(mbim::kSubscriberReadyStatus);
  EXPECT_EQ(info.subscriber_id, "001019876543210");
  EXPECT_EQ(info.sim_icc_id, "8900101000000000002");
}

TEST(World, TheServingProviderChanges) {
  OpenHost host;
  host.Change({{"network.serving", "00102"}, {"network.registration", "roaming"}});
  const auto info = host.LastIndicated<mbim::RegistrationStateInfo>(mbim::kRegisterState);
  EXPECT_EQ(info.provider_name, "Test Partner");
  EXPECT_EQ(info.register_state, mbim::RegisterState::kRoaming);
  EXPECT_THAT(host.TakeIndicated(), ElementsAre(mbim::kRegisterState));
}

TEST(World, TimingChanges) {
  OpenHost host;
  host.Change({{"timing.attach", 500}});
  const auto id = host.Begin(mbim::kPacketService, CommandType::kSet, mbim::SetPacketService{});
  EXPECT_EQ(host.UntilDeadline(), milliseconds(500));
  host.Pass(milliseconds(500));
  EXPECT_EQ(host.TakeReply(id, mbim::kPacketService).status, Status::kSuccess);
}

TEST(World, TimesHaveUnits) {
  OpenHost host;
  host.Change({{"timing.attach", "2s"}});
  const auto id = host.Begin(mbim::kPacketService, CommandType::kSet, mbim::SetPacketService{});
  EXPECT_EQ(host.UntilDeadline(), milliseconds(2000));
  host.Pass(milliseconds(2000));
  EXPECT_EQ(host.TakeReply(id, mbim::kPacketService).status, Status::kSuccess);
  OpenHost other;
  EXPECT_EQ(ErrorOf(other, {{"timing.attach", "2 hours"}}),
            "timing.attach: expected a time such as 250ms, 2s or 1m (at most an hour), not '2 "
            "hours'");
}

TEST(World, MistakesNameKeyAndWhatIsExpected) {
  OpenHost host;
  EXPECT_EQ(ErrorOf(host, {{"sim.sate", "absent"}}),
            "sim.sate: unknown key, nearest valid key is 'sim.state'");
  EXPECT_EQ(ErrorOf(host, {{"contexts.limit", 2}, {"radio.hardware", "aus"}}),
            "radio.hardware: expected one of off, on, not 'aus'");
  EXPECT_EQ(ErrorOf(host, {{"network.signal", 50}}),
            "network.signal: expected 0 to 31, or 99 (not known), not '50'");
  EXPECT_EQ(ErrorOf(host, {{"contexts.limit", -1}}),
            "contexts.limit: expected a number from 0 to 255, not '-1'");
  EXPECT_EQ(ErrorOf(host, {{"contexts.limit", 1.5}}),
            "contexts.limit: expected a number from 0 to 255, not '1.5'");
  EXPECT_EQ(ErrorOf(host, {{"network.deactivate", 0}}),
            "network.deactivate: expected the id of an active session, not '0'");
  EXPECT_EQ(ErrorOf(host, {{"network.visible", {"00101", "x"}}}),
            "network.visible[1]: expected 5 or 6 digits (MCC, MNC), not 'x'");
  EXPECT_EQ(ErrorOf(host, {{"network.serving", 5}}),
            "network.serving: expected 5 or 6 digits (MCC, MNC), not '5'");
  EXPECT_EQ(ErrorOf(host, {{"sim.icc_id", "123456789012345678901"}}),
            "sim.icc_id: expected text of at most 20 characters, not '123456789012345678901'");
  EXPECT_EQ(ErrorOf(host, json::array({1})), "expected a map of keys, not a list");
}

/// A key that a scenario and Set share is in only one list: a second entry would hide the first.
TEST(World, NamesEachKeyOnce) {
  std::set<std::string> names;
  Machine machine({}, {});
  AddServices(machine);
  for (const auto& key : WorldKeys(machine))
    EXPECT_TRUE(names.insert(key.name).second) << key.name;
  EXPECT_TRUE(names.contains("network.signal")) << "a live key of a scenario";
  EXPECT_TRUE(names.contains("network.deactivate")) << "a key that only a running modem has";
  EXPECT_FALSE(names.contains("usb.serial"));
}

TEST(World, ASimWithoutPin1CannotBeLocked) {
  scenario::Scenario scenario;
  scenario.sim.pins.clear();
  Host host(scenario);
  EXPECT_EQ(ErrorOf(host, {{"sim.state", "locked"}}), "sim.state: this SIM has no PIN1");
  host.Change({{"sim.state", "absent"}});
  host.Change({{"sim.state", "ready"}});
  EXPECT_EQ(host.State()["sim"]["ready_state"], "ready");
}

TEST(World, AScenarioThatDoesNotFitTheWireIsRefused) {
  scenario::Scenario scenario;
  scenario.sim.subscriber_id = std::string(16, '1');
  fault::Plan plan;
  EXPECT_THROW(Modem(scenario, plan, TimePoint{}), std::invalid_argument);
  scenario = {};
  scenario.usb.max_control_message = 63;
  EXPECT_THROW(Modem(scenario, plan, TimePoint{}), std::invalid_argument);
}

TEST(World, StateHasNoSecrets) {
  OpenHost host("sim: {pin1: {mode: enabled, value: '98769876', puk: '55443322'}}");
  const std::string text = host.State().dump();
  EXPECT_EQ(text.find("98769876"), std::string::npos);
  EXPECT_EQ(text.find("55443322"), std::string::npos);
}

}  // namespace
}  // namespace mbnrig::modem::testing
