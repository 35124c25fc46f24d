#pragma once

/// The frames of USB/IP, version 1.1.1 (Documentation/usb/usbip_protocol.rst of Linux), as a server
/// sees them: decodes requests, encodes replies. Pure functions; any bytes are safe to pass.
///
/// A connection begins with one operation: a list of the devices, or the import of one. After an
/// import it carries commands (the host submits or unlinks transfers) and their replies.

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "usb/function.h"

namespace mbnrig::usb::usbip {

inline constexpr std::uint16_t kVersion = 0x0111;
inline constexpr std::size_t kOperationLength = 8;  ///< of the head of an operation
inline constexpr std::size_t kBusIdLength =
    32;  ///< of the bus id after the head of a request to import
inline constexpr std::size_t kCommandLength = 48;  ///< of the head of a command
inline constexpr std::int32_t kNoPackets = -1;     ///< not isochronous; Linux writes 0

/// An operation that a client requests.
enum class Operation : std::uint16_t { kImport = 0x8003, kDeviceList = 0x8005 };

/// The result of an operation. `usbip` prints a text for each.
enum class OperationStatus : std::uint32_t {
  kOk = 0,
  kNotAvailable = 1,
  kBusy = 2,
  kDeviceError = 3,
  kNoDevice = 4,
  kError = 5,
};

struct OperationRequest {
  std::uint16_t version = 0;
  Operation operation{};
};

struct ExportedInterface {
  std::uint8_t class_code = 0, subclass = 0, protocol = 0;
};

/// A device as it is described in lists and to a client that imports it.
struct ExportedDevice {
  std::string path;    ///< in sysfs; cut after 255 bytes
  std::string bus_id;  ///< cut after 31 bytes
  std::uint32_t bus_number = 0, device_number = 0;
  Speed speed = Speed::kHigh;
  std::uint16_t vendor_id = 0, product_id = 0, device_release = 0;
  std::uint8_t class_code = 0, subclass = 0, protocol = 0;
  std::uint8_t configuration = 0;  ///< the selected one; 0: none yet
  std::uint8_t configurations = 1;
  std::vector<ExportedInterface> interfaces;  ///< cut after 255
};

/// The host submits a transfer. For an OUT transfer, `length` bytes of data follow.
struct SubmitCommand {
  std::uint32_t sequence = 0, device = 0;
  bool in = false;
  std::uint8_t endpoint = 0;  ///< number, without the direction
  std::uint32_t length = 0;   ///< of its buffer
  bool zero_packet =
      false;  ///< OUT: if the last packet is not short, a packet of length zero follows
  std::int32_t packets = kNoPackets;
  SetupPacket setup;  ///< for endpoint 0
};

/// The host takes a transfer back.
struct UnlinkCommand {
  std::uint32_t sequence = 0, device = 0;
  std::uint32_t submitted = 0;  ///< the sequence number of the transfer
};

using Command = std::variant<SubmitCommand, UnlinkCommand>;

/// The result of a transfer or of unlinking it. The numbers are Linux's error numbers.
enum class Status : std::int32_t {
  kOk = 0,
  kStall = -32,       // EPIPE
  kProtocol = -71,    // EPROTO
  kTakenBack = -104,  // ECONNRESET
  kNoDevice = -108,   // ESHUTDOWN
};

/// The head of an operation. Nothing if `bytes` are not kOperationLength bytes or do not name an
/// operation that clients request.
std::optional<OperationRequest> DecodeOperation(ByteView bytes);
/// The bus id in a request to import. Nothing if `bytes` are not kBusIdLength bytes with a zero at
/// the end of the text.
std::optional<std::string> DecodeBusId(ByteView bytes);
/// The head of a command. Nothing if `bytes` are not kCommandLength bytes, are not a command, or
/// have an endpoint or direction that USB does not have.
std::optional<Command> DecodeCommand(ByteView bytes);

/// The reply to an operation that failed.
Bytes EncodeRefusal(Operation operation, OperationStatus status);
Bytes EncodeDeviceList(const std::vector<ExportedDevice>& devices);
Bytes EncodeImported(const ExportedDevice& device);

/// A transfer has ended. `data` is what an IN transfer received, `actual_length` the number of
/// bytes transferred. `packets` is the value from the command. Appends to `to`.
void AppendSubmitReply(Bytes& to, std::uint32_t sequence, Status status,
                       std::uint32_t actual_length, std::int32_t packets, ByteView data);
/// kTakenBack if the transfer had not ended, otherwise kOk. Appends to `to`.
void AppendUnlinkReply(Bytes& to, std::uint32_t sequence, Status status);

}  // namespace mbnrig::usb::usbip
