#include "stress/requests.h"

#include <fmt/format.h>

namespace mbnrig::stress {

void Requests::Completed(ULONG id, mbn::EventId completion) {
  Request& request = requests_[id];
  ++request.completed;
  request.completed_by = completion;
}

void Requests::Accepted(ULONG id, mbn::EventId completion) {
  if (id == 0) findings_.Add("a request was accepted with the ID 0");
  Request& request = requests_[id];
  ++request.accepted;
  request.accepted_for = completion;
}

void Requests::Check() {
  std::size_t others = 0;
  for (const auto& [id, request] : requests_) {
    if (!earlier_.insert(id).second)
      findings_.Add(fmt::format("request {}: an ID of before the last stop", id));
    if (request.accepted > 1) findings_.Add(fmt::format("request {}: the ID was given twice", id));
    if (request.completed != 1)
      findings_.Add(fmt::format("request {}: completed {} times", id, request.completed));
    if (request.accepted == 0) {
      ++others;
    } else if (request.completed != 0 && request.completed_by != request.accepted_for) {
      findings_.Add(fmt::format("request {}: completed by {} instead of {}", id,
                                mbn::NameOf(request.completed_by),
                                mbn::NameOf(request.accepted_for)));
    }
  }
  if (others > others_)
    findings_.Add(fmt::format(
        "{} completions that nobody asked for, at most {} are of other clients", others, others_));
  requests_.clear();
  others_ = 0;
}

}  // namespace mbnrig::stress
