#include "fault/plan.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <utility>

#include "mbim/wire.h"

namespace mbnrig::fault {
namespace {

struct Entry {
  RuleState state;
  std::uint32_t passed = 0;  ///< matches that passed because of Rule::after
};

/// The 32-bit number at `index` of an information buffer. Nothing if the buffer is shorter.
std::optional<std::uint32_t> Word(mbim::ByteView information, std::size_t index) {
  if (information.size() < (index + 1) * 4) return std::nullopt;
  return mbim::LoadU32(information, index * 4);
}

template <class T>
bool Accepts(const std::optional<T>& filter, const std::optional<T>& value) {
  return !filter || filter == value;
}

bool Matches(const Rule& rule, const Event& event) {
  return rule.seam == event.seam && Accepts(rule.service, std::optional(event.service)) &&
         Accepts(rule.cid, std::optional(event.cid)) &&
         Accepts(rule.type, std::optional(event.type)) &&
         Accepts(rule.first_word, Word(event.information, 0)) &&
         Accepts(rule.second_word, Word(event.information, 1)) &&
         Accepts(rule.request, std::optional(event.request)) &&
         !(event.acknowledged && ChangesTheReply(rule.action));
}

}  // namespace

struct Plan::Impl {
  mutable std::mutex mutex;
  mutable std::condition_variable changed;
  std::vector<Entry> entries;
  RuleId last_id = 0;
  std::uint64_t generation = 0;

  std::mutex handler_mutex;  // held while a handler runs, so that set_change_handler waits for it
  std::function<void()> handler;
  std::function<void(const RuleState&)> hit_handler;

  std::vector<Entry>::iterator Locate(RuleId id) {
    return std::ranges::find_if(entries, [id](const Entry& e) { return e.state.id == id; });
  }

  /// Carries out `change` under the lock. If it returns true, wakes all waiting threads.
  template <class Change>
  bool Apply(Change change) {
    {
      const std::lock_guard lock(mutex);
      if (!change()) return false;
      ++generation;
    }
    changed.notify_all();
    const std::lock_guard lock(handler_mutex);
    if (handler) handler();
    return true;
  }
};

Plan::Plan() : impl_(std::make_unique<Impl>()) {}
Plan::~Plan() = default;

RuleId Plan::Add(const Rule& rule) {
  const std::lock_guard lock(impl_->mutex);
  const RuleId id = ++impl_->last_id;
  impl_->entries.push_back({{id, rule, 0, false}, 0});
  return id;
}

RuleId Plan::AddFirst(const Rule& rule) {
  const std::lock_guard lock(impl_->mutex);
  const RuleId id = ++impl_->last_id;
  impl_->entries.insert(impl_->entries.begin(), {{id, rule, 0, false}, 0});
  return id;
}

bool Plan::Remove(RuleId id) {
  return impl_->Apply([&] {
    const auto found = impl_->Locate(id);
    if (found == impl_->entries.end()) return false;
    impl_->entries.erase(found);
    return true;
  });
}

void Plan::Clear() {
  impl_->Apply([&] {
    impl_->entries.clear();
    return true;
  });
}

bool Plan::Release(RuleId id) {
  return impl_->Apply([&] {
    const auto found = impl_->Locate(id);
    if (found == impl_->entries.end()) return false;
    found->state.released = true;
    return true;
  });
}

std::optional<RuleState> Plan::Consult(const Event& event) {
  std::optional<RuleState> acting;
  {
    const std::lock_guard lock(impl_->mutex);
    for (Entry& entry : impl_->entries) {
      RuleState& state = entry.state;
      if (state.released || (state.rule.times != 0 && state.hits >= state.rule.times) ||
          !Matches(state.rule, event)) {
        continue;
      }
      if (entry.passed < state.rule.after) {
        ++entry.passed;
        continue;
      }
      ++state.hits;
      acting = state;
      break;
    }
  }
  if (acting) {
    impl_->changed.notify_all();
    const std::lock_guard lock(impl_->handler_mutex);
    if (impl_->hit_handler) impl_->hit_handler(*acting);
  }
  return acting;
}

bool Plan::Released(RuleId id) const {
  const auto state = Find(id);
  return !state || state->released;
}

std::vector<RuleState> Plan::List() const {
  const std::lock_guard lock(impl_->mutex);
  std::vector<RuleState> states;
  states.reserve(impl_->entries.size());
  for (const Entry& entry : impl_->entries)
    states.push_back(entry.state);
  return states;
}

std::optional<RuleState> Plan::Find(RuleId id) const {
  const std::lock_guard lock(impl_->mutex);
  const auto found = impl_->Locate(id);
  if (found == impl_->entries.end()) return std::nullopt;
  return found->state;
}

bool Plan::WaitForHits(RuleId id, std::uint64_t hits, std::chrono::milliseconds timeout) const {
  std::unique_lock lock(impl_->mutex);
  bool reached = false;
  impl_->changed.wait_for(lock, timeout, [&] {
    const auto found = impl_->Locate(id);
    if (found == impl_->entries.end()) return true;
    reached = found->state.hits >= hits;
    return reached;
  });
  return reached;
}

std::uint64_t Plan::generation() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->generation;
}

void Plan::set_change_handler(std::function<void()> handler) {
  const std::lock_guard lock(impl_->handler_mutex);
  impl_->handler = std::move(handler);
}

void Plan::set_hit_handler(std::function<void(const RuleState&)> handler) {
  const std::lock_guard lock(impl_->handler_mutex);
  impl_->hit_handler = std::move(handler);
}

}  // namespace mbnrig::fault
