#include "mbn/com/interface_manager.h"

#include <vector>

#include "com/array.h"
#include "com/guard.h"
#include "com/text.h"
#include "mbn/com/com_notifier.h"
#include "mbn/com/interface.h"
#include "mbn/com/service_call.h"

namespace mbnrig::mbn {

InterfaceManager::InterfaceManager()
    : EventSource({TheSinks().interface_manager, TheSinks().interfaces}) {}

// A service that is stopped has no interface of any ID, which is a condition the page names.
HRESULT InterfaceManager::GetInterface(LPCWSTR id, IMbnInterface** modem) {
  if (modem == nullptr) return E_POINTER;
  *modem = nullptr;
  return com::Guard([&] {
    const ServiceCall service;
    const SessionPtr session =
        service && id != nullptr ? service->FindInterface(com::ToUtf8(id)) : nullptr;
    if (session == nullptr) return HRESULT_FROM_WIN32(ERROR_NOT_FOUND);
    *modem = com::Make<Interface>(session->snapshot()).Detach();
    return S_OK;
  });
}

HRESULT InterfaceManager::GetInterfaces(SAFEARRAY** modems) {
  if (modems == nullptr) return E_POINTER;
  *modems = nullptr;
  return com::Guard([&] {
    const ServiceCall service;
    if (!service) return HRESULT_FROM_WIN32(ERROR_SERVICE_NOT_ACTIVE);
    std::vector<com::Ptr<IMbnInterface>> interfaces;
    for (const SessionPtr& session : service->Interfaces())
      interfaces.push_back(com::Make<Interface>(session->snapshot()));
    return com::GiveInterfaceArray(interfaces, modems);
  });
}

}  // namespace mbnrig::mbn
