// Cases from the field that are modems, as scenarios (fixtures/cases/5xx): the service meets each
// of them.

#include "com/array.h"
#include "data/testing/packets.h"
#include "mbn/testing/rig_fixture.h"

namespace mbnrig::mbn {
namespace {

using namespace testing;

class FieldScenario : public RigFixture {
 protected:
  FieldScenario() : RigFixture(MBNRIG_SOURCE_DIR "/fixtures") {}

  /// An echo request comes back as a reply.
  void ExpectDatagrams() {
    ASSERT_TRUE(WaitForDatagrams());
    constexpr std::size_t kPayload = 100, kHeaders = 28;
    EXPECT_TRUE(datagrams->Send(data::testing::EchoRequest(false, kPayload).front()));
    const auto answer = datagrams->Next(std::chrono::seconds(20));
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->size(), kPayload + kHeaders);
  }
  MBN_READY_STATE ReadyState() {
    events->WaitFor("OnReadyStateChange");
    MBN_READY_STATE state{};
    EXPECT_THAT(OnlyInterface()->GetReadyState(&state), HasCode(S_OK));
    return state;
  }
};

class AModemThatConnects : public FieldScenario,
                           public ::testing::WithParamInterface<const char*> {};

TEST_P(AModemThatConnects, AndPassesDatagrams) {
  BeginConnectable(std::string("cases/") + GetParam());
  EXPECT_THAT(ConnectAndWait(), HasCode(S_OK));
  EXPECT_EQ(StateOf(OnlyConnection().Get()).activation, MBN_ACTIVATION_STATE_ACTIVATED);
  ExpectDatagrams();
}

INSTANTIATE_TEST_SUITE_P(
    Field, AModemThatConnects,
    ::testing::Values("104-function-error-max-transfer", "501-registered-though-refused",
                      "502-connected-ipv4-only-cause-50", "508-ntb-format-stalled",
                      "512-every-second-notification-lost", "513-open-busy", "550-5g-data-class",
                      "553-segment-1500", "554-outstanding-1", "555-ntb32-only",
                      "567-empty-name-servers", "570-signal-unasked", "571-telephone-numbers-none",
                      "572-attach-answer-attached-with-cause"),
    [](const auto& test) { return "Case" + std::string(test.param).substr(0, 3); });

TEST_F(FieldScenario, TheContextOfASimThatHasLeftIsDisconnected) {
  BeginConnectable("cases/505-sim-absent-to-disconnect");
  ASSERT_THAT(ConnectAndWait(), HasCode(S_OK));
  ULONG request = 0;
  ASSERT_THAT(connection->Disconnect(&request), HasCode(S_OK));
  const Event complete = events->WaitFor("OnDisconnectComplete");
  EXPECT_EQ(complete.request, request);
  EXPECT_THAT(complete.status, HasCode(S_OK));
}

TEST_F(FieldScenario, AModemThatLeavesAtConnectMayComeBack) {
  BeginConnectable("cases/511-unplug-at-connect");
  EXPECT_THAT(ConnectAndWait(), HasCode(kNotFound));
  events->WaitFor("OnInterfaceRemoval");
  gadget_.Plug();
  events->WaitFor("OnConnectionArrival");
  connection = OnlyConnection();
  EXPECT_THAT(ConnectAndWait(), HasCode(S_OK));
}

TEST_F(FieldScenario, TheDataClassesOf5gReachTheClient) {
  Begin("cases/550-5g-data-class");
  events->WaitFor("OnInterfaceCapabilityAvailable");
  MBN_INTERFACE_CAPS caps{};
  ASSERT_THAT(OnlyInterface()->GetInterfaceCapability(&caps), HasCode(S_OK));
  EXPECT_EQ(caps.dataClass & 0xc0u, 0xc0u);
  for (BSTR text : {caps.customDataClass, caps.customBandClass, caps.deviceID, caps.manufacturer,
                    caps.model, caps.firmwareInfo})
    SysFreeString(text);
}

TEST_F(FieldScenario, AnEsimWithoutAProfileIsToldAsSuch) {
  Begin("cases/551-no-esim-profile");
  EXPECT_EQ(ReadyState(), MBN_READY_STATE_NO_ESIM_PROFILE);
}

TEST_F(FieldScenario, ALockedModemWithTheRadioOffAsksForItsPin) {
  Begin("cases/507-radio-off-at-power-on");
  EXPECT_EQ(ReadyState(), MBN_READY_STATE_DEVICE_LOCKED);
}

TEST_F(FieldScenario, ASimMayHaveNoNumbers) {
  Begin("cases/571-telephone-numbers-none");
  events->WaitFor("OnSubscriberInformationChange");
  com::Ptr<IMbnSubscriberInformation> information;
  ASSERT_THAT(OnlyInterface()->GetSubscriberInformation(information.GetAddressOf()), HasCode(S_OK));
  com::Bstr icc;
  EXPECT_THAT(information->get_SimIccID(icc.put()), HasCode(S_OK));
  EXPECT_TRUE(icc.view().empty());
  SAFEARRAY* numbers = nullptr;
  ASSERT_THAT(information->get_TelephoneNumbers(&numbers), HasCode(S_OK));
  const com::SafeArrayPtr owner(numbers);
  LONG last = 0;
  EXPECT_THAT(SafeArrayGetUBound(numbers, 1, &last), HasCode(S_OK));
  EXPECT_EQ(last, -1);
}

}  // namespace
}  // namespace mbnrig::mbn
