/// The part of the Windows SDK's windows.h that a client of the MBN and RRAS APIs needs: base
/// types, error codes, events, and in C++ COM. C and C++.
#pragma once

#include <errhandlingapi.h>
#include <handleapi.h>
#include <synchapi.h>
#include <windef.h>
#include <winerror.h>

#ifdef __cplusplus
#include <objbase.h>
#include <oleauto.h>
#endif

#define ZeroMemory(destination, length) memset((destination), 0, (length))
#define CopyMemory(destination, source, length) memcpy((destination), (source), (length))
