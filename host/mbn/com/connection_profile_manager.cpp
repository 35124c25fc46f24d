#include "mbn/com/connection_profile_manager.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "com/text.h"
#include "mbn/com/call.h"
#include "mbn/com/connection_profile.h"
#include "mbn/com/event_sinks.h"

namespace mbnrig::mbn {
namespace {

// The profiles that a client asked for, and the device that it named.
struct Selection {
  std::string interface_id;  // empty: none
  ProfileScope scope;
};

// Without `modem` the scope is every profile. Those of present subscribers come first.
template <const Page& kPage>
PageCode<kPage> Select(Seam& service, IMbnInterface* modem, Selection* selection) {
  if (modem == nullptr) {
    for (const Modem& present : service.Modems()) {
      if (auto owner = SubscriberOf(*present.state)) selection->scope.first.push_back(*owner);
    }
    return S_OK;
  }
  com::Bstr id;
  // The client may pass an object of its own that implements the interface.
  const HRESULT told = modem->get_InterfaceID(id.put());
  if (told == E_OUTOFMEMORY) return PageCode<kPage>::Checked(told);
  if (FAILED(told)) return E_HANDLE;
  const std::optional<Modem> found = service.FindModem(com::ToUtf8(id.view()));
  if (!found || !found->reachable) return E_HANDLE;
  selection->scope.only = SubscriberOf(*found->state);
  if (!selection->scope.only) return HRESULT_FROM_WIN32(ERROR_NOT_READY);
  selection->interface_id = found->state->interface_id;
  return S_OK;
}

}  // namespace

ConnectionProfileManager::ConnectionProfileManager()
    : EventSource({SinksOf<IMbnConnectionProfileManagerEvents>(),
                   SinksOf<IMbnConnectionProfileEvents>()}) {}

HRESULT ConnectionProfileManager::GetConnectionProfiles(IMbnInterface* modem,
                                                        SAFEARRAY** profiles) {
  constexpr const Page& kPage = pages::kIMbnConnectionProfileManager_GetConnectionProfiles;
  using Call = CallOf<kPage>;
  return Call::OnService(Outs(profiles), [&](Seam& service) {
    Selection selection;
    const Call::Code selected = Select<kPage>(service, modem, &selection);
    if (selected != S_OK) return selected;
    std::vector<ProfilePtr> found;
    const HRESULT listed = service.ListProfiles(selection.scope, &found);
    if (listed != S_OK) return Call::Code::Checked(listed);
    std::vector<com::Ptr<IMbnConnectionProfile>> objects;
    for (const ProfilePtr& profile : found)
      objects.push_back(com::Make<ConnectionProfile>(profile, selection.interface_id));
    return Call::Code::Checked(Put(objects, profiles));
  });
}

HRESULT ConnectionProfileManager::GetConnectionProfile(IMbnInterface* modem, LPCWSTR name,
                                                       IMbnConnectionProfile** profile) {
  constexpr const Page& kPage = pages::kIMbnConnectionProfileManager_GetConnectionProfile;
  using Call = CallOf<kPage>;
  return Call::OnService(Outs(profile), [&](Seam& service) {
    Selection selection;
    const Call::Code selected = Select<kPage>(service, modem, &selection);
    if (selected != S_OK) return selected;
    ProfilePtr stored;
    const HRESULT found =
        service.FindProfile(name == nullptr ? "" : com::ToUtf8(name), selection.scope, &stored);
    if (found != S_OK) return Call::Code::Checked(found);
    return Call::Code::Checked(
        Put(com::Make<ConnectionProfile>(stored, selection.interface_id), profile));
  });
}

HRESULT ConnectionProfileManager::CreateConnectionProfile(LPCWSTR xml) {
  using Call = CallOf<pages::kIMbnConnectionProfileManager_CreateConnectionProfile>;
  return Call::OnService(Outs(), [&](Seam& service) {
    return Call::Code::Checked(
        service.Change(CreateProfile{xml == nullptr ? "" : com::ToUtf8(xml)}));
  });
}

}  // namespace mbnrig::mbn
