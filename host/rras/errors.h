#pragma once

#include <windef.h>
#include <winerror.h>

namespace mbnrig::rras {

/// What a failed dial-up means in RRAS's words: the code that a synchronous connect returns and
/// that the interface keeps as dwLastError. One table; a status without an entry is
/// ERROR_HARDWARE_FAILURE and logged.
DWORD DialError(HRESULT status);

}  // namespace mbnrig::rras
