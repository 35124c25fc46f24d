#pragma once

#include <mbnapi.h>

#include "com/event_source.h"

namespace mbnrig::mbn {

/// IMbnConnectionManager.
class ConnectionManager final : public com::EventSource<IMbnConnectionManager> {
 public:
  ConnectionManager();
  HRESULT STDMETHODCALLTYPE GetConnection(LPCWSTR id, IMbnConnection** connection) override;
  HRESULT STDMETHODCALLTYPE GetConnections(SAFEARRAY** connections) override;
};

}  // namespace mbnrig::mbn
