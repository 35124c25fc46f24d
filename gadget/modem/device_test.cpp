// The modem's information about itself: capabilities, subscriber, radio, services.

#include "mbim/extension_values.h"
#include "mbim/service_table.h"
#include "modem/command.h"
#include "modem/services.h"
#include "modem/testing/host.h"

namespace mbnrig::modem::testing {
namespace {

using mbim::RadioSwitch;
using mbim::ReadyState;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(DeviceCaps, AreThoseOfTheScenario) {
  OpenHost host;
  auto caps = host.Query(mbim::kDeviceCaps).As<mbim::DeviceCapsInfo>();
  EXPECT_EQ(caps.max_sessions, 1u) << "the value of contexts.limit";
  caps.max_sessions = 0;
  EXPECT_EQ(caps, scenario::DefaultCaps());
}

TEST(DeviceCaps, MaxSessionsFollowsTheLimitUnlessGiven) {
  OpenHost two("contexts: {limit: 2}");
  EXPECT_EQ(two.Query(mbim::kDeviceCaps).As<mbim::DeviceCapsInfo>().max_sessions, 2u);
  OpenHost none("contexts: {limit: 0}");
  EXPECT_EQ(none.Query(mbim::kDeviceCaps).As<mbim::DeviceCapsInfo>().max_sessions, 1u);
  OpenHost given("{contexts: {limit: 2}, device: {max_sessions: 8}}");
  EXPECT_EQ(given.Query(mbim::kDeviceCaps).As<mbim::DeviceCapsInfo>().max_sessions, 8u);
}

TEST(DeviceCaps, HaveTheDataClassesOf5g) {
  OpenHost host("{device: {data_class: [lte, 5g-nsa, 5g-sa]}, network: {data_class: [5g-sa]}}");
  EXPECT_EQ(host.Query(mbim::kDeviceCaps).As<mbim::DeviceCapsInfo>().data_class, 0xe0u);
  host.Attach();
  const auto info = host.Query(mbim::kPacketService).As<mbim::PacketServiceInfo>();
  EXPECT_EQ(info.highest_available_data_class, 0x80u);
}

TEST(Subscriber, IsToldWhenReady) {
  OpenHost host;
  const auto info = host.Query(mbim::kSubscriberReadyStatus).As<mbim::SubscriberReadyInfo>();
  EXPECT_EQ(info.ready_state, ReadyState::kInitialized);
  EXPECT_EQ(info.subscriber_id, "001010123456789");
  EXPECT_EQ(info.sim_icc_id, "8900101000000000001");
  EXPECT_THAT(info.telephone_numbers, ElementsAre("+15550100"));
}

TEST(Subscriber, ALockedSimTellsItsIccidOnly) {
  OpenHost host("sim: {pin1: {mode: enabled}}");
  const auto info = host.Query(mbim::kSubscriberReadyStatus).As<mbim::SubscriberReadyInfo>();
  EXPECT_EQ(info.ready_state, ReadyState::kDeviceLocked);
  EXPECT_EQ(info.subscriber_id, "");
  EXPECT_EQ(info.sim_icc_id, "8900101000000000001");
  EXPECT_THAT(info.telephone_numbers, IsEmpty());
}

struct SimCase {
  const char* state;
  ReadyState ready;
  Status status;  ///< of commands that need the SIM
};
class ASimThatIsNotReady : public ::testing::TestWithParam<SimCase> {};

TEST_P(ASimThatIsNotReady, SaysSoAndKeepsCommandsFromWorking) {
  const SimCase& sim = GetParam();
  OpenHost host("sim: {state: " + std::string(sim.state) + "}");
  const auto info = host.Query(mbim::kSubscriberReadyStatus).As<mbim::SubscriberReadyInfo>();
  EXPECT_EQ(info.ready_state, sim.ready);
  EXPECT_EQ(info.subscriber_id, "");
  EXPECT_EQ(host.Query(mbim::kPin).status, sim.status);
  EXPECT_EQ(host.Query(mbim::kPinList).status, sim.status);
  EXPECT_EQ(host.Query(mbim::kHomeProvider).status, sim.status);
  EXPECT_EQ(host.Query(mbim::kVisibleProviders, mbim::VisibleProvidersReq{}).status, sim.status);
  EXPECT_EQ(host.Query(mbim::kProvisionedContexts).status, sim.status);
  EXPECT_EQ(host.Query(mbim::kConnect, mbim::ConnectInfo{}).status, sim.status);
  EXPECT_EQ(host.Set(mbim::kRegisterState, mbim::SetRegistrationState{}).status, sim.status);
  EXPECT_EQ(host.Set(mbim::kPin, mbim::SetPin{mbim::PinType::kPin1, {}, "1234", ""}).status,
            sim.status);
  EXPECT_EQ(host.Attach().status, sim.status);
  EXPECT_EQ(host.Connect().status, sim.status);
  EXPECT_EQ(host.Query(mbim::kRegisterState).As<mbim::RegistrationStateInfo>().register_state,
            mbim::RegisterState::kDeregistered);
}

INSTANTIATE_TEST_SUITE_P(
    Sim, ASimThatIsNotReady,
    ::testing::Values(
        SimCase{"absent", ReadyState::kSimNotInserted, Status::kSimNotInserted},
        SimCase{"bad", ReadyState::kBadSim, Status::kBadSim},
        SimCase{"no-esim-profile", mbim::kReadyStateNoEsimProfile, Status::kSimNotInserted},
        SimCase{"failure", ReadyState::kFailure, Status::kFailure},
        SimCase{"not-initialized", ReadyState::kNotInitialized, Status::kNotInitialized}),
    [](const auto& test) {
      std::string name = test.param.state;
      std::erase(name, '-');
      return name;
    });

TEST(Radio, IsSwitchedBySoftware) {
  OpenHost host;
  EXPECT_EQ(host.Query(mbim::kRadioState).As<mbim::RadioStateInfo>(),
            (mbim::RadioStateInfo{RadioSwitch::kOn, RadioSwitch::kOn}));
  const Reply off = host.Radio(RadioSwitch::kOff);
  EXPECT_EQ(off.status, Status::kSuccess);
  EXPECT_EQ(off.As<mbim::RadioStateInfo>(),
            (mbim::RadioStateInfo{RadioSwitch::kOn, RadioSwitch::kOff}));
  EXPECT_THAT(host.TakeIndicated(),
              ElementsAre(mbim::kRadioState, mbim::kRegisterState, mbim::kSignalState));
  EXPECT_EQ(host.Attach().status, Status::kRadioPowerOff);
  EXPECT_EQ(host.Query(mbim::kVisibleProviders, mbim::VisibleProvidersReq{}).status,
            Status::kRadioPowerOff);
  EXPECT_EQ(host.Set(mbim::kRegisterState, mbim::SetRegistrationState{}).status,
            Status::kRadioPowerOff);
  host.Radio(RadioSwitch::kOn);
  EXPECT_EQ(host.State()["registration"]["state"], "home");
}

TEST(Radio, TheHardwareSwitchWins) {
  OpenHost host("radio: {hardware: off}");
  EXPECT_EQ(host.Radio(RadioSwitch::kOn).As<mbim::RadioStateInfo>(),
            (mbim::RadioStateInfo{RadioSwitch::kOff, RadioSwitch::kOn}));
  EXPECT_EQ(host.Connect().status, Status::kRadioPowerOff);
  host.Change({{"radio.hardware", "on"}});
  EXPECT_EQ(host.Attach().status, Status::kSuccess);
}

TEST(Radio, RefusesOtherValues) {
  OpenHost host;
  EXPECT_EQ(host.Radio(static_cast<RadioSwitch>(2)).status, Status::kInvalidParameters);
}

TEST(DeviceServices, ListsExactlyWhatIsImplemented) {
  OpenHost host;
  const auto info = host.Query(mbim::kDeviceServices).As<mbim::DeviceServicesInfo>();
  ASSERT_EQ(info.services.size(), 1u);
  EXPECT_EQ(info.max_dss_sessions, 0u);
  const mbim::DeviceServiceElement& service = info.services[0];
  EXPECT_EQ(service.device_service_id, mbim::kServiceBasicConnect);

  std::vector<std::uint32_t> known;
  for (const mbim::CidEntry& entry : mbim::FindService(mbim::kServiceBasicConnect)->cids) {
    known.push_back(entry.cid);
  }
  EXPECT_EQ(service.cids, known) << "the modem and the wire's table know the same CIDs";
}

/// Each structure that a command accepts, truncated or with an offset that points outside of it.
TEST(InformationBuffer, WhenMalformedIsInvalidParameters) {
  OpenHost host;
  for (const mbim::CidEntry& entry : mbim::FindService(mbim::kServiceBasicConnect)->cids) {
    const std::pair<CommandType, const mbim::Form*> forms[]{
        {CommandType::kQuery, entry.FormOf(mbim::FormKind::kQuery)},
        {CommandType::kSet, entry.FormOf(mbim::FormKind::kSet)}};
    for (const auto& [type, form] : forms) {
      if (form == nullptr || form->structure == "-") continue;
      for (const mbim::Bytes& bad :
           {mbim::Bytes{}, mbim::Bytes{1, 2, 3}, mbim::Bytes(form->fixed_size, 0xFF)}) {
        const auto id = host.BeginBytes({mbim::kServiceBasicConnect, entry.cid}, type, bad);
        EXPECT_EQ(host.TakeReply(id, {mbim::kServiceBasicConnect, entry.cid}).status,
                  entry.cid == mbim::kSignalState.number && bad.size() > 3
                      ? Status::kSuccess  // any three numbers are a signal setting
                      : Status::kInvalidParameters)
            << entry.name << " " << bad.size() << " bytes";
      }
    }
  }
}

TEST(InformationBuffer, WithTextBeyondItsLimitIsInvalidParameters) {
  OpenHost host;
  mbim::SetConnect request = Host::Activation(0, std::string(100, 'a'));
  mbim::Bytes buffer = mbim::Encode(request);
  buffer.resize(buffer.size() + 4, 0);
  buffer[buffer.size() - 4] = 'a';                     // a 101st character
  buffer[8 + 4] = static_cast<std::uint8_t>(101 * 2);  // AccessStringSize
  const auto id = host.BeginBytes(mbim::kConnect, CommandType::kSet, buffer);
  EXPECT_EQ(host.TakeReply(id, mbim::kConnect).status, Status::kInvalidParameters);
}

}  // namespace
}  // namespace mbnrig::modem::testing
