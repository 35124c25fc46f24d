#include <cwctype>
#include <future>

#include "mbn/testing/service_fixture.h"

namespace mbnrig::mbn {
namespace {

using namespace testing;
using mbim::ActivationState;
using mbim::CommandType;
using mbim::PacketServiceState;
using mbim::ReadyState;
using mbim::Status;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Not;

class ConnectionTest : public ServiceTest {
 protected:
  // A modem that is registered, its connection, and a profile "internet".
  void Begin() {
    modem = PlugModem();
    CreateProfile("internet",
                  "<Context><AccessString>internet.example</AccessString><UserLogonCred><UserName>u"
                  "</UserName><Password>p</Password></UserLogonCred><AuthProtocol>CHAP"
                  "</AuthProtocol></Context>");
    connection = OnlyConnection();
    events->WaitFor("OnProfileUpdate");
    events->Clear();
  }

  // Prepares a modem and then plugs it in.
  void BeginWith(const std::function<void(FakeModem&)>& prepare) {
    Service::Get().Stop();
    modem = bus.Plug();
    prepare(*modem);
    Service::Get().Start();
    events->WaitFor("OnConnectionArrival");
    connection = OnlyConnection();
  }

  ULONG Connect() {
    ULONG request = 0;
    EXPECT_THAT(connection->Connect(MBN_CONNECTION_MODE_PROFILE, L"internet", &request),
                HasCode(S_OK));
    EXPECT_NE(request, 0u);
    return request;
  }
  HRESULT ConnectAndWait() {
    const ULONG request = Connect();
    const Event event = events->WaitFor("OnConnectComplete");
    EXPECT_EQ(event.request, request);
    return event.status;
  }
  ULONG Disconnect() {
    ULONG request = 0;
    EXPECT_THAT(connection->Disconnect(&request), HasCode(S_OK));
    EXPECT_NE(request, 0u);
    return request;
  }
  ULONG NetworkError() {
    ULONG error = 4711;
    EXPECT_THAT(OnlyConnection()->GetActivationNetworkError(&error), HasCode(S_OK));
    return error;
  }
  void RefusesDisconnect() {
    ULONG request = 1;
    EXPECT_THAT(connection->Disconnect(&request), HasCode(kNotFound));
    EXPECT_EQ(request, 0u);
  }
  MBN_ACTIVATION_STATE Activation() { return StateOf(OnlyConnection().Get()).activation; }

  void AnswerConnect(Answerer answerer) {
    modem->On(mbim::kConnect, CommandType::kSet, std::move(answerer));
  }
  void AnswerAttach(Answerer answerer) {
    modem->On(mbim::kPacketService, CommandType::kSet, std::move(answerer));
  }

