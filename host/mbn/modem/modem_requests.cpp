// ModemSession's requests: Connect (attach where needed, then activate) and Disconnect. One at a
// time; the first of the queue is under way.

#include <fmt/format.h>

#include <stdexcept>
#include <utility>

#include "client/call.h"
#include "mbim/codec.h"
#include "mbn/api/status_map.h"
#include "mbn/log.h"
#include "mbn/modem/modem_session.h"

namespace mbnrig::mbn {
namespace {

using mbim::ActivationState;
using mbim::PacketServiceState;
using mbim::Status;

bool IsAttached(const ModemState& state) {
  return state.packet_service &&
         state.packet_service->packet_service_state == PacketServiceState::kAttached;
}

bool IsRadioOff(const ModemState& state) {
  return state.radio && (state.radio->hw_radio_state == mbim::RadioSwitch::kOff ||
                         state.radio->sw_radio_state == mbim::RadioSwitch::kOff);
}

bool IsManual(const ModemState& state) {
  return state.registration && state.registration->register_mode == mbim::RegisterMode::kManual;
}

// What an answer's payload says; a refusal often has none.
std::optional<mbim::ConnectInfo> ConnectInfoOf(const client::Reply& reply) {
  auto info = mbim::Decode<mbim::ConnectInfo>(reply.information);
  if (!info || info->session_id != 0) return std::nullopt;
  return *info;
}

}  // namespace

HRESULT ModemSession::Connect(const mbim::SetConnect& settings, const std::string& profile_name,
                              ULONG* request_id) {
  auto request = std::make_shared<PendingRequest>();
  request->kind = Request::kConnect;
  request->profile_name = profile_name;
  try {
    request->command = mbim::Encode(settings);
  } catch (const std::invalid_argument& error) {
    LogWarning(fmt::format("profile {}: {}", profile_name, error.what()));
    return E_INVALIDARG;
  }
  return Admit(
      std::move(request),
      [](ModemState& state) {
        // A modem that has lost its network or its SIM has lost its context too, heard or unheard.
        const bool active = state.has_context() && state.has_connection();
        if (state.pending_requests != 0 || active) return E_MBN_MAX_ACTIVATED_CONTEXTS;
        state.request = Request::kConnect;
        return S_OK;
      },
      request_id);
}

HRESULT ModemSession::Disconnect(ULONG* request_id) {
  auto request = std::make_shared<PendingRequest>();
  request->kind = Request::kDisconnect;
  mbim::SetConnect settings;
  settings.activation_command = mbim::ActivationCommand::kDeactivate;
  request->command = mbim::Encode(settings);
  return Admit(
      std::move(request),
      [](ModemState& state) {
        if (state.pending_requests == 0 && state.connect.known() && !state.has_context())
          return HRESULT_FROM_WIN32(ERROR_NOT_FOUND);
        // Behind a Connect that is under way it has not begun.
        if (state.request == Request::kNone) state.request = Request::kDisconnect;
        return S_OK;
      },
      request_id);
}

HRESULT ModemSession::Admit(RequestPtr request, const PublishedState::Attempt& attempt,
                            ULONG* request_id) {
  request->id = surroundings_.request_ids.Next();
  const std::uint32_t id = request->id;
  TaskThread::Ready begin(
      [self = shared_from_this(), request = std::move(request)] { self->Enqueue(request); });
  const HRESULT result = state_->TryApply([&](ModemState& state) {
    const HRESULT admitted = attempt(state);
    if (admitted == S_OK) ++state.pending_requests;
    return admitted;
  });
  if (result != S_OK) return result;
  // The caller has the ID before anything happens to the request, so that no completion can meet a
  // caller that does not know it.
  *request_id = id;
  surroundings_.worker.Post(std::move(begin));
  return S_OK;
}

void ModemSession::Enqueue(const RequestPtr& request) {
  requests_.push_back(request);
  if (over_) {
    Complete(request, request->kind == Request::kConnect ? end_ : S_OK, [](ModemState&) {});
  } else if (requests_.size() == 1) {
    RunFirst();
  }
}

void ModemSession::RunFirst() {
  if (requests_.empty() || over_) return;
  const RequestPtr request = requests_.front();
  if (request->kind == Request::kDisconnect) {
    phase_ = Phase::kCommanded;
    device_->Command(mbim::kConnect.service, mbim::kConnect.number, mbim::CommandType::kSet,
                     request->command,
                     Then([request](ModemSession& self, const client::Reply& reply) {
                       if (self.IsFirst(request)) self.OnDeactivateAnswer(request, reply);
                     }),
                     surroundings_.times.disconnect);
  } else if (IsAttached(*snapshot())) {
    Activate(request);
  } else {
    Attach(request);
  }
}

void ModemSession::Attach(const RequestPtr& request) {
  phase_ = Phase::kCommanded;
  client::Set(*device_, mbim::kPacketService, {mbim::PacketServiceAction::kAttach},
              Then([request](ModemSession& self, const client::Reply& reply) {
                if (self.IsFirst(request)) self.OnAttachAnswer(request, reply);
              }),
              surroundings_.times.attach);
}

void ModemSession::OnAttachAnswer(const RequestPtr& request, const client::Reply& reply) {
  auto info = mbim::Decode<mbim::PacketServiceInfo>(reply.information);
  if (!reply.ok()) {
    const HRESULT failure = reply.outcome == client::Outcome::kAnswered
                                ? RefusalOf(reply.status, true)
                                : FailureOf(reply);
    CompleteConnect(request, failure, info ? info->nw_error : 0);
    return;
  }
  // A modem may answer before it has attached; the indication that it has then goes on here.
  phase_ = Phase::kAttaching;
  if (info) {
    state_->Apply([&](ModemState& state) { state.packet_service = *info; });
    OnProgress();
  } else {
    Log("cannot be understood about attaching: " + info.error().ToString());
    Ask(Question::kPacketService);
  }
  if (IsFirst(request) && phase_ == Phase::kAttaching)
    Expect(request, Phase::kAttaching, surroundings_.times.attach);
}

void ModemSession::Activate(const RequestPtr& request) {
  phase_ = Phase::kCommanded;
  device_->Command(mbim::kConnect.service, mbim::kConnect.number, mbim::CommandType::kSet,
                   request->command,
                   Then([request](ModemSession& self, const client::Reply& reply) {
                     if (self.IsFirst(request)) self.OnActivateAnswer(request, reply);
                   }),
                   surroundings_.times.connect);
}

void ModemSession::OnActivateAnswer(const RequestPtr& request, const client::Reply& reply) {
  const auto info = ConnectInfoOf(reply);
  if (reply.ok()) {
    phase_ = Phase::kActivating;
    if (info) {
      LearnConnect(*info);
    } else {
      Log("cannot be understood about the context it activated");
      Ask(Question::kConnect);
    }
    if (IsFirst(request) && phase_ == Phase::kActivating)
      Expect(request, Phase::kActivating, surroundings_.times.connect);
    return;
  }
  const std::uint32_t network_error = info ? info->nw_error : 0;
  if (reply.outcome != client::Outcome::kAnswered) {
    CompleteConnect(request, FailureOf(reply), network_error);
    // It may have activated the context all the same.
    Ask(Question::kConnect);
  } else if (reply.status == Status::kMaxActivatedContexts) {
    // It may mean this very session, active already unheard, or another one.
    if (info && info->activation_state != ActivationState::kUnknown) {
      OnNoMoreContexts(request, info);
    } else {
      AskWhetherActive(request);
    }
  } else {
    CompleteConnect(request, RefusalOf(reply.status, false), network_error);
  }
}

void ModemSession::AskWhetherActive(const RequestPtr& request) {
  client::Query(*device_, mbim::kConnect, {},
                Then([request](ModemSession& self, const client::Reply& reply) {
                  if (!self.IsFirst(request)) return;
                  self.OnNoMoreContexts(request, reply.ok() ? ConnectInfoOf(reply) : std::nullopt);
                }));
}

void ModemSession::OnNoMoreContexts(const RequestPtr& request,
                                    const std::optional<mbim::ConnectInfo>& session) {
  const bool active = session && session->activation_state == ActivationState::kActivated;
  if (session) LearnConnect(*session);
  CompleteConnect(request, active ? E_MBN_ACTIVE_CONNECTION : E_MBN_MAX_ACTIVATED_CONTEXTS, 0);
}

void ModemSession::OnDeactivateAnswer(const RequestPtr& request, const client::Reply& reply) {
  const auto info = ConnectInfoOf(reply);
  if (reply.ok() && info && info->activation_state == ActivationState::kDeactivating) {
    phase_ = Phase::kDeactivating;
    LearnConnect(*info);
    Expect(request, Phase::kDeactivating, surroundings_.times.disconnect);
    return;
  }
  const bool ended = reply.ok() || (reply.outcome == client::Outcome::kAnswered &&
                                    reply.status == Status::kContextNotActivated);
  if (ended) {
    mbim::ConnectInfo now = info.value_or(mbim::ConnectInfo{});
    now.activation_state = ActivationState::kDeactivated;
    LearnConnect(now);
  } else {
    Log(fmt::format("did not deactivate the context: {}", reply.Why()));
  }
  CompleteDisconnect(request);
  if (!ended) Ask(Question::kConnect);
}

void ModemSession::OnProgress() {
  if (requests_.empty()) return;
  const RequestPtr request = requests_.front();
  const Snapshot state = snapshot();
  const auto activation =
      state->connect.value ? state->connect.value->activation_state : ActivationState::kUnknown;
  switch (phase_) {
    case Phase::kNone:
    case Phase::kCommanded:
      return;
    case Phase::kAttaching:
      if (IsAttached(*state)) {
        Activate(request);
      } else if (state->packet_service &&
                 state->packet_service->packet_service_state == PacketServiceState::kDetached) {
        CompleteConnect(request, E_MBN_PACKET_SVC_DETACHED, state->packet_service->nw_error);
      }
      return;
    case Phase::kActivating:
      if (activation == ActivationState::kActivated) {
        CompleteConnect(request, S_OK, 0);
      } else if (activation == ActivationState::kDeactivated) {
        CompleteConnect(request, E_FAIL, state->connect.value->nw_error);
      }
      return;
    case Phase::kDeactivating:
      if (activation == ActivationState::kDeactivated) CompleteDisconnect(request);
      return;
  }
}

void ModemSession::Expect(const RequestPtr& request, Phase phase, std::chrono::milliseconds limit) {
  After(limit, [request, phase](ModemSession& self) {
    if (self.IsFirst(request) && self.phase_ == phase) self.OnLate(request, phase);
  });
}

void ModemSession::OnLate(const RequestPtr& request, Phase phase) {
  Log("did not do in time what it had begun");
  if (phase == Phase::kDeactivating) {
    CompleteDisconnect(request);
  } else {
    CompleteConnect(request, phase == Phase::kAttaching ? E_MBN_PACKET_SVC_DETACHED : E_FAIL, 0);
  }
  Ask(Question::kConnect);
}

// Of OnConnectComplete's codes none says that a device left or was silent. A device that left is
// the condition of ERROR_NOT_FOUND on Connect's own page.
HRESULT ModemSession::FailureOf(const client::Reply& reply) const {
  if (reply.outcome == client::Outcome::kGone) return HRESULT_FROM_WIN32(ERROR_NOT_FOUND);
  Log(fmt::format("failed a Connect: {}", client::OutcomeName(reply.outcome)));
  return E_FAIL;
}

// What the modem says goes first. Where the page has no code for it, what is known of the modem may
// explain it better than E_FAIL.
HRESULT ModemSession::RefusalOf(Status status, bool attaching) const {
  const HRESULT said = MeaningOf(status);
  if (pages::kIMbnConnectionEvents_OnConnectComplete.Documents(said)) return said;
  const Snapshot state = snapshot();
  const HRESULT sim = SimTrouble(*state);
  if (sim != S_OK && pages::kIMbnConnectionEvents_OnConnectComplete.Documents(sim)) return sim;
  if (state->subscriber && state->subscriber->ready_state == mbim::ReadyState::kNotActivated)
    return E_MBN_SERVICE_NOT_ACTIVATED;
  if (IsRadioOff(*state)) return E_MBN_RADIO_POWER_OFF;
  if (status == Status::kNotRegistered && IsManual(*state)) return E_MBN_PROVIDER_NOT_VISIBLE;
  if (attaching) return E_MBN_PACKET_SVC_DETACHED;
  return ResultOf(pages::kIMbnConnectionEvents_OnConnectComplete, status);
}

void ModemSession::CompleteConnect(const RequestPtr& request, HRESULT status,
                                   std::uint32_t network_error) {
  Complete(request, status, [&](ModemState& state) {
    state.network_error = status == S_OK ? 0 : network_error;
    if (status == S_OK) state.profile_name = request->profile_name;
  });
}

void ModemSession::CompleteDisconnect(const RequestPtr& request) {
  Complete(request, S_OK, [](ModemState&) {});
}

void ModemSession::Complete(const RequestPtr& request, HRESULT status,
                            const PublishedState::Change& change) {
  // NOLINTNEXTLINE(performance-unnecessary-copy-initialization): it may be the queue's own
  const RequestPtr completed = request;
  phase_ = Phase::kNone;
  std::erase(requests_, completed);
  state_->ApplyAndComplete(
      [&](ModemState& state) {
        change(state);
        --state.pending_requests;
        // Only Disconnects are let in behind another request.
        state.request = state.pending_requests != 0 ? Request::kDisconnect : Request::kNone;
      },
      {.which = completed->kind == Request::kConnect
                    ? EventId::kIMbnConnectionEvents_OnConnectComplete
                    : EventId::kIMbnConnectionEvents_OnDisconnectComplete,
       .request = completed->id,
       .status = status});
  RunFirst();
}

bool ModemSession::IsFirst(const RequestPtr& request) const {
  return !requests_.empty() && requests_.front() == request;
}

}  // namespace mbnrig::mbn
