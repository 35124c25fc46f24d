#pragma once

/// For the fuzz target usbip: a client that reads what it sends and what it is told as the protocol
/// has it, and complains of what the server may not do.

#include <algorithm>
#include <deque>

#include "mbim/fuzz.h"
#include "usb/usbip_conversation.h"

namespace mbnrig::fuzz {

namespace usbip = usb::usbip;

inline constexpr std::size_t kImportReply = usbip::kOperationLength + 312;
inline constexpr std::size_t kReply = 48;
inline constexpr std::uint32_t kSubmitReply = 3, kUnlinkReply = 4;
/// Small, so that inputs reach them.
inline constexpr usb::UsbipLimits kLimits{.transfer = 4096, .transfers = 24, .output = 1024};
/// A reply is decided on while there is room, and a device list is one.
inline constexpr std::size_t kMaxOutput = kLimits.output + kReply + kLimits.transfer;

inline std::uint32_t Big32(ByteView bytes, std::size_t at) {
  return static_cast<std::uint32_t>(bytes[at]) << 24 | bytes[at + 1] << 16 | bytes[at + 2] << 8 |
         bytes[at + 3];
}

/// Takes from the front.
inline Bytes Cut(Bytes& bytes, std::size_t size) {
  const auto end = bytes.begin() + static_cast<std::ptrdiff_t>(size);
  Bytes front(bytes.begin(), end);
  bytes.erase(bytes.begin(), end);
  return front;
}

/// One client: what it has sent, read as the protocol has it, beside what it is told.
class UsbipClient {
 public:
  UsbipClient(const usb::UsbipConversation::Exports& exports, std::uint64_t number)
      : conversation(exports, kLimits, number, "a client") {}

  usb::UsbipConversation conversation;

  /// False when the server lets it go. What it sends while it takes no replies stays in its own
  /// buffers.
  bool Send(ByteView bytes) {
    if (conversation.full()) return true;
    sent_.insert(sent_.end(), bytes.begin(), bytes.end());
    NoteSent();
    const bool stays = conversation.Receive(bytes);
    Require(conversation.waiting() <= kLimits.transfer + usbip::kCommandLength ||
                conversation.full() || !stays,
            "no more waits than a command that is not complete");
    return stays;
  }

  /// Takes at most `size` bytes of what waits for it; false when the server lets it go.
  bool Read(std::size_t size) {
    Bytes& output = conversation.output();
    Require(output.size() <= kMaxOutput, "what waits for a client is bounded");
    const bool was_full = conversation.full();
    const Bytes taken = Cut(output, std::min(size, output.size()));
    told_.insert(told_.end(), taken.begin(), taken.end());
    NoteTold();
    if (output.empty() && conversation.leaving()) return false;
    return !was_full || conversation.full() || conversation.Continue();
  }

  /// Whether a transfer has not ended that no device may leave pending.
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
      // Nothing else is answered, but for the list.
      if (!request || request->operation != usbip::Operation::kImport) return sent_.clear();
      if (sent_.size() < usbip::kOperationLength + usbip::kBusIdLength) return;
      Cut(sent_, usbip::kOperationLength + usbip::kBusIdLength);
      asked_ = true;
    }
    while (sent_.size() >= usbip::kCommandLength) {
      const auto command = usbip::DecodeCommand(ByteView(sent_).first(usbip::kCommandLength));
      if (!command) return;  // the server goes no further either
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
      Require(length <= transfer->length, "no more is transferred than was asked for");
      Require(status == 0 || length == 0, "what failed transfers nothing");
      const std::size_t whole = kReply + (transfer->in ? length : 0);
      if (told_.size() < whole) return;
      transfers_.erase(transfer);
      Cut(told_, whole);
    }
  }

  void NoteUnlinked(std::uint32_t sequence, std::int32_t status) {
    Require(!unlinks_.empty() && unlinks_.front().sequence == sequence,
            "what is taken back is answered in its order");
    const std::uint32_t submitted = unlinks_.front().submitted;
    unlinks_.pop_front();
    Require(status == 0 || status == static_cast<std::int32_t>(usbip::Status::kTakenBack),
            "it was taken back, or had ended");
    if (status == 0) return;
    const auto transfer = Find(submitted);
    Require(transfer != transfers_.end(), "what was taken back had not ended");
    transfers_.erase(transfer);
  }

  std::deque<Transfer>::iterator Find(std::uint32_t sequence) {
    return std::find_if(transfers_.begin(), transfers_.end(), [sequence](const Transfer& transfer) {
      return transfer.sequence == sequence;
    });
  }

  Bytes sent_, told_;  ///< that are no whole command or reply yet
  bool asked_ = false, imported_ = false;
  std::deque<Transfer> transfers_;  ///< that have no answer yet, in their order
  std::deque<usbip::UnlinkCommand> unlinks_;
};

}  // namespace mbnrig::fuzz