  std::shared_ptr<FakeModem> modem;
  com::Ptr<IMbnConnection> connection;
};

TEST_F(ConnectionTest, ConnectsAttachingFirst) {
  Begin();
  EXPECT_EQ(StateOf(connection.Get()).activation, MBN_ACTIVATION_STATE_DEACTIVATED);
  const ULONG request = Connect();
  const Event event = events->WaitFor("OnConnectComplete");
  EXPECT_EQ(event.request, request);
  EXPECT_THAT(event.status, HasCode(S_OK));
  const StateOf state(event.As<IMbnConnection>().Get());
  EXPECT_THAT(state.code, HasCode(S_OK));
  EXPECT_EQ(state.activation, MBN_ACTIVATION_STATE_ACTIVATED);
  EXPECT_EQ(state.profile, "internet");
  EXPECT_EQ(StateOf(connection.Get()).activation, MBN_ACTIVATION_STATE_DEACTIVATED);
  EXPECT_THAT(OfInterest({"OnConnectComplete", "OnConnectStateChange", "OnVoiceCallStateChange"}),
              ElementsAre("IMbnConnectionEvents::OnConnectComplete"));

  EXPECT_EQ(modem->Commands(mbim::kPacketService, CommandType::kSet).size(), 1u);
  const auto sent = modem->Commands(mbim::kConnect, CommandType::kSet);
  ASSERT_EQ(sent.size(), 1u);
  const auto set = mbim::Decode<mbim::SetConnect>(sent.front());
  ASSERT_TRUE(set);
  EXPECT_EQ(set->session_id, 0u);
  EXPECT_EQ(set->activation_command, mbim::ActivationCommand::kActivate);
  EXPECT_EQ(set->access_string, "internet.example");
  EXPECT_EQ(set->user_name, "u");
  EXPECT_EQ(set->password, "p");
  EXPECT_EQ(set->auth_protocol, mbim::AuthProtocol::kChap);
  EXPECT_EQ(set->context_type, mbim::kContextTypeInternet);
}

TEST_F(ConnectionTest, ConnectsWithATemporaryProfileThatIsNotKept) {
  Begin();
  const std::wstring xml = com::FromUtf8(ProfileXml("once"));
  ULONG request = 0;
  ASSERT_THAT(connection->Connect(MBN_CONNECTION_MODE_TMP_PROFILE, xml.c_str(), &request),
              HasCode(S_OK));
  const Event event = events->WaitFor("OnConnectComplete");
  EXPECT_THAT(event.status, HasCode(S_OK));
  EXPECT_EQ(StateOf(event.As<IMbnConnection>().Get()).profile, "once");
  com::Ptr<IMbnConnectionProfile> profile;
  EXPECT_THAT(profiles->GetConnectionProfile(nullptr, L"once", profile.GetAddressOf()),
              HasCode(kNotFound));
}

TEST_F(ConnectionTest, AttachesOnlyOnce) {
  Begin();
  modem->Indicate(mbim::kPacketService, PacketService(PacketServiceState::kAttached));
  modem->Indicate(mbim::kSubscriberReadyStatus, ReadyInfo(ReadyState::kNotActivated));
  events->WaitFor("OnReadyStateChange");
  EXPECT_THAT(ConnectAndWait(), HasCode(S_OK));
  EXPECT_TRUE(modem->Commands(mbim::kPacketService, CommandType::kSet).empty());
}

TEST_F(ConnectionTest, DisconnectsAndThenThereIsNothingToDisconnect) {
  Begin();
  ASSERT_THAT(ConnectAndWait(), HasCode(S_OK));
  const ULONG request = Disconnect();
  const Event event = events->WaitFor("OnDisconnectComplete");
  EXPECT_EQ(event.request, request);
  EXPECT_THAT(event.status, HasCode(S_OK));
  const StateOf state(event.As<IMbnConnection>().Get());
  EXPECT_EQ(state.activation, MBN_ACTIVATION_STATE_DEACTIVATED);
  EXPECT_EQ(state.profile, "");
  ULONG none = 1;
  EXPECT_THAT(connection->Disconnect(&none), HasCode(kNotFound));
  EXPECT_EQ(none, 0u);
}

TEST_F(ConnectionTest, RefusesBadArguments) {
  Begin();
  ULONG request = 1;
  EXPECT_THAT(connection->Connect(MBN_CONNECTION_MODE_PROFILE, L"internet", nullptr),
              HasCode(E_POINTER));
  EXPECT_THAT(connection->Disconnect(nullptr), HasCode(E_POINTER));
  MBN_ACTIVATION_STATE state{};
  BSTR name = nullptr;
  EXPECT_THAT(connection->GetConnectionState(nullptr, &name), HasCode(E_POINTER));
  EXPECT_THAT(connection->GetConnectionState(&state, nullptr), HasCode(E_POINTER));
  EXPECT_THAT(connection->GetVoiceCallState(nullptr), HasCode(E_POINTER));
  EXPECT_THAT(connection->GetActivationNetworkError(nullptr), HasCode(E_POINTER));
  EXPECT_THAT(connection->get_ConnectionID(nullptr), HasCode(E_POINTER));
  EXPECT_THAT(connection->get_InterfaceID(nullptr), HasCode(E_POINTER));

  const auto refused = [&](MBN_CONNECTION_MODE mode, LPCWSTR profile) {
    const HRESULT hr = connection->Connect(mode, profile, &request);
    EXPECT_EQ(request, 0u);
    return hr;
  };
  EXPECT_THAT(refused(MBN_CONNECTION_MODE_PROFILE, L"no such profile"), HasCode(E_INVALIDARG));
  EXPECT_THAT(refused(MBN_CONNECTION_MODE_PROFILE, nullptr), HasCode(E_INVALIDARG));
  EXPECT_THAT(refused(MBN_CONNECTION_MODE_TMP_PROFILE, nullptr), HasCode(E_INVALIDARG));
  EXPECT_THAT(refused(MBN_CONNECTION_MODE_TMP_PROFILE, L"internet"), HasCode(E_INVALIDARG));
  EXPECT_THAT(refused(MBN_CONNECTION_MODE_TMP_PROFILE, L"<MBNProfile/>"), HasCode(E_INVALIDARG));
  EXPECT_THAT(refused(static_cast<MBN_CONNECTION_MODE>(2), L"internet"), HasCode(E_INVALIDARG));
  const std::wstring xml = com::FromUtf8(ProfileXml("once"));
  EXPECT_THAT(refused(static_cast<MBN_CONNECTION_MODE>(2), xml.c_str()), HasCode(E_INVALIDARG));
  // The schema counts 100 characters. They have 200 UTF-16 units, and MBIM allows only 100.
  std::string clefs;
  for (int i = 0; i < 100; ++i)
    clefs += "\xF0\x9D\x84\x9E";
  const std::wstring too_long = com::FromUtf8(
      ProfileXml("clefs", "<Context><AccessString>" + clefs + "</AccessString></Context>"));
  EXPECT_THAT(refused(MBN_CONNECTION_MODE_TMP_PROFILE, too_long.c_str()), HasCode(E_INVALIDARG));
  EXPECT_TRUE(modem->Commands(mbim::kConnect, CommandType::kSet).empty());
}

TEST_F(ConnectionTest, TakesProfilesOfItsOwnSubscriberOnly) {
  Begin();
  const std::wstring xml = com::FromUtf8(ProfileXml("other", "", "001019999999999"));
  ASSERT_THAT(profiles->CreateConnectionProfile(xml.c_str()), HasCode(S_OK));
  ULONG request = 0;
  EXPECT_THAT(connection->Connect(MBN_CONNECTION_MODE_PROFILE, L"other", &request),
              HasCode(E_INVALIDARG));
}

TEST_F(ConnectionTest, HasOneContextAtATime) {
  Begin();
  modem->Hold(mbim::kConnect, CommandType::kSet);
  Connect();
  ULONG request = 1;
  const auto second = [&] {
    return connection->Connect(MBN_CONNECTION_MODE_PROFILE, L"internet", &request);
  };
  EXPECT_THAT(second(), HasCode(E_MBN_MAX_ACTIVATED_CONTEXTS));
  EXPECT_EQ(request, 0u);
  EXPECT_EQ(Activation(), MBN_ACTIVATION_STATE_ACTIVATING);
  modem->Release(mbim::kConnect, CommandType::kSet);
  events->WaitFor("OnConnectComplete");
  EXPECT_THAT(second(), HasCode(E_MBN_MAX_ACTIVATED_CONTEXTS));
  modem->Hold(mbim::kConnect, CommandType::kSet);
  Disconnect();
  EXPECT_THAT(second(), HasCode(E_MBN_MAX_ACTIVATED_CONTEXTS));
  EXPECT_EQ(Activation(), MBN_ACTIVATION_STATE_DEACTIVATING);
  modem->Release(mbim::kConnect, CommandType::kSet);
  events->WaitFor("OnDisconnectComplete");
  EXPECT_THAT(ConnectAndWait(), HasCode(S_OK));
}

TEST_F(ConnectionTest, DisconnectsBehindAConnectThatIsUnderWay) {
  Begin();
  modem->Hold(mbim::kConnect, CommandType::kSet);
  const ULONG connecting = Connect();
  const ULONG disconnecting = Disconnect();
  RefusesDisconnect();
  EXPECT_EQ(Activation(), MBN_ACTIVATION_STATE_ACTIVATING);
  modem->Release(mbim::kConnect, CommandType::kSet);
  EXPECT_EQ(events->WaitFor("OnConnectComplete").request, connecting);
  EXPECT_EQ(events->WaitFor("OnDisconnectComplete").request, disconnecting);
  EXPECT_EQ(Activation(), MBN_ACTIVATION_STATE_DEACTIVATED);
}

// A client may call Disconnect until it fails.
TEST_F(ConnectionTest, RefusesADisconnectWhileOneIsPending) {
  Begin();
  ASSERT_THAT(ConnectAndWait(), HasCode(S_OK));
  modem->Hold(mbim::kConnect, CommandType::kSet);
  const ULONG disconnecting = Disconnect();
  RefusesDisconnect();
  RefusesDisconnect();
  ASSERT_TRUE(modem->WaitForCommands(mbim::kConnect, CommandType::kSet, 2));
  const StateOf state(OnlyConnection().Get());
  EXPECT_EQ(state.activation, MBN_ACTIVATION_STATE_DEACTIVATING);
  EXPECT_EQ(state.profile, "") << "only an activated context has a profile's name";
  modem->Release(mbim::kConnect, CommandType::kSet);
  EXPECT_EQ(events->WaitFor("OnDisconnectComplete").request, disconnecting);
  RefusesDisconnect();
  EXPECT_THAT(ConnectAndWait(), HasCode(S_OK));
  const auto sent = modem->Commands(mbim::kConnect, CommandType::kSet);
  ASSERT_EQ(sent.size(), 3u);
  EXPECT_EQ(mbim::Decode<mbim::SetConnect>(sent[1])->activation_command,
            mbim::ActivationCommand::kDeactivate);
  EXPECT_EQ(mbim::Decode<mbim::SetConnect>(sent[2])->activation_command,
            mbim::ActivationCommand::kActivate);
}

// Each documented status of OnConnectComplete that a status of the device causes, at both steps.
struct Refusal {
  const char* name;
  Status status;
  HRESULT activating, attaching;
};

class ConnectRefused : public ConnectionTest, public ::testing::WithParamInterface<Refusal> {};

TEST_P(ConnectRefused, WhenActivating) {
  Begin();
  AnswerConnect([](mbim::ByteView) {
    return Answered(GetParam().status, mbim::Encode(Context(ActivationState::kDeactivated, 33)));
  });
  EXPECT_EQ(ConnectAndWait(), GetParam().activating);
  EXPECT_EQ(Activation(), MBN_ACTIVATION_STATE_DEACTIVATED);
  ULONG request = 0;
  EXPECT_THAT(connection->Disconnect(&request), HasCode(kNotFound));
}

TEST_P(ConnectRefused, WhenAttaching) {
  Begin();
  AnswerAttach([](mbim::ByteView) {
    return Answered(GetParam().status,
                    mbim::Encode(PacketService(PacketServiceState::kDetached, 15)));
  });
  EXPECT_EQ(ConnectAndWait(), GetParam().attaching);
  EXPECT_EQ(NetworkError(), 15u);
  EXPECT_TRUE(modem->Commands(mbim::kConnect, CommandType::kSet).empty());
}

INSTANTIATE_TEST_SUITE_P(
    With, ConnectRefused,
    ::testing::Values(
        Refusal{"SimNotInserted", Status::kSimNotInserted, E_MBN_SIM_NOT_INSERTED,
                E_MBN_SIM_NOT_INSERTED},
        Refusal{"PinRequired", Status::kPinRequired, E_MBN_PIN_REQUIRED, E_MBN_PIN_REQUIRED},
        Refusal{"ServiceNotActivated", Status::kServiceNotActivated, E_MBN_SERVICE_NOT_ACTIVATED,
                E_MBN_SERVICE_NOT_ACTIVATED},
        Refusal{"ProviderNotVisible", Status::kProviderNotVisible, E_MBN_PROVIDER_NOT_VISIBLE,
                E_MBN_PROVIDER_NOT_VISIBLE},
        Refusal{"InvalidAccessString", Status::kInvalidAccessString, E_MBN_INVALID_ACCESS_STRING,
                E_MBN_INVALID_ACCESS_STRING},
        Refusal{"InvalidUserNamePwd", Status::kInvalidUserNamePwd,
                HRESULT_FROM_WIN32(ERROR_INVALID_PASSWORD),
                HRESULT_FROM_WIN32(ERROR_INVALID_PASSWORD)},
        Refusal{"VoiceCallInProgress", Status::kVoiceCallInProgress, E_MBN_VOICE_CALL_IN_PROGRESS,
                E_MBN_VOICE_CALL_IN_PROGRESS},
        Refusal{"MaxActivatedContexts", Status::kMaxActivatedContexts, E_MBN_MAX_ACTIVATED_CONTEXTS,
                E_MBN_MAX_ACTIVATED_CONTEXTS},
        Refusal{"RadioPowerOff", Status::kRadioPowerOff, E_MBN_RADIO_POWER_OFF,
                E_MBN_RADIO_POWER_OFF},
        Refusal{"PacketServiceDetached", Status::kPacketServiceDetached, E_MBN_PACKET_SVC_DETACHED,
                E_MBN_PACKET_SVC_DETACHED},
        // Not documented. A failed attach means "no packet service"; a failed activation is E_FAIL.
        Refusal{"Failure", Status::kFailure, E_FAIL, E_MBN_PACKET_SVC_DETACHED},
        Refusal{"BadSim", Status::kBadSim, E_FAIL, E_MBN_PACKET_SVC_DETACHED},
        Refusal{"NotRegistered", Status::kNotRegistered, E_FAIL, E_MBN_PACKET_SVC_DETACHED},
        Refusal{"Nameless", static_cast<Status>(4711), E_FAIL, E_MBN_PACKET_SVC_DETACHED}),
    [](const auto& test) { return std::string(test.param.name); });

// If the modem answers only "failure", the service derives the code from the modem's state.
struct Explanation {
  const char* name;
  std::function<void(FakeModem&)> arrange;
  const char* event;
  Status status;
  HRESULT code;
};

class ConnectExplained : public ConnectionTest,
                         public ::testing::WithParamInterface<Explanation> {};

TEST_P(ConnectExplained, ByTheStateOfTheModem) {
  Begin();
  AnswerAttach([](mbim::ByteView) { return Answered(GetParam().status); });
  GetParam().arrange(*modem);
  if (GetParam().event != nullptr) {
    events->WaitFor(GetParam().event);
  } else {
    // No event reports this. Wait for the next event instead: events keep their order.
    modem->Indicate(mbim::kRegisterState,
                    Registration(mbim::RegisterState::kDeregistered, mbim::RegisterMode::kManual));
    events->WaitFor("OnConnectionRemoval");
  }
  EXPECT_THAT(ConnectAndWait(), HasCode(GetParam().code));
}

INSTANTIATE_TEST_SUITE_P(
    As, ConnectExplained,
    ::testing::Values(Explanation{"NoSim",
                                  [](FakeModem& modem) {
                                    modem.Indicate(mbim::kSubscriberReadyStatus,
                                                   ReadyInfo(ReadyState::kSimNotInserted));
                                  },
                                  "IMbnInterfaceEvents::OnReadyStateChange", Status::kNotRegistered,
                                  E_MBN_SIM_NOT_INSERTED},
                      Explanation{"Locked",
                                  [](FakeModem& modem) {
                                    modem.Indicate(mbim::kSubscriberReadyStatus,
                                                   ReadyInfo(ReadyState::kDeviceLocked));
                                  },
                                  "IMbnInterfaceEvents::OnReadyStateChange", Status::kFailure,
                                  E_MBN_PIN_REQUIRED},
                      Explanation{"NotActivated",
                                  [](FakeModem& modem) {
                                    modem.Indicate(mbim::kSubscriberReadyStatus,
                                                   ReadyInfo(ReadyState::kNotActivated));
                                  },
                                  "IMbnInterfaceEvents::OnReadyStateChange", Status::kFailure,
                                  E_MBN_SERVICE_NOT_ACTIVATED},
                      Explanation{"RadioOff",
                                  [](FakeModem& modem) {
                                    modem.Indicate(mbim::kRadioState,
                                                   mbim::RadioStateInfo{mbim::RadioSwitch::kOn,
                                                                        mbim::RadioSwitch::kOff});
                                  },
                                  nullptr, Status::kFailure, E_MBN_RADIO_POWER_OFF},
                      Explanation{"ManualProviderOutOfSight", [](FakeModem&) {}, nullptr,
                                  Status::kNotRegistered, E_MBN_PROVIDER_NOT_VISIBLE}),
    [](const auto& test) { return std::string(test.param.name); });

TEST_F(ConnectionTest, TellsThatThisVerySessionIsActiveAlready) {
  Begin();
  // The context is active, but the modem did not report it.
  modem->On(mbim::kConnect, CommandType::kQuery,
            [](mbim::ByteView) { return AnsweredWith(Context(ActivationState::kActivated)); });
  AnswerConnect([](mbim::ByteView) { return Answered(Status::kMaxActivatedContexts); });
  EXPECT_THAT(ConnectAndWait(), HasCode(E_MBN_ACTIVE_CONNECTION));
  EXPECT_EQ(Activation(), MBN_ACTIVATION_STATE_ACTIVATED);
  Disconnect();
}

TEST_F(ConnectionTest, TakesTheRefusalsOwnWordForIt) {
  Begin();
  AnswerConnect([](mbim::ByteView) {
    return Answered(Status::kMaxActivatedContexts,
                    mbim::Encode(Context(ActivationState::kActivated)));
  });
  EXPECT_THAT(ConnectAndWait(), HasCode(E_MBN_ACTIVE_CONNECTION));
}

TEST_F(ConnectionTest, NotesTheNetworkErrorUntilTheNextSuccess) {
  Begin();
  AnswerConnect([](mbim::ByteView) {
    return Answered(Status::kFailure, mbim::Encode(Context(ActivationState::kDeactivated, 33)));
  });
  EXPECT_EQ(NetworkError(), 0u);
  EXPECT_THAT(ConnectAndWait(), HasCode(E_FAIL));
  EXPECT_EQ(NetworkError(), 33u);
  const Event change = events->WaitFor("OnConnectStateChange");
  ULONG error = 0;
  EXPECT_THAT(change.As<IMbnConnection>()->GetActivationNetworkError(&error), HasCode(S_OK));
  EXPECT_EQ(error, 33u);
  EXPECT_THAT(OfInterest({"OnConnectComplete", "OnConnectStateChange", "OnVoiceCallStateChange"}),
              ElementsAre("IMbnConnectionEvents::OnConnectStateChange",
                          "IMbnConnectionEvents::OnConnectComplete"));
  AnswerConnect([](mbim::ByteView) { return AnsweredWith(Context(ActivationState::kActivated)); });
  EXPECT_THAT(ConnectAndWait(), HasCode(S_OK));
  EXPECT_EQ(NetworkError(), 0u);
  events->WaitFor("OnConnectStateChange");
}

TEST_F(ConnectionTest, TellsWhenTheNetworkEndsTheContext) {
  Begin();
  ASSERT_THAT(ConnectAndWait(), HasCode(S_OK));
  events->Clear();
  modem->Indicate(mbim::kConnect, Context(ActivationState::kDeactivated, 36));
  const Event event = events->WaitFor("OnConnectStateChange");
  EXPECT_EQ(StateOf(event.As<IMbnConnection>().Get()).activation, MBN_ACTIVATION_STATE_DEACTIVATED);
  EXPECT_EQ(NetworkError(), 36u);
  EXPECT_THAT(ConnectAndWait(), HasCode(S_OK));
}

TEST_F(ConnectionTest, WaitsForAnAttachThatTakesTime) {
  Begin();
  AnswerAttach(
      [](mbim::ByteView) { return AnsweredWith(PacketService(PacketServiceState::kAttaching)); });
  Connect();
  ASSERT_TRUE(modem->WaitForCommands(mbim::kPacketService, CommandType::kSet, 1));
  EXPECT_TRUE(modem->Commands(mbim::kConnect, CommandType::kSet).empty());
  modem->Indicate(mbim::kPacketService, PacketService(PacketServiceState::kAttached));
  EXPECT_THAT(events->WaitFor("OnConnectComplete").status, HasCode(S_OK));
}

TEST_F(ConnectionTest, EndsAnAttachThatTheNetworkRefuses) {
  Begin();
  AnswerAttach(
      [](mbim::ByteView) { return AnsweredWith(PacketService(PacketServiceState::kAttaching)); });
  Connect();
  ASSERT_TRUE(modem->WaitForCommands(mbim::kPacketService, CommandType::kSet, 1));
  modem->Indicate(mbim::kPacketService, PacketService(PacketServiceState::kDetached, 7));
  EXPECT_THAT(events->WaitFor("OnConnectComplete").status, HasCode(E_MBN_PACKET_SVC_DETACHED));
  EXPECT_EQ(NetworkError(), 7u);
}

TEST_F(ConnectionTest, EndsAnAttachThatComesToNothing) {
  ServiceConfig config = Config();
  config.times.attach = std::chrono::milliseconds(1);
  Restart(config);
  Begin();
  AnswerAttach(
      [](mbim::ByteView) { return AnsweredWith(PacketService(PacketServiceState::kAttaching)); });
  EXPECT_THAT(ConnectAndWait(), HasCode(E_MBN_PACKET_SVC_DETACHED));
}

TEST_F(ConnectionTest, WaitsForAnActivationThatTakesTime) {
  Begin();
  AnswerConnect([](mbim::ByteView) { return AnsweredWith(Context(ActivationState::kActivating)); });
  Connect();
  ASSERT_TRUE(modem->WaitForCommands(mbim::kConnect, CommandType::kSet, 1));
  modem->Indicate(mbim::kConnect, Context(ActivationState::kActivated));
  EXPECT_THAT(events->WaitFor("OnConnectComplete").status, HasCode(S_OK));

  AnswerConnect(
      [](mbim::ByteView) { return AnsweredWith(Context(ActivationState::kDeactivating)); });
  Disconnect();
  ASSERT_TRUE(modem->WaitForCommands(mbim::kConnect, CommandType::kSet, 2));
  modem->Indicate(mbim::kConnect, Context(ActivationState::kDeactivated));
  events->WaitFor("OnDisconnectComplete");
  EXPECT_EQ(Activation(), MBN_ACTIVATION_STATE_DEACTIVATED);
}

TEST_F(ConnectionTest, EndsAnActivationThatComesToNothing) {
  ServiceConfig config = Config();
  config.times.connect = std::chrono::milliseconds(1);
  config.times.disconnect = std::chrono::milliseconds(1);
  Restart(config);
  Begin();
  AnswerConnect([](mbim::ByteView) { return AnsweredWith(Context(ActivationState::kActivating)); });
  EXPECT_THAT(ConnectAndWait(), HasCode(E_FAIL));
  // The service asks the modem, which answers that it has no context.
  events->WaitFor("OnConnectStateChange");
  EXPECT_EQ(Activation(), MBN_ACTIVATION_STATE_DEACTIVATED);
}

TEST_F(ConnectionTest, EndsADisconnectThatTheModemRefuses) {
  Begin();
  ASSERT_THAT(ConnectAndWait(), HasCode(S_OK));
  modem->On(mbim::kConnect, CommandType::kQuery,
            [](mbim::ByteView) { return AnsweredWith(Context(ActivationState::kActivated)); });
  AnswerConnect([](mbim::ByteView) { return Answered(Status::kFailure); });
  const ULONG request = Disconnect();
  const Event event = events->WaitFor("OnDisconnectComplete");
  EXPECT_EQ(event.request, request);
  EXPECT_THAT(event.status, HasCode(S_OK));
  EXPECT_EQ(StateOf(event.As<IMbnConnection>().Get()).activation, MBN_ACTIVATION_STATE_ACTIVATED);
  // The context is still active, so a client may try again.
  AnswerConnect(
      [](mbim::ByteView) { return AnsweredWith(Context(ActivationState::kDeactivated)); });
  const ULONG again = Disconnect();
  EXPECT_EQ(events->WaitFor("OnDisconnectComplete").request, again);
  EXPECT_EQ(Activation(), MBN_ACTIVATION_STATE_DEACTIVATED);
}

// The service asks the modem, which answers with "success" and nothing else.
TEST_F(ConnectionTest, AsksAModemThatDoesNotSayWhatItDid) {
  Begin();
  AnswerConnect([](mbim::ByteView) { return Answered(Status::kSuccess); });
  AnswerAttach([](mbim::ByteView) { return Answered(Status::kSuccess); });
  modem->On(mbim::kPacketService, CommandType::kQuery, [](mbim::ByteView) {
    return AnsweredWith(PacketService(PacketServiceState::kAttached));
  });
  EXPECT_THAT(ConnectAndWait(), HasCode(E_FAIL));
  modem->On(mbim::kConnect, CommandType::kQuery,
            [](mbim::ByteView) { return AnsweredWith(Context(ActivationState::kActivated)); });
  EXPECT_THAT(ConnectAndWait(), HasCode(S_OK));
}

struct Silence {
  const char* name;
  client::Outcome outcome;
};

class ConnectUnanswered : public ConnectionTest, public ::testing::WithParamInterface<Silence> {};

TEST_P(ConnectUnanswered, Fails) {
  Begin();
  AnswerConnect([](mbim::ByteView) { return Failed(GetParam().outcome); });
  EXPECT_THAT(ConnectAndWait(), HasCode(E_FAIL));
}

INSTANTIATE_TEST_SUITE_P(By, ConnectUnanswered,
                         ::testing::Values(Silence{"TimedOut", client::Outcome::kTimedOut},
                                           Silence{"Malformed", client::Outcome::kMalformed},
                                           Silence{"FunctionError",
                                                   client::Outcome::kFunctionError},
                                           Silence{"Cancelled", client::Outcome::kCancelled}),
                         [](const auto& test) { return std::string(test.param.name); });

TEST_F(ConnectionTest, HearsLaterOfAnActivationThatItGaveUp) {
  Begin();
  modem->On(mbim::kConnect, CommandType::kQuery,
            [](mbim::ByteView) { return AnsweredWith(Context(ActivationState::kActivated)); });
  AnswerConnect([](mbim::ByteView) { return Failed(client::Outcome::kTimedOut); });
  EXPECT_THAT(ConnectAndWait(), HasCode(E_FAIL));
  events->WaitFor("OnConnectStateChange");
  EXPECT_EQ(Activation(), MBN_ACTIVATION_STATE_ACTIVATED);
  Disconnect();
}

TEST_F(ConnectionTest, CompletesWhenTheModemLeaves) {
  Begin();
  modem->Hold(mbim::kConnect, CommandType::kSet);
  const ULONG connecting = Connect();
  ASSERT_TRUE(modem->WaitForCommands(mbim::kConnect, CommandType::kSet, 1));
  const ULONG disconnecting = Disconnect();
  bus.Unplug(modem);
  const Event connected = events->WaitFor("OnConnectComplete");
  EXPECT_EQ(connected.request, connecting);
  EXPECT_THAT(connected.status, HasCode(kNotFound));
  const Event disconnected = events->WaitFor("OnDisconnectComplete");
  EXPECT_EQ(disconnected.request, disconnecting);
  EXPECT_THAT(disconnected.status, HasCode(S_OK));
  events->WaitFor("OnInterfaceRemoval");
  const auto names = events->Names();
  EXPECT_EQ(names.back(), "IMbnInterfaceManagerEvents::OnInterfaceRemoval");
}

// E_HANDLE: the device has left USB, and the removal waits behind a client's handler.
TEST_F(ConnectionTest, TellsARemovalUnderWayFromOneThatIsOver) {
  Begin();
  std::promise<void> entered, leave;
  events->OnEvent([&](const Event& event) {
    if (event.name != "IMbnInterfaceEvents::OnReadyStateChange") return;
    entered.set_value();
    leave.get_future().wait();
  });
  modem->Indicate(mbim::kSubscriberReadyStatus, ReadyInfo(ReadyState::kFailure));
  entered.get_future().wait();
  bus.Unplug(modem);
  ULONG request = 1;
  EXPECT_THAT(connection->Connect(MBN_CONNECTION_MODE_PROFILE, L"internet", &request),
              HasCode(E_HANDLE));
  EXPECT_EQ(request, 0u);
  // The order of docs/semantics.md: the device comes before the arguments.
  for (LPCWSTR name : {L"no such profile", static_cast<LPCWSTR>(nullptr)})
    EXPECT_THAT(connection->Connect(MBN_CONNECTION_MODE_PROFILE, name, &request),
                HasCode(E_HANDLE));
  SAFEARRAY* array = nullptr;
  EXPECT_THAT(profiles->GetConnectionProfiles(OnlyInterface().Get(), &array), HasCode(E_HANDLE));
  EXPECT_THAT(connection->Disconnect(&request), HasCode(kNotFound));
  leave.set_value();
  events->WaitFor("OnInterfaceRemoval");
  for (LPCWSTR name : {L"internet", L"no such profile", static_cast<LPCWSTR>(nullptr)})
    EXPECT_THAT(connection->Connect(MBN_CONNECTION_MODE_PROFILE, name, &request),
                HasCode(kNotFound));
}

TEST_F(ConnectionTest, IsPendingUntilTheModemTellsTheState) {
  BeginWith([](FakeModem& fake) { fake.Hold(mbim::kConnect, CommandType::kQuery); });
  EXPECT_THAT(StateOf(connection.Get()).code, HasCode(E_PENDING));
  MBN_VOICE_CALL_STATE call{};
  EXPECT_THAT(connection->GetVoiceCallState(&call), HasCode(E_PENDING));
  modem->Release(mbim::kConnect, CommandType::kQuery);
  const Event state = events->WaitFor("OnConnectStateChange");
  EXPECT_THAT(StateOf(state.As<IMbnConnection>().Get()).code, HasCode(S_OK));
  const Event voice = events->WaitFor("OnVoiceCallStateChange");
  EXPECT_THAT(voice.As<IMbnConnection>()->GetVoiceCallState(&call), HasCode(S_OK));
  EXPECT_EQ(call, MBN_VOICE_CALL_STATE_NONE);
}

TEST_F(ConnectionTest, TellsOfVoiceCalls) {
  Begin();
  auto info = Context(ActivationState::kDeactivated);
  info.voice_call_state = mbim::VoiceCallState::kInProgress;
  modem->Indicate(mbim::kConnect, info);
  const Event event = events->WaitFor("OnVoiceCallStateChange");
  MBN_VOICE_CALL_STATE call{};
  EXPECT_THAT(event.As<IMbnConnection>()->GetVoiceCallState(&call), HasCode(S_OK));
  EXPECT_EQ(call, MBN_VOICE_CALL_STATE_IN_PROGRESS);
  EXPECT_THAT(events->Names(), Not(Contains("IMbnConnectionEvents::OnConnectStateChange")));
}

TEST_F(ConnectionTest, NeedsThePinOfALockedModem) {
  BeginWith([](FakeModem& fake) {
    fake.On(mbim::kSubscriberReadyStatus, CommandType::kQuery,
            [](mbim::ByteView) { return AnsweredWith(ReadyInfo(ReadyState::kDeviceLocked)); });
    fake.On(mbim::kRegisterState, CommandType::kQuery, [](mbim::ByteView) {
      return AnsweredWith(Registration(mbim::RegisterState::kDeregistered));
    });
    for (const auto& cid :
         std::initializer_list<mbim::CommandId>{mbim::kConnect, mbim::kHomeProvider})
      fake.On(cid, CommandType::kQuery,
              [](mbim::ByteView) { return Answered(Status::kPinRequired); });
    fake.On(mbim::kPacketService, CommandType::kSet,
            [](mbim::ByteView) { return Answered(Status::kPinRequired); });
  });
  events->WaitFor("OnHomeProviderAvailable");
  MBN_VOICE_CALL_STATE call{};
  connection = OnlyConnection();
  EXPECT_THAT(StateOf(connection.Get()).code, HasCode(E_MBN_PIN_REQUIRED));
  EXPECT_THAT(connection->GetVoiceCallState(&call), HasCode(E_MBN_PIN_REQUIRED));
  CreateProfile();
  EXPECT_THAT(ConnectAndWait(), HasCode(E_MBN_PIN_REQUIRED));

  // The PIN is entered. The service asks the modem again, and events report its answers.
  modem->On(mbim::kConnect, CommandType::kQuery,
            [](mbim::ByteView) { return AnsweredWith(Context(ActivationState::kDeactivated)); });
  events->Clear();
  modem->Indicate(mbim::kRegisterState, Registration(mbim::RegisterState::kHome));
  modem->Indicate(mbim::kSubscriberReadyStatus, ReadyInfo(ReadyState::kInitialized));
  const Event state = events->WaitFor("OnConnectStateChange");
  EXPECT_THAT(StateOf(state.As<IMbnConnection>().Get()).code, HasCode(S_OK));
  events->WaitFor("OnVoiceCallStateChange");
}

struct SimState {
  const char* name;
  ReadyState ready;
  HRESULT code;
};

class ConnectionSim : public ConnectionTest, public ::testing::WithParamInterface<SimState> {};

TEST_P(ConnectionSim, IsNamedByTheConnectionsObjects) {
  Begin();
  modem->Indicate(mbim::kSubscriberReadyStatus, ReadyInfo(GetParam().ready));
  const Event change = events->WaitFor("OnConnectStateChange");
  EXPECT_THAT(StateOf(change.As<IMbnConnection>().Get()).code, HasCode(GetParam().code));
  EXPECT_THAT(StateOf(OnlyConnection().Get()).code, HasCode(GetParam().code));
  MBN_VOICE_CALL_STATE call{};
  const Event voice = events->WaitFor("OnVoiceCallStateChange");
  EXPECT_THAT(voice.As<IMbnConnection>()->GetVoiceCallState(&call), HasCode(GetParam().code));
  modem->Indicate(mbim::kRegisterState, Registration(mbim::RegisterState::kDeregistered));
  if (GetParam().ready == ReadyState::kDeviceLocked) return;
  const Event removal = events->WaitFor("OnConnectionRemoval");
  EXPECT_THAT(StateOf(removal.As<IMbnConnection>().Get()).code, HasCode(GetParam().code));
  EXPECT_EQ(OnlyConnection(), nullptr);
}

INSTANTIATE_TEST_SUITE_P(
    When, ConnectionSim,
    ::testing::Values(SimState{"Missing", ReadyState::kSimNotInserted, E_MBN_SIM_NOT_INSERTED},
                      SimState{"Bad", ReadyState::kBadSim, E_MBN_BAD_SIM},
                      SimState{"Locked", ReadyState::kDeviceLocked, E_MBN_PIN_REQUIRED}),
    [](const auto& test) { return std::string(test.param.name); });

TEST_F(ConnectionTest, IsFoundByItsId) {
  Begin();
  com::Bstr id;
  ASSERT_THAT(connection->get_ConnectionID(id.put()), HasCode(S_OK));
  com::Ptr<IMbnConnection> found;
  EXPECT_THAT(connections->GetConnection(id.get(), found.GetAddressOf()), HasCode(S_OK));
  std::wstring other_case(id.view());
  for (wchar_t& c : other_case)
    c = static_cast<wchar_t>(std::iswupper(static_cast<wint_t>(c)) != 0
                                 ? std::towlower(static_cast<wint_t>(c))
                                 : std::towupper(static_cast<wint_t>(c)));
  ASSERT_NE(other_case, id.view());
  EXPECT_THAT(connections->GetConnection(other_case.c_str(), found.ReleaseAndGetAddressOf()),
              HasCode(S_OK));
  EXPECT_NE(found, nullptr);
  EXPECT_THAT(connections->GetConnection(L"{no such}", found.ReleaseAndGetAddressOf()),
              HasCode(kNotFound));
  EXPECT_THAT(connections->GetConnection(nullptr, found.GetAddressOf()), HasCode(kNotFound));
  EXPECT_EQ(found, nullptr);
  EXPECT_THAT(connections->GetConnection(id.get(), nullptr), HasCode(E_POINTER));
  EXPECT_THAT(connections->GetConnections(nullptr), HasCode(E_POINTER));
}

}  // namespace
}  // namespace mbnrig::mbn
