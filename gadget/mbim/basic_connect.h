#pragma once

/// The structures of Basic Connect (MBIM 1.0, section 10.5), each described once (describe.h). The
/// default value of a member is what an absent or zeroed structure means on the wire.

#include "mbim/basic_connect_types.h"
#include "mbim/cid.h"
#include "mbim/describe.h"
#include "mbim/service_ids.h"
#include "mbim/signal.h"

namespace mbnrig::mbim {

/// 10.5.1
struct DeviceCapsInfo {
  DeviceType device_type{};
  CellularClass cellular_class{};
  VoiceClass voice_class{};
  SimClass sim_class{};
  std::uint32_t data_class = 0;
  std::uint32_t sms_caps = 0;
  std::uint32_t ctrl_caps = 0;
  std::uint32_t max_sessions = 0;
  std::string custom_data_class, device_id, firmware_info, hardware_info;

  static constexpr std::string_view kName = "MBIM_DEVICE_CAPS_INFO";
  static constexpr auto Fields() {
    using S = DeviceCapsInfo;
    return std::tuple{U32("DeviceType", &S::device_type),
                      U32("CellularClass", &S::cellular_class),
                      U32("VoiceClass", &S::voice_class),
                      U32("SimClass", &S::sim_class),
                      U32("DataClass", &S::data_class),
                      U32("SmsCaps", &S::sms_caps),
                      U32("ControlCaps", &S::ctrl_caps),
                      U32("MaxSessions", &S::max_sessions),
                      String("CustomDataClass", &S::custom_data_class, 11),
                      String(InSummary("DeviceId"), &S::device_id, 18),
                      String(InSummary("FirmwareInfo"), &S::firmware_info, 30),
                      String("HardwareInfo", &S::hardware_info, 30)};
  }
};

/// 10.5.2
struct SubscriberReadyInfo {
  ReadyState ready_state{};
  std::string subscriber_id, sim_icc_id;
  ReadyInfo ready_info{};
  std::vector<std::string> telephone_numbers;

  static constexpr std::string_view kName = "MBIM_SUBSCRIBER_READY_INFO";
  static constexpr auto Fields() {
    using S = SubscriberReadyInfo;
    return std::tuple{U32(InSummary("ReadyState"), &S::ready_state),
                      String(InSummary("SubscriberId"), &S::subscriber_id, 15),
                      String("SimIccId", &S::sim_icc_id, 20), U32("ReadyInfo", &S::ready_info),
                      RefList("TelephoneNumbers", &S::telephone_numbers, std::tuple{}, 22)};
  }
};

/// 10.5.3
struct SetRadioState {
  RadioSwitch radio_state{};

  static constexpr std::string_view kName = "MBIM_SET_RADIO_STATE";
  static constexpr auto Fields() {
    return std::tuple{U32(InSummary("RadioState"), &SetRadioState::radio_state)};
  }
};

/// 10.5.3
struct RadioStateInfo {
  RadioSwitch hw_radio_state{}, sw_radio_state{};

  static constexpr std::string_view kName = "MBIM_RADIO_STATE_INFO";
  static constexpr auto Fields() {
    using S = RadioStateInfo;
    return std::tuple{U32(InSummary("HwRadioState", "hardware {}"), &S::hw_radio_state),
                      U32(InSummary("SwRadioState", "software {}"), &S::sw_radio_state)};
  }
};

/// 10.5.4
struct SetPin {
  PinType pin_type{};
  PinOperation pin_operation{};
  std::string pin, new_pin;

  static constexpr std::string_view kName = "MBIM_SET_PIN";
  static constexpr auto Fields() {
    using S = SetPin;
    return std::tuple{U32(InSummary("PinType"), &S::pin_type),
                      U32(InSummary("PinOperation"), &S::pin_operation),
                      String("Pin", &S::pin, 16, Secrecy::kSecret),
                      String("NewPin", &S::new_pin, 16, Secrecy::kSecret)};
  }
};

/// 10.5.4
struct PinInfo {
  PinType pin_type{};
  PinState pin_state{};
  std::uint32_t remaining_attempts = kAttemptsUnknown;

