#pragma once

/// Runs the operations of one modem, lane by lane.

#include <array>
#include <list>
#include <memory>
#include <mutex>
#include <optional>

#include "mbn/modem/known_facts.h"
#include "mbn/modem/modem_link.h"
#include "mbn/modem/operation.h"
#include "mbn/modem/published_state.h"
#include "mbn/modem/request_ids.h"

namespace mbnrig::mbn {

/// Every operation that was accepted completes exactly once. The memory for that is allocated
/// before the operation is accepted.
class Operations {
 public:
  /// All references must outlive this. At most `most` operations of a lane are accepted at a time.
  Operations(ModemLink& link, PublishedState& state, KnownFacts& facts, RequestIds& request_ids,
             const ServiceTimes& times, service::TaskThread& worker, std::size_t most);

  /// Accepts an operation or refuses it (Operation::Admit). `owner` owns this and is kept alive
  /// until the operation has begun or was abandoned. With S_OK, `request` is the ID of the
  /// completion. It is set before the operation can begin, so the caller knows the ID before the
  /// completion comes. E_OUTOFMEMORY if the lane is full. E_HANDLE after Close. Any thread. If it
  /// throws std::bad_alloc, nothing has begun.
  HRESULT Submit(std::shared_ptr<const void> owner, std::unique_ptr<Operation> operation,
                 std::uint32_t* request);

  /// From now on nothing is accepted. What was accepted has been posted to the worker, so that a
  /// task that is posted after Close can End it. Any thread.
  void Close();

  /// Tells the running operations about a fact. Call it on the worker.
  void OnFact(const Fact& fact);
  /// Completes all operations. Call it on the worker, in a task that was posted after Close, and
  /// after ModemLink::End.
  void End(Ending ending);

 private:
  class Running;
  using RunningPtr = std::shared_ptr<Running>;
  using Line = std::list<RunningPtr>;

  // `operation` is a list of one.
  void Enqueue(Line& operation);
  void Remove(const Running& operation);
  Line& LineOf(Lane lane) { return lines_[static_cast<std::size_t>(lane)]; }
  std::size_t& AcceptedIn(Lane lane) { return accepted_[static_cast<std::size_t>(lane)]; }

  ModemLink& link_;
  PublishedState& state_;
  KnownFacts& facts_;
  RequestIds& request_ids_;
  const ServiceTimes& times_;
  service::TaskThread& worker_;
  const std::size_t most_;
  std::array<Line, kLanes> lines_;  // of the worker; the first of each lane has begun
  std::optional<Ending> ending_;    // of the worker
  std::mutex accepted_mutex_;
  std::array<std::size_t, kLanes> accepted_{};  // guarded by accepted_mutex_
  bool closed_ = false;                         // guarded by accepted_mutex_
};

}  // namespace mbnrig::mbn
