// IMbnRegistration, and the packet service that IMbnConnection::Connect attaches.

#include <gmock/gmock.h>

#include <algorithm>
#include <type_traits>

#include "mbn/mbn_suite.h"

namespace mbnrig::conformance {
namespace {

using ::testing::ElementsAre;

class Registration : public MbnTest {
 protected:
  /// Waits until the modem says that it is registered like this.
  bool Await(MBN_REGISTER_STATE state) {
    return events().Eventually(
        [&] { return ValueOf(registration(), &IMbnRegistration::GetRegisterState) == state; });
  }
  void ExpectText(const Row& row, HRESULT (IMbnRegistration::*get)(BSTR*),
                  const wchar_t* expected) {
    EXPECT_EQ(Take([&](BSTR* text) {
                const HRESULT code = (registration().Get()->*get)(text);
                ExpectCode(row, code);
                return code;
              }),
              expected);
  }
  template <class Out>
  void ExpectValue(const Row& row, HRESULT (IMbnRegistration::*get)(Out*),
                   std::type_identity_t<Out> expected) {
    Out value{};
    ExpectCode(row, (registration().Get()->*get)(&value));
    EXPECT_EQ(value, expected);
  }
};

struct Place {
  const char* scenario;
  MBN_REGISTER_STATE state;
  const wchar_t *provider_id, *provider_name, *roaming_text;
};

class RegistrationIn : public Registration, public ::testing::WithParamInterface<Place> {};

TEST_P(RegistrationIn, TellsTheNetworkOfTheModem) {
  const auto [state, id, name, text] = Proves(Row("IMbnRegistration::GetRegisterState", "S_OK"),
                                              Row("IMbnRegistration::GetProviderID", "S_OK"),
                                              Row("IMbnRegistration::GetProviderName", "S_OK"),
                                              Row("IMbnRegistration::GetRoamingText", "S_OK"));
  const Place& place = GetParam();
  Boot(place.scenario);
  ASSERT_TRUE(Await(place.state));
  ExpectValue(state, &IMbnRegistration::GetRegisterState, place.state);
  ExpectText(id, &IMbnRegistration::GetProviderID, place.provider_id);
  ExpectText(name, &IMbnRegistration::GetProviderName, place.provider_name);
  ExpectText(text, &IMbnRegistration::GetRoamingText, place.roaming_text);
}

INSTANTIATE_TEST_SUITE_P(
    Scenario, RegistrationIn,
    ::testing::Values(Place{"default", MBN_REGISTER_STATE_HOME, L"00101", L"Test Home", L""},
                      Place{"roaming", MBN_REGISTER_STATE_ROAMING, L"00102", L"Test Partner",
                            L"Roaming with Test Partner"},
                      Place{"searching", MBN_REGISTER_STATE_SEARCHING, L"", L"", L""}),
    [](const auto& test) { return std::string(test.param.scenario); });

TEST_F(Registration, TellsItsModeByItself) {
  const Row row = Proves(Row("IMbnRegistration::GetRegisterMode", "S_OK"));
  Boot();
  ASSERT_TRUE(Await(MBN_REGISTER_STATE_HOME));
  ExpectValue(row, &IMbnRegistration::GetRegisterMode, MBN_REGISTER_MODE_AUTOMATIC);
}

TEST_F(Registration, TellsTheModeThatTheUserChose) {
  const Row row = Proves(Row("IMbnRegistration::GetRegisterMode", "S_OK"));
  Boot("manual");
  ASSERT_TRUE(Await(MBN_REGISTER_STATE_HOME));
  ExpectValue(row, &IMbnRegistration::GetRegisterMode, MBN_REGISTER_MODE_MANUAL);
}

TEST_F(Registration, TellsTheDataClassesInReach) {
  const Row row = Proves(Row("IMbnRegistration::GetAvailableDataClasses", "S_OK"));
  BootRegistered();
  ExpectValue(row, &IMbnRegistration::GetAvailableDataClasses, MBN_DATA_CLASS_LTE);
  bench().Set("network.registration", "deregistered");
  ASSERT_TRUE(Await(MBN_REGISTER_STATE_DEREGISTERED));
  ExpectValue(row, &IMbnRegistration::GetAvailableDataClasses, MBN_DATA_CLASS_NONE);
}

TEST_F(Registration, TellsTheDataClassInUseOnceTheModemIsAttached) {
  const Row row = Proves(Row("IMbnRegistration::GetCurrentDataClass", "S_OK"));
  BootRegistered();
  ASSERT_TRUE(events().Wait(kPacketService));
  ExpectValue(row, &IMbnRegistration::GetCurrentDataClass, MBN_DATA_CLASS_NONE);
  ASSERT_EQ(ConnectAndWait(), S_OK);
  ExpectValue(row, &IMbnRegistration::GetCurrentDataClass, MBN_DATA_CLASS_LTE);
}

TEST_F(Registration, TellsWhyTheNetworkDeniedIt) {
  const Row row = Proves(Row("IMbnRegistration::GetRegistrationNetworkError", "S_OK"));
  BootRegistered();
  ExpectValue(row, &IMbnRegistration::GetRegistrationNetworkError, 0u);
  bench().Set("network.denial_cause", 13u);
  bench().Set("network.registration", "denied");
  ASSERT_TRUE(Await(MBN_REGISTER_STATE_DENIED));
  ExpectValue(row, &IMbnRegistration::GetRegistrationNetworkError, 13u);
}

TEST_F(Registration, TellsWhyTheNetworkRefusedToAttachUntilItAttaches) {
  const Row row = Proves(Row("IMbnRegistration::GetPacketAttachNetworkError", "S_OK"));
  BootRegistered("attach-refused");
  ExpectValue(row, &IMbnRegistration::GetPacketAttachNetworkError, 0u);
  EXPECT_EQ(ConnectAndWait(), E_MBN_PACKET_SVC_DETACHED);
  ExpectValue(row, &IMbnRegistration::GetPacketAttachNetworkError, 7u);
  bench().Set("network.packet_service", "available");
  EXPECT_EQ(ConnectAndWait(), S_OK);
  ExpectValue(row, &IMbnRegistration::GetPacketAttachNetworkError, 0u);
}

TEST_F(Registration, KeepsAnsweringAsWhenItWasObtained) {
  BootRegistered();
  const auto before = registration();
  bench().Set("network.registration", "deregistered");
  ASSERT_TRUE(Await(MBN_REGISTER_STATE_DEREGISTERED));
  EXPECT_EQ(ValueOf(before, &IMbnRegistration::GetRegisterState), MBN_REGISTER_STATE_HOME);
}

// --- the implicit attach (page of IMbnConnection::Connect) ---------------------------------------

TEST_F(Registration, ConnectTellsOfItsAttachBeforeItCompletes) {
  BootRegistered();
  ASSERT_TRUE(events().Wait(kPacketService));  // the first answer of the modem
  LetEventsPass();
  const std::size_t mark = events().Mark();
  ASSERT_EQ(ConnectAndWait(), S_OK);
  EXPECT_THAT(NamesOf(events().Since(mark), {kPacketService, kConnectComplete}),
              ElementsAre(kPacketService, kConnectComplete));
}

TEST_F(Registration, ConnectTellsOfNoAttachIfTheModemIsAttached) {
  BootRegistered();
  ASSERT_EQ(ConnectAndWait(), S_OK);
  ASSERT_EQ(DisconnectAndWait(), MBN_ACTIVATION_STATE_DEACTIVATED);
  const std::size_t mark = events().Mark();
  ASSERT_EQ(ConnectAndWait(), S_OK);
  LetEventsPass();
  EXPECT_THAT(NamesOf(events().Since(mark), {kPacketService, kConnectComplete}),
              ElementsAre(kConnectComplete));
}

TEST_F(Registration, ConnectTellsWhyItsAttachWasRefused) {
  BootRegistered("attach-refused");
  ASSERT_TRUE(events().Wait(kPacketService));
  LetEventsPass();
  const std::size_t mark = events().Mark();
  EXPECT_EQ(ConnectAndWait(), E_MBN_PACKET_SVC_DETACHED);
  const std::vector<Event> told = events().Since(mark);
  ASSERT_THAT(NamesOf(told, {kPacketService, kConnectComplete}),
              ElementsAre(kPacketService, kConnectComplete));
  for (const Event& event : told) {
    if (event.name == kPacketService) {
      EXPECT_EQ(
          ValueOf(event.As<IMbnRegistration>(), &IMbnRegistration::GetPacketAttachNetworkError),
          7u);
    }
  }
}

// --- the order of events -------------------------------------------------------------------------

TEST_F(Registration, IsToldAfterTheArrivalOfTheInterface) {
  BootRegistered();
  for (const char* first : {kRegisterMode, kRegisterState, kPacketService})
    ASSERT_TRUE(events().Wait(first)) << first;
  EXPECT_EQ(events().Since(0).front().name, kInterfaceArrival);
}

// What the modem loses is told from the top down: context, packet service, registration.
TEST_F(Registration, IsLostAfterTheContextAndThePacketService) {
  BootRegistered();
  ASSERT_EQ(ConnectAndWait(), S_OK);
  LetEventsPass();
  const std::size_t mark = events().Mark();
  bench().Set("network.registration", "deregistered");
  ASSERT_TRUE(events().Wait(kConnectionRemoval));
  std::vector<std::string> order;
  for (const std::string& name :
       NamesOf(events().Since(mark),
               {kConnectState, kPacketService, kRegisterState, kConnectionRemoval})) {
    if (std::find(order.begin(), order.end(), name) == order.end()) order.push_back(name);
  }
  EXPECT_THAT(order,
              ElementsAre(kConnectState, kPacketService, kRegisterState, kConnectionRemoval));
}

TEST_F(Registration, IsToldBeforeTheConnectionArrives) {
  BootRegistered();
  bench().Set("network.registration", "deregistered");
  ASSERT_TRUE(events().Wait(kConnectionRemoval));
  const std::size_t mark = events().Mark();
  bench().Set("network.registration", "home");
  ASSERT_TRUE(events().Wait(kConnectionArrival, 2));
  EXPECT_THAT(NamesOf(events().Since(mark), {kRegisterState, kConnectionArrival}),
              ElementsAre(kRegisterState, kConnectionArrival));
}

}  // namespace
}  // namespace mbnrig::conformance
