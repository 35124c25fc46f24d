#pragma once

/// The fault plan: the rules in force. The modem and the USB function consult it at their seams.
/// The rule that matches replaces or changes the normal behaviour.

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "fault/rule.h"

namespace mbnrig::fault {

/// The rules in force, in the order in which they were added. The first rule that matches acts. A
/// rule lets the match pass to the rules after it if its `after` matches are not over yet, if it
/// has acted `times` times, or if it was released. Thread-safe.
class Plan {
 public:
  Plan();
  ~Plan();
  Plan(const Plan&) = delete;
  Plan& operator=(const Plan&) = delete;

  /// Adds a rule. Ids start at 1; a plan never uses an id twice.
  RuleId Add(const Rule& rule);
  /// The same, but the rule acts before all others.
  RuleId AddFirst(const Rule& rule);
  /// Removes a rule and everything that it held continues. False if there is no such rule.
  bool Remove(RuleId id);
  /// Removes every rule. Everything that they held continues.
  void Clear();
  /// Lets everything continue that a kHold rule holds, and lets later matches pass. False if there
  /// is no such rule.
  bool Release(RuleId id);

  /// Counts the hit and returns the rule that acts on `event`. Nothing if no rule acts.
  std::optional<RuleState> Consult(const Event& event);
  /// Whether everything that the rule held may continue: it was released or removed.
  bool Released(RuleId id) const;

  std::vector<RuleState> List() const;
  std::optional<RuleState> Find(RuleId id) const;
  /// Waits until the rule has acted `hits` times. False if `timeout` ends first or the rule is
  /// removed.
  bool WaitForHits(RuleId id, std::uint64_t hits, std::chrono::milliseconds timeout) const;

  /// Increases with every Release, Remove and Clear. A holder of messages compares it to know when
  /// to check the rules again.
  std::uint64_t generation() const;
  /// Calls `handler` after each increase of generation(), on the thread that caused it, without the
  /// plan's lock. That thread may hold other locks, so the handler must only wake another thread.
  /// When this returns, the previous handler does not run and will not run again; therefore do not
  /// call this from within a handler. Null removes the handler.
  void set_change_handler(std::function<void()> handler);
  /// Calls `handler` with every rule that acts, on the thread that consulted the plan. Otherwise
  /// like set_change_handler.
  void set_hit_handler(std::function<void(const RuleState&)> handler);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace mbnrig::fault
