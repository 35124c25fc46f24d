#include "mbn/modem/published_state.h"

#include <utility>

namespace mbnrig::mbn {
namespace {

bool SameSubscriber(const ModemState& a, const ModemState& b) {
  if (a.subscriber.has_value() != b.subscriber.has_value()) return false;
  return !a.subscriber || (a.subscriber->subscriber_id == b.subscriber->subscriber_id &&
                           a.subscriber->sim_icc_id == b.subscriber->sim_icc_id &&
                           a.subscriber->telephone_numbers == b.subscriber->telephone_numbers);
}

bool SameReadyState(const ModemState& a, const ModemState& b) {
  return a.subscriber.has_value() == b.subscriber.has_value() &&
         (!a.subscriber || a.subscriber->ready_state == b.subscriber->ready_state);
}

// OnConnectStateChange is for what the system or the network does, and for what becomes known; how
// a request goes is told by its completion.
bool ConnectStateIsNews(const ModemState& before, const ModemState& after) {
  if (before.network_error != after.network_error) return true;
  const ConnectionReport old = ReportConnection(before), now = ReportConnection(after);
  if (now == old || now.code == E_PENDING) return false;
  if (now.code != old.code) return true;
  return before.request == Request::kNone && after.request == Request::kNone;
}

bool VoiceCallIsNews(const ModemState& before, const ModemState& after) {
  const VoiceCallReport old = ReportVoiceCall(before), now = ReportVoiceCall(after);
  return now != old && now.code != E_PENDING;
}

}  // namespace

PublishedState::PublishedState(ModemState initial, TaskThread& events, EventSink& sink,
                               std::size_t most_waiting)
    : events_(events),
      sink_(sink),
      most_waiting_(most_waiting),
      state_(std::make_shared<const ModemState>(std::move(initial))) {}

Snapshot PublishedState::Get() const {
  const std::lock_guard lock(mutex_);
  return state_;
}

void PublishedState::Announce() {
  const std::lock_guard lock(mutex_);
  if (withdrawn_ || announced_) return;
  Ready arrival([self = shared_from_this(), state = state_] {
    self->interface_listed_ = true;
    self->Tell(EventId::kIMbnInterfaceManagerEvents_OnInterfaceArrival, state);
  });
  Ready connection = Telling(kPresence, state_);
  announced_ = true;
  connection_announced_ = state_->has_connection();
  events_.Post(std::move(arrival));
  if (!connection_announced_) return;
  ++waiting_;
  events_.Post(std::move(connection));
}

void PublishedState::Apply(const Change& change) {
  TryApply([&](ModemState& state) {
    change(state);
    return S_OK;
  });
}

HRESULT PublishedState::TryApply(const Attempt& attempt) {
  const std::lock_guard lock(mutex_);
  auto next = std::make_shared<ModemState>(*state_);
  const HRESULT result = attempt(*next);
  if (result == S_OK) Publish(std::move(next), {});
  return result;
}

void PublishedState::ApplyAndComplete(const Change& change, ServiceEvent completion) {
  const std::lock_guard lock(mutex_);
  auto next = std::make_shared<ModemState>(*state_);
  change(*next);
  completion.modem = next;
  std::vector<Ready> last;
  last.emplace_back([self = shared_from_this(), completion = std::move(completion)] {
    self->sink_.Tell(completion);
  });
  Publish(std::move(next), std::move(last));
}

void PublishedState::Withdraw(std::function<void()> removed) {
  const std::lock_guard lock(mutex_);
  if (withdrawn_) return;
  events_.Post([self = shared_from_this(), state = state_, announced = announced_,
                connection = connection_announced_, removed = std::move(removed)] {
    if (connection) {
      self->connection_listed_ = false;
      self->Tell(EventId::kIMbnConnectionManagerEvents_OnConnectionRemoval, state);
    }
    self->interface_listed_ = false;
    removed();
    if (announced) self->Tell(EventId::kIMbnInterfaceManagerEvents_OnInterfaceRemoval, state);
  });
  withdrawn_ = true;
}

// Everything that needs memory comes first, so that a change happens as a whole or not at all.
void PublishedState::Publish(std::shared_ptr<ModemState> next, std::vector<Ready> more) {
  const bool active = next->connect.value &&
                      next->connect.value->activation_state == mbim::ActivationState::kActivated;
  if (!active) next->profile_name.clear();
  const Snapshot after = std::move(next);
  const bool tell = announced_ && !withdrawn_;
  const Kinds kinds = tell ? Differences(*state_, *after) : Kinds();
  // Behind a debt nothing is told one by one, or the state would seem to go back.
  const bool keeps_up = debts_ == 0 && waiting_ + kinds.count() <= most_waiting_;
  std::vector<Ready> news;
  for (std::size_t kind = 0; kind < kinds.size() && keeps_up; ++kind) {
    if (kinds[kind]) news.push_back(Telling(static_cast<Kind>(kind), after));
  }
  std::shared_ptr<Debt> debt = open_debt_;
  if (!keeps_up && !debt && kinds.any()) {
    debt = std::make_shared<Debt>();
    news.push_back(Settling(debt));
  }
  state_ = after;
  if (tell) connection_announced_ = after->has_connection();
  if (keeps_up) {
    waiting_ += kinds.count();
  } else if (debt) {
    debts_ += debt != open_debt_;
    debt->kinds |= kinds;
    debt->state = after;
    open_debt_ = more.empty() ? std::move(debt) : nullptr;
  }
  for (Ready& event : news)
    events_.Post(std::move(event));
  for (Ready& event : more)
    events_.Post(std::move(event));
}

PublishedState::Kinds PublishedState::Differences(const ModemState& before,
                                                  const ModemState& after) const {
  Kinds kinds;
  kinds[kCapability] = !before.caps && after.caps;
  kinds[kReadyState] = !SameReadyState(before, after);
  kinds[kSubscriber] = !SameSubscriber(before, after);
  kinds[kHomeProvider] = before.home_provider != after.home_provider && after.home_provider.known();
  kinds[kPresence] = connection_announced_ != after.has_connection();
  // Its presence says all of a connection that comes or goes.
  if (connection_announced_ && !kinds[kPresence]) {
    kinds[kConnectState] = ConnectStateIsNews(before, after);
    kinds[kVoiceCall] = VoiceCallIsNews(before, after);
  }
  return kinds;
}

TaskThread::Ready PublishedState::Telling(Kind kind, const Snapshot& state) {
  return Ready([self = shared_from_this(), kind, state] {
    self->Tell(kind, state);
    const std::lock_guard lock(self->mutex_);
    --self->waiting_;
  });
}

TaskThread::Ready PublishedState::Settling(const std::shared_ptr<Debt>& debt) {
  return Ready([self = shared_from_this(), debt] { self->Settle(debt); });
}

void PublishedState::Tell(Kind kind, const Snapshot& state) {
  switch (kind) {
    case kCapability:
      return Tell(EventId::kIMbnInterfaceEvents_OnInterfaceCapabilityAvailable, state);
    case kReadyState:
      return Tell(EventId::kIMbnInterfaceEvents_OnReadyStateChange, state);
    case kSubscriber:
      return Tell(EventId::kIMbnInterfaceEvents_OnSubscriberInformationChange, state);
    case kHomeProvider:
      return Tell(EventId::kIMbnInterfaceEvents_OnHomeProviderAvailable, state);
    case kPresence:
      connection_listed_ = state->has_connection();
      return Tell(connection_listed_ ? EventId::kIMbnConnectionManagerEvents_OnConnectionArrival
                                     : EventId::kIMbnConnectionManagerEvents_OnConnectionRemoval,
                  state);
    case kConnectState:
      return Tell(EventId::kIMbnConnectionEvents_OnConnectStateChange, state);
    case kVoiceCall:
      return Tell(EventId::kIMbnConnectionEvents_OnVoiceCallStateChange, state);
    case kKindCount:
      break;
  }
}

void PublishedState::Settle(const std::shared_ptr<Debt>& debt) {
  {
    const std::lock_guard lock(mutex_);
    if (open_debt_ == debt) open_debt_ = nullptr;
    --debts_;
  }
  Kinds kinds = debt->kinds;
  const Snapshot& state = debt->state;
  const bool there = state->has_connection();
  const bool came_or_went = kinds[kPresence];
  kinds[kPresence] = there != connection_listed_;
  if (kinds[kPresence] || !there) {
    // Its presence says all.
    kinds[kConnectState] = kinds[kVoiceCall] = false;
  } else {
    // One that is back may have changed while it was away.
    kinds[kConnectState] =
        (kinds[kConnectState] || came_or_went) && ReportConnection(*state).code != E_PENDING;
    kinds[kVoiceCall] =
        (kinds[kVoiceCall] || came_or_went) && ReportVoiceCall(*state).code != E_PENDING;
  }
  kinds[kHomeProvider] = kinds[kHomeProvider] && state->home_provider.known();
  for (std::size_t kind = 0; kind < kinds.size(); ++kind) {
    if (kinds[kind]) Tell(static_cast<Kind>(kind), state);
  }
}

}  // namespace mbnrig::mbn
