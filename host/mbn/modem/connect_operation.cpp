#include "mbn/modem/connect_operation.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "client/call.h"
#include "mbn/api/page.h"
#include "mbn/api/status_map.h"
#include "mbn/modem/facts.h"

namespace mbnrig::mbn {
namespace {

using mbim::ActivationState;
using mbim::PacketServiceState;
using mbim::Status;
using Answer = client::Result<mbim::ConnectInfo>;

constexpr const Page& kPage = pages::kIMbnConnectionEvents_OnConnectComplete;

bool IsRadioOff(const ModemState& state) {
  return state.radio && (state.radio->hw_radio_state == mbim::RadioSwitch::kOff ||
                         state.radio->sw_radio_state == mbim::RadioSwitch::kOff);
}

bool IsManual(const ModemState& state) {
  return state.registration && state.registration->register_mode == mbim::RegisterMode::kManual;
}

// What an answer says about session 0. A refusal often has no information.
std::optional<mbim::ConnectInfo> ContextIn(const client::Reply& reply) {
  Answer answer(reply);
  if (answer.value && answer.value->session_id != 0) return std::nullopt;
  return std::move(answer.value);
}

ActivationState ActivationIn(const ModemState& state) {
  return state.connect.value ? state.connect.value->activation_state : ActivationState::kUnknown;
}

const Fact& Context() {
  return FactFor(mbim::kConnect);
}

const Fact& PacketService() {
  return FactFor(mbim::kPacketService);
}

class Connect final : public Operation {
 public:
  Connect(const mbim::SetConnect& settings, std::string profile_name, std::string app)
      : command_(mbim::Encode(settings)),
        profile_name_(std::move(profile_name)),
        app_(std::move(app)) {}

  Lane lane() const override { return Lane::kConnection; }
  EventId completion() const override { return EventId::kIMbnConnectionEvents_OnConnectComplete; }

  HRESULT Admit(ModemState& state) const override {
    // A modem that lost its network or its SIM has lost its context too, even if it does not report
    // it.
    const bool active = state.has_context() && state.has_connection();
    if (state.has_request() || active) return E_MBN_MAX_ACTIVATED_CONTEXTS;
    state.connecting = true;
    state.connected_by = app_;
    return S_OK;
  }

  void Begin(OperationContext& context) override {
    if (context.snapshot()->attached() && !context.InDoubt(PacketService())) {
      Activate(context);
    } else {
      Attach(context);
    }
  }

  void OnFact(const Fact& fact, OperationContext& context) override {
    const Snapshot state = context.snapshot();
    if (phase_ == Phase::kAttaching && fact.cid == mbim::kPacketService) {
      if (state->attached()) {
        Activate(context);
      } else if (state->packet_service &&
                 state->packet_service->packet_service_state == PacketServiceState::kDetached) {
        End(context, E_MBN_PACKET_SVC_DETACHED, state->packet_service->nw_error);
      }
    } else if (phase_ == Phase::kActivating && fact.cid == mbim::kConnect) {
      if (ActivationIn(*state) == ActivationState::kActivated) {
        End(context, S_OK, 0);
      } else if (ActivationIn(*state) == ActivationState::kDeactivated) {
        End(context, E_FAIL, state->connect.value->nw_error);
      }
    }
  }

  void OnComplete(ModemState& state, HRESULT status) const override {
    state.connecting = false;
    state.network_error = status == S_OK ? 0 : network_error_;
    if (status == S_OK) state.profile_name = profile_name_;
  }

 private:
  // What the operation waits for: the answer to a command, or the change that the answer announced.
  enum class Phase { kCommanded, kAttaching, kActivating };

  void Attach(OperationContext& context) {
    phase_ = Phase::kCommanded;
    attached_ = true;
    SendSet(
        context, mbim::kPacketService, {mbim::PacketServiceAction::kAttach},
        [this, &context](const client::Reply& reply) { OnAttachAnswer(context, reply); },
        context.times().attach);
  }