  static constexpr std::string_view kName = "MBIM_PIN_INFO";
  static constexpr auto Fields() {
    using S = PinInfo;
    return std::tuple{
        U32(InSummary("PinType"), &S::pin_type), U32(InSummary("PinState"), &S::pin_state),
        U32(InSummary("RemainingAttempts", "{} attempts left", Instead{kAttemptsUnknown, ""}),
            &S::remaining_attempts)};
  }
};

/// 10.5.5
struct PinDesc {
  PinMode pin_mode{};
  PinFormat pin_format{};
  std::uint32_t pin_length_min = 0, pin_length_max = 0;

  static constexpr std::string_view kName = "MBIM_PIN_DESC";
  static constexpr auto Fields() {
    using S = PinDesc;
    return std::tuple{U32("PinMode", &S::pin_mode), U32("PinFormat", &S::pin_format),
                      U32("PinLengthMin", &S::pin_length_min),
                      U32("PinLengthMax", &S::pin_length_max)};
  }
};

/// 10.5.5
struct PinListInfo {
  PinDesc pin1, pin2, device_sim_pin, device_first_sim_pin, network_pin, network_subset_pin,
      service_provider_pin, corporate_pin, subsidy_lock, custom;

  static constexpr std::string_view kName = "MBIM_PIN_LIST_INFO";
  static constexpr auto Fields() {
    using S = PinListInfo;
    return std::tuple{Inline("PinDescPin1", &S::pin1),
                      Inline("PinDescPin2", &S::pin2),
                      Inline("PinDescDeviceSimPin", &S::device_sim_pin),
                      Inline("PinDescDeviceFirstSimPin", &S::device_first_sim_pin),
                      Inline("PinDescNetworkPin", &S::network_pin),
                      Inline("PinDescNetworkSubsetPin", &S::network_subset_pin),
                      Inline("PinDescServiceProviderPin", &S::service_provider_pin),
                      Inline("PinDescCorporatePin", &S::corporate_pin),
                      Inline("PinDescSubsidyLock", &S::subsidy_lock),
                      Inline("PinDescCustom", &S::custom)};
  }
};

/// 10.5.6, shared by HOME_PROVIDER, PREFERRED_PROVIDERS and VISIBLE_PROVIDERS.
struct Provider {
  std::string provider_id;
  std::uint32_t provider_state = 0;
  std::string provider_name;
  CellularClass cellular_class{};
  std::uint32_t rssi = 0, error_rate = 0;

  static constexpr std::string_view kName = "MBIM_PROVIDER";
  static constexpr auto Fields() {
    using S = Provider;
    return std::tuple{String(InSummary("ProviderId"), &S::provider_id, 6),
                      U32("ProviderState", &S::provider_state),
                      String(InSummary("ProviderName"), &S::provider_name, 20),
                      U32("CellularClass", &S::cellular_class),
                      U32("Rssi", &S::rssi),
                      U32("ErrorRate", &S::error_rate)};
  }
};

/// 10.5.8
struct VisibleProvidersReq {
  VisibleProvidersAction action{};

  static constexpr std::string_view kName = "MBIM_VISIBLE_PROVIDERS_REQ";
  static constexpr auto Fields() {
    return std::tuple{U32(InSummary("Action"), &VisibleProvidersReq::action)};
  }
};

/// 10.5.7
struct Providers {
  std::vector<Provider> providers;

  static constexpr std::string_view kName = "MBIM_PROVIDERS";
  static constexpr auto Fields() {
    return std::tuple{RefList(InSummary("Providers", "{} providers"), &Providers::providers)};
  }
};

/// 10.5.9
struct SetRegistrationState {
  std::string provider_id;
  RegisterAction register_action{};
  std::uint32_t data_class = 0;

  static constexpr std::string_view kName = "MBIM_SET_REGISTRATION_STATE";
  static constexpr auto Fields() {
    using S = SetRegistrationState;
    return std::tuple{String(InSummary("ProviderId"), &S::provider_id, 6),
                      U32(InSummary("RegisterAction"), &S::register_action),
                      U32("DataClass", &S::data_class)};
  }
};

/// 10.5.9. `nw_error` is a cause code of 3GPP TS 24.008; 0: none.
struct RegistrationStateInfo {
  std::uint32_t nw_error = 0;
  RegisterState register_state{};
  RegisterMode register_mode{};
  std::uint32_t available_data_classes = 0;
  CellularClass current_cellular_class{};
  std::string provider_id, provider_name, roaming_text;
  std::uint32_t registration_flag = 0;

