/// The Windows base types, for C11 and C++20: Microsoft's own adapter header (directx-headers) and
/// the few names that it lacks. WCHAR is the platform's wchar_t: 4 bytes on Linux, 2 on Windows.
#pragma once

#include <limits.h>
#include <wsl/winadapter.h>

// The adapter narrows LONG_MAX and ULONG_MAX to LONG's width, which is wrong for C's `long` here.
#undef LONG_MAX
#define LONG_MAX __LONG_MAX__
#undef ULONG_MAX
#define ULONG_MAX (LONG_MAX * 2UL + 1UL)

#ifndef CALLBACK
#define CALLBACK
#endif
#ifndef NTAPI
#define NTAPI
#endif
#ifndef FAR
#define FAR
#endif

typedef BYTE *PBYTE, *LPBYTE;
typedef WORD *PWORD, *LPWORD;
typedef DWORD *PDWORD, *LPDWORD;
typedef BOOL *PBOOL, *LPBOOL;
typedef ULONG* PULONG;
typedef LONG *PLONG, *LPLONG;
typedef UINT* PUINT;
typedef INT *PINT, *LPINT;
typedef HANDLE *PHANDLE, *LPHANDLE;
typedef GUID* LPGUID;
typedef int16_t SHORT;
typedef uint64_t DWORDLONG;
typedef uint64_t DWORD64;
typedef uint64_t DWORD_PTR;
typedef SECURITY_ATTRIBUTES *PSECURITY_ATTRIBUTES, *LPSECURITY_ATTRIBUTES;

/// 100 ns intervals since 1601-01-01 UTC.
typedef struct _FILETIME {
  DWORD dwLowDateTime;
  DWORD dwHighDateTime;
} FILETIME, *PFILETIME, *LPFILETIME;

// A string literal of the text width that the program chose, as everywhere on Windows.
#ifndef TEXT
#ifdef UNICODE
#define TEXT(quote) L##quote
#else
#define TEXT(quote) quote
#endif
#endif

#ifdef __cplusplus
/// Compares all 16 bytes. Use this instead of the adapter's operator==, which reads a GUID through
/// pointers to another type, so that the optimiser may break it.
inline BOOL IsEqualGUID(REFGUID a, REFGUID b) {
  return memcmp(&a, &b, sizeof(GUID)) == 0;
}
inline BOOL IsEqualIID(REFIID a, REFIID b) {
  return IsEqualGUID(a, b);
}
inline BOOL IsEqualCLSID(REFCLSID a, REFCLSID b) {
  return IsEqualGUID(a, b);
}
#else
#define IsEqualGUID(a, b) (!memcmp((a), (b), sizeof(GUID)))
#define IsEqualIID(a, b) IsEqualGUID(a, b)
#define IsEqualCLSID(a, b) IsEqualGUID(a, b)
#endif
