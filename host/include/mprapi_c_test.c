// The RRAS headers in C, with wide text. This compiles only if the rows of reference/ are true.
#define UNICODE
#include <lmerr.h>
#include <mprapi.h>
#include <mprerror.h>
#include <raserror.h>
#include <stddef.h>
#include <windows.h>

#define MPR_FUNCTION(result, name, parameters) \
  _Static_assert(_Generic(&name, result(WINAPI*) parameters : 1, default : 0), #name);
#include "include/reference/mprapi_functions.inc"
#undef MPR_FUNCTION

#define MPR_ENUMERATOR(enumeration, name, value) \
  _Static_assert(name == value, #name);          \
  _Static_assert(sizeof(enumeration) == 4, #name);
#include "include/reference/mprapi_enums.inc"
#undef MPR_ENUMERATOR

#define MPR_FIELD(structure, position, name, type, elements)                                      \
  _Static_assert(                                                                                 \
      sizeof(((structure*)0)->name) == sizeof(type) * ((elements) == 0 ? 1 : (size_t)(elements)), \
      #structure "." #name);                                                                      \
  _Static_assert((offsetof(structure, name) == 0) == ((position) == 0), #structure "." #name);
#include "include/reference/mprapi_fields.inc"
#undef MPR_FIELD

#define MPR_CONSTANT(name, value) _Static_assert((DWORD)(name) == (DWORD)(value), #name);
#define MPR_TEXT(name, text) _Static_assert(sizeof(name) == sizeof(L"" text), #name);
#include "include/reference/mprapi_constants.inc"
#undef MPR_CONSTANT
#undef MPR_TEXT

#define MPR_ERROR(name, value) _Static_assert((name) == (value), #name);
#include "include/reference/mprapi_errors.inc"
#undef MPR_ERROR

int MprapiRowsHoldInC(void);

// Code as a C client writes it: events, handles, HRESULTs, GUIDs.
int MprapiRowsHoldInC(void) {
  static const GUID kGuid = {1, 2, 3, {4}};
  GUID copy = kGuid;
  HANDLE event = CreateEvent(NULL, TRUE, FALSE, NULL);
  if (event == NULL || !IsEqualGUID(&copy, &kGuid)) return 0;
  if (WaitForSingleObject(event, 0) != WAIT_TIMEOUT) return 0;
  if (!SetEvent(event) || WaitForSingleObject(event, INFINITE) != WAIT_OBJECT_0) return 0;
  if (!CloseHandle(event) || CloseHandle(event) || GetLastError() != ERROR_INVALID_HANDLE) return 0;
  return HRESULT_FROM_WIN32(ERROR_ACCESS_DENIED) == E_ACCESSDENIED;
}
