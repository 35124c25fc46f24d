// Every value that crosses the seam goes through bytes and comes back the same.
#include "mbn/seam_bytes.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <string>

#include "mbim/basic_connect.h"
#include "mbn/modem/facts.h"
#include "mbn/testing/session_fixture.h"
#include "mbn/testing/test_support.h"

namespace mbnrig::mbn {
namespace {

using namespace testing;

class SeamBytes : public SessionTest {
 protected:
  /// The state of a modem that answered every query.
  ModemState WholeState() {
    Start();
    return *session->snapshot();
  }
};

ProfilePtr AProfile() {
  const auto read = ReadProfile(
      ProfileXml("internet",
                 "<SimIccID>89001</SimIccID><ConnectionMode>manual</ConnectionMode>"
                 "<Context><AccessString>internet</AccessString><UserLogonCred><UserName>user"
                 "</UserName><Password>secret-word</Password></UserLogonCred></Context>"));
  const auto* document = std::get_if<ProfileDocument>(&read);
  if (document == nullptr) throw std::runtime_error(std::get<ProfileError>(read).ToString());
  return DescribeProfile(*document);
}

void ExpectSame(const Profile& back, const Profile& sent) {
  EXPECT_EQ(ProfileKey(back), ProfileKey(sent));
  EXPECT_EQ(back.kind, sent.kind);
  EXPECT_EQ(back.icon_path, sent.icon_path);
  EXPECT_EQ(back.is_default, sent.is_default);
  EXPECT_EQ(back.is_mms, sent.is_mms);
  EXPECT_EQ(back.public_xml, sent.public_xml);
}

TEST_F(SeamBytes, CarryEveryFact) {
  ModemState state = WholeState();
  for (const Fact& fact : Facts())
    EXPECT_TRUE(fact.known(state)) << fact.name;
  state.connecting = true;
  state.disconnecting = true;
  state.network_error = 33;
  state.attach_error = 15;
  state.connected_by = "a store app";
  state.profile_name = "internet \xC3\xA9";
  const auto back = FromBytes<ModemState>(ToBytes(state));
  ASSERT_TRUE(back);
  EXPECT_EQ(*back, state);
  // Nothing is known. Every fact that keeps refusals was refused.
  EXPECT_EQ(FromBytes<ModemState>(ToBytes(ModemState())), ModemState());
  for (const Fact& fact : Facts()) {
    if (fact.restore_refusal != nullptr) fact.restore_refusal(state, mbim::Status::kPinRequired);
  }
  EXPECT_EQ(FromBytes<ModemState>(ToBytes(state)), state);
}

TEST_F(SeamBytes, CarryListedModems) {
  for (const bool flag : {false, true}) {
    const Modem listed{std::make_shared<const ModemState>(ModemState()), flag, !flag};
    const auto back = FromBytes<Modem>(ToBytes(listed));
    ASSERT_TRUE(back);
    EXPECT_EQ(*back->state, *listed.state);
    EXPECT_EQ(back->reachable, flag);
    EXPECT_EQ(back->connection_listed, !flag);
  }
}

// A modem may send a text that is longer than the specification allows.
TEST_F(SeamBytes, CarryAFactThatCannotBeWrittenAsUnknown) {
  ModemState state = WholeState();
  state.home_provider.value->provider_id = std::string(100, '1');
  const auto back = FromBytes<ModemState>(ToBytes(state));
  ASSERT_TRUE(back);
  EXPECT_FALSE(back->home_provider.known());
  EXPECT_EQ(back->caps, state.caps);
}

TEST_F(SeamBytes, CarryEveryOperation) {
  const OperationRequest requests[] = {
      ConnectRequest{MBN_CONNECTION_MODE_PROFILE, "internet"},
      ConnectRequest{MBN_CONNECTION_MODE_TMP_PROFILE, ProfileXml("once")},
      ConnectRequest{MBN_CONNECTION_MODE_TMP_PROFILE, ProfileXml("once"), "a store app"},
      DisconnectRequest{},
      DisconnectRequest{"a store app"},
      SetRequest(mbim::kPin, {mbim::PinType::kPin1, mbim::PinOperation::kEnter, "1234", ""},
                 Lane::kPin, EventId::kIMbnPinEvents_OnEnterComplete),
      QueryRequest(mbim::kVisibleProviders, {}, Lane::kProviders,
                   EventId::kIMbnInterfaceEvents_OnScanNetworkComplete),
      CommandRequest{mbim::kPin,
                     mbim::CommandType::kQuery,
                     {1, 2, 3, 4, 5},
                     Lane::kSms,
                     EventId::kIMbnSmsEvents_OnSmsSendComplete},
  };
  std::vector<bool> seen(std::variant_size_v<OperationRequest>);
  for (const OperationRequest& request : requests) {
    seen[request.index()] = true;
    EXPECT_EQ(FromBytes<OperationRequest>(ToBytes(request)), request) << request.index();
  }
  EXPECT_THAT(seen, ::testing::Each(true)) << "an operation is missing here";
}

TEST_F(SeamBytes, CarryEveryEvent) {
  const auto state = std::make_shared<const ModemState>(WholeState());
  const ProfilePtr profile = AProfile();
  for (std::size_t i = 0; i < kEventCount; ++i) {
    ServiceEvent event;
    event.which = static_cast<EventId>(i);
    if (i % 3 != 0) event.modem = state;
    if (i % 3 == 0) event.profile = profile;
    event.request = static_cast<std::uint32_t>(i) * 7;
    event.status = i % 2 == 0 ? S_OK : E_MBN_PIN_REQUIRED;
    event.answer = mbim::Bytes(i, static_cast<std::uint8_t>(i));
    const auto back = FromBytes<ServiceEvent>(ToBytes(event));
    ASSERT_TRUE(back) << NameOf(event.which);
    EXPECT_EQ(back->which, event.which);
    EXPECT_EQ(back->request, event.request);
    EXPECT_EQ(back->status, event.status);
    EXPECT_EQ(back->answer, event.answer);
    ASSERT_EQ(back->modem != nullptr, event.modem != nullptr);
    if (event.modem) {
      EXPECT_EQ(*back->modem, *event.modem);
    }
    ASSERT_EQ(back->profile != nullptr, event.profile != nullptr);
    if (event.profile) ExpectSame(*back->profile, *event.profile);
  }
}

TEST_F(SeamBytes, CarryEveryProfileRequest) {
  const ProfileKey key{"internet", "001010123456789", "89001"};
  const ProfileRequest requests[] = {CreateProfile{ProfileXml("internet")},
                                     UpdateProfile{key, ProfileXml("internet")},
                                     DeleteProfile{key}};
  std::vector<bool> seen(std::variant_size_v<ProfileRequest>);
  for (const ProfileRequest& request : requests) {
    seen[request.index()] = true;
    EXPECT_EQ(FromBytes<ProfileRequest>(ToBytes(request)), request) << request.index();
  }
  EXPECT_THAT(seen, ::testing::Each(true)) << "a request is missing here";
  const ProfileScope scopes[] = {
      {}, {Subscriber{"1", "2", "Home"}, {}}, {{}, {{"3", "4", ""}, {"5", "", "x"}}}};
  for (const ProfileScope& scope : scopes)
    EXPECT_EQ(FromBytes<ProfileScope>(ToBytes(scope)), scope);
}

TEST_F(SeamBytes, CarryNoPassword) {
  const ProfilePtr profile = AProfile();
  ASSERT_EQ(profile->connect.password, "secret-word");
  const mbim::Bytes bytes = ToBytes(*profile);
  const std::string_view word = "secret-word";
  std::string utf16;
  for (const char c : word)
    utf16 += {c, '\0'};
  const std::string text(bytes.begin(), bytes.end());
  EXPECT_EQ(text.find(utf16), std::string::npos);
  EXPECT_NE(text.find(std::string("u\0s\0e\0r\0", 8)), std::string::npos);
  const auto back = FromBytes<Profile>(bytes);
  ASSERT_TRUE(back);
  ExpectSame(*back, *profile);
}

TEST_F(SeamBytes, RefuseALaneThatThereIsNot) {
  auto request = SetRequest(mbim::kPin, {}, Lane::kSms, EventId::kIMbnPinEvents_OnEnterComplete);
  EXPECT_TRUE(FromBytes<OperationRequest>(ToBytes(OperationRequest(request))));
  request.lane = static_cast<Lane>(kLanes);
  EXPECT_FALSE(FromBytes<OperationRequest>(ToBytes(OperationRequest(request))));
}

TEST_F(SeamBytes, RefuseWhatTheyDidNotWrite) {
  for (const mbim::Bytes& bytes : {mbim::Bytes(), mbim::Bytes(7, 0xFF), mbim::Bytes(200, 0xFF)}) {
    EXPECT_FALSE(FromBytes<ModemState>(bytes));
    EXPECT_FALSE(FromBytes<Modem>(bytes));
    EXPECT_FALSE(FromBytes<Profile>(bytes));
    EXPECT_FALSE(FromBytes<ProfileScope>(bytes));
    EXPECT_FALSE(FromBytes<OperationRequest>(bytes));
    EXPECT_FALSE(FromBytes<ProfileRequest>(bytes));
    EXPECT_FALSE(FromBytes<ServiceEvent>(bytes));
  }
}

}  // namespace
}  // namespace mbnrig::mbn
