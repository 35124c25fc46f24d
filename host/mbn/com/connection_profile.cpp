#include "mbn/com/connection_profile.h"

#include <optional>

#include "com/text.h"
#include "mbn/com/call.h"
#include "mbn/profile/profiles.h"
#include "mbn/same_id.h"

namespace mbnrig::mbn {

bool ConnectionProfile::DeviceIsPresent(Seam& service) const {
  if (interface_id_.empty()) return true;
  for (const Modem& modem : service.Modems()) {
    if (!modem.reachable) continue;
    if (SameId(modem.state->interface_id, interface_id_)) return true;
    // The device may have left and come back.
    const std::optional<Subscriber> subscriber = SubscriberOf(*modem.state);
    if (subscriber && profile_->BelongsTo(subscriber->id, subscriber->sim_icc_id)) return true;
  }
  return false;
}

HRESULT ConnectionProfile::GetProfileXmlData(BSTR* xml) {
  return com::GiveBstr(profile_->public_xml, xml);
}

HRESULT ConnectionProfile::UpdateProfile(LPCWSTR xml) {
  using Call = CallOf<pages::kIMbnConnectionProfile_UpdateProfile>;
  return Call::OnService(Outs(), [&](Seam& service) -> Call::Code {
    if (deleted_ || !DeviceIsPresent(service)) return E_HANDLE;
    return Call::Code::Checked(
        service.Change(mbn::UpdateProfile{*profile_, xml == nullptr ? "" : com::ToUtf8(xml)}));
  });
}

HRESULT ConnectionProfile::Delete() {
  using Call = CallOf<pages::kIMbnConnectionProfile_Delete>;
  return Call::OnService(Outs(), [&](Seam& service) -> Call::Code {
    if (deleted_) return E_HANDLE;
    const HRESULT result = service.Change(DeleteProfile{*profile_});
    if (result == S_OK) deleted_ = true;
    return Call::Code::Checked(result);
  });
}

}  // namespace mbnrig::mbn
