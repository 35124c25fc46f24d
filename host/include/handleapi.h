/// Handles of system objects, which on this platform are the events of synchapi.h. C and C++.
#pragma once

#include <windef.h>

#define INVALID_HANDLE_VALUE ((HANDLE)(LONG_PTR)-1)

/// Closes a handle. FALSE with ERROR_INVALID_HANDLE for a value that is not an open handle. A wait
/// on the handle that has begun continues.
EXTERN_C BOOL WINAPI CloseHandle(HANDLE hObject);
