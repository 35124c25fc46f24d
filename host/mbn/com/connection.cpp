#include "mbn/com/connection.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "com/guard.h"
#include "com/text.h"
#include "mbn/log.h"
#include "mbn/com/service_call.h"

namespace mbnrig::mbn {
namespace {

// The stored profile of that name for the modem's subscriber. A modem that does not say whose SIM
// it has (locked, or without one) takes any subscriber's: what is wrong then is for the completion
// to say.
HRESULT FindProfile(RunningService& service, const ModemState& modem, const std::string& name,
                    ProfilePtr* profile) {
  std::vector<ProfilePtr> profiles;
  const HRESULT result = service.profiles().List(&profiles);
  if (result != S_OK) return result;
  const bool known = modem.initialized() && !modem.subscriber->subscriber_id.empty();
  const auto found = std::find_if(profiles.begin(), profiles.end(), [&](const ProfilePtr& p) {
    return p->name == name &&
           (!known || p->BelongsTo(modem.subscriber->subscriber_id, modem.subscriber->sim_icc_id));
  });
  if (found == profiles.end()) return E_INVALIDARG;
  *profile = *found;
  return S_OK;
}

HRESULT ProfileFor(RunningService& service, const ModemState& modem, MBN_CONNECTION_MODE mode,
                   LPCWSTR text, ProfilePtr* profile) {
  if (text == nullptr) return E_INVALIDARG;
  if (mode == MBN_CONNECTION_MODE_PROFILE)
    return FindProfile(service, modem, com::ToUtf8(text), profile);
  if (mode != MBN_CONNECTION_MODE_TMP_PROFILE) return E_INVALIDARG;
  const auto read = ReadProfile(com::ToUtf8(text));
  if (const auto* error = std::get_if<ProfileError>(&read)) {
    LogWarning("profile refused: " + error->ToString());
    return E_INVALIDARG;
  }
  *profile = DescribeProfile(std::get<ProfileDocument>(read));
  return S_OK;
}

}  // namespace

HRESULT Connection::get_ConnectionID(BSTR* id) {
  return com::GiveBstr(modem_->connection_id, id);
}

HRESULT Connection::get_InterfaceID(BSTR* id) {
  return com::GiveBstr(modem_->interface_id, id);
}

HRESULT Connection::Connect(MBN_CONNECTION_MODE mode, LPCWSTR profile, ULONG* request) {
  if (request == nullptr) return E_POINTER;
  *request = 0;
  return com::Guard([&] {
    const ServiceCall service;
    if (!service) return HRESULT_FROM_WIN32(ERROR_SERVICE_NOT_ACTIVE);
    const SessionPtr session = service->FindInterface(modem_->interface_id);
    if (session == nullptr) return HRESULT_FROM_WIN32(ERROR_NOT_FOUND);
    if (!session->reachable()) return E_HANDLE;
    ProfilePtr settings;
    const HRESULT found = ProfileFor(*service, *session->snapshot(), mode, profile, &settings);
    if (found != S_OK) return found;
    return session->Connect(settings->connect, settings->name, request);
  });
}

// Its page knows one failure: that there is nothing to disconnect. Without service or device there
// is nothing.
HRESULT Connection::Disconnect(ULONG* request) {
  if (request == nullptr) return E_POINTER;
  *request = 0;
  return com::Guard([&] {
    const ServiceCall service;
    const SessionPtr session = service ? service->FindInterface(modem_->interface_id) : nullptr;
    if (session == nullptr || !session->reachable()) return HRESULT_FROM_WIN32(ERROR_NOT_FOUND);
    return session->Disconnect(request);
  });
}

HRESULT Connection::GetConnectionState(MBN_ACTIVATION_STATE* state, BSTR* profile_name) {
  if (state == nullptr || profile_name == nullptr) return E_POINTER;
  *state = MBN_ACTIVATION_STATE_NONE;
  *profile_name = nullptr;
  return com::Guard([&] {
    const ConnectionReport report = ReportConnection(*modem_);
    if (report.code != S_OK) return report.code;
    if (!report.profile_name.empty()) {
      const HRESULT given = com::GiveBstr(report.profile_name, profile_name);
      if (given != S_OK) return given;
    }
    *state = report.activation;
    return S_OK;
  });
}

HRESULT Connection::GetVoiceCallState(MBN_VOICE_CALL_STATE* state) {
  if (state == nullptr) return E_POINTER;
  *state = MBN_VOICE_CALL_STATE_NONE;
  return com::Guard([&] {
    const VoiceCallReport report = ReportVoiceCall(*modem_);
    if (report.code == S_OK) *state = report.voice_call;
    return report.code;
  });
}

HRESULT Connection::GetActivationNetworkError(ULONG* error) {
  if (error == nullptr) return E_POINTER;
  *error = modem_->network_error;
  return S_OK;
}

}  // namespace mbnrig::mbn
