#pragma once

/// The language of faults. A rule has a seam (where it acts), filters (on which messages) and an
/// action (what it does). plan.h consults the rules; scenario/rule.cpp reads them.

#include <chrono>
#include <cstdint>
#include <optional>

#include "mbim/bytes.h"
#include "mbim/protocol.h"
#include "mbim/uuid.h"

namespace mbnrig::fault {

/// The place where a rule acts.
enum class Seam {
  kOpen,          ///< MBIM_OPEN_MSG has arrived
  kClose,         ///< MBIM_CLOSE_MSG has arrived
  kCommand,       ///< a whole MBIM_COMMAND_MSG has arrived, nothing has been done yet
  kAnswer,        ///< the command has been carried out, its answer is about to go out
  kIndication,    ///< an unsolicited indication is about to go out
  kSetup,         ///< a USB class request has arrived
  kNotification,  ///< RESPONSE_AVAILABLE is about to go out
};

/// What a matching rule does.
enum class Action {
  kStatus,    ///< answers with `status` (and `network_error`); at kCommand nothing is carried out
  kError,     ///< answers with FUNCTION_ERROR `error` instead
  kDrop,      ///< answers and sends nothing
  kDelay,     ///< continues after `delay`
  kHold,      ///< continues when the rule is released or cleared
  kTruncate,  ///< the last `bytes` bytes of the message are missing
  kCorrupt,   ///< the byte at offset `bytes` of the message is inverted
  kStall,     ///< USB: the request is stalled
  kUnplug,    ///< the device leaves the bus; at kAnswer before the answer goes out
};

/// Whether the action keeps the host waiting for the reply to a USB request, or changes that reply.
/// It is too late for such an action once the request was acknowledged.
inline bool ChangesTheReply(Action action) {
  return action == Action::kStall || action == Action::kDrop || action == Action::kDelay ||
         action == Action::kHold;
}

using RuleId = std::uint32_t;

/// One rule. A filter that is not set matches everything.
struct Rule {
  Seam seam = Seam::kCommand;
  std::optional<mbim::Uuid> service;
  std::optional<std::uint32_t> cid;
  std::optional<mbim::CommandType> type;
  std::optional<std::uint32_t> first_word;   ///< first u32 of the information buffer (session ...)
  std::optional<std::uint32_t> second_word;  ///< second u32 (CONNECT: activation command)
  std::optional<std::uint8_t> request;       ///< kSetup: bRequest
  std::uint32_t after = 0;                   ///< how many matches pass before the rule acts
  std::uint32_t times = 0;                   ///< how often the rule acts; 0: always
  Action action = Action::kStatus;
  mbim::Status status = mbim::Status::kFailure;
  std::uint32_t network_error = 0;
  mbim::ProtocolError error = mbim::ProtocolError::kUnknown;
  std::chrono::milliseconds delay{0};
  std::uint32_t bytes = 0;
  friend bool operator==(const Rule&, const Rule&) = default;
};

/// The event that a seam reports to the plan.
struct Event {
  Seam seam{};
  mbim::Uuid service{};
  std::uint32_t cid = 0;
  mbim::CommandType type{};
  mbim::ByteView information{};
  std::uint8_t request = 0;
  /// kSetup: the host has already been told that the request is done.
  bool acknowledged = false;
};

/// A rule with its state.
struct RuleState {
  RuleId id = 0;
  Rule rule;
  std::uint64_t hits = 0;  ///< how often the rule has acted
  bool released = false;
};

}  // namespace mbnrig::fault
