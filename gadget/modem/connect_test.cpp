// CONNECT, IP_CONFIGURATION and PROVISIONED_CONTEXTS.

#include "mbim/wire.h"
#include "modem/testing/host.h"

namespace mbnrig::modem::testing {
namespace {

using mbim::ActivationState;
using mbim::ConnectInfo;
using mbim::IpConfigurationInfo;
using mbim::IpType;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

ConnectInfo Connection(Host& host, std::uint32_t session = 0) {
  ConnectInfo query;
  query.session_id = session;
  return host.Query(mbim::kConnect, query).As<ConnectInfo>();
}
Reply IpConfiguration(Host& host, std::uint32_t session = 0) {
  IpConfigurationInfo query;
  query.session_id = session;
  return host.Query(mbim::kIpConfiguration, query);
}

std::vector<std::string> V4Addresses(Host& host, const std::vector<std::uint32_t>& sessions) {
  std::vector<std::string> addresses;
  for (const std::uint32_t session : sessions) {
    const auto ip = IpConfiguration(host, session).As<IpConfigurationInfo>();
    std::string text;
    for (const auto& element : ip.ipv4_addresses) {
      for (const std::uint8_t octet : element.address.octets)
        text += (text.empty() ? "" : ".") + std::to_string(octet);
    }
    addresses.push_back(text);
  }
  return addresses;
}

TEST(HappyPath, FromOpenToClose) {
  Host host;
  EXPECT_EQ(host.Open(), Status::kSuccess);
  EXPECT_EQ(host.Query(mbim::kDeviceServices).status, Status::kSuccess);
  EXPECT_EQ(host.Query(mbim::kDeviceCaps).status, Status::kSuccess);
  EXPECT_EQ(host.Query(mbim::kSubscriberReadyStatus).status, Status::kSuccess);
  EXPECT_EQ(host.Query(mbim::kRadioState).status, Status::kSuccess);
  EXPECT_EQ(host.Query(mbim::kRegisterState).status, Status::kSuccess);
  EXPECT_EQ(host.Attach().status, Status::kSuccess);

  const Reply connect = host.Connect();
  EXPECT_EQ(connect.status, Status::kSuccess);
  const auto info = connect.As<ConnectInfo>();
  EXPECT_EQ(info.session_id, 0u);
  EXPECT_EQ(info.activation_state, ActivationState::kActivated);
  EXPECT_EQ(info.ip_type, IpType::kIpv4v6);
  EXPECT_EQ(info.context_type, mbim::kContextTypeInternet);
  EXPECT_EQ(info.nw_error, 0u);
  EXPECT_EQ(Connection(host), info);

  const Reply ip = IpConfiguration(host);
  EXPECT_EQ(ip.status, Status::kSuccess);
  EXPECT_EQ(ip.As<IpConfigurationInfo>(), scenario::DefaultApns()[0].ip);

  const Reply disconnect = host.Disconnect();
  EXPECT_EQ(disconnect.status, Status::kSuccess);
  EXPECT_EQ(disconnect.As<ConnectInfo>().activation_state, ActivationState::kDeactivated);
  EXPECT_EQ(Connection(host).activation_state, ActivationState::kDeactivated);
  EXPECT_EQ(host.Close(), Status::kSuccess);
  EXPECT_THAT(host.indications(), SizeIs(1)) << "PACKET_SERVICE attached, and nothing else";
}

struct RefusalCase {
  const char* name;
  const char* scenario;
  Status status;
  std::uint32_t nw_error;
};
class AConnectThatIsRefused : public ::testing::TestWithParam<RefusalCase> {};

TEST_P(AConnectThatIsRefused, SaysWhyAndCarriesConnectInfo) {
  const RefusalCase& expected = GetParam();
  OpenHost host(expected.scenario);
  host.Attach();
  const Reply reply = host.Connect();
  EXPECT_EQ(reply.status, expected.status);
  const auto info = reply.As<ConnectInfo>();
  EXPECT_EQ(info.activation_state, ActivationState::kDeactivated);
  EXPECT_EQ(info.nw_error, expected.nw_error);
  EXPECT_EQ(info.ip_type, IpType::kIpv4v6);
  EXPECT_THAT(host.State()["contexts"]["sessions"], IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(
    Connect, AConnectThatIsRefused,
    ::testing::Values(
        RefusalCase{"SimNotInserted", "sim: {state: absent}", Status::kSimNotInserted, 0},
        RefusalCase{"BadSim", "sim: {state: bad}", Status::kBadSim, 0},
        RefusalCase{"NotInitialized", "sim: {state: not-initialized}", Status::kNotInitialized, 0},
        RefusalCase{"SimFailure", "sim: {state: failure}", Status::kFailure, 0},
        RefusalCase{"PinRequired", "sim: {pin1: {mode: enabled}}", Status::kPinRequired, 0},
        RefusalCase{"SoftwareRadioOff", "radio: {software: off}", Status::kRadioPowerOff, 0},
        RefusalCase{"HardwareRadioOff", "radio: {hardware: off}", Status::kRadioPowerOff, 0},
        RefusalCase{"NotRegistered", "network: {registration: searching}", Status::kNotRegistered,
                    0},
        RefusalCase{"Denied", "network: {registration: denied}", Status::kNotRegistered, 11},
        RefusalCase{"ProviderNotVisible",
                    "network: {registration_mode: manual, selected_provider: '00199'}",
                    Status::kProviderNotVisible, 0},
        RefusalCase{"Detached", "network: {packet_service: refused}",
                    Status::kPacketServiceDetached, 0},
        RefusalCase{"VoiceCall", "voice: {call: in-progress}", Status::kVoiceCallInProgress, 0},
        RefusalCase{"MaxActivatedContexts", "contexts: {limit: 0}", Status::kMaxActivatedContexts,
                    0},
        RefusalCase{"SubscriptionLapsed", "network: {subscription: lapsed}",
                    Status::kServiceNotActivated, 33},
        RefusalCase{"SimNotActivated", "sim: {state: not-activated}", Status::kServiceNotActivated,
                    33},
        RefusalCase{"UnknownApn", "network: {apns: [{name: other, ipv4: {address: 10.0.0.2/8}}]}",
                    Status::kInvalidAccessString, 27},
        RefusalCase{"WrongCredentials",
                    "network: {apns: [{name: internet, user_name: u, password: p, ipv4: {address: "
                    "10.0.0.2/8}}]}",
                    Status::kInvalidUserNamePwd, 29}),
    [](const auto& test) { return test.param.name; });

/// Each obstacle alone, then together with all obstacles before it: the first obstacle decides.
TEST(Connect, ObstaclesAreMetInOrder) {
  const std::vector<std::pair<nlohmann::json, Status>> first_to_last{
      {{{"sim.state", "absent"}}, Status::kSimNotInserted},
      {{{"sim.state", "locked"}}, Status::kPinRequired},
      {{{"radio.software", "off"}}, Status::kRadioPowerOff},
      {{{"network.registration", "searching"}}, Status::kNotRegistered},
      {{{"network.packet_service", "refused"}}, Status::kPacketServiceDetached},
      {{{"voice.call", "in-progress"}}, Status::kVoiceCallInProgress},
      {{{"contexts.limit", 0}}, Status::kMaxActivatedContexts},
      {{{"network.subscription", "lapsed"}}, Status::kServiceNotActivated},
  };
  AttachedHost host;
  EXPECT_EQ(host.Connect(0, "nowhere").status, Status::kInvalidAccessString);
  for (auto it = first_to_last.rbegin(); it != first_to_last.rend(); ++it) {
    host.Change(it->first);
    EXPECT_EQ(host.Connect(0, "nowhere").status, it->second) << it->first.dump();
  }
}

TEST(Connect, NeedsTheAttachFirst) {
  OpenHost host;
  EXPECT_EQ(host.Connect().status, Status::kPacketServiceDetached);
  host.Attach();
  EXPECT_EQ(host.Connect().status, Status::kSuccess);
}

TEST(Connect, CredentialsMustFit) {
  AttachedHost host;
  EXPECT_EQ(host.Connect(0, "secured").status, Status::kInvalidUserNamePwd);
  mbim::SetConnect request = Host::Activation(0, "secured");
  request.user_name = "user";
  request.password = "wrong";
  EXPECT_EQ(host.Set(mbim::kConnect, request).status, Status::kInvalidUserNamePwd);
  request.password = "secret";
  const Reply reply = host.Set(mbim::kConnect, request);
  EXPECT_EQ(reply.status, Status::kSuccess);
  EXPECT_EQ(reply.As<ConnectInfo>().ip_type, IpType::kIpv4) << "the access point has only IPv4";
}

TEST(Connect, TheAuthProtocolCountsWhereTheApnAsksForOne) {
  AttachedHost host(
      "network: {apns: [{name: a, user_name: u, password: p, auth: chap, ipv4: {address: "
      "10.0.0.2/8}}]}");
  mbim::SetConnect request = Host::Activation(0, "a");
  request.user_name = "u";
  request.password = "p";
  request.auth_protocol = mbim::AuthProtocol::kPap;
  EXPECT_EQ(host.Set(mbim::kConnect, request).status, Status::kInvalidUserNamePwd);
  request.auth_protocol = mbim::AuthProtocol::kChap;
  EXPECT_EQ(host.Set(mbim::kConnect, request).status, Status::kSuccess);
}

TEST(Connect, AnEmptyAccessStringTakesTheFirstApn) {
  AttachedHost host;
  EXPECT_EQ(host.Connect(0, "").status, Status::kSuccess);
  EXPECT_EQ(host.State()["contexts"]["sessions"][0]["apn"], "internet");
}

TEST(Connect, IpTypesAreGrantedAsFarAsTheApnHasThem) {
  AttachedHost host(R"(
contexts: {limit: 9}
network:
  apns:
    - {name: four, ipv4: {address: 10.0.0.2/8}}
    - {name: six, ipv6: {address: "2001:db8::2/64"}}
    - {name: both, ipv4: {address: 10.0.0.3/8}, ipv6: {address: "2001:db8::3/64"}}
)");
  std::uint32_t session = 0;
  const auto ask = [&](const char* apn, IpType type) {
    mbim::SetConnect request = Host::Activation(session++, apn);
    request.ip_type = type;
    return host.Set(mbim::kConnect, request);
  };
  EXPECT_EQ(ask("four", IpType::kDefault).As<ConnectInfo>().ip_type, IpType::kIpv4);
  EXPECT_EQ(ask("six", IpType::kDefault).As<ConnectInfo>().ip_type, IpType::kIpv6);
  EXPECT_EQ(ask("both", IpType::kDefault).As<ConnectInfo>().ip_type, IpType::kIpv4v6);
  EXPECT_EQ(ask("both", IpType::kIpv4AndIpv6).As<ConnectInfo>().ip_type, IpType::kIpv4AndIpv6);
  EXPECT_EQ(ask("both", IpType::kIpv4).As<ConnectInfo>().ip_type, IpType::kIpv4);
  EXPECT_EQ(ask("both", IpType::kIpv6).As<ConnectInfo>().ip_type, IpType::kIpv6);
  const auto only_v4 = IpConfiguration(host, 4).As<IpConfigurationInfo>();
  EXPECT_EQ(only_v4.session_id, 4u);
  EXPECT_THAT(only_v4.ipv4_addresses, SizeIs(1));
  EXPECT_THAT(only_v4.ipv6_addresses, IsEmpty());
  EXPECT_EQ(only_v4.ipv6_configuration_available, 0u);
  const auto only_v6 = IpConfiguration(host, 5).As<IpConfigurationInfo>();
  EXPECT_THAT(only_v6.ipv4_addresses, IsEmpty());
  EXPECT_THAT(only_v6.ipv6_addresses, SizeIs(1));

  const Reply no_six = ask("four", IpType::kIpv6);
  EXPECT_EQ(no_six.status, Status::kFailure);
  EXPECT_EQ(no_six.As<ConnectInfo>().nw_error, 50u);
  const Reply no_four = ask("six", IpType::kIpv4);
  EXPECT_EQ(no_four.status, Status::kFailure);
  EXPECT_EQ(no_four.As<ConnectInfo>().nw_error, 51u);
}

TEST(Connect, ASecondContextIsBeyondTheLimit) {
  AttachedHost host;
  host.Connect(0);
  const Reply second = host.Connect(1);
  EXPECT_EQ(second.status, Status::kMaxActivatedContexts);
  EXPECT_EQ(second.As<ConnectInfo>().activation_state, ActivationState::kDeactivated);
  const Reply same = host.Connect(0);
  EXPECT_EQ(same.status, Status::kMaxActivatedContexts);
  EXPECT_EQ(same.As<ConnectInfo>().activation_state, ActivationState::kActivated)
      << "the session itself is already active";
}

TEST(Connect, TwoContextsWhereTheLimitIsTwo) {
  AttachedHost host("contexts: {limit: 2}");
  EXPECT_EQ(host.Connect(0).status, Status::kSuccess);
  EXPECT_EQ(host.Connect(7).status, Status::kSuccess);
  EXPECT_EQ(host.Connect(2).status, Status::kMaxActivatedContexts);
  EXPECT_EQ(host.Disconnect(0).status, Status::kSuccess);
  EXPECT_EQ(host.Connect(2).status, Status::kSuccess);
  EXPECT_EQ(Connection(host, 7).activation_state, ActivationState::kActivated);
}

TEST(Connect, SessionsHaveAddressesOfTheirOwn) {
  OpenHost host("{contexts: {limit: 3}}");
  host.Attach();
  for (std::uint32_t session : {0u, 7u, 255u}) {
    EXPECT_EQ(host.Connect(session).status, Status::kSuccess);
  }
  EXPECT_THAT(V4Addresses(host, {0, 7, 255}),
              ElementsAre("192.0.2.10", "192.0.2.11", "192.0.2.12"));
  const auto ip = IpConfiguration(host, 255).As<IpConfigurationInfo>();
  EXPECT_EQ(ip.session_id, 255u);
  EXPECT_EQ(ip.ipv6_addresses.at(0).address.octets[15], 0x12);
  EXPECT_EQ(ip.ipv6_addresses.at(0).on_link_prefix_length, 64u);
  EXPECT_EQ(ip.ipv4_gateway, scenario::DefaultApns()[0].ip.ipv4_gateway);
  host.Disconnect(7);
  EXPECT_EQ(host.Connect(8).status, Status::kSuccess);
  EXPECT_THAT(V4Addresses(host, {8}), ElementsAre("192.0.2.11"))
      << "an address that another session gave back";
}

TEST(Connect, ANetworkWithoutAddressesLeftRefuses) {
  OpenHost host(R"({contexts: {limit: 4}, network: {apns: [{name: small,
      ipv4: {address: 10.0.0.1/30, gateway: 10.0.0.2}}]}})");
  host.Attach();
  EXPECT_EQ(host.Connect(0, "small").status, Status::kSuccess);
  const Reply refused = host.Connect(1, "small");
  EXPECT_EQ(refused.status, Status::kFailure);
  EXPECT_EQ(refused.As<ConnectInfo>().nw_error, 26u) << "TS 24.008: insufficient resources";
}

