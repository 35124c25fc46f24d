#pragma once

#include <mbnapi.h>

#include "com/event_source.h"

namespace mbnrig::mbn {

/// IMbnInterfaceManager.
class InterfaceManager final : public com::EventSource<IMbnInterfaceManager> {
 public:
  InterfaceManager();
  HRESULT STDMETHODCALLTYPE GetInterface(LPCWSTR id, IMbnInterface** modem) override;
  HRESULT STDMETHODCALLTYPE GetInterfaces(SAFEARRAY** modems) override;
};

}  // namespace mbnrig::mbn
