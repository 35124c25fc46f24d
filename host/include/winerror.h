/// Win32 error codes and HRESULTs that the MBN and RRAS APIs use, by their published numbers.
/// Routing and remote-access codes (600 to 956) are in raserror.h and mprerror.h.
#pragma once

#include <windef.h>

// ---- Win32 error codes -------------------------------------------------------------------------

#define ERROR_SUCCESS 0
#define NO_ERROR 0
#define ERROR_INVALID_FUNCTION 1
#define ERROR_FILE_NOT_FOUND 2
#define ERROR_PATH_NOT_FOUND 3
#define ERROR_ACCESS_DENIED 5
#define ERROR_INVALID_HANDLE 6
#define ERROR_NOT_ENOUGH_MEMORY 8
#define ERROR_INVALID_DATA 13
#define ERROR_OUTOFMEMORY 14
#define ERROR_NOT_READY 21
#define ERROR_WRITE_FAULT 29
#define ERROR_READ_FAULT 30
#define ERROR_GEN_FAILURE 31
#define ERROR_NOT_SUPPORTED 50
#define ERROR_TOO_MANY_SESS 69
#define ERROR_FILE_EXISTS 80
#define ERROR_INVALID_PASSWORD 86
#define ERROR_INVALID_PARAMETER 87
#define ERROR_OPEN_FAILED 110
#define ERROR_BUFFER_OVERFLOW 111
#define ERROR_INSUFFICIENT_BUFFER 122
#define ERROR_INVALID_NAME 123
#define ERROR_INVALID_LEVEL 124
#define ERROR_PROC_NOT_FOUND 127
#define ERROR_BUSY 170
#define ERROR_ALREADY_EXISTS 183
#define ERROR_MORE_DATA 234
#define ERROR_NO_MORE_ITEMS 259
#define ERROR_MR_MID_NOT_FOUND 317
#define ERROR_OPERATION_ABORTED 995
#define ERROR_IO_PENDING 997
#define ERROR_SERVICE_REQUEST_TIMEOUT 1053
#define ERROR_SERVICE_DISABLED 1058
#define ERROR_SERVICE_DOES_NOT_EXIST 1060
#define ERROR_SERVICE_CANNOT_ACCEPT_CTRL 1061
#define ERROR_SERVICE_NOT_ACTIVE 1062
#define ERROR_POSSIBLE_DEADLOCK 1131
#define ERROR_NOT_FOUND 1168
#define ERROR_CANCELLED 1223
#define ERROR_NO_SUCH_DOMAIN 1355
#define ERROR_TIMEOUT 1460
#define ERROR_INVALID_STATE 5023
#define ERROR_DS_OPERATIONS_ERROR 8224
#define ERROR_DS_SERVER_DOWN 8250

#define RPC_S_INVALID_BINDING 1702
#define RPC_S_UNKNOWN_IF 1717
#define RPC_S_SERVER_UNAVAILABLE 1722
#define RPC_S_CALL_FAILED 1726
#define RPC_X_NULL_REF_POINTER 1780

// ---- HRESULT structure -------------------------------------------------------------------------

#define SEVERITY_SUCCESS 0
#define SEVERITY_ERROR 1
#define FACILITY_NULL 0
#define FACILITY_RPC 1
#define FACILITY_DISPATCH 2
#define FACILITY_STORAGE 3
#define FACILITY_ITF 4
#define FACILITY_WIN32 7
#define FACILITY_MBN 84

#define HRESULT_CODE(hr) ((hr)&0xFFFF)
#define HRESULT_FACILITY(hr) (((hr) >> 16) & 0x1FFF)
#define HRESULT_SEVERITY(hr) (((hr) >> 31) & 0x1)
#define MAKE_HRESULT(sev, fac, code) \
  ((HRESULT)(((ULONG)(sev) << 31) | ((ULONG)(fac) << 16) | ((ULONG)(code))))

/// The HRESULT of a Win32 error code. 0 becomes S_OK, and an HRESULT stays as it is.
#ifdef __cplusplus
constexpr HRESULT HRESULT_FROM_WIN32(ULONG error) {
  return static_cast<HRESULT>(error) <= 0
             ? static_cast<HRESULT>(error)
             : static_cast<HRESULT>((error & 0xFFFFu) | (FACILITY_WIN32 << 16) | 0x80000000u);
}
#else
#define HRESULT_FROM_WIN32(error) \
  ((HRESULT)(error) <= 0          \
       ? (HRESULT)(error)         \
       : (HRESULT)(((ULONG)(error)&0xFFFFu) | (FACILITY_WIN32 << 16) | 0x80000000u))
#endif

// ---- HRESULTs (those that the adapter defines, such as E_POINTER, are not repeated) ------------

#define E_PENDING ((HRESULT)0x8000000AL)
#define E_BOUNDS ((HRESULT)0x8000000BL)

#define RPC_E_CHANGED_MODE ((HRESULT)0x80010106L)
#define RPC_E_DISCONNECTED ((HRESULT)0x80010108L)

#define DISP_E_UNKNOWNINTERFACE ((HRESULT)0x80020001L)
#define DISP_E_MEMBERNOTFOUND ((HRESULT)0x80020003L)
#define DISP_E_TYPEMISMATCH ((HRESULT)0x80020005L)
#define DISP_E_UNKNOWNNAME ((HRESULT)0x80020006L)
#define DISP_E_BADVARTYPE ((HRESULT)0x80020008L)
#define DISP_E_OVERFLOW ((HRESULT)0x8002000AL)
#define DISP_E_BADINDEX ((HRESULT)0x8002000BL)
#define DISP_E_ARRAYISLOCKED ((HRESULT)0x8002000DL)

