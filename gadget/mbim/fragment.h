#pragma once

/// Fragmentation of control messages (MBIM 1.0, sections 9.2 and 9.5): MBIM_COMMAND_MSG,
/// MBIM_COMMAND_DONE and MBIM_INDICATE_STATUS_MSG travel in fragments of at most the
/// control-transfer size that OPEN negotiated; all other messages are never fragmented.

#include <chrono>
#include <optional>
#include <variant>
#include <vector>

#include "mbim/message.h"

namespace mbnrig::mbim {

/// Splits one whole message into fragments of at most `max_transfer` bytes (>=
/// kMinControlTransfer). A message that fits, or whose type has no fragment header, comes back
/// alone.
std::vector<Bytes> Fragment(ByteView message, std::uint32_t max_transfer);

/// Puts fragments back together. Not thread-safe. Memory is bounded by `max_message` per
/// transaction and one transaction under way (fragments of messages do not interleave,
/// section 9.5).
class Reassembler {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  struct Limits {
    std::uint32_t max_transfer = 4096;                 ///< bytes of one fragment
    std::uint32_t max_message = 1u << 20;              ///< bytes of one whole message
    std::chrono::milliseconds fragment_timeout{1250};  ///< between fragments, section 9.3.4.1
  };

  explicit Reassembler(Limits limits) : limits_(limits) {}

  /// Nothing: more fragments are needed. Bytes: a whole message, unfragmented form. MessageError:
  /// the fragment was refused, and the peer gets this error; the gathered fragments are dropped.
  ///
  /// When a fragment is out of sequence yet itself starts a new message (fragment 0), the error is
  /// reported and that fragment begins the next message; where it is a whole message, TakeWaiting()
  /// has it. Every further fragment of a refused message is refused again (section 9.3.4.2). OPEN,
  /// CLOSE, their answers and error messages of the same transaction drop the gathered fragments;
  /// all messages that are never fragmented come back at once.
  std::variant<std::monostate, Bytes, MessageError> Push(ByteView fragment, TimePoint now);

  /// The whole message that the last Push received together with reporting an error about an
  /// earlier one; else nothing. Lost at the next Push.
  std::optional<Bytes> TakeWaiting();

  /// Error TIMEOUT_FRAGMENT when a message was left unfinished for longer than the limit.
  std::optional<MessageError> Expire(TimePoint now);
  /// The earliest time at which Expire has something to do.
  std::optional<TimePoint> Deadline() const;

  /// Drops the gathered fragments (CLOSE, RESET_FUNCTION, another OPEN).
  void Reset();
  void set_limits(Limits limits) { limits_ = limits; }

 private:
  std::variant<std::monostate, Bytes, MessageError> PushFragment(ByteView fragment,
                                                                 const Header& header,
                                                                 TimePoint now);
  /// Takes fragment 0; gives it back when it is the whole message.
  std::optional<Bytes> Begin(ByteView fragment, const Header& header, std::uint32_t total,
                             TimePoint now);
  /// Refuses this fragment and drops the gathered ones.
  MessageError Refuse(const std::optional<Header>& header, ProtocolError error, std::string reason);
  /// Drops the gathered fragments. This fragment is not at fault.
  MessageError Drop(ProtocolError error, std::string reason);
  std::string TooLong() const;
  bool IsUnderWay(std::uint32_t transaction_id) const {
    return !gathered_.empty() && transaction_id_ == transaction_id;
  }

  Limits limits_;
  Bytes gathered_;                ///< the message so far, headers of fragment 0 included
  std::optional<Bytes> waiting_;  ///< for TakeWaiting()
  std::uint32_t transaction_id_ = 0;
  std::uint32_t total_ = 0;
  std::uint32_t next_ = 0;
  TimePoint deadline_{};
};

}  // namespace mbnrig::mbim
