#include <future>

#include "mbn/testing/service_fixture.h"

namespace mbnrig::mbn {
namespace {

using namespace testing;
using mbim::CommandType;
using mbim::PacketServiceState;
using mbim::ReadyState;
using ::testing::ElementsAre;

constexpr const char* kPacketServiceChange = "IMbnRegistrationEvents::OnPacketServiceStateChange";
constexpr const char* kRegisterChange = "IMbnRegistrationEvents::OnRegisterStateChange";
constexpr const char* kModeAvailable = "IMbnRegistrationEvents::OnRegisterModeAvailable";

class RegistrationTest : public ServiceTest {
 protected:
  void Begin() {
    modem = PlugModem();
    CreateProfile();
    events->WaitFor("OnProfileUpdate");
    events->Clear();
  }
  com::Ptr<IMbnRegistration> Now() {
    com::Ptr<IMbnRegistration> registration;
    EXPECT_THAT(OnlyInterface().As(&registration), HasCode(S_OK));
    return registration;
  }
  HRESULT ConnectAndWait() {
    ULONG request = 0;
    EXPECT_THAT(OnlyConnection()->Connect(MBN_CONNECTION_MODE_PROFILE, L"internet", &request),
                HasCode(S_OK));
    return events->WaitFor("OnConnectComplete").status;
  }
  static std::string Text(IMbnRegistration* registration, HRESULT (IMbnRegistration::*get)(BSTR*)) {
    com::Bstr text;
    EXPECT_THAT((registration->*get)(text.put()), HasCode(S_OK));
    return com::ToUtf8(text.view());
  }
  template <class Out>
  static Out Value(IMbnRegistration* registration, HRESULT (IMbnRegistration::*get)(Out*)) {
    Out value{};
    EXPECT_THAT((registration->*get)(&value), HasCode(S_OK));
    return value;
  }
  static mbim::PacketServiceInfo Attached(std::uint32_t data_class) {
    auto info = PacketService(PacketServiceState::kAttached);
    info.highest_available_data_class = data_class;
    return info;
  }
  void AnswerAttach(const mbim::PacketServiceInfo& info,
                    mbim::Status status = mbim::Status::kSuccess) {
    modem->On(mbim::kPacketService, CommandType::kSet,
              [info, status](mbim::ByteView) { return Answered(status, mbim::Encode(info)); });
  }

