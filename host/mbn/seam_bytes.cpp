#include "mbn/seam_bytes.h"

#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "mbim/codec.h"
#include "mbim/codec_impl.h"
#include "mbim/describe.h"
#include "mbn/modem/facts.h"
#include "mbn/modem/lane.h"

namespace mbnrig::mbn {
namespace {

// --- the structures ------------------------------------------------------------------------------

struct FactValue {
  mbim::Uuid service{};
  std::uint32_t number = 0;
  std::uint32_t refusal = 0;  // a status; kSuccess: the modem did not refuse
  mbim::Bytes value{};        // of a fact that was not refused

  static constexpr std::string_view kName = "FACT";
  static constexpr auto Fields() {
    using S = FactValue;
    return std::tuple{mbim::UuidField("Service", &S::service), mbim::U32("Cid", &S::number),
                      mbim::U32("Refusal", &S::refusal), mbim::RefBytes("Value", &S::value)};
  }
};

struct StateValue {
  std::string interface_id{}, connection_id{}, manufacturer{}, product{}, profile_name{};
  std::string connected_by{};
  std::uint32_t connecting = 0, disconnecting = 0, network_error = 0, attach_error = 0;
  std::vector<FactValue> facts{};

  static constexpr std::string_view kName = "MODEM_STATE";
  static constexpr auto Fields() {
    using S = StateValue;
    return std::tuple{mbim::String("InterfaceId", &S::interface_id),
                      mbim::String("ConnectionId", &S::connection_id),
                      mbim::String("Manufacturer", &S::manufacturer),
                      mbim::String("Product", &S::product),
                      mbim::String("ProfileName", &S::profile_name),
                      mbim::String("ConnectedBy", &S::connected_by),
                      mbim::U32("Connecting", &S::connecting),
                      mbim::U32("Disconnecting", &S::disconnecting),
                      mbim::U32("NetworkError", &S::network_error),
                      mbim::U32("AttachError", &S::attach_error),
                      mbim::RefList("Facts", &S::facts)};
  }
};

struct ModemValue {
  std::uint32_t reachable = 0, connection_listed = 0;
  std::optional<StateValue> state{};

  static constexpr std::string_view kName = "MODEM";
  static constexpr auto Fields() {
    using S = ModemValue;
    return std::tuple{mbim::U32("Reachable", &S::reachable),
                      mbim::U32("ConnectionListed", &S::connection_listed),
                      mbim::Ref("State", &S::state)};
  }
};

struct ProfileValue {
  std::string name{}, subscriber_id{}, sim_icc_id{}, icon_path{}, public_xml{};
  std::uint32_t kind = 0, is_default = 0, is_mms = 0;

  static constexpr std::string_view kName = "PROFILE";
  static constexpr auto Fields() {
    using S = ProfileValue;
    return std::tuple{mbim::String("Name", &S::name),
                      mbim::String("SubscriberId", &S::subscriber_id),
                      mbim::String("SimIccId", &S::sim_icc_id),
                      mbim::String("IconPath", &S::icon_path),
                      mbim::String("PublicXml", &S::public_xml),
                      mbim::U32("Kind", &S::kind),
                      mbim::U32("IsDefault", &S::is_default),
                      mbim::U32("IsMms", &S::is_mms)};
  }
};

struct SubscriberValue {
  std::string id{}, sim_icc_id{}, home_provider{};

  static constexpr std::string_view kName = "SUBSCRIBER";
  static constexpr auto Fields() {
    using S = SubscriberValue;
    return std::tuple{mbim::String("Id", &S::id), mbim::String("SimIccId", &S::sim_icc_id),
                      mbim::String("HomeProvider", &S::home_provider)};
  }
};

struct ScopeValue {
  std::uint32_t has_only = 0;  // the first subscriber is ProfileScope::only
  std::vector<SubscriberValue> subscribers{};

  static constexpr std::string_view kName = "PROFILE_SCOPE";
  static constexpr auto Fields() {
    using S = ScopeValue;
    return std::tuple{mbim::U32("HasOnly", &S::has_only),
                      mbim::RefList("Subscribers", &S::subscribers)};
  }
};

struct OperationValue {
  std::uint32_t kind = 0;  // the index in OperationRequest
  std::uint32_t mode = 0;
  std::string profile{}, app{};
  mbim::Uuid service{};
  std::uint32_t number = 0;
  mbim::CommandType type{};
  Lane lane{};
  std::uint32_t completion = 0;
  mbim::Bytes information{};

