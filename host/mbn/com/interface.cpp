#include "mbn/com/interface.h"

#include <string>

#include "com/guard.h"
#include "com/text.h"
#include "mbn/com/connection.h"
#include "mbn/com/service_call.h"
#include "mbn/com/subscriber_information.h"

namespace mbnrig::mbn {
namespace {

MBN_READY_STATE ReadyStateOf(mbim::ReadyState state) {
  switch (state) {
    case mbim::ReadyState::kNotInitialized:
      return MBN_READY_STATE_OFF;
    case mbim::ReadyState::kInitialized:
      return MBN_READY_STATE_INITIALIZED;
    case mbim::ReadyState::kSimNotInserted:
      return MBN_READY_STATE_SIM_NOT_INSERTED;
    case mbim::ReadyState::kBadSim:
      return MBN_READY_STATE_BAD_SIM;
    case mbim::ReadyState::kFailure:
      break;
    case mbim::ReadyState::kNotActivated:
      return MBN_READY_STATE_NOT_ACTIVATED;
    case mbim::ReadyState::kDeviceLocked:
      return MBN_READY_STATE_DEVICE_LOCKED;
  }
  return MBN_READY_STATE_FAILURE;
}

MBN_VOICE_CLASS VoiceClassOf(mbim::VoiceClass voice) {
  switch (voice) {
    case mbim::VoiceClass::kUnknown:
      break;
    case mbim::VoiceClass::kNoVoice:
      return MBN_VOICE_CLASS_NO_VOICE;
    case mbim::VoiceClass::kSeparatedVoiceData:
      return MBN_VOICE_CLASS_SEPARATE_VOICE_DATA;
    case mbim::VoiceClass::kSimultaneousVoiceData:
      return MBN_VOICE_CLASS_SIMULTANEOUS_VOICE_DATA;
  }
  return MBN_VOICE_CLASS_NONE;
}

// The bits agree but for the multi-carrier one.
ULONG ControlCapsOf(std::uint32_t caps) {
  const std::uint32_t same =
      caps & (mbim::ctrl_caps::kRegManual | mbim::ctrl_caps::kHwRadioSwitch |
              mbim::ctrl_caps::kCdmaMobileIp | mbim::ctrl_caps::kCdmaSimpleIp);
  return same | ((caps & mbim::ctrl_caps::kMultiCarrier) != 0 ? MBN_CTRL_CAPS_MODEL_MULTI_CARRIER
                                                              : MBN_CTRL_CAPS_NONE);
}

// In characters, as the API's constants count.
com::Bstr Limited(const std::string& utf8, std::size_t characters) {
  return com::Bstr(std::wstring_view(com::FromUtf8(utf8)).substr(0, characters));
}

}  // namespace

HRESULT Interface::get_InterfaceID(BSTR* id) {
  return com::GiveBstr(modem_->interface_id, id);
}

HRESULT Interface::GetInterfaceCapability(MBN_INTERFACE_CAPS* caps) {
  if (caps == nullptr) return E_POINTER;
  *caps = {};
  if (!modem_->caps) return E_PENDING;
  return com::Guard([&] {
    const mbim::DeviceCapsInfo& info = *modem_->caps;
    com::Bstr custom_data = com::Bstr(info.custom_data_class);
    com::Bstr custom_band = com::Bstr(std::string_view());
    com::Bstr device = Limited(info.device_id, MBN_DEVICEID_LEN);
    com::Bstr manufacturer = Limited(modem_->manufacturer, MBN_MANUFACTURER_LEN);
    // MBIM has no model; HardwareInfo is where modems put it.
    com::Bstr model =
        Limited(info.hardware_info.empty() ? modem_->product : info.hardware_info, MBN_MODEL_LEN);
    com::Bstr firmware = Limited(info.firmware_info, MBN_FIRMWARE_LEN);

    caps->cellularClass =
        static_cast<MBN_CELLULAR_CLASS>(static_cast<std::uint32_t>(info.cellular_class) &
                                        (MBN_CELLULAR_CLASS_GSM | MBN_CELLULAR_CLASS_CDMA));
    caps->voiceClass = VoiceClassOf(info.voice_class);
    caps->dataClass = info.data_class;
    // MBIM tells nothing of bands.
    caps->gsmBandClass = MBN_BAND_CLASS_NONE;
    caps->cdmaBandClass = MBN_BAND_CLASS_NONE;
    caps->smsCaps = info.sms_caps;
    caps->controlCaps = ControlCapsOf(info.ctrl_caps);
    caps->customDataClass = custom_data.release();
    caps->customBandClass = custom_band.release();
    caps->deviceID = device.release();
    caps->manufacturer = manufacturer.release();
    caps->model = model.release();
    caps->firmwareInfo = firmware.release();
    return S_OK;
  });
}

HRESULT Interface::GetSubscriberInformation(IMbnSubscriberInformation** information) {
  if (information == nullptr) return E_POINTER;
  *information = nullptr;
  if (!modem_->subscriber) return E_PENDING;
  return com::Guard([&] {
    *information = com::Make<SubscriberInformation>(modem_).Detach();
    return S_OK;
  });
}

HRESULT Interface::GetReadyState(MBN_READY_STATE* state) {
  if (state == nullptr) return E_POINTER;
  *state = MBN_READY_STATE_OFF;
  if (!modem_->subscriber) return E_PENDING;
  *state = ReadyStateOf(modem_->subscriber->ready_state);
  return S_OK;
}

HRESULT Interface::GetHomeProvider(MBN_PROVIDER* provider) {
  if (provider == nullptr) return E_POINTER;
  *provider = {};
  return com::Guard([&] {
    const HRESULT result = ReportHomeProvider(*modem_);
    if (result != S_OK) return result;
    const mbim::Provider& home = *modem_->home_provider.value;
    com::Bstr id(home.provider_id);
    com::Bstr name(home.provider_name);
    provider->providerState = home.provider_state;
    provider->providerID = id.release();
    provider->providerName = name.release();
    return S_OK;
  });
}

HRESULT Interface::GetConnection(IMbnConnection** connection) {
  if (connection == nullptr) return E_POINTER;
  *connection = nullptr;
  return com::Guard([&] {
    const ServiceCall service;
    const SessionPtr session = service ? service->FindInterface(modem_->interface_id) : nullptr;
    if (session == nullptr || !session->reachable() || !session->connection_listed())
      return HRESULT_FROM_WIN32(ERROR_NOT_FOUND);
    *connection = com::Make<Connection>(session->snapshot()).Detach();
    return S_OK;
  });
}

HRESULT Interface::InEmergencyMode(VARIANT_BOOL* emergency) {
  return emergency == nullptr ? E_POINTER : E_NOTIMPL;
}

HRESULT Interface::GetPreferredProviders(SAFEARRAY** providers) {
  if (providers == nullptr) return E_POINTER;
  *providers = nullptr;
  return E_NOTIMPL;
}

HRESULT Interface::SetPreferredProviders(SAFEARRAY*, ULONG* request) {
  return request == nullptr ? E_POINTER : E_NOTIMPL;
}

HRESULT Interface::GetVisibleProviders(ULONG* age, SAFEARRAY** providers) {
  if (age == nullptr || providers == nullptr) return E_POINTER;
  *providers = nullptr;
  return E_NOTIMPL;
}

HRESULT Interface::ScanNetwork(ULONG* request) {
  return request == nullptr ? E_POINTER : E_NOTIMPL;
}

}  // namespace mbnrig::mbn
