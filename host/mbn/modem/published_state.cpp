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

PublishedState::PublishedState(ModemState initial, TaskThread& events, Notifier& notifier,
                               std::size_t most_waiting)
    : events_(events),
      notifier_(notifier),
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
    self->notifier_.InterfaceArrived(state);
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

void PublishedState::ApplyAndComplete(const Change& change, Request request, std::uint32_t id,
                                      HRESULT status) {
  const std::lock_guard lock(mutex_);
  auto next = std::make_shared<ModemState>(*state_);
  change(*next);
  std::vector<Ready> completion;
  completion.emplace_back([self = shared_from_this(), state = Snapshot(next), request, id, status] {
    if (request == Request::kConnect) {
      self->notifier_.ConnectCompleted(state, id, status);
    } else {
      self->notifier_.DisconnectCompleted(state, id);
    }
  });
  Publish(std::move(next), std::move(completion));
}

void PublishedState::Withdraw(std::function<void()> removed) {
  const std::lock_guard lock(mutex_);
  if (withdrawn_) return;
  events_.Post([self = shared_from_this(), state = state_, announced = announced_,
                connection = connection_announced_, removed = std::move(removed)] {
    if (connection) {
      self->connection_listed_ = false;
      self->notifier_.ConnectionRemoved(state);
    }
    self->interface_listed_ = false;
    removed();
    if (announced) self->notifier_.InterfaceRemoved(state);
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
      return notifier_.CapabilityAvailable(state);
    case kReadyState:
      return notifier_.ReadyStateChanged(state);
    case kSubscriber:
      return notifier_.SubscriberChanged(state);
    case kHomeProvider:
      return notifier_.HomeProviderAvailable(state);
    case kPresence:
      connection_listed_ = state->has_connection();
      return connection_listed_ ? notifier_.ConnectionArrived(state)
                                : notifier_.ConnectionRemoved(state);
    case kConnectState:
      return notifier_.ConnectStateChanged(state);
    case kVoiceCall:
      return notifier_.VoiceCallStateChanged(state);
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
