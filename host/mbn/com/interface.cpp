#include "mbn/com/interface.h"

#include <string>

#include "com/text.h"
#include "mbn/com/call.h"
#include "mbn/com/connection.h"
#include "mbn/com/subscriber_information.h"

namespace mbnrig::mbn {
namespace {

// An eSIM without a profile. MBIM 1.0 does not have this value; modems send it.
constexpr auto kNoEsimProfile = static_cast<mbim::ReadyState>(7);

MBN_READY_STATE ReadyStateOf(mbim::ReadyState state) {
  if (state == kNoEsimProfile) return MBN_READY_STATE_NO_ESIM_PROFILE;
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

// Both enumerations use the same bits, except for multi-carrier.
ULONG ControlCapsOf(std::uint32_t caps) {
  const std::uint32_t same =
      caps & (mbim::ctrl_caps::kRegManual | mbim::ctrl_caps::kHwRadioSwitch |
              mbim::ctrl_caps::kCdmaMobileIp | mbim::ctrl_caps::kCdmaSimpleIp);
  return same | ((caps & mbim::ctrl_caps::kMultiCarrier) != 0 ? MBN_CTRL_CAPS_MODEL_MULTI_CARRIER
                                                              : MBN_CTRL_CAPS_NONE);
}

MBN_INTERFACE_CAPS CapsOf(const ModemState& modem) {
  const mbim::DeviceCapsInfo& info = *modem.caps;
  // Makes all texts before it hands any over, so that none leaks if memory is short.
  com::Bstr custom_data(info.custom_data_class);
  com::Bstr custom_band{std::string_view()};
  com::Bstr device = Limited(info.device_id, MBN_DEVICEID_LEN);
  com::Bstr manufacturer = Limited(modem.manufacturer, MBN_MANUFACTURER_LEN);
  // MBIM has no field for the model. Modems put it into HardwareInfo.
  com::Bstr model =
      Limited(info.hardware_info.empty() ? modem.product : info.hardware_info, MBN_MODEL_LEN);
  com::Bstr firmware = Limited(info.firmware_info, MBN_FIRMWARE_LEN);

  MBN_INTERFACE_CAPS caps{};
  caps.cellularClass =
      static_cast<MBN_CELLULAR_CLASS>(static_cast<std::uint32_t>(info.cellular_class) &
                                      (MBN_CELLULAR_CLASS_GSM | MBN_CELLULAR_CLASS_CDMA));
  caps.voiceClass = VoiceClassOf(info.voice_class);
  caps.dataClass = info.data_class;
  // MBIM 1.0 does not report bands.
  caps.gsmBandClass = MBN_BAND_CLASS_NONE;
  caps.cdmaBandClass = MBN_BAND_CLASS_NONE;
  caps.smsCaps = info.sms_caps;
  caps.controlCaps = ControlCapsOf(info.ctrl_caps);
  caps.customDataClass = custom_data.release();
  caps.customBandClass = custom_band.release();
  caps.deviceID = device.release();
  caps.manufacturer = manufacturer.release();
  caps.model = model.release();
  caps.firmwareInfo = firmware.release();
  return caps;
}

MBN_PROVIDER ProviderOf(const mbim::Provider& provider) {
  com::Bstr id(provider.provider_id);
  com::Bstr name(provider.provider_name);
  MBN_PROVIDER given{};
  given.providerState = provider.provider_state;
  given.providerID = id.release();
  given.providerName = name.release();
  return given;
}

}  // namespace

HRESULT Interface::get_InterfaceID(BSTR* id) {
  return com::GiveBstr(modem()->interface_id, id);
}

HRESULT Interface::GetInterfaceCapability(MBN_INTERFACE_CAPS* caps) {
  return CallOf<pages::kIMbnInterface_GetInterfaceCapability>::Give(
      *modem(), &ModemState::caps, caps, [&](const auto&) { return CapsOf(*modem()); });
}

HRESULT Interface::GetSubscriberInformation(IMbnSubscriberInformation** information) {
  return CallOf<pages::kIMbnInterface_GetSubscriberInformation>::Give(
      *modem(), &ModemState::subscriber, information,
      [&](const auto&) { return com::Make<SubscriberInformation>(modem()); });
}

HRESULT Interface::GetReadyState(MBN_READY_STATE* state) {
  return CallOf<pages::kIMbnInterface_GetReadyState>::Give(
      *modem(), &ModemState::subscriber, state,
      [](const auto& info) { return ReadyStateOf(info.ready_state); });
}

HRESULT Interface::GetHomeProvider(MBN_PROVIDER* provider) {
  return CallOf<pages::kIMbnInterface_GetHomeProvider>::Give(*modem(), &ModemState::home_provider,
                                                             provider, ProviderOf);
}

HRESULT Interface::GetConnection(IMbnConnection** connection) {
  using Call = CallOf<pages::kIMbnInterface_GetConnection>;
  return Call::OnModem(*modem(), Outs(connection), [&](Seam&, const Modem& now) -> Call::Code {
    if (!now.connection_listed) return HRESULT_FROM_WIN32(ERROR_NOT_FOUND);
    return Call::Code::Checked(Put(com::Make<Connection>(now.state), connection));
  });
}

HRESULT Interface::InEmergencyMode(VARIANT_BOOL* emergency) {
  return CallOf<pages::kIMbnInterface_InEmergencyMode>::Give(
      *modem(), &ModemState::emergency_mode, emergency, [](const auto& info) -> VARIANT_BOOL {
        return info.emergency_mode == mbim::EmergencyMode::kOn ? VARIANT_TRUE : VARIANT_FALSE;
      });
}

HRESULT Interface::GetPreferredProviders(SAFEARRAY** providers) {
  return CallOf<pages::kIMbnInterface_GetPreferredProviders>::NotImplemented(Outs(providers));
}

HRESULT Interface::SetPreferredProviders(SAFEARRAY*, ULONG* request) {
  return CallOf<pages::kIMbnInterface_SetPreferredProviders>::NotImplemented(Outs(request));
}

HRESULT Interface::GetVisibleProviders(ULONG* age, SAFEARRAY** providers) {
  return CallOf<pages::kIMbnInterface_GetVisibleProviders>::NotImplemented(Outs(age, providers));
}

HRESULT Interface::ScanNetwork(ULONG* request) {
  return CallOf<pages::kIMbnInterface_ScanNetwork>::NotImplemented(Outs(request));
}

}  // namespace mbnrig::mbn
