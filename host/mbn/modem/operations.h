#pragma once

/// Runs the operations of one modem, lane by lane.

#include <deque>
#include <map>
#include <memory>
#include <optional>

#include "mbn/modem/known_facts.h"
#include "mbn/modem/modem_link.h"
#include "mbn/modem/operation.h"
#include "mbn/modem/published_state.h"
#include "mbn/modem/request_ids.h"

namespace mbnrig::mbn {

/// Every operation that was accepted completes exactly once.
class Operations {
 public:
  /// All references must outlive this.
  Operations(ModemLink& link, PublishedState& state, KnownFacts& facts, RequestIds& request_ids,
             const ServiceTimes& times, service::TaskThread& worker);

  /// Accepts an operation or refuses it (Operation::Admit). `owner` owns this and is kept alive
  /// until the operation has begun or was abandoned. With S_OK, `request` is the ID of the
  /// completion. It is set before the operation can begin, so the caller knows the ID before the
  /// completion comes. Any thread. If it throws std::bad_alloc, nothing has begun.
  HRESULT Submit(std::shared_ptr<const void> owner, std::unique_ptr<Operation> operation,
                 std::uint32_t* request);

  /// Tells the running operations about a fact. Call it on the worker.
  void OnFact(const Fact& fact);
  /// Completes all operations, also accepted ones that have not reached the worker yet. Call it on
  /// the worker, after ModemLink::End.
  void End(Ending ending);

 private:
  class Running;
  using RunningPtr = std::shared_ptr<Running>;

  void Enqueue(const RunningPtr& operation);
  void Remove(const Running& operation);

  ModemLink& link_;
  PublishedState& state_;
  KnownFacts& facts_;
  RequestIds& request_ids_;
  const ServiceTimes& times_;
  service::TaskThread& worker_;
  std::map<Lane, std::deque<RunningPtr>> lanes_;  // of the worker; the first of each has begun
  std::optional<Ending> ending_;                  // of the worker
};

}  // namespace mbnrig::mbn
