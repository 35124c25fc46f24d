#pragma once

/// The frames of USB/IP, version 1.1.1 (Documentation/usb/usbip_protocol.rst of Linux), as a
/// server sees them: requests are decoded, replies encoded. Pure; any bytes are safe to give.
///
/// A connection begins with one operation: a list of the devices, or the import of one. After an
/// import it carries commands (the host submits transfers, or takes them back) and their replies.

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "usb/function.h"

namespace mbnrig::usb::usbip {

inline constexpr std::uint16_t kVersion = 0x0111;
inline constexpr std::size_t kOperationLength = 8;  ///< of an operation's head
inline constexpr std::size_t kBusIdLength = 32;     ///< what follows in a request to import
inline constexpr std::size_t kCommandLength = 48;   ///< of a command's head
inline constexpr std::int32_t kNoPackets = -1;      ///< not isochronous; Linux writes 0

/// An operation that a client asks for.
enum class Operation : std::uint16_t { kImport = 0x8003, kDeviceList = 0x8005 };

/// How an operation went. usbip prints each in words.
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

/// A device as it is told of in lists and to who imports it.
struct ExportedDevice {
  std::string path;    ///< in sysfs; at most 255 bytes count
  std::string bus_id;  ///< at most 31 bytes count
  std::uint32_t bus_number = 0, device_number = 0;
  Speed speed = Speed::kHigh;
  std::uint16_t vendor_id = 0, product_id = 0, device_release = 0;
  std::uint8_t class_code = 0, subclass = 0, protocol = 0;
  std::uint8_t configuration = 0;  ///< the one in force; 0: none yet
  std::uint8_t configurations = 1;
  std::vector<ExportedInterface> interfaces;  ///< at most 255 count
};

/// The host submits a transfer. When it is OUT, `length` bytes of data follow.
struct SubmitCommand {
  std::uint32_t sequence = 0, device = 0;
  bool in = false;
  std::uint8_t endpoint = 0;  ///< number, without the direction
  std::uint32_t length = 0;   ///< of its buffer
  bool zero_packet = false;   ///< OUT: a packet of no length follows where the last is not short
  std::int32_t packets = kNoPackets;
  SetupPacket setup;  ///< endpoint 0
};

/// The host takes a transfer back.
struct UnlinkCommand {
  std::uint32_t sequence = 0, device = 0;
  std::uint32_t submitted = 0;  ///< the sequence number of the transfer
};

using Command = std::variant<SubmitCommand, UnlinkCommand>;

/// What became of a transfer or of taking it back; the numbers are Linux's.
enum class Status : std::int32_t {
  kOk = 0,
  kStall = -32,       // EPIPE
  kProtocol = -71,    // EPROTO
  kTakenBack = -104,  // ECONNRESET
  kNoDevice = -108,   // ESHUTDOWN
};

/// The head of an operation; nothing when these are not kOperationLength bytes or name none that
/// clients ask for.
std::optional<OperationRequest> DecodeOperation(ByteView bytes);
/// The bus id in a request to import; nothing when these are not kBusIdLength bytes that end with
/// a zero.
std::optional<std::string> DecodeBusId(ByteView bytes);
/// The head of a command; nothing when these are not kCommandLength bytes, are neither command, or
/// have an endpoint or direction that USB does not have.
std::optional<Command> DecodeCommand(ByteView bytes);

/// The reply to an operation that failed.
Bytes EncodeRefusal(Operation operation, OperationStatus status);
Bytes EncodeDeviceList(const std::vector<ExportedDevice>& devices);
Bytes EncodeImported(const ExportedDevice& device);

/// A transfer has ended: `data` is what an IN transfer got, `actual_length` the bytes transferred.
/// `packets` is what the command had. Appends to `to`.
void AppendSubmitReply(Bytes& to, std::uint32_t sequence, Status status,
                       std::uint32_t actual_length, std::int32_t packets, ByteView data);
/// kTakenBack when the transfer had not ended, else kOk. Appends to `to`.
void AppendUnlinkReply(Bytes& to, std::uint32_t sequence, Status status);

}  // namespace mbnrig::usb::usbip
