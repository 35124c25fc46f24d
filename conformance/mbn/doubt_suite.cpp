// A modem changes and does not indicate it. The service learns of it when the modem refuses
// something, and asks the modem again (docs/semantics.md, "When the modem changes without an
// indication").

#include "mbn/mbn_suite.h"

namespace mbnrig::conformance {
namespace {

class Doubt : public MbnTest {
 protected:
  /// From now on no indication of the modem arrives.
  void Unheard() { bench().Inject(R"({"on": "indication", "do": "drop"})"); }
  void BootAttached() {
    BootRegistered();
    ASSERT_EQ(ConnectAndWait(), S_OK);
    ASSERT_EQ(DisconnectAndWait(), MBN_ACTIVATION_STATE_DEACTIVATED);
  }
  std::optional<Event> Told(std::size_t mark, std::string_view name) {
    return events().Wait([&](const Event& event) { return event.name == name; }, mark);
  }
  MBN_READY_STATE Ready() {
    MBN_READY_STATE state{};
    EXPECT_EQ(modem()->GetReadyState(&state), S_OK);
    return state;
  }
};

// fixtures/cases/142-detached-unheard
TEST_F(Doubt, AModemThatDetachedIsAttachedAgain) {
  BootAttached();
  Unheard();
  bench().Set("network.packet_service", "detached");
  ASSERT_EQ(ValueOf(registration(), &IMbnRegistration::GetCurrentDataClass),
            static_cast<ULONG>(MBN_DATA_CLASS_LTE));
  EXPECT_EQ(ConnectAndWait(), S_OK);
  EXPECT_EQ(DisconnectAndWait(), MBN_ACTIVATION_STATE_DEACTIVATED);
  EXPECT_EQ(ConnectAndWait(), S_OK);
}

TEST_F(Doubt, AModemThatLostItsNetworkIsAskedForIt) {
  BootAttached();
  Unheard();
  bench().Set("network.registration", "deregistered");
  ASSERT_EQ(ValueOf(registration(), &IMbnRegistration::GetRegisterState), MBN_REGISTER_STATE_HOME);
  const std::size_t mark = events().Mark();
  EXPECT_TRUE(FAILED(ConnectAndWait()));
  ASSERT_EVENT(change, Told(mark, kRegisterState));
  EXPECT_EQ(ValueOf(change->As<IMbnRegistration>(), &IMbnRegistration::GetRegisterState),
            MBN_REGISTER_STATE_DEREGISTERED);
  ASSERT_EVENT(removed, Told(mark, kConnectionRemoval));
}

TEST_F(Doubt, AModemThatLostItsSimIsAskedForIt) {
  BootAttached();
  Unheard();
  bench().Set("sim.state", "absent");
  ASSERT_EQ(Ready(), MBN_READY_STATE_INITIALIZED);
  const std::size_t mark = events().Mark();
  EXPECT_EQ(ConnectAndWait(), E_MBN_SIM_NOT_INSERTED);
  ASSERT_EVENT(change, Told(mark, kReadyState));
  EXPECT_EQ(Ready(), MBN_READY_STATE_SIM_NOT_INSERTED);
}

TEST_F(Doubt, AModemWhoseSimAsksForThePinIsAskedForIt) {
  BootAttached();
  Unheard();
  bench().Set("sim.state", "locked");
  const std::size_t mark = events().Mark();
  EXPECT_EQ(ConnectAndWait(), E_MBN_PIN_REQUIRED);
  ASSERT_EVENT(change, Told(mark, kReadyState));
  EXPECT_EQ(Ready(), MBN_READY_STATE_DEVICE_LOCKED);
}

// Whatever the question, and whatever the refusal.
TEST_F(Doubt, AQuestionThatTheModemRefusedIsAskedAgain) {
  Boot("default", [&] {
    for (const char* cid : {"DEVICE_CAPS", "SUBSCRIBER_READY_STATUS", "REGISTER_STATE",
                            "PACKET_SERVICE", "EMERGENCY_MODE", "HOME_PROVIDER", "CONNECT"}) {
      bench().Inject(R"({"on": "command", "type": "query", "do": "status", "status": "FAILURE",
                         "times": 1, "cid": ")" +
                     std::string(cid) + "\"}");
    }
  });
  for (const char* known :
       {kCapability, kReadyState, kRegisterState, kPacketService, kEmergency, kConnectionArrival}) {
    EXPECT_TRUE(events().Wait(known)) << known;
  }
  // HOME_PROVIDER keeps the refusal as its answer until then.
  EXPECT_TRUE(events().Eventually([&] {
    MBN_PROVIDER provider{};
    const bool given = modem()->GetHomeProvider(&provider) == S_OK;
    SysFreeString(provider.providerID);
    SysFreeString(provider.providerName);
    return given;
  })) << kHomeProvider;
  EXPECT_TRUE(events().Eventually([&] { return ActivationOf(connection().Get()).has_value(); }));
}

}  // namespace
}  // namespace mbnrig::conformance
