#include "modem/timers.h"

#include <algorithm>

namespace mbnrig::modem {

Timers::Id Timers::Add(TimePoint due, std::function<void()> action) {
  const Id id = ++last_id_;
  actions_.emplace(std::pair(due, id), std::move(action));
  return id;
}

void Timers::Cancel(Id id) {
  const auto found = std::ranges::find_if(
      actions_, [id](const auto& action) { return action.first.second == id; });
  if (found != actions_.end()) actions_.erase(found);
}

void Timers::Clear() {
  actions_.clear();
}

void Timers::RunDue(TimePoint now) {
  while (!actions_.empty() && actions_.begin()->first.first <= now) {
    const auto action = actions_.extract(actions_.begin());
    action.mapped()();
  }
}

std::optional<TimePoint> Timers::Next() const {
  if (actions_.empty()) return std::nullopt;
  return actions_.begin()->first.first;
}

}  // namespace mbnrig::modem