TEST(Connect, APrefixOfOneAddressDoesNotBound) {
  OpenHost host(R"({contexts: {limit: 2}, network: {apns: [{name: one,
      ipv4: {address: 10.0.0.255/32}}]}})");
  host.Attach();
  host.Connect(0, "one");
  host.Connect(1, "one");
  EXPECT_THAT(V4Addresses(host, {0, 1}), ElementsAre("10.0.0.255", "10.0.1.0"));
}

TEST(Connect, ActiveSessionsAreThoseThatAreActivated) {
  OpenHost host("{contexts: {limit: 2}, timing: {activation: 1s}}");
  host.Attach();
  const std::uint32_t id =
      host.Begin(mbim::kConnect, CommandType::kSet, Host::Activation(5, "internet"));
  EXPECT_THAT(host.ActiveSessions(), IsEmpty()) << "still being activated";
  host.Pass(std::chrono::seconds(1));
  EXPECT_EQ(host.TakeReply(id, mbim::kConnect).status, Status::kSuccess);
  ASSERT_THAT(host.ActiveSessions(), SizeIs(1));
  EXPECT_EQ(host.ActiveSessions()[0].id, 5u);
  EXPECT_EQ(host.ActiveSessions()[0].apn, "internet");
  EXPECT_EQ(host.ActiveSessions()[0].ip.ipv4_addresses.size(), 1u);
  host.Close();
  EXPECT_THAT(host.ActiveSessions(), IsEmpty());
}

