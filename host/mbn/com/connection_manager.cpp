#include "mbn/com/connection_manager.h"

#include <string>
#include <vector>

#include "com/text.h"
#include "mbn/com/call.h"
#include "mbn/com/connection.h"
#include "mbn/com/event_sinks.h"
#include "mbn/same_id.h"

namespace mbnrig::mbn {

ConnectionManager::ConnectionManager()
    : EventSource({SinksOf<IMbnConnectionManagerEvents>(), SinksOf<IMbnConnectionEvents>()}) {}

HRESULT ConnectionManager::GetConnection(LPCWSTR id, IMbnConnection** connection) {
  using Call = CallOf<pages::kIMbnConnectionManager_GetConnection>;
  return Call::OnService(Outs(connection), [&](Seam& service) -> Call::Code {
    const std::string wanted = id == nullptr ? "" : com::ToUtf8(id);
    for (const Modem& modem : service.Modems()) {
      if (!modem.connection_listed || !SameId(modem.state->connection_id, wanted)) continue;
      return Call::Code::Checked(Put(com::Make<Connection>(modem.state), connection));
    }
    return HRESULT_FROM_WIN32(ERROR_NOT_FOUND);
  });
}

HRESULT ConnectionManager::GetConnections(SAFEARRAY** connections) {
  using Call = CallOf<pages::kIMbnConnectionManager_GetConnections>;
  return Call::OnService(Outs(connections), [&](Seam& service) {
    std::vector<com::Ptr<IMbnConnection>> listed;
    for (const Modem& modem : service.Modems()) {
      if (modem.connection_listed) listed.push_back(com::Make<Connection>(modem.state));
    }
    return Call::Code::Checked(Put(listed, connections));
  });
}

}  // namespace mbnrig::mbn
