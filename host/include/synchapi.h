/// Events and waiting. C and C++. A handle is a number that is looked up, not a pointer. A handle
/// that was closed or never existed fails with ERROR_INVALID_HANDLE.
#pragma once

#include <windef.h>

#define INFINITE 0xFFFFFFFF

#define WAIT_OBJECT_0 0x00000000
#define WAIT_ABANDONED 0x00000080
#define WAIT_TIMEOUT 258
#define WAIT_FAILED ((DWORD)0xFFFFFFFF)

/// Makes an unnamed event. A manual-reset event stays signalled until ResetEvent; an auto-reset
/// event ends one wait. `lpEventAttributes` has no effect. NULL with ERROR_NOT_SUPPORTED if a name
/// is given (mbnrig does not share events between processes), and with ERROR_NOT_ENOUGH_MEMORY if
/// memory is short.
EXTERN_C HANDLE WINAPI CreateEventW(LPSECURITY_ATTRIBUTES lpEventAttributes, BOOL bManualReset,
                                    BOOL bInitialState, LPCWSTR lpName);
/// As CreateEventW.
EXTERN_C HANDLE WINAPI CreateEventA(LPSECURITY_ATTRIBUTES lpEventAttributes, BOOL bManualReset,
                                    BOOL bInitialState, LPCSTR lpName);
#ifdef UNICODE
#define CreateEvent CreateEventW
#else
#define CreateEvent CreateEventA
#endif

/// FALSE with ERROR_INVALID_HANDLE when `hEvent` is not the handle of an event.
EXTERN_C BOOL WINAPI SetEvent(HANDLE hEvent);
/// FALSE with ERROR_INVALID_HANDLE when `hEvent` is not the handle of an event.
EXTERN_C BOOL WINAPI ResetEvent(HANDLE hEvent);
/// Waits until the event is signalled (WAIT_OBJECT_0) or the milliseconds are over (WAIT_TIMEOUT).
/// INFINITE means no limit. WAIT_FAILED with ERROR_INVALID_HANDLE if the handle is not an event's.
EXTERN_C DWORD WINAPI WaitForSingleObject(HANDLE hHandle, DWORD dwMilliseconds);
