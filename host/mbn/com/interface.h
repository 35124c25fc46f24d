#pragma once

#include <mbnapi.h>

#include <utility>

#include "mbn/com/modem_facet.h"

namespace mbnrig::mbn {

/// IMbnInterface. Getters answer from the modem's snapshot. GetConnection asks the service, as the
/// managers do. Methods that the service does not implement yet return E_NOTIMPL.
class Interface final : public ModemFacet<IMbnInterface, IMbnInterfaceEvents> {
 public:
  explicit Interface(Snapshot modem) : ModemFacet(std::move(modem)) {}

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
};

}  // namespace mbnrig::mbn