TEST(Connect, DeactivatingWhatIsNotActive) {
  AttachedHost host;
  const Reply reply = host.Disconnect();
  EXPECT_EQ(reply.status, Status::kContextNotActivated);
  EXPECT_EQ(reply.As<ConnectInfo>().activation_state, ActivationState::kDeactivated);
  EXPECT_EQ(IpConfiguration(host).status, Status::kContextNotActivated);
}

TEST(Connect, TakesItsTime) {
  AttachedHost host("timing: {activation: 1s}");
  const auto id = host.Begin(mbim::kConnect, CommandType::kSet, Host::Activation(0, "internet"));
  EXPECT_TRUE(host.IsSilent());
  EXPECT_EQ(Connection(host).activation_state, ActivationState::kActivating);
  EXPECT_EQ(IpConfiguration(host).status, Status::kContextNotActivated);
  EXPECT_EQ(host.Connect(1).status, Status::kMaxActivatedContexts) << "the context is taken";
  host.Pass(seconds(1));
  EXPECT_EQ(host.TakeReply(id, mbim::kConnect).status, Status::kSuccess);
}

TEST(Connect, DeactivatingEndsAnActivation) {
  AttachedHost host("timing: {activation: 1s}");
  const auto activate =
      host.Begin(mbim::kConnect, CommandType::kSet, Host::Activation(0, "internet"));
  mbim::SetConnect request = Host::Activation(0, "");
  request.activation_command = mbim::ActivationCommand::kDeactivate;
  const auto deactivate = host.Begin(mbim::kConnect, CommandType::kSet, request);
  host.Drain();
  ASSERT_EQ(host.answers().size(), 2u);
  const auto first = std::get<mbim::CommandDone>(host.answers()[0]);
  EXPECT_EQ(first.transaction_id, activate);
  EXPECT_EQ(first.status, Status::kFailure);
  const auto second = std::get<mbim::CommandDone>(host.answers()[1]);
  EXPECT_EQ(second.transaction_id, deactivate);
  EXPECT_EQ(second.status, Status::kSuccess);
  EXPECT_FALSE(host.UntilDeadline());
}

