#include "mbn/com/interface_manager.h"

#include <memory>
#include <vector>

#include "com/text.h"
#include "mbn/com/call.h"
#include "mbn/com/event_sinks.h"
#include "mbn/com/modem_object.h"

namespace mbnrig::mbn {

namespace {

std::vector<std::shared_ptr<com::Connections>> AllSinks() {
  auto sinks = SinksOfFacets(static_cast<const ModemObject*>(nullptr));
  sinks.insert(sinks.begin(), SinksOf<IMbnInterfaceManagerEvents>());
  return sinks;
}

}  // namespace

InterfaceManager::InterfaceManager() : EventSource(AllSinks()) {}

HRESULT InterfaceManager::GetInterface(LPCWSTR id, IMbnInterface** modem) {
  using Call = CallOf<pages::kIMbnInterfaceManager_GetInterface>;
  return Call::OnService(Outs(modem), [&](RunningService& service) -> Call::Code {
    const SessionPtr session = id != nullptr ? service.FindInterface(com::ToUtf8(id)) : nullptr;
    if (session == nullptr) return HRESULT_FROM_WIN32(ERROR_NOT_FOUND);
    return Call::Code::Checked(Put(MakeModem(session->snapshot()), modem));
  });
}

HRESULT InterfaceManager::GetInterfaces(SAFEARRAY** modems) {
  using Call = CallOf<pages::kIMbnInterfaceManager_GetInterfaces>;
  return Call::OnService(Outs(modems), [&](RunningService& service) {
    std::vector<com::Ptr<IMbnInterface>> listed;
    for (const SessionPtr& session : service.Interfaces())
      listed.push_back(MakeModem(session->snapshot()));
    return Call::Code::Checked(Put(listed, modems));
  });
}

}  // namespace mbnrig::mbn
