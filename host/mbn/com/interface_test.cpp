#include <optional>

#include "mbn/testing/service_fixture.h"

namespace mbnrig::mbn {
namespace {

using namespace testing;
using mbim::CommandType;
using ::testing::Contains;
using ::testing::Not;

struct Caps {
  MBN_INTERFACE_CAPS value{};
  ~Caps() {
    for (BSTR text : {value.customDataClass, value.customBandClass, value.deviceID,
                      value.manufacturer, value.model, value.firmwareInfo})
      SysFreeString(text);
  }
};

std::string SubscriberIdOf(IMbnInterface* modem) {
  com::Ptr<IMbnSubscriberInformation> information;
  com::Bstr id;
  EXPECT_THAT(modem->GetSubscriberInformation(information.GetAddressOf()), HasCode(S_OK));
  EXPECT_THAT(information->get_SubscriberID(id.put()), HasCode(S_OK));
  return com::ToUtf8(id.view());
}

TEST_F(ServiceTest, AnInterfaceSaysWhatTheModemSaid) {
  PlugModem();
  const auto mbn_interface = OnlyInterface();
  Caps caps;
  ASSERT_THAT(mbn_interface->GetInterfaceCapability(&caps.value), HasCode(S_OK));
  EXPECT_EQ(caps.value.cellularClass, MBN_CELLULAR_CLASS_GSM);
  EXPECT_EQ(caps.value.voiceClass, MBN_VOICE_CLASS_NO_VOICE);
  EXPECT_EQ(caps.value.dataClass, ULONG{MBN_DATA_CLASS_LTE | MBN_DATA_CLASS_UMTS});
  EXPECT_EQ(caps.value.controlCaps,
            ULONG{MBN_CTRL_CAPS_REG_MANUAL | MBN_CTRL_CAPS_MODEL_MULTI_CARRIER});
  EXPECT_EQ(com::View(caps.value.deviceID), L"490154203237518");
  EXPECT_EQ(com::View(caps.value.firmwareInfo), L"1.2.3");
  EXPECT_EQ(com::View(caps.value.model), L"Fake One");
  EXPECT_EQ(com::View(caps.value.manufacturer).size(), std::size_t{MBN_MANUFACTURER_LEN});

  MBN_READY_STATE ready = MBN_READY_STATE_OFF;
  EXPECT_THAT(mbn_interface->GetReadyState(&ready), HasCode(S_OK));
  EXPECT_EQ(ready, MBN_READY_STATE_INITIALIZED);

  com::Ptr<IMbnSubscriberInformation> information;
  ASSERT_THAT(mbn_interface->GetSubscriberInformation(information.GetAddressOf()), HasCode(S_OK));
  com::Bstr id, icc;
  SAFEARRAY* numbers = nullptr;
  EXPECT_THAT(information->get_SubscriberID(id.put()), HasCode(S_OK));
  EXPECT_EQ(com::ToUtf8(id.view()), kTestSubscriber);
  EXPECT_THAT(information->get_SimIccID(icc.put()), HasCode(S_OK));
  EXPECT_EQ(icc.view(), L"8900101000000000001");
  ASSERT_THAT(information->get_TelephoneNumbers(&numbers), HasCode(S_OK));
  const com::SafeArrayPtr owner(numbers);
  com::Bstr number;
  LONG first = 0;
  EXPECT_THAT(SafeArrayGetElement(numbers, &first, number.put()), HasCode(S_OK));
  EXPECT_EQ(number.view(), L"+15550100");

  MBN_PROVIDER home{};
  ASSERT_THAT(mbn_interface->GetHomeProvider(&home), HasCode(S_OK));
  EXPECT_EQ(com::View(home.providerID), L"00101");
  EXPECT_EQ(com::View(home.providerName), L"Home");
  EXPECT_EQ(home.providerState, ULONG{MBN_PROVIDER_STATE_HOME});
  SysFreeString(home.providerID);
  SysFreeString(home.providerName);
}

TEST_F(ServiceTest, AnInterfaceIsFoundByItsId) {
  PlugModem();
  const auto id = InterfaceId(OnlyInterface().Get());
  com::Ptr<IMbnInterface> found;
  ASSERT_THAT(interfaces->GetInterface(id.c_str(), found.GetAddressOf()), HasCode(S_OK));
  EXPECT_EQ(InterfaceId(found.Get()), id);
  EXPECT_THAT(interfaces->GetInterface(L"{no such}", found.ReleaseAndGetAddressOf()),
              HasCode(kNotFound));
  EXPECT_EQ(found, nullptr);
  EXPECT_THAT(interfaces->GetInterface(nullptr, found.GetAddressOf()), HasCode(kNotFound));
  EXPECT_THAT(interfaces->GetInterface(id.c_str(), nullptr), HasCode(E_POINTER));
  EXPECT_THAT(interfaces->GetInterfaces(nullptr), HasCode(E_POINTER));
}

TEST_F(ServiceTest, AnInterfaceRefusesNullPointers) {
  PlugModem();
  const auto mbn_interface = OnlyInterface();
  EXPECT_THAT(mbn_interface->get_InterfaceID(nullptr), HasCode(E_POINTER));
  EXPECT_THAT(mbn_interface->GetInterfaceCapability(nullptr), HasCode(E_POINTER));
  EXPECT_THAT(mbn_interface->GetReadyState(nullptr), HasCode(E_POINTER));
  EXPECT_THAT(mbn_interface->GetSubscriberInformation(nullptr), HasCode(E_POINTER));
  EXPECT_THAT(mbn_interface->GetHomeProvider(nullptr), HasCode(E_POINTER));
  EXPECT_THAT(mbn_interface->InEmergencyMode(nullptr), HasCode(E_POINTER));
  EXPECT_THAT(mbn_interface->GetConnection(nullptr), HasCode(E_POINTER));
}

TEST_F(ServiceTest, WhatDoesNotWorkYetSaysSo) {
  PlugModem();
  const auto mbn_interface = OnlyInterface();
  ULONG number = 0;
  SAFEARRAY* array = nullptr;
  EXPECT_THAT(mbn_interface->GetPreferredProviders(&array), HasCode(E_NOTIMPL));
  EXPECT_THAT(mbn_interface->SetPreferredProviders(nullptr, &number), HasCode(E_NOTIMPL));
  EXPECT_THAT(mbn_interface->GetVisibleProviders(&number, &array), HasCode(E_NOTIMPL));
  EXPECT_THAT(mbn_interface->ScanNetwork(&number), HasCode(E_NOTIMPL));
  for (const IID& iid :
       {__uuidof(IMbnSignal), __uuidof(IMbnRadio), __uuidof(IMbnPinManager),
        __uuidof(IMbnConnectionContext), __uuidof(IMbnSms), __uuidof(IMbnServiceActivation),
        __uuidof(IMbnVendorSpecificOperation), __uuidof(IMbnMultiCarrier)}) {
    void* other = &number;
    EXPECT_THAT(mbn_interface->QueryInterface(iid, &other), HasCode(E_NOINTERFACE));
    EXPECT_EQ(other, nullptr);
  }
  void* manager = nullptr;
  EXPECT_THAT(CoCreateInstance(CLSID_MbnDeviceServicesManager, nullptr, CLSCTX_ALL,
                               __uuidof(IMbnDeviceServicesManager), &manager),
              HasCode(REGDB_E_CLASSNOTREG));
}

// E_PENDING until the modem has answered. An event reports the answer.
struct Pending {
  mbim::CommandId cid;
  const char* event;
  HRESULT (*ask)(IMbnInterface*);
};

class InterfacePending : public ServiceTest, public ::testing::WithParamInterface<Pending> {};

TEST_P(InterfacePending, UntilTheModemAnswers) {
  Service::Get().Stop();
  const auto modem = bus.Plug();
  modem->Hold(GetParam().cid, CommandType::kQuery);
  Service::Get().Start();
  ASSERT_TRUE(modem->WaitForCommands(GetParam().cid, CommandType::kQuery, 1));
  events->WaitFor("OnInterfaceArrival");
  const auto early = OnlyInterface();
  EXPECT_THAT(GetParam().ask(early.Get()), HasCode(E_PENDING));
  EXPECT_THAT(events->Names(), Not(Contains(GetParam().event)));
  modem->Release(GetParam().cid, CommandType::kQuery);
  const Event event = events->WaitFor(GetParam().event);
  EXPECT_THAT(GetParam().ask(event.As<IMbnInterface>().Get()), HasCode(S_OK));
  EXPECT_THAT(GetParam().ask(OnlyInterface().Get()), HasCode(S_OK));
  EXPECT_THAT(GetParam().ask(early.Get()), HasCode(E_PENDING)) << "a snapshot changed";
}

INSTANTIATE_TEST_SUITE_P(
    Of, InterfacePending,
    ::testing::Values(
        Pending{mbim::kDeviceCaps, "IMbnInterfaceEvents::OnInterfaceCapabilityAvailable",
                [](IMbnInterface* modem) {
                  Caps caps;
                  return modem->GetInterfaceCapability(&caps.value);
                }},
        Pending{mbim::kSubscriberReadyStatus, "IMbnInterfaceEvents::OnReadyStateChange",
                [](IMbnInterface* modem) {
                  MBN_READY_STATE state{};
                  return modem->GetReadyState(&state);
                }},
        Pending{mbim::kSubscriberReadyStatus, "IMbnInterfaceEvents::OnSubscriberInformationChange",
                [](IMbnInterface* modem) {
                  com::Ptr<IMbnSubscriberInformation> information;
                  return modem->GetSubscriberInformation(information.GetAddressOf());
                }},
        Pending{mbim::kHomeProvider, "IMbnInterfaceEvents::OnHomeProviderAvailable",
                [](IMbnInterface* modem) {
                  MBN_PROVIDER home{};
                  const HRESULT hr = modem->GetHomeProvider(&home);
                  SysFreeString(home.providerID);
                  SysFreeString(home.providerName);
                  return hr;
                }}),
    [](const auto& test) {
      const std::string_view event = test.param.event;
      return std::string(event.substr(event.rfind(':') + 1));
    });

TEST_F(ServiceTest, AnInterfaceFollowsItsSim) {
  const auto modem = PlugModem();
  const auto before = OnlyInterface();
  events->Clear();
  modem->Indicate(mbim::kSubscriberReadyStatus, ReadyInfo(mbim::ReadyState::kSimNotInserted));
  const Event change = events->WaitFor("OnReadyStateChange");
  MBN_READY_STATE ready = MBN_READY_STATE_OFF;
  EXPECT_THAT(change.As<IMbnInterface>()->GetReadyState(&ready), HasCode(S_OK));
  EXPECT_EQ(ready, MBN_READY_STATE_SIM_NOT_INSERTED);
  const Event subscriber = events->WaitFor("OnSubscriberInformationChange");
  EXPECT_EQ(SubscriberIdOf(subscriber.As<IMbnInterface>().Get()), "");
  EXPECT_EQ(SubscriberIdOf(before.Get()), kTestSubscriber);

  auto other = ReadyInfo(mbim::ReadyState::kInitialized);
  other.subscriber_id = "001019999999999";
  modem->Indicate(mbim::kSubscriberReadyStatus, other);
  const Event back = events->WaitFor("OnSubscriberInformationChange");
  EXPECT_EQ(SubscriberIdOf(back.As<IMbnInterface>().Get()), "001019999999999");
  events->WaitFor("OnHomeProviderAvailable");
}

TEST_F(ServiceTest, OneChangeIsOneEvent) {
  const auto modem = PlugModem();
  events->Clear();
  auto info = ReadyInfo(mbim::ReadyState::kInitialized);
  modem->Indicate(mbim::kSubscriberReadyStatus, info);
  info.telephone_numbers.push_back("+15550101");
  modem->Indicate(mbim::kSubscriberReadyStatus, info);
  events->WaitFor("OnSubscriberInformationChange");
  EXPECT_THAT(OfInterest({"OnSubscriberInformationChange", "OnReadyStateChange"}),
              ::testing::ElementsAre("IMbnInterfaceEvents::OnSubscriberInformationChange"));
}

// The status with which the modem refuses HOME_PROVIDER, and the code that a client gets.
struct HomeRefusal {
  const char* name;
  mbim::ReadyState ready;
  mbim::Status status;
  HRESULT code;
};

class HomeProvider : public ServiceTest, public ::testing::WithParamInterface<HomeRefusal> {};

TEST_P(HomeProvider, IsRefusedAsDocumented) {
  Service::Get().Stop();
  const auto modem = bus.Plug();
  modem->On(mbim::kSubscriberReadyStatus, CommandType::kQuery,
            [](mbim::ByteView) { return AnsweredWith(ReadyInfo(GetParam().ready)); });
  modem->On(mbim::kHomeProvider, CommandType::kQuery,
            [](mbim::ByteView) { return Answered(GetParam().status); });
  Service::Get().Start();
  events->WaitFor("OnHomeProviderAvailable");
  MBN_PROVIDER home{};
  EXPECT_THAT(OnlyInterface()->GetHomeProvider(&home), HasCode(GetParam().code));
  EXPECT_EQ(home.providerID, nullptr);

  // When the trouble has passed, the service asks the modem again.
  modem->On(mbim::kHomeProvider, CommandType::kQuery,
            [](mbim::ByteView) { return AnsweredWith(mbim::Provider{}); });
  auto again = ReadyInfo(mbim::ReadyState::kInitialized);
  again.sim_icc_id = "8900101000000000002";
  modem->Indicate(mbim::kSubscriberReadyStatus, again);
  const Event event = events->WaitFor("OnHomeProviderAvailable");
  EXPECT_THAT(event.As<IMbnInterface>()->GetHomeProvider(&home), HasCode(S_OK));
  SysFreeString(home.providerID);
  SysFreeString(home.providerName);
}

INSTANTIATE_TEST_SUITE_P(
    By, HomeProvider,
    ::testing::Values(
        HomeRefusal{"Pin", mbim::ReadyState::kDeviceLocked, mbim::Status::kPinRequired,
                    E_MBN_PIN_REQUIRED},
        HomeRefusal{"NoSim", mbim::ReadyState::kSimNotInserted, mbim::Status::kSimNotInserted,
                    E_MBN_SIM_NOT_INSERTED},
        HomeRefusal{"BadSim", mbim::ReadyState::kBadSim, mbim::Status::kBadSim, E_MBN_BAD_SIM},
        HomeRefusal{"Read", mbim::ReadyState::kInitialized, mbim::Status::kReadFailure,
                    HRESULT_FROM_WIN32(ERROR_READ_FAULT)},
        HomeRefusal{"None", mbim::ReadyState::kInitialized, mbim::Status::kProvidersNotFound,
                    HRESULT_FROM_WIN32(ERROR_READ_FAULT)}),
    [](const auto& test) { return std::string(test.param.name); });

TEST_F(ServiceTest, AskedAgainIsWhatWasNotAnswered) {
  ServiceConfig config = Config();
  config.times.retry = std::chrono::milliseconds(1);
  Restart(config);
  Service::Get().Stop();
  const auto modem = bus.Plug();
  modem->On(mbim::kDeviceCaps, CommandType::kQuery, [n = 0](mbim::ByteView) mutable {
    switch (++n) {
      case 1:
        return Failed(client::Outcome::kTimedOut);
      case 2:
        return Answered(mbim::Status::kBusy);
      case 3:
        return Answered(mbim::Status::kSuccess, {1, 2, 3});
      default:
        return AnsweredWith(mbim::DeviceCapsInfo{});
    }
  });
  Service::Get().Start();
  events->WaitFor("OnInterfaceCapabilityAvailable");
  EXPECT_EQ(modem->Commands(mbim::kDeviceCaps, CommandType::kQuery).size(), 4u);
}

TEST_F(ServiceTest, IndicationsThatCannotBeArePassedOver) {
  const auto modem = PlugModem();
  events->Clear();
  modem->IndicateRaw(mbim::kSubscriberReadyStatus, {0xff});
  modem->IndicateRaw(mbim::kConnect, {});
  auto other_session = Context(mbim::ActivationState::kActivated);
  other_session.session_id = 3;
  modem->Indicate(mbim::kConnect, other_session);
  modem->Indicate(mbim::kSubscriberReadyStatus, ReadyInfo(mbim::ReadyState::kBadSim));
  events->WaitFor("OnReadyStateChange");
  EXPECT_THAT(
      OfInterest({"OnReadyStateChange", "OnConnectStateChange", "OnVoiceCallStateChange"}).front(),
      "IMbnInterfaceEvents::OnReadyStateChange");
}

TEST_F(ServiceTest, AnInterfaceGivesItsConnectionWhileThereIsOne) {
  const auto modem = PlugModem();
  const auto mbn_interface = OnlyInterface();
  com::Ptr<IMbnConnection> connection;
  ASSERT_THAT(mbn_interface->GetConnection(connection.GetAddressOf()), HasCode(S_OK));
  com::Bstr id;
  EXPECT_THAT(connection->get_InterfaceID(id.put()), HasCode(S_OK));
  EXPECT_EQ(id.view(), InterfaceId(mbn_interface.Get()));
  modem->Indicate(mbim::kRegisterState, Registration(mbim::RegisterState::kDeregistered));
  events->WaitFor("OnConnectionRemoval");
  EXPECT_THAT(mbn_interface->GetConnection(connection.ReleaseAndGetAddressOf()),
              HasCode(kNotFound));
  EXPECT_EQ(connection, nullptr);
  modem->Indicate(mbim::kRegisterState, Registration(mbim::RegisterState::kRoaming));
  events->WaitFor("OnConnectionArrival");
  events->WaitFor("OnConnectionArrival");
  EXPECT_THAT(mbn_interface->GetConnection(connection.GetAddressOf()), HasCode(S_OK));
  bus.Unplug(modem);
  events->WaitFor("OnInterfaceRemoval");
  EXPECT_THAT(mbn_interface->GetConnection(connection.ReleaseAndGetAddressOf()),
              HasCode(kNotFound));
}

}  // namespace
}  // namespace mbnrig::mbn