TEST(Connect, LosingTheRadioEndsAnActivation) {
  AttachedHost host("timing: {activation: 1s}");
  const auto id = host.Begin(mbim::kConnect, CommandType::kSet, Host::Activation(0, "internet"));
  host.Change({{"radio.hardware", "off"}});
  const Reply reply = host.TakeReply(id, mbim::kConnect);
  EXPECT_EQ(reply.status, Status::kRadioPowerOff);
  EXPECT_EQ(reply.As<ConnectInfo>().activation_state, ActivationState::kDeactivated);
}

TEST(Connect, ArgumentsOutOfRangeAreInvalid) {
  AttachedHost host("contexts: {limit: 9}");
  const auto with = [&](auto change) {
    mbim::SetConnect request = Host::Activation(0, "internet");
    change(request);
    return host.Set(mbim::kConnect, request).status;
  };
  using S = mbim::SetConnect;
  EXPECT_EQ(with([](S& s) { s.session_id = 256; }), Status::kInvalidParameters);
  EXPECT_EQ(with([](S& s) { s.activation_command = mbim::ActivationCommand{2}; }),
            Status::kInvalidParameters);
  EXPECT_EQ(with([](S& s) { s.compression = mbim::Compression{2}; }), Status::kInvalidParameters);
  EXPECT_EQ(with([](S& s) { s.auth_protocol = mbim::AuthProtocol{4}; }),
            Status::kInvalidParameters);
  EXPECT_EQ(with([](S& s) { s.ip_type = IpType{5}; }), Status::kInvalidParameters);
  EXPECT_EQ(with([](S& s) { s.context_type = mbim::kServiceSms; }), Status::kContextNotSupported);
  EXPECT_EQ(with([](S& s) { s.session_id = 255; }), Status::kSuccess);
  ConnectInfo query;
  query.session_id = 256;
  EXPECT_EQ(host.Query(mbim::kConnect, query).status, Status::kInvalidParameters);
  EXPECT_EQ(IpConfiguration(host, 256).status, Status::kInvalidParameters);
}

