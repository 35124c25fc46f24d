/// The calling thread's last error. C and C++.
#pragma once

#include <windef.h>

/// The code that the last failed function of this thread set; 0 at first.
EXTERN_C DWORD WINAPI GetLastError(void);
EXTERN_C VOID WINAPI SetLastError(DWORD dwErrCode);
