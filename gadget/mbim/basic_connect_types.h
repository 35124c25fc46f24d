#pragma once

/// The numbers and UUIDs of Basic Connect (MBIM 1.0, section 10.5), with names. The structures that
/// use them are in basic_connect.h.

#include <cstdint>

#include "mbim/uuid.h"

namespace mbnrig::mbim {

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
/// RemainingAttempts if the number is not known.
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

// --- 10.5.36 EMERGENCY_MODE ---------------------------------------------------------------------
enum class EmergencyMode : std::uint32_t { kOff, kOn };

}  // namespace mbnrig::mbim
