#include "mbn/com/subscriber_information.h"

#include "com/array.h"
#include "com/text.h"

namespace mbnrig::mbn {

HRESULT SubscriberInformation::get_SubscriberID(BSTR* id) {
  return com::GiveBstr(modem_->subscriber->subscriber_id, id);
}

HRESULT SubscriberInformation::get_SimIccID(BSTR* id) {
  return com::GiveBstr(modem_->subscriber->sim_icc_id, id);
}

HRESULT SubscriberInformation::get_TelephoneNumbers(SAFEARRAY** numbers) {
  return com::GiveStringArray(modem_->subscriber->telephone_numbers, numbers);
}

}  // namespace mbnrig::mbn
