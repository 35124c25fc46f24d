#include "mbn/com/connection.h"

#include "com/text.h"
#include "mbn/com/call.h"
#include "mbn/store_app.h"

namespace mbnrig::mbn {
HRESULT Connection::get_ConnectionID(BSTR* id) {
  return com::GiveBstr(modem_->connection_id, id);
}

HRESULT Connection::get_InterfaceID(BSTR* id) {
  return com::GiveBstr(modem_->interface_id, id);
}

HRESULT Connection::Connect(MBN_CONNECTION_MODE mode, LPCWSTR name_or_xml, ULONG* request) {
  using Call = CallOf<pages::kIMbnConnection_Connect>;
  return Call::OnModem(
      *modem_, Outs(request), [&](Seam& service, const Modem& modem) -> Call::Code {
        if (name_or_xml == nullptr) return E_INVALIDARG;
        return Call::Submit(service, modem,
                            ConnectRequest{mode, com::ToUtf8(name_or_xml), StoreApp()}, request);
      });
}

HRESULT Connection::Disconnect(ULONG* request) {
  using Call = CallOf<pages::kIMbnConnection_Disconnect>;
  return Call::OnModem(*modem_, Outs(request), [&](Seam& service, const Modem& modem) {
    return Call::Submit(service, modem, DisconnectRequest{StoreApp()}, request);
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
