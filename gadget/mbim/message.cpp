#include "mbim/message.h"

#include <algorithm>

#include "mbim/wire.h"

namespace mbnrig::mbim {
namespace {

std::size_t RemainingAt(ByteView message, std::size_t at) {
  return at <= message.size() ? message.size() - at : 0;
}

Uuid LoadUuid(ByteView message, std::size_t at) {
  Uuid uuid;
  std::copy_n(message.begin() + static_cast<std::ptrdiff_t>(at), uuid.bytes.size(),
              uuid.bytes.begin());
  return uuid;
}

MessageError LengthMismatch(std::uint32_t transaction_id, std::string reason) {
  return {transaction_id, ProtocolError::kLengthMismatch, std::move(reason), std::nullopt};
}

/// What is wrong with the header of a whole message. Nothing if it is correct.
std::optional<MessageError> CheckHeader(ByteView message) {
  const auto header = PeekHeader(message);
  if (!header) {
    return LengthMismatch(
        0, "too short for the message header: " + std::to_string(message.size()) + " bytes");
  }
  if (header->length != message.size()) {
    return LengthMismatch(header->transaction_id,
                          "MessageLength is " + std::to_string(header->length) + ", but " +
                              std::to_string(message.size()) + " bytes arrived");
  }
  return std::nullopt;
}

std::optional<MessageError> CheckWhole(ByteView message, std::uint32_t transaction_id) {
  if (message.size() < kBodyAt) {
    return LengthMismatch(transaction_id, "too short for the fragment header");
  }
  const std::uint32_t total = LoadU32(message, kHeaderSize);
  const std::uint32_t current = LoadU32(message, kHeaderSize + 4);
  if (total != 1 || current != 0) {
    return MessageError{transaction_id, ProtocolError::kFragmentOutOfSequence,
                        "received fragment " + std::to_string(current) + " of " +
                            std::to_string(total) + ", expected a whole message",
                        std::nullopt};
  }
  return std::nullopt;
}

std::optional<MessageError> CheckSize(ByteView message, std::uint32_t transaction_id,
                                      std::size_t size) {
  if (message.size() == size) return std::nullopt;
  return LengthMismatch(transaction_id, "this type of message has " + std::to_string(size) +
                                            " bytes, not " + std::to_string(message.size()));
}

/// Which bytes may follow the information buffer: only the padding to a multiple of four, or any.
enum class Trailing { kPadding, kAny };

/// Reads the information buffer. Its length is at `length_at`, and the buffer follows at once.
std::variant<Bytes, MessageError> TakeInformation(ByteView message, std::uint32_t transaction_id,
                                                  std::size_t length_at, Trailing trailing) {
  const std::size_t at = length_at + 4;
  if (message.size() < at) {
    return LengthMismatch(transaction_id, "this type of message has at least " +
                                              std::to_string(at) + " bytes, not " +
                                              std::to_string(message.size()));
  }
  const std::uint32_t length = LoadU32(message, length_at);
  const std::size_t remaining = RemainingAt(message, at);
  const std::uint64_t padded = (std::uint64_t{length} + 3) / 4 * 4;
  if (length > remaining ||
      (trailing == Trailing::kPadding && remaining != length && remaining != padded)) {
    return LengthMismatch(transaction_id, "InformationBufferLength is " + std::to_string(length) +
                                              ", but " + std::to_string(remaining) +
                                              " bytes follow");
  }
  const auto begin = message.begin() + static_cast<std::ptrdiff_t>(at);
  return Bytes(begin, begin + static_cast<std::ptrdiff_t>(length));
}

MessageError UnknownType(const Header& header) {
  return {header.transaction_id, ProtocolError::kUnknown,
          "unknown message type " + std::to_string(header.type), std::nullopt};
}

/// Builds a message from front to back. Finish() writes the length into the header.
class Writer {
 public:
  Writer(MessageType type, std::uint32_t transaction_id) {
    U32(static_cast<std::uint32_t>(type));
    U32(0);
    U32(transaction_id);
  }
  Writer& U32(std::uint32_t value) {
    AppendU32(bytes_, value);
    return *this;
  }
  Writer& WholeFragment() { return U32(1).U32(0); }
  Writer& Service(const Uuid& uuid) {
    bytes_.insert(bytes_.end(), uuid.bytes.begin(), uuid.bytes.end());
    return *this;
  }
  Writer& Information(const Bytes& information) {
    U32(static_cast<std::uint32_t>(information.size()));
    bytes_.insert(bytes_.end(), information.begin(), information.end());
    return *this;
  }
  Bytes Finish() {
    StoreU32(bytes_, 4, static_cast<std::uint32_t>(bytes_.size()));
    return std::move(bytes_);
  }

