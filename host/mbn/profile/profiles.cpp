#include "mbn/profile/profiles.h"

#include <algorithm>
#include <system_error>
#include <utility>

#include "mbn/log.h"

namespace mbnrig::mbn {
namespace {

constexpr std::string_view kCredentials = "Context/UserLogonCred/";

const StoredProfile* FindStored(const std::vector<StoredProfile>& stored,
                                const ProfileKey& profile) {
  const auto found = std::find_if(stored.begin(), stored.end(), [&](const StoredProfile& s) {
    return s.profile->SameAs(profile);
  });
  return found == stored.end() ? nullptr : &*found;
}

bool BelongsTo(const Profile& profile, const Subscriber& owner) {
  return profile.BelongsTo(owner.id, owner.sim_icc_id);
}

bool ShareSubscriber(const Profile& a, const Profile& b) {
  if (!a.subscriber_id.empty() && !b.subscriber_id.empty())
    return a.subscriber_id == b.subscriber_id;
  return !a.sim_icc_id.empty() && a.sim_icc_id == b.sim_icc_id;
}

// The name of an MMS profile is unique among the profiles of all subscribers.
bool NameIsTaken(const std::vector<StoredProfile>& stored, const Profile& profile) {
  return std::any_of(stored.begin(), stored.end(), [&](const StoredProfile& s) {
    return s.profile->SameAs(profile) ||
           (s.profile->name == profile.name && (s.profile->is_mms || profile.is_mms));
  });
}

bool DefaultIsTaken(const std::vector<StoredProfile>& stored, const Profile& profile) {
  return profile.is_default &&
         std::any_of(stored.begin(), stored.end(), [&](const StoredProfile& s) {
           return s.profile->is_default && ShareSubscriber(*s.profile, profile) &&
                  !s.profile->SameAs(profile);
         });
}

std::optional<ProfileDocument> ReadOrLog(std::string_view xml) {
  auto read = ReadProfile(xml);
  if (const auto* error = std::get_if<ProfileError>(&read)) {
    LogWarning("profile refused: " + error->ToString());
    return std::nullopt;
  }
  return std::get<ProfileDocument>(std::move(read));
}

// The service writes SimIccID and HomeProviderName when it knows the SIM.
void WriteServiceElements(ProfileDocument& document, const std::vector<Subscriber>& present) {
  if (document.kind() == ProfileKind::kModemConfig) return;
  const auto id = document.Text("SubscriberID");
  const auto subscriber = std::find_if(present.begin(), present.end(),
                                       [&](const Subscriber& s) { return id && s.id == *id; });
  if (subscriber == present.end()) return;
  if (!subscriber->sim_icc_id.empty()) document.SetText("SimIccID", subscriber->sim_icc_id);
  if (!subscriber->home_provider.empty())
    document.SetText("HomeProviderName", subscriber->home_provider);
}

// False when there is no icon at the path that the profile names.
bool TakeIcon(ProfileStore::Transaction& change, const std::string& file, ProfileDocument& document,
              const Profile* replaced) {
  const auto source = document.Text("ICONFilePath");
  if (!source) return true;
  // The text of GetProfileXmlData names the store's copy. An update made from it names the copy
  // too.
  if (replaced != nullptr && *source == replaced->icon_path && std::filesystem::exists(*source))
    return true;
  const auto copy = change.CopyIcon(file, *source);
  if (!copy) return false;
  document.SetText("ICONFilePath", copy->native());
  return true;
}

// IgnorePassword is an instruction for this update. It is not kept in the profile.
void TakePassword(ProfileDocument& document, const Profile* replaced) {
  const std::string ignore = std::string(kCredentials) + "IgnorePassword";
  if (replaced != nullptr && document.Flag(ignore)) {
    if (replaced->connect.password.empty()) {
      document.Remove(std::string(kCredentials) + "Password");
    } else {
      document.SetPassword(replaced->connect.password);
    }
  }
  document.Remove(ignore);
}

}  // namespace

std::optional<Subscriber> SubscriberOf(const ModemState& modem) {
  if (!modem.initialized() || modem.subscriber->subscriber_id.empty()) return std::nullopt;
  return Subscriber{modem.subscriber->subscriber_id, modem.subscriber->sim_icc_id,
                    modem.home_provider.value ? modem.home_provider.value->provider_name : ""};
}

HRESULT Profiles::List(const ProfileScope& scope, std::vector<ProfilePtr>* profiles) {
  profiles->clear();
  try {
    for (StoredProfile& stored : store_.List()) {
      if (!scope.only || BelongsTo(*stored.profile, *scope.only))
        profiles->push_back(std::move(stored.profile));
    }
  } catch (const std::system_error& error) {
    LogWarning(error.what());
    return E_FAIL;
  }
  std::partition(profiles->begin(), profiles->end(), [&](const ProfilePtr& profile) {
    return std::any_of(scope.first.begin(), scope.first.end(),
                       [&](const Subscriber& owner) { return BelongsTo(*profile, owner); });
  });
  return S_OK;
}

HRESULT Profiles::Find(std::string_view name, const ProfileScope& scope, ProfilePtr* profile) {
  std::vector<ProfilePtr> profiles;
  const HRESULT listed = List(scope, &profiles);
  if (listed != S_OK) return listed;
  const auto found =
      std::find_if(profiles.begin(), profiles.end(),
                   [&](const ProfilePtr& candidate) { return candidate->name == name; });
  if (found == profiles.end()) return HRESULT_FROM_WIN32(ERROR_NOT_FOUND);
  *profile = *found;
  return S_OK;
}

HRESULT Profiles::Create(std::string_view xml, const std::vector<Subscriber>& present) {
  auto document = ReadOrLog(xml);
  if (!document) return E_MBN_INVALID_PROFILE;
  WriteServiceElements(*document, present);
  TakePassword(*document, nullptr);
  return Change([&](ProfileStore::Transaction& change) {
    const ProfilePtr asked = DescribeProfile(*document);
    if (NameIsTaken(change.profiles(), *asked)) return HRESULT_FROM_WIN32(ERROR_ALREADY_EXISTS);
    if (DefaultIsTaken(change.profiles(), *asked)) return E_MBN_DEFAULT_PROFILE_EXIST;
    const std::string file = change.NewFile();
    if (!TakeIcon(change, file, *document, nullptr))
      return HRESULT_FROM_WIN32(ERROR_FILE_NOT_FOUND);
    const ProfilePtr profile = DescribeProfile(*document);
    service::TaskThread::Ready arrival =
        Tell(EventId::kIMbnConnectionProfileManagerEvents_OnConnectionProfileArrival, profile);
    service::TaskThread::Ready update =
        Tell(EventId::kIMbnConnectionProfileEvents_OnProfileUpdate, profile);
    change.Write(file, *profile);
    events_.Post(std::move(arrival));
    events_.Post(std::move(update));
    return S_OK;
  });
}

HRESULT Profiles::Update(const ProfileKey& profile, std::string_view xml,
                         const std::vector<Subscriber>& present) {
  return Change([&](ProfileStore::Transaction& change) {
    const StoredProfile* stored = FindStored(change.profiles(), profile);
    if (stored == nullptr) return HRESULT_FROM_WIN32(ERROR_NOT_FOUND);
    auto document = ReadOrLog(xml);
    if (!document) return E_MBN_INVALID_PROFILE;
    WriteServiceElements(*document, present);
    TakePassword(*document, stored->profile.get());
    const ProfilePtr asked = DescribeProfile(*document);
    if (!asked->SameAs(*stored->profile)) {
      LogWarning("profile refused: an update must not change Name or SubscriberID");
      return E_MBN_INVALID_PROFILE;
    }
    if (DefaultIsTaken(change.profiles(), *asked)) return E_MBN_DEFAULT_PROFILE_EXIST;
    if (!TakeIcon(change, stored->file, *document, stored->profile.get()))
      return HRESULT_FROM_WIN32(ERROR_FILE_NOT_FOUND);
    const ProfilePtr updated = DescribeProfile(*document);
    service::TaskThread::Ready update =
        Tell(EventId::kIMbnConnectionProfileEvents_OnProfileUpdate, updated);
    change.Write(stored->file, *updated);
    events_.Post(std::move(update));
    return S_OK;
  });
}

HRESULT Profiles::Delete(const ProfileKey& profile) {
  return Change([&](ProfileStore::Transaction& change) {
    const StoredProfile* stored = FindStored(change.profiles(), profile);
    if (stored == nullptr) return HRESULT_FROM_WIN32(ERROR_NOT_FOUND);
    service::TaskThread::Ready removal = Tell(
        EventId::kIMbnConnectionProfileManagerEvents_OnConnectionProfileRemoval, stored->profile);
    change.Remove(stored->file);
    events_.Post(std::move(removal));
    return S_OK;
  });
}

HRESULT Profiles::Change(const std::function<HRESULT(ProfileStore::Transaction&)>& change) {
  HRESULT result = E_FAIL;
  try {
    store_.Change([&](ProfileStore::Transaction& transaction) { result = change(transaction); });
  } catch (const std::system_error& error) {
    LogWarning(error.what());
    return E_FAIL;
  }
  return result;
}

service::TaskThread::Ready Profiles::Tell(EventId which, ProfilePtr profile) {
  return service::TaskThread::Ready(
      [&sink = sink_, event = ServiceEvent{.which = which, .profile = std::move(profile)}] {
        sink.Tell(event);
      });
}

}  // namespace mbnrig::mbn
