#pragma once

#include <mbnapi.h>

#include "com/object.h"
#include "mbn/modem/modem_state.h"
#include "mbn/profile/profile.h"
#include "mbn/running_service.h"

namespace mbnrig::mbn {

/// IMbnConnection: a modem's context. Getters answer as when the object was obtained; Connect and
/// Disconnect go to the modem that is there now.
class Connection final : public com::Object<IMbnConnection> {
 public:
  explicit Connection(Snapshot modem) : modem_(std::move(modem)) {}

  HRESULT STDMETHODCALLTYPE get_ConnectionID(BSTR* id) override;
  HRESULT STDMETHODCALLTYPE get_InterfaceID(BSTR* id) override;
  HRESULT STDMETHODCALLTYPE Connect(MBN_CONNECTION_MODE mode, LPCWSTR profile,
                                    ULONG* request) override;
  HRESULT STDMETHODCALLTYPE Disconnect(ULONG* request) override;
  HRESULT STDMETHODCALLTYPE GetConnectionState(MBN_ACTIVATION_STATE* state,
                                               BSTR* profile_name) override;
  HRESULT STDMETHODCALLTYPE GetVoiceCallState(MBN_VOICE_CALL_STATE* state) override;
  HRESULT STDMETHODCALLTYPE GetActivationNetworkError(ULONG* error) override;

 private:
  const Snapshot modem_;
};

}  // namespace mbnrig::mbn
