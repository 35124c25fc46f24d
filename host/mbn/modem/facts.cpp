#include "mbn/modem/facts.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <optional>

#include "mbim/basic_connect.h"

namespace mbnrig::mbn {
namespace {

using mbim::Status;

// Whether a fact has become known, or `differs` returns true for its two values.
template <class T, class Differs>
bool BecameKnownOr(const std::optional<T>& before, const std::optional<T>& after,
                   Differs&& differs) {
  if (!before || !after) return after.has_value();
  return differs(*before, *after);
}

// --- the SIM -------------------------------------------------------------------------------------

bool ReadyStateDiffers(const ModemState& before, const ModemState& after) {
  return BecameKnownOr(before.subscriber, after.subscriber, [](const auto& was, const auto& is) {
    return was.ready_state != is.ready_state;
  });
}

bool SubscriberDiffers(const ModemState& before, const ModemState& after) {
  return BecameKnownOr(before.subscriber, after.subscriber, [](const auto& was, const auto& is) {
    return was.subscriber_id != is.subscriber_id || was.sim_icc_id != is.sim_icc_id ||
           was.telephone_numbers != is.telephone_numbers;
  });
}

// A refusal names the SIM's trouble, but the SIM was fine. SERVICE_NOT_ACTIVATED is about the
// subscription.
bool SimIsDenied(const ModemState& state, Status status) {
  if (!state.subscriber) return false;
  const mbim::ReadyState ready = state.subscriber->ready_state;
  switch (status) {
    case Status::kSimNotInserted:
      return ready != mbim::ReadyState::kSimNotInserted;
    case Status::kBadSim:
      return ready != mbim::ReadyState::kBadSim;
    case Status::kPinRequired:
      return ready != mbim::ReadyState::kDeviceLocked;
    case Status::kServiceNotActivated:
    case Status::kNotInitialized:
      return ready == mbim::ReadyState::kInitialized;
    default:
      return false;
  }
}

// --- radio, registration and packet service ------------------------------------------------------

bool RadioIsDenied(const ModemState& state, Status status) {
  return status == Status::kRadioPowerOff && state.radio &&
         state.radio->hw_radio_state == mbim::RadioSwitch::kOn &&
         state.radio->sw_radio_state == mbim::RadioSwitch::kOn;
}

bool RegistrationIsDenied(const ModemState& state, Status status) {
  return status == Status::kNotRegistered && state.registered();
}

bool AttachIsDenied(const ModemState& state, Status status) {
  return status == Status::kPacketServiceDetached && state.attached();
}

// The pages of IMbnRegistrationEvents list what each event reports.
bool RegisterStateDiffers(const ModemState& before, const ModemState& after) {
  return BecameKnownOr(
      before.registration, after.registration, [](const auto& was, const auto& is) {
        return was.register_state != is.register_state || was.provider_id != is.provider_id ||
               was.provider_name != is.provider_name || was.roaming_text != is.roaming_text ||
               was.nw_error != is.nw_error;
      });
}

bool RegisterModeDiffers(const ModemState& before, const ModemState& after) {
  return BecameKnownOr(
      before.registration, after.registration,
      [](const auto& was, const auto& is) { return was.register_mode != is.register_mode; });
}

bool AvailableClassesDiffer(const ModemState& before, const ModemState& after) {
  return BecameKnownOr(before.registration, after.registration,
                       [](const auto& was, const auto& is) {
                         return was.available_data_classes != is.available_data_classes;
                       });
}

bool PacketServiceDiffers(const ModemState& before, const ModemState& after) {
  if (before.attach_error != after.attach_error) return true;
  return BecameKnownOr(before.packet_service, after.packet_service,
                       [](const auto& was, const auto& is) {
                         return was.packet_service_state != is.packet_service_state ||
                                was.highest_available_data_class != is.highest_available_data_class;
                       });
}

// A successful attach resets the error (page of GetPacketAttachNetworkError).
mbim::Decoded<StateChange> ReadPacketService(mbim::ByteView payload) {
  const auto info = mbim::Decode<mbim::PacketServiceInfo>(payload);
  if (!info) return info.error();
  return StateChange([info = *info](ModemState& state) {
    state.packet_service = info;
    if (state.attached()) {
      state.attach_error = 0;
    } else if (info.nw_error != 0) {
      state.attach_error = info.nw_error;
    }
  });
}

// --- capabilities --------------------------------------------------------------------------------

bool CapabilityIsNew(const ModemState& before, const ModemState& after) {
  return !before.caps && after.caps;
}

// --- the context of session 0 --------------------------------------------------------------------

mbim::Decoded<StateChange> ReadContext(mbim::ByteView payload) {
  const auto info = mbim::Decode<mbim::ConnectInfo>(payload);
  if (!info) return info.error();
  // The API knows only session 0.
  return info->session_id == 0 ? ContextIs(*info) : StateChange();
}

bool IsSimTrouble(Status status) {
  return status == Status::kPinRequired || status == Status::kSimNotInserted ||
         status == Status::kBadSim;
}

// With these statuses the modem says that no context is active.
bool MeansNoContext(Status status) {
  return status == Status::kContextNotActivated || status == Status::kPacketServiceDetached ||
         status == Status::kNotRegistered || status == Status::kRadioPowerOff ||
         status == Status::kServiceNotActivated;
}

Refused ContextRefused(Status status) {
  if (IsSimTrouble(status))
    return {.change = [status](ModemState& state) { state.connect = {std::nullopt, status}; }};
  if (!MeansNoContext(status)) return {.ask_again = !IsFinal(status)};
  mbim::ConnectInfo none;
  none.activation_state = mbim::ActivationState::kDeactivated;
  return {.change = ContextIs(none), .ask_again = false};
}

bool ContextIsDenied(const ModemState& state, Status status) {
  return MeansNoContext(status) && state.has_context();
}

void ContextFollowsSim(ModemState& state, const SimChange& sim) {
  if (sim.is_ready && (state.connect.refusal || !sim.was_ready)) state.connect = {};
}

// OnConnectStateChange reports changes by the system or the network, and a state that becomes
// known. A client's own request is reported by its completion.
bool ConnectStateDiffers(const ModemState& before, const ModemState& after) {
  if (before.network_error != after.network_error) return true;
  const ConnectionReport old = ReportConnection(before), now = ReportConnection(after);
  if (now == old || now.code == E_PENDING) return false;
  if (now.code != old.code) return true;
  return !before.has_request() && !after.has_request();
}

bool VoiceCallDiffers(const ModemState& before, const ModemState& after) {
  const VoiceCallReport now = ReportVoiceCall(after);
  return now != ReportVoiceCall(before) && now.code != E_PENDING;
}

bool ContextIsKnown(const ModemState& now) {
  return ReportConnection(now).code != E_PENDING;
}

// --- the table -----------------------------------------------------------------------------------

// The modem is asked in this order, after the facts with AskedFirst. Changes are reported in this
// order too. The context comes before the facts that make the connection exist, so that its state
// is usually known when the connection arrives.
constexpr std::array kFacts{
    FactOf<&ModemState::caps>(
        mbim::kDeviceCaps,
        TellsIf<EventId::kIMbnInterfaceEvents_OnInterfaceCapabilityAvailable>{CapabilityIsNew}),
    FactOf<&ModemState::radio>(mbim::kRadioState, DeniedIf{RadioIsDenied}),
    FactOf<&ModemState::packet_service>(
        mbim::kPacketService, Reads{ReadPacketService}, DeniedIf{AttachIsDenied},
        TellsIf<EventId::kIMbnRegistrationEvents_OnPacketServiceStateChange>{PacketServiceDiffers}),
    FactOf<&ModemState::subscriber>(
        mbim::kSubscriberReadyStatus, DeniedIf{SimIsDenied},
        TellsIf<EventId::kIMbnInterfaceEvents_OnReadyStateChange>{ReadyStateDiffers},
        TellsIf<EventId::kIMbnInterfaceEvents_OnSubscriberInformationChange>{SubscriberDiffers}),
    FactOf<&ModemState::registration>(
        mbim::kRegisterState, DeniedIf{RegistrationIsDenied},
        TellsIf<EventId::kIMbnRegistrationEvents_OnRegisterModeAvailable>{RegisterModeDiffers},
        TellsIf<EventId::kIMbnRegistrationEvents_OnRegisterStateChange>{RegisterStateDiffers},
        TellsIf<EventId::kIMbnRegistrationEvents_OnPacketServiceStateChange>{
            AvailableClassesDiffer}),
    FactOf<&ModemState::emergency_mode>(
        mbim::kEmergencyMode, Tells<EventId::kIMbnInterfaceEvents_OnEmergencyModeChange>{}),
    FactOf<&ModemState::home_provider>(
        mbim::kHomeProvider, Tells<EventId::kIMbnInterfaceEvents_OnHomeProviderAvailable>{}),
    FactOf<&ModemState::connect>(
        mbim::kConnect, AskedFirst{}, Reads{ReadContext}, Refuses{ContextRefused},
        DeniedIf{ContextIsDenied}, FollowsSim{ContextFollowsSim},
        ConnectionTells<EventId::kIMbnConnectionEvents_OnConnectStateChange>{ConnectStateDiffers,
                                                                             ContextIsKnown},
        ConnectionTells<EventId::kIMbnConnectionEvents_OnVoiceCallStateChange>{VoiceCallDiffers,
                                                                               ContextIsKnown}),
};

constexpr std::size_t CountNews() {
  std::size_t count = 0;
  for (const Fact& fact : kFacts)
    count += fact.news_count;
  return count;
}
static_assert(CountNews() <= kMaxNews);

constexpr std::array<News, CountNews()> Flatten() {
  std::array<News, CountNews()> all{};
  std::size_t next = 0;
  for (const Subject subject : {Subject::kInterface, Subject::kConnection}) {
    for (const Fact& fact : kFacts) {
      for (std::size_t i = 0; i < fact.news_count; ++i) {
        if (fact.news[i].subject == subject) all[next++] = fact.news[i];
      }
    }
  }
  return all;
}
constexpr auto kNews = Flatten();

}  // namespace

std::span<const Fact> Facts() {
  return kFacts;
}

std::span<const News> AllNews() {
  return kNews;
}

const Fact* FindFact(const mbim::CommandId& cid) {
  const auto* found =
      std::find_if(kFacts.begin(), kFacts.end(), [&](const Fact& fact) { return fact.cid == cid; });
  return found == kFacts.end() ? nullptr : found;
}

const Fact& FactFor(const mbim::CommandId& cid) {
  const Fact* fact = FindFact(cid);
  assert(fact != nullptr);
  return *fact;
}

StateChange ContextIs(const mbim::ConnectInfo& info) {
  return [info](ModemState& state) {
    state.connect = {info, std::nullopt};
    if (info.activation_state == mbim::ActivationState::kActivated) {
      state.network_error = 0;
    } else if (info.nw_error != 0) {
      state.network_error = info.nw_error;
    }
  };
}

}  // namespace mbnrig::mbn
