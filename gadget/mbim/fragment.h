#pragma once

/// Fragmentation of control messages (MBIM 1.0, sections 9.2 and 9.5). MBIM_COMMAND_MSG,
/// MBIM_COMMAND_DONE and MBIM_INDICATE_STATUS_MSG are sent in fragments, which are not longer than
/// the control transfer size that OPEN negotiated. All other messages are never fragmented.

#include <chrono>
#include <optional>
#include <variant>
#include <vector>

#include "mbim/message.h"

namespace mbnrig::mbim {

/// Splits one whole message into fragments of at most `max_transfer` bytes. A message that fits, or
/// whose type has no fragment header, is returned as the only element. Throws std::invalid_argument
/// if `max_transfer` is less than kMinControlTransfer.
std::vector<Bytes> Fragment(ByteView message, std::uint32_t max_transfer);

/// Reassembles messages from fragments. Only one message is incomplete at a time, because fragments
/// of different messages do not interleave (section 9.5). It takes at most `max_message` bytes of
/// memory. Not thread-safe.
class Reassembler {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  struct Limits {
    std::uint32_t max_transfer = 4096;                 ///< limit of one fragment, in bytes
    std::uint32_t max_message = 1u << 20;              ///< limit of one whole message, in bytes
    std::chrono::milliseconds fragment_timeout{1250};  ///< between two fragments (section 9.3.4.1)
  };

  explicit Reassembler(Limits limits) : limits_(limits) {}

  /// Takes a fragment. Returns nothing if more fragments are needed, or a whole message in
  /// unfragmented form. Returns a MessageError if the fragment was refused: the caller sends this
  /// error to the peer, and the gathered fragments were dropped.
  ///
  /// A fragment 0 that is out of sequence is reported as an error, and also begins the next
  /// message. If it is a whole message, TakeWaiting() returns it. Every further fragment of a
  /// refused message is refused again (section 9.3.4.2).
  ///
  /// Messages that are never fragmented are returned at once. OPEN, CLOSE and their answers drop
  /// the gathered fragments; an error message does so if it has their transaction.
  std::variant<std::monostate, Bytes, MessageError> Push(ByteView fragment, TimePoint now);

  /// The whole message that the last Push received while it reported an error about an earlier
  /// message. Nothing if there is none. The next Push drops it.
  std::optional<Bytes> TakeWaiting();

  /// Error TIMEOUT_FRAGMENT if the next fragment did not arrive in time. Nothing otherwise.
  std::optional<MessageError> Expire(TimePoint now);
  /// The earliest time at which Expire reports an error. Nothing if no message is incomplete.
  std::optional<TimePoint> Deadline() const;

  /// Drops the gathered fragments (CLOSE, RESET_FUNCTION, another OPEN).
  void Reset();
  void set_limits(Limits limits) { limits_ = limits; }

 private:
  std::variant<std::monostate, Bytes, MessageError> PushFragment(ByteView fragment,
                                                                 const Header& header,
                                                                 TimePoint now);
  /// Takes fragment 0. Returns it if it is the whole message.
  std::optional<Bytes> Begin(ByteView fragment, const Header& header, std::uint32_t total,
                             TimePoint now);
  /// Refuses this fragment and drops the gathered ones.
  MessageError Refuse(const std::optional<Header>& header, ProtocolError error, std::string reason);
  /// Drops the gathered fragments. The error is theirs, not that of the current fragment.
  MessageError Drop(ProtocolError error, std::string reason);
  std::string TooLong() const;
  bool IsUnderWay(std::uint32_t transaction_id) const {
    return !gathered_.empty() && transaction_id_ == transaction_id;
  }

  Limits limits_;
  Bytes gathered_;                ///< the message so far, with the headers of fragment 0
  std::optional<Bytes> waiting_;  ///< for TakeWaiting()
  std::uint32_t transaction_id_ = 0;
  std::uint32_t total_ = 0;
  std::uint32_t next_ = 0;
  TimePoint deadline_{};
};

}  // namespace mbnrig::mbim
