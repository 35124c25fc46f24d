/// Microsoft's Mobile Broadband API (mbnapi.h), source-compatible with the Windows SDK's. C++.
///
/// A client makes a manager, gets other objects from it, and advises a sink for events:
///
///   Microsoft::WRL::ComPtr<IMbnInterfaceManager> manager;
///   CoInitializeEx(nullptr, COINIT_MULTITHREADED);
///   CoCreateInstance(CLSID_MbnInterfaceManager, nullptr, CLSCTX_ALL, IID_PPV_ARGS(&manager));
///   SAFEARRAY* interfaces = nullptr;
///   HRESULT hr = manager->GetInterfaces(&interfaces);
///
/// The caller owns everything that a method returns: it frees a BSTR with SysFreeString, a
/// SAFEARRAY with SafeArrayDestroy, and an interface pointer with Release. A method with a
/// `requestID` returns at once. An event with the same ID reports the end of the request.
/// Reference: https://learn.microsoft.com/windows/win32/api/mbnapi/
///
/// Methods are declared in the order of the vtable. Interfaces are released, not deleted. Their
/// destructors are protected and not virtual, so they have no slot in the vtable.
#pragma once

#ifndef __cplusplus
#error mbnapi.h is C++ only here; the vtable structures for C are not provided
#endif

#include <objbase.h>
#include <ocidl.h>
#include <oleauto.h>
#include <winerror.h>

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wnon-virtual-dtor"

// ---- Enumerations ------------------------------------------------------------------------------
// All are signed and have 32 bits, as with the Windows compiler.

/// The activation state of a connection's context.
typedef enum MBN_ACTIVATION_STATE : int {
  MBN_ACTIVATION_STATE_NONE = 0,
  MBN_ACTIVATION_STATE_ACTIVATED = 1,
  MBN_ACTIVATION_STATE_ACTIVATING = 2,
  MBN_ACTIVATION_STATE_DEACTIVATED = 3,
  MBN_ACTIVATION_STATE_DEACTIVATING = 4,
} MBN_ACTIVATION_STATE;

/// The authentication protocol of a context.
typedef enum MBN_AUTH_PROTOCOL : int {
  MBN_AUTH_PROTOCOL_NONE = 0,
  MBN_AUTH_PROTOCOL_PAP = 1,
  MBN_AUTH_PROTOCOL_CHAP = 2,
  MBN_AUTH_PROTOCOL_MSCHAPV2 = 3,
} MBN_AUTH_PROTOCOL;

/// Frequency bands; flags.
typedef enum MBN_BAND_CLASS : int {
  MBN_BAND_CLASS_NONE = 0,
  MBN_BAND_CLASS_0 = 1,
  MBN_BAND_CLASS_I = 2,
  MBN_BAND_CLASS_II = 4,
  MBN_BAND_CLASS_III = 8,
  MBN_BAND_CLASS_IV = 0x10,
  MBN_BAND_CLASS_V = 0x20,
  MBN_BAND_CLASS_VI = 0x40,
  MBN_BAND_CLASS_VII = 0x80,
  MBN_BAND_CLASS_VIII = 0x100,
  MBN_BAND_CLASS_IX = 0x200,
  MBN_BAND_CLASS_X = 0x400,
  MBN_BAND_CLASS_XI = 0x800,
  MBN_BAND_CLASS_XII = 0x1000,
  MBN_BAND_CLASS_XIII = 0x2000,
  MBN_BAND_CLASS_XIV = 0x4000,
  MBN_BAND_CLASS_XV = 0x8000,
  MBN_BAND_CLASS_XVI = 0x10000,
  MBN_BAND_CLASS_XVII = 0x20000,
  MBN_BAND_CLASS_CUSTOM = static_cast<int>(0x80000000),
} MBN_BAND_CLASS;

/// Radio family of a device; flags.
typedef enum MBN_CELLULAR_CLASS : int {
  MBN_CELLULAR_CLASS_NONE = 0,
  MBN_CELLULAR_CLASS_GSM = 1,
  MBN_CELLULAR_CLASS_CDMA = 2,
} MBN_CELLULAR_CLASS;

/// Header compression of a context.
typedef enum MBN_COMPRESSION : int {
  MBN_COMPRESSION_NONE = 0,
  MBN_COMPRESSION_ENABLE = 1,
} MBN_COMPRESSION;

/// Where IMbnConnection::Connect gets its settings from.
typedef enum MBN_CONNECTION_MODE : int {
  MBN_CONNECTION_MODE_PROFILE = 0,
  MBN_CONNECTION_MODE_TMP_PROFILE = 1,
} MBN_CONNECTION_MODE;

/// Maximum lengths of context strings, in characters, and the ID that appends a context.
typedef enum MBN_CONTEXT_CONSTANTS : int {
  MBN_ACCESSSTRING_LEN = 100,
  MBN_USERNAME_LEN = 255,
  MBN_PASSWORD_LEN = 255,
  MBN_CONTEXT_ID_APPEND = -1,
} MBN_CONTEXT_CONSTANTS;

/// The purpose of a context.
typedef enum MBN_CONTEXT_TYPE : int {
  MBN_CONTEXT_TYPE_NONE = 0,
  MBN_CONTEXT_TYPE_INTERNET = 1,
  MBN_CONTEXT_TYPE_VPN = 2,
  MBN_CONTEXT_TYPE_VOICE = 3,
  MBN_CONTEXT_TYPE_VIDEO_SHARE = 4,
  MBN_CONTEXT_TYPE_CUSTOM = 5,
  MBN_CONTEXT_TYPE_PURCHASE = 6,
} MBN_CONTEXT_TYPE;

/// The controls that a device supports; flags.
typedef enum MBN_CTRL_CAPS : int {
  MBN_CTRL_CAPS_NONE = 0,
  MBN_CTRL_CAPS_REG_MANUAL = 1,
  MBN_CTRL_CAPS_HW_RADIO_SWITCH = 2,
  MBN_CTRL_CAPS_CDMA_MOBILE_IP = 4,
  MBN_CTRL_CAPS_CDMA_SIMPLE_IP = 8,
  MBN_CTRL_CAPS_PROTECT_UNIQUEID = 0x10,
  MBN_CTRL_CAPS_MODEL_MULTI_CARRIER = 0x20,
  MBN_CTRL_CAPS_USSD = 0x40,
  MBN_CTRL_CAPS_MULTI_MODE = 0x80,
} MBN_CTRL_CAPS;

/// Data technologies; flags.
typedef enum MBN_DATA_CLASS : int {
  MBN_DATA_CLASS_NONE = 0,
  MBN_DATA_CLASS_GPRS = 1,
  MBN_DATA_CLASS_EDGE = 2,
  MBN_DATA_CLASS_UMTS = 4,
  MBN_DATA_CLASS_HSDPA = 8,
  MBN_DATA_CLASS_HSUPA = 0x10,
  MBN_DATA_CLASS_LTE = 0x20,
  MBN_DATA_CLASS_5G_NSA = 0x40,
  MBN_DATA_CLASS_5G_SA = 0x80,
  MBN_DATA_CLASS_1XRTT = 0x10000,
  MBN_DATA_CLASS_1XEVDO = 0x20000,
  MBN_DATA_CLASS_1XEVDO_REVA = 0x40000,
  MBN_DATA_CLASS_1XEVDV = 0x80000,
  MBN_DATA_CLASS_3XRTT = 0x100000,
  MBN_DATA_CLASS_1XEVDO_REVB = 0x200000,
  MBN_DATA_CLASS_UMB = 0x400000,
  MBN_DATA_CLASS_CUSTOM = static_cast<int>(0x80000000),
} MBN_DATA_CLASS;

/// A device with device services arrived or left.
typedef enum MBN_DEVICE_SERVICES_INTERFACE_STATE : int {
  MBN_DEVICE_SERVICES_CAPABLE_INTERFACE_ARRIVAL = 0,
  MBN_DEVICE_SERVICES_CAPABLE_INTERFACE_REMOVAL = 1,
} MBN_DEVICE_SERVICES_INTERFACE_STATE;

/// The state of the sessions of device services.
typedef enum MBN_DEVICE_SERVICE_SESSIONS_STATE : int {
  MBN_DEVICE_SERVICE_SESSIONS_RESTORED = 0,
} MBN_DEVICE_SERVICE_SESSIONS_STATE;

/// Maximum lengths of strings in MBN_INTERFACE_CAPS, in characters.
typedef enum MBN_INTERFACE_CAPS_CONSTANTS : int {
  MBN_DEVICEID_LEN = 18,
  MBN_MANUFACTURER_LEN = 32,
  MBN_MODEL_LEN = 32,
  MBN_FIRMWARE_LEN = 32,
} MBN_INTERFACE_CAPS_CONSTANTS;

/// State of a stored message.
typedef enum MBN_MSG_STATUS : int {
  MBN_MSG_STATUS_NEW = 0,
  MBN_MSG_STATUS_OLD = 1,
  MBN_MSG_STATUS_DRAFT = 2,
  MBN_MSG_STATUS_SENT = 3,
} MBN_MSG_STATUS;

/// Values that mean "not known" in PIN information.
typedef enum MBN_PIN_CONSTANTS : int {
  MBN_ATTEMPTS_REMAINING_UNKNOWN = -1,
  MBN_PIN_LENGTH_UNKNOWN = -1,
} MBN_PIN_CONSTANTS;

