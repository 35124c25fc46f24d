#include "usb/usbip_protocol.h"

#include <algorithm>

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
std::uint16_t Big16(ByteView bytes, std::size_t at) {
  return static_cast<std::uint16_t>(bytes[at] << 8 | bytes[at + 1]);
}
std::uint32_t Big32(ByteView bytes, std::size_t at) {
  return static_cast<std::uint32_t>(Big16(bytes, at)) << 16 | Big16(bytes, at + 2);
}
std::uint16_t Little16(ByteView bytes, std::size_t at) {
  return static_cast<std::uint16_t>(bytes[at] | bytes[at + 1] << 8);
}

void Put8(Bytes& to, unsigned value) {
  to.push_back(static_cast<std::uint8_t>(value & 0xff));
}
void Put16(Bytes& to, unsigned value) {
  Put8(to, value >> 8);
  Put8(to, value);
}
void Put32(Bytes& to, std::uint32_t value) {
  Put16(to, value >> 16);
  Put16(to, value & 0xffff);
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
  Put16(to, kVersion);
  Put16(to, static_cast<unsigned>(operation) & ~kRequestBit);
  Put32(to, static_cast<std::uint32_t>(status));
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
  Put32(to, device.bus_number);
  Put32(to, device.device_number);
  Put32(to, SpeedNumber(device.speed));
  Put16(to, device.vendor_id);
  Put16(to, device.product_id);
  Put16(to, device.device_release);
  Put8(to, device.class_code);
  Put8(to, device.subclass);
  Put8(to, device.protocol);
  Put8(to, device.configuration);
  Put8(to, device.configurations);
  Put8(to, static_cast<unsigned>(InterfacesOf(device)));
}

/// The first five words of a reply. Only commands use the last three; replies set them to zero.
void PutReply(Bytes& to, CommandCode code, std::uint32_t sequence) {
  Put32(to, code);
  Put32(to, sequence);
  PutZeros(to, 3 * sizeof(std::uint32_t));
}

}  // namespace

std::optional<OperationRequest> DecodeOperation(ByteView bytes) {
  if (bytes.size() != kOperationLength) return std::nullopt;
  const auto operation = static_cast<Operation>(Big16(bytes, 2));
  if (operation != Operation::kImport && operation != Operation::kDeviceList) return std::nullopt;
  return OperationRequest{Big16(bytes, 0), operation};
}

std::optional<std::string> DecodeBusId(ByteView bytes) {
  if (bytes.size() != kBusIdLength) return std::nullopt;
  const auto end = std::find(bytes.begin(), bytes.end(), 0);
  if (end == bytes.end()) return std::nullopt;
  return std::string(bytes.begin(), end);
}

std::optional<Command> DecodeCommand(ByteView bytes) {
  if (bytes.size() != kCommandLength) return std::nullopt;
  const std::uint32_t code = Big32(bytes, 0);
  const std::uint32_t sequence = Big32(bytes, 4);
  const std::uint32_t device = Big32(bytes, 8);
  if (code == kUnlink) return UnlinkCommand{sequence, device, Big32(bytes, 20)};
  const std::uint32_t direction = Big32(bytes, 12);
  const std::uint32_t endpoint = Big32(bytes, 16);
  if (code != kSubmit || direction > kDirectionIn || endpoint > kMaxEndpoint) return std::nullopt;
  SubmitCommand submit;
  submit.sequence = sequence;
  submit.device = device;
  submit.in = direction == kDirectionIn;
  submit.endpoint = static_cast<std::uint8_t>(endpoint);
  submit.length = Big32(bytes, 24);
  submit.zero_packet = (Big32(bytes, 20) & kZeroPacket) != 0;
  submit.packets = static_cast<std::int32_t>(Big32(bytes, 32));
  const ByteView setup = bytes.subspan(kSetupOffset);
  submit.setup = {setup[0], setup[1], Little16(setup, 2), Little16(setup, 4), Little16(setup, 6)};
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
  Put32(bytes, static_cast<std::uint32_t>(devices.size()));
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
  Put32(to, static_cast<std::uint32_t>(status));
  Put32(to, actual_length);
  Put32(to, 0);  // start frame
  Put32(to, static_cast<std::uint32_t>(packets));
  Put32(to, 0);  // errors in isochronous packets
  PutZeros(to, kReplyPadding);
  to.insert(to.end(), data.begin(), data.end());
}

void AppendUnlinkReply(Bytes& to, std::uint32_t sequence, Status status) {
  PutReply(to, kUnlinkReply, sequence);
  Put32(to, static_cast<std::uint32_t>(status));
  PutZeros(to, kUnlinkReplyPadding);
}

}  // namespace mbnrig::usb::usbip
