#include "usb/usbip_protocol.h"

#include <algorithm>

#include "big_endian.h"
#include "mbim/wire.h"

namespace mbnrig::usb::usbip {
namespace {

constexpr std::size_t kPathLength = 256;
constexpr std::size_t kMaxInterfaces = 255;
constexpr std::size_t kSetupOffset = 40;
constexpr std::size_t kReplyPadding = 8;
constexpr std::size_t kUnlinkReplyPadding = 24;

// The `code` of a reply is that of its request without this bit.
constexpr unsigned kRequestBit = 0x8000;

enum CommandCode : std::uint32_t {
  kSubmit = 1,
  kUnlink = 2,
  kSubmitReply = 3,
  kUnlinkReply = 4,
};
constexpr std::uint32_t kDirectionIn = 1;
constexpr std::uint32_t kZeroPacket = 0x40;  // in transfer_flags: URB_ZERO_PACKET of Linux
constexpr std::uint32_t kMaxEndpoint = 15;

// Everything is big-endian, except for the SETUP packet.

void Put8(Bytes& to, unsigned value) {
  to.push_back(static_cast<std::uint8_t>(value & 0xff));
}
void PutZeros(Bytes& to, std::size_t count) {
  to.insert(to.end(), count, 0);
}
/// Text in a field of fixed length, which ends with a zero.
void PutText(Bytes& to, const std::string& text, std::size_t length) {
  const std::size_t count = std::min(text.size(), length - 1);
  to.insert(to.end(), text.begin(), text.begin() + static_cast<std::ptrdiff_t>(count));
  PutZeros(to, length - count);
}

void PutOperation(Bytes& to, Operation operation, OperationStatus status) {
  AppendBig16(to, kVersion);
  AppendBig16(to, static_cast<std::uint16_t>(static_cast<unsigned>(operation) & ~kRequestBit));
  AppendBig32(to, static_cast<std::uint32_t>(status));
}

/// enum usb_device_speed of Linux.
std::uint32_t SpeedNumber(Speed speed) {
  switch (speed) {
    case Speed::kFull:
      return 2;
    case Speed::kHigh:
      return 3;
    case Speed::kSuper:
      return 5;
  }
  return 0;
}

std::size_t InterfacesOf(const ExportedDevice& device) {
  return std::min(device.interfaces.size(), kMaxInterfaces);
}

void PutDevice(Bytes& to, const ExportedDevice& device) {
  PutText(to, device.path, kPathLength);
  PutText(to, device.bus_id, kBusIdLength);
  AppendBig32(to, device.bus_number);
  AppendBig32(to, device.device_number);
  AppendBig32(to, SpeedNumber(device.speed));
  AppendBig16(to, device.vendor_id);
  AppendBig16(to, device.product_id);
  AppendBig16(to, device.device_release);
  Put8(to, device.class_code);
  Put8(to, device.subclass);
  Put8(to, device.protocol);
  Put8(to, device.configuration);
  Put8(to, device.configurations);
  Put8(to, static_cast<unsigned>(InterfacesOf(device)));
}

/// The first five words of a reply. Only commands use the last three; replies set them to zero.
void PutReply(Bytes& to, CommandCode code, std::uint32_t sequence) {
  AppendBig32(to, code);
  AppendBig32(to, sequence);
  PutZeros(to, 3 * sizeof(std::uint32_t));
}

}  // namespace

std::optional<OperationRequest> DecodeOperation(ByteView bytes) {
  if (bytes.size() != kOperationLength) return std::nullopt;
  const auto operation = static_cast<Operation>(LoadBig16(bytes, 2));
  if (operation != Operation::kImport && operation != Operation::kDeviceList) return std::nullopt;
  return OperationRequest{LoadBig16(bytes, 0), operation};
}

std::optional<std::string> DecodeBusId(ByteView bytes) {
  if (bytes.size() != kBusIdLength) return std::nullopt;
  const auto end = std::find(bytes.begin(), bytes.end(), 0);
  if (end == bytes.end()) return std::nullopt;
  return std::string(bytes.begin(), end);
}

std::optional<Command> DecodeCommand(ByteView bytes) {
  if (bytes.size() != kCommandLength) return std::nullopt;
  const std::uint32_t code = LoadBig32(bytes, 0);
  const std::uint32_t sequence = LoadBig32(bytes, 4);
  const std::uint32_t device = LoadBig32(bytes, 8);
  if (code == kUnlink) return UnlinkCommand{sequence, device, LoadBig32(bytes, 20)};
  const std::uint32_t direction = LoadBig32(bytes, 12);
  const std::uint32_t endpoint = LoadBig32(bytes, 16);
  if (code != kSubmit || direction > kDirectionIn || endpoint > kMaxEndpoint) return std::nullopt;
  SubmitCommand submit;
  submit.sequence = sequence;
  submit.device = device;
  submit.in = direction == kDirectionIn;
  submit.endpoint = static_cast<std::uint8_t>(endpoint);
  submit.length = LoadBig32(bytes, 24);
  submit.zero_packet = (LoadBig32(bytes, 20) & kZeroPacket) != 0;
  submit.packets = static_cast<std::int32_t>(LoadBig32(bytes, 32));
  const ByteView setup = bytes.subspan(kSetupOffset);
  submit.setup = {setup[0], setup[1], mbim::LoadU16(setup, 2), mbim::LoadU16(setup, 4),
                  mbim::LoadU16(setup, 6)};
  return submit;
}

Bytes EncodeRefusal(Operation operation, OperationStatus status) {
  Bytes bytes;
  PutOperation(bytes, operation, status);
  return bytes;
}

Bytes EncodeDeviceList(const std::vector<ExportedDevice>& devices) {
  Bytes bytes;
  PutOperation(bytes, Operation::kDeviceList, OperationStatus::kOk);
  AppendBig32(bytes, static_cast<std::uint32_t>(devices.size()));
  for (const ExportedDevice& device : devices) {
    PutDevice(bytes, device);
    for (std::size_t i = 0; i < InterfacesOf(device); ++i) {
      Put8(bytes, device.interfaces[i].class_code);
      Put8(bytes, device.interfaces[i].subclass);
      Put8(bytes, device.interfaces[i].protocol);
      Put8(bytes, 0);
    }
  }
  return bytes;
}

Bytes EncodeImported(const ExportedDevice& device) {
  Bytes bytes;
  PutOperation(bytes, Operation::kImport, OperationStatus::kOk);
  PutDevice(bytes, device);
  return bytes;
}

void AppendSubmitReply(Bytes& to, std::uint32_t sequence, Status status,
                       std::uint32_t actual_length, std::int32_t packets, ByteView data) {
  PutReply(to, kSubmitReply, sequence);
  AppendBig32(to, static_cast<std::uint32_t>(status));
  AppendBig32(to, actual_length);
  AppendBig32(to, 0);  // start frame
  AppendBig32(to, static_cast<std::uint32_t>(packets));
  AppendBig32(to, 0);  // errors in isochronous packets
  PutZeros(to, kReplyPadding);
  to.insert(to.end(), data.begin(), data.end());
}

void AppendUnlinkReply(Bytes& to, std::uint32_t sequence, Status status) {
  PutReply(to, kUnlinkReply, sequence);
  AppendBig32(to, static_cast<std::uint32_t>(status));
  PutZeros(to, kUnlinkReplyPadding);
}

}  // namespace mbnrig::usb::usbip
