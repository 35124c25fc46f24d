#include "mbim/testing/libmbim.h"

#include <algorithm>
#include <span>

namespace mbnrig::mbim::testing {
namespace {

/// The numbers and enumerations of libmbim are 32 bits wide, as ours: it writes straight into our
/// members. (A load of a C enumeration with a number that has no name would be undefined.)
template <class Theirs, class Ours>
Theirs* Into(Ours& ours) {
  static_assert(sizeof(Theirs) == sizeof(Ours));
  return reinterpret_cast<Theirs*>(&ours);
}

/// A string that libmbim allocates: nullptr where the wire has none.
class Text {
 public:
  gchar** out() { return &text_; }
  void MoveTo(std::string& ours) {
    const Owned<gchar> owned(text_);
    if (text_ != nullptr) ours = text_;
  }

 private:
  gchar* text_ = nullptr;
};

/// An out parameter that is an array of pointers ended by nullptr, and the function that frees it.
template <class Element>
class Array {
 public:
  explicit Array(void (*free)(Element**)) : free_(free) {}
  ~Array() {
    if (array_ == nullptr) return;
    if constexpr (std::is_same_v<Element, gchar>) {
      // Not g_strfreev: an empty string is a nullptr among the others.
      for (gchar* string : elements()) {
        g_free(string);
      }
    }
    free_(array_);
  }
  Array(const Array&) = delete;
  Array& operator=(const Array&) = delete;

  Element*** out() { return &array_; }
  guint32* count() { return &count_; }
  std::span<Element*> elements() const {
    return array_ == nullptr ? std::span<Element*>{} : std::span(array_, count_);
  }

