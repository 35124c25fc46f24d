#include "mbn/modem/published_state.h"

#include <bitset>
#include <new>
#include <utility>

namespace mbnrig::mbn {
namespace {

// Calls `tell` with each of the news, and with null for the presence of the connection, in the
// order of their events.
template <class Changes, class Tell>
void InOrder(const Changes& changes, Tell tell) {
  const auto all = AllNews();
  std::size_t i = 0;
  for (; i < all.size() && all[i].subject == Subject::kInterface; ++i) {
    if (changes.news[i]) tell(&all[i]);
  }
  if (changes.presence) tell(static_cast<const News*>(nullptr));
  for (; i < all.size(); ++i) {
    if (changes.news[i]) tell(&all[i]);
  }
}

}  // namespace

PublishedState::PublishedState(ModemState initial, service::TaskThread& events, EventSink& sink,
                               std::size_t most_waiting)
    : events_(events),
      sink_(sink),
      most_waiting_(most_waiting),
      state_(std::make_shared<const ModemState>(std::move(initial))) {}

Snapshot PublishedState::Get() const {
  const std::lock_guard lock(mutex_);
  return state_;
}

bool PublishedState::WaitUntil(const std::function<bool(const ModemState&)>& holds,
                               std::chrono::milliseconds timeout) const {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, timeout, [&] { return holds(*state_); });
}

void PublishedState::Announce() {
  const std::lock_guard lock(mutex_);
  if (withdrawn_ || announced_) return;
  Ready arrival([self = shared_from_this(), state = state_] {
    self->interface_listed_ = true;
    self->Tell(EventId::kIMbnInterfaceManagerEvents_OnInterfaceArrival, state);
  });
  Changes connection;
  connection.presence = state_->has_connection();
  auto news = Events(connection, state_);
  announced_ = true;
  connection_announced_ = connection.presence;
  waiting_ += news.size();
  events_.Post(std::move(arrival));
  for (Ready& event : news)
    events_.Post(std::move(event));
}

void PublishedState::Apply(const StateChange& change) {
  TryApply([&](ModemState& state) {
    change(state);
    return S_OK;
  });
}

HRESULT PublishedState::TryApply(const Attempt& attempt) {
  const std::lock_guard lock(mutex_);
  auto next = Next();
  const HRESULT result = attempt(*next);
  if (result == S_OK) Publish(std::move(next), nullptr);
  return result;
}

PublishedState::Completion PublishedState::Prepare(
    EventId which, std::uint32_t request, std::function<void(ModemState&, HRESULT)> change) {
  const auto end = std::make_shared<Completion::End>();
  end->event.which = which;
  end->event.request = request;
  end->change = std::move(change);
  return {end, Ready([self = shared_from_this(), end] { self->sink_.Tell(end->event); })};
}

void PublishedState::Complete(Completion completion, HRESULT status, mbim::Bytes answer) noexcept {
  Completion::End& end = *completion.end_;
  end.event.status = status;
  end.event.answer = std::move(answer);
  const std::lock_guard lock(mutex_);
  try {
    auto next = Next();
    end.change(*next, status);
    end.event.modem = next;
    Publish(std::move(next), &completion.task_);
  } catch (const std::bad_alloc&) {
    end.event.modem = state_;
    std::shared_ptr<Completion::End>* last = &owed_;
    while (*last != nullptr)
      last = &(*last)->next;
    *last = completion.end_;
    events_.Post(std::move(completion.task_));
  }
}

std::shared_ptr<ModemState> PublishedState::Next() const {
  auto next = std::make_shared<ModemState>(*state_);
  for (const Completion::End* end = owed_.get(); end != nullptr; end = end->next.get())
    end->change(*next, end->event.status);
  return next;
}

PublishedState::Withdrawal PublishedState::PrepareWithdrawal(std::function<void()> removed) {
  const auto known = std::make_shared<Withdrawal::Known>();
  return {known, Ready([self = shared_from_this(), known, removed = std::move(removed)] {
            if (known->connection_announced) {
              self->connection_listed_ = false;
              self->Tell(EventId::kIMbnConnectionManagerEvents_OnConnectionRemoval, known->state);
            }
            self->interface_listed_ = false;
            removed();
            if (known->interface_announced)
              self->Tell(EventId::kIMbnInterfaceManagerEvents_OnInterfaceRemoval, known->state);
          })};
}

void PublishedState::Withdraw(Withdrawal withdrawal) noexcept {
  const std::lock_guard lock(mutex_);
  if (withdrawn_) return;
  *withdrawal.known_ = {state_, announced_, connection_announced_};
  events_.Post(std::move(withdrawal.task_));
  withdrawn_ = true;
}

