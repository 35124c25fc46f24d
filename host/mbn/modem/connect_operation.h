#pragma once

/// IMbnConnection's Connect, which attaches if needed and then activates session 0, and Disconnect.

#include <memory>
#include <string>

#include "mbim/basic_connect.h"
#include "mbn/modem/operation.h"

namespace mbnrig::mbn {

/// Refused with E_MBN_MAX_ACTIVATED_CONTEXTS if a context is active or being activated. Completes
/// with the codes of OnConnectComplete. Throws std::invalid_argument, which names the text, if a
/// text of `settings` is too long for CONNECT. `app` is the Windows Store app that connects; empty:
/// another program.
std::unique_ptr<Operation> MakeConnect(const mbim::SetConnect& settings, std::string profile_name,
                                       std::string app = {});

/// Refused with HRESULT_FROM_WIN32(ERROR_NOT_FOUND) if there is no context to end, if a Disconnect
/// is pending, or if `app` is not empty and the context is not that app's. Completes with S_OK, the
/// only status of OnDisconnectComplete.
std::unique_ptr<Operation> MakeDisconnect(std::string app = {});

}  // namespace mbnrig::mbn