  static constexpr std::string_view kName = "MBIM_REGISTRATION_STATE_INFO";
  static constexpr auto Fields() {
    using S = RegistrationStateInfo;
    return std::tuple{U32(InSummary("NwError", "network error {}", Instead{0, ""}), &S::nw_error),
                      U32(InSummary("RegisterState"), &S::register_state),
                      U32("RegisterMode", &S::register_mode),
                      U32("AvailableDataClasses", &S::available_data_classes),
                      U32("CurrentCellularClass", &S::current_cellular_class),
                      String(InSummary("ProviderId"), &S::provider_id, 6),
                      String(InSummary("ProviderName"), &S::provider_name, 20),
                      String("RoamingText", &S::roaming_text, 63),
                      U32("RegistrationFlag", &S::registration_flag)};
  }
};

/// 10.5.10
struct SetPacketService {
  PacketServiceAction packet_service_action{};

  static constexpr std::string_view kName = "MBIM_SET_PACKET_SERVICE";
  static constexpr auto Fields() {
    return std::tuple{
        U32(InSummary("PacketServiceAction"), &SetPacketService::packet_service_action)};
  }
};

/// 10.5.10. Speeds in bits per second.
struct PacketServiceInfo {
  std::uint32_t nw_error = 0;
  PacketServiceState packet_service_state{};
  std::uint32_t highest_available_data_class = 0;
  std::uint64_t uplink_speed = 0, downlink_speed = 0;

  static constexpr std::string_view kName = "MBIM_PACKET_SERVICE_INFO";
  static constexpr auto Fields() {
    using S = PacketServiceInfo;
    return std::tuple{U32(InSummary("NwError", "network error {}", Instead{0, ""}), &S::nw_error),
                      U32(InSummary("PacketServiceState"), &S::packet_service_state),
                      U32("HighestAvailableDataClass", &S::highest_available_data_class),
                      U64("UplinkSpeed", &S::uplink_speed),
                      U64("DownlinkSpeed", &S::downlink_speed)};
  }
};

/// 10.5.11. Interval in seconds.
struct SetSignalState {
  std::uint32_t signal_strength_interval = 0, rssi_threshold = 0, error_rate_threshold = 0;

  static constexpr std::string_view kName = "MBIM_SET_SIGNAL_STATE";
  static constexpr auto Fields() {
    using S = SetSignalState;
    return std::tuple{U32("SignalStrengthInterval", &S::signal_strength_interval),
                      U32("RssiThreshold", &S::rssi_threshold),
                      U32("ErrorRateThreshold", &S::error_rate_threshold)};
  }
};

/// 10.5.11. Rssi is 0 to 31 (TS 27.007) and ErrorRate 0 to 7; 99 means unknown in both.
struct SignalStateInfo {
  std::uint32_t rssi = 99, error_rate = 99, signal_strength_interval = 0, rssi_threshold = 0,
                error_rate_threshold = 0;

  static constexpr std::string_view kName = "MBIM_SIGNAL_STATE_INFO";
  static constexpr auto Fields() {
    using S = SignalStateInfo;
    return std::tuple{
        U32(InSummary("Rssi", "RSSI {}", Instead{kSignalUnknown, "RSSI unknown"}), &S::rssi),
        U32("ErrorRate", &S::error_rate),
        U32("SignalStrengthInterval", &S::signal_strength_interval),
        U32("RssiThreshold", &S::rssi_threshold),
        U32("ErrorRateThreshold", &S::error_rate_threshold)};
  }
};

/// 10.5.12
struct SetConnect {
  std::uint32_t session_id = 0;
  ActivationCommand activation_command{};
  std::string access_string, user_name, password;
  Compression compression{};
  AuthProtocol auth_protocol{};
  IpType ip_type{};
  Uuid context_type = kContextTypeInternet;

