#pragma once

/// CONNECT and IP_CONFIGURATION (MBIM 1.0, sections 10.5.12 and 10.5.15): activating and
/// deactivating contexts, each a session of the data pipe.

#include "modem/modem.h"
#include "modem/state.h"

namespace mbnrig::modem {

/// Session ids travel in one byte of an NTB's signature (MBIM 1.0, section 7).
inline constexpr std::uint32_t kMaxSessionId = 255;

/// CONNECT_INFO of a session as it is now.
mbim::ConnectInfo ConnectInfoOf(const Machine& machine, std::uint32_t session_id,
                                std::uint32_t nw_error);

/// The sessions that are activated, by ascending id.
std::vector<ActiveSession> ActiveSessionsOf(const Machine& machine);

/// Deactivates all sessions when the packet service is gone, with indications.
void SettleSessions(Machine& machine);
/// The network deactivates one session, which must be active. Indicated, with `cause` (TS 24.008).
void DeactivateByNetwork(Machine& machine, std::uint32_t session_id, std::uint32_t cause);
/// Forgets all sessions without telling the host: the control channel is closed.
void DropSessions(Machine& machine);
/// Indicates a change of the voice call's state, with each active session or, where there is none,
/// with session 0.
void SettleVoiceCall(Machine& machine);

void QueryConnect(Machine& machine, const mbim::ConnectInfo& request, const Answer& answer);
void SetConnect(Machine& machine, const mbim::SetConnect& request, const Answer& answer);
void QueryIpConfiguration(Machine& machine, const mbim::IpConfigurationInfo& request,
                          const Answer& answer);

}  // namespace mbnrig::modem
