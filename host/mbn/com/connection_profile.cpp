#include "mbn/com/connection_profile.h"

#include "com/guard.h"
#include "com/text.h"
#include "mbn/com/service_call.h"

namespace mbnrig::mbn {
namespace {

// Whether the service and the profile's own device are there.
HRESULT CheckReach(const ServiceCall& service, const std::string& interface_id) {
  if (!service) return HRESULT_FROM_WIN32(ERROR_SERVICE_NOT_ACTIVE);
  if (interface_id.empty()) return S_OK;
  const SessionPtr session = service->FindInterface(interface_id);
  return session != nullptr && session->reachable() ? S_OK : E_HANDLE;
}

}  // namespace

HRESULT ConnectionProfile::GetProfileXmlData(BSTR* xml) {
  return com::GiveBstr(profile_->public_xml, xml);
}

HRESULT ConnectionProfile::UpdateProfile(LPCWSTR xml) {
  return com::Guard([&] {
    const ServiceCall service;
    const HRESULT reach = CheckReach(service, interface_id_);
    if (reach != S_OK) return reach;
    return service->profiles().Update(*profile_, xml == nullptr ? "" : com::ToUtf8(xml),
                                      service->Subscribers());
  });
}

HRESULT ConnectionProfile::Delete() {
  return com::Guard([&] {
    const ServiceCall service;
    const HRESULT reach = CheckReach(service, interface_id_);
    return reach != S_OK ? reach : service->profiles().Delete(*profile_);
  });
}

}  // namespace mbnrig::mbn