/// The characters that a PIN may have.
typedef enum MBN_PIN_FORMAT : int {
  MBN_PIN_FORMAT_NONE = 0,
  MBN_PIN_FORMAT_NUMERIC = 1,
  MBN_PIN_FORMAT_ALPHANUMERIC = 2,
} MBN_PIN_FORMAT;

/// Whether a PIN is enabled.
typedef enum MBN_PIN_MODE : int {
  MBN_PIN_MODE_ENABLED = 1,
  MBN_PIN_MODE_DISABLED = 2,
} MBN_PIN_MODE;

/// Whether the device waits for nothing, for the PIN, or for its unblocking key.
typedef enum MBN_PIN_STATE : int {
  MBN_PIN_STATE_NONE = 0,
  MBN_PIN_STATE_ENTER = 1,
  MBN_PIN_STATE_UNBLOCK = 2,
} MBN_PIN_STATE;

/// The kind of lock that a PIN opens.
typedef enum MBN_PIN_TYPE : int {
  MBN_PIN_TYPE_NONE = 0,
  MBN_PIN_TYPE_CUSTOM = 1,
  MBN_PIN_TYPE_PIN1 = 2,
  MBN_PIN_TYPE_PIN2 = 3,
  MBN_PIN_TYPE_DEVICE_SIM_PIN = 4,
  MBN_PIN_TYPE_DEVICE_FIRST_SIM_PIN = 5,
  MBN_PIN_TYPE_NETWORK_PIN = 6,
  MBN_PIN_TYPE_NETWORK_SUBSET_PIN = 7,
  MBN_PIN_TYPE_SVC_PROVIDER_PIN = 8,
  MBN_PIN_TYPE_CORPORATE_PIN = 9,
  MBN_PIN_TYPE_SUBSIDY_LOCK = 10,
} MBN_PIN_TYPE;

/// Maximum lengths of provider strings, in characters.
typedef enum MBN_PROVIDER_CONSTANTS : int {
  MBN_PROVIDERNAME_LEN = 20,
  MBN_PROVIDERID_LEN = 6,
} MBN_PROVIDER_CONSTANTS;

/// The state of a provider for this device, such as home or forbidden; flags.
typedef enum MBN_PROVIDER_STATE : int {
  MBN_PROVIDER_STATE_NONE = 0,
  MBN_PROVIDER_STATE_HOME = 1,
  MBN_PROVIDER_STATE_FORBIDDEN = 2,
  MBN_PROVIDER_STATE_PREFERRED = 4,
  MBN_PROVIDER_STATE_VISIBLE = 8,
  MBN_PROVIDER_STATE_REGISTERED = 0x10,
  MBN_PROVIDER_STATE_PREFERRED_MULTICARRIER = 0x20,
} MBN_PROVIDER_STATE;

/// Whether the radio is on.
typedef enum MBN_RADIO : int {
  MBN_RADIO_OFF = 0,
  MBN_RADIO_ON = 1,
} MBN_RADIO;

/// Readiness of a device and its SIM.
typedef enum MBN_READY_STATE : int {
  MBN_READY_STATE_OFF = 0,
  MBN_READY_STATE_INITIALIZED = 1,
  MBN_READY_STATE_SIM_NOT_INSERTED = 2,
  MBN_READY_STATE_BAD_SIM = 3,
  MBN_READY_STATE_FAILURE = 4,
  MBN_READY_STATE_NOT_ACTIVATED = 5,
  MBN_READY_STATE_DEVICE_LOCKED = 6,
  MBN_READY_STATE_DEVICE_BLOCKED = 7,
  MBN_READY_STATE_NO_ESIM_PROFILE = 8,
} MBN_READY_STATE;

/// Whether the device or the user selects the network.
typedef enum MBN_REGISTER_MODE : int {
  MBN_REGISTER_MODE_NONE = 0,
  MBN_REGISTER_MODE_AUTOMATIC = 1,
  MBN_REGISTER_MODE_MANUAL = 2,
} MBN_REGISTER_MODE;

/// The state of the registration with a network.
typedef enum MBN_REGISTER_STATE : int {
  MBN_REGISTER_STATE_NONE = 0,
  MBN_REGISTER_STATE_DEREGISTERED = 1,
  MBN_REGISTER_STATE_SEARCHING = 2,
  MBN_REGISTER_STATE_HOME = 3,
  MBN_REGISTER_STATE_ROAMING = 4,
  MBN_REGISTER_STATE_PARTNER = 5,
  MBN_REGISTER_STATE_DENIED = 6,
} MBN_REGISTER_STATE;

/// Maximum length of the roaming text, and the default provider ID of CDMA.
typedef enum MBN_REGISTRATION_CONSTANTS : int {
  MBN_ROAMTEXT_LEN = 64,
  MBN_CDMA_DEFAULT_PROVIDER_ID = 0,
} MBN_REGISTRATION_CONSTANTS;

/// Special values of signal strength and error rate.
typedef enum MBN_SIGNAL_CONSTANTS : int {
  MBN_RSSI_DEFAULT = -1,
  MBN_RSSI_DISABLE = 0,
  MBN_RSSI_UNKNOWN = 99,
  MBN_ERROR_RATE_UNKNOWN = 99,
} MBN_SIGNAL_CONSTANTS;

/// The short-message functions of a device; flags.
typedef enum MBN_SMS_CAPS : int {
  MBN_SMS_CAPS_NONE = 0,
  MBN_SMS_CAPS_PDU_RECEIVE = 1,
  MBN_SMS_CAPS_PDU_SEND = 2,
  MBN_SMS_CAPS_TEXT_RECEIVE = 4,
  MBN_SMS_CAPS_TEXT_SEND = 8,
} MBN_SMS_CAPS;

/// The encoding of a CDMA message.
typedef enum MBN_SMS_CDMA_ENCODING : int {
  MBN_SMS_CDMA_ENCODING_OCTET = 0,
  MBN_SMS_CDMA_ENCODING_EPM = 1,
  MBN_SMS_CDMA_ENCODING_7BIT_ASCII = 2,
  MBN_SMS_CDMA_ENCODING_IA5 = 3,
  MBN_SMS_CDMA_ENCODING_UNICODE = 4,
  MBN_SMS_CDMA_ENCODING_SHIFT_JIS = 5,
  MBN_SMS_CDMA_ENCODING_KOREAN = 6,
  MBN_SMS_CDMA_ENCODING_LATIN_HEBREW = 7,
  MBN_SMS_CDMA_ENCODING_LATIN = 8,
  MBN_SMS_CDMA_ENCODING_GSM_7BIT = 9,
} MBN_SMS_CDMA_ENCODING;

/// The language of a CDMA message.
typedef enum MBN_SMS_CDMA_LANG : int {
  MBN_SMS_CDMA_LANG_NONE = 0,
  MBN_SMS_CDMA_LANG_ENGLISH = 1,
  MBN_SMS_CDMA_LANG_FRENCH = 2,
  MBN_SMS_CDMA_LANG_SPANISH = 3,
  MBN_SMS_CDMA_LANG_JAPANESE = 4,
  MBN_SMS_CDMA_LANG_KOREAN = 5,
  MBN_SMS_CDMA_LANG_CHINESE = 6,
  MBN_SMS_CDMA_LANG_HEBREW = 7,
} MBN_SMS_CDMA_LANG;

/// The messages that a filter selects.
typedef enum MBN_SMS_FLAG : int {
  MBN_SMS_FLAG_ALL = 0,
  MBN_SMS_FLAG_INDEX = 1,
  MBN_SMS_FLAG_NEW = 2,
  MBN_SMS_FLAG_OLD = 3,
  MBN_SMS_FLAG_SENT = 4,
  MBN_SMS_FLAG_DRAFT = 5,
} MBN_SMS_FLAG;

/// The format of messages between API and device.
typedef enum MBN_SMS_FORMAT : int {
  MBN_SMS_FORMAT_NONE = 0,
  MBN_SMS_FORMAT_PDU = 1,
  MBN_SMS_FORMAT_TEXT = 2,
} MBN_SMS_FORMAT;

/// State of the message store; flags.
typedef enum MBN_SMS_STATUS_FLAG : int {
  MBN_SMS_FLAG_NONE = 0,
  MBN_SMS_FLAG_MESSAGE_STORE_FULL = 1,
  MBN_SMS_FLAG_NEW_MESSAGE = 2,
} MBN_SMS_STATUS_FLAG;

/// Whether a voice call is in progress.
typedef enum MBN_VOICE_CALL_STATE : int {
  MBN_VOICE_CALL_STATE_NONE = 0,
  MBN_VOICE_CALL_STATE_IN_PROGRESS = 1,
  MBN_VOICE_CALL_STATE_HANGUP = 2,
} MBN_VOICE_CALL_STATE;

/// Whether a device supports voice and data, and at the same time.
typedef enum MBN_VOICE_CLASS : int {
  MBN_VOICE_CLASS_NONE = 0,
  MBN_VOICE_CLASS_NO_VOICE = 1,
  MBN_VOICE_CLASS_SEPARATE_VOICE_DATA = 2,
  MBN_VOICE_CLASS_SIMULTANEOUS_VOICE_DATA = 3,
} MBN_VOICE_CLASS;

