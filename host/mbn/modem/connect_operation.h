#pragma once

/// IMbnConnection's Connect, which attaches if needed and then activates session 0, and Disconnect.

#include <memory>
#include <string>

#include "mbim/basic_connect.h"
#include "mbn/modem/operation.h"

namespace mbnrig::mbn {

/// Refused with E_MBN_MAX_ACTIVATED_CONTEXTS if a context is active or being activated. Completes
/// with the codes of OnConnectComplete. Throws std::invalid_argument, which names the text, if a
/// text of `settings` is too long for CONNECT.
std::unique_ptr<Operation> MakeConnect(const mbim::SetConnect& settings, std::string profile_name);

/// Refused with HRESULT_FROM_WIN32(ERROR_NOT_FOUND) if there is no context to end, or if a Disconnect
/// is pending. Completes with S_OK, the only status of OnDisconnectComplete.
std::unique_ptr<Operation> MakeDisconnect();

}  // namespace mbnrig::mbn