  void OnAttachAnswer(OperationContext& context, const client::Reply& reply) {
    if (!reply.ok()) {
      const client::Result<mbim::PacketServiceInfo> answer(reply);
      if (answer.value) context.Learn(PacketService(), reply.information);
      End(context,
          reply.outcome == client::Outcome::kAnswered ? RefusalOf(context, reply.status, true)
                                                      : FailureOf(context, reply),
          answer.value ? answer.value->nw_error : 0);
      return;
    }
    // A modem may answer before it has attached. It indicates the end later.
    phase_ = Phase::kAttaching;
    if (!context.Learn(PacketService(), reply.information)) context.Ask(PacketService());
    if (!context.complete() && phase_ == Phase::kAttaching)
      Expect(context, Phase::kAttaching, context.times().attach);
  }

  void Activate(OperationContext& context) {
    phase_ = Phase::kCommanded;
    context.Send(
        mbim::kConnect, mbim::CommandType::kSet, command_,
        [this, &context](const client::Reply& reply) { OnActivateAnswer(context, reply); },
        context.times().connect);
  }

  void OnActivateAnswer(OperationContext& context, const client::Reply& reply) {
    const auto info = ContextIn(reply);
    if (reply.ok()) {
      phase_ = Phase::kActivating;
      if (info) {
        context.Learn(Context(), ContextIs(*info));
      } else {
        context.LogWarning("malformed CONNECT response");
        context.Ask(Context());
      }
      if (!context.complete()) Expect(context, Phase::kActivating, context.times().connect);
      return;
    }
    const std::uint32_t network_error = info ? info->nw_error : 0;
    if (reply.outcome != client::Outcome::kAnswered) {
      End(context, FailureOf(context, reply), network_error);
      // The modem may have activated the context nevertheless.
      context.Ask(Context());
    } else if (reply.status == Status::kMaxActivatedContexts) {
      // The session that reached the limit may be this one, active without our knowledge, or
      // another.
      if (info && info->activation_state != ActivationState::kUnknown) {
        OnNoMoreContexts(context, info);
      } else {
        AskWhetherActive(context);
      }
    } else if (reply.status == Status::kPacketServiceDetached && !attached_) {
      // The modem has detached without an indication.
      Attach(context);
    } else {
      End(context, RefusalOf(context, reply.status, false), network_error);
    }
  }

  void AskWhetherActive(OperationContext& context) {
    SendQuery(context, mbim::kConnect, {}, [this, &context](const client::Reply& reply) {
      OnNoMoreContexts(context, reply.ok() ? ContextIn(reply) : std::nullopt);
    });
  }

  void OnNoMoreContexts(OperationContext& context, const std::optional<mbim::ConnectInfo>& info) {
    if (info) context.Learn(Context(), ContextIs(*info));
    const bool active = info && info->activation_state == ActivationState::kActivated;
    End(context, active ? E_MBN_ACTIVE_CONNECTION : E_MBN_MAX_ACTIVATED_CONTEXTS, 0);
  }

  void Expect(OperationContext& context, Phase phase, std::chrono::milliseconds limit) {
    context.After(limit, [this, &context, phase, limit] {
      if (phase_ != phase) return;
      context.LogWarning(fmt::format("timed out: Connect did not finish within {} ms of the answer",
                                     limit.count()));
      End(context, phase == Phase::kAttaching ? E_MBN_PACKET_SVC_DETACHED : E_FAIL, 0);
      context.Ask(Context());
    });
  }

  // The page of OnConnectComplete has no code for a device that left or did not answer. The page of
  // Connect has ERROR_NOT_FOUND for a device that left.
  static HRESULT FailureOf(const OperationContext& context, const client::Reply& reply) {
    if (reply.outcome == client::Outcome::kGone) return HRESULT_FROM_WIN32(ERROR_NOT_FOUND);
    context.LogWarning(fmt::format("Connect failed: {}", reply.Why()));
    return E_FAIL;
  }

