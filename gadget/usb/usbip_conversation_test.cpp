// Tests the limits for clients of the USB/IP server without sockets: the server's side of a
// conversation.

#include "usb/usbip_conversation.h"

#include <gtest/gtest.h>

#include "usb/mbim_function.h"
#include "usb/testing/echo_channel.h"

namespace mbnrig::usb {
namespace {

constexpr UsbipLimits kLimits{.transfer = 4096, .transfers = 32, .output = 1000};
constexpr std::size_t kReplySize = 48, kDescriptor = 18;
constexpr std::uint8_t kDataIn = 2;

Bytes Words(std::initializer_list<std::uint32_t> words) {
  Bytes bytes;
  for (const std::uint32_t word : words) {
    for (int shift = 24; shift >= 0; shift -= 8) {
      bytes.push_back(static_cast<std::uint8_t>(word >> shift));
    }
  }
  return bytes;
}

class Conversation : public ::testing::Test {
 protected:
  Conversation() {
    exports_.emplace(1, std::make_unique<UsbipExport>(1, function_, kLimits, [] {}));
    exports_.at(1)->Plug();
  }
  ~Conversation() override { exports_.at(1)->Unplug(); }

  /// A client that has imported the device and read the answer.
  std::unique_ptr<UsbipConversation> Imported() const {
    auto client = std::make_unique<UsbipConversation>(exports_, kLimits, 7, "a client");
    EXPECT_TRUE(client->Receive(ImportRequest()));
    EXPECT_EQ(client->device(), exports_.at(1).get());
    client->output().clear();
    return client;
  }
  static Bytes ImportRequest() {
    Bytes request = Words({0x01118003, 0});
    const std::string bus_id = UsbipServer::BusId(1);
    request.insert(request.end(), bus_id.begin(), bus_id.end());
    request.resize(usbip::kOperationLength + usbip::kBusIdLength);
    return request;
  }
  Bytes Read(std::uint32_t endpoint, std::uint32_t length, std::uint64_t setup = 0) {
    return Words({1, ++sequence_, kUsbipBus << 16 | 1, 1, endpoint, 0, length, 0, 0, 0,
                  static_cast<std::uint32_t>(setup >> 32), static_cast<std::uint32_t>(setup)});
  }
  /// GET_DESCRIPTOR of the device, as the eight bytes of a SETUP packet.
  Bytes AskForDescriptor() { return Read(0, kDescriptor, 0x8006'0001'0000'1200); }

  EchoChannel channel_;
  MbimFunction function_{scenario::UsbIdentity{}, channel_};
  UsbipConversation::Exports exports_;
  std::uint32_t sequence_ = 0;
};

TEST_F(Conversation, GarbageEndsTheConversation) {
  UsbipConversation guest(exports_, kLimits, 7, "a client");
  EXPECT_FALSE(guest.Receive(Bytes(8, 0x55)));
  EXPECT_FALSE(Imported()->Receive(Bytes(usbip::kCommandLength, 0x55)));
}

TEST_F(Conversation, AnIncompleteCommandWaitsAndIsDroppedWithTheClient) {
  auto client = Imported();
  Bytes write = Words({1, 1, kUsbipBus << 16 | 1, 0, 7, 0, 4096, 0, 0, 0, 0, 0});
  write.resize(usbip::kCommandLength + 4095);
  EXPECT_TRUE(client->Receive(write));
  exports_.at(1)->Work();
  EXPECT_EQ(client->waiting(), write.size());
  EXPECT_TRUE(client->output().empty());
  client.reset();
  EXPECT_EQ(Imported()->waiting(), 0u);
}

TEST_F(Conversation, CommandsStopWhileRepliesAreNotRead) {
  const auto client = Imported();
  Bytes flood;
  for (int i = 0; i < 1000; ++i) {
    const Bytes frame = AskForDescriptor();
    flood.insert(flood.end(), frame.begin(), frame.end());
  }
  // Like the server: reads nothing while replies wait.
  constexpr std::size_t kPiece = 10 * usbip::kCommandLength;
  std::size_t taken = 0, replies = 0;
  while (taken < flood.size() && !client->full()) {
    ASSERT_TRUE(client->Receive(ByteView(flood).subspan(taken, kPiece)));
    taken += kPiece;
    exports_.at(1)->Work();
    ASSERT_LE(client->output().size(), kLimits.output + kReplySize + kDescriptor);
  }
  EXPECT_LT(taken, flood.size());
  EXPECT_LE(client->waiting(), kPiece);
  // The conversation continues as the replies are read, and no reply is lost.
  while (taken < flood.size() || !client->output().empty()) {
    replies += client->output().size();
    client->output().clear();
    ASSERT_TRUE(client->Continue());
    if (taken < flood.size()) {
      ASSERT_TRUE(client->Receive(ByteView(flood).subspan(taken, kPiece)));
      taken += kPiece;
    }
    exports_.at(1)->Work();
  }
  EXPECT_EQ(replies, 1000 * (kReplySize + kDescriptor));
}

TEST_F(Conversation, TooManyPendingTransfersEndTheConversation) {
  function_.SetConfiguration(1);
  const auto client = Imported();
  ASSERT_TRUE(client->Receive(Words({1, ++sequence_, kUsbipBus << 16 | 1, 0, 0, 0, 0, 0, 0, 0,
                                     0x0009'0100, 0})));  // SET_CONFIGURATION
  ASSERT_TRUE(client->Receive(Words({1, ++sequence_, kUsbipBus << 16 | 1, 0, 0, 0, 0, 0, 0, 0,
                                     0x010b'0100, 0x0100'0000})));  // SET_INTERFACE
  exports_.at(1)->Work();
  client->output().clear();
  std::size_t sent = 0;
  while (sent < 1000 && client->Receive(Read(kDataIn, 4096))) {
    ++sent;
    exports_.at(1)->Work();
    ASSERT_TRUE(client->output().empty()) << "there is nothing to read";
  }
  EXPECT_EQ(sent, kLimits.transfers);
}

}  // namespace
}  // namespace mbnrig::usb
