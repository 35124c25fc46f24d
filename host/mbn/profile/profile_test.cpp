// The profile schema and its rules: every version, every documented limit, common mistakes.
#include "mbn/profile/profile.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cctype>
#include <filesystem>
#include <string>
#include <vector>

#include "mbn/profile/files.h"
#include "mbn/profile/testing/profile_cases.h"

namespace mbnrig::mbn {
namespace {

using namespace testing;
using ::testing::HasSubstr;
using ::testing::Not;

/// "a Name of 256": ANameOf256.
std::string NameOf(const ::testing::TestParamInfo<ProfileCase>& info) {
  std::string name;
  bool begins = true;
  for (const unsigned char c : std::string_view(info.param.what)) {
    if (std::isalnum(c) != 0) name += static_cast<char>(begins ? std::toupper(c) : c);
    begins = std::isalnum(c) == 0;
  }
  return name;
}

class ProfileSchema : public ::testing::TestWithParam<ProfileCase> {};

TEST_P(ProfileSchema, JudgesAsDocumented) {
  const auto result = ReadProfile(GetParam().xml);
  const auto* error = std::get_if<ProfileError>(&result);
  if (GetParam().element == nullptr) {
    EXPECT_EQ(error, nullptr) << error->ToString();
  } else {
    ASSERT_NE(error, nullptr) << GetParam().xml;
    EXPECT_EQ(error->element, GetParam().element) << error->ToString();
    EXPECT_FALSE(error->reason.empty());
  }
}

INSTANTIATE_TEST_SUITE_P(Version1, ProfileSchema, ::testing::ValuesIn(kVersion1), NameOf);
INSTANTIATE_TEST_SUITE_P(Versions2And3, ProfileSchema, ::testing::ValuesIn(kVersions2And3), NameOf);
INSTANTIATE_TEST_SUITE_P(Version4, ProfileSchema, ::testing::ValuesIn(kVersion4), NameOf);
INSTANTIATE_TEST_SUITE_P(ModemConfig, ProfileSchema, ::testing::ValuesIn(kModemConfig), NameOf);
INSTANTIATE_TEST_SUITE_P(Hostile, ProfileSchema, ::testing::ValuesIn(kHostile), NameOf);

ProfileDocument Parsed(const std::string& xml) {
  auto result = ReadProfile(xml);
  if (const auto* error = std::get_if<ProfileError>(&result))
    throw std::runtime_error(error->ToString());
  return std::get<ProfileDocument>(std::move(result));
}

TEST(ProfileErrors, NameLineElementAndExpectation) {
  const auto result = ReadProfile(V1("\n<Name>n</Name>\n<IsDefault>maybe</IsDefault>"));
  EXPECT_EQ(std::get<ProfileError>(result).ToString(),
            "line 3: MBNProfile/IsDefault: 'maybe' is not a valid value of the atomic type "
            "'xs:boolean'");
}

TEST(Profiles, SayWhatConnectNeeds) {
  const ProfilePtr profile = DescribeProfile(Parsed(V4(
      kName + kDefault + kSubscriber + kIccId +
      "<Context><AccessString> inter\tnet "
      "</AccessString><UserLogonCred><UserName>u&amp;v</UserName>"
      "<Password> p </Password></UserLogonCred><Compression>ENABLE</Compression><AuthProtocol>PAP"
      "</AuthProtocol><IPType>IPv4v6</IPType></Context>")));
  EXPECT_EQ(profile->kind, ProfileKind::kProfileExt);
  EXPECT_EQ(profile->name, "internet");
  EXPECT_TRUE(profile->is_default);
  EXPECT_EQ(profile->connect.access_string, "inter net");
  EXPECT_EQ(profile->connect.user_name, "u&v");
  EXPECT_EQ(profile->connect.password, " p ");
  EXPECT_EQ(profile->connect.compression, mbim::Compression::kEnable);
  EXPECT_EQ(profile->connect.auth_protocol, mbim::AuthProtocol::kPap);
  EXPECT_EQ(profile->connect.ip_type, mbim::IpType::kIpv4v6);
  EXPECT_EQ(profile->connect.activation_command, mbim::ActivationCommand::kActivate);
}

TEST(Profiles, KeepThePasswordFromClients) {
  const ProfilePtr profile = DescribeProfile(
      Parsed(V1(kHead1 + Credentials("<UserName>u</UserName><Password>secret</Password>"))));
  EXPECT_THAT(profile->xml, HasSubstr("secret"));
  EXPECT_THAT(profile->public_xml, Not(HasSubstr("secret")));
  EXPECT_THAT(profile->public_xml, Not(HasSubstr("Password")));
  EXPECT_THAT(profile->public_xml, HasSubstr("<UserName>u</UserName>"));
}

TEST(Profiles, AreBoundToASubscriberOrElseToASim) {
  const ProfilePtr by_subscriber = DescribeProfile(Parsed(V1(kHead1)));
  EXPECT_TRUE(by_subscriber->BelongsTo("001010123456789", "other"));
  EXPECT_FALSE(by_subscriber->BelongsTo("other", ""));
  const ProfilePtr by_sim = DescribeProfile(Parsed(V4(kHead4)));
  EXPECT_TRUE(by_sim->BelongsTo("any", "8900101000000000001"));
  EXPECT_FALSE(by_sim->BelongsTo("", ""));
}

TEST(ProfileDocuments, TakeTheServicesElementsInOrder) {
  ProfileDocument document =
      Parsed(V1(kHead1 + "<ConnectionMode>manual</ConnectionMode>" + kAdditional));
  document.SetText("HomeProviderName", "home");
  document.SetText("SimIccID", "89");
  document.SetText("ICONFilePath", "/a&b");
  document.SetText("SimIccID", "891");
  const ProfilePtr again = DescribeProfile(Parsed(document.ToXml(true)));
  EXPECT_EQ(again->sim_icc_id, "891");
  EXPECT_EQ(again->icon_path, "/a&b");
}

TEST(ProfileDocuments, TakeAPasswordOverAndBack) {
  ProfileDocument document = Parsed(
      V1(kHead1 + Credentials("<UserName>u</UserName><IgnorePassword>true</IgnorePassword>")));
  document.SetPassword("<&>");
  document.Remove("Context/UserLogonCred/IgnorePassword");
  const ProfileDocument again = Parsed(document.ToXml(true));
  EXPECT_EQ(again.RawText("Context/UserLogonCred/Password"), "<&>");
  EXPECT_FALSE(again.Text("Context/UserLogonCred/IgnorePassword"));
}

TEST(ProfileDocuments, KeepTextOfEveryScript) {
  const std::string name = "\xD0\xB8\xD0\xBD\xF0\x9F\x93\xB6";
  const ProfilePtr profile =
      DescribeProfile(Parsed(V1(Element("Name", name) + kNotDefault + kSubscriber)));
  EXPECT_EQ(profile->name, name);
  EXPECT_EQ(DescribeProfile(Parsed(profile->xml))->name, name);
  EXPECT_THAT(profile->public_xml, HasSubstr(name));
}

std::vector<std::filesystem::path> Fixtures(const std::string& folder) {
  std::vector<std::filesystem::path> files;
  const auto directory = std::filesystem::path(MBNRIG_SOURCE_DIR) / "fixtures/profiles" / folder;
  for (const auto& entry : std::filesystem::directory_iterator(directory))
    if (entry.path().extension() == ".xml") files.push_back(entry.path());
  return files;
}

TEST(ProfileFixtures, AreProfiles) {
  const auto files = Fixtures("");
  ASSERT_FALSE(files.empty());
  for (const auto& file : files) {
    const auto profile = DescribeProfile(Parsed(*ReadFile(file, kMaxProfileBytes)));
    EXPECT_EQ(profile->name, file.stem()) << file;
  }
}

TEST(ProfileFixtures, ThatAreInvalidAreRefused) {
  const auto files = Fixtures("invalid");
  ASSERT_FALSE(files.empty());
  for (const auto& file : files) {
    const auto result = ReadProfile(*ReadFile(file, kMaxProfileBytes));
    const auto* error = std::get_if<ProfileError>(&result);
    ASSERT_NE(error, nullptr) << file;
    EXPECT_GT(error->line, 0) << file;
    EXPECT_FALSE(error->element.empty()) << file;
  }
}

}  // namespace
}  // namespace mbnrig::mbn
