#include "mbn/com/interface_manager.h"

#include <memory>
#include <optional>
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
  return Call::OnService(Outs(modem), [&](Seam& service) -> Call::Code {
    const std::optional<Modem> found =
        id != nullptr ? service.FindModem(com::ToUtf8(id)) : std::nullopt;
    if (!found) return HRESULT_FROM_WIN32(ERROR_NOT_FOUND);
    return Call::Code::Checked(Put(MakeModem(found->state), modem));
  });
}

HRESULT InterfaceManager::GetInterfaces(SAFEARRAY** modems) {
  using Call = CallOf<pages::kIMbnInterfaceManager_GetInterfaces>;
  return Call::OnService(Outs(modems), [&](Seam& service) {
    std::vector<com::Ptr<IMbnInterface>> listed;
    for (const Modem& modem : service.Modems())
      listed.push_back(MakeModem(modem.state));
    return Call::Code::Checked(Put(listed, modems));
  });
}

}  // namespace mbnrig::mbn
