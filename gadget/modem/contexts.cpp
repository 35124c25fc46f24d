#include "modem/contexts.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "mbim/wire.h"
#include "modem/command.h"
#include "modem/conditions.h"
#include "modem/notes.h"
#include "modem/packet_service.h"
#include "modem/registration.h"
#include "modem/session_addresses.h"
#include "modem/world.h"

namespace mbnrig::modem {

using mbim::ActivationState;
using mbim::IpType;
using mbim::Status;
using scenario::ToName;

namespace {

/// Session ids travel in one byte of an NTB's signature (MBIM 1.0, section 7).
constexpr std::uint32_t kMaxSessionId = 255;

/// Session management causes, TS 24.008, 10.5.6.6.
constexpr std::uint32_t kInsufficientResources = 26;
constexpr std::uint32_t kUnknownApn = 27;
constexpr std::uint32_t kAuthenticationFailed = 29;
constexpr std::uint32_t kServiceNotSubscribed = 33;
constexpr std::uint32_t kRegularDeactivation = 36;
constexpr std::uint32_t kIpv4OnlyAllowed = 50;
constexpr std::uint32_t kIpv6OnlyAllowed = 51;

constexpr std::array kContextTypes{
    mbim::kContextTypeNone,  mbim::kContextTypeInternet,   mbim::kContextTypeVpn,
    mbim::kContextTypeVoice, mbim::kContextTypeVideoShare, mbim::kContextTypePurchase,
    mbim::kContextTypeIms,   mbim::kContextTypeMms,        mbim::kContextTypeLocal};

/// The access point with this access string. Null if the network has none.
const scenario::Apn* FindApn(const std::vector<scenario::Apn>& apns,
                             const std::string& access_string) {
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

/// The IP type that the network grants, or the cause if it grants none.
struct Grant {
  std::optional<IpType> type;
  std::uint32_t cause = 0;
};
Grant GrantIpType(const scenario::Apn& apn, IpType asked) {
  const bool v4 = !apn.ip.ipv4_addresses.empty();
  const bool v6 = !apn.ip.ipv6_addresses.empty();
  if (asked == IpType::kIpv4 && !v4) return {std::nullopt, kIpv6OnlyAllowed};
  if (asked == IpType::kIpv6 && !v6) return {std::nullopt, kIpv4OnlyAllowed};
  if (asked == IpType::kIpv4 || asked == IpType::kIpv6) return {asked};
  if (v4 && v6) return {asked == IpType::kIpv4AndIpv6 ? asked : IpType::kIpv4v6};
  return {v4 ? IpType::kIpv4 : IpType::kIpv6};
}

}  // namespace

std::span<const Command> Contexts::commands() const {
  static constexpr std::array kCommands{
      On<&Contexts::Query, &Contexts::Set, &Contexts::Failed>(mbim::kConnect),
      On<&Contexts::QueryIpConfiguration>(mbim::kIpConfiguration),
  };
  return kCommands;
}

scenario::Keys<Change> Contexts::keys() {
  const std::string kind = "the id of an active session";
  return {{"network.deactivate", kind,
           "the network deactivates that session, NwError 36 (regular deactivation)",
           [this, kind](Change& change, const scenario::Value& value) {
             const auto id = static_cast<std::uint32_t>(value.Number(0, kMaxSessionId, kind));
             if (!sessions_.contains(id)) value.Expected(kind);
             change.actions.emplace_back([this, id] {
               if (sessions_.contains(id)) End(id, Status::kFailure, kRegularDeactivation, true);
             });
           }}};
}

void Contexts::PowerOn() {
  sessions_.clear();
  ended_.clear();
  news_.clear();
  told_voice_call_ = machine_.world.voice_call;
}

void Contexts::ChannelReset() {
  for (const auto& [id, session] : sessions_) {
    if (session.timer) machine_.timers.Cancel(*session.timer);
  }
  sessions_.clear();
}

/// Why the modem itself refuses an activation. It checks in this order: SIM, PIN, radio,
/// registration, packet service (conditions.h), voice call, whether this session is already active,
/// whether a context is left, context type. A session that is already active is refused with
/// MAX_ACTIVATED_CONTEXTS too, and the information buffer then says Activated. It says Deactivated
/// if other sessions use all contexts.
Contexts::Refusal Contexts::AskModem(const mbim::SetConnect& request) const {
  const Status obstacle = Obstacle(machine_, Needs::kPacketService);
  if (obstacle == Status::kNotRegistered) {
    return {obstacle, machine_.Get<Registration>().nw_error()};
  }
  if (obstacle != Status::kSuccess) return {obstacle, 0};
  const scenario::Scenario& world = machine_.world;
  if (world.voice_call == mbim::VoiceCallState::kInProgress &&
      world.caps.voice_class != mbim::VoiceClass::kSimultaneousVoiceData) {
    return {Status::kVoiceCallInProgress, 0};
  }
  if (sessions_.contains(request.session_id) || sessions_.size() >= world.context_limit) {
    return {Status::kMaxActivatedContexts, 0};
  }
  if (std::ranges::find(kContextTypes, request.context_type) == kContextTypes.end()) {
    return {Status::kContextNotSupported, 0};
  }
  return {};
}

/// Why the network refuses an activation: subscription, access string, credentials, IP type,
/// addresses.
Contexts::Refusal Contexts::AskNetwork(Session& session) const {
  const scenario::Network& network = machine_.world.network;
  if (!network.subscription_active || machine_.world.sim.state == mbim::ReadyState::kNotActivated) {
    return {Status::kServiceNotActivated, kServiceNotSubscribed};
  }
  const scenario::Apn* apn = FindApn(network.apns, session.request.access_string);
  if (apn == nullptr) return {Status::kInvalidAccessString, kUnknownApn};
  if (!LetsIn(*apn, session.request)) return {Status::kInvalidUserNamePwd, kAuthenticationFailed};
  const Grant grant = GrantIpType(*apn, session.request.ip_type);
  if (!grant.type) return {Status::kFailure, grant.cause};
  session.ip_type = *grant.type;
  session.apn = apn->name;
  session.ip = apn->ip;
  Restrict(session.ip, *grant.type);
  std::vector<const mbim::IpConfigurationInfo*> others;
  for (const auto& [id, other] : sessions_) {
    if (other.state == ActivationState::kActivated) others.push_back(&other.ip);
  }
  if (!GiveAddresses(session.ip, others)) return {Status::kFailure, kInsufficientResources};
  return {};
}

/// CONNECT_INFO of a session as it is now.
mbim::ConnectInfo Contexts::InfoOf(std::uint32_t session_id, std::uint32_t nw_error) const {
  mbim::ConnectInfo info;
  info.session_id = session_id;
  info.voice_call_state = machine_.world.voice_call;
  info.nw_error = nw_error;
  const auto found = sessions_.find(session_id);
  if (found == sessions_.end()) {
    info.activation_state = ActivationState::kDeactivated;
    info.context_type = mbim::kContextTypeNone;
    return info;
  }
  info.activation_state = found->second.state;
  info.ip_type = found->second.ip_type;
  info.context_type = found->second.request.context_type;
  return info;
}

/// CONNECT_INFO of a session that is not active, with the values of its request.
mbim::ConnectInfo Contexts::InactiveInfo(const mbim::SetConnect& request,
                                         std::uint32_t nw_error) const {
  mbim::ConnectInfo info = InfoOf(request.session_id, nw_error);
  if (info.activation_state == ActivationState::kDeactivated) {
    info.ip_type = request.ip_type;
    info.context_type = request.context_type;
  }
  return info;
}

/// SessionId comes first in MBIM_SET_CONNECT, so even a malformed one nearly always has it.
mbim::ConnectInfo Contexts::Failed(mbim::ByteView set, std::uint32_t nw_error) const {
  return InfoOf(set.size() < sizeof(std::uint32_t) ? 0 : mbim::LoadU32(set, 0), nw_error);
}

/// Removes the session. A pending activation ends with `status`. If `tell`, the host is told that
/// an active session has ended.
void Contexts::End(std::uint32_t session_id, Status status, std::uint32_t nw_error, bool tell) {
  const auto node = sessions_.extract(session_id);
  const Session& session = node.mapped();
  if (session.timer) machine_.timers.Cancel(*session.timer);
  const mbim::ConnectInfo info = InactiveInfo(session.request, nw_error);
  if (session.waiting) {
    (*session.waiting)(status, info);
  } else if (tell) {
    ended_.push_back(info);
  }
}

void Contexts::Activate(const mbim::SetConnect& request, const Answer<mbim::ConnectInfo>& answer) {
  const Refusal refusal = AskModem(request);
  if (refusal.status != Status::kSuccess) {
    return answer(refusal.status, InactiveInfo(request, refusal.nw_error));
  }
  const std::uint32_t id = request.session_id;
  Session& session = sessions_[id];
  session.request = request;
  session.ip_type = request.ip_type;
  session.waiting = answer;
  const auto delay = machine_.world.timing.activation;
  if (delay.count() == 0) return ConcludeActivation(id);
  session.timer = machine_.timers.Add(machine_.now + delay, [this, id] { ConcludeActivation(id); });
}

void Contexts::ConcludeActivation(std::uint32_t session_id) {
  Session& session = sessions_.at(session_id);
  session.timer.reset();
  const Refusal refusal = AskNetwork(session);
  if (refusal.status != Status::kSuccess) {
    return End(session_id, refusal.status, refusal.nw_error, false);
  }
  session.state = ActivationState::kActivated;
  session.serial = ++last_serial_;
  const auto answer = *std::exchange(session.waiting, std::nullopt);
  answer(InfoOf(session_id, 0));
}

void Contexts::Query(const mbim::ConnectInfo& request, const Answer<mbim::ConnectInfo>& answer) {
  if (request.session_id > kMaxSessionId) return answer(Status::kInvalidParameters);
  Status status = Obstacle(machine_, Needs::kPin);
  if (status == Status::kSuccess && !sessions_.contains(request.session_id) &&
      readings().inactive_context == scenario::InactiveContext::kNotActivated) {
    status = Status::kContextNotActivated;
  }
  answer(status, InfoOf(request.session_id, 0));
}

void Contexts::Set(const mbim::SetConnect& request, const Answer<mbim::ConnectInfo>& answer) {
  if (request.session_id > kMaxSessionId ||
      !IsOneOf(request.activation_command, mbim::ActivationCommand::kActivate) ||
      !IsOneOf(request.compression, mbim::Compression::kEnable) ||
      !IsOneOf(request.auth_protocol, mbim::AuthProtocol::kMsChapV2) ||
      !IsOneOf(request.ip_type, IpType::kIpv4AndIpv6)) {
    return answer(Status::kInvalidParameters, InactiveInfo(request, 0));
  }
  if (request.activation_command == mbim::ActivationCommand::kActivate) {
    return Activate(request, answer);
  }
  if (!sessions_.contains(request.session_id)) {
    return answer(Status::kContextNotActivated, InactiveInfo(request, 0));
  }
  End(request.session_id, Status::kFailure, 0, false);
  answer(InactiveInfo(request, 0));
}

void Contexts::QueryIpConfiguration(const mbim::IpConfigurationInfo& request,
                                    const Answer<mbim::IpConfigurationInfo>& answer) {
  if (request.session_id > kMaxSessionId) return answer(Status::kInvalidParameters);
  const auto found = sessions_.find(request.session_id);
  if (found == sessions_.end() || found->second.state != ActivationState::kActivated) {
    return answer(Status::kContextNotActivated);
  }
  mbim::IpConfigurationInfo info = found->second.ip;
  info.session_id = request.session_id;
  answer(info);
}

void Contexts::Settle() {
  const auto& packet_service = machine_.Get<PacketService>();
  if (!packet_service.attached()) {
    const Status status = Obstacle(machine_, Needs::kPacketService);
    while (!sessions_.empty())
      End(sessions_.begin()->first, status, packet_service.nw_error(), true);
  }
  if (std::exchange(told_voice_call_, machine_.world.voice_call) == machine_.world.voice_call) {
    return;
  }
  // Indicated with each session, or with session 0 if there are no sessions.
  if (sessions_.empty()) news_.push_back(InfoOf(0, 0));
  for (const auto& [id, session] : sessions_)
    news_.push_back(InfoOf(id, 0));
}

void Contexts::TellLoss() {
  for (const mbim::ConnectInfo& info : std::exchange(ended_, {}))
    machine_.Indicate(mbim::kConnect, info);
}

void Contexts::Tell() {
  for (const mbim::ConnectInfo& info : std::exchange(news_, {}))
    machine_.Indicate(mbim::kConnect, info);
}

std::vector<ActiveSession> Contexts::Active() const {
  std::vector<ActiveSession> active;
  for (const auto& [id, session] : sessions_) {
    if (session.state != ActivationState::kActivated) continue;
    active.push_back({static_cast<std::uint8_t>(id), session.apn, session.ip, session.serial});
  }
  return active;
}

void Contexts::Report(nlohmann::json& state) const {
  const scenario::Scenario& world = machine_.world;
  auto sessions = nlohmann::json::array();
  for (const auto& [id, session] : sessions_) {
    sessions.push_back({{"session", id},
                        {"state", ToName(session.state)},
                        {"access_string", session.request.access_string},
                        {"apn", session.apn},
                        {"ip_type", ToName(session.ip_type)},
                        {"context_type", ToName(session.request.context_type)}});
  }
  state["contexts"] = {{"limit", world.context_limit}, {"sessions", std::move(sessions)}};
  state["voice"] = {{"call", ToName(world.voice_call)}};
  state["network"]["subscription"] = world.network.subscription_active ? "active" : "lapsed";
}

void Contexts::Note(Notes& notes) const {
  for (const auto& [id, session] : sessions_) {
    const std::string subject = "context " + std::to_string(id);
    std::string text = subject + " " + ToName(session.state);
    if (!session.apn.empty()) text += " (" + session.apn + ")";
    notes.Say(subject, std::move(text), subject + " deactivated");
  }
}

}  // namespace mbnrig::modem
