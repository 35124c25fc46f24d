#pragma once

#include <mbnapi.h>

#include "com/event_source.h"

namespace mbnrig::mbn {

/// IMbnConnectionProfileManager.
class ConnectionProfileManager final : public com::EventSource<IMbnConnectionProfileManager> {
 public:
  ConnectionProfileManager();
  HRESULT STDMETHODCALLTYPE GetConnectionProfiles(IMbnInterface* modem,
                                                  SAFEARRAY** profiles) override;
  HRESULT STDMETHODCALLTYPE GetConnectionProfile(IMbnInterface* modem, LPCWSTR name,
                                                 IMbnConnectionProfile** profile) override;
  HRESULT STDMETHODCALLTYPE CreateConnectionProfile(LPCWSTR xml) override;
};

}  // namespace mbnrig::mbn