  std::shared_ptr<FakeModem> modem;
};

// Page of IMbnConnection::Connect: "If there is any packet service state change ..."
TEST_F(RegistrationTest, TellsOfTheAttachThatConnectMakes) {
  Begin();
  AnswerAttach(Attached(mbim::data_class::kLte));
  EXPECT_THAT(ConnectAndWait(), HasCode(S_OK));
  EXPECT_THAT(OfInterest({kPacketServiceChange, "OnConnectComplete"}),
              ElementsAre(kPacketServiceChange, "IMbnConnectionEvents::OnConnectComplete"));
  const auto object = events->WaitFor(kPacketServiceChange).As<IMbnRegistration>();
  EXPECT_EQ(Value(object.Get(), &IMbnRegistration::GetCurrentDataClass),
            static_cast<ULONG>(MBN_DATA_CLASS_LTE));
  EXPECT_EQ(Value(object.Get(), &IMbnRegistration::GetPacketAttachNetworkError), 0u);
  // The object is the modem's: every interface returns every other one.
  com::Ptr<IMbnInterface> whole;
  ASSERT_THAT(object.As(&whole), HasCode(S_OK));
  EXPECT_EQ(InterfaceId(whole.Get()), InterfaceId(OnlyInterface().Get()));
}

TEST_F(RegistrationTest, TellsOfAnotherDataClassAndOfNothingElse) {
  Begin();
  modem->Indicate(mbim::kPacketService, Attached(mbim::data_class::kLte));
  events->WaitFor(kPacketServiceChange);
  auto faster = Attached(mbim::data_class::kLte);
  faster.downlink_speed = 4711;
  modem->Indicate(mbim::kPacketService, faster);
  EXPECT_THAT(ConnectAndWait(), HasCode(S_OK));
  EXPECT_THAT(OfInterest({kPacketServiceChange}), ElementsAre(kPacketServiceChange));
  modem->Indicate(mbim::kPacketService, Attached(mbim::data_class::kUmts));
  const auto object = events->WaitFor(kPacketServiceChange).As<IMbnRegistration>();
  EXPECT_EQ(Value(object.Get(), &IMbnRegistration::GetCurrentDataClass),
            static_cast<ULONG>(MBN_DATA_CLASS_UMTS));
}

TEST_F(RegistrationTest, KeepsTheErrorOfAnAttachUntilTheNextSuccess) {
  Begin();
  AnswerAttach(PacketService(PacketServiceState::kDetached, 15), mbim::Status::kFailure);
  EXPECT_THAT(ConnectAndWait(), HasCode(E_MBN_PACKET_SVC_DETACHED));
  auto object = events->WaitFor(kPacketServiceChange).As<IMbnRegistration>();
  EXPECT_EQ(Value(object.Get(), &IMbnRegistration::GetPacketAttachNetworkError), 15u);
  modem->Indicate(mbim::kPacketService, PacketService(PacketServiceState::kDetached));
  AnswerAttach(Attached(mbim::data_class::kUmts));
  EXPECT_THAT(ConnectAndWait(), HasCode(S_OK));
  object = events->WaitFor(kPacketServiceChange).As<IMbnRegistration>();
  EXPECT_EQ(Value(object.Get(), &IMbnRegistration::GetPacketAttachNetworkError), 0u);
}

TEST_F(RegistrationTest, TellsOfNewDataClasses) {
  Begin();
  auto home = Registration(mbim::RegisterState::kHome);
  home.available_data_classes = mbim::data_class::kLte | mbim::data_class::kUmts;
  modem->Indicate(mbim::kRegisterState, home);
  const auto object = events->WaitFor(kPacketServiceChange).As<IMbnRegistration>();
  EXPECT_EQ(Value(object.Get(), &IMbnRegistration::GetAvailableDataClasses),
            static_cast<ULONG>(MBN_DATA_CLASS_LTE | MBN_DATA_CLASS_UMTS));
  EXPECT_THAT(OfInterest({kRegisterChange, kModeAvailable}), ElementsAre());
}

TEST_F(RegistrationTest, TellsOfARegistration) {
  Begin();
  auto roaming = Registration(mbim::RegisterState::kRoaming, mbim::RegisterMode::kManual);
  roaming.provider_id = "00102";
  roaming.provider_name = "Away";
  roaming.roaming_text = "Far away";
  roaming.nw_error = 11;
  modem->Indicate(mbim::kRegisterState, roaming);
  const auto object = events->WaitFor(kRegisterChange).As<IMbnRegistration>();
  IMbnRegistration* const now = object.Get();
  EXPECT_EQ(Value(now, &IMbnRegistration::GetRegisterState), MBN_REGISTER_STATE_ROAMING);
  EXPECT_EQ(Value(now, &IMbnRegistration::GetRegisterMode), MBN_REGISTER_MODE_MANUAL);
  EXPECT_EQ(Text(now, &IMbnRegistration::GetProviderID), "00102");
  EXPECT_EQ(Text(now, &IMbnRegistration::GetProviderName), "Away");
  EXPECT_EQ(Text(now, &IMbnRegistration::GetRoamingText), "Far away");
  EXPECT_EQ(Value(now, &IMbnRegistration::GetRegistrationNetworkError), 11u);
  EXPECT_THAT(OfInterest({kRegisterChange, kModeAvailable}),
              ElementsAre(kModeAvailable, kRegisterChange));
  // A value that MBIM 1.0 does not have.
  roaming.register_state = static_cast<mbim::RegisterState>(17);
  roaming.register_mode = static_cast<mbim::RegisterMode>(17);
  modem->Indicate(mbim::kRegisterState, roaming);
  events->WaitFor(kRegisterChange);
  EXPECT_EQ(Value(Now().Get(), &IMbnRegistration::GetRegisterState), MBN_REGISTER_STATE_NONE);
  EXPECT_EQ(Value(Now().Get(), &IMbnRegistration::GetRegisterMode), MBN_REGISTER_MODE_NONE);
}

TEST_F(RegistrationTest, IsPendingUntilTheModemAnswers) {
  Service::Get().Stop();
  modem = bus.Plug();
  modem->Hold(mbim::kRegisterState, CommandType::kQuery);
  modem->Hold(mbim::kPacketService, CommandType::kQuery);
  Service::Get().Start();
  events->WaitFor("OnHomeProviderAvailable");
  const auto now = Now();
  MBN_REGISTER_STATE state{};
  MBN_REGISTER_MODE mode{};
  ULONG number = 1;
  com::Bstr text;
  EXPECT_THAT(now->GetRegisterState(&state), HasCode(E_PENDING));
  EXPECT_THAT(now->GetRegisterMode(&mode), HasCode(E_PENDING));
  EXPECT_THAT(now->GetProviderID(text.put()), HasCode(E_PENDING));
  EXPECT_THAT(now->GetProviderName(text.put()), HasCode(E_PENDING));
  EXPECT_THAT(now->GetRoamingText(text.put()), HasCode(E_PENDING));
  EXPECT_THAT(now->GetAvailableDataClasses(&number), HasCode(E_PENDING));
  EXPECT_THAT(now->GetCurrentDataClass(&number), HasCode(E_PENDING));
  EXPECT_EQ(Value(now.Get(), &IMbnRegistration::GetRegistrationNetworkError), 0u);
  EXPECT_EQ(Value(now.Get(), &IMbnRegistration::GetPacketAttachNetworkError), 0u);
  modem->Release(mbim::kRegisterState, CommandType::kQuery);
  modem->Release(mbim::kPacketService, CommandType::kQuery);
  const auto known = events->WaitFor(kRegisterChange).As<IMbnRegistration>();
  EXPECT_EQ(Value(known.Get(), &IMbnRegistration::GetRegisterState), MBN_REGISTER_STATE_HOME);
  events->WaitFor(kModeAvailable);
  events->WaitFor(kPacketServiceChange);
}

TEST_F(RegistrationTest, NeedsThePin) {
  Begin();
  modem->Indicate(mbim::kSubscriberReadyStatus, ReadyInfo(ReadyState::kDeviceLocked));
  events->WaitFor("IMbnInterfaceEvents::OnReadyStateChange");
  const auto now = Now();
  MBN_REGISTER_STATE state{};
  MBN_REGISTER_MODE mode{};
  ULONG number = 1;
  com::Bstr text;
  EXPECT_THAT(now->GetRegisterState(&state), HasCode(E_MBN_PIN_REQUIRED));
  EXPECT_THAT(now->GetRegisterMode(&mode), HasCode(E_MBN_PIN_REQUIRED));
  EXPECT_THAT(now->GetProviderID(text.put()), HasCode(E_MBN_PIN_REQUIRED));
  EXPECT_THAT(now->GetProviderName(text.put()), HasCode(E_MBN_PIN_REQUIRED));
  EXPECT_THAT(now->GetRoamingText(text.put()), HasCode(E_MBN_PIN_REQUIRED));
  EXPECT_THAT(now->GetAvailableDataClasses(&number), HasCode(E_MBN_PIN_REQUIRED));
  EXPECT_THAT(now->GetCurrentDataClass(&number), HasCode(E_MBN_PIN_REQUIRED));
}

// Two pages do not have a code for a missing SIM.
TEST_F(RegistrationTest, OfAModemWithoutASim) {
  Begin();
  modem->Indicate(mbim::kSubscriberReadyStatus, ReadyInfo(ReadyState::kSimNotInserted));
  events->WaitFor("IMbnInterfaceEvents::OnReadyStateChange");
  const auto now = Now();
  ULONG number = 1;
  com::Bstr text;
  EXPECT_THAT(now->GetProviderID(text.put()), HasCode(E_MBN_SIM_NOT_INSERTED));
  EXPECT_THAT(now->GetCurrentDataClass(&number), HasCode(E_MBN_SIM_NOT_INSERTED));
  EXPECT_EQ(Value(now.Get(), &IMbnRegistration::GetRegisterState), MBN_REGISTER_STATE_HOME);
  EXPECT_EQ(Value(now.Get(), &IMbnRegistration::GetAvailableDataClasses), 0u);
}

TEST_F(RegistrationTest, RefusesWhatItDoesNotDo) {
  Begin();
  const auto now = Now();
  ULONG request = 1;
  EXPECT_THAT(now->SetRegisterMode(MBN_REGISTER_MODE_AUTOMATIC, nullptr, 0, &request),
              HasCode(E_NOTIMPL));
  EXPECT_EQ(request, 0u);
  EXPECT_THAT(now->GetRegisterState(nullptr), HasCode(E_POINTER));
  EXPECT_THAT(now->GetProviderID(nullptr), HasCode(E_POINTER));
  EXPECT_THAT(now->GetPacketAttachNetworkError(nullptr), HasCode(E_POINTER));
}

}  // namespace
}  // namespace mbnrig::mbn