  static constexpr std::string_view kName = "MBIM_SET_CONNECT";
  static constexpr auto Fields() {
    using S = SetConnect;
    return std::tuple{U32(InSummary("SessionId", "session {}"), &S::session_id),
                      U32(InSummary("ActivationCommand"), &S::activation_command),
                      String(InSummary("AccessString"), &S::access_string, 100),
                      String("UserName", &S::user_name, 255),
                      String("Password", &S::password, 255, Secrecy::kSecret),
                      U32("Compression", &S::compression),
                      U32("AuthProtocol", &S::auth_protocol),
                      U32(InSummary("IPType", "{}", Instead{0, ""}), &S::ip_type),
                      UuidField("ContextType", &S::context_type)};
  }
};

/// 10.5.12. A query uses only `session_id`.
struct ConnectInfo {
  std::uint32_t session_id = 0;
  ActivationState activation_state{};
  VoiceCallState voice_call_state{};
  IpType ip_type{};
  Uuid context_type = kContextTypeInternet;
  std::uint32_t nw_error = 0;

  static constexpr std::string_view kName = "MBIM_CONNECT_INFO";
  static constexpr auto Fields() {
    using S = ConnectInfo;
    return std::tuple{U32(InSummary("SessionId", "session {}"), &S::session_id),
                      U32(InSummary("ActivationState", "{}", Instead{0, ""}), &S::activation_state),
                      U32("VoiceCallState", &S::voice_call_state),
                      U32(InSummary("IPType", "{}", Instead{0, ""}), &S::ip_type),
                      UuidField("ContextType", &S::context_type),
                      U32(InSummary("NwError", "network error {}", Instead{0, ""}), &S::nw_error)};
  }
};

/// 10.5.13
struct Context {
  std::uint32_t context_id = 0;
  Uuid context_type = kContextTypeNone;
  std::string access_string, user_name, password;
  Compression compression{};
  AuthProtocol auth_protocol{};

  static constexpr std::string_view kName = "MBIM_CONTEXT";
  static constexpr auto Fields() {
    using S = Context;
    return std::tuple{U32("ContextId", &S::context_id),
                      UuidField("ContextType", &S::context_type),
                      String("AccessString", &S::access_string, 100),
                      String("UserName", &S::user_name, 255),
                      String("Password", &S::password, 255, Secrecy::kSecret),
                      U32("Compression", &S::compression),
                      U32("AuthProtocol", &S::auth_protocol)};
  }
};

/// 10.5.13
struct SetProvisionedContext {
  std::uint32_t context_id = 0;
  Uuid context_type = kContextTypeNone;
  std::string access_string, user_name, password;
  Compression compression{};
  AuthProtocol auth_protocol{};
  std::string provider_id;

  static constexpr std::string_view kName = "MBIM_SET_PROVISIONED_CONTEXT";
  static constexpr auto Fields() {
    using S = SetProvisionedContext;
    return std::tuple{U32(InSummary("ContextId", "context {}"), &S::context_id),
                      UuidField("ContextType", &S::context_type),
                      String(InSummary("AccessString"), &S::access_string, 100),
                      String("UserName", &S::user_name, 255),
                      String("Password", &S::password, 255, Secrecy::kSecret),
                      U32("Compression", &S::compression),
                      U32("AuthProtocol", &S::auth_protocol),
                      String("ProviderId", &S::provider_id, 6)};
  }
};

/// 10.5.13
struct ProvisionedContextsInfo {
  std::vector<Context> contexts;

  static constexpr std::string_view kName = "MBIM_PROVISIONED_CONTEXTS_INFO";
  static constexpr auto Fields() {
    return std::tuple{RefList(InSummary("ProvisionedContexts", "{} contexts"),
                              &ProvisionedContextsInfo::contexts)};
  }
};

/// An IPv4 address in network order.
struct Ipv4Address {
  std::array<std::uint8_t, 4> octets{};

  static constexpr std::string_view kName = "MBIM_IPV4_ADDRESS";
  static constexpr auto Fields() { return std::tuple{Raw("IPv4Address", &Ipv4Address::octets)}; }
};

/// An IPv6 address in network order.
struct Ipv6Address {
  std::array<std::uint8_t, 16> octets{};

  static constexpr std::string_view kName = "MBIM_IPV6_ADDRESS";
  static constexpr auto Fields() { return std::tuple{Raw("IPv6Address", &Ipv6Address::octets)}; }
};

/// 10.5.20
struct Ipv4Element {
  std::uint32_t on_link_prefix_length = 0;
  Ipv4Address address;

  static constexpr std::string_view kName = "MBIM_IPV4_ELEMENT";
  static constexpr auto Fields() {
    using S = Ipv4Element;
    return std::tuple{U32("OnLinkPrefixLength", &S::on_link_prefix_length),
                      Inline("IPv4Address", &S::address)};
  }
};

/// 10.5.20
struct Ipv6Element {
  std::uint32_t on_link_prefix_length = 0;
  Ipv6Address address;

