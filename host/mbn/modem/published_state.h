#pragma once

/// A modem's state as clients see it: each change is published as a new snapshot, and what it means
/// for clients goes to the event thread, in the order of the changes.

#include <atomic>
#include <bitset>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "mbn/modem/event.h"
#include "mbn/modem/modem_state.h"
#include "mbn/task_thread.h"

namespace mbnrig::mbn {

/// Where clients do not take what they are told, a bounded number of changes waits for them; of
/// those that follow, each kind is told once behind these, with the state as it is then.
///
/// Thread-safe; outlived by `events` and `sink`. What it posts holds it, so it is made by
/// std::make_shared.
class PublishedState : public std::enable_shared_from_this<PublishedState> {
 public:
  using Change = std::function<void(ModemState&)>;
  /// Changes the state and says S_OK, or leaves it and says why.
  using Attempt = std::function<HRESULT(ModemState&)>;

  /// `most_waiting`: changes that wait to be told, each kind of a change by itself.
  PublishedState(ModemState initial, TaskThread& events, EventSink& sink, std::size_t most_waiting);

  Snapshot Get() const;

  /// Whether the interface and its connection are listed. They come and go on the event thread,
  /// right before the event that says so: what the managers list never runs ahead of what clients
  /// were told, and a handler that does not return holds a removal back.
  bool interface_listed() const { return interface_listed_; }
  bool connection_listed() const { return connection_listed_; }

  /// The interface is there: from now on changes are events.
  void Announce();
  /// Changes the state and posts the events that follow from it. Throws std::bad_alloc, and then
  /// nothing has changed.
  void Apply(const Change& change);
  /// As Apply where `attempt` says S_OK; else nothing changes. Returns what it says.
  HRESULT TryApply(const Attempt& attempt);
  /// As Apply, and then `completion`, which gets the changed state as its modem.
  void ApplyAndComplete(const Change& change, ServiceEvent completion);
  /// The interface is gone: the connection leaves, then the interface; no event follows. `removed`
  /// runs on the event thread once it is not listed any more.
  void Withdraw(std::function<void()> removed);

 private:
  // What can be news, in the order in which it is told.
  enum Kind : std::size_t {
    kCapability,
    kReadyState,
    kSubscriber,
    kHomeProvider,
    kPresence,  // of the connection
    kConnectState,
    kVoiceCall,
    kKindCount,
  };
  using Kinds = std::bitset<kKindCount>;
  // What is told behind what waits: each kind that has changed, with the state of the last change
  // before the next completion, which is told behind it.
  struct Debt {
    Kinds kinds;
    Snapshot state;
  };
  using Ready = TaskThread::Ready;

  void Publish(std::shared_ptr<ModemState> next, std::vector<Ready> more);
  Kinds Differences(const ModemState& before, const ModemState& after) const;
  Ready Telling(Kind kind, const Snapshot& state);
  Ready Settling(const std::shared_ptr<Debt>& debt);
  // On the event thread.
  void Tell(EventId which, const Snapshot& modem) { sink_.Tell({.which = which, .modem = modem}); }
  void Tell(Kind kind, const Snapshot& state);
  void Settle(const std::shared_ptr<Debt>& debt);

  TaskThread& events_;
  EventSink& sink_;
  const std::size_t most_waiting_;
  mutable std::mutex mutex_;
  Snapshot state_;                     // guarded by mutex_
  bool announced_ = false;             // guarded by mutex_
  bool connection_announced_ = false;  // guarded by mutex_
  bool withdrawn_ = false;             // guarded by mutex_
  std::size_t waiting_ = 0;            // guarded by mutex_: what Telling has made
  std::size_t debts_ = 0;              // guarded by mutex_: not settled
  std::shared_ptr<Debt> open_debt_;    // guarded by mutex_: the last one, while it may grow
  std::atomic<bool> interface_listed_{false}, connection_listed_{false};
};

}  // namespace mbnrig::mbn
