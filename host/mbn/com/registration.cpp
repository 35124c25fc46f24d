#include "mbn/com/registration.h"

#include <string>
#include <string_view>

#include "com/text.h"
#include "mbn/com/call.h"

namespace mbnrig::mbn {
namespace {

// The API and MBIM number these values alike. A number that neither has becomes NONE.
MBN_REGISTER_STATE RegisterStateOf(mbim::RegisterState state) {
  return state <= mbim::RegisterState::kDenied ? static_cast<MBN_REGISTER_STATE>(state)
                                               : MBN_REGISTER_STATE_NONE;
}

MBN_REGISTER_MODE RegisterModeOf(mbim::RegisterMode mode) {
  return mode <= mbim::RegisterMode::kManual ? static_cast<MBN_REGISTER_MODE>(mode)
                                             : MBN_REGISTER_MODE_NONE;
}

}  // namespace

HRESULT Registration::GetRegisterState(MBN_REGISTER_STATE* state) {
  return CallOf<pages::kIMbnRegistration_GetRegisterState>::GiveWithSim(
      *modem(), &ModemState::registration, state,
      [](const auto& info) { return RegisterStateOf(info.register_state); });
}

HRESULT Registration::GetRegisterMode(MBN_REGISTER_MODE* mode) {
  return CallOf<pages::kIMbnRegistration_GetRegisterMode>::GiveWithSim(
      *modem(), &ModemState::registration, mode,
      [](const auto& info) { return RegisterModeOf(info.register_mode); });
}

HRESULT Registration::GetProviderID(BSTR* id) {
  return CallOf<pages::kIMbnRegistration_GetProviderID>::GiveWithSim(
      *modem(), &ModemState::registration, id,
      [](const auto& info) { return Limited(info.provider_id, MBN_PROVIDERID_LEN).release(); });
}

HRESULT Registration::GetProviderName(BSTR* name) {
  return CallOf<pages::kIMbnRegistration_GetProviderName>::GiveWithSim(
      *modem(), &ModemState::registration, name,
      [](const auto& info) { return Limited(info.provider_name, MBN_PROVIDERNAME_LEN).release(); });
}

HRESULT Registration::GetRoamingText(BSTR* text) {
  return CallOf<pages::kIMbnRegistration_GetRoamingText>::GiveWithSim(
      *modem(), &ModemState::registration, text,
      [](const auto& info) { return Limited(info.roaming_text, MBN_ROAMTEXT_LEN).release(); });
}

HRESULT Registration::GetAvailableDataClasses(ULONG* classes) {
  return CallOf<pages::kIMbnRegistration_GetAvailableDataClasses>::GiveWithSim(
      *modem(), &ModemState::registration, classes,
      [](const auto& info) -> ULONG { return info.available_data_classes; });
}

HRESULT Registration::GetCurrentDataClass(ULONG* data_class) {
  return CallOf<pages::kIMbnRegistration_GetCurrentDataClass>::GiveWithSim(
      *modem(), &ModemState::packet_service, data_class,
      [](const auto& info) -> ULONG { return info.highest_available_data_class; });
}

HRESULT Registration::GetRegistrationNetworkError(ULONG* error) {
  using Call = CallOf<pages::kIMbnRegistration_GetRegistrationNetworkError>;
  return Call::Do(Outs(error), [&]() -> Call::Code {
    *error = modem()->registration ? modem()->registration->nw_error : 0;
    return S_OK;
  });
}

HRESULT Registration::GetPacketAttachNetworkError(ULONG* error) {
  using Call = CallOf<pages::kIMbnRegistration_GetPacketAttachNetworkError>;
  return Call::Do(Outs(error), [&]() -> Call::Code {
    *error = modem()->attach_error;
    return S_OK;
  });
}

HRESULT Registration::SetRegisterMode(MBN_REGISTER_MODE, LPCWSTR, ULONG, ULONG* request) {
  return CallOf<pages::kIMbnRegistration_SetRegisterMode>::NotImplemented(Outs(request));
}

}  // namespace mbnrig::mbn
