#include <filesystem>
#include <fstream>

#include "mbn/testing/service_fixture.h"

namespace mbnrig::mbn {
namespace {

using namespace testing;
using mbim::CommandType;
using mbim::ReadyState;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

const HRESULT kAlreadyExists = HRESULT_FROM_WIN32(ERROR_ALREADY_EXISTS);
const HRESULT kFileNotFound = HRESULT_FROM_WIN32(ERROR_FILE_NOT_FOUND);

std::string Credentials(const std::string& children) {
  return "<Context><UserLogonCred><UserName>u</UserName>" + children + "</UserLogonCred></Context>";
}

class ConnectionProfileTest : public ServiceTest {
 protected:
  HRESULT Create(const std::string& xml) {
    return profiles->CreateConnectionProfile(com::FromUtf8(xml).c_str());
  }
  com::Ptr<IMbnConnectionProfile> Get(const std::wstring& name, IMbnInterface* modem = nullptr) {
    com::Ptr<IMbnConnectionProfile> profile;
    EXPECT_THAT(profiles->GetConnectionProfile(modem, name.c_str(), profile.GetAddressOf()),
                HasCode(S_OK));
    return profile;
  }
  HRESULT Update(IMbnConnectionProfile* profile, const std::string& xml) {
    return profile->UpdateProfile(com::FromUtf8(xml).c_str());
  }
  std::string PasswordOf(const std::wstring& name) {
    const auto modem = bus.Plug();
    events->WaitFor("OnHomeProviderAvailable");
    ULONG request = 0;
    EXPECT_THAT(OnlyConnection()->Connect(MBN_CONNECTION_MODE_PROFILE, name.c_str(), &request),
                HasCode(S_OK));
    events->WaitFor("OnConnectComplete");
    const auto sent = modem->Commands(mbim::kConnect, CommandType::kSet);
    std::string password = mbim::Decode<mbim::SetConnect>(sent.at(0))->password;
    bus.Unplug(modem);
    events->WaitFor("OnInterfaceRemoval");
    return password;
  }
  std::string IconFile() {
    const auto path = folder.path() / "icon.bmp";
    std::ofstream(path) << "BM picture";
    return path;
  }
  std::vector<std::string> NamesOf(IMbnInterface* modem) {
    SAFEARRAY* array = nullptr;
    EXPECT_THAT(profiles->GetConnectionProfiles(modem, &array), HasCode(S_OK));
    std::vector<std::string> names;
    for (const auto& profile : com::TakeElements<IMbnConnectionProfile>(array))
      names.push_back(NameIn(XmlOf(profile.Get())));
    return names;
  }
  static std::string NameIn(const std::string& xml) { return Between(xml, "<Name>", "</Name>"); }
  static std::string Between(const std::string& text, const std::string& from,
                             const std::string& to) {
    const auto begin = text.find(from);
    if (begin == std::string::npos) return "";
    return text.substr(begin + from.size(), text.find(to, begin) - begin - from.size());
  }
};

TEST_F(ConnectionProfileTest, IsCreatedAndGivenOut) {
  EXPECT_THAT(Create(ProfileXml("internet")), HasCode(S_OK));
  const Event arrival = events->WaitFor("OnConnectionProfileArrival");
  EXPECT_EQ(NameIn(XmlOf(arrival.As<IMbnConnectionProfile>().Get())), "internet");
  events->WaitFor("OnProfileUpdate");
  EXPECT_EQ(NameIn(XmlOf(Get(L"internet").Get())), "internet");
}

TEST_F(ConnectionProfileTest, IsCreatedOnceForEachSubscriber) {
  EXPECT_THAT(Create(ProfileXml("internet")), HasCode(S_OK));
  EXPECT_EQ(Create(ProfileXml("internet", Credentials(""))), kAlreadyExists);
  EXPECT_THAT(Create(ProfileXml("internet", "", "001019999999999")), HasCode(S_OK));
  EXPECT_EQ(NamesOf(nullptr).size(), 2u);
}

TEST_F(ConnectionProfileTest, FollowsTheSchemaOrIsRefused) {
  for (const char* xml : {"", "internet", "<MBNProfile/>"})
    EXPECT_THAT(Create(xml), HasCode(E_MBN_INVALID_PROFILE)) << xml;
  EXPECT_THAT(profiles->CreateConnectionProfile(nullptr), HasCode(E_MBN_INVALID_PROFILE));
  EXPECT_TRUE(NamesOf(nullptr).empty());
}

TEST_F(ConnectionProfileTest, IsTheDefaultOnceForEachSubscriber) {
  EXPECT_THAT(Create(ProfileXml("one", "", kTestSubscriber, true)), HasCode(S_OK));
  EXPECT_THAT(Create(ProfileXml("two", "", kTestSubscriber, true)),
              HasCode(E_MBN_DEFAULT_PROFILE_EXIST));
  EXPECT_THAT(Create(ProfileXml("two", "", "001019999999999", true)), HasCode(S_OK));
  EXPECT_THAT(Create(ProfileXml("three")), HasCode(S_OK));
  const auto three = Get(L"three");
  EXPECT_THAT(Update(three.Get(), ProfileXml("three", "", kTestSubscriber, true)),
              HasCode(E_MBN_DEFAULT_PROFILE_EXIST));
  EXPECT_THAT(Update(Get(L"one").Get(), ProfileXml("one", "", kTestSubscriber, true)),
              HasCode(S_OK));
}

TEST_F(ConnectionProfileTest, KeepsItsPasswordFromClients) {
  EXPECT_THAT(Create(ProfileXml("internet", Credentials("<Password>secret</Password>"))),
              HasCode(S_OK));
  EXPECT_THAT(XmlOf(Get(L"internet").Get()), Not(HasSubstr("secret")));
  EXPECT_EQ(PasswordOf(L"internet"), "secret");
}

TEST_F(ConnectionProfileTest, KeepsItsPasswordAcrossAnUpdateThatSaysSo) {
  EXPECT_THAT(Create(ProfileXml("internet", Credentials("<Password>secret</Password>"))),
              HasCode(S_OK));
  EXPECT_THAT(Update(Get(L"internet").Get(),
                     ProfileXml("internet", Credentials("<IgnorePassword>true</IgnorePassword>"))),
              HasCode(S_OK));
  EXPECT_EQ(PasswordOf(L"internet"), "secret");
  EXPECT_THAT(XmlOf(Get(L"internet").Get()), Not(HasSubstr("IgnorePassword")));
  EXPECT_THAT(Update(Get(L"internet").Get(), ProfileXml("internet", Credentials(""))),
              HasCode(S_OK));
  EXPECT_EQ(PasswordOf(L"internet"), "");
}

TEST_F(ConnectionProfileTest, TakesItsIconIntoTheStore) {
  const std::string icon = IconFile();
  const auto with_icon = [](const std::string& path) {
    std::string xml = ProfileXml("internet");
    return xml.insert(xml.find("<IsDefault>"), "<ICONFilePath>" + path + "</ICONFilePath>");
  };
  EXPECT_EQ(Create(with_icon("/no/such/icon.bmp")), kFileNotFound);
  EXPECT_EQ(Create(with_icon("icon.bmp")), kFileNotFound);
  EXPECT_THAT(Create(with_icon(icon)), HasCode(S_OK));
  const auto profile = Get(L"internet");
  const std::string copy = Between(XmlOf(profile.Get()), "<ICONFilePath>", "</ICONFilePath>");
  EXPECT_NE(copy, icon);
  EXPECT_TRUE(std::filesystem::exists(copy));
  EXPECT_EQ(Update(profile.Get(), with_icon("/no/such/icon.bmp")), kFileNotFound);
  EXPECT_THAT(Update(profile.Get(), XmlOf(profile.Get())), HasCode(S_OK));
  EXPECT_EQ(Between(XmlOf(Get(L"internet").Get()), "<ICONFilePath>", "</ICONFilePath>"), copy);
  EXPECT_THAT(profile->Delete(), HasCode(S_OK));
  EXPECT_FALSE(std::filesystem::exists(copy));
  EXPECT_TRUE(std::filesystem::exists(icon));
}

TEST_F(ConnectionProfileTest, IsUpdatedAndToldOf) {
  EXPECT_THAT(Create(ProfileXml("internet")), HasCode(S_OK));
  const auto before = Get(L"internet");
  events->WaitFor("OnProfileUpdate");
  EXPECT_THAT(Update(before.Get(), ProfileXml("internet", "<ConnectionMode>auto</ConnectionMode>")),
              HasCode(S_OK));
  const Event update = events->WaitFor("OnProfileUpdate");
  EXPECT_THAT(XmlOf(update.As<IMbnConnectionProfile>().Get()), HasSubstr("auto"));
  EXPECT_THAT(XmlOf(Get(L"internet").Get()), HasSubstr("auto"));
  EXPECT_THAT(XmlOf(before.Get()), Not(HasSubstr("auto"))) << "a snapshot changed";
}

TEST_F(ConnectionProfileTest, RefusesUpdatesThatAreNoProfileOrAnotherOne) {
  EXPECT_THAT(Create(ProfileXml("internet")), HasCode(S_OK));
  const auto profile = Get(L"internet");
  EXPECT_THAT(profile->UpdateProfile(nullptr), HasCode(E_MBN_INVALID_PROFILE));
  EXPECT_THAT(Update(profile.Get(), "internet"), HasCode(E_MBN_INVALID_PROFILE));
  EXPECT_THAT(Update(profile.Get(), ProfileXml("other")), HasCode(E_MBN_INVALID_PROFILE));
  EXPECT_THAT(Update(profile.Get(), ProfileXml("internet", "", "001019999999999")),
              HasCode(E_MBN_INVALID_PROFILE));
  EXPECT_THAT(profile->GetProfileXmlData(nullptr), HasCode(E_POINTER));
}

TEST_F(ConnectionProfileTest, IsDeletedOnce) {
  EXPECT_THAT(Create(ProfileXml("internet")), HasCode(S_OK));
  const auto profile = Get(L"internet");
  const auto other = Get(L"internet");
  EXPECT_THAT(profile->Delete(), HasCode(S_OK));
  const Event removal = events->WaitFor("OnConnectionProfileRemoval");
  EXPECT_EQ(NameIn(XmlOf(removal.As<IMbnConnectionProfile>().Get())), "internet");
  // The object knows that it has deleted its profile. Another object looks for it.
  EXPECT_THAT(profile->Delete(), HasCode(E_HANDLE));
  EXPECT_THAT(Update(profile.Get(), ProfileXml("internet")), HasCode(E_HANDLE));
  EXPECT_THAT(other->Delete(), HasCode(kNotFound));
  EXPECT_THAT(Update(other.Get(), ProfileXml("internet")), HasCode(kNotFound));
  EXPECT_EQ(NameIn(XmlOf(profile.Get())), "internet");
  com::Ptr<IMbnConnectionProfile> gone;
  EXPECT_THAT(profiles->GetConnectionProfile(nullptr, L"internet", gone.GetAddressOf()),
              HasCode(kNotFound));
  EXPECT_THAT(profiles->GetConnectionProfile(nullptr, nullptr, gone.GetAddressOf()),
              HasCode(kNotFound));
  EXPECT_THAT(profiles->GetConnectionProfile(nullptr, L"internet", nullptr), HasCode(E_POINTER));
  EXPECT_THAT(profiles->GetConnectionProfiles(nullptr, nullptr), HasCode(E_POINTER));
}

TEST_F(ConnectionProfileTest, BelongsToTheSubscriberOfAnInterface) {
  EXPECT_THAT(Create(ProfileXml("mine")), HasCode(S_OK));
  EXPECT_THAT(Create(ProfileXml("other", "", "001019999999999")), HasCode(S_OK));
  PlugModem();
  const auto mbn_interface = OnlyInterface();
  EXPECT_THAT(NamesOf(mbn_interface.Get()), ElementsAre("mine"));
  EXPECT_THAT(NamesOf(nullptr), UnorderedElementsAre("mine", "other"));
  com::Ptr<IMbnConnectionProfile> profile;
  EXPECT_THAT(profiles->GetConnectionProfile(mbn_interface.Get(), L"other", profile.GetAddressOf()),
              HasCode(kNotFound));
  EXPECT_THAT(profiles->GetConnectionProfile(mbn_interface.Get(), L"mine", profile.GetAddressOf()),
              HasCode(S_OK));
}

TEST_F(ConnectionProfileTest, OfAnyDevicePrefersOneThatIsPresent) {
  EXPECT_THAT(Create(ProfileXml("internet", "", "001019999999999")), HasCode(S_OK));
  EXPECT_THAT(Create(ProfileXml("internet")), HasCode(S_OK));
  EXPECT_THAT(Create(ProfileXml("internet", "", "001018888888888")), HasCode(S_OK));
  PlugModem();
  EXPECT_THAT(XmlOf(Get(L"internet").Get()), HasSubstr(kTestSubscriber));
}

TEST_F(ConnectionProfileTest, SaysWhoseSimItIsForWhereTheServiceKnows) {
  PlugModem();
  EXPECT_THAT(Create(ProfileXml("mine", "<SimIccID>1</SimIccID>")), HasCode(S_OK));
  const std::string mine = XmlOf(Get(L"mine").Get());
  EXPECT_EQ(Between(mine, "<SimIccID>", "</SimIccID>"), "8900101000000000001");
  EXPECT_EQ(Between(mine, "<HomeProviderName>", "</HomeProviderName>"), "Home");
  EXPECT_THAT(Create(ProfileXml("other", "", "001019999999999")), HasCode(S_OK));
  EXPECT_THAT(XmlOf(Get(L"other").Get()), Not(HasSubstr("SimIccID")));
}

TEST_F(ConnectionProfileTest, NeedsASubscriberThatIsKnown) {
  const auto modem = PlugModem();
  EXPECT_THAT(Create(ProfileXml("internet")), HasCode(S_OK));
  events->Clear();
  modem->Indicate(mbim::kSubscriberReadyStatus, ReadyInfo(ReadyState::kDeviceLocked));
  events->WaitFor("OnReadyStateChange");
  SAFEARRAY* array = nullptr;
  com::Ptr<IMbnConnectionProfile> profile;
  const auto mbn_interface = OnlyInterface();
  EXPECT_THAT(profiles->GetConnectionProfiles(mbn_interface.Get(), &array), HasCode(kNotReady));
  EXPECT_THAT(
      profiles->GetConnectionProfile(mbn_interface.Get(), L"internet", profile.GetAddressOf()),
      HasCode(kNotReady));
  EXPECT_THAT(NamesOf(nullptr), ElementsAre("internet"));
}

TEST_F(ConnectionProfileTest, OutlivesItsDeviceAndIsUpdatedOnlyWhileItIsThere) {
  const auto modem = PlugModem();
  EXPECT_THAT(Create(ProfileXml("internet")), HasCode(S_OK));
  const auto mbn_interface = OnlyInterface();
  const auto of_device = Get(L"internet", mbn_interface.Get());
  const auto of_any = Get(L"internet");
  bus.Unplug(modem);
  events->WaitFor("OnInterfaceRemoval");
  SAFEARRAY* array = nullptr;
  com::Ptr<IMbnConnectionProfile> profile;
  EXPECT_THAT(profiles->GetConnectionProfiles(mbn_interface.Get(), &array), HasCode(E_HANDLE));
  EXPECT_THAT(
      profiles->GetConnectionProfile(mbn_interface.Get(), L"internet", profile.GetAddressOf()),
      HasCode(E_HANDLE));
  EXPECT_THAT(Update(of_device.Get(), ProfileXml("internet")), HasCode(E_HANDLE));
  EXPECT_THAT(Update(of_any.Get(), ProfileXml("internet")), HasCode(S_OK));
  // A device with another SIM is not the profile's device.
  const auto stranger = PlugModem();
  auto other_sim = ReadyInfo(ReadyState::kInitialized);
  other_sim.subscriber_id = "001019999999999";
  other_sim.sim_icc_id = "8900101000000000009";
  events->Clear();
  stranger->Indicate(mbim::kSubscriberReadyStatus, other_sim);
  events->WaitFor("OnHomeProviderAvailable");
  EXPECT_THAT(Update(of_device.Get(), ProfileXml("internet")), HasCode(E_HANDLE));
  bus.Unplug(stranger);
  events->WaitFor("OnInterfaceRemoval");
  // The device comes back with the profile's SIM.
  PlugModem();
  EXPECT_THAT(Update(of_device.Get(), ProfileXml("internet")), HasCode(S_OK));
}

TEST_F(ConnectionProfileTest, IsDeletedWithoutItsDevice) {
  const auto modem = PlugModem();
  EXPECT_THAT(Create(ProfileXml("internet")), HasCode(S_OK));
  const auto profile = Get(L"internet", OnlyInterface().Get());
  bus.Unplug(modem);
  events->WaitFor("OnInterfaceRemoval");
  EXPECT_THAT(profile->Delete(), HasCode(S_OK));
  events->WaitFor("OnConnectionProfileRemoval");
  EXPECT_TRUE(NamesOf(nullptr).empty());
}

// The order of docs/semantics.md: the name comes before the default.
TEST_F(ConnectionProfileTest, ThatBreaksTwoRulesIsRefusedByTheFirst) {
  EXPECT_THAT(Create(ProfileXml("one", "", kTestSubscriber, true)), HasCode(S_OK));
  EXPECT_THAT(Create(ProfileXml("two")), HasCode(S_OK));
  EXPECT_EQ(Create(ProfileXml("two", "", kTestSubscriber, true)), kAlreadyExists);
}

// The page says "not MBN_READY_STATE_INITIALIZED", whatever else is known.
TEST_F(ConnectionProfileTest, NeedsADeviceThatIsInitialized) {
  const auto modem = PlugModem();
  events->Clear();
  auto not_activated = ReadyInfo(ReadyState::kInitialized);
  not_activated.ready_state = ReadyState::kNotActivated;
  modem->Indicate(mbim::kSubscriberReadyStatus, not_activated);
  events->WaitFor("OnReadyStateChange");
  const auto mbn_interface = OnlyInterface();
  com::Ptr<IMbnSubscriberInformation> subscriber;
  ASSERT_THAT(mbn_interface->GetSubscriberInformation(subscriber.GetAddressOf()), HasCode(S_OK));
  com::Bstr id;
  ASSERT_THAT(subscriber->get_SubscriberID(id.put()), HasCode(S_OK));
  EXPECT_EQ(com::ToUtf8(id.view()), kTestSubscriber);
  SAFEARRAY* array = nullptr;
  com::Ptr<IMbnConnectionProfile> profile;
  EXPECT_THAT(profiles->GetConnectionProfiles(mbn_interface.Get(), &array), HasCode(kNotReady));
  EXPECT_THAT(
      profiles->GetConnectionProfile(mbn_interface.Get(), L"internet", profile.GetAddressOf()),
      HasCode(kNotReady));
}

TEST_F(ConnectionProfileTest, FailsPlainlyWhenTheDiskRefuses) {
  EXPECT_THAT(Create(ProfileXml("internet")), HasCode(S_OK));
  std::filesystem::rename(folder.path() / "profiles", folder.path() / "moved");
  SAFEARRAY* array = nullptr;
  EXPECT_THAT(Create(ProfileXml("other")), HasCode(E_FAIL));
  EXPECT_THAT(profiles->GetConnectionProfiles(nullptr, &array), HasCode(E_FAIL));
  std::filesystem::rename(folder.path() / "moved", folder.path() / "profiles");
  EXPECT_THAT(NamesOf(nullptr), ElementsAre("internet"));
}

TEST_F(ConnectionProfileTest, SurvivesARestartOfTheService) {
  EXPECT_THAT(Create(ProfileXml("internet", Credentials("<Password>secret</Password>"))),
              HasCode(S_OK));
  const auto profile = Get(L"internet");
  Restart(Config());
  EXPECT_EQ(PasswordOf(L"internet"), "secret");
  EXPECT_THAT(profile->Delete(), HasCode(S_OK));
}

TEST_F(ConnectionProfileTest, OfMmsHasANameOfItsOwn) {
  const auto mms = [](const std::string& name, const std::string& icc) {
    return "<MBNProfileExt xmlns=\"http://www.microsoft.com/networking/WWAN/profile/v4\"><Name>" +
           name +
           "</Name><IsDefault>false</IsDefault><ProfileCreationType>UserProvisioned"
           "</ProfileCreationType><SimIccID>" +
           icc +
           "</SimIccID><PurposeGroups><PurposeGroupGuid>{53E2C5D3-D13C-4068-AA38-9C48FF2E55A8}"
           "</PurposeGroupGuid></PurposeGroups><IsAdditionalPdpContextProfile "
           "xmlns=\"http://www.microsoft.com/networking/WWAN/profile/v3\">true"
           "</IsAdditionalPdpContextProfile></MBNProfileExt>";
  };
  EXPECT_THAT(Create(ProfileXml("internet")), HasCode(S_OK));
  EXPECT_THAT(Create(mms("mms", "1")), HasCode(S_OK));
  EXPECT_EQ(Create(mms("mms", "2")), kAlreadyExists);
  EXPECT_EQ(Create(mms("internet", "2")), kAlreadyExists);
  EXPECT_EQ(Create(ProfileXml("mms")), kAlreadyExists);
}

}  // namespace
}  // namespace mbnrig::mbn
