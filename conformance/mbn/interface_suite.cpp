// IMbnInterfaceManager and the implemented methods of IMbnInterface.

#include <algorithm>

#include "mbn/mbn_suite.h"

namespace mbnrig::conformance {
namespace {

constexpr wchar_t kNobodysId[] = L"{00000000-0000-0000-0000-000000000001}";

class InterfaceManager : public MbnTest {};
class Interface : public MbnTest {};

TEST_F(InterfaceManager, ListsTheModem) {
  const Row row = Proves(Row("IMbnInterfaceManager::GetInterfaces", "S_OK"));
  Boot();
  SAFEARRAY* array = nullptr;
  ASSERT_TRUE(ExpectCode(row, client().interfaces()->GetInterfaces(&array)));
  LONG upper = -1;
  EXPECT_EQ(SafeArrayGetUBound(array, 1, &upper), S_OK);
  EXPECT_EQ(upper, 0);
  SafeArrayDestroy(array);
}

TEST_F(InterfaceManager, ListsNothingOnceTheModemIsGone) {
  Boot();
  PullOut();
  SAFEARRAY* array = nullptr;
  ASSERT_EQ(client().interfaces()->GetInterfaces(&array), S_OK);
  LONG lower = 0, upper = 0;
  EXPECT_EQ(SafeArrayGetLBound(array, 1, &lower), S_OK);
  EXPECT_EQ(SafeArrayGetUBound(array, 1, &upper), S_OK);
  EXPECT_GT(lower, upper);
  SafeArrayDestroy(array);
}

TEST_F(InterfaceManager, GivesAnInterfaceByItsId) {
  const Row row = Proves(Row("IMbnInterfaceManager::GetInterface", "S_OK"));
  Boot();
  const auto first = modem();
  const std::wstring id = Take([&](BSTR* text) { return first->get_InterfaceID(text); });
  ComPtr<IMbnInterface> again;
  ASSERT_TRUE(
      ExpectCode(row, client().interfaces()->GetInterface(id.c_str(), again.GetAddressOf())));
  EXPECT_EQ(Take([&](BSTR* text) { return again->get_InterfaceID(text); }), id);
}

TEST_F(InterfaceManager, KnowsNoInterfaceOfAnotherId) {
  const Row row =
      Proves(Row("IMbnInterfaceManager::GetInterface", "HRESULT_FROM_WIN32(ERROR_NOT_FOUND)"));
  Boot();
  ComPtr<IMbnInterface> none;
  ExpectCode(row, client().interfaces()->GetInterface(kNobodysId, none.GetAddressOf()));
  EXPECT_EQ(none.Get(), nullptr);
}

struct Caps {
  const char* scenario;
  MBN_CELLULAR_CLASS cellular;
  MBN_VOICE_CLASS voice;
  ULONG data, sms, control;
  const wchar_t *custom, *device, *manufacturer, *model, *firmware;
};

class Capabilities : public MbnTest, public ::testing::WithParamInterface<Caps> {};

TEST_P(Capabilities, AreThoseOfTheModem) {
  const Row row = Proves(Row("IMbnInterface::GetInterfaceCapability", "S_OK"));
  const Caps& expected = GetParam();
  Boot(expected.scenario);
  MBN_INTERFACE_CAPS caps{};
  ASSERT_TRUE(events().Wait(kCapability));
  ASSERT_TRUE(ExpectCode(row, modem()->GetInterfaceCapability(&caps)));
  EXPECT_EQ(caps.cellularClass, expected.cellular);
  EXPECT_EQ(caps.voiceClass, expected.voice);
  EXPECT_EQ(caps.dataClass, expected.data);
  EXPECT_EQ(caps.smsCaps, expected.sms);
  EXPECT_EQ(caps.controlCaps, expected.control);
  // MBIM 1.0 does not report bands.
  EXPECT_EQ(caps.gsmBandClass, static_cast<ULONG>(MBN_BAND_CLASS_NONE));
  EXPECT_EQ(caps.cdmaBandClass, static_cast<ULONG>(MBN_BAND_CLASS_NONE));
  const auto text = [](BSTR& member) {
    const std::wstring copy(member, SysStringLen(member));
    SysFreeString(member);
    return copy;
  };
  EXPECT_EQ(text(caps.customDataClass), expected.custom);
  EXPECT_EQ(text(caps.customBandClass), L"");
  EXPECT_EQ(text(caps.deviceID), expected.device);
  EXPECT_EQ(text(caps.manufacturer), expected.manufacturer);
  EXPECT_EQ(text(caps.model), expected.model);
  EXPECT_EQ(text(caps.firmwareInfo), expected.firmware);
}

INSTANTIATE_TEST_SUITE_P(
    Of, Capabilities,
    ::testing::Values(
        Caps{"default", MBN_CELLULAR_CLASS_GSM, MBN_VOICE_CLASS_SEPARATE_VOICE_DATA,
             MBN_DATA_CLASS_GPRS | MBN_DATA_CLASS_EDGE | MBN_DATA_CLASS_UMTS |
                 MBN_DATA_CLASS_HSDPA | MBN_DATA_CLASS_HSUPA | MBN_DATA_CLASS_LTE,
             MBN_SMS_CAPS_NONE, MBN_CTRL_CAPS_REG_MANUAL | MBN_CTRL_CAPS_HW_RADIO_SWITCH, L"",
             L"004999010640000", L"mbnrig", L"mbnrig LTE modem", L"mbnrig 0.1.0"},
        // The model of a modem without HardwareInfo is the product of its descriptors.
        Caps{"cdma", MBN_CELLULAR_CLASS_CDMA, MBN_VOICE_CLASS_SIMULTANEOUS_VOICE_DATA,
             static_cast<ULONG>(MBN_DATA_CLASS_1XRTT | MBN_DATA_CLASS_1XEVDO |
                                MBN_DATA_CLASS_CUSTOM),
             MBN_SMS_CAPS_PDU_RECEIVE | MBN_SMS_CAPS_TEXT_SEND,
             MBN_CTRL_CAPS_CDMA_MOBILE_IP | MBN_CTRL_CAPS_CDMA_SIMPLE_IP |
                 MBN_CTRL_CAPS_MODEL_MULTI_CARRIER,
             L"CustomData", L"A0000012345678", L"Another maker", L"CDMA modem", L""}),
    [](const auto& test) { return std::string(test.param.scenario); });

TEST_F(Interface, TellsItsReadyState) {
  const Row row = Proves(Row("IMbnInterface::GetReadyState", "S_OK"));
  BootRegistered();
  MBN_READY_STATE state{};
  ExpectCode(row, modem()->GetReadyState(&state));
  EXPECT_EQ(state, MBN_READY_STATE_INITIALIZED);
}

struct ReadyCase {
  const char* sim;  ///< A value of the key sim.state.
  MBN_READY_STATE state;
};

class ReadyState : public MbnTest, public ::testing::WithParamInterface<ReadyCase> {};

TEST_P(ReadyState, IsThatOfTheSim) {
  const Row row = Proves(Row("IMbnInterface::GetReadyState", "S_OK"));
  BootRegistered();
  bench().Set("sim.state", GetParam().sim);
  MBN_READY_STATE state{};
  ASSERT_EVENT(change, events().Wait([&](const Event& event) {
    const auto changed = event.As<IMbnInterface>();
    return event.name == kReadyState && changed->GetReadyState(&state) == S_OK &&
           state != MBN_READY_STATE_INITIALIZED;
  }));
  ExpectCode(row, change->As<IMbnInterface>()->GetReadyState(&state));
  EXPECT_EQ(state, GetParam().state);
}

INSTANTIATE_TEST_SUITE_P(
    Of, ReadyState,
    ::testing::Values(ReadyCase{"absent", MBN_READY_STATE_SIM_NOT_INSERTED},
                      ReadyCase{"bad", MBN_READY_STATE_BAD_SIM},
                      ReadyCase{"failure", MBN_READY_STATE_FAILURE},
                      ReadyCase{"not-initialized", MBN_READY_STATE_OFF},
                      ReadyCase{"locked", MBN_READY_STATE_DEVICE_LOCKED},
                      ReadyCase{"no-esim-profile", MBN_READY_STATE_NO_ESIM_PROFILE},
                      ReadyCase{"not-activated", MBN_READY_STATE_NOT_ACTIVATED}),
    [](const auto& test) {
      std::string name = test.param.sim;
      std::ranges::replace(name, '-', '_');
      return name;
    });

TEST_F(Interface, TellsItsSubscriber) {
  const Row row = Proves(Row("IMbnInterface::GetSubscriberInformation", "S_OK"));
  BootRegistered();
  ComPtr<IMbnSubscriberInformation> subscriber;
  ASSERT_TRUE(ExpectCode(row, modem()->GetSubscriberInformation(subscriber.GetAddressOf())));
  EXPECT_EQ(Take([&](BSTR* id) { return subscriber->get_SubscriberID(id); }), L"001010123456789");
  EXPECT_EQ(Take([&](BSTR* id) { return subscriber->get_SimIccID(id); }), L"8900101000000000001");
}

TEST_F(Interface, TellsItsHomeProvider) {
  const Row row = Proves(Row("IMbnInterface::GetHomeProvider", "S_OK"));
  BootRegistered();
  ASSERT_TRUE(events().Wait(kHomeProvider));
  MBN_PROVIDER provider{};
  ASSERT_TRUE(ExpectCode(row, modem()->GetHomeProvider(&provider)));
  EXPECT_EQ(std::wstring(provider.providerID), L"00101");
  EXPECT_TRUE(provider.providerState & MBN_PROVIDER_STATE_HOME);
  SysFreeString(provider.providerID);
  SysFreeString(provider.providerName);
}

TEST_F(Interface, TellsWhetherItIsInEmergencyMode) {
  const Row row = Proves(Row("IMbnInterface::InEmergencyMode", "S_OK"));
  BootRegistered();
  VARIANT_BOOL emergency = VARIANT_TRUE;
  ASSERT_EVENT(known, events().Wait(kEmergency));
  ExpectCode(row, known->As<IMbnInterface>()->InEmergencyMode(&emergency));
  EXPECT_EQ(emergency, VARIANT_FALSE);
  bench().Set("network.emergency", "on");
  ASSERT_EVENT(change, events().Wait([&](const Event& event) {
    return event.name == kEmergency &&
           event.As<IMbnInterface>()->InEmergencyMode(&emergency) == S_OK &&
           emergency == VARIANT_TRUE;
  }));
  ExpectCode(row, change->As<IMbnInterface>()->InEmergencyMode(&emergency));
}

TEST_F(Interface, GivesItsConnection) {
  const Row row = Proves(Row("IMbnInterface::GetConnection", "S_OK"));
  BootRegistered();
  ComPtr<IMbnConnection> found;
  ASSERT_TRUE(ExpectCode(row, modem()->GetConnection(found.GetAddressOf())));
  EXPECT_EQ(Take([&](BSTR* id) { return found->get_InterfaceID(id); }),
            Take([&](BSTR* id) { return modem()->get_InterfaceID(id); }));
}

TEST_F(Interface, HasNoConnectionWhileTheNetworkDeniesIt) {
  const Row row =
      Proves(Row("IMbnInterface::GetConnection", "HRESULT_FROM_WIN32(ERROR_NOT_FOUND)"));
  BootRegistered();
  ASSERT_NE(connection().Get(), nullptr);
  bench().Set("network.registration", "denied");
  ASSERT_EVENT(removed, events().Wait(kConnectionRemoval));
  ComPtr<IMbnConnection> none;
  ExpectCode(row, modem()->GetConnection(none.GetAddressOf()));
  EXPECT_EQ(none.Get(), nullptr);
}

TEST_F(Interface, HasAConnectionWhileItWaitsForThePin) {
  Boot("pin-locked");
  EXPECT_TRUE(events().Eventually([&] { return connection() != nullptr; }));
}

TEST_F(Interface, KeepsAnsweringAsWhenItWasObtained) {
  BootRegistered();
  const auto before = modem();
  PullOut();
  MBN_READY_STATE state{};
  EXPECT_EQ(before->GetReadyState(&state), S_OK);
  EXPECT_EQ(state, MBN_READY_STATE_INITIALIZED);
}

TEST_F(Interface, DoesNotOfferWhatDoesNotWorkYet) {
  Boot();
  ComPtr<IMbnSms> sms;
  EXPECT_EQ(modem().As(&sms), E_NOINTERFACE);
}

}  // namespace
}  // namespace mbnrig::conformance