  static constexpr std::string_view kName = "MBIM_IPV6_ELEMENT";
  static constexpr auto Fields() {
    using S = Ipv6Element;
    return std::tuple{U32("OnLinkPrefixLength", &S::on_link_prefix_length),
                      Inline("IPv6Address", &S::address)};
  }
};

/// 10.5.20. A query uses only `session_id`. MTUs in bytes.
struct IpConfigurationInfo {
  std::uint32_t session_id = 0;
  std::uint32_t ipv4_configuration_available = 0, ipv6_configuration_available = 0;
  std::vector<Ipv4Element> ipv4_addresses;
  std::vector<Ipv6Element> ipv6_addresses;
  std::optional<Ipv4Address> ipv4_gateway;
  std::optional<Ipv6Address> ipv6_gateway;
  std::vector<Ipv4Address> ipv4_dns_servers;
  std::vector<Ipv6Address> ipv6_dns_servers;
  std::uint32_t ipv4_mtu = 0, ipv6_mtu = 0;

  static constexpr std::string_view kName = "MBIM_IP_CONFIGURATION_INFO";
  static constexpr auto Fields() {
    using S = IpConfigurationInfo;
    return std::tuple{U32(InSummary("SessionId", "session {}"), &S::session_id),
                      U32("IPv4ConfigurationAvailable", &S::ipv4_configuration_available),
                      U32("IPv6ConfigurationAvailable", &S::ipv6_configuration_available),
                      FixedList("IPv4Address", &S::ipv4_addresses),
                      FixedList("IPv6Address", &S::ipv6_addresses),
                      FixedRef("IPv4Gateway", &S::ipv4_gateway),
                      FixedRef("IPv6Gateway", &S::ipv6_gateway),
                      FixedList("IPv4DnsServer", &S::ipv4_dns_servers),
                      FixedList("IPv6DnsServer", &S::ipv6_dns_servers),
                      U32("IPv4Mtu", &S::ipv4_mtu),
                      U32("IPv6Mtu", &S::ipv6_mtu)};
  }
};

/// 10.5.29
struct DeviceServiceElement {
  Uuid device_service_id;
  std::uint32_t dss_payload = 0, max_dss_instances = 0;
  std::vector<std::uint32_t> cids;

  static constexpr std::string_view kName = "MBIM_DEVICE_SERVICE_ELEMENT";
  static constexpr auto Fields() {
    using S = DeviceServiceElement;
    return std::tuple{UuidField("DeviceServiceId", &S::device_service_id),
                      U32("DssPayload", &S::dss_payload),
                      U32("MaxDssInstances", &S::max_dss_instances), U32List("Cids", &S::cids)};
  }
};

/// 10.5.29
struct DeviceServicesInfo {
  std::uint32_t max_dss_sessions = 0;
  std::vector<DeviceServiceElement> services;

  static constexpr std::string_view kName = "MBIM_DEVICE_SERVICES_INFO";
  static constexpr auto Fields() {
    using S = DeviceServicesInfo;
    return std::tuple{RefList(InSummary("DeviceServices", "{} services"), &S::services,
                              std::tuple{U32("MaxDssSessions", &S::max_dss_sessions)})};
  }
};

/// 10.5.30. An empty list of CIDs stands for every indication of the service.
struct EventEntry {
  Uuid device_service_id;
  std::vector<std::uint32_t> cids;

  static constexpr std::string_view kName = "MBIM_EVENT_ENTRY";
  static constexpr auto Fields() {
    using S = EventEntry;
    return std::tuple{UuidField("DeviceServiceId", &S::device_service_id),
                      U32List("Cids", &S::cids)};
  }
};

/// 10.5.30
struct DeviceServiceSubscribeList {
  std::vector<EventEntry> entries;

  static constexpr std::string_view kName = "MBIM_DEVICE_SERVICE_SUBSCRIBE_LIST";
  static constexpr auto Fields() {
    return std::tuple{
        RefList(InSummary("DeviceServices", "{} services"), &DeviceServiceSubscribeList::entries)};
  }
};

/// 10.5.36
struct EmergencyModeInfo {
  EmergencyMode emergency_mode{};