  static constexpr std::string_view kName = "OPERATION";
  static constexpr auto Fields() {
    using S = OperationValue;
    return std::tuple{mbim::U32("Kind", &S::kind),
                      mbim::U32("Mode", &S::mode),
                      mbim::String("Profile", &S::profile),
                      mbim::String("App", &S::app),
                      mbim::UuidField("Service", &S::service),
                      mbim::U32("Cid", &S::number),
                      mbim::U32("Type", &S::type),
                      mbim::U32("Lane", &S::lane),
                      mbim::U32("Completion", &S::completion),
                      mbim::RefBytes("Information", &S::information)};
  }
};

struct ProfileRequestValue {
  std::uint32_t kind = 0;  // the index in ProfileRequest
  std::string name{}, subscriber_id{}, sim_icc_id{}, xml{};

  static constexpr std::string_view kName = "PROFILE_REQUEST";
  static constexpr auto Fields() {
    using S = ProfileRequestValue;
    return std::tuple{mbim::U32("Kind", &S::kind), mbim::String("Name", &S::name),
                      mbim::String("SubscriberId", &S::subscriber_id),
                      mbim::String("SimIccId", &S::sim_icc_id), mbim::String("Xml", &S::xml)};
  }
};

struct EventValue {
  std::uint32_t which = 0, request = 0, status = 0;
  std::uint32_t has_modem = 0, has_profile = 0;
  mbim::Bytes modem{}, profile{}, answer{};

