#pragma once

#include <mbnapi.h>

#include <utility>

#include "com/object.h"
#include "mbn/modem/modem_state.h"

namespace mbnrig::mbn {

/// IMbnConnection: a modem's context. Getters answer from the snapshot. Connect and Disconnect use
/// the present state of the modem.
class Connection final : public com::Object<IMbnConnection> {
 public:
  explicit Connection(Snapshot modem) : modem_(std::move(modem)) {}

  HRESULT STDMETHODCALLTYPE get_ConnectionID(BSTR* id) override;
  HRESULT STDMETHODCALLTYPE get_InterfaceID(BSTR* id) override;
  HRESULT STDMETHODCALLTYPE Connect(MBN_CONNECTION_MODE mode, LPCWSTR name_or_xml,
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