/// Special values of a message index and of the CDMA message size.
typedef enum WWAEXT_SMS_CONSTANTS : int {
  MBN_MESSAGE_INDEX_NONE = 0,
  MBN_CDMA_SHORT_MSG_SIZE_UNKNOWN = 0,
  MBN_CDMA_SHORT_MSG_SIZE_MAX = 160,
} WWAEXT_SMS_CONSTANTS;

// ---- Structures --------------------------------------------------------------------------------

/// A provisioned context. The holder of the structure owns the strings.
typedef struct MBN_CONTEXT {
  ULONG contextID;
  MBN_CONTEXT_TYPE contextType;
  BSTR accessString;
  BSTR userName;
  BSTR password;
  MBN_COMPRESSION compression;
  MBN_AUTH_PROTOCOL authType;
} MBN_CONTEXT;

/// A device service, and whether it supports data sessions.
typedef struct MBN_DEVICE_SERVICE {
  BSTR deviceServiceID;
  VARIANT_BOOL dataWriteSupported;
  VARIANT_BOOL dataReadSupported;
} MBN_DEVICE_SERVICE;

/// The identity and capabilities of a device. The caller frees the strings.
typedef struct MBN_INTERFACE_CAPS {
  MBN_CELLULAR_CLASS cellularClass;
  MBN_VOICE_CLASS voiceClass;
  ULONG dataClass;
  BSTR customDataClass;
  ULONG gsmBandClass;
  ULONG cdmaBandClass;
  BSTR customBandClass;
  ULONG smsCaps;
  ULONG controlCaps;
  BSTR deviceID;
  BSTR manufacturer;
  BSTR model;
  BSTR firmwareInfo;
} MBN_INTERFACE_CAPS;

/// A PIN, whether the device waits for it, and how many attempts are left.
typedef struct MBN_PIN_INFO {
  MBN_PIN_STATE pinState;
  MBN_PIN_TYPE pinType;
  ULONG attemptsRemaining;
} MBN_PIN_INFO;

/// A network provider; `providerState` holds MBN_PROVIDER_STATE flags.
typedef struct MBN_PROVIDER {
  BSTR providerID;
  ULONG providerState;
  BSTR providerName;
  ULONG dataClass;
} MBN_PROVIDER;

/// A provider of a multi-carrier device, with its radio family and signal.
typedef struct MBN_PROVIDER2 {
  MBN_PROVIDER provider;
  MBN_CELLULAR_CLASS cellularClass;
  ULONG signalStrength;
  ULONG signalError;
} MBN_PROVIDER2;

/// Selects messages to read or delete.
typedef struct MBN_SMS_FILTER {
  MBN_SMS_FLAG flag;
  ULONG messageIndex;
} MBN_SMS_FILTER;

/// State of the message store; `flag` holds MBN_SMS_STATUS_FLAG flags.
typedef struct MBN_SMS_STATUS_INFO {
  ULONG flag;
  ULONG messageIndex;
} MBN_SMS_STATUS_INFO;

/// Not for clients. It carries a type through the type library.
typedef struct __DummyPinType__ {
  ULONG pinType;
} __DummyPinType__;

/// Not for clients. It carries types through the type library.
typedef struct __mbnapi_ReferenceRemainingTypes__ {
  MBN_BAND_CLASS bandClass;
  MBN_CONTEXT_CONSTANTS contextConstants;
  MBN_CTRL_CAPS ctrlCaps;
  MBN_DATA_CLASS dataClass;
  MBN_INTERFACE_CAPS_CONSTANTS interfaceCapsConstants;
  MBN_PIN_CONSTANTS pinConstants;
  MBN_PROVIDER_CONSTANTS providerConstants;
  MBN_PROVIDER_STATE providerState;
  MBN_REGISTRATION_CONSTANTS registrationConstants;
  MBN_SIGNAL_CONSTANTS signalConstants;
  MBN_SMS_CAPS smsCaps;
  WWAEXT_SMS_CONSTANTS smsConstants;
  WWAEXT_SMS_CONSTANTS wwaextSmsConstants;
  MBN_SMS_STATUS_FLAG smsStatusFlag;
} __mbnapi_ReferenceRemainingTypes__;

// ---- Interfaces --------------------------------------------------------------------------------

struct IDummyMBNUCMExt;
struct IMbnConnection;
struct IMbnConnectionContext;
struct IMbnConnectionContextEvents;
struct IMbnConnectionEvents;
struct IMbnConnectionManager;
struct IMbnConnectionManagerEvents;
struct IMbnConnectionProfile;
struct IMbnConnectionProfileEvents;
struct IMbnConnectionProfileManager;
struct IMbnConnectionProfileManagerEvents;
struct IMbnDeviceService;
struct IMbnDeviceServiceStateEvents;
struct IMbnDeviceServicesContext;
struct IMbnDeviceServicesEvents;
struct IMbnDeviceServicesManager;
struct IMbnInterface;
struct IMbnInterfaceEvents;
struct IMbnInterfaceManager;
struct IMbnInterfaceManagerEvents;
struct IMbnMultiCarrier;
struct IMbnMultiCarrierEvents;
struct IMbnPin;
struct IMbnPinEvents;
struct IMbnPinManager;
struct IMbnPinManagerEvents;
struct IMbnRadio;
struct IMbnRadioEvents;
struct IMbnRegistration;
struct IMbnRegistrationEvents;
struct IMbnServiceActivation;
struct IMbnServiceActivationEvents;
struct IMbnSignal;
struct IMbnSignalEvents;
struct IMbnSms;
struct IMbnSmsConfiguration;
struct IMbnSmsEvents;
struct IMbnSmsReadMsgPdu;
struct IMbnSmsReadMsgTextCdma;
struct IMbnSubscriberInformation;
struct IMbnVendorSpecificEvents;
struct IMbnVendorSpecificOperation;

EXTERN_C const IID IID_IDummyMBNUCMExt;
EXTERN_C const IID IID_IMbnConnection;
EXTERN_C const IID IID_IMbnConnectionContext;
EXTERN_C const IID IID_IMbnConnectionContextEvents;
EXTERN_C const IID IID_IMbnConnectionEvents;
EXTERN_C const IID IID_IMbnConnectionManager;
EXTERN_C const IID IID_IMbnConnectionManagerEvents;
EXTERN_C const IID IID_IMbnConnectionProfile;
EXTERN_C const IID IID_IMbnConnectionProfileEvents;
EXTERN_C const IID IID_IMbnConnectionProfileManager;
EXTERN_C const IID IID_IMbnConnectionProfileManagerEvents;
EXTERN_C const IID IID_IMbnDeviceService;
EXTERN_C const IID IID_IMbnDeviceServiceStateEvents;
EXTERN_C const IID IID_IMbnDeviceServicesContext;
EXTERN_C const IID IID_IMbnDeviceServicesEvents;
EXTERN_C const IID IID_IMbnDeviceServicesManager;
EXTERN_C const IID IID_IMbnInterface;
EXTERN_C const IID IID_IMbnInterfaceEvents;
EXTERN_C const IID IID_IMbnInterfaceManager;
EXTERN_C const IID IID_IMbnInterfaceManagerEvents;
EXTERN_C const IID IID_IMbnMultiCarrier;
EXTERN_C const IID IID_IMbnMultiCarrierEvents;
EXTERN_C const IID IID_IMbnPin;
EXTERN_C const IID IID_IMbnPinEvents;
EXTERN_C const IID IID_IMbnPinManager;
EXTERN_C const IID IID_IMbnPinManagerEvents;
EXTERN_C const IID IID_IMbnRadio;
EXTERN_C const IID IID_IMbnRadioEvents;
EXTERN_C const IID IID_IMbnRegistration;
EXTERN_C const IID IID_IMbnRegistrationEvents;
EXTERN_C const IID IID_IMbnServiceActivation;
EXTERN_C const IID IID_IMbnServiceActivationEvents;
EXTERN_C const IID IID_IMbnSignal;
EXTERN_C const IID IID_IMbnSignalEvents;
EXTERN_C const IID IID_IMbnSms;
EXTERN_C const IID IID_IMbnSmsConfiguration;
EXTERN_C const IID IID_IMbnSmsEvents;
EXTERN_C const IID IID_IMbnSmsReadMsgPdu;
EXTERN_C const IID IID_IMbnSmsReadMsgTextCdma;
EXTERN_C const IID IID_IMbnSubscriberInformation;
EXTERN_C const IID IID_IMbnVendorSpecificEvents;
EXTERN_C const IID IID_IMbnVendorSpecificOperation;

// -- Devices --------------------------------------------------------------------------------------

/// The mobile broadband devices of this machine. Made with CLSID_MbnInterfaceManager. Its
/// connection points accept sinks of every event interface that concerns a device.
struct IMbnInterfaceManager : public IUnknown {
 public:
  virtual HRESULT STDMETHODCALLTYPE GetInterface(LPCWSTR interfaceID,
                                                 IMbnInterface** mbnInterface) = 0;
  virtual HRESULT STDMETHODCALLTYPE GetInterfaces(SAFEARRAY** mbnInterfaces) = 0;

