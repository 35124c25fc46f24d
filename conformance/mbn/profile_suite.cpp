// IMbnConnectionProfileManager and IMbnConnectionProfile.

#include "mbn/calls.h"
#include "mbn/mbn_suite.h"

namespace mbnrig::conformance {
namespace {

ProfileText Named(const wchar_t* name) {
  ProfileText profile;
  profile.name = name;
  return profile;
}

ProfileText WithIcon(const wchar_t* path) {
  ProfileText profile;
  profile.icon = path;
  return profile;
}

// Not there; not a full path; a folder; behind a file; not a regular file.
constexpr const wchar_t* kBadIcons[] = {L"/there/is/no/such/icon.bmp", L"icon.bmp", L"/",
                                        L"/dev/null/icon.bmp", L"/dev/null"};

class ProfileManager : public MbnTest {
 protected:
  HRESULT Create(const ProfileText& profile) {
    return client().profiles()->CreateConnectionProfile(profile.Xml().c_str());
  }
  HRESULT Get(IMbnInterface* of, const wchar_t* name) {
    ComPtr<IMbnConnectionProfile> profile;
    return client().profiles()->GetConnectionProfile(of, name, profile.GetAddressOf());
  }
  HRESULT List(IMbnInterface* of, LONG* count = nullptr) {
    SAFEARRAY* array = nullptr;
    const HRESULT hr = client().profiles()->GetConnectionProfiles(of, &array);
    if (FAILED(hr)) {
      EXPECT_EQ(array, nullptr);
      return hr;
    }
    LONG upper = -1;
    EXPECT_EQ(SafeArrayGetUBound(array, 1, &upper), S_OK);
    if (count != nullptr) *count = upper + 1;
    SafeArrayDestroy(array);
    return hr;
  }
};
class Profile : public ProfileManager {
 protected:
  /// The stored profile "internet" of a registered modem.
  ComPtr<IMbnConnectionProfile> BootWithProfile() {
    BootRegistered();
    return Stored(L"internet");
  }
  static ProfileText Changed() {
    ProfileText changed;
    changed.description = L"changed";
    return changed;
  }
  bool IsChanged() {
    const auto now = Stored(L"internet");
    return Take([&](BSTR* xml) { return now->GetProfileXmlData(xml); }).find(L">changed<") !=
           std::wstring::npos;
  }
};

TEST_F(ProfileManager, StoresAProfile) {
  const Row row = Proves(Row("IMbnConnectionProfileManager::CreateConnectionProfile", "S_OK"));
  BootRegistered();
  ExpectCode(row, Create(Named(L"another")));
  ASSERT_TRUE(events().Eventually([&] { return Get(nullptr, L"another") == S_OK; }));
}

TEST_F(ProfileManager, RefusesASecondProfileOfAName) {
  const Row row = Proves(Row("IMbnConnectionProfileManager::CreateConnectionProfile",
                             "HRESULT_FROM_WIN32(ERROR_ALREADY_EXISTS)"));
  BootRegistered();
  ExpectCode(row, Create({}));
}

TEST_F(ProfileManager, RefusesWhatBreaksTheSchema) {
  const Row row =
      Proves(Row("IMbnConnectionProfileManager::CreateConnectionProfile", "E_MBN_INVALID_PROFILE"));
  BootRegistered();
  for (const wchar_t* xml : {L"", L"not xml", L"<MBNProfile/>"})
    ExpectCode(row, client().profiles()->CreateConnectionProfile(xml));
  ProfileText nameless;
  nameless.name.clear();
  ExpectCode(row, Create(nameless));
}

TEST_F(ProfileManager, RefusesAProfileWhoseIconIsNotThere) {
  const Row row = Proves(Row("IMbnConnectionProfileManager::CreateConnectionProfile",
                             "HRESULT_FROM_WIN32(ERROR_FILE_NOT_FOUND)"));
  Boot();
  for (const wchar_t* icon : kBadIcons)
    ExpectCode(row, Create(WithIcon(icon)));
}

TEST_F(ProfileManager, RefusesASecondDefaultProfile) {
  const Row row = Proves(
      Row("IMbnConnectionProfileManager::CreateConnectionProfile", "E_MBN_DEFAULT_PROFILE_EXIST"));
  BootRegistered();
  ProfileText first = Named(L"first"), second = Named(L"second");
  first.is_default = second.is_default = true;
  ASSERT_EQ(Store(first), S_OK);
  ExpectCode(row, Create(second));
}

// The name is looked at before the default (docs/semantics.md).
TEST_F(ProfileManager, RefusesASecondProfileOfANameThatWouldBeASecondDefault) {
  const Row row = Proves(Row("IMbnConnectionProfileManager::CreateConnectionProfile",
                             "HRESULT_FROM_WIN32(ERROR_ALREADY_EXISTS)"));
  BootRegistered();
  ProfileText first = Named(L"first");
  first.is_default = true;
  ASSERT_EQ(Store(first), S_OK);
  ExpectCode(row, Create(first));
}

TEST_F(ProfileManager, GivesAProfileByName) {
  const Row row = Proves(Row("IMbnConnectionProfileManager::GetConnectionProfile", "S_OK"));
  BootRegistered();
  ExpectCode(row, Get(modem().Get(), L"internet"));
  ExpectCode(row, Get(nullptr, L"internet"));
}

TEST_F(ProfileManager, KnowsNoProfileOfAnotherName) {
  const Row row = Proves(Row("IMbnConnectionProfileManager::GetConnectionProfile",
                             "HRESULT_FROM_WIN32(ERROR_NOT_FOUND)"));
  BootRegistered();
  ExpectCode(row, Get(modem().Get(), L"another"));
}

TEST_F(ProfileManager, ListsTheProfilesOfADeviceAndAll) {
  const Row row = Proves(Row("IMbnConnectionProfileManager::GetConnectionProfiles", "S_OK"));
  BootRegistered();
  ProfileText of_another_sim = Named(L"elsewhere");
  of_another_sim.subscriber = L"001019999999999";
  ASSERT_EQ(Store(of_another_sim), S_OK);
  LONG own = 0, all = 0;
  ExpectCode(row, List(modem().Get(), &own));
  ExpectCode(row, List(nullptr, &all));
  EXPECT_EQ(own, 1);
  EXPECT_EQ(all, 2);
}

TEST_F(ProfileManager, KeepsProfilesWhenTheServiceIsRestarted) {
  BootRegistered();
  bench().StopMbn();
  bench().StartMbn();
  EXPECT_EQ(Get(nullptr, L"internet"), S_OK);
}

TEST_F(Profile, GivesItsXmlWithoutThePassword) {
  const Row row = Proves(Row("IMbnConnectionProfile::GetProfileXmlData", "S_OK"));
  BootRegistered();
  ProfileText with_password = Named(L"with password");
  with_password.user_name = L"user";
  with_password.password = L"do not tell";
  ASSERT_EQ(Store(with_password), S_OK);
  const auto profile = Stored(L"with password");
  BSTR xml = nullptr;
  ASSERT_TRUE(ExpectCode(row, profile->GetProfileXmlData(&xml)));
  const std::wstring text(xml, SysStringLen(xml));
  SysFreeString(xml);
  EXPECT_NE(text.find(L"<Name>with password</Name>"), std::wstring::npos);
  EXPECT_EQ(text.find(L"do not tell"), std::wstring::npos);
}

TEST_F(Profile, IsUpdated) {
  const Row row = Proves(Row("IMbnConnectionProfile::UpdateProfile", "S_OK"));
  const auto profile = BootWithProfile();
  ExpectCode(row, profile->UpdateProfile(Changed().Xml().c_str()));
  EXPECT_TRUE(IsChanged());
}

TEST_F(Profile, CannotBeUpdatedOrDeletedOnceItWasDeleted) {
  const Row update =
      Proves(Row("IMbnConnectionProfile::UpdateProfile", "HRESULT_FROM_WIN32(ERROR_NOT_FOUND)"));
  const Row removal =
      Proves(Row("IMbnConnectionProfile::Delete", "HRESULT_FROM_WIN32(ERROR_NOT_FOUND)"));
  const auto profile = BootWithProfile();
  ASSERT_EQ(Stored(L"internet")->Delete(), S_OK);
  ASSERT_EVENT(removed, events().Wait(kProfileRemoval));
  ExpectCode(update, profile->UpdateProfile(ProfileText{}.Xml().c_str()));
  ExpectCode(removal, profile->Delete());
}

// The object has deleted its own profile.
TEST_F(Profile, CannotBeDeletedTwiceByOneObject) {
  const Row row = Proves(Row("IMbnConnectionProfile::Delete", "E_HANDLE"));
  const auto profile = BootWithProfile();
  ASSERT_EQ(profile->Delete(), S_OK);
  ASSERT_EVENT(removed, events().Wait(kProfileRemoval));
  ExpectCode(row, profile->Delete());
}

TEST_F(Profile, CannotBeUpdatedByTheObjectThatDeletedIt) {
  const Row row = Proves(Row("IMbnConnectionProfile::UpdateProfile", "E_HANDLE"));
  const auto profile = BootWithProfile();
  ASSERT_EQ(profile->UpdateProfile(ProfileText{}.Xml().c_str()), S_OK);
  ASSERT_EQ(profile->Delete(), S_OK);
  ExpectCode(row, profile->UpdateProfile(ProfileText{}.Xml().c_str()));
  ASSERT_EQ(Store({}), S_OK);
  ExpectCode(row, profile->UpdateProfile(ProfileText{}.Xml().c_str()));
}

// Name and subscriber identify a profile.
TEST_F(Profile, IsUpdatedAfterAnotherObjectHasDeletedAndStoredItAgain) {
  const Row gone =
      Proves(Row("IMbnConnectionProfile::UpdateProfile", "HRESULT_FROM_WIN32(ERROR_NOT_FOUND)"));
  const Row there = Proves(Row("IMbnConnectionProfile::UpdateProfile", "S_OK"));
  const auto profile = BootWithProfile();
  ASSERT_EQ(Stored(L"internet")->Delete(), S_OK);
  ExpectCode(gone, profile->UpdateProfile(Changed().Xml().c_str()));
  ASSERT_EQ(Create({}), S_OK);
  ExpectCode(there, profile->UpdateProfile(Changed().Xml().c_str()));
  EXPECT_TRUE(IsChanged());
}

// "This method should be called when the device for the profile is present in the system."
TEST_F(Profile, IsUpdatedOnceItsModemIsBack) {
  const auto [away, back] = Proves(Row("IMbnConnectionProfile::UpdateProfile", "E_HANDLE"),
                                   Row("IMbnConnectionProfile::UpdateProfile", "S_OK"));
  const auto profile = BootWithProfile();
  PullOut();
  ExpectCode(away, profile->UpdateProfile(Changed().Xml().c_str()));
  bench().Plug();
  ASSERT_TRUE(AwaitRegistered());
  ExpectCode(back, profile->UpdateProfile(Changed().Xml().c_str()));
  EXPECT_TRUE(IsChanged());
}

TEST_F(Profile, CannotBeUpdatedWhenItsModemIsBackWithAnotherSim) {
  const Row row = Proves(Row("IMbnConnectionProfile::UpdateProfile", "E_HANDLE"));
  const auto profile = BootWithProfile();
  PullOut();
  bench().Set("sim.subscriber_id", "001019999999999");
  bench().Plug();
  ASSERT_TRUE(AwaitRegistered());
  ExpectCode(row, profile->UpdateProfile(Changed().Xml().c_str()));
}

TEST_F(Profile, IsDeletedWhileItsModemIsAway) {
  const Row row = Proves(Row("IMbnConnectionProfile::Delete", "S_OK"));
  BootRegistered();
  const auto profile = Objects::Of(client()).profile;
  PullOut();
  ExpectCode(row, profile->Delete());
  ASSERT_EVENT(removed, events().Wait(kProfileRemoval));
  ExpectCompletion(row, kProfileRemoval);
  EXPECT_EQ(Get(nullptr, L"internet"), HRESULT_FROM_WIN32(ERROR_NOT_FOUND));
}

TEST_F(Profile, CannotBeUpdatedWithAnIconThatIsNotThere) {
  const Row row = Proves(
      Row("IMbnConnectionProfile::UpdateProfile", "HRESULT_FROM_WIN32(ERROR_FILE_NOT_FOUND)"));
  const auto profile = BootWithProfile();
  for (const wchar_t* icon : kBadIcons)
    ExpectCode(row, profile->UpdateProfile(WithIcon(icon).Xml().c_str()));
}

TEST_F(Profile, IsDeleted) {
  const Row row = Proves(Row("IMbnConnectionProfile::Delete", "S_OK"));
  const auto profile = BootWithProfile();
  ASSERT_TRUE(ExpectCode(row, profile->Delete()));
  ASSERT_EVENT(removed, events().Wait(kProfileRemoval));
  ExpectCompletion(row, kProfileRemoval);
  EXPECT_EQ(Get(nullptr, L"internet"), HRESULT_FROM_WIN32(ERROR_NOT_FOUND));
}

}  // namespace
}  // namespace mbnrig::conformance
