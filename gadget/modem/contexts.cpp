#include "modem/contexts.h"

#include <algorithm>
#include <array>
#include <utility>

#include "modem/conditions.h"

namespace mbnrig::modem {
namespace {

using mbim::ActivationState;
using mbim::IpType;
using mbim::Status;

/// Session management causes, TS 24.008, 10.5.6.6.
constexpr std::uint32_t kInsufficientResources = 26;
constexpr std::uint32_t kUnknownApn = 27;
constexpr std::uint32_t kAuthenticationFailed = 29;
constexpr std::uint32_t kServiceNotSubscribed = 33;
constexpr std::uint32_t kIpv4OnlyAllowed = 50;
constexpr std::uint32_t kIpv6OnlyAllowed = 51;

constexpr std::array kContextTypes{
    mbim::kContextTypeNone,  mbim::kContextTypeInternet,   mbim::kContextTypeVpn,
    mbim::kContextTypeVoice, mbim::kContextTypeVideoShare, mbim::kContextTypePurchase,
    mbim::kContextTypeIms,   mbim::kContextTypeMms,        mbim::kContextTypeLocal};

/// Why an activation is refused; kSuccess: it is not.
struct Refusal {
  Status status = Status::kSuccess;
  std::uint32_t nw_error = 0;
};

/// What the modem itself has against an activation, in this order: SIM, PIN, radio, registration,
/// packet service (conditions.h), voice call, this session active already, no context left, context
/// type. A session that is active already is MAX_ACTIVATED_CONTEXTS too; the information buffer
/// then says Activated, where it says Deactivated when another session holds the context.
Refusal AskModem(const Machine& machine, const mbim::SetConnect& request) {
  const Status obstacle = Obstacle(machine, Needs::kPacketService);
  if (obstacle == Status::kNotRegistered) return {obstacle, machine.registration.nw_error};
  if (obstacle != Status::kSuccess) return {obstacle, 0};
  const scenario::Scenario& world = machine.world;
  if (world.voice_call == mbim::VoiceCallState::kInProgress &&
      world.caps.voice_class != mbim::VoiceClass::kSimultaneousVoiceData) {
    return {Status::kVoiceCallInProgress, 0};
  }
  if (machine.sessions.contains(request.session_id) ||
      machine.sessions.size() >= world.context_limit) {
    return {Status::kMaxActivatedContexts, 0};
  }
  if (std::ranges::find(kContextTypes, request.context_type) == kContextTypes.end()) {
    return {Status::kContextNotSupported, 0};
  }
  return {};
}

/// The access point that `access_string` asks for; null when the network knows none.
const scenario::Apn* FindApn(const Machine& machine, const std::string& access_string) {
  const auto& apns = machine.world.network.apns;
  const auto found = access_string.empty()
                         ? apns.begin()
                         : std::ranges::find(apns, access_string, &scenario::Apn::name);
  return found == apns.end() ? nullptr : &*found;
}

bool LetsIn(const scenario::Apn& apn, const mbim::SetConnect& request) {
  if (apn.user_name.empty() && apn.password.empty()) return true;
  return request.user_name == apn.user_name && request.password == apn.password &&
         (apn.auth == mbim::AuthProtocol::kNone || request.auth_protocol == apn.auth);
}

/// The IP type that the network grants; nothing, with the cause in `refusal`, when it grants none.
std::optional<IpType> GrantIpType(const scenario::Apn& apn, IpType asked, Refusal& refusal) {
  const bool v4 = !apn.ip.ipv4_addresses.empty();
  const bool v6 = !apn.ip.ipv6_addresses.empty();
  if (asked == IpType::kIpv4 && !v4) {
    refusal = {Status::kFailure, kIpv6OnlyAllowed};
    return std::nullopt;
  }
  if (asked == IpType::kIpv6 && !v6) {
    refusal = {Status::kFailure, kIpv4OnlyAllowed};
    return std::nullopt;
  }
  if (asked == IpType::kIpv4 || asked == IpType::kIpv6) return asked;
  if (v4 && v6) return asked == IpType::kIpv4AndIpv6 ? asked : IpType::kIpv4v6;
  return v4 ? IpType::kIpv4 : IpType::kIpv6;
}

/// What to leave of an access point's addresses to a session that was granted `granted`.
void Restrict(mbim::IpConfigurationInfo& ip, IpType granted) {
  if (granted == IpType::kIpv4) {
    ip.ipv6_configuration_available = 0;
    ip.ipv6_addresses.clear();
    ip.ipv6_gateway.reset();
    ip.ipv6_dns_servers.clear();
    ip.ipv6_mtu = 0;
  }
  if (granted == IpType::kIpv6) {
    ip.ipv4_configuration_available = 0;
    ip.ipv4_addresses.clear();
    ip.ipv4_gateway.reset();
    ip.ipv4_dns_servers.clear();
    ip.ipv4_mtu = 0;
  }
}

/// Counts `octets` up as one number; wraps around.
template <std::size_t N>
void Increment(std::array<std::uint8_t, N>& octets) {
  for (std::size_t i = N; i-- > 0;) {
    if (++octets[i] != 0) return;
  }
}

/// Whether the first `bits` of two addresses are the same.
template <std::size_t N>
bool SamePrefix(const std::array<std::uint8_t, N>& a, const std::array<std::uint8_t, N>& b,
                std::size_t bits) {
  for (std::size_t i = 0; i < N && bits > 0; ++i) {
    const std::size_t here = std::min<std::size_t>(bits, 8);
    if (((a[i] ^ b[i]) >> (8 - here)) != 0) return false;
    bits -= here;
  }
  return true;
}

/// Whether all bits after the prefix are set: IPv4's broadcast address.
bool IsBroadcast(const mbim::Ipv4Element& element) {
  mbim::Ipv4Address above = element.address;
  Increment(above.octets);
  return element.on_link_prefix_length < 31 &&
         !SamePrefix(above.octets, element.address.octets, element.on_link_prefix_length);
}
bool IsBroadcast(const mbim::Ipv6Element&) {
  return false;
}

/// The first address from `first` on, within its prefix, that `taken` does not have. False when
/// the prefix has no more; one that leaves no room for hosts is not kept to.
template <class Element>
bool ChooseAddress(Element& element, const std::vector<decltype(Element::address)>& taken) {
  const Element first = element;
  const std::size_t bits = first.address.octets.size() * 8;
  const std::size_t prefix =
      first.on_link_prefix_length < bits - 1 ? first.on_link_prefix_length : 0;
  while (std::ranges::find(taken, element.address) != taken.end() || IsBroadcast(element)) {
    Increment(element.address.octets);
    if (element.address == first.address ||
        !SamePrefix(element.address.octets, first.address.octets, prefix)) {
      return false;
    }
  }
  return true;
}

/// The addresses of one family that a further session must not get.
template <class Elements, class Gateway, class Dns>
auto Taken(const Machine& machine, const mbim::IpConfigurationInfo& ip, Elements elements,
           Gateway gateway, Dns dns) {
  auto taken = ip.*dns;
  if (ip.*gateway) taken.push_back(*(ip.*gateway));
  for (const auto& [id, session] : machine.sessions) {
    if (session.state != ActivationState::kActivated) continue;
    for (const auto& element : session.ip.*elements)
      taken.push_back(element.address);
  }
  return taken;
}

/// Gives the session addresses of its own: an access point's for the first, those that follow for
/// others. False when there are none left.
bool GiveAddresses(const Machine& machine, mbim::IpConfigurationInfo& ip) {
  using Ip = mbim::IpConfigurationInfo;
  const auto v4 = Taken(machine, ip, &Ip::ipv4_addresses, &Ip::ipv4_gateway, &Ip::ipv4_dns_servers);
  const auto v6 = Taken(machine, ip, &Ip::ipv6_addresses, &Ip::ipv6_gateway, &Ip::ipv6_dns_servers);
  return std::ranges::all_of(ip.ipv4_addresses,
                             [&](auto& element) { return ChooseAddress(element, v4); }) &&
         std::ranges::all_of(ip.ipv6_addresses,
                             [&](auto& element) { return ChooseAddress(element, v6); });
}

/// What the network has against it: subscription, access string, credentials, IP type, addresses.
Refusal AskNetwork(const Machine& machine, Session& session) {
  if (!machine.world.network.subscription_active ||
      machine.world.sim.state == mbim::ReadyState::kNotActivated) {
    return {Status::kServiceNotActivated, kServiceNotSubscribed};
  }
  const scenario::Apn* apn = FindApn(machine, session.request.access_string);
  if (apn == nullptr) return {Status::kInvalidAccessString, kUnknownApn};
  if (!LetsIn(*apn, session.request)) return {Status::kInvalidUserNamePwd, kAuthenticationFailed};
  Refusal refusal;
  const auto granted = GrantIpType(*apn, session.request.ip_type, refusal);
  if (!granted) return refusal;
  session.ip_type = *granted;
  session.apn = apn->name;
  session.ip = apn->ip;
  Restrict(session.ip, *granted);
  if (!GiveAddresses(machine, session.ip)) return {Status::kFailure, kInsufficientResources};
  return {};
}

/// What the host is told of a session that is not active, in the terms of its request.
mbim::ConnectInfo InactiveInfo(const Machine& machine, const mbim::SetConnect& request,
                               std::uint32_t nw_error) {
  mbim::ConnectInfo info = ConnectInfoOf(machine, request.session_id, nw_error);
  if (info.activation_state == ActivationState::kDeactivated) {
    info.ip_type = request.ip_type;
    info.context_type = request.context_type;
  }
  return info;
}

/// Takes the session away. An activation under way ends with `status`; an active session leaves
/// news behind when `tell`.
void End(Machine& machine, std::uint32_t session_id, Status status, std::uint32_t nw_error,
         bool tell) {
  const auto node = machine.sessions.extract(session_id);
  Session session = node.mapped();
  if (session.timer) machine.timers.Cancel(*session.timer);
  const mbim::ConnectInfo info = InactiveInfo(machine, session.request, nw_error);
  if (session.waiting) {
    (*session.waiting)(status, info);
  } else if (tell) {
    machine.connect_news.push_back(info);
  }
}

void ConcludeActivation(Machine& machine, std::uint32_t session_id) {
  Session& session = machine.sessions.at(session_id);
  session.timer.reset();
  const Refusal refusal = AskNetwork(machine, session);
  if (refusal.status != Status::kSuccess) {
    return End(machine, session_id, refusal.status, refusal.nw_error, false);
  }
  session.state = ActivationState::kActivated;
  const Answer answer = *std::exchange(session.waiting, std::nullopt);
  answer(Status::kSuccess, ConnectInfoOf(machine, session_id, 0));
}

void Activate(Machine& machine, const mbim::SetConnect& request, const Answer& answer) {
  const Refusal refusal = AskModem(machine, request);
  if (refusal.status != Status::kSuccess) {
    return answer(refusal.status, InactiveInfo(machine, request, refusal.nw_error));
  }
  const std::uint32_t id = request.session_id;
  Session& session = machine.sessions[id];
  session.request = request;
  session.ip_type = request.ip_type;
  session.waiting = answer;
  const auto delay = machine.world.timing.activation;
  if (delay.count() == 0) return ConcludeActivation(machine, id);
  session.timer =
      machine.timers.Add(machine.now + delay, [&machine, id] { ConcludeActivation(machine, id); });
}

void Deactivate(Machine& machine, const mbim::SetConnect& request, const Answer& answer) {
  if (!machine.sessions.contains(request.session_id)) {
    return answer(Status::kContextNotActivated, InactiveInfo(machine, request, 0));
  }
  End(machine, request.session_id, Status::kFailure, 0, false);
  answer(Status::kSuccess, InactiveInfo(machine, request, 0));
}

}  // namespace

mbim::ConnectInfo ConnectInfoOf(const Machine& machine, std::uint32_t session_id,
                                std::uint32_t nw_error) {
  mbim::ConnectInfo info;
  info.session_id = session_id;
  info.voice_call_state = machine.world.voice_call;
  info.nw_error = nw_error;
  const auto found = machine.sessions.find(session_id);
  if (found == machine.sessions.end()) {
    info.activation_state = ActivationState::kDeactivated;
    info.context_type = mbim::kContextTypeNone;
    return info;
  }
  info.activation_state = found->second.state;
  info.ip_type = found->second.ip_type;
  info.context_type = found->second.request.context_type;
  return info;
}

void SettleSessions(Machine& machine) {
  if (machine.packet_service.state == mbim::PacketServiceState::kAttached) return;
  const Status status = Obstacle(machine, Needs::kPacketService);
  const std::uint32_t cause = machine.packet_service.nw_error;
  while (!machine.sessions.empty()) {
    End(machine, machine.sessions.begin()->first, status, cause, true);
  }
}

void DeactivateByNetwork(Machine& machine, std::uint32_t session_id, std::uint32_t cause) {
  End(machine, session_id, Status::kFailure, cause, true);
}

void DropSessions(Machine& machine) {
  for (const auto& [id, session] : machine.sessions) {
    if (session.timer) machine.timers.Cancel(*session.timer);
  }
  machine.sessions.clear();
}

void SettleVoiceCall(Machine& machine) {
  if (machine.told.voice_call == machine.world.voice_call) return;
  machine.told.voice_call = machine.world.voice_call;
  if (machine.sessions.empty()) machine.connect_news.push_back(ConnectInfoOf(machine, 0, 0));
  for (const auto& [id, session] : machine.sessions) {
    machine.connect_news.push_back(ConnectInfoOf(machine, id, 0));
  }
}

std::vector<ActiveSession> ActiveSessionsOf(const Machine& machine) {
  std::vector<ActiveSession> active;
  for (const auto& [id, session] : machine.sessions) {
    if (session.state != ActivationState::kActivated) continue;
    active.push_back({static_cast<std::uint8_t>(id), session.apn, session.ip});
  }
  return active;
}

void QueryConnect(Machine& machine, const mbim::ConnectInfo& request, const Answer& answer) {
  if (request.session_id > kMaxSessionId) return answer(Status::kInvalidParameters);
  const Status obstacle = Obstacle(machine, Needs::kPin);
  const mbim::ConnectInfo info = ConnectInfoOf(machine, request.session_id, 0);
  answer(obstacle, info);
}

void SetConnect(Machine& machine, const mbim::SetConnect& request, const Answer& answer) {
  if (request.session_id > kMaxSessionId ||
      !IsOneOf(request.activation_command, mbim::ActivationCommand::kActivate) ||
      !IsOneOf(request.compression, mbim::Compression::kEnable) ||
      !IsOneOf(request.auth_protocol, mbim::AuthProtocol::kMsChapV2) ||
      !IsOneOf(request.ip_type, IpType::kIpv4AndIpv6)) {
    return answer(Status::kInvalidParameters, InactiveInfo(machine, request, 0));
  }
  if (request.activation_command == mbim::ActivationCommand::kActivate) {
    return Activate(machine, request, answer);
  }
  Deactivate(machine, request, answer);
}

void QueryIpConfiguration(Machine& machine, const mbim::IpConfigurationInfo& request,
                          const Answer& answer) {
  if (request.session_id > kMaxSessionId) return answer(Status::kInvalidParameters);
  const auto found = machine.sessions.find(request.session_id);
  if (found == machine.sessions.end() || found->second.state != ActivationState::kActivated) {
    return answer(Status::kContextNotActivated);
  }
  mbim::IpConfigurationInfo info = found->second.ip;
  info.session_id = request.session_id;
  answer(Status::kSuccess, info);
}

}  // namespace mbnrig::modem
