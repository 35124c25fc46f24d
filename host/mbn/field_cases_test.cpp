// Cases from the field that concern the service (fixtures/cases): messages of modems, and profiles
// that programs made.

#include "mbim/testing/field_cases.h"

#include <map>
#include <variant>

#include "l2/link.h"
#include "mbim/message.h"
#include "mbn/testing/service_fixture.h"

namespace mbnrig::mbn {
namespace {

using namespace testing;
using mbim::CommandType;
using mbim::testing::FieldCase;
using mbim::testing::FieldCaseName;
using mbim::testing::FieldCasesWith;

constexpr const char* kFolder = MBNRIG_SOURCE_DIR;

// --- messages ------------------------------------------------------------------------------------

/// A modem that sends the messages of a case.
class MessageCase : public ServiceTest, public ::testing::WithParamInterface<FieldCase> {
 public:
  void Play(CommandType type);
  void Connect(HRESULT expected, ULONG network_error);

  void PinIsRefused();
  void RadioIsOff();
  void ConnectIsRefused();
  void HasCaps();
  void IsAtHome();
  void HasAddresses();
  void HasNoEsimProfile();

 protected:
  std::shared_ptr<FakeModem> modem_;
};

/// What to do with each case. Other cases with messages belong to other tests.
const std::map<std::string, void (MessageCase::*)()>& Checks() {
  static const std::map<std::string, void (MessageCase::*)()> checks{
      {"101-phonebook-indication-then-pin-refused", &MessageCase::PinIsRefused},
      {"102-radio-state", &MessageCase::RadioIsOff},
      {"103-connect-refused-without-structure", &MessageCase::ConnectIsRefused},
      {"105-device-caps-hspa-plus", &MessageCase::HasCaps},
      {"106-register-state", &MessageCase::IsAtHome},
      {"107-ip-configuration-v4", &MessageCase::HasAddresses},
      {"108-connect-refused-with-structure", &MessageCase::ConnectIsRefused},
      {"140-no-esim-profile", &MessageCase::HasNoEsimProfile},
  };
  return checks;
}

std::vector<FieldCase> MessageCases() {
  std::vector<FieldCase> cases;
  for (const char* file : {"messages.hex", "information.hex"}) {
    for (const FieldCase& one : FieldCasesWith(kFolder, "1", file)) {
      if (Checks().contains(one.folder.filename().string())) cases.push_back(one);
    }
  }
  return cases;
}

// The messages of the file, one behind the other.
std::vector<mbim::FunctionMessage> MessagesOf(const FieldCase& field_case) {
  const mbim::Bytes bytes = field_case.Hex("messages.hex");
  std::vector<mbim::FunctionMessage> messages;
  mbim::ByteView rest = bytes;
  while (const auto header = mbim::PeekHeader(rest)) {
    if (header->length < 12 || header->length > rest.size()) break;
    auto decoded = mbim::DecodeFunctionMessage(rest.subspan(0, header->length));
    rest = rest.subspan(header->length);
    if (auto* message = std::get_if<mbim::FunctionMessage>(&decoded))
      messages.push_back(std::move(*message));
  }
  EXPECT_TRUE(rest.empty()) << "not a message";
  EXPECT_FALSE(messages.empty());
  return messages;
}

// The modem has a command's answer ready, and sends indications now.
void MessageCase::Play(CommandType type) {
  for (const mbim::FunctionMessage& message : MessagesOf(GetParam())) {
    if (const auto* done = std::get_if<mbim::CommandDone>(&message)) {
      modem_->On(
          {done->service, done->cid}, type,
          [reply = Answered(done->status, done->information)](mbim::ByteView) { return reply; });
    } else if (const auto* indication = std::get_if<mbim::IndicateStatus>(&message)) {
      modem_->IndicateRaw({indication->service, indication->cid}, indication->information);
    } else {
      ADD_FAILURE() << "neither an answer nor an indication";
    }
  }
}

void MessageCase::Connect(HRESULT expected, ULONG network_error) {
  CreateProfile();
  ULONG request = 0;
  ASSERT_THAT(OnlyConnection()->Connect(MBN_CONNECTION_MODE_PROFILE, L"internet", &request),
              HasCode(S_OK));
  const Event completion = events->WaitFor("OnConnectComplete");
  EXPECT_THAT(completion.status, HasCode(expected));
  ULONG error = 4711;
  EXPECT_THAT(completion.As<IMbnConnection>()->GetActivationNetworkError(&error), HasCode(S_OK));
  EXPECT_EQ(error, network_error);
}

// No method of the API sends a PIN yet. The indication must not disturb the connection.
void MessageCase::PinIsRefused() {
  modem_ = PlugModem();
  Play(CommandType::kSet);
  const auto messages = MessagesOf(GetParam());
  ASSERT_EQ(messages.size(), 2u);
  const auto& pin = std::get<mbim::CommandDone>(messages[1]);
  EXPECT_EQ(pin.status, mbim::Status::kNotInitialized);
  EXPECT_TRUE(pin.information.empty());
  Connect(S_OK, 0);
}

void MessageCase::RadioIsOff() {
  modem_ = PlugModem();
  const auto messages = MessagesOf(GetParam());
  const auto radio =
      mbim::Decode<mbim::RadioStateInfo>(std::get<mbim::CommandDone>(messages.at(0)).information);
  ASSERT_TRUE(radio);
  EXPECT_EQ(radio->hw_radio_state, mbim::RadioSwitch::kOn);
  EXPECT_EQ(radio->sw_radio_state, mbim::RadioSwitch::kOff);
  // The service explains a failure with the radio.
  modem_->Indicate(mbim::kRadioState, *radio);
  modem_->On(mbim::kPacketService, CommandType::kSet,
             [](mbim::ByteView) { return Answered(mbim::Status::kFailure); });
  Connect(E_MBN_RADIO_POWER_OFF, 0);
}

void MessageCase::ConnectIsRefused() {
  modem_ = PlugModem();
  Play(CommandType::kSet);
  Connect(E_FAIL, 0);
  EXPECT_EQ(StateOf(OnlyConnection().Get()).activation, MBN_ACTIVATION_STATE_DEACTIVATED);
}

void MessageCase::HasCaps() {
  Service::Get().Stop();
  modem_ = bus.Plug();
  Play(CommandType::kQuery);
  Service::Get().Start();
  events->WaitFor("OnInterfaceCapabilityAvailable");
  MBN_INTERFACE_CAPS caps{};
  ASSERT_THAT(OnlyInterface()->GetInterfaceCapability(&caps), HasCode(S_OK));
  EXPECT_EQ(caps.dataClass, 0x8000001Fu);
  com::Bstr custom, device, firmware, model, manufacturer, band;
  *custom.put() = caps.customDataClass;
  *device.put() = caps.deviceID;
  *firmware.put() = caps.firmwareInfo;
  *model.put() = caps.model;
  *manufacturer.put() = caps.manufacturer;
  *band.put() = caps.customBandClass;
  EXPECT_EQ(com::ToUtf8(custom.view()), "HSPA+");
  EXPECT_EQ(com::ToUtf8(device.view()), "004999010640000");
  EXPECT_EQ(com::ToUtf8(firmware.view()), "11.810.09.00.00");
  EXPECT_EQ(com::ToUtf8(model.view()), "CP1E367UM");
}

void MessageCase::IsAtHome() {
  Service::Get().Stop();
  modem_ = bus.Plug();
  Play(CommandType::kQuery);
  Service::Get().Start();
  events->WaitFor("OnConnectionArrival");
  com::Ptr<IMbnRegistration> registration;
  ASSERT_THAT(OnlyInterface().As(&registration), HasCode(S_OK));
  MBN_REGISTER_STATE state{};
  EXPECT_THAT(registration->GetRegisterState(&state), HasCode(S_OK));
  EXPECT_EQ(state, MBN_REGISTER_STATE_HOME);
  com::Bstr id, name, text;
  EXPECT_THAT(registration->GetProviderID(id.put()), HasCode(S_OK));
  EXPECT_THAT(registration->GetProviderName(name.put()), HasCode(S_OK));
  EXPECT_THAT(registration->GetRoamingText(text.put()), HasCode(S_OK));
  EXPECT_EQ(com::ToUtf8(id.view()), "00101");
  EXPECT_EQ(com::ToUtf8(name.view()), "");
  EXPECT_EQ(com::ToUtf8(text.view()), "");
  Connect(S_OK, 0);
}

void MessageCase::HasAddresses() {
  const auto messages = MessagesOf(GetParam());
  const auto info = mbim::Decode<mbim::IpConfigurationInfo>(
      std::get<mbim::CommandDone>(messages.at(0)).information);
  ASSERT_TRUE(info);
  const l2::IpSettings settings = l2::SettingsFrom(*info);
  ASSERT_EQ(settings.addresses.size(), 1u);
  EXPECT_EQ(settings.addresses[0].ToString(), "192.0.2.25/28");
  EXPECT_THAT(settings.name_servers, ::testing::ElementsAre("192.0.2.53", "192.0.2.54"));
  EXPECT_EQ(settings.mtu, 1500u);
}

void MessageCase::HasNoEsimProfile() {
  modem_ = PlugModem();
  events->Clear();
  modem_->IndicateRaw(mbim::kSubscriberReadyStatus, GetParam().Hex("information.hex"));
  const auto changed = events->WaitFor("OnReadyStateChange").As<IMbnInterface>();
  MBN_READY_STATE state{};
  EXPECT_THAT(changed->GetReadyState(&state), HasCode(S_OK));
  EXPECT_EQ(state, MBN_READY_STATE_NO_ESIM_PROFILE);
}

TEST_P(MessageCase, IsReadRight) {
  (this->*Checks().at(GetParam().folder.filename().string()))();
}
INSTANTIATE_TEST_SUITE_P(Of, MessageCase, ::testing::ValuesIn(MessageCases()),
                         [](const auto& test) { return FieldCaseName(test.param); });

TEST(FieldCases, OfMessagesAreAllThere) {
  EXPECT_EQ(MessageCases().size(), Checks().size());
}

// --- profiles ------------------------------------------------------------------------------------

class ProfileCase : public ServiceTest, public ::testing::WithParamInterface<FieldCase> {
 protected:
  std::wstring Xml() const { return com::FromUtf8(GetParam().Text("profile.xml")); }
  HRESULT ConnectWith(MBN_CONNECTION_MODE mode, const std::wstring& profile) {
    ULONG request = 0;
    const HRESULT accepted = OnlyConnection()->Connect(mode, profile.c_str(), &request);
    return accepted == S_OK ? events->WaitFor("OnConnectComplete").status : accepted;
  }
};

TEST_P(ProfileCase, IsTakenOrRefused) {
  const std::string expected = GetParam().Expected();
  PlugModem();
  const HRESULT created = profiles->CreateConnectionProfile(Xml().c_str());
  if (expected == "refused") {
    EXPECT_THAT(created, HasCode(E_MBN_INVALID_PROFILE));
    EXPECT_THAT(ConnectWith(MBN_CONNECTION_MODE_TMP_PROFILE, Xml()), HasCode(E_INVALIDARG));
    return;
  }
  if (expected == "no icon") {
    EXPECT_THAT(created, HasCode(HRESULT_FROM_WIN32(ERROR_FILE_NOT_FOUND)));
    EXPECT_THAT(ConnectWith(MBN_CONNECTION_MODE_TMP_PROFILE, Xml()), HasCode(S_OK));
    return;
  }
  ASSERT_EQ(expected, "connects");
  ASSERT_THAT(created, HasCode(S_OK));
  const auto stored = events->WaitFor("OnConnectionProfileArrival").As<IMbnConnectionProfile>();
  const std::string xml = XmlOf(stored.Get());
  const auto begin = xml.find("<Name>") + 6;
  const std::string name = xml.substr(begin, xml.find("</Name>") - begin);
  EXPECT_THAT(ConnectWith(MBN_CONNECTION_MODE_PROFILE, com::FromUtf8(name)), HasCode(S_OK));
  // Elements of later versions are kept.
  const std::string later = "IsBasedOnModemProvisionedContext";
  EXPECT_EQ(xml.find(later) != std::string::npos,
            GetParam().Text("profile.xml").find(later) != std::string::npos);
}
INSTANTIATE_TEST_SUITE_P(Of, ProfileCase,
                         ::testing::ValuesIn(FieldCasesWith(kFolder, "4", "profile.xml")),
                         [](const auto& test) { return FieldCaseName(test.param); });

}  // namespace
}  // namespace mbnrig::mbn