 protected:
  ~IMbnInterfaceManager() = default;
};
__CRT_UUID_DECL(IMbnInterfaceManager, 0xdcbbbab6, 0x201b, 0x4bbb, 0xaa, 0xee, 0x33, 0x8e, 0x36,
                0x8a, 0xf6, 0xfa)

/// A device arrived or was removed.
struct IMbnInterfaceManagerEvents : public IUnknown {
 public:
  virtual HRESULT STDMETHODCALLTYPE OnInterfaceArrival(IMbnInterface* newInterface) = 0;
  virtual HRESULT STDMETHODCALLTYPE OnInterfaceRemoval(IMbnInterface* oldInterface) = 0;

 protected:
  ~IMbnInterfaceManagerEvents() = default;
};
__CRT_UUID_DECL(IMbnInterfaceManagerEvents, 0xdcbbbab6, 0x201c, 0x4bbb, 0xaa, 0xee, 0x33, 0x8e,
                0x36, 0x8a, 0xf6, 0xfa)

/// A snapshot of one device: its capabilities, readiness, subscriber, and visible networks.
/// QueryInterface gives the interfaces of the device's other functions, such as IMbnRadio.
struct IMbnInterface : public IUnknown {
 public:
  virtual HRESULT STDMETHODCALLTYPE get_InterfaceID(BSTR* InterfaceID) = 0;
  virtual HRESULT STDMETHODCALLTYPE GetInterfaceCapability(MBN_INTERFACE_CAPS* interfaceCaps) = 0;
  virtual HRESULT STDMETHODCALLTYPE
  GetSubscriberInformation(IMbnSubscriberInformation** subscriberInformation) = 0;
  virtual HRESULT STDMETHODCALLTYPE GetReadyState(MBN_READY_STATE* readyState) = 0;
  virtual HRESULT STDMETHODCALLTYPE InEmergencyMode(VARIANT_BOOL* emergencyMode) = 0;
  virtual HRESULT STDMETHODCALLTYPE GetHomeProvider(MBN_PROVIDER* homeProvider) = 0;
  virtual HRESULT STDMETHODCALLTYPE GetPreferredProviders(SAFEARRAY** preferredProviders) = 0;
  virtual HRESULT STDMETHODCALLTYPE SetPreferredProviders(SAFEARRAY* preferredProviders,
                                                          ULONG* requestID) = 0;
  virtual HRESULT STDMETHODCALLTYPE GetVisibleProviders(ULONG* age,
                                                        SAFEARRAY** visibleProviders) = 0;
  virtual HRESULT STDMETHODCALLTYPE ScanNetwork(ULONG* requestID) = 0;
  virtual HRESULT STDMETHODCALLTYPE GetConnection(IMbnConnection** mbnConnection) = 0;

 protected:
  ~IMbnInterface() = default;
};
__CRT_UUID_DECL(IMbnInterface, 0xdcbbbab6, 0x2001, 0x4bbb, 0xaa, 0xee, 0x33, 0x8e, 0x36, 0x8a, 0xf6,
                0xfa)

/// Changes of one device, and the ends of requests of IMbnInterface.
struct IMbnInterfaceEvents : public IUnknown {
 public:
  virtual HRESULT STDMETHODCALLTYPE OnInterfaceCapabilityAvailable(IMbnInterface* newInterface) = 0;
  virtual HRESULT STDMETHODCALLTYPE OnSubscriberInformationChange(IMbnInterface* newInterface) = 0;
  virtual HRESULT STDMETHODCALLTYPE OnReadyStateChange(IMbnInterface* newInterface) = 0;
  virtual HRESULT STDMETHODCALLTYPE OnEmergencyModeChange(IMbnInterface* newInterface) = 0;
  virtual HRESULT STDMETHODCALLTYPE OnHomeProviderAvailable(IMbnInterface* newInterface) = 0;
  virtual HRESULT STDMETHODCALLTYPE OnPreferredProvidersChange(IMbnInterface* newInterface) = 0;
  virtual HRESULT STDMETHODCALLTYPE OnSetPreferredProvidersComplete(IMbnInterface* newInterface,
                                                                    ULONG requestID,
                                                                    HRESULT status) = 0;
  virtual HRESULT STDMETHODCALLTYPE OnScanNetworkComplete(IMbnInterface* newInterface,
                                                          ULONG requestID, HRESULT status) = 0;

 protected:
  ~IMbnInterfaceEvents() = default;
};
__CRT_UUID_DECL(IMbnInterfaceEvents, 0xdcbbbab6, 0x2002, 0x4bbb, 0xaa, 0xee, 0x33, 0x8e, 0x36, 0x8a,
                0xf6, 0xfa)

/// The subscriber: the IMSI or its CDMA equivalent, the SIM's ICCID, and the telephone numbers (an
/// array of BSTR).
struct IMbnSubscriberInformation : public IUnknown {
 public:
  virtual HRESULT STDMETHODCALLTYPE get_SubscriberID(BSTR* SubscriberID) = 0;
  virtual HRESULT STDMETHODCALLTYPE get_SimIccID(BSTR* SimIccID) = 0;
  virtual HRESULT STDMETHODCALLTYPE get_TelephoneNumbers(SAFEARRAY** TelephoneNumbers) = 0;

 protected:
  ~IMbnSubscriberInformation() = default;
};
__CRT_UUID_DECL(IMbnSubscriberInformation, 0x459ecc43, 0xbcf5, 0x11dc, 0xa8, 0xa8, 0x00, 0x13, 0x21,
                0xf1, 0x40, 0x5f)

// -- Connections ----------------------------------------------------------------------------------

/// The present connections. Made with CLSID_MbnConnectionManager.
struct IMbnConnectionManager : public IUnknown {
 public:
  virtual HRESULT STDMETHODCALLTYPE GetConnection(LPCWSTR connectionID,
                                                  IMbnConnection** mbnConnection) = 0;
  virtual HRESULT STDMETHODCALLTYPE GetConnections(SAFEARRAY** mbnConnections) = 0;

 protected:
  ~IMbnConnectionManager() = default;
};
__CRT_UUID_DECL(IMbnConnectionManager, 0xdcbbbab6, 0x201d, 0x4bbb, 0xaa, 0xee, 0x33, 0x8e, 0x36,
                0x8a, 0xf6, 0xfa)

/// A connection arrived (its device is registered or locked) or was removed.
struct IMbnConnectionManagerEvents : public IUnknown {
 public:
  virtual HRESULT STDMETHODCALLTYPE OnConnectionArrival(IMbnConnection* newConnection) = 0;
  virtual HRESULT STDMETHODCALLTYPE OnConnectionRemoval(IMbnConnection* oldConnection) = 0;

 protected:
  ~IMbnConnectionManagerEvents() = default;
};
__CRT_UUID_DECL(IMbnConnectionManagerEvents, 0xdcbbbab6, 0x201e, 0x4bbb, 0xaa, 0xee, 0x33, 0x8e,
                0x36, 0x8a, 0xf6, 0xfa)

/// The data connection of one device. Connect and Disconnect return at once. IMbnConnectionEvents
/// reports their end with the same request ID.
struct IMbnConnection : public IUnknown {
 public:
  virtual HRESULT STDMETHODCALLTYPE get_ConnectionID(BSTR* ConnectionID) = 0;
  virtual HRESULT STDMETHODCALLTYPE get_InterfaceID(BSTR* InterfaceID) = 0;
  virtual HRESULT STDMETHODCALLTYPE Connect(MBN_CONNECTION_MODE connectionMode, LPCWSTR strProfile,
                                            ULONG* requestID) = 0;
  virtual HRESULT STDMETHODCALLTYPE Disconnect(ULONG* requestID) = 0;
  virtual HRESULT STDMETHODCALLTYPE GetConnectionState(MBN_ACTIVATION_STATE* ConnectionState,
                                                       BSTR* ProfileName) = 0;
  virtual HRESULT STDMETHODCALLTYPE GetVoiceCallState(MBN_VOICE_CALL_STATE* voiceCallState) = 0;
  virtual HRESULT STDMETHODCALLTYPE GetActivationNetworkError(ULONG* networkError) = 0;

 protected:
  ~IMbnConnection() = default;
};
__CRT_UUID_DECL(IMbnConnection, 0xdcbbbab6, 0x200d, 0x4bbb, 0xaa, 0xee, 0x33, 0x8e, 0x36, 0x8a,
                0xf6, 0xfa)

/// Ends of connection requests, and changes of connection and voice-call state.
struct IMbnConnectionEvents : public IUnknown {
 public:
  virtual HRESULT STDMETHODCALLTYPE OnConnectComplete(IMbnConnection* newConnection,
                                                      ULONG requestID, HRESULT status) = 0;
  virtual HRESULT STDMETHODCALLTYPE OnDisconnectComplete(IMbnConnection* newConnection,
                                                         ULONG requestID, HRESULT status) = 0;
  virtual HRESULT STDMETHODCALLTYPE OnConnectStateChange(IMbnConnection* newConnection) = 0;
  virtual HRESULT STDMETHODCALLTYPE OnVoiceCallStateChange(IMbnConnection* newConnection) = 0;

 protected:
  ~IMbnConnectionEvents() = default;
};
__CRT_UUID_DECL(IMbnConnectionEvents, 0xdcbbbab6, 0x200e, 0x4bbb, 0xaa, 0xee, 0x33, 0x8e, 0x36,
                0x8a, 0xf6, 0xfa)

