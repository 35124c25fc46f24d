#pragma once

/// What the service knows about one modem at one moment, and the API's answers that follow from it.
/// Immutable once published: every COM object of a modem holds one and always answers from it.

#include <mbnapi.h>

#include <memory>
#include <optional>
#include <string>

#include "mbim/basic_connect.h"
#include "mbim/protocol.h"

namespace mbnrig::mbn {

/// The modem's answer to a query for a T.
template <class T>
struct Answer {
  std::optional<T> value;
  std::optional<mbim::Status> refusal;  ///< only without a value

  bool known() const { return value.has_value() || refusal.has_value(); }
  friend bool operator==(const Answer&, const Answer&) = default;
};

struct ModemState {
  std::string interface_id, connection_id;  ///< "{xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx}"
  std::string manufacturer, product;        ///< from USB

  std::optional<mbim::DeviceCapsInfo> caps;
  std::optional<mbim::SubscriberReadyInfo> subscriber;
  std::optional<mbim::RadioStateInfo> radio;
  std::optional<mbim::RegistrationStateInfo> registration;
  std::optional<mbim::PacketServiceInfo> packet_service;
  std::optional<mbim::EmergencyModeInfo> emergency_mode;
  Answer<mbim::ConnectInfo> connect;  ///< of session 0
  Answer<mbim::Provider> home_provider;

  bool connecting = false;          ///< a Connect was accepted and has not completed
  bool disconnecting = false;       ///< a Disconnect was accepted and has not completed
  std::uint32_t network_error = 0;  ///< of the last activation; 0: none
  std::uint32_t attach_error = 0;   ///< of the last attach; 0: none
  std::string profile_name;         ///< of the active context, if the service activated it
  std::string connected_by;         ///< the Windows Store app that asked for the context, if any

  /// Whether an accepted Connect or Disconnect has not completed.
  bool has_request() const { return connecting || disconnecting; }
  bool initialized() const {
    return subscriber && subscriber->ready_state == mbim::ReadyState::kInitialized;
  }
  bool registered() const;  ///< at home, roaming, or with a partner
  bool attached() const;
  /// Whether there is an IMbnConnection: the modem is registered or locked.
  bool has_connection() const;
  /// Whether a context is known to be active, being activated or being deactivated.
  bool has_context() const;

  friend bool operator==(const ModemState&, const ModemState&) = default;
};

using Snapshot = std::shared_ptr<const ModemState>;

/// The answer of IMbnConnection::GetConnectionState.
struct ConnectionReport {
  HRESULT code = E_PENDING;
  MBN_ACTIVATION_STATE activation = MBN_ACTIVATION_STATE_NONE;  ///< only with S_OK
  std::string profile_name;                                     ///< only when activated
  friend bool operator==(const ConnectionReport&, const ConnectionReport&) = default;
};
ConnectionReport ReportConnection(const ModemState& state);

struct VoiceCallReport {
  HRESULT code = E_PENDING;
  MBN_VOICE_CALL_STATE voice_call = MBN_VOICE_CALL_STATE_NONE;  ///< only with S_OK
  friend bool operator==(const VoiceCallReport&, const VoiceCallReport&) = default;
};
VoiceCallReport ReportVoiceCall(const ModemState& state);

/// The code for a missing, bad or locked SIM. S_OK otherwise, also while nothing is known.
HRESULT SimTrouble(const ModemState& state);

}  // namespace mbnrig::mbn