// Everything that needs memory comes first, so that a change happens completely or not at all.
void PublishedState::Publish(std::shared_ptr<ModemState> next, Ready* last) {
  const bool active = next->connect.value &&
                      next->connect.value->activation_state == mbim::ActivationState::kActivated;
  if (!active) next->profile_name.clear();
  if (!next->has_context() && !next->connecting) next->connected_by.clear();
  const Snapshot after = std::move(next);
  const bool tell = announced_ && !withdrawn_;
  const Changes changes = tell ? Difference(*state_, *after) : Changes();
  // While merged changes wait, a separate event would report a newer state before an older one.
  const bool keeps_up = merged_waiting_ == 0 && waiting_ + changes.count() <= most_waiting_;
  std::vector<Ready> news;
  std::shared_ptr<Merged> merged = open_merged_;
  if (keeps_up) {
    news = Events(changes, after);
  } else if (!merged && changes.count() != 0) {
    merged = std::make_shared<Merged>();
    news.emplace_back([self = shared_from_this(), merged] { self->TellMerged(merged); });
  }
  state_ = after;
  owed_.reset();
  if (tell) connection_announced_ = after->has_connection();
  if (keeps_up) {
    waiting_ += news.size();
  } else if (merged) {
    if (merged != open_merged_) ++merged_waiting_;
    merged->changes.news |= changes.news;
    merged->changes.presence |= changes.presence;
    merged->state = after;
    open_merged_ = last == nullptr ? std::move(merged) : nullptr;
  }
  for (Ready& event : news)
    events_.Post(std::move(event));
  if (last != nullptr) events_.Post(std::move(*last));
  changed_.notify_all();
}

PublishedState::Changes PublishedState::Difference(const ModemState& before,
                                                   const ModemState& after) const {
  Changes changes;
  changes.presence = connection_announced_ != after.has_connection();
  // The arrival or removal of a connection replaces all other events about it.
  const bool tells_connection = connection_announced_ && !changes.presence;
  const auto all = AllNews();
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i].subject == Subject::kConnection && !tells_connection) continue;
    changes.news[i] = all[i].differs(before, after);
  }
  return changes;
}

// Each event is a task of its own, and counts as waiting until the sinks have returned.
std::vector<service::TaskThread::Ready> PublishedState::Events(const Changes& changes,
                                                               const Snapshot& state) {
  std::vector<Ready> events;
  InOrder(changes, [&](const News* news) {
    events.emplace_back([self = shared_from_this(), news, state] {
      if (news != nullptr) {
        self->Tell(news->which, state);
      } else {
        self->TellPresence(state);
      }
      const std::lock_guard lock(self->mutex_);
      --self->waiting_;
    });
  });
  return events;
}

void PublishedState::Tell(EventId which, const Snapshot& modem) {
  ServiceEvent event;
  event.which = which;
  event.modem = modem;
  sink_.Tell(event);
}

void PublishedState::TellPresence(const Snapshot& modem) {
  connection_listed_ = modem->has_connection();
  Tell(connection_listed_ ? EventId::kIMbnConnectionManagerEvents_OnConnectionArrival
                          : EventId::kIMbnConnectionManagerEvents_OnConnectionRemoval,
       modem);
}

void PublishedState::TellMerged(const std::shared_ptr<Merged>& merged) {
  {
    const std::lock_guard lock(mutex_);
    if (open_merged_ == merged) open_merged_ = nullptr;
    --merged_waiting_;
  }
  const ModemState& state = *merged->state;
  Changes changes = merged->changes;
  const bool came_or_went = changes.presence;
  changes.presence = state.has_connection() != connection_listed_;
  const bool tells_connection = state.has_connection() && !changes.presence;
  const auto all = AllNews();
  std::bitset<kEventCount> told;  // several facts may cause the same event
  for (std::size_t i = 0; i < all.size(); ++i) {
    bool is_news = changes.news[i];
    // A connection that was removed and has arrived again may have changed in between.
    if (all[i].subject == Subject::kConnection)
      is_news = (is_news || came_or_went) && tells_connection;
    const auto which = static_cast<std::size_t>(all[i].which);
    changes.news[i] = is_news && !told[which] && all[i].sayable(state);
    if (changes.news[i]) told.set(which);
  }
  InOrder(changes, [&](const News* news) {
    if (news != nullptr) {
      Tell(news->which, merged->state);
    } else {
      TellPresence(merged->state);
    }
  });
}

}  // namespace mbnrig::mbn
