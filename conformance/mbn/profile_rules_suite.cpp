// What a profile may contain: the profile schema, and the rules that only the pages have. Every
// call that takes a profile judges alike.

#include <string>
#include <vector>

#include "com/text.h"
#include "mbn/mbn_suite.h"
#include "mbn/profile/testing/profile_cases.h"

namespace mbnrig::conformance {
namespace {

using mbn::testing::ProfileCase;

std::vector<ProfileCase> AllProfiles() {
  std::vector<ProfileCase> all;
  const auto add = [&](const auto& cases) {
    all.insert(all.end(), std::begin(cases), std::end(cases));
  };
  add(mbn::testing::kVersion1);
  add(mbn::testing::kVersions2And3);
  add(mbn::testing::kVersion4);
  add(mbn::testing::kModemConfig);
  add(mbn::testing::kHostile);
  return all;
}

/// The text of the first element `name`; empty if there is none.
std::string TextOf(const std::string& xml, const std::string& name) {
  const std::string open = "<" + name + ">";
  const auto begin = xml.find(open);
  if (begin == std::string::npos) return {};
  return xml.substr(begin + open.size(), xml.find('<', begin + 1) - begin - open.size());
}

class ProfileRules : public MbnTest {
 protected:
  HRESULT Create(const std::string& xml) {
    return client().profiles()->CreateConnectionProfile(com::FromUtf8(xml).c_str());
  }
  HRESULT ConnectOnce(const std::string& xml) {
    ULONG request = 0;
    return connection()->Connect(MBN_CONNECTION_MODE_TMP_PROFILE, com::FromUtf8(xml).c_str(),
                                 &request);
  }
  /// Deletes a profile that Create has stored, and waits until it is gone.
  void Forget(const std::string& name) {
    ComPtr<IMbnConnectionProfile> stored;
    ASSERT_EQ(client().profiles()->GetConnectionProfile(nullptr, com::FromUtf8(name).c_str(),
                                                        stored.GetAddressOf()),
              S_OK);
    const auto removed = [](const Event& event) { return event.name == kProfileRemoval; };
    const std::size_t mark = events().Mark();
    ASSERT_EQ(stored->Delete(), S_OK);
    ASSERT_EVENT(removal, events().Wait(removed, mark));
  }
};

TEST_F(ProfileRules, DecideWhatIsStored) {
  const std::string page = "IMbnConnectionProfileManager::CreateConnectionProfile";
  const Row taken = Proves(Row(page, "S_OK"));
  const Row refused = Proves(Row(page, "E_MBN_INVALID_PROFILE"));
  const Row no_icon = Proves(Row(page, "HRESULT_FROM_WIN32(ERROR_FILE_NOT_FOUND)"));
  Boot();
  for (const ProfileCase& one : AllProfiles()) {
    SCOPED_TRACE(one.what);
    if (one.element != nullptr) {
      ExpectCode(refused, Create(one.xml));
    } else if (!TextOf(one.xml, "ICONFilePath").empty()) {
      ExpectCode(no_icon, Create(one.xml));
    } else if (ExpectCode(taken, Create(one.xml))) {
      ASSERT_NO_FATAL_FAILURE(Forget(TextOf(one.xml, "Name")));
    }
  }
}

// The page of UpdateProfile has no code for it (docs/semantics.md).
TEST_F(ProfileRules, DecideWhatAnUpdateStores) {
  BootRegistered();
  const auto profile = Stored(L"internet");
  const std::wstring before = Take([&](BSTR* xml) { return profile->GetProfileXmlData(xml); });
  for (const ProfileCase& one : AllProfiles()) {
    SCOPED_TRACE(one.what);
    if (one.element == nullptr) continue;
    EXPECT_EQ(profile->UpdateProfile(com::FromUtf8(one.xml).c_str()), E_MBN_INVALID_PROFILE);
  }
  EXPECT_EQ(Take([&](BSTR* xml) { return profile->GetProfileXmlData(xml); }), before);
}

TEST_F(ProfileRules, DecideWhatConnects) {
  const Row refused = Proves(Row("IMbnConnection::Connect", "E_INVALIDARG"));
  BootRegistered();
  for (const ProfileCase& one : AllProfiles()) {
    SCOPED_TRACE(one.what);
    if (one.element != nullptr) ExpectCode(refused, ConnectOnce(one.xml));
  }
}

// --- what Connect tells the network --------------------------------------------------------------

/// The Context of a profile of version 4, and how a Connect with it ends at an access point.
struct ContextCase {
  const char* name;
  const char* access_string;
  const char* context;  ///< The elements behind AccessString.
  HRESULT status;
};

constexpr HRESULT kNotLetIn = HRESULT_FROM_WIN32(ERROR_INVALID_PASSWORD);

class ContextOf : public ProfileRules, public ::testing::WithParamInterface<ContextCase> {};

TEST_P(ContextOf, ReachesTheNetwork) {
  using namespace mbn::testing;
  const ContextCase& given = GetParam();
  Boot("choosy-apns");
  ASSERT_TRUE(AwaitRegistered());
  const std::string context = Element("AccessString", given.access_string) + given.context;
  const std::string xml = V4(kHead4 + Element("Context", context));
  EXPECT_EQ(
      StatusOf(Completed(connection().Get(), MBN_CONNECTION_MODE_TMP_PROFILE, com::FromUtf8(xml))),
      given.status);
}

#define USER "<UserLogonCred><UserName>user</UserName><Password>secret</Password></UserLogonCred>"
INSTANTIATE_TEST_SUITE_P(
    A, ContextOf,
    ::testing::Values(
        ContextCase{"PapUser", "pap", USER "<AuthProtocol>PAP</AuthProtocol>", S_OK},
        ContextCase{"ChapUser", "chap", USER "<AuthProtocol>CHAP</AuthProtocol>", S_OK},
        ContextCase{"MsChapV2User", "mschapv2", USER "<AuthProtocol>MsCHAPv2</AuthProtocol>", S_OK},
        ContextCase{"UserWithoutProtocol", "chap", USER, kNotLetIn},
        ContextCase{"ChapUserAtPap", "pap", USER "<AuthProtocol>CHAP</AuthProtocol>", kNotLetIn},
        // MBIM 1.0 has no "automatic" (docs/semantics.md).
        ContextCase{"UserOfAnyProtocol", "chap", USER "<AuthProtocol>AutoSelection</AuthProtocol>",
                    S_OK},
        ContextCase{"NobodyOfAnyProtocol", "v4", "<AuthProtocol>AutoSelection</AuthProtocol>",
                    S_OK},
        ContextCase{"Ipv4Profile", "v4", "<IPType>IPv4</IPType>", S_OK},
        ContextCase{"Ipv4ProfileWhereThereIsNone", "v6", "<IPType>IPv4</IPType>", E_FAIL},
        ContextCase{"Ipv6Profile", "v6", "<IPType>IPv6</IPType>", S_OK},
        ContextCase{"Ipv6ProfileWhereThereIsNone", "v4", "<IPType>IPv6</IPType>", E_FAIL},
        ContextCase{"XlatProfile", "v6", "<IPType>XLAT</IPType>", S_OK},
        ContextCase{"XlatProfileWithoutIpv6", "v4", "<IPType>XLAT</IPType>", E_FAIL},
        ContextCase{"ProfileOfBothVersions", "v6", "<IPType>IPv4v6</IPType>", S_OK},
        ContextCase{"ProfileOfNoVersion", "v6", "", S_OK}),
    [](const auto& test) { return std::string(test.param.name); });
#undef USER

}  // namespace
}  // namespace mbnrig::conformance