  static constexpr std::string_view kName = "EVENT";
  static constexpr auto Fields() {
    using S = EventValue;
    return std::tuple{mbim::U32("Which", &S::which),
                      mbim::U32("Request", &S::request),
                      mbim::U32("Status", &S::status),
                      mbim::U32("HasModem", &S::has_modem),
                      mbim::U32("HasProfile", &S::has_profile),
                      mbim::RefBytes("Modem", &S::modem),
                      mbim::RefBytes("Profile", &S::profile),
                      mbim::RefBytes("Answer", &S::answer)};
  }
};

// --- from the API's values, and back -------------------------------------------------------------

std::optional<FactValue> Describe(const Fact& fact, const ModemState& state) {
  FactValue value;
  value.service = fact.cid.service;
  value.number = fact.cid.number;
  if (fact.refusal != nullptr) {
    if (const auto status = fact.refusal(state)) {
      value.refusal = static_cast<std::uint32_t>(*status);
      return value;
    }
  }
  try {
    auto bytes = fact.write(state);
    if (!bytes) return std::nullopt;
    value.value = std::move(*bytes);
  } catch (const std::invalid_argument&) {  // see ToBytes
    return std::nullopt;
  }
  return value;
}

bool Restore(const FactValue& value, ModemState& state) {
  const Fact* fact = FindFact({value.service, value.number});
  if (fact == nullptr) return false;
  if (value.refusal != 0) {
    if (fact->restore_refusal == nullptr) return false;
    fact->restore_refusal(state, static_cast<mbim::Status>(value.refusal));
    return true;
  }
  return fact->restore(state, value.value);
}

StateValue Describe(const ModemState& state) {
  StateValue value;
  value.interface_id = state.interface_id;
  value.connection_id = state.connection_id;
  value.manufacturer = state.manufacturer;
  value.product = state.product;
  value.profile_name = state.profile_name;
  value.connecting = state.connecting ? 1 : 0;
  value.connected_by = state.connected_by;
  value.disconnecting = state.disconnecting ? 1 : 0;
  value.network_error = state.network_error;
  value.attach_error = state.attach_error;
  for (const Fact& fact : Facts()) {
    if (auto described = Describe(fact, state)) value.facts.push_back(std::move(*described));
  }
  return value;
}

std::optional<ModemState> Restore(const StateValue& value) {
  ModemState state;
  state.interface_id = value.interface_id;
  state.connection_id = value.connection_id;
  state.manufacturer = value.manufacturer;
  state.product = value.product;
  state.profile_name = value.profile_name;
  state.connecting = value.connecting != 0;
  state.connected_by = value.connected_by;
  state.disconnecting = value.disconnecting != 0;
  state.network_error = value.network_error;
  state.attach_error = value.attach_error;
  for (const FactValue& fact : value.facts) {
    if (!Restore(fact, state)) return std::nullopt;
  }
  return state;
}

SubscriberValue Describe(const Subscriber& subscriber) {
  return {subscriber.id, subscriber.sim_icc_id, subscriber.home_provider};
}

template <class T>
std::optional<T> DecodeOrNothing(mbim::ByteView bytes) {
  auto decoded = mbim::Decode<T>(bytes);
  return decoded ? std::optional<T>(std::move(*decoded)) : std::nullopt;
}

// One part of an event. False when `part` is not a T.
template <class T>
bool Take(mbim::ByteView part, std::shared_ptr<const T>* out) {
  auto value = FromBytes<T>(part);
  if (!value) return false;
  *out = std::make_shared<const T>(std::move(*value));
  return true;
}

}  // namespace

mbim::Bytes ToBytes(const ModemState& state) {
  return mbim::Encode(Describe(state));
}

mbim::Bytes ToBytes(const Modem& modem) {
  ModemValue value;
  value.reachable = modem.reachable ? 1 : 0;
  value.connection_listed = modem.connection_listed ? 1 : 0;
  value.state = Describe(*modem.state);
  return mbim::Encode(value);
}

mbim::Bytes ToBytes(const Profile& profile) {
  ProfileValue value;
  value.name = profile.name;
  value.subscriber_id = profile.subscriber_id;
  value.sim_icc_id = profile.sim_icc_id;
  value.icon_path = profile.icon_path;
  value.public_xml = profile.public_xml;
  value.kind = static_cast<std::uint32_t>(profile.kind);
  value.is_default = profile.is_default ? 1 : 0;
  value.is_mms = profile.is_mms ? 1 : 0;
  return mbim::Encode(value);
}

mbim::Bytes ToBytes(const ProfileScope& scope) {
  ScopeValue value;
  if (scope.only) {
    value.has_only = 1;
    value.subscribers.push_back(Describe(*scope.only));
  }
  for (const Subscriber& subscriber : scope.first)
    value.subscribers.push_back(Describe(subscriber));
  return mbim::Encode(value);
}

mbim::Bytes ToBytes(const OperationRequest& request) {
  OperationValue value;
  value.kind = static_cast<std::uint32_t>(request.index());
  if (const auto* connect = std::get_if<ConnectRequest>(&request)) {
    value.mode = static_cast<std::uint32_t>(connect->mode);
    value.profile = connect->profile;
    value.app = connect->app;
  } else if (const auto* disconnect = std::get_if<DisconnectRequest>(&request)) {
    value.app = disconnect->app;
  } else if (const auto* command = std::get_if<CommandRequest>(&request)) {
    value.service = command->cid.service;
    value.number = command->cid.number;
    value.type = command->type;
    value.lane = command->lane;
    value.completion = static_cast<std::uint32_t>(command->completion);
    value.information = command->information;
  }
  return mbim::Encode(value);
}

mbim::Bytes ToBytes(const ProfileRequest& request) {
  ProfileRequestValue value;
  value.kind = static_cast<std::uint32_t>(request.index());
  const auto set_key = [&](const ProfileKey& key) {
    value.name = key.name;
    value.subscriber_id = key.subscriber_id;
    value.sim_icc_id = key.sim_icc_id;
  };
  if (const auto* create = std::get_if<CreateProfile>(&request)) {
    value.xml = create->xml;
  } else if (const auto* update = std::get_if<UpdateProfile>(&request)) {
    set_key(update->profile);
    value.xml = update->xml;
  } else {
    set_key(std::get<DeleteProfile>(request).profile);
  }
  return mbim::Encode(value);
}

mbim::Bytes ToBytes(const ServiceEvent& event) {
  EventValue value;
  value.which = static_cast<std::uint32_t>(event.which);
  value.request = event.request;
  value.status = static_cast<std::uint32_t>(event.status);
  value.has_modem = event.modem ? 1 : 0;
  value.has_profile = event.profile ? 1 : 0;
  if (event.modem) value.modem = ToBytes(*event.modem);
  if (event.profile) value.profile = ToBytes(*event.profile);
  value.answer = event.answer;
  return mbim::Encode(value);
}

template <>
std::optional<ModemState> FromBytes(mbim::ByteView bytes) {
  const auto value = DecodeOrNothing<StateValue>(bytes);
  return value ? Restore(*value) : std::nullopt;
}

template <>
std::optional<Modem> FromBytes(mbim::ByteView bytes) {
  const auto value = DecodeOrNothing<ModemValue>(bytes);
  if (!value || !value->state) return std::nullopt;
  auto state = Restore(*value->state);
  if (!state) return std::nullopt;
  return Modem{std::make_shared<const ModemState>(std::move(*state)), value->reachable != 0,
               value->connection_listed != 0};
}

template <>
std::optional<Profile> FromBytes(mbim::ByteView bytes) {
  const auto value = DecodeOrNothing<ProfileValue>(bytes);
  if (!value || value->kind > static_cast<std::uint32_t>(ProfileKind::kModemConfig))
    return std::nullopt;
  Profile profile;
  profile.name = value->name;
  profile.subscriber_id = value->subscriber_id;
  profile.sim_icc_id = value->sim_icc_id;
  profile.icon_path = value->icon_path;
  profile.public_xml = value->public_xml;
  profile.kind = static_cast<ProfileKind>(value->kind);
  profile.is_default = value->is_default != 0;
  profile.is_mms = value->is_mms != 0;
  return profile;
}

template <>
std::optional<ProfileScope> FromBytes(mbim::ByteView bytes) {
  const auto value = DecodeOrNothing<ScopeValue>(bytes);
  if (!value || (value->has_only != 0 && value->subscribers.empty())) return std::nullopt;
  ProfileScope scope;
  for (const SubscriberValue& one : value->subscribers) {
    Subscriber subscriber{one.id, one.sim_icc_id, one.home_provider};
    if (value->has_only != 0 && !scope.only) {
      scope.only = std::move(subscriber);
    } else {
      scope.first.push_back(std::move(subscriber));
    }
  }
  return scope;
}

template <>
std::optional<OperationRequest> FromBytes(mbim::ByteView bytes) {
  const auto value = DecodeOrNothing<OperationValue>(bytes);
  if (!value) return std::nullopt;
  switch (value->kind) {
    case 0:
      return ConnectRequest{static_cast<MBN_CONNECTION_MODE>(value->mode), value->profile,
                            value->app};
    case 1:
      return DisconnectRequest{value->app};
    case 2: {
      if (value->completion >= kEventCount || static_cast<std::size_t>(value->lane) >= kLanes)
        return std::nullopt;
      return CommandRequest{{value->service, value->number},
                            value->type,
                            value->information,
                            value->lane,
                            static_cast<EventId>(value->completion)};
    }
    default:
      return std::nullopt;
  }
}

template <>
std::optional<ProfileRequest> FromBytes(mbim::ByteView bytes) {
  const auto value = DecodeOrNothing<ProfileRequestValue>(bytes);
  if (!value) return std::nullopt;
  ProfileKey key{value->name, value->subscriber_id, value->sim_icc_id};
  switch (value->kind) {
    case 0:
      return CreateProfile{value->xml};
    case 1:
      return UpdateProfile{std::move(key), value->xml};
    case 2:
      return DeleteProfile{std::move(key)};
    default:
      return std::nullopt;
  }
}

template <>
std::optional<ServiceEvent> FromBytes(mbim::ByteView bytes) {
  const auto value = DecodeOrNothing<EventValue>(bytes);
  if (!value || value->which >= kEventCount) return std::nullopt;
  ServiceEvent event;
  event.which = static_cast<EventId>(value->which);
  event.request = value->request;
  event.status = static_cast<HRESULT>(value->status);
  if (value->has_modem != 0 && !Take(value->modem, &event.modem)) return std::nullopt;
  if (value->has_profile != 0 && !Take(value->profile, &event.profile)) return std::nullopt;
  event.answer = value->answer;
  return event;
}

}  // namespace mbnrig::mbn
