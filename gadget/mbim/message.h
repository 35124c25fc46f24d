#pragma once

/// MBIM control messages as values (MBIM 1.0, section 9): one variant member per message type,
/// whole messages only; fragment.h splits and reassembles them.

#include <cstdint>
#include <optional>
#include <variant>

#include "mbim/bytes.h"
#include "mbim/protocol.h"
#include "mbim/uuid.h"

namespace mbnrig::mbim {

inline constexpr std::size_t kHeaderSize = 12;                             ///< MBIM_MESSAGE_HEADER
inline constexpr std::size_t kFragmentHeaderSize = 8;                      ///< MBIM_FRAGMENT_HEADER
inline constexpr std::size_t kBodyAt = kHeaderSize + kFragmentHeaderSize;  ///< in a fragment
inline constexpr std::uint32_t kMinControlTransfer = 64;  ///< section 9.3.1: at least 64 bytes

struct OpenMessage {
  std::uint32_t transaction_id = 0;
  std::uint32_t max_control_transfer = 0;
};
struct CloseMessage {
  std::uint32_t transaction_id = 0;
};
struct CommandMessage {
  std::uint32_t transaction_id = 0;
  Uuid service;
  std::uint32_t cid = 0;
  CommandType type{};
  Bytes information;
};
struct HostErrorMessage {
  std::uint32_t transaction_id = 0;
  ProtocolError error{};
};
struct OpenDone {
  std::uint32_t transaction_id = 0;
  Status status{};
};
struct CloseDone {
  std::uint32_t transaction_id = 0;
  Status status{};
};
struct CommandDone {
  std::uint32_t transaction_id = 0;
  Uuid service;
  std::uint32_t cid = 0;
  Status status{};
  Bytes information;
};
struct FunctionErrorMessage {
  std::uint32_t transaction_id = 0;
  ProtocolError error{};
};
struct IndicateStatus {
  Uuid service;
  std::uint32_t cid = 0;
  Bytes information;
};

/// What a host sends.
using HostMessage = std::variant<OpenMessage, CloseMessage, CommandMessage, HostErrorMessage>;
/// What a function (device) sends.
using FunctionMessage =
    std::variant<OpenDone, CloseDone, CommandDone, FunctionErrorMessage, IndicateStatus>;

/// Why a message was refused, and what the peer is told (section 9.3.4): the protocol error, and
/// the transaction that the message claimed. The transaction is 0 if the header was unreadable; for
/// dropped fragments it is theirs.
struct MessageError {
  std::uint32_t transaction_id = 0;
  ProtocolError error{};
  std::string reason;
  /// A second transaction that the same fault ended; its sender is told the same (section 9.3.4.2).
  std::optional<std::uint32_t> other_transaction_id = std::nullopt;
};

/// Result of decoding a whole message.
template <class M>
using MessageResult = std::variant<M, MessageError>;

/// Read one whole (reassembled) message.
MessageResult<HostMessage> DecodeHostMessage(ByteView message);
MessageResult<FunctionMessage> DecodeFunctionMessage(ByteView message);

/// Write one whole, unfragmented message (fragment header says 1 of 1 where the type has one).
Bytes EncodeMessage(const HostMessage& message);
Bytes EncodeMessage(const FunctionMessage& message);

/// The message's type and transaction, readable from any first 12 bytes.
struct Header {
  std::uint32_t type = 0;
  std::uint32_t length = 0;
  std::uint32_t transaction_id = 0;
};
std::optional<Header> PeekHeader(ByteView message);

/// One line for traces and logs: "COMMAND_DONE tid 4 BASIC_CONNECT CONNECT MBIM_STATUS_SUCCESS
/// MBIM_CONNECT_INFO { ... }". Never fails: unreadable bytes are printed as hex with the reason.
/// Passwords and PINs are shown as "***".
std::string Describe(ByteView message);

}  // namespace mbnrig::mbim
