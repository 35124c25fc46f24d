#include "mbn/com/connection.h"

#include <optional>
#include <string>
#include <utility>

#include "com/text.h"
#include "mbn/com/call.h"
#include "mbn/log.h"
#include "mbn/profile/profile.h"
#include "mbn/running_service.h"

namespace mbnrig::mbn {
namespace {

using ConnectCall = CallOf<pages::kIMbnConnection_Connect>;

// The stored profile of that name. A modem that does not say whose SIM it has (it is locked, or has
// no SIM) takes the profile of any subscriber: the completion says what is wrong then.
ConnectCall::Code FindStored(RunningService& service, const ModemState& modem,
                             const std::string& name, ProfilePtr* profile) {
  const HRESULT found = service.profiles().Find(name, {SubscriberOf(modem), {}}, profile);
  if (found == HRESULT_FROM_WIN32(ERROR_NOT_FOUND)) return E_INVALIDARG;
  return ConnectCall::Code::Checked(found);
}

ConnectCall::Code ReadTemporary(const std::string& xml, ProfilePtr* profile) {
  const auto read = ReadProfile(xml);
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

HRESULT Connection::Connect(MBN_CONNECTION_MODE mode, LPCWSTR name_or_xml, ULONG* request) {
  using Code = ConnectCall::Code;
  return ConnectCall::OnModem(
      *modem_, Outs(request), [&](RunningService& service, ModemSession& modem) -> Code {
        const bool stored = mode == MBN_CONNECTION_MODE_PROFILE;
        if (name_or_xml == nullptr || (!stored && mode != MBN_CONNECTION_MODE_TMP_PROFILE))
          return E_INVALIDARG;
        const std::string text = com::ToUtf8(name_or_xml);
        ProfilePtr profile;
        const Code found = stored ? FindStored(service, *modem.snapshot(), text, &profile)
                                  : ReadTemporary(text, &profile);
        if (found != S_OK) return found;
        return Code::Checked(modem.Connect(profile->connect, profile->name, request));
      });
}

HRESULT Connection::Disconnect(ULONG* request) {
  using Call = CallOf<pages::kIMbnConnection_Disconnect>;
  return Call::OnModem(*modem_, Outs(request), [&](RunningService&, ModemSession& modem) {
    return Call::Code::Checked(modem.Disconnect(request));
  });
}

HRESULT Connection::GetConnectionState(MBN_ACTIVATION_STATE* state, BSTR* profile_name) {
  using Call = CallOf<pages::kIMbnConnection_GetConnectionState>;
  return Call::Do(Outs(state, profile_name), [&] {
    const ConnectionReport report = ReportConnection(*modem_);
    HRESULT code = report.code;
    if (code == S_OK && !report.profile_name.empty()) code = Put(report.profile_name, profile_name);
    if (code == S_OK) *state = report.activation;
    return Call::Code::Checked(code);
  });
}

HRESULT Connection::GetVoiceCallState(MBN_VOICE_CALL_STATE* state) {
  using Call = CallOf<pages::kIMbnConnection_GetVoiceCallState>;
  return Call::Do(Outs(state), [&] {
    const VoiceCallReport report = ReportVoiceCall(*modem_);
    if (report.code == S_OK) *state = report.voice_call;
    return Call::Code::Checked(report.code);
  });
}

HRESULT Connection::GetActivationNetworkError(ULONG* error) {
  using Call = CallOf<pages::kIMbnConnection_GetActivationNetworkError>;
  return Call::Do(Outs(error), [&]() -> Call::Code {
    *error = modem_->network_error;
    return S_OK;
  });
}

}  // namespace mbnrig::mbn
