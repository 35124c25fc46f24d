#pragma once

#include <mbnapi.h>

#include "com/object.h"
#include "mbn/modem/modem_state.h"

namespace mbnrig::mbn {

/// IMbnInterface: one modem as it was when the object was obtained. GetConnection asks the service,
/// as the managers do. What the service cannot do yet is E_NOTIMPL.
class Interface final : public com::Object<IMbnInterface> {
 public:
  explicit Interface(Snapshot modem) : modem_(std::move(modem)) {}

  HRESULT STDMETHODCALLTYPE get_InterfaceID(BSTR* id) override;
  HRESULT STDMETHODCALLTYPE GetInterfaceCapability(MBN_INTERFACE_CAPS* caps) override;
  HRESULT STDMETHODCALLTYPE
  GetSubscriberInformation(IMbnSubscriberInformation** information) override;
  HRESULT STDMETHODCALLTYPE GetReadyState(MBN_READY_STATE* state) override;
  HRESULT STDMETHODCALLTYPE InEmergencyMode(VARIANT_BOOL* emergency) override;
  HRESULT STDMETHODCALLTYPE GetHomeProvider(MBN_PROVIDER* provider) override;
  HRESULT STDMETHODCALLTYPE GetPreferredProviders(SAFEARRAY** providers) override;
  HRESULT STDMETHODCALLTYPE SetPreferredProviders(SAFEARRAY* providers, ULONG* request) override;
  HRESULT STDMETHODCALLTYPE GetVisibleProviders(ULONG* age, SAFEARRAY** providers) override;
  HRESULT STDMETHODCALLTYPE ScanNetwork(ULONG* request) override;
  HRESULT STDMETHODCALLTYPE GetConnection(IMbnConnection** connection) override;

 private:
  const Snapshot modem_;
};

}  // namespace mbnrig::mbn