// -- Connection profiles --------------------------------------------------------------------------

/// The stored connection profiles. Made with CLSID_MbnConnectionProfileManager.
struct IMbnConnectionProfileManager : public IUnknown {
 public:
  virtual HRESULT STDMETHODCALLTYPE GetConnectionProfiles(IMbnInterface* mbnInterface,
                                                          SAFEARRAY** connectionProfiles) = 0;
  virtual HRESULT STDMETHODCALLTYPE
  GetConnectionProfile(IMbnInterface* mbnInterface, LPCWSTR profileName,
                       IMbnConnectionProfile** connectionProfile) = 0;
  virtual HRESULT STDMETHODCALLTYPE CreateConnectionProfile(LPCWSTR xmlProfile) = 0;

 protected:
  ~IMbnConnectionProfileManager() = default;
};
__CRT_UUID_DECL(IMbnConnectionProfileManager, 0xdcbbbab6, 0x200f, 0x4bbb, 0xaa, 0xee, 0x33, 0x8e,
                0x36, 0x8a, 0xf6, 0xfa)

/// A profile was created or deleted.
struct IMbnConnectionProfileManagerEvents : public IUnknown {
 public:
  virtual HRESULT STDMETHODCALLTYPE
  OnConnectionProfileArrival(IMbnConnectionProfile* newConnectionProfile) = 0;
  virtual HRESULT STDMETHODCALLTYPE
  OnConnectionProfileRemoval(IMbnConnectionProfile* oldConnectionProfile) = 0;

 protected:
  ~IMbnConnectionProfileManagerEvents() = default;
};
__CRT_UUID_DECL(IMbnConnectionProfileManagerEvents, 0xdcbbbab6, 0x201f, 0x4bbb, 0xaa, 0xee, 0x33,
                0x8e, 0x36, 0x8a, 0xf6, 0xfa)

/// One stored connection profile, as XML.
struct IMbnConnectionProfile : public IUnknown {
 public:
  virtual HRESULT STDMETHODCALLTYPE GetProfileXmlData(BSTR* profileData) = 0;
  virtual HRESULT STDMETHODCALLTYPE UpdateProfile(LPCWSTR strProfile) = 0;
  virtual HRESULT STDMETHODCALLTYPE Delete() = 0;

 protected:
  ~IMbnConnectionProfile() = default;
};
__CRT_UUID_DECL(IMbnConnectionProfile, 0xdcbbbab6, 0x2010, 0x4bbb, 0xaa, 0xee, 0x33, 0x8e, 0x36,
                0x8a, 0xf6, 0xfa)

/// A profile's content changed.
struct IMbnConnectionProfileEvents : public IUnknown {
 public:
  virtual HRESULT STDMETHODCALLTYPE OnProfileUpdate(IMbnConnectionProfile* newProfile) = 0;

 protected:
  ~IMbnConnectionProfileEvents() = default;
};
__CRT_UUID_DECL(IMbnConnectionProfileEvents, 0xdcbbbab6, 0x2011, 0x4bbb, 0xaa, 0xee, 0x33, 0x8e,
                0x36, 0x8a, 0xf6, 0xfa)

// -- Provisioned contexts -------------------------------------------------------------------------

/// The contexts provisioned in a device (arrays of MBN_CONTEXT). From IMbnInterface by
/// QueryInterface.
struct IMbnConnectionContext : public IUnknown {
 public:
  virtual HRESULT STDMETHODCALLTYPE GetProvisionedContexts(SAFEARRAY** provisionedContexts) = 0;
  virtual HRESULT STDMETHODCALLTYPE SetProvisionedContext(MBN_CONTEXT provisionedContexts,
                                                          LPCWSTR providerID, ULONG* requestID) = 0;

 protected:
  ~IMbnConnectionContext() = default;
};
__CRT_UUID_DECL(IMbnConnectionContext, 0xdcbbbab6, 0x200b, 0x4bbb, 0xaa, 0xee, 0x33, 0x8e, 0x36,
                0x8a, 0xf6, 0xfa)

/// The provisioned contexts changed, or setting one ended.
struct IMbnConnectionContextEvents : public IUnknown {
 public:
  virtual HRESULT STDMETHODCALLTYPE
  OnProvisionedContextListChange(IMbnConnectionContext* newInterface) = 0;
  virtual HRESULT STDMETHODCALLTYPE OnSetProvisionedContextComplete(
      IMbnConnectionContext* newInterface, ULONG requestID, HRESULT status) = 0;

 protected:
  ~IMbnConnectionContextEvents() = default;
};
__CRT_UUID_DECL(IMbnConnectionContextEvents, 0xdcbbbab6, 0x200c, 0x4bbb, 0xaa, 0xee, 0x33, 0x8e,
                0x36, 0x8a, 0xf6, 0xfa)

// -- PINs -----------------------------------------------------------------------------------------

/// The PINs of a device. From IMbnInterface by QueryInterface.
struct IMbnPinManager : public IUnknown {
 public:
  virtual HRESULT STDMETHODCALLTYPE GetPinList(SAFEARRAY** pinList) = 0;
  virtual HRESULT STDMETHODCALLTYPE GetPin(MBN_PIN_TYPE pinType, IMbnPin** pin) = 0;
  virtual HRESULT STDMETHODCALLTYPE GetPinState(ULONG* requestID) = 0;

 protected:
  ~IMbnPinManager() = default;
};
__CRT_UUID_DECL(IMbnPinManager, 0xdcbbbab6, 0x2005, 0x4bbb, 0xaa, 0xee, 0x33, 0x8e, 0x36, 0x8a,
                0xf6, 0xfa)

/// The PIN list is available, or a request for the PIN state ended.
struct IMbnPinManagerEvents : public IUnknown {
 public:
  virtual HRESULT STDMETHODCALLTYPE OnPinListAvailable(IMbnPinManager* pinManager) = 0;
  virtual HRESULT STDMETHODCALLTYPE OnGetPinStateComplete(IMbnPinManager* pinManager,
                                                          MBN_PIN_INFO pinInfo, ULONG requestID,
                                                          HRESULT status) = 0;

 protected:
  ~IMbnPinManagerEvents() = default;
};
__CRT_UUID_DECL(IMbnPinManagerEvents, 0xdcbbbab6, 0x2006, 0x4bbb, 0xaa, 0xee, 0x33, 0x8e, 0x36,
                0x8a, 0xf6, 0xfa)

/// One PIN: its properties, and the requests to enable, disable, enter, change or unblock it.
struct IMbnPin : public IUnknown {
 public:
  virtual HRESULT STDMETHODCALLTYPE get_PinType(MBN_PIN_TYPE* PinType) = 0;
  virtual HRESULT STDMETHODCALLTYPE get_PinFormat(MBN_PIN_FORMAT* PinFormat) = 0;
  virtual HRESULT STDMETHODCALLTYPE get_PinLengthMin(ULONG* PinLengthMin) = 0;
  virtual HRESULT STDMETHODCALLTYPE get_PinLengthMax(ULONG* PinLengthMax) = 0;
  virtual HRESULT STDMETHODCALLTYPE get_PinMode(MBN_PIN_MODE* PinMode) = 0;
  virtual HRESULT STDMETHODCALLTYPE Enable(LPCWSTR pin, ULONG* requestID) = 0;
  virtual HRESULT STDMETHODCALLTYPE Disable(LPCWSTR pin, ULONG* requestID) = 0;
  virtual HRESULT STDMETHODCALLTYPE Enter(LPCWSTR pin, ULONG* requestID) = 0;
  virtual HRESULT STDMETHODCALLTYPE Change(LPCWSTR pin, LPCWSTR newPin, ULONG* requestID) = 0;
  virtual HRESULT STDMETHODCALLTYPE Unblock(LPCWSTR puk, LPCWSTR newPin, ULONG* requestID) = 0;
  virtual HRESULT STDMETHODCALLTYPE GetPinManager(IMbnPinManager** pinManager) = 0;

 protected:
  ~IMbnPin() = default;
};
__CRT_UUID_DECL(IMbnPin, 0xdcbbbab6, 0x2007, 0x4bbb, 0xaa, 0xee, 0x33, 0x8e, 0x36, 0x8a, 0xf6, 0xfa)

/// Ends of PIN requests.
struct IMbnPinEvents : public IUnknown {
 public:
  virtual HRESULT STDMETHODCALLTYPE OnEnableComplete(IMbnPin* pin, MBN_PIN_INFO* pinInfo,
                                                     ULONG requestID, HRESULT status) = 0;
  virtual HRESULT STDMETHODCALLTYPE OnDisableComplete(IMbnPin* pin, MBN_PIN_INFO* pinInfo,
                                                      ULONG requestID, HRESULT status) = 0;
  virtual HRESULT STDMETHODCALLTYPE OnEnterComplete(IMbnPin* Pin, MBN_PIN_INFO* pinInfo,
                                                    ULONG requestID, HRESULT status) = 0;
  virtual HRESULT STDMETHODCALLTYPE OnChangeComplete(IMbnPin* Pin, MBN_PIN_INFO* pinInfo,
                                                     ULONG requestID, HRESULT status) = 0;
  virtual HRESULT STDMETHODCALLTYPE OnUnblockComplete(IMbnPin* Pin, MBN_PIN_INFO* pinInfo,
                                                      ULONG requestID, HRESULT status) = 0;

