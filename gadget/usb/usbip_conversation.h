#pragma once

/// The conversation with one client of the USB/IP server, independent of what carries the bytes:
/// one operation, and after an import commands and their replies.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "usb/usbip_export.h"

namespace mbnrig::usb {

/// Used on the server's thread only.
class UsbipConversation {
 public:
  using Exports = std::map<std::uint32_t, std::unique_ptr<UsbipExport>>;  ///< by number

  /// `client` is the server's number of the client, not 0; `name` is for the log. `exports` and
  /// `limits` must outlive the conversation.
  UsbipConversation(const Exports& exports, const UsbipLimits& limits, std::uint64_t client,
                    std::string name)
      : exports_(exports), limits_(limits), client_(client), name_(std::move(name)) {}
  /// Releases the imported device; the device's state is then as after a bus reset.
  ~UsbipConversation();
  UsbipConversation(const UsbipConversation&) = delete;
  UsbipConversation& operator=(const UsbipConversation&) = delete;

  /// Takes the client's next bytes. Commands that are incomplete, or for whose replies there is no
  /// space, wait. False if the client must be disconnected: it breaks the protocol or exceeds a
  /// limit.
  bool Receive(ByteView fresh);
  /// Continues with what waits, if there is space for replies again. False as above.
  bool Continue();

  /// The bytes for the client. The caller that sends them removes them.
  Bytes& output() { return output_; }
  /// True while the client does not read its replies. Then nothing must be read from it, and its
  /// transfers stop.
  bool full() const { return output_.size() > limits_.output; }
  /// Number of bytes that wait to be taken.
  std::size_t waiting() const { return input_.size(); }
  /// The conversation is over. The connection closes when the client has read its output.
  bool leaving() const { return leaving_; }
  /// The device that the client has imported. Null: none.
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

/// Frees the memory of a buffer that is empty and was large.
void GiveBack(Bytes& bytes);

}  // namespace mbnrig::usb
