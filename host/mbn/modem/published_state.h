#pragma once

/// A modem's state as clients see it. Each change is published as a new snapshot. The events that
/// follow from it go to the event thread, in the order of the changes.

#include <atomic>
#include <bitset>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "mbn/modem/event.h"
#include "mbn/modem/facts.h"
#include "mbn/modem/modem_state.h"
#include "service/task_thread.h"

namespace mbnrig::mbn {

/// If clients are slow, at most `most_waiting` events wait for them. Further changes are merged:
/// one event of each kind, with the newest state.
///
/// Thread-safe. `events` and `sink` must outlive this. Must be made by std::make_shared, because
/// its tasks hold a reference to it.
class PublishedState : public std::enable_shared_from_this<PublishedState> {
 public:
  /// Changes the state and returns S_OK, or leaves it unchanged and returns the reason.
  using Attempt = std::function<HRESULT(ModemState&)>;

  PublishedState(ModemState initial, service::TaskThread& events, EventSink& sink,
                 std::size_t most_waiting);

  Snapshot Get() const;
  /// Waits until `holds` returns true for the state. False after `timeout`.
  bool WaitUntil(const std::function<bool(const ModemState&)>& holds,
                 std::chrono::milliseconds timeout) const;

  /// Whether the interface and its connection are listed. The event thread changes this immediately
  /// before the event that reports the arrival or removal. So the managers agree with the events,
  /// and a client's handler that does not return delays a removal.
  bool interface_listed() const { return interface_listed_; }
  bool connection_listed() const { return connection_listed_; }

  /// Reports the arrival of the interface. From now on changes cause events.
  void Announce();
  /// Changes the state and posts the events that follow from it. If it throws std::bad_alloc,
  /// nothing has changed.
  void Apply(const StateChange& change);
  /// As Apply if `attempt` returns S_OK; otherwise changes nothing. Returns the result of
  /// `attempt`.
  HRESULT TryApply(const Attempt& attempt);
  /// The end of a request, with all the memory that it needs.
  class Completion {
   public:
    Completion(Completion&&) noexcept = default;

   private:
    friend class PublishedState;
    // A change at the end of a request, and the event that reports the end.
    struct End {
      ServiceEvent event;
      std::function<void(ModemState&, HRESULT)> change;
      std::shared_ptr<End> next{};  // see owed_
    };
    Completion(std::shared_ptr<End> end, service::TaskThread::Ready task)
        : end_(std::move(end)), task_(std::move(task)) {}
    std::shared_ptr<End> end_;
    service::TaskThread::Ready task_;
  };
  /// Prepares the event `which` for the request `request`. `change` is called with the status.
  Completion Prepare(EventId which, std::uint32_t request,
                     std::function<void(ModemState&, HRESULT)> change);
  /// As Apply, and then posts the event with the changed state. If memory is too short for a new
  /// state, the event comes with the old state, and the change follows with the next one.
  void Complete(Completion completion, HRESULT status, mbim::Bytes answer) noexcept;
  /// The removal of the modem, with all the memory that it needs.
  class Withdrawal {
   public:
    Withdrawal(Withdrawal&&) noexcept = default;

   private:
    friend class PublishedState;
    // What clients know at the end.
    struct Known {
      Snapshot state{};
      bool interface_announced = false, connection_announced = false;
    };
    Withdrawal(std::shared_ptr<Known> known, service::TaskThread::Ready task)
        : known_(std::move(known)), task_(std::move(task)) {}
    std::shared_ptr<Known> known_;
    service::TaskThread::Ready task_;
  };
  /// `removed` runs on the event thread once the interface is not listed any more.
  Withdrawal PrepareWithdrawal(std::function<void()> removed);
  /// Reports the removal of the connection and then of the interface. No event follows.
  void Withdraw(Withdrawal withdrawal) noexcept;

 private:
  // The events that a change causes.
  struct Changes {
    std::bitset<kMaxNews> news;  // by the index in AllNews()
    bool presence = false;       // the connection arrived or left

    std::size_t count() const { return news.count() + (presence ? 1 : 0); }
  };
  // Changes for which the queue had no space. Their events come after the waiting events and before
  // the next completion, with the state of the last change.
  struct Merged {
    Changes changes;
    Snapshot state;
  };
  using Ready = service::TaskThread::Ready;

  // A copy of the state that pays what is owed.
  std::shared_ptr<ModemState> Next() const;
  // Posts `last`, if it is not null, behind the events of the change.
  void Publish(std::shared_ptr<ModemState> next, Ready* last);
  Changes Difference(const ModemState& before, const ModemState& after) const;
  std::vector<Ready> Events(const Changes& changes, const Snapshot& state);
  // On the event thread.
  void Tell(EventId which, const Snapshot& modem);
  void TellPresence(const Snapshot& modem);
  void TellMerged(const std::shared_ptr<Merged>& merged);

  service::TaskThread& events_;
  EventSink& sink_;
  const std::size_t most_waiting_;
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  Snapshot state_;                         // guarded by mutex_
  bool announced_ = false;                 // guarded by mutex_
  bool connection_announced_ = false;      // guarded by mutex_
  bool withdrawn_ = false;                 // guarded by mutex_
  std::size_t waiting_ = 0;                // guarded by mutex_: events that wait one by one
  std::size_t merged_waiting_ = 0;         // guarded by mutex_: Merged that wait
  std::shared_ptr<Merged> open_merged_;    // guarded by mutex_: the last one, while it may grow
  std::shared_ptr<Completion::End> owed_;  // guarded by mutex_: changes that had no memory
  std::atomic<bool> interface_listed_{false}, connection_listed_{false};
};

}  // namespace mbnrig::mbn
