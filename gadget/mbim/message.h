#pragma once

/// MBIM control messages as values (MBIM 1.0, section 9). The variants have one member for each
/// message type. A value is always a whole message; fragment.h splits and reassembles messages.
///
/// All functions are thread-safe.

#include <cstdint>
#include <optional>
#include <variant>

#include "mbim/bytes.h"
#include "mbim/protocol.h"
#include "mbim/uuid.h"

namespace mbnrig::mbim {

inline constexpr std::size_t kHeaderSize = 12;                             ///< MBIM_MESSAGE_HEADER
inline constexpr std::size_t kFragmentHeaderSize = 8;                      ///< MBIM_FRAGMENT_HEADER
inline constexpr std::size_t kBodyAt = kHeaderSize + kFragmentHeaderSize;  ///< offset of the body
inline constexpr std::uint32_t kMinControlTransfer = 64;  ///< bytes (section 9.3.1)

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

/// A message that a host sends.
using HostMessage = std::variant<OpenMessage, CloseMessage, CommandMessage, HostErrorMessage>;
/// A message that a function (device) sends.
using FunctionMessage =
    std::variant<OpenDone, CloseDone, CommandDone, FunctionErrorMessage, IndicateStatus>;

/// Why a message was refused: the protocol error that the peer is told (section 9.3.4), and the
/// transaction id of the message. The id is 0 if the header was unreadable. If fragments were
/// dropped, the id is that of their message.
struct MessageError {
  std::uint32_t transaction_id = 0;
  ProtocolError error{};
  std::string reason;
  /// A second transaction that the same fault ended. Its sender is told the same error (section
  /// 9.3.4.2).
  std::optional<std::uint32_t> other_transaction_id = std::nullopt;
  /// The types of the message and of the other transaction's message, as their headers have them.
  /// Empty if there is no header.
  std::optional<std::uint32_t> type = std::nullopt, other_type = std::nullopt;
};

/// A decoded message or the error.
template <class M>
using MessageResult = std::variant<M, MessageError>;

/// Decodes one whole (reassembled) message.
MessageResult<HostMessage> DecodeHostMessage(ByteView message);
MessageResult<FunctionMessage> DecodeFunctionMessage(ByteView message);

/// Encodes one whole, unfragmented message. If its type has a fragment header, the header says 1 of
/// 1.
Bytes EncodeMessage(const HostMessage& message);
Bytes EncodeMessage(const FunctionMessage& message);

/// MBIM_MESSAGE_HEADER (section 9.1).
struct Header {
  std::uint32_t type = 0;
  std::uint32_t length = 0;
  std::uint32_t transaction_id = 0;
};
/// Reads the header of a message or fragment. Nothing if there are fewer than 12 bytes.
std::optional<Header> PeekHeader(ByteView message);

/// One line for traces and logs: "COMMAND_DONE tid 4 BASIC_CONNECT CONNECT MBIM_STATUS_SUCCESS
/// MBIM_CONNECT_INFO { ... }". Never fails: unreadable bytes are printed as hex with the reason.
/// Passwords and PINs are shown as "***".
std::string Describe(ByteView message);

}  // namespace mbnrig::mbim
