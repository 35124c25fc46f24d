#pragma once

/// The fault plan: rules (trigger -> action) that the modem and the USB function consult at named
/// seams. A rule that matches decides what happens instead of, or on top of, the normal course.

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "mbim/bytes.h"
#include "mbim/protocol.h"
#include "mbim/uuid.h"

namespace mbnrig::fault {

/// Where a plan is consulted.
enum class Seam {
  kOpen,          ///< MBIM_OPEN_MSG has arrived
  kClose,         ///< MBIM_CLOSE_MSG has arrived
  kCommand,       ///< a whole MBIM_COMMAND_MSG has arrived, nothing was done yet
  kAnswer,        ///< the command was carried out, its answer is about to go
  kIndication,    ///< an unsolicited indication is about to go
  kSetup,         ///< a USB class request has arrived
  kNotification,  ///< RESPONSE_AVAILABLE is about to go
};

/// What a matching rule does.
enum class Action {
  kStatus,  ///< answer with `status` (and `network_error`); at kCommand the command is not carried
            ///< out
  kError,   ///< answer with FUNCTION_ERROR `error` instead
  kDrop,    ///< nothing is answered or sent
  kDelay,   ///< goes on after `delay`
  kHold,    ///< goes on when the rule is released or cleared
  kTruncate,  ///< the message goes with its last `bytes` bytes missing
  kCorrupt,   ///< the message goes with the byte at offset `bytes` inverted
  kStall,     ///< USB: the request is stalled
  kUnplug,    ///< the device leaves the bus; at kAnswer before the answer goes
};

using RuleId = std::uint32_t;

/// One rule. Unset filters match everything.
struct Rule {
  Seam seam = Seam::kCommand;
  std::optional<mbim::Uuid> service;
  std::optional<std::uint32_t> cid;
  std::optional<mbim::CommandType> type;
  std::optional<std::uint32_t>
      first_word;  ///< first u32 of the information buffer (session, action ...)
  std::optional<std::uint32_t> second_word;  ///< second u32 (CONNECT: activation command)
  std::optional<std::uint8_t> request;       ///< kSetup: bRequest
  std::uint32_t after = 0;                   ///< matches to let pass first
  std::uint32_t times = 0;                   ///< how often it acts; 0: always
  Action action = Action::kStatus;
  mbim::Status status = mbim::Status::kFailure;
  std::uint32_t network_error = 0;
  mbim::ProtocolError error = mbim::ProtocolError::kUnknown;
  std::chrono::milliseconds delay{0};
  std::uint32_t bytes = 0;
  friend bool operator==(const Rule&, const Rule&) = default;
};

/// What a seam tells the plan.
struct Event {
  Seam seam{};
  mbim::Uuid service{};
  std::uint32_t cid = 0;
  mbim::CommandType type{};
  mbim::ByteView information{};
  std::uint8_t request = 0;
};

/// A rule as it stands, with what it has done.
struct RuleState {
  RuleId id = 0;
  Rule rule;
  std::uint64_t hits = 0;  ///< how often it acted
  bool released = false;
};

/// The rules in force, in the order they were added: the first that matches acts. A rule that lets
/// a match pass (`after`), has acted `times` times or was released leaves it to the rules behind
/// it. Thread-safe.
class Plan {
 public:
  Plan();
  ~Plan();
  Plan(const Plan&) = delete;
  Plan& operator=(const Plan&) = delete;

  /// Adds a rule; ids start at 1 and are never used twice in a plan's life.
  RuleId Add(const Rule& rule);
  /// The same; it acts before all that are there.
  RuleId AddFirst(const Rule& rule);
  /// False when there is no such rule. What it held goes on.
  bool Remove(RuleId id);
  /// Removes every rule. What they held goes on.
  void Clear();
  /// Lets what a kHold rule holds go on, and further matches pass. False when there is no such
  /// rule.
  bool Release(RuleId id);

  /// The matching rule and its id, counted as a hit; nothing when no rule matches.
  std::optional<RuleState> Consult(const Event& event);
  /// Whether what the rule held may go on (released, removed).
  bool Released(RuleId id) const;

  std::vector<RuleState> List() const;
  std::optional<RuleState> Find(RuleId id) const;
  /// Waits until the rule has acted `hits` times; false at the deadline or when it is removed.
  bool WaitForHits(RuleId id, std::uint64_t hits, std::chrono::milliseconds timeout) const;

  /// Rises with every Release, Remove and Clear, so that holders know when to look again.
  std::uint64_t generation() const;
  /// Has `handler` called after each rise of generation(), on the thread that caused it and without
  /// the plan's lock; that thread may hold locks of its own, so the handler must only wake
  /// somebody. When this returns, the handler set before is not running and will not run again;
  /// hence it must not be called from within a handler. Null takes the handler away.
  void set_change_handler(std::function<void()> handler);
  /// Has `handler` called with every rule that acts, on the thread that consulted the plan; the
  /// rest as above.
  void set_hit_handler(std::function<void(const RuleState&)> handler);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace mbnrig::fault
