#include "mbn/com/connection_profile.h"

#include <optional>

#include "com/text.h"
#include "mbn/com/call.h"

namespace mbnrig::mbn {
namespace {

// Runs `body(Seam&)` if the device that the profile was obtained for is present.
template <const Page& kPage, class Body>
HRESULT OnDevice(const std::string& interface_id, Body&& body) {
  using Code = PageCode<kPage>;
  return CallOf<kPage>::OnService(Outs(), [&](Seam& service) -> Code {
    if (!interface_id.empty()) {
      const std::optional<Modem> modem = service.FindModem(interface_id);
      if (!modem || !modem->reachable) return E_HANDLE;
    }
    return Code::Checked(body(service));
  });
}

}  // namespace

HRESULT ConnectionProfile::GetProfileXmlData(BSTR* xml) {
  return com::GiveBstr(profile_->public_xml, xml);
}

HRESULT ConnectionProfile::UpdateProfile(LPCWSTR xml) {
  return OnDevice<pages::kIMbnConnectionProfile_UpdateProfile>(interface_id_, [&](Seam& service) {
    return service.Change(mbn::UpdateProfile{*profile_, xml == nullptr ? "" : com::ToUtf8(xml)});
  });
}

HRESULT ConnectionProfile::Delete() {
  return OnDevice<pages::kIMbnConnectionProfile_Delete>(
      interface_id_, [&](Seam& service) { return service.Change(DeleteProfile{*profile_}); });
}

}  // namespace mbnrig::mbn