TEST(Connect, AQueryWithoutAContextIsAnsweredAsTheScenarioReadsIt) {
  OpenHost host;
  EXPECT_EQ(host.Query(mbim::kConnect, ConnectInfo{}).status, Status::kSuccess);
  AttachedHost other("readings: {inactive_context: not-activated}");
  const Reply inactive = other.Query(mbim::kConnect, ConnectInfo{});
  EXPECT_EQ(inactive.status, Status::kContextNotActivated);
  EXPECT_EQ(inactive.As<ConnectInfo>().activation_state, ActivationState::kDeactivated);
  other.Connect();
  EXPECT_EQ(other.Query(mbim::kConnect, ConnectInfo{}).status, Status::kSuccess);
  other.Change({{"sim.state", "absent"}});
  EXPECT_EQ(other.Query(mbim::kConnect, ConnectInfo{}).status, Status::kSimNotInserted);
}

/// A set whose access string lies beyond the information buffer.
Reply MalformedConnect(Host& host, std::uint32_t session) {
  mbim::Bytes set = mbim::Encode(Host::Activation(session, "internet"));
  mbim::StoreU32(set, 8, 0x10000);  // AccessStringOffset
  return host.TakeReply(host.BeginBytes(mbim::kConnect, CommandType::kSet, set), mbim::kConnect);
}

