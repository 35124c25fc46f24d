#pragma once

#include <mbnapi.h>

#include <utility>

#include "mbn/com/modem_facet.h"

namespace mbnrig::mbn {

/// IMbnRegistration. Getters answer from the modem's snapshot. SetRegisterMode is not done yet:
/// E_NOTIMPL.
class Registration final : public ModemFacet<IMbnRegistration, IMbnRegistrationEvents> {
 public:
  explicit Registration(Snapshot modem) : ModemFacet(std::move(modem)) {}

  HRESULT STDMETHODCALLTYPE GetRegisterState(MBN_REGISTER_STATE* state) override;
  HRESULT STDMETHODCALLTYPE GetRegisterMode(MBN_REGISTER_MODE* mode) override;
  HRESULT STDMETHODCALLTYPE GetProviderID(BSTR* id) override;
  HRESULT STDMETHODCALLTYPE GetProviderName(BSTR* name) override;
  HRESULT STDMETHODCALLTYPE GetRoamingText(BSTR* text) override;
  HRESULT STDMETHODCALLTYPE GetAvailableDataClasses(ULONG* classes) override;
  HRESULT STDMETHODCALLTYPE GetCurrentDataClass(ULONG* data_class) override;
  HRESULT STDMETHODCALLTYPE GetRegistrationNetworkError(ULONG* error) override;
  HRESULT STDMETHODCALLTYPE GetPacketAttachNetworkError(ULONG* error) override;
  HRESULT STDMETHODCALLTYPE SetRegisterMode(MBN_REGISTER_MODE mode, LPCWSTR provider_id,
                                            ULONG data_class, ULONG* request) override;
};

}  // namespace mbnrig::mbn
