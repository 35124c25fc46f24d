#pragma once

/// The names of HRESULTs, for log lines and for tests that fail.

#include <winerror.h>

#include <string>

namespace mbnrig::com {

/// "E_MBN_PIN_REQUIRED (0x80548210)", "HRESULT_FROM_WIN32(ERROR_NOT_FOUND) (0x80070490)". Only the
/// number if mbnapi.h and COM do not use the code. Throws std::bad_alloc.
std::string CodeName(HRESULT code);

}  // namespace mbnrig::com
