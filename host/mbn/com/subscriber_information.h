#pragma once

#include <mbnapi.h>

#include "com/object.h"
#include "mbn/modem/modem_state.h"

namespace mbnrig::mbn {

/// IMbnSubscriberInformation of a modem whose subscriber is known.
class SubscriberInformation final : public com::Object<IMbnSubscriberInformation> {
 public:
  explicit SubscriberInformation(Snapshot modem) : modem_(std::move(modem)) {}

  HRESULT STDMETHODCALLTYPE get_SubscriberID(BSTR* id) override;
  HRESULT STDMETHODCALLTYPE get_SimIccID(BSTR* id) override;
  HRESULT STDMETHODCALLTYPE get_TelephoneNumbers(SAFEARRAY** numbers) override;

 private:
  const Snapshot modem_;
};

}  // namespace mbnrig::mbn
