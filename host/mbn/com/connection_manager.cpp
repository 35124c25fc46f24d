#include "mbn/com/connection_manager.h"

#include <string>
#include <vector>

#include "com/text.h"
#include "mbn/com/call.h"
#include "mbn/com/connection.h"
#include "mbn/com/event_sinks.h"

namespace mbnrig::mbn {

ConnectionManager::ConnectionManager()
    : EventSource({SinksOf<IMbnConnectionManagerEvents>(), SinksOf<IMbnConnectionEvents>()}) {}

HRESULT ConnectionManager::GetConnection(LPCWSTR id, IMbnConnection** connection) {
  using Call = CallOf<pages::kIMbnConnectionManager_GetConnection>;
  return Call::OnService(Outs(connection), [&](RunningService& service) -> Call::Code {
    const std::string wanted = id == nullptr ? "" : com::ToUtf8(id);
    for (const SessionPtr& session : service.Connections()) {
      const Snapshot state = session->snapshot();
      if (!SameId(state->connection_id, wanted)) continue;
      return Call::Code::Checked(Put(com::Make<Connection>(state), connection));
    }
    return HRESULT_FROM_WIN32(ERROR_NOT_FOUND);
  });
}

HRESULT ConnectionManager::GetConnections(SAFEARRAY** connections) {
  using Call = CallOf<pages::kIMbnConnectionManager_GetConnections>;
  return Call::OnService(Outs(connections), [&](RunningService& service) {
    std::vector<com::Ptr<IMbnConnection>> listed;
    for (const SessionPtr& session : service.Connections())
      listed.push_back(com::Make<Connection>(session->snapshot()));
    return Call::Code::Checked(Put(listed, connections));
  });
}

}  // namespace mbnrig::mbn
