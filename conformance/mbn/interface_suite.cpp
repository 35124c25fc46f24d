// IMbnInterfaceManager and the implemented methods of IMbnInterface.

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

TEST_F(Interface, TellsItsCapabilities) {
  const Row row = Proves(Row("IMbnInterface::GetInterfaceCapability", "S_OK"));
  BootRegistered();
  MBN_INTERFACE_CAPS caps{};
  ASSERT_TRUE(ExpectCode(row, modem()->GetInterfaceCapability(&caps)));
  EXPECT_EQ(caps.cellularClass, MBN_CELLULAR_CLASS_GSM);
  EXPECT_TRUE(caps.dataClass & MBN_DATA_CLASS_LTE);
  EXPECT_EQ(std::wstring(caps.deviceID), L"004999010640000");
  EXPECT_EQ(std::wstring(caps.manufacturer), L"mbnrig");
  for (BSTR text : {caps.customDataClass, caps.customBandClass, caps.deviceID, caps.manufacturer,
                    caps.model, caps.firmwareInfo})
    SysFreeString(text);
}

TEST_F(Interface, TellsItsReadyState) {
  const Row row = Proves(Row("IMbnInterface::GetReadyState", "S_OK"));
  BootRegistered();
  MBN_READY_STATE state{};
  ExpectCode(row, modem()->GetReadyState(&state));
  EXPECT_EQ(state, MBN_READY_STATE_INITIALIZED);
}

struct ReadyCase {
  const char* scenario;
  MBN_READY_STATE state;
};

class ReadyState : public MbnTest, public ::testing::WithParamInterface<ReadyCase> {};

TEST_P(ReadyState, IsThatOfTheSim) {
  Boot(GetParam().scenario);
  MBN_READY_STATE state{};
  EXPECT_TRUE(events().Eventually([&] { return modem()->GetReadyState(&state) == S_OK; }));
  EXPECT_EQ(state, GetParam().state);
}

INSTANTIATE_TEST_SUITE_P(
    Sims, ReadyState,
    ::testing::Values(ReadyCase{"sim-absent", MBN_READY_STATE_SIM_NOT_INSERTED},
                      ReadyCase{"bad-sim", MBN_READY_STATE_BAD_SIM},
                      ReadyCase{"pin-locked", MBN_READY_STATE_DEVICE_LOCKED},
                      ReadyCase{"sim-not-activated", MBN_READY_STATE_NOT_ACTIVATED}),
    [](const auto& test) {
      std::string name = test.param.scenario;
      for (char& c : name)
        if (c == '-') c = '_';
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
  ASSERT_TRUE(events().Wait("IMbnInterfaceEvents::OnHomeProviderAvailable"));
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
  ASSERT_EVENT(known, events().Wait("IMbnInterfaceEvents::OnEmergencyModeChange"));
  ExpectCode(row, known->As<IMbnInterface>()->InEmergencyMode(&emergency));
  EXPECT_EQ(emergency, VARIANT_FALSE);
  bench().Set("network.emergency", "on");
  ASSERT_EVENT(change, events().Wait([&](const Event& event) {
    return event.name == "IMbnInterfaceEvents::OnEmergencyModeChange" &&
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
