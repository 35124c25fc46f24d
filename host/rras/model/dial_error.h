#pragma once

#include <windef.h>
#include <winerror.h>

namespace mbnrig::rras {

/// The RRAS code for the end of an attempt that failed: what a synchronous MprAdminInterfaceConnect
/// returns. One table has the codes. A status that the table lacks is logged and becomes
/// ERROR_HARDWARE_FAILURE.
DWORD DialError(HRESULT status) noexcept;

}  // namespace mbnrig::rras