 protected:
  ~IMbnPinEvents() = default;
};
__CRT_UUID_DECL(IMbnPinEvents, 0xdcbbbab6, 0x2008, 0x4bbb, 0xaa, 0xee, 0x33, 0x8e, 0x36, 0x8a, 0xf6,
                0xfa)

// -- Radio, registration and signal ---------------------------------------------------------------

/// Software and hardware radio switches of a device. From IMbnInterface by QueryInterface.
struct IMbnRadio : public IUnknown {
 public:
  virtual HRESULT STDMETHODCALLTYPE get_SoftwareRadioState(MBN_RADIO* SoftwareRadioState) = 0;
  virtual HRESULT STDMETHODCALLTYPE get_HardwareRadioState(MBN_RADIO* HardwareRadioState) = 0;
  virtual HRESULT STDMETHODCALLTYPE SetSoftwareRadioState(MBN_RADIO radioState,
                                                          ULONG* requestID) = 0;

 protected:
  ~IMbnRadio() = default;
};
__CRT_UUID_DECL(IMbnRadio, 0xdccccab6, 0x201f, 0x4bbb, 0xaa, 0xee, 0x33, 0x8e, 0x36, 0x8a, 0xf6,
                0xfa)

/// A radio switch changed, or setting it ended.
struct IMbnRadioEvents : public IUnknown {
 public:
  virtual HRESULT STDMETHODCALLTYPE OnRadioStateChange(IMbnRadio* newInterface) = 0;
  virtual HRESULT STDMETHODCALLTYPE OnSetSoftwareRadioStateComplete(IMbnRadio* newInterface,
                                                                    ULONG requestID,
                                                                    HRESULT status) = 0;

 protected:
  ~IMbnRadioEvents() = default;
};
__CRT_UUID_DECL(IMbnRadioEvents, 0xdcdddab6, 0x201f, 0x4bbb, 0xaa, 0xee, 0x33, 0x8e, 0x36, 0x8a,
                0xf6, 0xfa)

/// Registration and packet service of a device. From IMbnInterface by QueryInterface.
struct IMbnRegistration : public IUnknown {
 public:
  virtual HRESULT STDMETHODCALLTYPE GetRegisterState(MBN_REGISTER_STATE* registerState) = 0;
  virtual HRESULT STDMETHODCALLTYPE GetRegisterMode(MBN_REGISTER_MODE* registerMode) = 0;
  virtual HRESULT STDMETHODCALLTYPE GetProviderID(BSTR* providerID) = 0;
  virtual HRESULT STDMETHODCALLTYPE GetProviderName(BSTR* providerName) = 0;
  virtual HRESULT STDMETHODCALLTYPE GetRoamingText(BSTR* roamingText) = 0;
  virtual HRESULT STDMETHODCALLTYPE GetAvailableDataClasses(ULONG* availableDataClasses) = 0;
  virtual HRESULT STDMETHODCALLTYPE GetCurrentDataClass(ULONG* currentDataClass) = 0;
  virtual HRESULT STDMETHODCALLTYPE
  GetRegistrationNetworkError(ULONG* registrationNetworkError) = 0;
  virtual HRESULT STDMETHODCALLTYPE
  GetPacketAttachNetworkError(ULONG* packetAttachNetworkError) = 0;
  virtual HRESULT STDMETHODCALLTYPE SetRegisterMode(MBN_REGISTER_MODE registerMode,
                                                    LPCWSTR providerID, ULONG dataClass,
                                                    ULONG* requestID) = 0;

 protected:
  ~IMbnRegistration() = default;
};
__CRT_UUID_DECL(IMbnRegistration, 0xdcbbbab6, 0x2009, 0x4bbb, 0xaa, 0xee, 0x33, 0x8e, 0x36, 0x8a,
                0xf6, 0xfa)

/// Registration or packet service changed, or setting the register mode ended.
struct IMbnRegistrationEvents : public IUnknown {
 public:
  virtual HRESULT STDMETHODCALLTYPE OnRegisterModeAvailable(IMbnRegistration* newInterface) = 0;
  virtual HRESULT STDMETHODCALLTYPE OnRegisterStateChange(IMbnRegistration* newInterface) = 0;
  virtual HRESULT STDMETHODCALLTYPE OnPacketServiceStateChange(IMbnRegistration* newInterface) = 0;
  virtual HRESULT STDMETHODCALLTYPE OnSetRegisterModeComplete(IMbnRegistration* newInterface,
                                                              ULONG requestID, HRESULT status) = 0;

 protected:
  ~IMbnRegistrationEvents() = default;
};
__CRT_UUID_DECL(IMbnRegistrationEvents, 0xdcbbbab6, 0x200a, 0x4bbb, 0xaa, 0xee, 0x33, 0x8e, 0x36,
                0x8a, 0xf6, 0xfa)

/// Signal strength and error rate of a device. From IMbnInterface by QueryInterface.
struct IMbnSignal : public IUnknown {
 public:
  virtual HRESULT STDMETHODCALLTYPE GetSignalStrength(ULONG* signalStrength) = 0;
  virtual HRESULT STDMETHODCALLTYPE GetSignalError(ULONG* signalError) = 0;

 protected:
  ~IMbnSignal() = default;
};
__CRT_UUID_DECL(IMbnSignal, 0xdcbbbab6, 0x2003, 0x4bbb, 0xaa, 0xee, 0x33, 0x8e, 0x36, 0x8a, 0xf6,
                0xfa)

/// Signal strength or error rate changed.
struct IMbnSignalEvents : public IUnknown {
 public:
  virtual HRESULT STDMETHODCALLTYPE OnSignalStateChange(IMbnSignal* newInterface) = 0;

 protected:
  ~IMbnSignalEvents() = default;
};
__CRT_UUID_DECL(IMbnSignalEvents, 0xdcbbbab6, 0x2004, 0x4bbb, 0xaa, 0xee, 0x33, 0x8e, 0x36, 0x8a,
                0xf6, 0xfa)

// -- Multi-carrier devices ------------------------------------------------------------------------

/// Home provider, preferred and visible providers, and radio family of a multi-carrier device.
struct IMbnMultiCarrier : public IUnknown {
 public:
  virtual HRESULT STDMETHODCALLTYPE SetHomeProvider(MBN_PROVIDER2* homeProvider,
                                                    ULONG* requestID) = 0;
  virtual HRESULT STDMETHODCALLTYPE
  GetPreferredProviders(SAFEARRAY** preferredMulticarrierProviders) = 0;
  virtual HRESULT STDMETHODCALLTYPE GetVisibleProviders(ULONG* age,
                                                        SAFEARRAY** visibleProviders) = 0;
  virtual HRESULT STDMETHODCALLTYPE GetSupportedCellularClasses(SAFEARRAY** cellularClasses) = 0;
  virtual HRESULT STDMETHODCALLTYPE
  GetCurrentCellularClass(MBN_CELLULAR_CLASS* currentCellularClass) = 0;
  virtual HRESULT STDMETHODCALLTYPE ScanNetwork(ULONG* requestID) = 0;

 protected:
  ~IMbnMultiCarrier() = default;
};
__CRT_UUID_DECL(IMbnMultiCarrier, 0xdcbbbab6, 0x2020, 0x4bbb, 0xaa, 0xee, 0x33, 0x8e, 0x36, 0x8a,
                0xf6, 0xfa)

/// Changes of a multi-carrier device, and ends of its requests.
struct IMbnMultiCarrierEvents : public IUnknown {
 public:
  virtual HRESULT STDMETHODCALLTYPE OnSetHomeProviderComplete(IMbnMultiCarrier* mbnInterface,
                                                              ULONG requestID, HRESULT status) = 0;
  virtual HRESULT STDMETHODCALLTYPE
  OnCurrentCellularClassChange(IMbnMultiCarrier* mbnInterface) = 0;
  virtual HRESULT STDMETHODCALLTYPE OnPreferredProvidersChange(IMbnMultiCarrier* mbnInterface) = 0;
  virtual HRESULT STDMETHODCALLTYPE OnScanNetworkComplete(IMbnMultiCarrier* mbnInterface,
                                                          ULONG requestID, HRESULT status) = 0;
  virtual HRESULT STDMETHODCALLTYPE OnInterfaceCapabilityChange(IMbnMultiCarrier* mbnInterface) = 0;

 protected:
  ~IMbnMultiCarrierEvents() = default;
};
__CRT_UUID_DECL(IMbnMultiCarrierEvents, 0xdcdddab6, 0x2021, 0x4bbb, 0xaa, 0xee, 0x33, 0x8e, 0x36,
                0x8a, 0xf6, 0xfa)

// -- Short messages -------------------------------------------------------------------------------

