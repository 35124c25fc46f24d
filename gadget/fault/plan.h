#pragma once

/// The fault plan: the rules in force. The modem and the USB function ask it at their seams; the
/// rule that matches decides what happens instead of, or on top of, the normal course.

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "fault/rule.h"

namespace mbnrig::fault {

/// The rules in force, in the order in which they were added. The first rule that matches acts. A
/// rule that lets the match pass (`after`), has acted `times` times, or was released leaves the
/// match to the rules after it. Thread-safe.
class Plan {
 public:
  Plan();
  ~Plan();
  Plan(const Plan&) = delete;
  Plan& operator=(const Plan&) = delete;

  /// Adds a rule. Ids start at 1; a plan never uses an id twice.
  RuleId Add(const Rule& rule);
  /// The same; the rule acts before all others.
  RuleId AddFirst(const Rule& rule);
  /// Removes a rule; what it held goes on. False when there is no such rule.
  bool Remove(RuleId id);
  /// Removes every rule. What they held goes on.
  void Clear();
  /// Lets everything go on that a kHold rule holds, and lets later matches pass. False when there
  /// is no such rule.
  bool Release(RuleId id);

  /// The rule that acts on `event`, after counting the hit; nothing when no rule acts.
  std::optional<RuleState> Consult(const Event& event);
  /// Whether everything that the rule held may go on: it was released or removed.
  bool Released(RuleId id) const;

  std::vector<RuleState> List() const;
  std::optional<RuleState> Find(RuleId id) const;
  /// Waits until the rule has acted `hits` times. False when the time is over or the rule is
  /// removed.
  bool WaitForHits(RuleId id, std::uint64_t hits, std::chrono::milliseconds timeout) const;

  /// Rises with every Release, Remove and Clear, so that whatever holds messages knows when to look
  /// again.
  std::uint64_t generation() const;
  /// Calls `handler` after each rise of generation(), on the thread that caused it, without the
  /// plan's lock. That thread may hold other locks, so the handler must only wake another thread.
  /// When this returns, the previous handler does not run and will not run again; so do not call
  /// this from within a handler. Null removes the handler.
  void set_change_handler(std::function<void()> handler);
  /// Calls `handler` with every rule that acts, on the thread that consulted the plan. The rest as
  /// above.
  void set_hit_handler(std::function<void(const RuleState&)> handler);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace mbnrig::fault