  static constexpr std::string_view kName = "MBIM_EMERGENCY_MODE_INFO";
  static constexpr auto Fields() {
    return std::tuple{
        U32(InSummary("EmergencyMode", "emergency mode {}"), &EmergencyModeInfo::emergency_mode)};
  }
};

// --- the commands ------------------------------------------------------------------------------

inline constexpr Cid<Empty, No, DeviceCapsInfo, No> kDeviceCaps{kServiceBasicConnect, 1,
                                                                "DEVICE_CAPS", "10.5.1"};
inline constexpr Cid<Empty, No, SubscriberReadyInfo, SubscriberReadyInfo> kSubscriberReadyStatus{
    kServiceBasicConnect, 2, "SUBSCRIBER_READY_STATUS", "10.5.2"};
inline constexpr Cid<Empty, SetRadioState, RadioStateInfo, RadioStateInfo> kRadioState{
    kServiceBasicConnect, 3, "RADIO_STATE", "10.5.3"};
inline constexpr Cid<Empty, SetPin, PinInfo, No> kPin{kServiceBasicConnect, 4, "PIN", "10.5.4"};
inline constexpr Cid<Empty, No, PinListInfo, No> kPinList{kServiceBasicConnect, 5, "PIN_LIST",
                                                          "10.5.5"};
inline constexpr Cid<Empty, Provider, Provider, No> kHomeProvider{kServiceBasicConnect, 6,
                                                                  "HOME_PROVIDER", "10.5.6"};
inline constexpr Cid<VisibleProvidersReq, No, Providers, No> kVisibleProviders{
    kServiceBasicConnect, 8, "VISIBLE_PROVIDERS", "10.5.8"};
inline constexpr Cid<Empty, SetRegistrationState, RegistrationStateInfo, RegistrationStateInfo>
    kRegisterState{kServiceBasicConnect, 9, "REGISTER_STATE", "10.5.9"};
inline constexpr Cid<Empty, SetPacketService, PacketServiceInfo, PacketServiceInfo> kPacketService{
    kServiceBasicConnect, 10, "PACKET_SERVICE", "10.5.10"};
inline constexpr Cid<Empty, SetSignalState, SignalStateInfo, SignalStateInfo> kSignalState{
    kServiceBasicConnect, 11, "SIGNAL_STATE", "10.5.11"};
inline constexpr Cid<ConnectInfo, SetConnect, ConnectInfo, ConnectInfo> kConnect{
    kServiceBasicConnect, 12, "CONNECT", "10.5.12"};
inline constexpr Cid<Empty, SetProvisionedContext, ProvisionedContextsInfo, ProvisionedContextsInfo>
    kProvisionedContexts{kServiceBasicConnect, 13, "PROVISIONED_CONTEXTS", "10.5.13"};
inline constexpr Cid<IpConfigurationInfo, No, IpConfigurationInfo, IpConfigurationInfo>
    kIpConfiguration{kServiceBasicConnect, 15, "IP_CONFIGURATION", "10.5.20"};
inline constexpr Cid<Empty, No, DeviceServicesInfo, No> kDeviceServices{
    kServiceBasicConnect, 16, "DEVICE_SERVICES", "10.5.29"};
inline constexpr Cid<No, DeviceServiceSubscribeList, DeviceServiceSubscribeList, No>
    kDeviceServiceSubscribeList{kServiceBasicConnect, 19, "DEVICE_SERVICE_SUBSCRIBE_LIST",
                                "10.5.30"};

inline constexpr Cid<Empty, No, EmergencyModeInfo, EmergencyModeInfo> kEmergencyMode{
    kServiceBasicConnect, 22, "EMERGENCY_MODE", "10.5.36"};

inline constexpr ServiceOf kBasicConnect{kServiceBasicConnect,
                                         "BASIC_CONNECT",
                                         kDeviceCaps,
                                         kSubscriberReadyStatus,
                                         kRadioState,
                                         kPin,
                                         kPinList,
                                         kHomeProvider,
                                         kVisibleProviders,
                                         kRegisterState,
                                         kPacketService,
                                         kSignalState,
                                         kConnect,
                                         kProvisionedContexts,
                                         kIpConfiguration,
                                         kDeviceServices,
                                         kDeviceServiceSubscribeList,
                                         kEmergencyMode};

}  // namespace mbnrig::mbim
