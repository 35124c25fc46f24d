#include "mbn/published_state.h"

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

PublishedState::PublishedState(ModemState initial, TaskThread& events, Notifier& notifier)
    : events_(events),
      notifier_(notifier),
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
  Ready connection = Presence(state_);
  announced_ = true;
  connection_announced_ = state_->has_connection();
  events_.Post(std::move(arrival));
  if (connection_announced_) events_.Post(std::move(connection));
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
  std::vector<Ready> news = tell ? Differences(*state_, after) : std::vector<Ready>();
  state_ = after;
  if (tell) connection_announced_ = after->has_connection();
  for (Ready& event : news)
    events_.Post(std::move(event));
  for (Ready& event : more)
    events_.Post(std::move(event));
}

std::vector<TaskThread::Ready> PublishedState::Differences(const ModemState& before,
                                                           const Snapshot& after) {
  std::vector<Ready> news;
  if (!before.caps && after->caps) news.push_back(Tell(&Notifier::CapabilityAvailable, after));
  if (!SameReadyState(before, *after)) news.push_back(Tell(&Notifier::ReadyStateChanged, after));
  if (!SameSubscriber(before, *after)) news.push_back(Tell(&Notifier::SubscriberChanged, after));
  if (before.home_provider != after->home_provider && after->home_provider.known())
    news.push_back(Tell(&Notifier::HomeProviderAvailable, after));
  if (connection_announced_ != after->has_connection()) {
    // That event says all of a connection that comes or goes.
    news.push_back(Presence(after));
  } else if (connection_announced_) {
    if (ConnectStateIsNews(before, *after))
      news.push_back(Tell(&Notifier::ConnectStateChanged, after));
    if (VoiceCallIsNews(before, *after))
      news.push_back(Tell(&Notifier::VoiceCallStateChanged, after));
  }
  return news;
}

TaskThread::Ready PublishedState::Presence(const Snapshot& state) {
  return Ready([self = shared_from_this(), state] {
    const bool there = state->has_connection();
    self->connection_listed_ = there;
    if (there) {
      self->notifier_.ConnectionArrived(state);
    } else {
      self->notifier_.ConnectionRemoved(state);
    }
  });
}

TaskThread::Ready PublishedState::Tell(Event event, const Snapshot& state) {
  return Ready([self = shared_from_this(), event, state] { (self->notifier_.*event)(state); });
}

}  // namespace mbnrig::mbn
