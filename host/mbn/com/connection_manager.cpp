#include "mbn/com/connection_manager.h"

#include <vector>

#include "com/array.h"
#include "com/guard.h"
#include "com/text.h"
#include "mbn/com/com_notifier.h"
#include "mbn/com/connection.h"
#include "mbn/com/service_call.h"

namespace mbnrig::mbn {

ConnectionManager::ConnectionManager()
    : EventSource({TheSinks().connection_manager, TheSinks().connections}) {}

// The page has no code for an unknown ID; the one of IMbnInterfaceManager::GetInterface means it.
HRESULT ConnectionManager::GetConnection(LPCWSTR id, IMbnConnection** connection) {
  if (connection == nullptr) return E_POINTER;
  *connection = nullptr;
  return com::Guard([&] {
    const ServiceCall service;
    if (!service) return HRESULT_FROM_WIN32(ERROR_SERVICE_NOT_ACTIVE);
    const std::string wanted = id == nullptr ? "" : com::ToUtf8(id);
    for (const SessionPtr& session : service->Connections()) {
      const Snapshot state = session->snapshot();
      if (!SameId(state->connection_id, wanted)) continue;
      *connection = com::Make<Connection>(state).Detach();
      return S_OK;
    }
    return HRESULT_FROM_WIN32(ERROR_NOT_FOUND);
  });
}

HRESULT ConnectionManager::GetConnections(SAFEARRAY** connections) {
  if (connections == nullptr) return E_POINTER;
  *connections = nullptr;
  return com::Guard([&] {
    const ServiceCall service;
    if (!service) return HRESULT_FROM_WIN32(ERROR_SERVICE_NOT_ACTIVE);
    std::vector<com::Ptr<IMbnConnection>> present;
    for (const SessionPtr& session : service->Connections())
      present.push_back(com::Make<Connection>(session->snapshot()));
    return com::GiveInterfaceArray(present, connections);
  });
}

}  // namespace mbnrig::mbn
