#include "usb/usbip_protocol.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string_view>

namespace mbnrig::usb::usbip {
namespace {

using ::testing::ElementsAreArray;

/// "01 0a ff" as bytes. Text after a | is a comment.
Bytes FromHex(std::string_view text) {
  Bytes bytes;
  int high = -1;
  bool comment = false;
  for (const char c : text) {
    comment = c == '|' || (comment && c != '\n');
    const std::string_view digits = "0123456789abcdef";
    const auto digit = digits.find(c);
    if (comment || digit == std::string_view::npos) continue;
    if (high < 0) {
      high = static_cast<int>(digit);
    } else {
      bytes.push_back(static_cast<std::uint8_t>(high * 16 + static_cast<int>(digit)));
      high = -1;
    }
  }
  return bytes;
}

Bytes Zeros(std::size_t count) {
  return Bytes(count, 0);
}

Bytes Joined(std::initializer_list<Bytes> parts) {
  Bytes whole;
  for (const Bytes& part : parts)
    whole.insert(whole.end(), part.begin(), part.end());
  return whole;
}

Bytes Text(std::string_view text, std::size_t field) {
  Bytes bytes(text.begin(), text.end());
  bytes.resize(field);
  return bytes;
}

ExportedDevice Modem() {
  ExportedDevice device;
  device.path = "/sys/devices/platform/mbnrig/usb1/1-2";
  device.bus_id = "1-2";
  device.bus_number = 1;
  device.device_number = 2;
  device.speed = Speed::kSuper;
  device.vendor_id = 0x1d6b;
  device.product_id = 0x0104;
  device.device_release = 0x0100;
  device.class_code = 0xef;
  device.subclass = 2;
  device.protocol = 1;
  device.configurations = 1;
  device.interfaces = {{0x02, 0x0e, 0x00}, {0x0a, 0x00, 0x02}};
  return device;
}

Bytes ModemOnTheWire() {
  return Joined({Text("/sys/devices/platform/mbnrig/usb1/1-2", 256), Text("1-2", 32), FromHex(R"(
    00 00 00 01   | busnum
    00 00 00 02   | devnum
    00 00 00 05   | speed: super
    1d 6b         | idVendor
    01 04         | idProduct
    01 00         | bcdDevice
    ef 02 01      | class, subclass, protocol
    00            | bConfigurationValue
    01            | bNumConfigurations
    02            | bNumInterfaces)")});
}

constexpr std::string_view kReadNotification = R"(
    00 00 00 01               | USBIP_CMD_SUBMIT
    00 00 0d 05               | seqnum
    00 01 00 0f               | devid
    00 00 00 01               | direction: in
    00 00 00 05               | ep
    00 00 02 00               | transfer_flags
    00 00 00 40               | transfer_buffer_length
    00 00 00 00               | start_frame
    ff ff ff ff               | number_of_packets
    00 00 00 04               | interval
    00 00 00 00 00 00 00 00   | setup)";

constexpr std::string_view kSendCommand = R"(
    00 00 00 01               | USBIP_CMD_SUBMIT
    00 00 00 07               | seqnum
    00 01 00 02               | devid
    00 00 00 00               | direction: out
    00 00 00 00               | ep
    00 00 00 40               | transfer_flags: URB_ZERO_PACKET
    00 00 00 10               | transfer_buffer_length
    00 00 00 00               | start_frame
    00 00 00 00               | number_of_packets
    00 00 00 00               | interval
    21 00 34 12 02 01 10 00   | setup, little-endian)";

constexpr std::string_view kUnlink = R"(
    00 00 00 02               | USBIP_CMD_UNLINK
    00 00 00 08               | seqnum
    00 01 00 02               | devid
    00 00 00 00               | direction
    00 00 00 00               | ep
    00 00 0d 05               | seqnum of the transfer
    00 00 00 00 00 00 00 00 00 00 00 00
    00 00 00 00 00 00 00 00 00 00 00 00)";

TEST(UsbipProtocol, OperationsAreDecoded) {
  const auto list = DecodeOperation(FromHex("01 11 80 05 00 00 00 00"));
  ASSERT_TRUE(list);
  EXPECT_EQ(list->version, kVersion);
  EXPECT_EQ(list->operation, Operation::kDeviceList);
  const auto import = DecodeOperation(FromHex("01 06 80 03 00 00 00 00"));
  ASSERT_TRUE(import);
  EXPECT_EQ(import->version, 0x0106);
  EXPECT_EQ(import->operation, Operation::kImport);
  EXPECT_FALSE(DecodeOperation(FromHex("01 11 00 05 00 00 00 00"))) << "a reply";
  EXPECT_FALSE(DecodeOperation(FromHex("01 11 80 05 00 00 00"))) << "too short";
}

TEST(UsbipProtocol, BusIdEndsWithAZero) {
  EXPECT_EQ(DecodeBusId(Text("1-12", 32)), "1-12");
  EXPECT_EQ(DecodeBusId(Zeros(32)), "");
  EXPECT_EQ(DecodeBusId(Bytes(32, 'x')), std::nullopt);
  EXPECT_EQ(DecodeBusId(Zeros(31)), std::nullopt);
}

TEST(UsbipProtocol, DeviceListIsEncoded) {
  EXPECT_THAT(EncodeDeviceList({Modem()}),
              ElementsAreArray(Joined({FromHex(R"(
                  01 11 00 05   | version, OP_REP_DEVLIST
                  00 00 00 00   | status
                  00 00 00 01   | devices)"),
                                       ModemOnTheWire(), FromHex("02 0e 00 00  0a 00 02 00")})));
  EXPECT_THAT(EncodeDeviceList({}),
              ElementsAreArray(FromHex("01 11 00 05 00 00 00 00 00 00 00 00")));
}

TEST(UsbipProtocol, ImportIsAnswered) {
  EXPECT_THAT(EncodeImported(Modem()),
              ElementsAreArray(Joined({FromHex("01 11 00 03 00 00 00 00"), ModemOnTheWire()})));
  EXPECT_THAT(EncodeRefusal(Operation::kImport, OperationStatus::kBusy),
              ElementsAreArray(FromHex("01 11 00 03 00 00 00 02")));
}

TEST(UsbipProtocol, LongTextsAreCut) {
  ExportedDevice device = Modem();
  device.path = std::string(300, 'p');
  device.bus_id = std::string(300, 'b');
  device.interfaces.assign(300, {});
  const Bytes bytes = EncodeDeviceList({device});
  ASSERT_EQ(bytes.size(), 12u + 312u + 255u * 4u);
  EXPECT_EQ(bytes[12 + 255], 0);
  EXPECT_EQ(bytes[12 + 256 + 31], 0);
  EXPECT_EQ(bytes[12 + 311], 255);
}

TEST(UsbipProtocol, SubmitCommandIsDecoded) {
  const auto command = DecodeCommand(FromHex(kReadNotification));
  ASSERT_TRUE(command && std::holds_alternative<SubmitCommand>(*command));
  const auto& submit = std::get<SubmitCommand>(*command);
  EXPECT_EQ(submit.sequence, 0xd05u);
  EXPECT_EQ(submit.device, 0x1000fu);
  EXPECT_TRUE(submit.in);
  EXPECT_EQ(submit.endpoint, 5);
  EXPECT_EQ(submit.length, 64u);
  EXPECT_FALSE(submit.zero_packet);
  EXPECT_EQ(submit.packets, kNoPackets);
}

TEST(UsbipProtocol, SetupPacketIsDecoded) {
  const auto command = DecodeCommand(FromHex(kSendCommand));
  ASSERT_TRUE(command && std::holds_alternative<SubmitCommand>(*command));
  const auto& submit = std::get<SubmitCommand>(*command);
  EXPECT_FALSE(submit.in);
  EXPECT_EQ(submit.endpoint, 0);
  EXPECT_TRUE(submit.zero_packet);
  EXPECT_EQ(submit.packets, 0);
  EXPECT_EQ(submit.setup.request_type, 0x21);
  EXPECT_EQ(submit.setup.request, 0);
  EXPECT_EQ(submit.setup.value, 0x1234);
  EXPECT_EQ(submit.setup.index, 0x0102);
  EXPECT_EQ(submit.setup.length, 16);
}

TEST(UsbipProtocol, UnlinkCommandIsDecoded) {
  const auto command = DecodeCommand(FromHex(kUnlink));
  ASSERT_TRUE(command && std::holds_alternative<UnlinkCommand>(*command));
  const auto& unlink = std::get<UnlinkCommand>(*command);
  EXPECT_EQ(unlink.sequence, 8u);
  EXPECT_EQ(unlink.device, 0x10002u);
  EXPECT_EQ(unlink.submitted, 0xd05u);
}

TEST(UsbipProtocol, OtherCommandsAreRefused) {
  const Bytes good = FromHex(kReadNotification);
  EXPECT_FALSE(DecodeCommand(ByteView(good).first(47)));
  EXPECT_FALSE(DecodeCommand({}));
  auto changed = [&good](std::size_t at, std::uint8_t value) {
    Bytes bytes = good;
    bytes[at] = value;
    return bytes;
  };
  EXPECT_FALSE(DecodeCommand(changed(3, 3))) << "a reply";
  EXPECT_FALSE(DecodeCommand(changed(15, 2))) << "a third direction";
  EXPECT_FALSE(DecodeCommand(changed(19, 16))) << "endpoint 16";
  EXPECT_FALSE(DecodeCommand(changed(16, 1))) << "a large endpoint";
}

TEST(UsbipProtocol, SubmitReplyIsEncoded) {
  Bytes bytes;
  AppendSubmitReply(bytes, 0xd05, Status::kOk, 2, kNoPackets, Bytes{0xa1, 0x01});
  EXPECT_THAT(bytes, ElementsAreArray(FromHex(R"(
    00 00 00 03               | USBIP_RET_SUBMIT
    00 00 0d 05               | seqnum
    00 00 00 00               | devid
    00 00 00 00               | direction
    00 00 00 00               | ep
    00 00 00 00               | status
    00 00 00 02               | actual_length
    00 00 00 00               | start_frame
    ff ff ff ff               | number_of_packets
    00 00 00 00               | error_count
    00 00 00 00 00 00 00 00
    a1 01)")));
  bytes.clear();
  AppendSubmitReply(bytes, 1, Status::kStall, 0, 0, {});
  EXPECT_THAT(bytes, ElementsAreArray(FromHex(R"(
    00 00 00 03  00 00 00 01  00 00 00 00  00 00 00 00  00 00 00 00
    ff ff ff e0               | -EPIPE
    00 00 00 00  00 00 00 00  00 00 00 00  00 00 00 00  00 00 00 00  00 00 00 00)")));
}

TEST(UsbipProtocol, UnlinkReplyIsEncoded) {
  Bytes bytes;
  AppendUnlinkReply(bytes, 8, Status::kTakenBack);
  EXPECT_THAT(bytes, ElementsAreArray(Joined({FromHex(R"(
    00 00 00 04               | USBIP_RET_UNLINK
    00 00 00 08               | seqnum
    00 00 00 00  00 00 00 00  00 00 00 00
    ff ff ff 98               | -ECONNRESET)"),
                                              Zeros(24)})));
}

}  // namespace
}  // namespace mbnrig::usb::usbip