 private:
  void (*free_)(Element**);
  Element** array_ = nullptr;
  guint32 count_ = 0;
};

std::string ToOurs(const gchar* text) {
  return text == nullptr ? "" : text;
}
/// As their callers say "no string".
const gchar* ToTheirs(const std::string& text) {
  return text.empty() ? nullptr : text.c_str();
}

}  // namespace

Uuid ToOurs(const MbimUuid& uuid) {
  static_assert(sizeof(MbimUuid) == sizeof(Uuid));
  Uuid ours;
  std::copy_n(reinterpret_cast<const std::uint8_t*>(&uuid), 16, ours.bytes.begin());
  return ours;
}

// --- their parsers, into our structures ---------------------------------------------------------

bool Parse(const MbimMessage* m, DeviceCapsInfo& v, bool, GError** e) {
  Text custom, device, firmware, hardware;
  const bool read = mbim_message_device_caps_response_parse(
      m, Into<MbimDeviceType>(v.device_type), Into<MbimCellularClass>(v.cellular_class),
      Into<MbimVoiceClass>(v.voice_class), Into<MbimSimClass>(v.sim_class),
      Into<MbimDataClass>(v.data_class), Into<MbimSmsCaps>(v.sms_caps),
      Into<MbimCtrlCaps>(v.ctrl_caps), &v.max_sessions, custom.out(), device.out(), firmware.out(),
      hardware.out(), e);
  custom.MoveTo(v.custom_data_class);
  device.MoveTo(v.device_id);
  firmware.MoveTo(v.firmware_info);
  hardware.MoveTo(v.hardware_info);
  return read;
}

bool Parse(const MbimMessage* m, SubscriberReadyInfo& v, bool indication, GError** e) {
  Text subscriber, icc;
  Array<gchar> numbers([](gchar** array) { g_free(array); });
  auto* parse = indication ? mbim_message_subscriber_ready_status_notification_parse
                           : mbim_message_subscriber_ready_status_response_parse;
  const bool read =
      parse(m, Into<MbimSubscriberReadyState>(v.ready_state), subscriber.out(), icc.out(),
            Into<MbimReadyInfoFlag>(v.ready_info), numbers.count(), numbers.out(), e);
  subscriber.MoveTo(v.subscriber_id);
  icc.MoveTo(v.sim_icc_id);
  for (const gchar* number : numbers.elements()) {
    v.telephone_numbers.push_back(ToOurs(number));
  }
  return read;
}

bool Parse(const MbimMessage* m, RadioStateInfo& v, bool indication, GError** e) {
  auto* parse = indication ? mbim_message_radio_state_notification_parse
                           : mbim_message_radio_state_response_parse;
  return parse(m, Into<MbimRadioSwitchState>(v.hw_radio_state),
               Into<MbimRadioSwitchState>(v.sw_radio_state), e);
}

bool Parse(const MbimMessage* m, PinInfo& v, bool, GError** e) {
  return mbim_message_pin_response_parse(m, Into<MbimPinType>(v.pin_type),
                                         Into<MbimPinState>(v.pin_state), &v.remaining_attempts, e);
}

bool Parse(const MbimMessage* m, PinListInfo& v, bool, GError** e) {
  PinDesc* ours[] = {&v.pin1,
                     &v.pin2,
                     &v.device_sim_pin,
                     &v.device_first_sim_pin,
                     &v.network_pin,
                     &v.network_subset_pin,
                     &v.service_provider_pin,
                     &v.corporate_pin,
                     &v.subsidy_lock,
                     &v.custom};
  MbimPinDesc* d[10] = {};
  const bool read = mbim_message_pin_list_response_parse(m, &d[0], &d[1], &d[2], &d[3], &d[4],
                                                         &d[5], &d[6], &d[7], &d[8], &d[9], e);
  for (std::size_t i = 0; read && i < 10; ++i) {
    *ours[i] = {static_cast<PinMode>(d[i]->pin_mode), static_cast<PinFormat>(d[i]->pin_format),
                d[i]->pin_length_min, d[i]->pin_length_max};
    mbim_pin_desc_free(d[i]);
  }
  return read;
}

static Provider ToOurs(const MbimProvider& p) {
  return {ToOurs(p.provider_id),
          p.provider_state,
          ToOurs(p.provider_name),
          static_cast<CellularClass>(p.cellular_class),
          p.rssi,
          p.error_rate};
}

bool Parse(const MbimMessage* m, Provider& v, bool, GError** e) {
  MbimProvider* provider = nullptr;
  const bool read = mbim_message_home_provider_response_parse(m, &provider, e);
  if (read) {
    v = ToOurs(*provider);
    mbim_provider_free(provider);
  }
  return read;
}

bool Parse(const MbimMessage* m, Providers& v, bool, GError** e) {
  Array<MbimProvider> providers(mbim_provider_array_free);
  const bool read =
      mbim_message_visible_providers_response_parse(m, providers.count(), providers.out(), e);
  for (const MbimProvider* provider : providers.elements()) {
    v.providers.push_back(ToOurs(*provider));
  }
  return read;
}

bool Parse(const MbimMessage* m, RegistrationStateInfo& v, bool indication, GError** e) {
  Text id, name, roaming;
  auto* parse = indication ? mbim_message_register_state_notification_parse
                           : mbim_message_register_state_response_parse;
  const bool read =
      parse(m, Into<MbimNwError>(v.nw_error), Into<MbimRegisterState>(v.register_state),
            Into<MbimRegisterMode>(v.register_mode), Into<MbimDataClass>(v.available_data_classes),
            Into<MbimCellularClass>(v.current_cellular_class), id.out(), name.out(), roaming.out(),
            Into<MbimRegistrationFlag>(v.registration_flag), e);
  id.MoveTo(v.provider_id);
  name.MoveTo(v.provider_name);
  roaming.MoveTo(v.roaming_text);
  return read;
}

bool Parse(const MbimMessage* m, PacketServiceInfo& v, bool indication, GError** e) {
  auto* parse = indication ? mbim_message_packet_service_notification_parse
                           : mbim_message_packet_service_response_parse;
  return parse(m, &v.nw_error, Into<MbimPacketServiceState>(v.packet_service_state),
               Into<MbimDataClass>(v.highest_available_data_class), Into<guint64>(v.uplink_speed),
               Into<guint64>(v.downlink_speed), e);
}

bool Parse(const MbimMessage* m, SignalStateInfo& v, bool indication, GError** e) {
  auto* parse = indication ? mbim_message_signal_state_notification_parse
                           : mbim_message_signal_state_response_parse;
  return parse(m, &v.rssi, &v.error_rate, &v.signal_strength_interval, &v.rssi_threshold,
               &v.error_rate_threshold, e);
}

bool Parse(const MbimMessage* m, ConnectInfo& v, bool indication, GError** e) {
  const MbimUuid* type = nullptr;
  auto* parse =
      indication ? mbim_message_connect_notification_parse : mbim_message_connect_response_parse;
  const bool read = parse(m, &v.session_id, Into<MbimActivationState>(v.activation_state),
                          Into<MbimVoiceCallState>(v.voice_call_state),
                          Into<MbimContextIpType>(v.ip_type), &type, &v.nw_error, e);
  if (read) v.context_type = ToOurs(*type);
  return read;
}

bool Parse(const MbimMessage* m, ProvisionedContextsInfo& v, bool indication, GError** e) {
  Array<MbimProvisionedContextElement> contexts(mbim_provisioned_context_element_array_free);
  auto* parse = indication ? mbim_message_provisioned_contexts_notification_parse
                           : mbim_message_provisioned_contexts_response_parse;
  const bool read = parse(m, contexts.count(), contexts.out(), e);
  for (const MbimProvisionedContextElement* c : contexts.elements()) {
    v.contexts.push_back({c->context_id, ToOurs(c->context_type), ToOurs(c->access_string),
                          ToOurs(c->user_name), ToOurs(c->password),
                          static_cast<Compression>(c->compression),
                          static_cast<AuthProtocol>(c->auth_protocol)});
  }
  return read;
}

static Ipv4Address ToOurs(const MbimIPv4& address) {
  return {std::to_array(address.addr)};
}
static Ipv6Address ToOurs(const MbimIPv6& address) {
  return {std::to_array(address.addr)};
}

bool Parse(const MbimMessage* m, IpConfigurationInfo& v, bool indication, GError** e) {
  Array<MbimIPv4Element> v4(mbim_ipv4_element_array_free);
  Array<MbimIPv6Element> v6(mbim_ipv6_element_array_free);
  const MbimIPv4* gateway4 = nullptr;
  const MbimIPv6* gateway6 = nullptr;
  guint32 dns4_count = 0, dns6_count = 0;
  MbimIPv4* dns4 = nullptr;
  MbimIPv6* dns6 = nullptr;
  auto* parse = indication ? mbim_message_ip_configuration_notification_parse
                           : mbim_message_ip_configuration_response_parse;
  const bool read = parse(m, &v.session_id,
                          Into<MbimIPConfigurationAvailableFlag>(v.ipv4_configuration_available),
                          Into<MbimIPConfigurationAvailableFlag>(v.ipv6_configuration_available),
                          v4.count(), v4.out(), v6.count(), v6.out(), &gateway4, &gateway6,
                          &dns4_count, &dns4, &dns6_count, &dns6, &v.ipv4_mtu, &v.ipv6_mtu, e);
  for (const MbimIPv4Element* element : v4.elements()) {
    v.ipv4_addresses.push_back({element->on_link_prefix_length, ToOurs(element->ipv4_address)});
  }
  for (const MbimIPv6Element* element : v6.elements()) {
    v.ipv6_addresses.push_back({element->on_link_prefix_length, ToOurs(element->ipv6_address)});
  }
  if (gateway4 != nullptr) v.ipv4_gateway = ToOurs(*gateway4);
  if (gateway6 != nullptr) v.ipv6_gateway = ToOurs(*gateway6);
  for (guint32 i = 0; read && i < dns4_count; ++i) {
    v.ipv4_dns_servers.push_back(ToOurs(dns4[i]));
  }
  for (guint32 i = 0; read && i < dns6_count; ++i) {
    v.ipv6_dns_servers.push_back(ToOurs(dns6[i]));
  }
  g_free(dns4);
  g_free(dns6);
  return read;
}

bool Parse(const MbimMessage* m, DeviceServicesInfo& v, bool, GError** e) {
  Array<MbimDeviceServiceElement> services(mbim_device_service_element_array_free);
  const bool read = mbim_message_device_services_response_parse(
      m, services.count(), &v.max_dss_sessions, services.out(), e);
  for (const MbimDeviceServiceElement* s : services.elements()) {
    v.services.push_back({ToOurs(s->device_service_id),
                          s->dss_payload,
                          s->max_dss_instances,
                          {s->cids, s->cids + s->cids_count}});
  }
  return read;
}

bool Parse(const MbimMessage* m, DeviceServiceSubscribeList& v, bool, GError** e) {
  Array<MbimEventEntry> events(mbim_event_entry_array_free);
  const bool read =
      mbim_message_device_service_subscribe_list_response_parse(m, events.count(), events.out(), e);
  for (const MbimEventEntry* event : events.elements()) {
    v.entries.push_back(
        {ToOurs(event->device_service_id), {event->cids, event->cids + event->cids_count}});
  }
  return read;
}

// --- their builders, from our structures --------------------------------------------------------

/// A C enumeration may only hold numbers that have names; the generator knows no such limit.
template <class E>
static void Limit(E& value, std::uint32_t count) {
  value = static_cast<E>(static_cast<std::uint32_t>(value) % count);
}

MbimMessage* Build(SetRadioState& v, GError** e) {
  Limit(v.radio_state, 2);
  return mbim_message_radio_state_set_new(static_cast<MbimRadioSwitchState>(v.radio_state), e);
}

MbimMessage* Build(SetPin& v, GError** e) {
  Limit(v.pin_type, 18);
  Limit(v.pin_operation, 4);
  return mbim_message_pin_set_new(static_cast<MbimPinType>(v.pin_type),
                                  static_cast<MbimPinOperation>(v.pin_operation), ToTheirs(v.pin),
                                  ToTheirs(v.new_pin), e);
}

MbimMessage* Build(Provider& v, GError** e) {
  const MbimProvider provider{const_cast<gchar*>(ToTheirs(v.provider_id)),
                              v.provider_state,
                              const_cast<gchar*>(ToTheirs(v.provider_name)),
                              static_cast<guint32>(v.cellular_class),
                              v.rssi,
                              v.error_rate};
  return mbim_message_home_provider_set_new(&provider, e);
}

MbimMessage* Build(VisibleProvidersReq& v, GError** e) {
  Limit(v.action, 2);
  return mbim_message_visible_providers_query_new(static_cast<MbimVisibleProvidersAction>(v.action),
                                                  e);
}

MbimMessage* Build(SetRegistrationState& v, GError** e) {
  Limit(v.register_action, 2);
  v.data_class &= 0x3F;
  return mbim_message_register_state_set_new(ToTheirs(v.provider_id),
                                             static_cast<MbimRegisterAction>(v.register_action),
                                             static_cast<MbimDataClass>(v.data_class), e);
}

MbimMessage* Build(SetPacketService& v, GError** e) {
  Limit(v.packet_service_action, 2);
  return mbim_message_packet_service_set_new(
      static_cast<MbimPacketServiceAction>(v.packet_service_action), e);
}

MbimMessage* Build(SetSignalState& v, GError** e) {
  return mbim_message_signal_state_set_new(v.signal_strength_interval, v.rssi_threshold,
                                           v.error_rate_threshold, e);
}

MbimMessage* Build(SetConnect& v, GError** e) {
  Limit(v.activation_command, 2);
  Limit(v.compression, 2);
  Limit(v.auth_protocol, 4);
  Limit(v.ip_type, 5);
  return mbim_message_connect_set_new(
      v.session_id, static_cast<MbimActivationCommand>(v.activation_command),
      ToTheirs(v.access_string), ToTheirs(v.user_name), ToTheirs(v.password),
      static_cast<MbimCompression>(v.compression), static_cast<MbimAuthProtocol>(v.auth_protocol),
      static_cast<MbimContextIpType>(v.ip_type), ToTheirs(v.context_type), e);
}

MbimMessage* Build(ConnectInfo& v, GError** e) {
  Limit(v.activation_state, 5);
  Limit(v.voice_call_state, 3);
  Limit(v.ip_type, 5);
  return mbim_message_connect_query_new(
      v.session_id, static_cast<MbimActivationState>(v.activation_state),
      static_cast<MbimVoiceCallState>(v.voice_call_state),
      static_cast<MbimContextIpType>(v.ip_type), ToTheirs(v.context_type), v.nw_error, e);
}

MbimMessage* Build(SetProvisionedContext& v, GError** e) {
  Limit(v.compression, 2);
  Limit(v.auth_protocol, 4);
  return mbim_message_provisioned_contexts_set_new(
      v.context_id, ToTheirs(v.context_type), ToTheirs(v.access_string), ToTheirs(v.user_name),
      ToTheirs(v.password), static_cast<MbimCompression>(v.compression),
      static_cast<MbimAuthProtocol>(v.auth_protocol), ToTheirs(v.provider_id), e);
}

MbimMessage* Build(IpConfigurationInfo& v, GError** e) {
  v.ipv4_configuration_available &= 15;
  v.ipv6_configuration_available &= 15;
  std::vector<MbimIPv4Element> v4;
  std::vector<MbimIPv6Element> v6;
  std::vector<const MbimIPv4Element*> v4_pointers;
  std::vector<const MbimIPv6Element*> v6_pointers;
  for (const Ipv4Element& element : v.ipv4_addresses) {
    auto& theirs = v4.emplace_back();
    theirs.on_link_prefix_length = element.on_link_prefix_length;
    std::ranges::copy(element.address.octets, theirs.ipv4_address.addr);
  }
  for (const Ipv6Element& element : v.ipv6_addresses) {
    auto& theirs = v6.emplace_back();
    theirs.on_link_prefix_length = element.on_link_prefix_length;
    std::ranges::copy(element.address.octets, theirs.ipv6_address.addr);
  }
  for (const auto& element : v4) {
    v4_pointers.push_back(&element);
  }
  for (const auto& element : v6) {
    v6_pointers.push_back(&element);
  }
  static_assert(sizeof(Ipv4Address) == sizeof(MbimIPv4) && sizeof(Ipv6Address) == sizeof(MbimIPv6));
  return mbim_message_ip_configuration_query_new(
      v.session_id, static_cast<MbimIPConfigurationAvailableFlag>(v.ipv4_configuration_available),
      static_cast<MbimIPConfigurationAvailableFlag>(v.ipv6_configuration_available),
      static_cast<guint32>(v4.size()), v4_pointers.data(), static_cast<guint32>(v6.size()),
      v6_pointers.data(),
      v.ipv4_gateway ? reinterpret_cast<const MbimIPv4*>(&*v.ipv4_gateway) : nullptr,
      v.ipv6_gateway ? reinterpret_cast<const MbimIPv6*>(&*v.ipv6_gateway) : nullptr,
      static_cast<guint32>(v.ipv4_dns_servers.size()),
      reinterpret_cast<const MbimIPv4*>(v.ipv4_dns_servers.data()),
      static_cast<guint32>(v.ipv6_dns_servers.size()),
      reinterpret_cast<const MbimIPv6*>(v.ipv6_dns_servers.data()), v.ipv4_mtu, v.ipv6_mtu, e);
}

MbimMessage* Build(DeviceServiceSubscribeList& v, GError** e) {
  std::vector<MbimEventEntry> events;
  std::vector<const MbimEventEntry*> pointers;
  for (EventEntry& entry : v.entries) {
    events.push_back({*ToTheirs(entry.device_service_id), static_cast<guint32>(entry.cids.size()),
                      entry.cids.data()});
  }
  for (const auto& event : events) {
    pointers.push_back(&event);
  }
  return mbim_message_device_service_subscribe_list_set_new(static_cast<guint32>(events.size()),
                                                            pointers.data(), e);
}

}  // namespace mbnrig::mbim::testing
