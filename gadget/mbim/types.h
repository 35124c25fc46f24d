#pragma once

/// The vocabulary of MBIM 1.0 (Mobile Broadband Interface Model, USB-IF, Errata-1): numbers with
/// names, nothing else. Sources are given by section of that specification.

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mbnrig::mbim {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

/// A UUID in the byte order the wire uses (big endian fields, section 10.1: printed order).
struct Uuid {
  std::array<std::uint8_t, 16> bytes{};
  friend bool operator==(const Uuid&, const Uuid&) = default;
  friend auto operator<=>(const Uuid&, const Uuid&) = default;
};

/// Parses "a289cc33-bcbb-8b4f-b6b0-133ec2aae6df" at compile time; malformed text does not compile.
consteval Uuid MakeUuid(std::string_view text) {
  auto digit = [](char c) -> std::uint8_t {
    if (c >= '0' && c <= '9') return static_cast<std::uint8_t>(c - '0');
    if (c >= 'a' && c <= 'f') return static_cast<std::uint8_t>(c - 'a' + 10);
    throw "a UUID has lower-case hexadecimal digits only";
  };
  Uuid uuid;
  std::size_t at = 0;
  for (auto& byte : uuid.bytes) {
    if (text.at(at) == '-') ++at;
    byte = static_cast<std::uint8_t>(digit(text.at(at)) << 4 | digit(text.at(at + 1)));
    at += 2;
  }
  if (at != text.size()) throw "a UUID has 36 characters";
  return uuid;
}

/// Lower-case canonical form, "a289cc33-bcbb-8b4f-b6b0-133ec2aae6df".
std::string ToString(const Uuid& uuid);

/// Device service identifiers (section 10.1, table 10-3).
inline constexpr Uuid kServiceBasicConnect = MakeUuid("a289cc33-bcbb-8b4f-b6b0-133ec2aae6df");
inline constexpr Uuid kServiceSms = MakeUuid("533fbeeb-14fe-4467-9f90-33a223e56c3f");
inline constexpr Uuid kServiceUssd = MakeUuid("e550a0c8-5e82-479e-82f7-10abf4c3351f");
inline constexpr Uuid kServicePhonebook = MakeUuid("4bf38476-1e6a-41db-b1d8-bed289c25bdb");
inline constexpr Uuid kServiceStk = MakeUuid("d8f20131-fcb5-4e17-8602-d6ed3816164c");
inline constexpr Uuid kServiceAuth = MakeUuid("1d2b5ff7-0aa1-48b2-aa52-50f15767174e");
inline constexpr Uuid kServiceDss = MakeUuid("c08a26dd-7718-4382-8482-6e0d583c4d0e");

/// Context types (section 10.5.12, table 10-66).
inline constexpr Uuid kContextTypeNone = MakeUuid("b43f758c-a560-4b46-b35e-c5869641fb54");
inline constexpr Uuid kContextTypeInternet = MakeUuid("7e5e2a7e-4e6f-7272-736b-656e7e5e2a7e");
inline constexpr Uuid kContextTypeVpn = MakeUuid("9b9f7bbe-8952-44b7-83ac-ca41318df7a0");
inline constexpr Uuid kContextTypeVoice = MakeUuid("88918294-0ef4-4396-8cca-a8588fbc02b2");
inline constexpr Uuid kContextTypeVideoShare = MakeUuid("05a2a716-7c34-4b4d-9a91-c5ef0c7aaacc");
inline constexpr Uuid kContextTypePurchase = MakeUuid("b3272496-ac6c-422b-a8c0-acf687a27217");
inline constexpr Uuid kContextTypeIms = MakeUuid("21610d01-3074-4bce-9425-b53a07d697d6");
inline constexpr Uuid kContextTypeMms = MakeUuid("46726664-7269-6bc6-9624-d1d35389aca9");
inline constexpr Uuid kContextTypeLocal = MakeUuid("a57a9afc-b09f-45d7-bb40-033c39f60db9");

/// Message types (section 9.1, tables 9-3 and 9-9).
enum class MessageType : std::uint32_t {
  kOpen = 0x00000001,
  kClose = 0x00000002,
  kCommand = 0x00000003,
  kHostError = 0x00000004,
  kOpenDone = 0x80000001,
  kCloseDone = 0x80000002,
  kCommandDone = 0x80000003,
  kFunctionError = 0x80000004,
  kIndicateStatus = 0x80000007,
};

/// Whether a command asks or changes (section 9.3.3, CommandType).
enum class CommandType : std::uint32_t { kQuery = 0, kSet = 1 };

/// MBIM_PROTOCOL_ERROR_CODES, carried by HOST_ERROR and FUNCTION_ERROR (section 9.3.4, table 9-8).
enum class ProtocolError : std::uint32_t {
  kTimeoutFragment = 1,
  kFragmentOutOfSequence = 2,
  kLengthMismatch = 3,
  kDuplicatedTid = 4,
  kNotOpened = 5,
  kUnknown = 6,
  kCancel = 7,
  kMaxTransfer = 8,
};

/// MBIM_STATUS_CODES (section 9.4.5, table 9-15).
enum class Status : std::uint32_t {
  kSuccess = 0,
  kBusy = 1,
  kFailure = 2,
  kSimNotInserted = 3,
  kBadSim = 4,
  kPinRequired = 5,
  kPinDisabled = 6,
  kNotRegistered = 7,
  kProvidersNotFound = 8,
  kNoDeviceSupport = 9,
  kProviderNotVisible = 10,
  kDataClassNotAvailable = 11,
  kPacketServiceDetached = 12,
  kMaxActivatedContexts = 13,
  kNotInitialized = 14,
  kVoiceCallInProgress = 15,
  kContextNotActivated = 16,
  kServiceNotActivated = 17,
  kInvalidAccessString = 18,
  kInvalidUserNamePwd = 19,
  kRadioPowerOff = 20,
  kInvalidParameters = 21,
  kReadFailure = 22,
  kWriteFailure = 23,
  kNoPhonebook = 25,
  kParameterTooLong = 26,
  kStkBusy = 27,
  kOperationNotAllowed = 28,
  kMemoryFailure = 29,
  kInvalidMemoryIndex = 30,
  kMemoryFull = 31,
  kFilterNotSupported = 32,
  kDssInstanceLimit = 33,
  kInvalidDeviceServiceOperation = 34,
  kAuthIncorrectAutn = 35,
  kAuthSyncFailure = 36,
  kAuthAmfNotSet = 37,
  kContextNotSupported = 38,
  kSmsUnknownSmscAddress = 100,
  kSmsNetworkTimeout = 101,
  kSmsLangNotSupported = 102,
  kSmsEncodingNotSupported = 103,
  kSmsFormatNotSupported = 104,
};

/// "MBIM_STATUS_PIN_REQUIRED" (and so on), or "MBIM_STATUS 1234" for a number that has no name.
std::string StatusName(Status status);

/// Every status that has a name, for tables and for parsing names in scenarios.
std::span<const Status> AllStatuses();

/// The command identifiers of Basic Connect (section 10.5, table 10-4).
enum class BasicConnectCid : std::uint32_t {
  kDeviceCaps = 1,
  kSubscriberReadyStatus = 2,
  kRadioState = 3,
  kPin = 4,
  kPinList = 5,
  kHomeProvider = 6,
  kPreferredProviders = 7,
  kVisibleProviders = 8,
  kRegisterState = 9,
  kPacketService = 10,
  kSignalState = 11,
  kConnect = 12,
  kProvisionedContexts = 13,
  kServiceActivation = 14,
  kIpConfiguration = 15,
  kDeviceServices = 16,
  kDeviceServiceSubscribeList = 19,
  kPacketStatistics = 20,
  kNetworkIdleHint = 21,
  kEmergencyMode = 22,
  kIpPacketFilters = 23,
  kMulticarrierProviders = 24,
};

// --- 10.5.1 DEVICE_CAPS -------------------------------------------------------------------------
enum class DeviceType : std::uint32_t { kUnknown, kEmbedded, kRemovable, kRemote };
/// Bit mask (MBIM_CELLULAR_CLASS).
enum class CellularClass : std::uint32_t { kNone = 0, kGsm = 1, kCdma = 2, kGsmCdma = 3 };
enum class VoiceClass : std::uint32_t {
  kUnknown,
  kNoVoice,
  kSeparatedVoiceData,
  kSimultaneousVoiceData
};
/// Bit mask (MBIM_SIM_CLASS).
enum class SimClass : std::uint32_t { kNone = 0, kSimLogical = 1, kSimRemovable = 2 };

/// Bits of MBIM_DATA_CLASS.
namespace data_class {
inline constexpr std::uint32_t kNone = 0;
inline constexpr std::uint32_t kGprs = 1u << 0;
inline constexpr std::uint32_t kEdge = 1u << 1;
inline constexpr std::uint32_t kUmts = 1u << 2;
inline constexpr std::uint32_t kHsdpa = 1u << 3;
inline constexpr std::uint32_t kHsupa = 1u << 4;
inline constexpr std::uint32_t kLte = 1u << 5;
inline constexpr std::uint32_t k1xRtt = 1u << 16;
inline constexpr std::uint32_t k1xEvDo = 1u << 17;
inline constexpr std::uint32_t k1xEvDoRevA = 1u << 18;
inline constexpr std::uint32_t k1xEvDv = 1u << 19;
inline constexpr std::uint32_t k3xRtt = 1u << 20;
inline constexpr std::uint32_t k1xEvDoRevB = 1u << 21;
inline constexpr std::uint32_t kUmb = 1u << 22;
inline constexpr std::uint32_t kCustom = 1u << 31;
}  // namespace data_class

/// Bits of MBIM_SMS_CAPS.
namespace sms_caps {
inline constexpr std::uint32_t kPduReceive = 1, kPduSend = 2, kTextReceive = 4, kTextSend = 8;
}
/// Bits of MBIM_CTRL_CAPS.
namespace ctrl_caps {
inline constexpr std::uint32_t kRegManual = 1, kHwRadioSwitch = 2, kCdmaMobileIp = 4,
                               kCdmaSimpleIp = 8, kMultiCarrier = 16;
}

// --- 10.5.2 SUBSCRIBER_READY_STATUS -------------------------------------------------------------
enum class ReadyState : std::uint32_t {
  kNotInitialized,
  kInitialized,
  kSimNotInserted,
  kBadSim,
  kFailure,
  kNotActivated,
  kDeviceLocked
};
enum class ReadyInfo : std::uint32_t { kNone, kProtectUniqueId };

// --- 10.5.3 RADIO_STATE -------------------------------------------------------------------------
enum class RadioSwitch : std::uint32_t { kOff, kOn };

// --- 10.5.4, 10.5.5 PIN, PIN_LIST ---------------------------------------------------------------
enum class PinType : std::uint32_t {
  kNone = 0,
  kCustom = 1,
  kPin1 = 2,
  kPin2 = 3,
  kDeviceSimPin = 4,
  kDeviceFirstSimPin = 5,
  kNetworkPin = 6,
  kNetworkSubsetPin = 7,
  kServiceProviderPin = 8,
  kCorporatePin = 9,
  kSubsidyPin = 10,
  kPuk1 = 11,
  kPuk2 = 12,
  kDeviceFirstSimPuk = 13,
  kNetworkPuk = 14,
  kNetworkSubsetPuk = 15,
  kServiceProviderPuk = 16,
  kCorporatePuk = 17
};
enum class PinState : std::uint32_t { kUnlocked, kLocked };
enum class PinOperation : std::uint32_t { kEnter, kEnable, kDisable, kChange };
enum class PinMode : std::uint32_t { kNotSupported, kEnabled, kDisabled };
enum class PinFormat : std::uint32_t { kUnknown, kNumeric, kAlphanumeric };
/// RemainingAttempts when the number is not known.
inline constexpr std::uint32_t kAttemptsUnknown = 0xFFFFFFFF;

// --- 10.5.6 to 10.5.9 providers and registration ------------------------------------------------
/// Bits of MBIM_PROVIDER_STATE.
namespace provider_state {
inline constexpr std::uint32_t kUnknown = 0, kHome = 1, kForbidden = 2, kPreferred = 4,
                               kVisible = 8, kRegistered = 16, kPreferredMulticarrier = 32;
}
enum class VisibleProvidersAction : std::uint32_t { kFullScan, kRestrictedScan };
enum class RegisterAction : std::uint32_t { kAutomatic, kManual };
enum class RegisterState : std::uint32_t {
  kUnknown,
  kDeregistered,
  kSearching,
  kHome,
  kRoaming,
  kPartner,
  kDenied
};
enum class RegisterMode : std::uint32_t { kUnknown, kAutomatic, kManual };
/// Bits of MBIM_REGISTRATION_FLAGS.
namespace registration_flag {
inline constexpr std::uint32_t kNone = 0, kManualSelectionNotAvailable = 1,
                               kPacketServiceAutomaticAttach = 2;
}

// --- 10.5.10 PACKET_SERVICE ---------------------------------------------------------------------
enum class PacketServiceAction : std::uint32_t { kAttach, kDetach };
enum class PacketServiceState : std::uint32_t {
  kUnknown,
  kAttaching,
  kAttached,
  kDetaching,
  kDetached
};

// --- 10.5.12, 10.5.13 CONNECT, PROVISIONED_CONTEXTS ---------------------------------------------
enum class ActivationCommand : std::uint32_t { kDeactivate, kActivate };
enum class ActivationState : std::uint32_t {
  kUnknown,
  kActivated,
  kActivating,
  kDeactivated,
  kDeactivating
};
enum class VoiceCallState : std::uint32_t { kNone, kInProgress, kHangUp };
enum class Compression : std::uint32_t { kNone, kEnable };
enum class AuthProtocol : std::uint32_t { kNone, kPap, kChap, kMsChapV2 };
enum class IpType : std::uint32_t { kDefault, kIpv4, kIpv6, kIpv4v6, kIpv4AndIpv6 };

// --- 10.5.20 IP_CONFIGURATION -------------------------------------------------------------------
/// Bits of IPv4ConfigurationAvailable and IPv6ConfigurationAvailable.
namespace ip_available {
inline constexpr std::uint32_t kAddress = 1, kGateway = 2, kDns = 4, kMtu = 8;
}

}  // namespace mbnrig::mbim