/// Sending, reading and deleting short messages. From IMbnInterface by QueryInterface.
struct IMbnSms : public IUnknown {
 public:
  virtual HRESULT STDMETHODCALLTYPE
  GetSmsConfiguration(IMbnSmsConfiguration** smsConfiguration) = 0;
  virtual HRESULT STDMETHODCALLTYPE SetSmsConfiguration(IMbnSmsConfiguration* smsConfiguration,
                                                        ULONG* requestID) = 0;
  virtual HRESULT STDMETHODCALLTYPE SmsSendPdu(LPCWSTR pduData, BYTE size, ULONG* requestID) = 0;
  virtual HRESULT STDMETHODCALLTYPE SmsSendCdma(LPCWSTR address, MBN_SMS_CDMA_ENCODING encoding,
                                                MBN_SMS_CDMA_LANG language, ULONG sizeInCharacters,
                                                SAFEARRAY* message, ULONG* requestID) = 0;
  virtual HRESULT STDMETHODCALLTYPE SmsSendCdmaPdu(SAFEARRAY* message, ULONG* requestID) = 0;
  virtual HRESULT STDMETHODCALLTYPE SmsRead(MBN_SMS_FILTER* smsFilter, MBN_SMS_FORMAT smsFormat,
                                            ULONG* requestID) = 0;
  virtual HRESULT STDMETHODCALLTYPE SmsDelete(MBN_SMS_FILTER* smsFilter, ULONG* requestID) = 0;
  virtual HRESULT STDMETHODCALLTYPE GetSmsStatus(MBN_SMS_STATUS_INFO* smsStatusInfo) = 0;

 protected:
  ~IMbnSms() = default;
};
__CRT_UUID_DECL(IMbnSms, 0xdcbbbab6, 0x2015, 0x4bbb, 0xaa, 0xee, 0x33, 0x8e, 0x36, 0x8a, 0xf6, 0xfa)

/// Ends of short-message requests, new class 0 messages, and changes of the message store.
struct IMbnSmsEvents : public IUnknown {
 public:
  virtual HRESULT STDMETHODCALLTYPE OnSmsConfigurationChange(IMbnSms* sms) = 0;
  virtual HRESULT STDMETHODCALLTYPE OnSetSmsConfigurationComplete(IMbnSms* sms, ULONG requestID,
                                                                  HRESULT status) = 0;
  virtual HRESULT STDMETHODCALLTYPE OnSmsSendComplete(IMbnSms* sms, ULONG requestID,
                                                      HRESULT status) = 0;
  virtual HRESULT STDMETHODCALLTYPE OnSmsReadComplete(IMbnSms* sms, MBN_SMS_FORMAT smsFormat,
                                                      SAFEARRAY* readMsgs, VARIANT_BOOL moreMsgs,
                                                      ULONG requestID, HRESULT status) = 0;
  virtual HRESULT STDMETHODCALLTYPE OnSmsNewClass0Message(IMbnSms* sms, MBN_SMS_FORMAT smsFormat,
                                                          SAFEARRAY* readMsgs) = 0;
  virtual HRESULT STDMETHODCALLTYPE OnSmsDeleteComplete(IMbnSms* sms, ULONG requestID,
                                                        HRESULT status) = 0;
  virtual HRESULT STDMETHODCALLTYPE OnSmsStatusChange(IMbnSms* sms) = 0;

 protected:
  ~IMbnSmsEvents() = default;
};
__CRT_UUID_DECL(IMbnSmsEvents, 0xdcbbbab6, 0x2016, 0x4bbb, 0xaa, 0xee, 0x33, 0x8e, 0x36, 0x8a, 0xf6,
                0xfa)

/// Service centre address, message format and store size.
struct IMbnSmsConfiguration : public IUnknown {
 public:
  virtual HRESULT STDMETHODCALLTYPE get_ServiceCenterAddress(BSTR* scAddress) = 0;
  virtual HRESULT STDMETHODCALLTYPE put_ServiceCenterAddress(LPCWSTR scAddress) = 0;
  virtual HRESULT STDMETHODCALLTYPE get_MaxMessageIndex(ULONG* index) = 0;
  virtual HRESULT STDMETHODCALLTYPE get_CdmaShortMsgSize(ULONG* shortMsgSize) = 0;
  virtual HRESULT STDMETHODCALLTYPE get_SmsFormat(MBN_SMS_FORMAT* smsFormat) = 0;
  virtual HRESULT STDMETHODCALLTYPE put_SmsFormat(MBN_SMS_FORMAT smsFormat) = 0;

 protected:
  ~IMbnSmsConfiguration() = default;
};
__CRT_UUID_DECL(IMbnSmsConfiguration, 0xdcbbbab6, 0x2012, 0x4bbb, 0xaa, 0xee, 0x33, 0x8e, 0x36,
                0x8a, 0xf6, 0xfa)

/// One read message in PDU form.
struct IMbnSmsReadMsgPdu : public IUnknown {
 public:
  virtual HRESULT STDMETHODCALLTYPE get_Index(ULONG* Index) = 0;
  virtual HRESULT STDMETHODCALLTYPE get_Status(MBN_MSG_STATUS* Status) = 0;
  virtual HRESULT STDMETHODCALLTYPE get_PduData(BSTR* PduData) = 0;
  virtual HRESULT STDMETHODCALLTYPE get_Message(SAFEARRAY** Message) = 0;

 protected:
  ~IMbnSmsReadMsgPdu() = default;
};
__CRT_UUID_DECL(IMbnSmsReadMsgPdu, 0xdcbbbab6, 0x2013, 0x4bbb, 0xaa, 0xee, 0x33, 0x8e, 0x36, 0x8a,
                0xf6, 0xfa)

/// One read CDMA text message.
struct IMbnSmsReadMsgTextCdma : public IUnknown {
 public:
  virtual HRESULT STDMETHODCALLTYPE get_Index(ULONG* Index) = 0;
  virtual HRESULT STDMETHODCALLTYPE get_Status(MBN_MSG_STATUS* Status) = 0;
  virtual HRESULT STDMETHODCALLTYPE get_Address(BSTR* Address) = 0;
  virtual HRESULT STDMETHODCALLTYPE get_Timestamp(BSTR* Timestamp) = 0;
  virtual HRESULT STDMETHODCALLTYPE get_EncodingID(MBN_SMS_CDMA_ENCODING* EncodingID) = 0;
  virtual HRESULT STDMETHODCALLTYPE get_LanguageID(MBN_SMS_CDMA_LANG* LanguageID) = 0;
  virtual HRESULT STDMETHODCALLTYPE get_SizeInCharacters(ULONG* SizeInCharacters) = 0;
  virtual HRESULT STDMETHODCALLTYPE get_Message(SAFEARRAY** Message) = 0;

 protected:
  ~IMbnSmsReadMsgTextCdma() = default;
};
__CRT_UUID_DECL(IMbnSmsReadMsgTextCdma, 0xdcbbbab6, 0x2014, 0x4bbb, 0xaa, 0xee, 0x33, 0x8e, 0x36,
                0x8a, 0xf6, 0xfa)

// -- Service activation and vendor operations -----------------------------------------------------

/// Vendor-defined activation of a subscription. From IMbnInterface by QueryInterface.
struct IMbnServiceActivation : public IUnknown {
 public:
  virtual HRESULT STDMETHODCALLTYPE Activate(SAFEARRAY* vendorSpecificData, ULONG* requestID) = 0;

 protected:
  ~IMbnServiceActivation() = default;
};
__CRT_UUID_DECL(IMbnServiceActivation, 0xdcbbbab6, 0x2017, 0x4bbb, 0xaa, 0xee, 0x33, 0x8e, 0x36,
                0x8a, 0xf6, 0xfa)

/// An activation ended.
struct IMbnServiceActivationEvents : public IUnknown {
 public:
  virtual HRESULT STDMETHODCALLTYPE OnActivationComplete(IMbnServiceActivation* serviceActivation,
                                                         SAFEARRAY* vendorSpecificData,
                                                         ULONG requestID, HRESULT status,
                                                         ULONG networkError) = 0;

 protected:
  ~IMbnServiceActivationEvents() = default;
};
__CRT_UUID_DECL(IMbnServiceActivationEvents, 0xdcbbbab6, 0x2018, 0x4bbb, 0xaa, 0xee, 0x33, 0x8e,
                0x36, 0x8a, 0xf6, 0xfa)

/// Vendor-defined requests to a device. From IMbnInterface by QueryInterface.
struct IMbnVendorSpecificOperation : public IUnknown {
 public:
  virtual HRESULT STDMETHODCALLTYPE SetVendorSpecific(SAFEARRAY* vendorSpecificData,
                                                      ULONG* requestID) = 0;

 protected:
  ~IMbnVendorSpecificOperation() = default;
};
__CRT_UUID_DECL(IMbnVendorSpecificOperation, 0xdcbbbab6, 0x2019, 0x4bbb, 0xaa, 0xee, 0x33, 0x8e,
                0x36, 0x8a, 0xf6, 0xfa)

/// A vendor-defined notification, or the end of a vendor-defined request.
struct IMbnVendorSpecificEvents : public IUnknown {
 public:
  virtual HRESULT STDMETHODCALLTYPE OnEventNotification(
      IMbnVendorSpecificOperation* vendorOperation, SAFEARRAY* vendorSpecificData) = 0;
  virtual HRESULT STDMETHODCALLTYPE
  OnSetVendorSpecificComplete(IMbnVendorSpecificOperation* vendorOperation,
                              SAFEARRAY* vendorSpecificData, ULONG requestID) = 0;

 protected:
  ~IMbnVendorSpecificEvents() = default;
};
__CRT_UUID_DECL(IMbnVendorSpecificEvents, 0xdcbbbab6, 0x201a, 0x4bbb, 0xaa, 0xee, 0x33, 0x8e, 0x36,
                0x8a, 0xf6, 0xfa)

