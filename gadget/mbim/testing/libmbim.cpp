#include "mbim/testing/libmbim.h"

#include <algorithm>

#include "mbim/message.h"

namespace mbnrig::mbim::testing {
namespace {

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

Bytes MessageOf(const CommandId& cid, FormKind kind, const Bytes& information) {
  constexpr std::uint32_t kTid = 11;
  switch (kind) {
    case FormKind::kResponse:
      return EncodeMessage(FunctionMessage(
          CommandDone{kTid, cid.service, cid.number, Status::kSuccess, information}));
    case FormKind::kIndication:
      return EncodeMessage(FunctionMessage(IndicateStatus{cid.service, cid.number, information}));
    case FormKind::kQuery:
    case FormKind::kSet:
      break;
  }
  const CommandType type = kind == FormKind::kSet ? CommandType::kSet : CommandType::kQuery;
  return EncodeMessage(
      HostMessage(CommandMessage{kTid, cid.service, cid.number, type, information}));
}

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
