// Providers, registration, packet service and signal.

#include "modem/testing/host.h"

namespace mbnrig::modem::testing {
namespace {

using mbim::PacketServiceInfo;
using mbim::PacketServiceState;
using mbim::RegisterMode;
using mbim::RegisterState;
using mbim::RegistrationStateInfo;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

RegistrationStateInfo Registration(Host& host) {
  return host.Query(mbim::kRegisterState).As<RegistrationStateInfo>();
}
PacketServiceInfo Packet(Host& host) {
  return host.Query(mbim::kPacketService).As<PacketServiceInfo>();
}
Reply Select(Host& host, const std::string& id) {
  return host.Set(mbim::kRegisterState,
                  mbim::SetRegistrationState{id, mbim::RegisterAction::kManual, 0});
}
Reply SelectAutomatically(Host& host) {
  return host.Set(mbim::kRegisterState, mbim::SetRegistrationState{});
}

TEST(Providers, HomeIsThatOfTheSim) {
  OpenHost host;
  EXPECT_EQ(host.Query(mbim::kHomeProvider).As<mbim::Provider>(), scenario::DefaultHomeProvider());
  EXPECT_EQ(host.Set(mbim::kHomeProvider, mbim::Provider{}).status, Status::kNoDeviceSupport);
}

TEST(Providers, AScanFindsTheVisibleOnes) {
  OpenHost host;
  const auto found = host.Query(mbim::kVisibleProviders, mbim::VisibleProvidersReq{})
                         .As<mbim::Providers>()
                         .providers;
  ASSERT_EQ(found.size(), 3u);
  using namespace mbim::provider_state;  // NOLINT(google-build-using-namespace): bits to combine
  EXPECT_EQ(found[0].provider_state, kHome | kPreferred | kVisible | kRegistered);
  EXPECT_EQ(found[1].provider_state, kVisible);
  EXPECT_EQ(found[2].provider_state, kForbidden | kVisible);
}

TEST(Providers, AScanMayFindNone) {
  OpenHost host("network: {visible: []}");
  EXPECT_EQ(host.Query(mbim::kVisibleProviders, mbim::VisibleProvidersReq{}).status,
            Status::kProvidersNotFound);
}

TEST(Providers, ARestrictedScanIsForMulticarrierModems) {
  OpenHost host;
  const auto scan = [&](std::uint32_t action) {
    return host
        .Query(mbim::kVisibleProviders,
               mbim::VisibleProvidersReq{static_cast<mbim::VisibleProvidersAction>(action)})
        .status;
  };
  EXPECT_EQ(scan(1), Status::kNoDeviceSupport);
  EXPECT_EQ(scan(2), Status::kInvalidParameters);
}

TEST(Providers, AScanThatLosesTheRadioEndsWithThat) {
  OpenHost host("timing: {scan: 1s}");
  const auto id =
      host.Begin(mbim::kVisibleProviders, CommandType::kQuery, mbim::VisibleProvidersReq{});
  host.Change({{"radio.hardware", "off"}});
  host.Pass(seconds(1));
  EXPECT_EQ(host.TakeReply(id, mbim::kVisibleProviders).status, Status::kRadioPowerOff);
}

TEST(Registration, IsAutomaticAtHome) {
  OpenHost host;
  const auto info = Registration(host);
  EXPECT_EQ(info.register_state, RegisterState::kHome);
  EXPECT_EQ(info.register_mode, RegisterMode::kAutomatic);
  EXPECT_EQ(info.available_data_classes, mbim::data_class::kLte);
  EXPECT_EQ(info.current_cellular_class, mbim::CellularClass::kGsm);
  EXPECT_EQ(info.provider_id, "00101");
  EXPECT_EQ(info.provider_name, "Test Home");
  EXPECT_EQ(info.registration_flag, 0u);
}

TEST(Registration, TakesItsTime) {
  OpenHost host("timing: {registration: 2s}");
  EXPECT_EQ(Registration(host).register_state, RegisterState::kSearching);
  EXPECT_EQ(host.Attach().status, Status::kNotRegistered);
  EXPECT_EQ(host.UntilDeadline(), milliseconds(2000));
  host.Pass(milliseconds(1999));
  EXPECT_THAT(host.TakeIndicated(), IsEmpty());
  host.Pass(milliseconds(1));
  EXPECT_EQ(host.LastIndicated<RegistrationStateInfo>(mbim::kRegisterState).register_state,
            RegisterState::kHome);
}

TEST(Registration, TheAnswerToASetComesWhenItIsOver) {
  OpenHost host("timing: {registration: 1s}");
  const auto id = host.Begin(mbim::kRegisterState, CommandType::kSet,
                             mbim::SetRegistrationState{"00102", mbim::RegisterAction::kManual, 0});
  EXPECT_TRUE(host.IsSilent());
  host.Pass(seconds(1));
  const auto reply = host.TakeReply(id, mbim::kRegisterState);
  EXPECT_EQ(reply.status, Status::kSuccess);
  EXPECT_EQ(reply.As<RegistrationStateInfo>().register_state, RegisterState::kRoaming);
}

TEST(Registration, ManualChoosesAVisibleProvider) {
  OpenHost host;
  const Reply reply = Select(host, "00102");
  EXPECT_EQ(reply.status, Status::kSuccess);
  const auto info = reply.As<RegistrationStateInfo>();
  EXPECT_EQ(info.register_mode, RegisterMode::kManual);
  EXPECT_EQ(info.register_state, RegisterState::kRoaming);
  EXPECT_EQ(info.provider_name, "Test Partner");
  EXPECT_EQ(Select(host, "00101").As<RegistrationStateInfo>().register_state, RegisterState::kHome);
  EXPECT_EQ(SelectAutomatically(host).As<RegistrationStateInfo>().register_mode,
            RegisterMode::kAutomatic);
}

TEST(Registration, AProviderOutOfSightIsNotVisible) {
  OpenHost host;
  const Reply reply = Select(host, "00199");
  EXPECT_EQ(reply.status, Status::kProviderNotVisible);
  EXPECT_EQ(reply.As<RegistrationStateInfo>().register_state, RegisterState::kSearching);
  EXPECT_EQ(host.Attach().status, Status::kProviderNotVisible);
  EXPECT_EQ(host.Connect().status, Status::kProviderNotVisible);
  host.Change({{"network.visible", {"00101", "00199"}}});
  EXPECT_EQ(host.Attach().status, Status::kSuccess) << "the provider came into sight";
}

TEST(Registration, AForbiddenProviderDenies) {
  OpenHost host;
  const Reply reply = Select(host, "00103");
  EXPECT_EQ(reply.status, Status::kFailure);
  const auto info = reply.As<RegistrationStateInfo>();
  EXPECT_EQ(info.register_state, RegisterState::kDenied);
  EXPECT_EQ(info.nw_error, 11u);
  EXPECT_EQ(host.Attach().status, Status::kNotRegistered);
}

TEST(Registration, ADenialCarriesItsCause) {
  OpenHost host("network: {registration: denied, denial_cause: 15}");
  EXPECT_EQ(Registration(host).nw_error, 15u);
  const Reply reply = SelectAutomatically(host);
  EXPECT_EQ(reply.status, Status::kFailure);
  EXPECT_EQ(reply.As<RegistrationStateInfo>().nw_error, 15u);
  EXPECT_EQ(host.Connect().status, Status::kNotRegistered);
}

TEST(Registration, AutomaticIsSetEvenWithoutANetwork) {
  OpenHost host("network: {registration: searching}");
  const Reply reply = SelectAutomatically(host);
  EXPECT_EQ(reply.status, Status::kSuccess);
  EXPECT_EQ(reply.As<RegistrationStateInfo>().register_state, RegisterState::kSearching);
  EXPECT_EQ(host.Attach().status, Status::kNotRegistered);
  EXPECT_EQ(Select(host, "00102").status, Status::kFailure);
}

TEST(Registration, RoamsWithAPartner) {
  OpenHost host(R"(
network:
  registration: roaming
  serving: {id: "00102", name: Test Partner}
  roaming_text: away
)");
  const auto info = Registration(host);
  EXPECT_EQ(info.register_state, RegisterState::kRoaming);
  EXPECT_EQ(info.provider_id, "00102");
  EXPECT_EQ(info.roaming_text, "away");
}

TEST(Registration, RefusesWhatItCannotDo) {
  OpenHost host;
  EXPECT_EQ(Select(host, "").status, Status::kInvalidParameters);
  mbim::SetRegistrationState request;
  request.register_action = static_cast<mbim::RegisterAction>(2);
  EXPECT_EQ(host.Set(mbim::kRegisterState, request).status, Status::kInvalidParameters);
  request = {};
  request.data_class = mbim::data_class::kUmb;
  EXPECT_EQ(host.Set(mbim::kRegisterState, request).status, Status::kDataClassNotAvailable);

  OpenHost automatic("device: {control: []}");
  EXPECT_EQ(Select(automatic, "00102").status, Status::kNoDeviceSupport);
  EXPECT_EQ(Registration(automatic).registration_flag, 1u);
}

TEST(Registration, AttemptThatLosesTheRadioEndsWithThat) {
  OpenHost host("timing: {registration: 1s}");
  const auto id = host.Begin(mbim::kRegisterState, CommandType::kSet, mbim::SetRegistrationState{});
  host.Change({{"radio.hardware", "off"}});
  EXPECT_EQ(host.TakeReply(id, mbim::kRegisterState).status, Status::kRadioPowerOff);
  EXPECT_FALSE(host.UntilDeadline());
}

TEST(PacketService, AttachesAndDetaches) {
  OpenHost host;
  EXPECT_EQ(Packet(host).packet_service_state, PacketServiceState::kDetached);
  const Reply reply = host.Attach();
  EXPECT_EQ(reply.status, Status::kSuccess);
  const auto info = reply.As<PacketServiceInfo>();
  EXPECT_EQ(info.packet_service_state, PacketServiceState::kAttached);
  EXPECT_EQ(info.highest_available_data_class, mbim::data_class::kLte);
  EXPECT_EQ(info.uplink_speed, 50'000'000u);
  EXPECT_EQ(info.downlink_speed, 100'000'000u);
  EXPECT_EQ(host.Attach().status, Status::kSuccess) << "attached already";
  EXPECT_EQ(host.Detach().status, Status::kSuccess);
  EXPECT_EQ(Packet(host), (PacketServiceInfo{0, PacketServiceState::kDetached, 0, 0, 0}));
  EXPECT_EQ(host.Detach().status, Status::kSuccess) << "detached already";
  EXPECT_EQ(host.Set(mbim::kPacketService,
                     mbim::SetPacketService{static_cast<mbim::PacketServiceAction>(2)})
                .status,
            Status::kInvalidParameters);
}

TEST(PacketService, TakesItsTime) {
  OpenHost host("timing: {attach: 1s}");
  const auto id = host.Begin(mbim::kPacketService, CommandType::kSet, mbim::SetPacketService{});
  EXPECT_TRUE(host.IsSilent());
  EXPECT_EQ(host.LastIndicated<PacketServiceInfo>(mbim::kPacketService).packet_service_state,
            PacketServiceState::kAttaching);
  host.Pass(seconds(1));
  EXPECT_EQ(host.TakeReply(id, mbim::kPacketService).status, Status::kSuccess);
}

TEST(PacketService, DetachingEndsAnAttach) {
  OpenHost host("timing: {attach: 1s}");
  const auto attach = host.Begin(mbim::kPacketService, CommandType::kSet, mbim::SetPacketService{});
  const auto detach = host.Begin(mbim::kPacketService, CommandType::kSet,
                                 mbim::SetPacketService{mbim::PacketServiceAction::kDetach});
  host.Drain();
  ASSERT_EQ(host.answers().size(), 2u);
  const auto first = std::get<mbim::CommandDone>(host.answers()[0]);
  EXPECT_EQ(first.transaction_id, attach);
  EXPECT_EQ(first.status, Status::kFailure);
  const auto second = std::get<mbim::CommandDone>(host.answers()[1]);
  EXPECT_EQ(second.transaction_id, detach);
  EXPECT_EQ(second.status, Status::kSuccess);
}

TEST(PacketService, LosingRegistrationEndsAnAttach) {
  OpenHost host("timing: {attach: 1s}");
  const auto id = host.Begin(mbim::kPacketService, CommandType::kSet, mbim::SetPacketService{});
  host.Change({{"network.registration", "searching"}});
  EXPECT_EQ(host.TakeReply(id, mbim::kPacketService).status, Status::kNotRegistered);
}

TEST(PacketService, ARefusalCarriesItsCause) {
  OpenHost host("network: {packet_service: refused, attach_refusal_cause: 8}");
  const Reply reply = host.Attach();
  EXPECT_EQ(reply.status, Status::kFailure);
  EXPECT_EQ(reply.As<PacketServiceInfo>().nw_error, 8u);
  EXPECT_EQ(host.Connect().status, Status::kPacketServiceDetached);
}

TEST(PacketService, AttachesByItselfWhereTheNetworkHasItSo) {
  OpenHost host("network: {automatic_attach: true}");
  EXPECT_EQ(Packet(host).packet_service_state, PacketServiceState::kAttached);
  EXPECT_EQ(Registration(host).registration_flag, 2u);
  host.Detach();
  EXPECT_EQ(Packet(host).packet_service_state, PacketServiceState::kDetached)
      << "the host detached it";
  host.Radio(mbim::RadioSwitch::kOff);
  host.Radio(mbim::RadioSwitch::kOn);
  EXPECT_EQ(Packet(host).packet_service_state, PacketServiceState::kAttached)
      << "until the next registration";
}

mbim::SignalStateInfo Signal(Host& host) {
  return host.Query(mbim::kSignalState).As<mbim::SignalStateInfo>();
}

TEST(Signal, IsKnownWhileRegistered) {
  OpenHost host;
  EXPECT_EQ(Signal(host).rssi, 20u);
  host.Radio(mbim::RadioSwitch::kOff);
  EXPECT_EQ(Signal(host).rssi, 99u);
}

TEST(Signal, IsReportedByDefaultWhenItMovesMuch) {
  OpenHost host;
  host.Change({{"network.signal", 16}});
  EXPECT_THAT(host.TakeIndicated(), IsEmpty()) << "4 steps";
  host.Change({{"network.signal", 15}});
  EXPECT_EQ(host.LastIndicated<mbim::SignalStateInfo>(mbim::kSignalState).rssi, 15u);
}

TEST(Signal, IsReportedAtTheThresholdThatWasSet) {
  OpenHost host;
  const auto reply = host.Set(mbim::kSignalState, mbim::SetSignalState{0, 2, 3});
  EXPECT_EQ(reply.As<mbim::SignalStateInfo>(), (mbim::SignalStateInfo{20, 99, 0, 2, 3}));
  host.Change({{"network.signal", 21}});
  EXPECT_THAT(host.TakeIndicated(), IsEmpty());
  host.Change({{"network.signal", 22}});
  EXPECT_THAT(host.TakeIndicated(), ElementsAre(mbim::kSignalState));
  host.Change({{"network.error_rate", 1}});
  EXPECT_THAT(host.TakeIndicated(), ElementsAre(mbim::kSignalState)) << "it became known";
  host.Change({{"network.error_rate", 3}});
  EXPECT_THAT(host.TakeIndicated(), IsEmpty());
  host.Change({{"network.error_rate", 4}});
  EXPECT_THAT(host.TakeIndicated(), ElementsAre(mbim::kSignalState));
}

TEST(Signal, IsNotReportedWhenSwitchedOff) {
  OpenHost host;
  constexpr std::uint32_t kOff = 0xFFFFFFFF;
  host.Set(mbim::kSignalState, mbim::SetSignalState{kOff, kOff, kOff});
  host.Change({{"network.signal", 1}, {"network.error_rate", 7}});
  host.Pass(std::chrono::hours(1));
  EXPECT_THAT(host.TakeIndicated(), IsEmpty());
}

TEST(Signal, IsReportedPeriodically) {
  OpenHost host;
  host.Set(mbim::kSignalState, mbim::SetSignalState{5, 0xFFFFFFFF, 0xFFFFFFFF});
  EXPECT_EQ(host.UntilDeadline(), milliseconds(5000));
  host.Pass(seconds(5));
  EXPECT_THAT(host.TakeIndicated(), ElementsAre(mbim::kSignalState));
  host.Pass(seconds(5));
  EXPECT_THAT(host.TakeIndicated(), ElementsAre(mbim::kSignalState));
  host.Open();
  EXPECT_FALSE(host.UntilDeadline()) << "OPEN goes back to the default";
}

}  // namespace
}  // namespace mbnrig::modem::testing