// -- Device services ------------------------------------------------------------------------------

/// Gives access to the device services of a device. Made with CLSID_MbnDeviceServicesManager.
struct IMbnDeviceServicesManager : public IUnknown {
 public:
  virtual HRESULT STDMETHODCALLTYPE GetDeviceServicesContext(
      BSTR networkInterfaceID, IMbnDeviceServicesContext** mbnDevicesContext) = 0;

 protected:
  ~IMbnDeviceServicesManager() = default;
};
__CRT_UUID_DECL(IMbnDeviceServicesManager, 0x20a26258, 0x6811, 0x4478, 0xac, 0x1d, 0x13, 0x32, 0x4e,
                0x45, 0xe4, 0x1c)

/// The device services of one device, and the maximum bytes of a command and of a data transfer.
struct IMbnDeviceServicesContext : public IUnknown {
 public:
  virtual HRESULT STDMETHODCALLTYPE EnumerateDeviceServices(SAFEARRAY** deviceServices) = 0;
  virtual HRESULT STDMETHODCALLTYPE GetDeviceService(BSTR deviceServiceID,
                                                     IMbnDeviceService** mbnDeviceService) = 0;
  virtual HRESULT STDMETHODCALLTYPE get_MaxCommandSize(ULONG* maxCommandSize) = 0;
  virtual HRESULT STDMETHODCALLTYPE get_MaxDataSize(ULONG* maxDataSize) = 0;

 protected:
  ~IMbnDeviceServicesContext() = default;
};
__CRT_UUID_DECL(IMbnDeviceServicesContext, 0xfc5ac347, 0x1592, 0x4068, 0x80, 0xbb, 0x6a, 0x57, 0x58,
                0x01, 0x50, 0xd8)

/// Ends of device-service requests, notifications, data, and changes of the interfaces.
struct IMbnDeviceServicesEvents : public IUnknown {
 public:
  virtual HRESULT STDMETHODCALLTYPE
  OnQuerySupportedCommandsComplete(IMbnDeviceService* deviceService, SAFEARRAY* commandIDList,
                                   HRESULT status, ULONG requestID) = 0;
  virtual HRESULT STDMETHODCALLTYPE OnOpenCommandSessionComplete(IMbnDeviceService* deviceService,
                                                                 HRESULT status,
                                                                 ULONG requestID) = 0;
  virtual HRESULT STDMETHODCALLTYPE OnCloseCommandSessionComplete(IMbnDeviceService* deviceService,
                                                                  HRESULT status,
                                                                  ULONG requestID) = 0;
  virtual HRESULT STDMETHODCALLTYPE OnSetCommandComplete(IMbnDeviceService* deviceService,
                                                         ULONG responseID,
                                                         SAFEARRAY* deviceServiceData,
                                                         HRESULT status, ULONG requestID) = 0;
  virtual HRESULT STDMETHODCALLTYPE OnQueryCommandComplete(IMbnDeviceService* deviceService,
                                                           ULONG responseID,
                                                           SAFEARRAY* deviceServiceData,
                                                           HRESULT status, ULONG requestID) = 0;
  virtual HRESULT STDMETHODCALLTYPE OnEventNotification(IMbnDeviceService* deviceService,
                                                        ULONG eventID,
                                                        SAFEARRAY* deviceServiceData) = 0;
  virtual HRESULT STDMETHODCALLTYPE OnOpenDataSessionComplete(IMbnDeviceService* deviceService,
                                                              HRESULT status, ULONG requestID) = 0;
  virtual HRESULT STDMETHODCALLTYPE OnCloseDataSessionComplete(IMbnDeviceService* deviceService,
                                                               HRESULT status, ULONG requestID) = 0;
  virtual HRESULT STDMETHODCALLTYPE OnWriteDataComplete(IMbnDeviceService* deviceService,
                                                        HRESULT status, ULONG requestID) = 0;
  virtual HRESULT STDMETHODCALLTYPE OnReadData(IMbnDeviceService* deviceService,
                                               SAFEARRAY* deviceServiceData) = 0;
  virtual HRESULT STDMETHODCALLTYPE
  OnInterfaceStateChange(BSTR interfaceID, MBN_DEVICE_SERVICES_INTERFACE_STATE stateChange) = 0;

 protected:
  ~IMbnDeviceServicesEvents() = default;
};
__CRT_UUID_DECL(IMbnDeviceServicesEvents, 0x0a900c19, 0x6824, 0x4e97, 0xb7, 0x6e, 0xcf, 0x23, 0x9d,
                0x0c, 0xa6, 0x42)

/// One device service: command and data sessions.
struct IMbnDeviceService : public IUnknown {
 public:
  virtual HRESULT STDMETHODCALLTYPE QuerySupportedCommands(ULONG* requestID) = 0;
  virtual HRESULT STDMETHODCALLTYPE OpenCommandSession(ULONG* requestID) = 0;
  virtual HRESULT STDMETHODCALLTYPE CloseCommandSession(ULONG* requestID) = 0;
  virtual HRESULT STDMETHODCALLTYPE SetCommand(ULONG commandID, SAFEARRAY* deviceServiceData,
                                               ULONG* requestID) = 0;
  virtual HRESULT STDMETHODCALLTYPE QueryCommand(ULONG commandID, SAFEARRAY* deviceServiceData,
                                                 ULONG* requestID) = 0;
  virtual HRESULT STDMETHODCALLTYPE OpenDataSession(ULONG* requestID) = 0;
  virtual HRESULT STDMETHODCALLTYPE CloseDataSession(ULONG* requestID) = 0;
  virtual HRESULT STDMETHODCALLTYPE WriteData(SAFEARRAY* deviceServiceData, ULONG* requestID) = 0;
  virtual HRESULT STDMETHODCALLTYPE get_InterfaceID(BSTR* InterfaceID) = 0;
  virtual HRESULT STDMETHODCALLTYPE get_DeviceServiceID(BSTR* DeviceServiceID) = 0;
  virtual HRESULT STDMETHODCALLTYPE get_IsCommandSessionOpen(BOOL* value) = 0;
  virtual HRESULT STDMETHODCALLTYPE get_IsDataSessionOpen(BOOL* value) = 0;

 protected:
  ~IMbnDeviceService() = default;
};
__CRT_UUID_DECL(IMbnDeviceService, 0xb3bb9a71, 0xdc70, 0x4be9, 0xa4, 0xda, 0x78, 0x86, 0xae, 0x8b,
                0x19, 0x1b)

/// The sessions of a device's services were restored.
struct IMbnDeviceServiceStateEvents : public IUnknown {
 public:
  virtual HRESULT STDMETHODCALLTYPE
  OnSessionsStateChange(BSTR interfaceID, MBN_DEVICE_SERVICE_SESSIONS_STATE stateChange) = 0;

 protected:
  ~IMbnDeviceServiceStateEvents() = default;
};
__CRT_UUID_DECL(IMbnDeviceServiceStateEvents, 0x5d3ff196, 0x89ee, 0x49d8, 0x8b, 0x60, 0x33, 0xff,
                0xdd, 0xff, 0xc5, 0x8d)

// -- Reserved -------------------------------------------------------------------------------------

/// The published metadata declares it without methods. Nothing implements it.
struct IDummyMBNUCMExt : public IDispatch {
 protected:
  ~IDummyMBNUCMExt() = default;
};
__CRT_UUID_DECL(IDummyMBNUCMExt, 0xdcbbbab6, 0xffff, 0x4bbb, 0xaa, 0xee, 0x33, 0x8e, 0x36, 0x8a,
                0xf6, 0xfa)

// ---- Classes -----------------------------------------------------------------------------------

EXTERN_C const CLSID CLSID_MbnConnectionManager;
EXTERN_C const CLSID CLSID_MbnConnectionProfileManager;
EXTERN_C const CLSID CLSID_MbnDeviceServicesManager;
EXTERN_C const CLSID CLSID_MbnInterfaceManager;

/// Its objects implement IMbnConnectionManager.
class MbnConnectionManager;
__CRT_UUID_DECL(MbnConnectionManager, 0xbdfee05c, 0x4418, 0x11dd, 0x90, 0xed, 0x00, 0x1c, 0x25,
                0x7c, 0xcf, 0xf1)

/// Its objects implement IMbnConnectionProfileManager.
class MbnConnectionProfileManager;
__CRT_UUID_DECL(MbnConnectionProfileManager, 0xbdfee05a, 0x4418, 0x11dd, 0x90, 0xed, 0x00, 0x1c,
                0x25, 0x7c, 0xcf, 0xf1)

/// Its objects implement IMbnDeviceServicesManager.
class MbnDeviceServicesManager;
__CRT_UUID_DECL(MbnDeviceServicesManager, 0x2269daa3, 0x2a9f, 0x4165, 0xa5, 0x01, 0xce, 0x00, 0xa6,
                0xf7, 0xa7, 0x5b)

/// Its objects implement IMbnInterfaceManager.
class MbnInterfaceManager;
__CRT_UUID_DECL(MbnInterfaceManager, 0xbdfee05b, 0x4418, 0x11dd, 0x90, 0xed, 0x00, 0x1c, 0x25, 0x7c,
                0xcf, 0xf1)

#pragma GCC diagnostic pop
