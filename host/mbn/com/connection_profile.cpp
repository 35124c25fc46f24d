#include "mbn/com/connection_profile.h"

#include "com/text.h"
#include "mbn/com/call.h"

namespace mbnrig::mbn {
namespace {

// Runs `body(RunningService&)` while the device that the profile was obtained for is there.
template <const Page& kPage, class Body>
HRESULT OnDevice(const std::string& interface_id, Body&& body) {
  using Code = PageCode<kPage>;
  return CallOf<kPage>::OnService(Outs(), [&](RunningService& service) -> Code {
    if (!interface_id.empty()) {
      const SessionPtr session = service.FindInterface(interface_id);
      if (session == nullptr || !session->reachable()) return E_HANDLE;
    }
    return Code::Checked(body(service));
  });
}

}  // namespace

HRESULT ConnectionProfile::GetProfileXmlData(BSTR* xml) {
  return com::GiveBstr(profile_->public_xml, xml);
}

HRESULT ConnectionProfile::UpdateProfile(LPCWSTR xml) {
  return OnDevice<pages::kIMbnConnectionProfile_UpdateProfile>(
      interface_id_, [&](RunningService& service) {
        return service.profiles().Update(*profile_, xml == nullptr ? "" : com::ToUtf8(xml),
                                         service.Subscribers());
      });
}

HRESULT ConnectionProfile::Delete() {
  return OnDevice<pages::kIMbnConnectionProfile_Delete>(
      interface_id_, [&](RunningService& service) { return service.profiles().Delete(*profile_); });
}

}  // namespace mbnrig::mbn
