#pragma once

/// Accepted requests and their completions.

#include <mbnapi.h>

#include <map>
#include <unordered_set>

#include "mbn/api/event_id.h"
#include "stress/run.h"

namespace mbnrig::stress {

/// Sees that each accepted request completes exactly once, with the event of its kind. Not
/// thread-safe, so that it does not order the threads under test: events note completions on the
/// event thread, and the rest follows once the service has stopped.
class Requests {
 public:
  explicit Requests(Findings& findings) : findings_(findings) {}

  void Completed(ULONG id, mbn::EventId completion);

  // Once no call and no event is under way and the service has stopped.

  /// A call was accepted with this ID and is completed by `completion`.
  void Accepted(ULONG id, mbn::EventId completion);
  /// Another client may have made this many requests, whose IDs the test does not know.
  void AllowOthers(std::size_t requests) { others_ += requests; }
  /// Everything that was accepted is complete, and nothing else. Begins anew.
  void Check();

 private:
  struct Request {
    int accepted = 0, completed = 0;
    mbn::EventId accepted_for{}, completed_by{};
  };

  Findings& findings_;
  std::map<ULONG, Request> requests_;
  std::size_t others_ = 0;
  std::unordered_set<ULONG> earlier_;  ///< the IDs before the last Check
};

}  // namespace mbnrig::stress