#define CLASS_E_NOAGGREGATION ((HRESULT)0x80040110L)
#define CLASS_E_CLASSNOTAVAILABLE ((HRESULT)0x80040111L)
#define REGDB_E_CLASSNOTREG ((HRESULT)0x80040154L)

#define CO_E_NOTINITIALIZED ((HRESULT)0x800401F0L)
#define CO_E_CLASSSTRING ((HRESULT)0x800401F3L)
#define CO_E_IIDSTRING ((HRESULT)0x800401F4L)

#define CONNECT_E_NOCONNECTION ((HRESULT)0x80040200L)
#define CONNECT_E_ADVISELIMIT ((HRESULT)0x80040201L)
#define CONNECT_E_CANNOTCONNECT ((HRESULT)0x80040202L)
#define CONNECT_E_OVERRIDDEN ((HRESULT)0x80040203L)

// ---- Mobile broadband --------------------------------------------------------------------------

/// No data context is active.
#define E_MBN_CONTEXT_NOT_ACTIVATED ((HRESULT)0x80548201L)
/// SIM is invalid or faulty.
#define E_MBN_BAD_SIM ((HRESULT)0x80548202L)
/// The requested data class is not available.
#define E_MBN_DATA_CLASS_NOT_AVAILABLE ((HRESULT)0x80548203L)
/// APN / access string is wrong.
#define E_MBN_INVALID_ACCESS_STRING ((HRESULT)0x80548204L)
/// The limit of active contexts is reached.
#define E_MBN_MAX_ACTIVATED_CONTEXTS ((HRESULT)0x80548205L)
/// Device is not attached to packet service.
#define E_MBN_PACKET_SVC_DETACHED ((HRESULT)0x80548206L)
/// The network provider is not visible.
#define E_MBN_PROVIDER_NOT_VISIBLE ((HRESULT)0x80548207L)
/// Radio is switched off.
#define E_MBN_RADIO_POWER_OFF ((HRESULT)0x80548208L)
/// Subscription/service is not activated.
#define E_MBN_SERVICE_NOT_ACTIVATED ((HRESULT)0x80548209L)
/// SIM is missing.
#define E_MBN_SIM_NOT_INSERTED ((HRESULT)0x8054820AL)
/// A voice call blocks the operation.
#define E_MBN_VOICE_CALL_IN_PROGRESS ((HRESULT)0x8054820BL)
/// Cached data is not valid.
#define E_MBN_INVALID_CACHE ((HRESULT)0x8054820CL)
/// Device is not registered on a network.
#define E_MBN_NOT_REGISTERED ((HRESULT)0x8054820DL)
/// No provider was found.
#define E_MBN_PROVIDERS_NOT_FOUND ((HRESULT)0x8054820EL)
/// That PIN type is not supported.
#define E_MBN_PIN_NOT_SUPPORTED ((HRESULT)0x8054820FL)
/// A PIN must be entered first.
#define E_MBN_PIN_REQUIRED ((HRESULT)0x80548210L)
/// PIN is disabled.
#define E_MBN_PIN_DISABLED ((HRESULT)0x80548211L)
/// Unspecified mobile broadband failure.
#define E_MBN_FAILURE ((HRESULT)0x80548212L)
/// Connection profile is not valid.
#define E_MBN_INVALID_PROFILE ((HRESULT)0x80548218L)
/// A default profile already exists.
#define E_MBN_DEFAULT_PROFILE_EXIST ((HRESULT)0x80548219L)
/// SMS encoding unsupported by device.
#define E_MBN_SMS_ENCODING_NOT_SUPPORTED ((HRESULT)0x80548220L)
/// SMS filter unsupported by device.
#define E_MBN_SMS_FILTER_NOT_SUPPORTED ((HRESULT)0x80548221L)
/// No message store slot with that index.
#define E_MBN_SMS_INVALID_MEMORY_INDEX ((HRESULT)0x80548222L)
/// SMS language unsupported by device.
#define E_MBN_SMS_LANG_NOT_SUPPORTED ((HRESULT)0x80548223L)
/// SMS memory fault.
#define E_MBN_SMS_MEMORY_FAILURE ((HRESULT)0x80548224L)
/// Network timed out on SMS.
#define E_MBN_SMS_NETWORK_TIMEOUT ((HRESULT)0x80548225L)
/// Service centre address unknown or incomplete.
#define E_MBN_SMS_UNKNOWN_SMSC_ADDRESS ((HRESULT)0x80548226L)
/// SMS format unsupported by device.
#define E_MBN_SMS_FORMAT_NOT_SUPPORTED ((HRESULT)0x80548227L)
/// SIM forbids the SMS operation.
#define E_MBN_SMS_OPERATION_NOT_ALLOWED ((HRESULT)0x80548228L)
/// SMS store full.
#define E_MBN_SMS_MEMORY_FULL ((HRESULT)0x80548229L)

// The reference documents these three only by name; no header publishes their numbers. The values
// are mbnrig's own: HRESULT's customer bit (bit 29) is set, so that they differ from every code of
// Microsoft's. The numbers on Windows are not known.
/// This connection is already active.
#define E_MBN_ACTIVE_CONNECTION ((HRESULT)0xA0548001L)
/// A scan is already running.
#define E_MBN_ALREADY_ACTIVE ((HRESULT)0xA0548002L)
/// The device cannot do this while it does something else.
#define E_MBN_DEVICE_BUSY ((HRESULT)0xA0548003L)
