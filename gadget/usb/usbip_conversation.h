#pragma once

/// What a client of the USB/IP server says and what it is told, whatever carries the bytes: one
/// operation, and after an import commands and their replies.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "usb/usbip_export.h"

namespace mbnrig::usb {

/// Methods are the server's thread's.
class UsbipConversation {
 public:
  using Exports = std::map<std::uint32_t, std::unique_ptr<UsbipExport>>;  ///< by number

  /// `client` is the server's number of it, not 0; `name` is for the log. `exports` and `limits`
  /// must outlive the conversation.
  UsbipConversation(const Exports& exports, const UsbipLimits& limits, std::uint64_t client,
                    std::string name)
      : exports_(exports), limits_(limits), client_(client), name_(std::move(name)) {}
  /// The device that was imported is let go, as after a reset of the bus.
  ~UsbipConversation();
  UsbipConversation(const UsbipConversation&) = delete;
  UsbipConversation& operator=(const UsbipConversation&) = delete;

  /// Takes what the client has sent next; what there is no room to answer, or is not complete,
  /// waits. False when the client is to go: it does not speak the protocol, or asks too much.
  bool Receive(ByteView fresh);
  /// Goes on with what waits, where room has been made. False as above.
  bool Continue();

  /// What the client is to be told; whoever sends it takes it out.
  Bytes& output() { return output_; }
  /// The client does not take its replies: nothing is to be read from it, none of its transfers
  /// goes on.
  bool full() const { return output_.size() > limits_.output; }
  /// Bytes that wait.
  std::size_t waiting() const { return input_.size(); }
  /// All is said: the client goes when it has taken its output.
  bool leaving() const { return leaving_; }
  /// What the client has imported; null: nothing.
  UsbipExport* device() const { return device_; }
  const std::string& name() const { return name_; }

 private:
  std::optional<std::size_t> Take(ByteView input);
  std::optional<std::size_t> TakeOperation(ByteView input);
  void Import(const std::string& bus_id);
  void Refuse(usbip::Operation operation, usbip::OperationStatus status);
  void Say(const Bytes& bytes);

  const Exports& exports_;
  const UsbipLimits& limits_;
  const std::uint64_t client_;
  const std::string name_;
  Bytes input_, output_;
  UsbipExport* device_ = nullptr;
  bool leaving_ = false;
};

/// Gives back the memory of a buffer that is empty and was large.
void GiveBack(Bytes& bytes);

}  // namespace mbnrig::usb