TEST(Connect, TheRefusalOfAMalformedOneCarriesTheSessionUnlessTheScenarioSaysNo) {
  AttachedHost host("contexts: {limit: 2}");
  host.Connect(1);
  for (const std::uint32_t session : {1u, 0u}) {
    const Reply reply = MalformedConnect(host, session);
    EXPECT_EQ(reply.status, Status::kInvalidParameters);
    const auto info = reply.As<ConnectInfo>();
    EXPECT_EQ(info.session_id, session);
    EXPECT_EQ(info.activation_state,
              session == 1 ? ActivationState::kActivated : ActivationState::kDeactivated);
    EXPECT_EQ(info.nw_error, 0u);
  }
  const auto id = host.BeginBytes(mbim::kConnect, CommandType::kSet, {7, 7});
  EXPECT_EQ(host.TakeReply(id, mbim::kConnect).As<ConnectInfo>().session_id, 0u);
  AttachedHost other("readings: {malformed_set: empty}");
  const Reply reply = MalformedConnect(other, 0);
  EXPECT_EQ(reply.status, Status::kInvalidParameters);
  EXPECT_THAT(reply.information, IsEmpty());
}

TEST(Connect, AQueryNeedsAnUnlockedSim) {
  OpenHost host("sim: {pin1: {mode: enabled}}");
  const Reply reply = host.Query(mbim::kConnect, ConnectInfo{});
  EXPECT_EQ(reply.status, Status::kPinRequired);
  EXPECT_EQ(reply.As<ConnectInfo>().activation_state, ActivationState::kDeactivated);
}

