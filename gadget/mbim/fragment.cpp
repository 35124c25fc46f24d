#include "mbim/fragment.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "mbim/wire.h"

namespace mbnrig::mbim {
namespace {

bool HasFragmentHeader(std::uint32_t type) {
  switch (static_cast<MessageType>(type)) {
    case MessageType::kCommand:
    case MessageType::kCommandDone:
    case MessageType::kIndicateStatus:
      return true;
    default:
      return false;
  }
}

/// Whether a message of this type ends the gathered message of any transaction: OPEN, CLOSE and
/// their answers do.
bool EndsAll(std::uint32_t type) {
  switch (static_cast<MessageType>(type)) {
    case MessageType::kOpen:
    case MessageType::kOpenDone:
    case MessageType::kClose:
    case MessageType::kCloseDone:
      return true;
    default:
      return false;
  }
}
/// Whether a message of this type ends the gathered message of its own transaction: errors do.
bool EndsOwn(std::uint32_t type) {
  return type == static_cast<std::uint32_t>(MessageType::kHostError) ||
         type == static_cast<std::uint32_t>(MessageType::kFunctionError);
}

std::string Position(std::uint32_t current, std::uint32_t total) {
  return "fragment " + std::to_string(current) + " of " + std::to_string(total);
}

}  // namespace

std::vector<Bytes> Fragment(ByteView message, std::uint32_t max_transfer) {
  if (max_transfer < kMinControlTransfer) {
    throw std::invalid_argument("max_transfer: " + std::to_string(max_transfer) +
                                " bytes, at least " + std::to_string(kMinControlTransfer) +
                                " are required");
  }
  const auto header = PeekHeader(message);
  std::vector<Bytes> fragments;
  if (message.size() <= max_transfer || !header || !HasFragmentHeader(header->type)) {
    fragments.emplace_back(message.begin(), message.end());
    return fragments;
  }
  const ByteView body = message.subspan(kBodyAt);
  const std::size_t step = max_transfer - kBodyAt;
  const std::size_t total = (body.size() + step - 1) / step;
  fragments.reserve(total);
  for (std::size_t i = 0; i < total; ++i) {
    const ByteView part = body.subspan(i * step, std::min(step, body.size() - i * step));
    Bytes& fragment = fragments.emplace_back(message.begin(), message.begin() + kBodyAt);
    fragment.insert(fragment.end(), part.begin(), part.end());
    StoreU32(fragment, 4, static_cast<std::uint32_t>(fragment.size()));
    StoreU32(fragment, kHeaderSize, static_cast<std::uint32_t>(total));
    StoreU32(fragment, kHeaderSize + 4, static_cast<std::uint32_t>(i));
  }
  return fragments;
}

std::variant<std::monostate, Bytes, MessageError> Reassembler::Push(ByteView fragment,
                                                                    TimePoint now) {
  waiting_.reset();
  const auto header = PeekHeader(fragment);
  if (fragment.size() > limits_.max_transfer) {
    return Refuse(header, ProtocolError::kMaxTransfer,
                  std::to_string(fragment.size()) + " bytes in one transfer, at most " +
                      std::to_string(limits_.max_transfer) + " were agreed");
  }
  if (!header) {
    return Refuse(
        header, ProtocolError::kLengthMismatch,
        "too short for the message header: " + std::to_string(fragment.size()) + " bytes");
  }
  if (header->length != fragment.size()) {
    return Refuse(header, ProtocolError::kLengthMismatch,
                  "MessageLength is " + std::to_string(header->length) + ", but " +
                      std::to_string(fragment.size()) + " bytes arrived");
  }
  if (!HasFragmentHeader(header->type)) {
    if (EndsAll(header->type) || (EndsOwn(header->type) && IsUnderWay(header->transaction_id))) {
      Reset();
    }
    return Bytes(fragment.begin(), fragment.end());
  }
  if (fragment.size() < kBodyAt) {
    return Refuse(header, ProtocolError::kLengthMismatch, "too short for the fragment header");
  }
  return PushFragment(fragment, *header, now);
}

std::variant<std::monostate, Bytes, MessageError> Reassembler::PushFragment(ByteView fragment,
                                                                            const Header& header,
                                                                            TimePoint now) {
  const std::uint32_t total = LoadU32(fragment, kHeaderSize);
  const std::uint32_t current = LoadU32(fragment, kHeaderSize + 4);
  const ByteView body = fragment.subspan(kBodyAt);
  const bool starts = current == 0 && total != 0;
  if (fragment.size() > limits_.max_message) {
    return Refuse(header, ProtocolError::kMaxTransfer, TooLong());
  }
  if (body.empty() && total > 1) {
    return Refuse(header, ProtocolError::kLengthMismatch, Position(current, total) + " is empty");
  }

  std::optional<MessageError> error = Expire(now);
  if (!error && !gathered_.empty() &&
      (header.transaction_id != transaction_id_ || header.type != LoadU32(gathered_, 0) ||
       total != total_ || current != next_)) {
    error =
        Drop(ProtocolError::kFragmentOutOfSequence,
             "received " + Position(current, total) + " of transaction " +
                 std::to_string(header.transaction_id) + ", expected " + Position(next_, total_) +
                 " of transaction " + std::to_string(transaction_id_));
    if (!starts && header.transaction_id != error->transaction_id) {
      error->other_transaction_id = header.transaction_id;
      error->other_type = header.type;
    }
  }
  if (error) {
    if (starts) waiting_ = Begin(fragment, header, total, now);
    return *std::move(error);
  }
  if (starts) {
    if (auto whole = Begin(fragment, header, total, now)) return *std::move(whole);
    return std::monostate{};
  }
  if (gathered_.empty()) {
    return Refuse(header, ProtocolError::kFragmentOutOfSequence,
                  "received " + Position(current, total) + ", expected the first of a message");
  }
  if (gathered_.size() > limits_.max_message - body.size()) {
    return Refuse(header, ProtocolError::kMaxTransfer, TooLong());
  }
  gathered_.insert(gathered_.end(), body.begin(), body.end());
  deadline_ = now + limits_.fragment_timeout;
  if (++next_ < total_) return std::monostate{};
  Bytes whole = std::move(gathered_);
  Reset();
  StoreU32(whole, 4, static_cast<std::uint32_t>(whole.size()));
  StoreU32(whole, kHeaderSize, 1);
  return whole;
}

std::optional<Bytes> Reassembler::Begin(ByteView fragment, const Header& header,
                                        std::uint32_t total, TimePoint now) {
  Reset();
  Bytes first(fragment.begin(), fragment.end());
  if (total == 1) return first;
  gathered_ = std::move(first);
  transaction_id_ = header.transaction_id;
  total_ = total;
  next_ = 1;
  deadline_ = now + limits_.fragment_timeout;
  return std::nullopt;
}

MessageError Reassembler::Refuse(const std::optional<Header>& header, ProtocolError error,
                                 std::string reason) {
  const std::uint32_t claimed = header ? header->transaction_id : 0;
  MessageError refused{claimed, error, std::move(reason)};
  if (header) refused.type = header->type;
  if (!gathered_.empty() && transaction_id_ != claimed) {
    refused.other_transaction_id = transaction_id_;
    refused.other_type = LoadU32(gathered_, 0);
  }
  Reset();
  return refused;
}

MessageError Reassembler::Drop(ProtocolError error, std::string reason) {
  MessageError dropped{transaction_id_, error, std::move(reason)};
  dropped.type = LoadU32(gathered_, 0);
  Reset();
  return dropped;
}

std::string Reassembler::TooLong() const {
  return "a message of more than " + std::to_string(limits_.max_message) + " bytes";
}

std::optional<MessageError> Reassembler::Expire(TimePoint now) {
  if (gathered_.empty() || now < deadline_) return std::nullopt;
  return Drop(ProtocolError::kTimeoutFragment,
              Position(next_, total_) + " did not arrive within " +
                  std::to_string(limits_.fragment_timeout.count()) + " ms");
}

std::optional<Reassembler::TimePoint> Reassembler::Deadline() const {
  if (gathered_.empty()) return std::nullopt;
  return deadline_;
}

std::optional<Bytes> Reassembler::TakeWaiting() {
  return std::exchange(waiting_, std::nullopt);
}

void Reassembler::Reset() {
  gathered_.clear();
  waiting_.reset();
  transaction_id_ = 0;
  total_ = 0;
  next_ = 0;
}

}  // namespace mbnrig::mbim
