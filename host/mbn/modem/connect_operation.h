#pragma once

/// IMbnConnection's Connect (attach where needed, then activate session 0) and Disconnect.

#include <memory>
#include <string>

#include "mbim/basic_connect.h"
#include "mbn/modem/operation.h"

namespace mbnrig::mbn {

/// Admitted unless a context is active or on its way: E_MBN_MAX_ACTIVATED_CONTEXTS. Completes with
/// the codes of OnConnectComplete. Throws std::invalid_argument, which names the text, when a text
/// of `settings` is too long for CONNECT.
std::unique_ptr<Operation> MakeConnect(const mbim::SetConnect& settings, std::string profile_name);

/// Admitted unless there is nothing to end: HRESULT_FROM_WIN32(ERROR_NOT_FOUND). Completes with
/// S_OK, the only status that OnDisconnectComplete has.
std::unique_ptr<Operation> MakeDisconnect();

}  // namespace mbnrig::mbn