TEST(Connect, AVoiceCallDoesNotStopAModemThatCanDoBoth) {
  AttachedHost host("{voice: {call: in-progress}, device: {voice_class: simultaneous-voice-data}}");
  const Reply reply = host.Connect();
  EXPECT_EQ(reply.status, Status::kSuccess);
  EXPECT_EQ(reply.As<ConnectInfo>().voice_call_state, mbim::VoiceCallState::kInProgress);
}

// --- provisioned contexts -----------------------------------------------------------------------

std::vector<mbim::Context> Provisioned(const Reply& reply) {
  EXPECT_EQ(reply.status, Status::kSuccess);
  return reply.As<mbim::ProvisionedContextsInfo>().contexts;
}

TEST(ProvisionedContexts, AreReadReplacedAddedAndRemoved) {
  OpenHost host;
  EXPECT_EQ(Provisioned(host.Query(mbim::kProvisionedContexts)),
            scenario::DefaultProvisionedContexts());

  mbim::SetProvisionedContext request;
  request.context_id = 0;
  request.context_type = mbim::kContextTypeMms;
  request.access_string = "mms";
  request.provider_id = "00101";
  auto contexts = Provisioned(host.Set(mbim::kProvisionedContexts, request));
  ASSERT_THAT(contexts, SizeIs(1));
  EXPECT_EQ(contexts[0].access_string, "mms");

  request.context_id = 0xFFFFFFFF;
  request.access_string = "more";
  contexts = Provisioned(host.Set(mbim::kProvisionedContexts, request));
  ASSERT_THAT(contexts, SizeIs(2));
  EXPECT_EQ(contexts[1].context_id, 1u);

  host.modem().PowerCycle(host.now());
  host.Open();
  EXPECT_THAT(Provisioned(host.Query(mbim::kProvisionedContexts)), SizeIs(2)) << "kept in flash";

  request.context_id = 0;
  request.context_type = mbim::kContextTypeNone;
  contexts = Provisioned(host.Set(mbim::kProvisionedContexts, request));
  ASSERT_THAT(contexts, SizeIs(1));
  EXPECT_EQ(contexts[0].access_string, "more");
}

TEST(ProvisionedContexts, RefuseWhatDoesNotFit) {
  OpenHost host;
  mbim::SetProvisionedContext request;
  request.context_type = mbim::kContextTypeInternet;
  request.context_id = 5;
  EXPECT_EQ(host.Set(mbim::kProvisionedContexts, request).status, Status::kInvalidParameters);
  request.context_id = 0;
  request.provider_id = "00199";
  EXPECT_EQ(host.Set(mbim::kProvisionedContexts, request).status, Status::kInvalidParameters);
  request.provider_id = "";
  request.auth_protocol = mbim::AuthProtocol{9};
  EXPECT_EQ(host.Set(mbim::kProvisionedContexts, request).status, Status::kInvalidParameters);
  request.auth_protocol = {};
  request.context_id = 0xFFFFFFFF;
  for (int i = 1; i < 32; ++i) {
    EXPECT_EQ(host.Set(mbim::kProvisionedContexts, request).status, Status::kSuccess);
  }
  EXPECT_EQ(host.Set(mbim::kProvisionedContexts, request).status, Status::kWriteFailure);
}

TEST(ProvisionedContexts, NeedAnUnlockedSim) {
  OpenHost host("sim: {pin1: {mode: enabled}}");
  EXPECT_EQ(host.Query(mbim::kProvisionedContexts).status, Status::kPinRequired);
  EXPECT_EQ(host.Set(mbim::kProvisionedContexts, mbim::SetProvisionedContext{}).status,
            Status::kPinRequired);
}

}  // namespace
}  // namespace mbnrig::modem::testing
