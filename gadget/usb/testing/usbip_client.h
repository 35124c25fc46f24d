#pragma once

/// For the fuzz target usbip: a client that reads what it sends and receives as the protocol says,
/// and fails the run if the server breaks the protocol.

#include <algorithm>
#include <deque>

#include "mbim/testing/fuzz.h"
#include "usb/usbip_conversation.h"

namespace mbnrig::fuzz {

namespace usbip = usb::usbip;

inline constexpr std::size_t kImportReply = usbip::kOperationLength + 312;
inline constexpr std::size_t kReply = 48;
inline constexpr std::uint32_t kSubmitReply = 3, kUnlinkReply = 4;
/// Small limits, so that fuzz inputs reach them.
inline constexpr usb::UsbipLimits kLimits{.transfer = 4096, .transfers = 24, .output = 1024};
/// The server decides to reply while there is space, and a reply may be a whole device list.
inline constexpr std::size_t kMaxOutput = kLimits.output + kReply + kLimits.transfer;

inline std::uint32_t Big32(ByteView bytes, std::size_t at) {
  return static_cast<std::uint32_t>(bytes[at]) << 24 | bytes[at + 1] << 16 | bytes[at + 2] << 8 |
         bytes[at + 3];
}

/// Cuts `size` bytes off the front.
inline Bytes Cut(Bytes& bytes, std::size_t size) {
  const auto end = bytes.begin() + static_cast<std::ptrdiff_t>(size);
  Bytes front(bytes.begin(), end);
  bytes.erase(bytes.begin(), end);
  return front;
}

/// One client: reads both what it has sent and what it was told as the protocol says.
class UsbipClient {
 public:
  UsbipClient(const usb::UsbipConversation::Exports& exports, std::uint64_t number)
      : conversation(exports, kLimits, number, "a client") {}

  usb::UsbipConversation conversation;

  /// False if the server closes the connection. While the client reads no replies, its bytes stay
  /// in its own buffers.
  bool Send(ByteView bytes) {
    if (conversation.full()) return true;
    sent_.insert(sent_.end(), bytes.begin(), bytes.end());
    NoteSent();
    const bool stays = conversation.Receive(bytes);
    Require(conversation.waiting() <= kLimits.transfer + usbip::kCommandLength ||
                conversation.full() || !stays,
            "only one incomplete command waits");
    return stays;
  }

  /// Reads at most `size` of the waiting bytes. False if the server closes the connection.
  bool Read(std::size_t size) {
    Bytes& output = conversation.output();
    Require(output.size() <= kMaxOutput, "the output for a client is bounded");
    const bool was_full = conversation.full();
    const Bytes taken = Cut(output, std::min(size, output.size()));
    told_.insert(told_.end(), taken.begin(), taken.end());
    NoteTold();
    if (output.empty() && conversation.leaving()) return false;
    return !was_full || conversation.full() || conversation.Continue();
  }

  /// Whether a transfer is pending that a device must not leave pending.
  bool Owed() const {
    return std::any_of(transfers_.begin(), transfers_.end(),
                       [](const Transfer& transfer) { return !transfer.in || transfer.control; });
  }

 private:
  struct Transfer {
    std::uint32_t sequence, length;
    bool in, control;
  };

  void NoteSent() {
    if (!asked_) {
      if (sent_.size() < usbip::kOperationLength) return;
      const auto request = usbip::DecodeOperation(ByteView(sent_).first(usbip::kOperationLength));
      // Apart from an import, the only request that gets an answer is the list.
      if (!request || request->operation != usbip::Operation::kImport) return sent_.clear();
      if (sent_.size() < usbip::kOperationLength + usbip::kBusIdLength) return;
      Cut(sent_, usbip::kOperationLength + usbip::kBusIdLength);
      asked_ = true;
    }
    while (sent_.size() >= usbip::kCommandLength) {
      const auto command = usbip::DecodeCommand(ByteView(sent_).first(usbip::kCommandLength));
      if (!command) return;  // the server reads no further either
      std::size_t length = usbip::kCommandLength;
      if (const auto* submit = std::get_if<usbip::SubmitCommand>(&*command)) {
        if (submit->length > kLimits.transfer) return;
        if (!submit->in) length += submit->length;
        if (sent_.size() < length) return;
        transfers_.push_back({submit->sequence, submit->length, submit->in, submit->endpoint == 0});
      } else {
        unlinks_.push_back(std::get<usbip::UnlinkCommand>(*command));
      }
      Cut(sent_, length);
    }
  }

  void NoteTold() {
    if (!imported_) {
      if (!asked_ || told_.size() < usbip::kOperationLength) return;
      if (Big32(told_, 4) != 0) return;  // refused
      if (told_.size() < kImportReply) return;
      Cut(told_, kImportReply);
      imported_ = true;
    }
    while (told_.size() >= kReply) {
      const std::uint32_t code = Big32(told_, 0), sequence = Big32(told_, 4);
      const auto status = static_cast<std::int32_t>(Big32(told_, 20));
      if (code == kUnlinkReply) {
        NoteUnlinked(sequence, status);
        Cut(told_, kReply);
        continue;
      }
      Require(code == kSubmitReply, "there are two kinds of reply");
      const std::uint32_t length = Big32(told_, 24);
      const auto transfer = Find(sequence);
      Require(transfer != transfers_.end(), "a transfer is answered once");
      Require(length <= transfer->length, "a transfer does not exceed its requested length");
      Require(status == 0 || length == 0, "a failed transfer has no data");
      const std::size_t whole = kReply + (transfer->in ? length : 0);
      if (told_.size() < whole) return;
      transfers_.erase(transfer);
      Cut(told_, whole);
    }
  }

  void NoteUnlinked(std::uint32_t sequence, std::int32_t status) {
    Require(!unlinks_.empty() && unlinks_.front().sequence == sequence,
            "unlink commands are answered in order");
    const std::uint32_t submitted = unlinks_.front().submitted;
    unlinks_.pop_front();
    Require(status == 0 || status == static_cast<std::int32_t>(usbip::Status::kTakenBack),
            "the transfer was taken back or had ended");
    if (status == 0) return;
    const auto transfer = Find(submitted);
    Require(transfer != transfers_.end(), "a transfer that was taken back had not ended");
    transfers_.erase(transfer);
  }

  std::deque<Transfer>::iterator Find(std::uint32_t sequence) {
    return std::find_if(transfers_.begin(), transfers_.end(), [sequence](const Transfer& transfer) {
      return transfer.sequence == sequence;
    });
  }

  Bytes sent_, told_;  ///< bytes of a command or reply that is not complete yet
  bool asked_ = false, imported_ = false;
  std::deque<Transfer> transfers_;  ///< transfers without an answer, in order
  std::deque<usbip::UnlinkCommand> unlinks_;
};

}  // namespace mbnrig::fuzz
