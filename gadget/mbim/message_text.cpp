#include <algorithm>

#include "mbim/hex.h"
#include "mbim/message.h"
#include "mbim/service_table.h"
#include "mbim/wire.h"

namespace mbnrig::mbim {
namespace {

std::string Tid(std::uint32_t transaction_id) {
  return " tid " + std::to_string(transaction_id);
}

std::string ErrorName(ProtocolError error) {
  switch (error) {
    case ProtocolError::kTimeoutFragment:
      return "MBIM_ERROR_TIMEOUT_FRAGMENT";
    case ProtocolError::kFragmentOutOfSequence:
      return "MBIM_ERROR_FRAGMENT_OUT_OF_SEQUENCE";
    case ProtocolError::kLengthMismatch:
      return "MBIM_ERROR_LENGTH_MISMATCH";
    case ProtocolError::kDuplicatedTid:
      return "MBIM_ERROR_DUPLICATED_TID";
    case ProtocolError::kNotOpened:
      return "MBIM_ERROR_NOT_OPENED";
    case ProtocolError::kUnknown:
      return "MBIM_ERROR_UNKNOWN";
    case ProtocolError::kCancel:
      return "MBIM_ERROR_CANCEL";
    case ProtocolError::kMaxTransfer:
      return "MBIM_ERROR_MAX_TRANSFER";
  }
  return "MBIM_ERROR " + std::to_string(static_cast<std::uint32_t>(error));
}

std::string Information(const Form* form, const Bytes& information) {
  if (form != nullptr) return form->to_text(information);
  return information.empty() ? "-" : Hex(information);
}

struct Printer {
  std::string operator()(const OpenMessage& m) const {
    return "OPEN" + Tid(m.transaction_id) + " MaxControlTransfer " +
           std::to_string(m.max_control_transfer);
  }
  std::string operator()(const CloseMessage& m) const { return "CLOSE" + Tid(m.transaction_id); }
  std::string operator()(const CommandMessage& m) const {
    const CidEntry* cid = FindCid(m.service, m.cid);
    const Form* form = nullptr;
    std::string type = "TYPE " + std::to_string(static_cast<std::uint32_t>(m.type));
    if (m.type == CommandType::kQuery) {
      type = "QUERY";
      if (cid != nullptr) form = cid->FormOf(FormKind::kQuery);
    } else if (m.type == CommandType::kSet) {
      type = "SET";
      if (cid != nullptr) form = cid->FormOf(FormKind::kSet);
    }
    return "COMMAND" + Tid(m.transaction_id) + " " + CommandName(m.service, m.cid) + " " + type +
           " " + Information(form, m.information);
  }
  std::string operator()(const HostErrorMessage& m) const {
    return "HOST_ERROR" + Tid(m.transaction_id) + " " + ErrorName(m.error);
  }
  std::string operator()(const OpenDone& m) const {
    return "OPEN_DONE" + Tid(m.transaction_id) + " " + StatusName(m.status);
  }
  std::string operator()(const CloseDone& m) const {
    return "CLOSE_DONE" + Tid(m.transaction_id) + " " + StatusName(m.status);
  }
  std::string operator()(const CommandDone& m) const {
    const CidEntry* cid = FindCid(m.service, m.cid);
    // The answer to a failed command has an empty buffer, except where its CID defines one.
    const Form* form =
        cid != nullptr && !m.information.empty() ? cid->FormOf(FormKind::kResponse) : nullptr;
    return "COMMAND_DONE" + Tid(m.transaction_id) + " " + CommandName(m.service, m.cid) + " " +
           StatusName(m.status) + " " + Information(form, m.information);
  }
  std::string operator()(const FunctionErrorMessage& m) const {
    return "FUNCTION_ERROR" + Tid(m.transaction_id) + " " + ErrorName(m.error);
  }
  std::string operator()(const IndicateStatus& m) const {
    const CidEntry* cid = FindCid(m.service, m.cid);
    return "INDICATE_STATUS " + CommandName(m.service, m.cid) + " " +
           Information(cid != nullptr ? cid->FormOf(FormKind::kIndication) : nullptr,
                       m.information);
  }
};

/// The part of a damaged message or of a fragment that cannot contain a PIN or a password: its
/// headers. Only the first fragment has a command header.
std::string Damaged(ByteView message, const MessageError& error) {
  constexpr std::size_t kCommandHeader = 28;
  const bool first = message.size() >= kBodyAt && LoadU32(message, kHeaderSize + 4) == 0;
  const std::size_t headers = kBodyAt + (first ? kCommandHeader : 0);
  return "unreadable message of " + std::to_string(message.size()) + " bytes (" + error.reason +
         "): " + Hex(message.first(std::min(message.size(), headers)));
}

}  // namespace

std::string Describe(ByteView message) {
  const auto header = PeekHeader(message);
  const bool from_function = header && (header->type & 0x80000000u) != 0;
  if (from_function) {
    const auto decoded = DecodeFunctionMessage(message);
    if (const auto* value = std::get_if<FunctionMessage>(&decoded)) {
      return std::visit(Printer{}, *value);
    }
    return Damaged(message, std::get<MessageError>(decoded));
  }
  const auto decoded = DecodeHostMessage(message);
  if (const auto* value = std::get_if<HostMessage>(&decoded)) return std::visit(Printer{}, *value);
  return Damaged(message, std::get<MessageError>(decoded));
}

}  // namespace mbnrig::mbim
