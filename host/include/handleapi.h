/// Handles of system objects, which on this platform are the events of synchapi.h. C and C++.
#pragma once

#include <windef.h>

#define INVALID_HANDLE_VALUE ((HANDLE)(LONG_PTR)-1)

/// Gives a handle up. FALSE with ERROR_INVALID_HANDLE when it is none. A wait that is under way on
/// it goes on until it ends by itself.
EXTERN_C BOOL WINAPI CloseHandle(HANDLE hObject);
