#include "mbn/modem/modem_state.h"

#include "mbn/api/status_map.h"

namespace mbnrig::mbn {
namespace {

MBN_ACTIVATION_STATE ActivationOf(const ModemState& state) {
  // Connect is accepted only if no other request is pending, so a Disconnect comes after it.
  if (state.connecting) return MBN_ACTIVATION_STATE_ACTIVATING;
  if (state.disconnecting) return MBN_ACTIVATION_STATE_DEACTIVATING;
  switch (state.connect.value->activation_state) {
    case mbim::ActivationState::kUnknown:
      break;
    case mbim::ActivationState::kActivated:
      return MBN_ACTIVATION_STATE_ACTIVATED;
    case mbim::ActivationState::kActivating:
      return MBN_ACTIVATION_STATE_ACTIVATING;
    case mbim::ActivationState::kDeactivated:
      return MBN_ACTIVATION_STATE_DEACTIVATED;
    case mbim::ActivationState::kDeactivating:
      return MBN_ACTIVATION_STATE_DEACTIVATING;
  }
  return MBN_ACTIVATION_STATE_NONE;
}

MBN_VOICE_CALL_STATE VoiceCallOf(mbim::VoiceCallState state) {
  switch (state) {
    case mbim::VoiceCallState::kNone:
      break;
    case mbim::VoiceCallState::kInProgress:
      return MBN_VOICE_CALL_STATE_IN_PROGRESS;
    case mbim::VoiceCallState::kHangUp:
      return MBN_VOICE_CALL_STATE_HANGUP;
  }
  return MBN_VOICE_CALL_STATE_NONE;
}

// The reason why the state of the context is not known. S_OK if it is known.
HRESULT ContextTrouble(const ModemState& state) {
  if (!state.connect.known()) return E_PENDING;
  const HRESULT trouble = SimTrouble(state);
  if (trouble != S_OK) return trouble;
  return state.connect.refusal ? MeaningOf(*state.connect.refusal) : S_OK;
}

}  // namespace

bool ModemState::registered() const {
  if (!registration) return false;
  return registration->register_state == mbim::RegisterState::kHome ||
         registration->register_state == mbim::RegisterState::kRoaming ||
         registration->register_state == mbim::RegisterState::kPartner;
}

bool ModemState::attached() const {
  return packet_service &&
         packet_service->packet_service_state == mbim::PacketServiceState::kAttached;
}

bool ModemState::has_connection() const {
  if (subscriber && subscriber->ready_state == mbim::ReadyState::kDeviceLocked) return true;
  return registered();
}

bool ModemState::has_context() const {
  if (!connect.value) return false;
  return connect.value->activation_state == mbim::ActivationState::kActivated ||
         connect.value->activation_state == mbim::ActivationState::kActivating ||
         connect.value->activation_state == mbim::ActivationState::kDeactivating;
}

ConnectionReport ReportConnection(const ModemState& state) {
  ConnectionReport report;
  report.code = ContextTrouble(state);
  if (report.code != S_OK) return report;
  report.activation = ActivationOf(state);
  if (report.activation == MBN_ACTIVATION_STATE_ACTIVATED) report.profile_name = state.profile_name;
  return report;
}

VoiceCallReport ReportVoiceCall(const ModemState& state) {
  VoiceCallReport report;
  report.code = ContextTrouble(state);
  if (report.code == S_OK) report.voice_call = VoiceCallOf(state.connect.value->voice_call_state);
  return report;
}

HRESULT SimTrouble(const ModemState& state) {
  if (!state.subscriber) return S_OK;
  switch (state.subscriber->ready_state) {
    case mbim::ReadyState::kSimNotInserted:
      return E_MBN_SIM_NOT_INSERTED;
    case mbim::ReadyState::kBadSim:
      return E_MBN_BAD_SIM;
    case mbim::ReadyState::kDeviceLocked:
      return E_MBN_PIN_REQUIRED;
    default:
      return S_OK;
  }
}

}  // namespace mbnrig::mbn