 private:
  Bytes bytes_;
};

struct Encoder {
  Bytes operator()(const OpenMessage& m) const {
    return Writer(MessageType::kOpen, m.transaction_id).U32(m.max_control_transfer).Finish();
  }
  Bytes operator()(const CloseMessage& m) const {
    return Writer(MessageType::kClose, m.transaction_id).Finish();
  }
  Bytes operator()(const CommandMessage& m) const {
    return Writer(MessageType::kCommand, m.transaction_id)
        .WholeFragment()
        .Service(m.service)
        .U32(m.cid)
        .U32(static_cast<std::uint32_t>(m.type))
        .Information(m.information)
        .Finish();
  }
  Bytes operator()(const HostErrorMessage& m) const {
    return Writer(MessageType::kHostError, m.transaction_id)
        .U32(static_cast<std::uint32_t>(m.error))
        .Finish();
  }
  Bytes operator()(const OpenDone& m) const {
    return Writer(MessageType::kOpenDone, m.transaction_id)
        .U32(static_cast<std::uint32_t>(m.status))
        .Finish();
  }
  Bytes operator()(const CloseDone& m) const {
    return Writer(MessageType::kCloseDone, m.transaction_id)
        .U32(static_cast<std::uint32_t>(m.status))
        .Finish();
  }
  Bytes operator()(const CommandDone& m) const {
    return Writer(MessageType::kCommandDone, m.transaction_id)
        .WholeFragment()
        .Service(m.service)
        .U32(m.cid)
        .U32(static_cast<std::uint32_t>(m.status))
        .Information(m.information)
        .Finish();
  }
  Bytes operator()(const FunctionErrorMessage& m) const {
    return Writer(MessageType::kFunctionError, m.transaction_id)
        .U32(static_cast<std::uint32_t>(m.error))
        .Finish();
  }
  Bytes operator()(const IndicateStatus& m) const {
    return Writer(MessageType::kIndicateStatus, 0)
        .WholeFragment()
        .Service(m.service)
        .U32(m.cid)
        .Information(m.information)
        .Finish();
  }
};

MessageResult<HostMessage> DecodeHost(ByteView message) {
  if (auto error = CheckHeader(message)) return *error;
  const Header header = *PeekHeader(message);
  const std::uint32_t tid = header.transaction_id;
  switch (static_cast<MessageType>(header.type)) {
    case MessageType::kOpen:
      if (auto error = CheckSize(message, tid, kHeaderSize + 4)) return *error;
      return HostMessage(OpenMessage{tid, LoadU32(message, kHeaderSize)});
    case MessageType::kClose:
      if (auto error = CheckSize(message, tid, kHeaderSize)) return *error;
      return HostMessage(CloseMessage{tid});
    case MessageType::kHostError:
      if (auto error = CheckSize(message, tid, kHeaderSize + 4)) return *error;
      return HostMessage(
          HostErrorMessage{tid, static_cast<ProtocolError>(LoadU32(message, kHeaderSize))});
    case MessageType::kCommand: {
      if (auto error = CheckWhole(message, tid)) return *error;
      auto information = TakeInformation(message, tid, kBodyAt + 24, Trailing::kPadding);
      if (auto* error = std::get_if<MessageError>(&information)) return std::move(*error);
      return HostMessage(CommandMessage{tid, LoadUuid(message, kBodyAt),
                                        LoadU32(message, kBodyAt + 16),
                                        static_cast<CommandType>(LoadU32(message, kBodyAt + 20)),
                                        std::get<Bytes>(std::move(information))});
    }
    default:
      return UnknownType(header);
  }
}

MessageResult<FunctionMessage> DecodeFunction(ByteView message) {
  if (auto error = CheckHeader(message)) return *error;
  const Header header = *PeekHeader(message);
  const std::uint32_t tid = header.transaction_id;
  switch (static_cast<MessageType>(header.type)) {
    case MessageType::kOpenDone:
      if (auto error = CheckSize(message, tid, kHeaderSize + 4)) return *error;
      return FunctionMessage(OpenDone{tid, static_cast<Status>(LoadU32(message, kHeaderSize))});
    case MessageType::kCloseDone:
      if (auto error = CheckSize(message, tid, kHeaderSize + 4)) return *error;
      return FunctionMessage(CloseDone{tid, static_cast<Status>(LoadU32(message, kHeaderSize))});
    case MessageType::kFunctionError:
      if (auto error = CheckSize(message, tid, kHeaderSize + 4)) return *error;
      return FunctionMessage(
          FunctionErrorMessage{tid, static_cast<ProtocolError>(LoadU32(message, kHeaderSize))});
    case MessageType::kCommandDone: {
      if (auto error = CheckWhole(message, tid)) return *error;
      auto information = TakeInformation(message, tid, kBodyAt + 24, Trailing::kAny);
      if (auto* error = std::get_if<MessageError>(&information)) return std::move(*error);
      return FunctionMessage(CommandDone{tid, LoadUuid(message, kBodyAt),
                                         LoadU32(message, kBodyAt + 16),
                                         static_cast<Status>(LoadU32(message, kBodyAt + 20)),
                                         std::get<Bytes>(std::move(information))});
    }
    case MessageType::kIndicateStatus: {
      if (auto error = CheckWhole(message, tid)) return *error;
      auto information = TakeInformation(message, tid, kBodyAt + 20, Trailing::kAny);
      if (auto* error = std::get_if<MessageError>(&information)) return std::move(*error);
      return FunctionMessage(IndicateStatus{LoadUuid(message, kBodyAt),
                                            LoadU32(message, kBodyAt + 16),
                                            std::get<Bytes>(std::move(information))});
    }
    default:
      return UnknownType(header);
  }
}

/// An error says which type of message it is about.
template <class M>
MessageResult<M> WithType(MessageResult<M> result, ByteView message) {
  if (auto* error = std::get_if<MessageError>(&result))
    if (const auto header = PeekHeader(message)) error->type = header->type;
  return result;
}

}  // namespace

std::optional<Header> PeekHeader(ByteView message) {
  if (message.size() < kHeaderSize) return std::nullopt;
  return Header{LoadU32(message, 0), LoadU32(message, 4), LoadU32(message, 8)};
}

MessageResult<HostMessage> DecodeHostMessage(ByteView message) {
  return WithType(DecodeHost(message), message);
}

MessageResult<FunctionMessage> DecodeFunctionMessage(ByteView message) {
  return WithType(DecodeFunction(message), message);
}

Bytes EncodeMessage(const HostMessage& message) {
  return std::visit(Encoder{}, message);
}
Bytes EncodeMessage(const FunctionMessage& message) {
  return std::visit(Encoder{}, message);
}

}  // namespace mbnrig::mbim