  // The modem's own status comes first. If the page has no code for it, the modem's state may
  // explain the refusal better than E_FAIL.
  static HRESULT RefusalOf(const OperationContext& context, Status status, bool attaching) {
    const HRESULT said = MeaningOf(status);
    if (kPage.Documents(said)) return said;
    const Snapshot state = context.snapshot();
    const HRESULT sim = SimTrouble(*state);
    if (sim != S_OK && kPage.Documents(sim)) return sim;
    if (state->subscriber && state->subscriber->ready_state == mbim::ReadyState::kNotActivated)
      return E_MBN_SERVICE_NOT_ACTIVATED;
    if (IsRadioOff(*state)) return E_MBN_RADIO_POWER_OFF;
    if (status == Status::kNotRegistered && IsManual(*state)) return E_MBN_PROVIDER_NOT_VISIBLE;
    if (attaching) return E_MBN_PACKET_SVC_DETACHED;
    return ResultOf(kPage, status);
  }

  void End(OperationContext& context, HRESULT status, std::uint32_t network_error) {
    network_error_ = network_error;
    context.Complete(status);
  }

  const mbim::Bytes command_;  // MBIM_SET_CONNECT
  const std::string profile_name_, app_;
  Phase phase_ = Phase::kCommanded;
  bool attached_ = false;  // the operation has attached
  std::uint32_t network_error_ = 0;
};

class Disconnect final : public Operation {
 public:
  explicit Disconnect(std::string app) : app_(std::move(app)) {}

  Lane lane() const override { return Lane::kConnection; }
  EventId completion() const override {
    return EventId::kIMbnConnectionEvents_OnDisconnectComplete;
  }

  HRESULT Admit(ModemState& state) const override {
    constexpr HRESULT kNothingToEnd = HRESULT_FROM_WIN32(ERROR_NOT_FOUND);
    if (state.disconnecting) return kNothingToEnd;
    if (!state.connecting && state.connect.known() && !state.has_context()) return kNothingToEnd;
    if (!app_.empty() && app_ != state.connected_by) return kNothingToEnd;
    state.disconnecting = true;
    return S_OK;
  }

  void Begin(OperationContext& context) override {
    mbim::SetConnect deactivate;
    deactivate.activation_command = mbim::ActivationCommand::kDeactivate;
    SendSet(
        context, mbim::kConnect, deactivate,
        [this, &context](const client::Reply& reply) { OnAnswer(context, reply); },
        context.times().disconnect);
  }

  void OnFact(const Fact& fact, OperationContext& context) override {
    if (deactivating_ && fact.cid == mbim::kConnect &&
        ActivationIn(*context.snapshot()) == ActivationState::kDeactivated)
      context.Complete(S_OK);
  }

  HRESULT Abandoned(Ending) const override { return S_OK; }
  HRESULT Failed() const override { return S_OK; }
  void OnComplete(ModemState& state, HRESULT) const override { state.disconnecting = false; }

 private:
  void OnAnswer(OperationContext& context, const client::Reply& reply) {
    const auto info = ContextIn(reply);
    if (reply.ok() && info && info->activation_state == ActivationState::kDeactivating) {
      deactivating_ = true;
      context.Learn(Context(), ContextIs(*info));
      Expect(context);
      return;
    }
    const bool ended = reply.ok() || (reply.outcome == client::Outcome::kAnswered &&
                                      reply.status == Status::kContextNotActivated);
    if (ended) {
      mbim::ConnectInfo now = info.value_or(mbim::ConnectInfo{});
      now.activation_state = ActivationState::kDeactivated;
      context.Learn(Context(), ContextIs(now));
    } else {
      context.LogWarning(fmt::format("Disconnect failed: {}", reply.Why()));
    }
    context.Complete(S_OK);
    if (!ended) context.Ask(Context());
  }

  void Expect(OperationContext& context) {
    const auto limit = context.times().disconnect;
    context.After(limit, [&context, limit] {
      context.LogWarning(fmt::format(
          "timed out: Disconnect did not finish within {} ms of the answer", limit.count()));
      context.Complete(S_OK);
      context.Ask(Context());
    });
  }

  const std::string app_;
  bool deactivating_ = false;  // the modem answered, and has not deactivated the context yet
};

}  // namespace

std::unique_ptr<Operation> MakeConnect(const mbim::SetConnect& settings, std::string profile_name,
                                       std::string app) {
  return std::make_unique<Connect>(settings, std::move(profile_name), std::move(app));
}

std::unique_ptr<Operation> MakeDisconnect(std::string app) {
  return std::make_unique<Disconnect>(std::move(app));
}

}  // namespace mbnrig::mbn
