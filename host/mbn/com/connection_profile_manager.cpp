#include "mbn/com/connection_profile_manager.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "com/array.h"
#include "com/guard.h"
#include "com/text.h"
#include "mbn/com/com_notifier.h"
#include "mbn/com/connection_profile.h"
#include "mbn/com/service_call.h"

namespace mbnrig::mbn {
namespace {

// Profiles of a device's subscriber, and the device's interface ID.
struct Selection {
  std::string interface_id;
  std::vector<ProfilePtr> profiles;
};

bool OfSomeone(const Profile& profile, const std::vector<Subscriber>& subscribers) {
  return std::any_of(subscribers.begin(), subscribers.end(),
                     [&](const Subscriber& s) { return profile.BelongsTo(s.id, s.sim_icc_id); });
}

// Every profile, those of subscribers whose modem is present first.
HRESULT SelectAll(RunningService& service, Selection* selection) {
  const HRESULT listed = service.profiles().List(&selection->profiles);
  if (listed != S_OK) return listed;
  const std::vector<Subscriber> present = service.Subscribers();
  std::partition(selection->profiles.begin(), selection->profiles.end(),
                 [&](const ProfilePtr& profile) { return OfSomeone(*profile, present); });
  return S_OK;
}

HRESULT Select(RunningService& service, IMbnInterface* modem, Selection* selection) {
  if (modem == nullptr) return SelectAll(service, selection);
  com::Bstr id;
  // Any object of the interface will do, also a client's own.
  const HRESULT told = modem->get_InterfaceID(id.put());
  if (told == E_OUTOFMEMORY) return told;
  if (FAILED(told)) return E_HANDLE;
  const SessionPtr session = service.FindInterface(com::ToUtf8(id.view()));
  if (session == nullptr || !session->reachable()) return E_HANDLE;
  const Snapshot state = session->snapshot();
  if (!state->initialized() || state->subscriber->subscriber_id.empty())
    return HRESULT_FROM_WIN32(ERROR_NOT_READY);
  const HRESULT listed = service.profiles().List(&selection->profiles);
  if (listed != S_OK) return listed;
  std::erase_if(selection->profiles, [&](const ProfilePtr& profile) {
    return !profile->BelongsTo(state->subscriber->subscriber_id, state->subscriber->sim_icc_id);
  });
  selection->interface_id = state->interface_id;
  return S_OK;
}

}  // namespace

ConnectionProfileManager::ConnectionProfileManager()
    : EventSource({TheSinks().profile_manager, TheSinks().profiles}) {}

HRESULT ConnectionProfileManager::GetConnectionProfiles(IMbnInterface* modem,
                                                        SAFEARRAY** profiles) {
  if (profiles == nullptr) return E_POINTER;
  *profiles = nullptr;
  return com::Guard([&] {
    const ServiceCall service;
    if (!service) return HRESULT_FROM_WIN32(ERROR_SERVICE_NOT_ACTIVE);
    Selection selection;
    const HRESULT selected = Select(*service, modem, &selection);
    if (selected != S_OK) return selected;
    std::vector<com::Ptr<IMbnConnectionProfile>> objects;
    for (const ProfilePtr& profile : selection.profiles)
      objects.push_back(com::Make<ConnectionProfile>(profile, selection.interface_id));
    return com::GiveInterfaceArray(objects, profiles);
  });
}

HRESULT ConnectionProfileManager::GetConnectionProfile(IMbnInterface* modem, LPCWSTR name,
                                                       IMbnConnectionProfile** profile) {
  if (profile == nullptr) return E_POINTER;
  *profile = nullptr;
  return com::Guard([&] {
    const ServiceCall service;
    if (!service) return HRESULT_FROM_WIN32(ERROR_SERVICE_NOT_ACTIVE);
    Selection selection;
    const HRESULT selected = Select(*service, modem, &selection);
    if (selected != S_OK) return selected;
    const std::string wanted = name == nullptr ? "" : com::ToUtf8(name);
    const auto found =
        std::find_if(selection.profiles.begin(), selection.profiles.end(),
                     [&](const ProfilePtr& candidate) { return candidate->name == wanted; });
    if (found == selection.profiles.end()) return HRESULT_FROM_WIN32(ERROR_NOT_FOUND);
    *profile = com::Make<ConnectionProfile>(*found, selection.interface_id).Detach();
    return S_OK;
  });
}

HRESULT ConnectionProfileManager::CreateConnectionProfile(LPCWSTR xml) {
  return com::Guard([&] {
    const ServiceCall service;
    if (!service) return HRESULT_FROM_WIN32(ERROR_SERVICE_NOT_ACTIVE);
    return service->profiles().Create(xml == nullptr ? "" : com::ToUtf8(xml),
                                      service->Subscribers());
  });
}

}  // namespace mbnrig::mbn
