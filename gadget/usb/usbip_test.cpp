// Tests the USB/IP server over the network, as a client sees it.

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>

#include <chrono>
#include <string>
#include <string_view>

#include "usb/mbim_function.h"
#include "usb/testing/echo_channel.h"
#include "usb/usbip_protocol.h"
#include "usb/usbip_server.h"

namespace mbnrig::usb {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr auto kServerPatience = 10s;  // only a broken server takes this long
constexpr std::size_t kImportReply = 8 + 312;
constexpr std::size_t kReply = 48;
constexpr std::uint32_t kFirstDevice = 1 << 16 | 1;
constexpr std::uint8_t kNotifications = 5, kBulkIn = 2, kBulkOut = 7;  // of Layout{}
constexpr SetupPacket kGetDeviceDescriptor{0x80, 6, 0x0100, 0, 18};
constexpr SetupPacket kSetConfiguration{0x00, 9, 1, 0, 0};
constexpr SetupPacket kSelectData{0x01, 11, 1, 1, 0};
constexpr SetupPacket kFetch{0xa1, 1, 0, 0, 4096};

SetupPacket SendCommand(std::size_t length) {
  return {0x21, 0, 0, 0, static_cast<std::uint16_t>(length)};
}

/// A listening socket for the server of one test, and its address.
struct Listener {
  Listener() : fd(::socket(AF_INET, SOCK_STREAM, 0)) {
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    auto* where = reinterpret_cast<sockaddr*>(&address);
    if (::bind(fd.get(), where, length) != 0 || ::listen(fd.get(), 16) != 0 ||
        ::getsockname(fd.get(), where, &length) != 0) {
      throw std::runtime_error("no socket to listen on");
    }
  }
  Fd fd;
  sockaddr_in address{};
};

std::uint32_t Word(ByteView bytes, std::size_t at) {
  return static_cast<std::uint32_t>(bytes[at]) << 24 | bytes[at + 1] << 16 | bytes[at + 2] << 8 |
         bytes[at + 3];
}

/// How a transfer ended, as the server reported it.
struct Reply {
  std::uint32_t command = 0, sequence = 0;
  std::int32_t status = 0;
  std::uint32_t length = 0;
  Bytes data;
  friend bool operator==(const Reply&, const Reply&) = default;
};
void PrintTo(const Reply& reply, std::ostream* out) {
  *out << "reply " << reply.command << " to " << reply.sequence << ": status " << reply.status
       << ", length " << reply.length << ", " << reply.data.size() << " bytes";
}
Reply Submitted(std::uint32_t sequence, std::int32_t status, std::uint32_t length,
                Bytes data = {}) {
  return {3, sequence, status, length, std::move(data)};
}
Reply Unlinked(std::uint32_t sequence, std::int32_t status) {
  return {4, sequence, status, 0, {}};
}

class Client {
 public:
  explicit Client(const sockaddr_in& server) : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
    if (::connect(fd_.get(), reinterpret_cast<const sockaddr*>(&server), sizeof server) != 0) {
      throw std::runtime_error("cannot connect to the server");
    }
  }

  void Send(ByteView bytes) {
    EXPECT_EQ(::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(bytes.size()));
  }
  /// Reads `count` bytes, or fewer if the server closes the connection.
  Bytes Read(std::size_t count) {
    Bytes bytes(count);
    std::size_t got = 0;
    while (got < count) {
      pollfd waiting{fd_.get(), POLLIN, 0};
      if (::poll(&waiting, 1,
                 static_cast<int>(std::chrono::milliseconds(kServerPatience).count())) <= 0) {
        ADD_FAILURE() << "nothing came";
        break;
      }
      const ssize_t part = ::recv(fd_.get(), bytes.data() + got, count - got, 0);
      if (part <= 0) break;
      got += static_cast<std::size_t>(part);
    }
    bytes.resize(got);
    return bytes;
  }
  bool Closed() { return Read(1).empty(); }
  /// Whether the server has sent nothing so far.
  bool Silent() const {
    pollfd waiting{fd_.get(), POLLIN, 0};
    return ::poll(&waiting, 1, 0) == 0;
  }

  static Bytes Operation(std::uint16_t code, std::uint16_t version = usbip::kVersion) {
    return {static_cast<std::uint8_t>(version >> 8),
            static_cast<std::uint8_t>(version),
            static_cast<std::uint8_t>(code >> 8),
            static_cast<std::uint8_t>(code),
            0,
            0,
            0,
            0};
  }
  /// Tries to import a device, and returns the status.
  std::uint32_t Import(std::string_view bus_id) {
    Bytes request = Operation(0x8003);
    request.insert(request.end(), bus_id.begin(), bus_id.end());
    request.resize(8 + 32);
    Send(request);
    const Bytes head = Read(8);
    if (head.size() != 8) return UINT32_MAX;
    if (Word(head, 4) == 0) {
      EXPECT_THAT(Read(kImportReply - 8), SizeIs(kImportReply - 8));
    }
    return Word(head, 4);
  }

  struct Frame {
    std::uint32_t command = 1, device = kFirstDevice, direction = 0, endpoint = 0, flags = 0;
    std::uint32_t length = 0, packets = UINT32_MAX;
    SetupPacket setup{};
    Bytes data{};
  };
  /// Encodes a command with the next sequence number.
  Bytes Encode(const Frame& frame) {
    Bytes bytes;
    auto put = [&bytes](std::uint32_t value) {
      for (const int shift : {24, 16, 8, 0})
        bytes.push_back(static_cast<std::uint8_t>(value >> shift));
    };
    for (const auto value : {frame.command, ++sequence_, frame.device, frame.direction,
                             frame.endpoint, frame.flags, frame.length, 0u, frame.packets, 0u}) {
      put(value);
    }
    const SetupPacket& setup = frame.setup;
    bytes.push_back(setup.request_type);
    bytes.push_back(setup.request);
    for (const auto value : {setup.value, setup.index, setup.length}) {
      bytes.push_back(static_cast<std::uint8_t>(value));
      bytes.push_back(static_cast<std::uint8_t>(value >> 8));
    }
    bytes.insert(bytes.end(), frame.data.begin(), frame.data.end());
    return bytes;
  }
  std::uint32_t Submit(const Frame& frame) {
    Send(Encode(frame));
    return sequence_;
  }
  std::uint32_t SubmitControl(const SetupPacket& setup, const Bytes& out = {}) {
    const bool in = (setup.request_type & 0x80) != 0;
    return Submit({.direction = in, .length = setup.length, .setup = setup, .data = out});
  }
  std::uint32_t SubmitIn(std::uint8_t endpoint, std::uint32_t length) {
    return Submit({.direction = 1, .endpoint = endpoint, .length = length});
  }
  std::uint32_t SubmitOut(std::uint8_t endpoint, const Bytes& data, std::uint32_t flags = 0) {
    return Submit({.endpoint = endpoint,
                   .flags = flags,
                   .length = static_cast<std::uint32_t>(data.size()),
                   .data = data});
  }
  std::uint32_t Unlink(std::uint32_t sequence) {
    return Submit({.command = 2, .flags = sequence, .packets = 0});
  }
  /// The next reply. `in`: it is for an IN transfer, so its data follows.
  Reply Next(bool in) {
    const Bytes head = Read(kReply);
    if (head.size() != kReply) return {};
    Reply reply{Word(head, 0),
                Word(head, 4),
                static_cast<std::int32_t>(Word(head, 20)),
                Word(head, 24),
                {}};
    if (in) reply.data = Read(reply.length);
    return reply;
  }
  Reply Control(const SetupPacket& setup, const Bytes& out = {}) {
    SubmitControl(setup, out);
    return Next((setup.request_type & 0x80) != 0);
  }

 private:
  Fd fd_;
  std::uint32_t sequence_ = 0;
};

class Usbip : public ::testing::Test {
 protected:
  explicit Usbip(UsbipLimits limits = {}, scenario::UsbIdentity identity = {})
      : function_(identity, channel_), server_(std::move(listener_.fd), limits) {
    port_ = server_.MakePort(function_);
    port_->Plug();
  }

  Client Connect() const { return Client(listener_.address); }
  /// A client that has imported the device. Retries while an earlier client is being disconnected.
  Client Imported() const {
    const auto deadline = std::chrono::steady_clock::now() + kServerPatience;
    for (;;) {
      Client client = Connect();
      const std::uint32_t status = client.Import("1-1");
      if (status == 2 && std::chrono::steady_clock::now() < deadline) continue;
      EXPECT_EQ(status, 0u);
      return client;
    }
  }
  Client Configured() const {
    Client client = Imported();
    EXPECT_EQ(client.Control(kSetConfiguration).status, 0);
    EXPECT_EQ(client.Control(kSelectData).status, 0);
    return client;
  }
  Listener listener_;
  EchoChannel channel_;
  MbimFunction function_;
  UsbipServer server_;
  std::unique_ptr<Port> port_;
};

TEST_F(Usbip, ListNamesThePluggedInDevices) {
  MbimFunction other{scenario::UsbIdentity{}, channel_};
  const auto second = server_.MakePort(other);
  Client client = Connect();
  client.Send(Client::Operation(0x8005));
  const Bytes list = client.Read(12 + 312 + 8);
  ASSERT_THAT(list, SizeIs(12 + 312 + 8));
  EXPECT_EQ(Word(list, 8), 1u);
  EXPECT_EQ(std::string(list.begin() + 268, list.begin() + 271), "1-1");
  EXPECT_EQ(Word(list, 308), 3u) << "high speed";
  EXPECT_TRUE(client.Closed());
  second->Plug();
  Client again = Connect();
  again.Send(Client::Operation(0x8005));
  EXPECT_THAT(again.Read(4000), SizeIs(12 + 2 * (312 + 8)));
}

TEST_F(Usbip, ImportNeedsAPluggedInDeviceAndTheRightVersion) {
  EXPECT_EQ(Connect().Import("1-2"), 4u);
  EXPECT_EQ(Connect().Import(std::string(32, 'x')), 4u);
  Client old = Connect();
  Bytes request = Client::Operation(0x8003, 0x0106);
  request.resize(8 + 32);
  old.Send(request);
  EXPECT_EQ(Word(old.Read(8), 4), 5u);
  EXPECT_TRUE(old.Closed());
}

TEST_F(Usbip, SecondImportIsRefusedUntilTheFirstClientLeaves) {
  {
    Client first = Configured();
    Client second = Connect();
    EXPECT_EQ(second.Import("1-1"), 2u);
    EXPECT_TRUE(second.Closed());
    EXPECT_EQ(first.Control(kGetDeviceDescriptor).length, 18u);
    EXPECT_TRUE(function_.configured());
  }
  const Client third = Imported();
  EXPECT_FALSE(function_.configured());
}

TEST_F(Usbip, FunctionKnowsItsHost) {
  EXPECT_EQ(function_.state().host, "");
  Client client = Imported();
  client.Control(kGetDeviceDescriptor);
  EXPECT_EQ(function_.state().host, "127.0.0.1");
  port_->Unplug();
  EXPECT_EQ(function_.state().host, "");
}

TEST_F(Usbip, DescriptorsCanBeRead) {
  Client client = Imported();
  EXPECT_EQ(client.Control(kGetDeviceDescriptor).data, Encode(function_.Device(Speed::kHigh)));
  EXPECT_EQ(client.Control({0x80, 6, 0x0200, 0, 4096}).data,
            Encode(function_.Configuration(Speed::kHigh)));
  EXPECT_THAT(client.Control({0x80, 6, 0x0200, 0, 9}).data, SizeIs(9));
  EXPECT_EQ(client.Control({0x80, 6, 0x0303, 0x0409, 255}).data,
            EncodeString(function_.identity().serial));
  EXPECT_EQ(client.Control({0x80, 6, 0x0377, 0x0409, 255}), Submitted(5, -32, 0));
}

TEST_F(Usbip, ReplyFitsIntoAShortBuffer) {
  Client client = Imported();
  client.Submit({.direction = 1, .length = 8, .setup = kGetDeviceDescriptor});
  EXPECT_THAT(client.Next(true).data, SizeIs(8));
}

TEST_F(Usbip, CommandIsSentAndItsAnswerFetched) {
  Client client = Configured();
  const auto read = client.SubmitIn(kNotifications, 64);
  const auto send = client.SubmitControl(SendCommand(3), {1, 2, 3});
  EXPECT_EQ(client.Next(false), Submitted(send, 0, 3));
  EXPECT_EQ(client.Next(true), Submitted(read, 0, 8, {0xa1, 1, 0, 0, 0, 0, 0, 0}));
  EXPECT_THAT(client.Control(kFetch).data, ElementsAre(1, 2, 3));
}

TEST_F(Usbip, SeveralReadsAreServedInOrder) {
  Client client = Configured();
  const auto first = client.SubmitIn(kNotifications, 64);
  const auto second = client.SubmitIn(kNotifications, 64);
  const auto a = client.SubmitControl(SendCommand(1), {1});
  EXPECT_EQ(client.Next(false).sequence, a);
  EXPECT_EQ(client.Next(true).sequence, first);
  const auto b = client.SubmitControl(SendCommand(1), {2});
  EXPECT_EQ(client.Next(false).sequence, b);
  EXPECT_EQ(client.Next(true).sequence, second);
}

TEST_F(Usbip, PendingTransferCanBeUnlinked) {
  Client client = Configured();
  const auto read = client.SubmitIn(kNotifications, 64);
  const auto unlink = client.Unlink(read);
  EXPECT_EQ(client.Next(false), Unlinked(unlink, -104));
  const auto send = client.SubmitControl(SendCommand(1), {1});
  EXPECT_EQ(client.Next(false).sequence, send);
  const auto later = client.SubmitIn(kNotifications, 64);
  EXPECT_EQ(client.Next(true).sequence, later) << "the notification waited for this read";
}

TEST_F(Usbip, EndedTransferCannotBeUnlinked) {
  Client client = Imported();
  const auto sequence = client.SubmitControl(kGetDeviceDescriptor);
  EXPECT_EQ(client.Next(true).sequence, sequence);
  const auto unlink = client.Unlink(sequence);
  EXPECT_EQ(client.Next(false), Unlinked(unlink, 0));
}

TEST_F(Usbip, ControlTransferOnTheWireCanBeUnlinked) {
  Client client = Configured();
  fault::Rule rule;
  rule.seam = fault::Seam::kSetup;
  rule.action = fault::Action::kDrop;
  channel_.plan.Add(rule);
  const auto dropped = client.SubmitControl(kFetch);
  ASSERT_TRUE(channel_.plan.WaitForHits(1, 1, kServerPatience));
  EXPECT_TRUE(client.Silent());
  const auto unlink = client.Unlink(dropped);
  EXPECT_EQ(client.Next(false), Unlinked(unlink, -104));
  channel_.plan.Clear();
  EXPECT_EQ(client.Control(kFetch).status, 0);
}

TEST_F(Usbip, MissingEndpointIsAnError) {
  Client client = Imported();
  const auto read = client.SubmitIn(kNotifications, 64);
  EXPECT_EQ(client.Next(true), Submitted(read, -71, 0));
  ASSERT_EQ(client.Control(kSetConfiguration).status, 0);
  const auto write = client.SubmitOut(kBulkOut, Bytes(10));
  EXPECT_EQ(client.Next(false), Submitted(write, -71, 0));
}

TEST_F(Usbip, HaltedEndpointStalls) {
  Client client = Configured();
  const auto read = client.SubmitIn(kBulkIn, 512);
  const auto halt = client.SubmitControl({0x02, 3, 0, 0x82, 0});
  EXPECT_EQ(client.Next(false), Submitted(halt, 0, 0));
  EXPECT_EQ(client.Next(true), Submitted(read, -32, 0));
  EXPECT_THAT(client.Control({0x82, 0, 0, 0x82, 2}).data, ElementsAre(1, 0));
  EXPECT_EQ(client.Control({0x02, 1, 0, 0x82, 0}).status, 0);
  EXPECT_THAT(client.Control({0x82, 0, 0, 0x82, 2}).data, ElementsAre(0, 0));
  client.SubmitIn(kBulkIn, 512);
  const auto write = client.SubmitOut(kBulkOut, Bytes(10));
  EXPECT_EQ(client.Next(false), Submitted(write, 0, 10)) << "the read is pending";
}

TEST_F(Usbip, DatagramsArriveInAnNtb) {
  Client client = Configured();
  function_.data().SetSession(0, true);
  const auto read = client.SubmitIn(kBulkIn, mbim::NtbParameters{}.in_max_size);
  const auto sync = client.SubmitOut(kBulkOut, Bytes(10));
  EXPECT_EQ(client.Next(false).sequence, sync);
  function_.data().Downlink(0, Bytes(100, 0x45));
  const Reply reply = client.Next(true);
  EXPECT_EQ(reply.sequence, read);
  ASSERT_GT(reply.length, 100u);
  EXPECT_EQ(std::string(reply.data.begin(), reply.data.begin() + 4), "NCMH");
}

TEST_F(Usbip, ShortReadsGetAnNtbInPieces) {
  Client client = Configured();
  function_.data().SetSession(0, true);
  function_.data().Downlink(0, Bytes(1500, 0x45));
  Bytes ntb;
  for (std::size_t got = 512; got == 512;) {
    const auto read = client.SubmitIn(kBulkIn, 512);
    const Reply reply = client.Next(true);
    EXPECT_EQ(reply.sequence, read);
    got = reply.length;
    ntb.insert(ntb.end(), reply.data.begin(), reply.data.end());
  }
  EXPECT_GT(ntb.size(), 1500u);
  EXPECT_EQ(ntb[8] | ntb[9] << 8, static_cast<int>(ntb.size())) << "wBlockLength";
}

TEST_F(Usbip, ZeroPacketEndsAWriteOfFullPackets) {
  Client client = Configured();
  client.SubmitOut(kBulkOut, Bytes(512), 0x40);
  EXPECT_EQ(client.Next(false).length, 512u);
  EXPECT_EQ(function_.state().data.out_ntbs, 1u);
  client.SubmitOut(kBulkOut, Bytes(512));
  EXPECT_EQ(client.Next(false).length, 512u);
  EXPECT_EQ(function_.state().data.out_ntbs, 1u) << "more may come";
  client.SubmitOut(kBulkOut, Bytes(10));
  EXPECT_EQ(client.Next(false).length, 10u);
  EXPECT_EQ(function_.state().data.out_ntbs, 2u);
}

TEST_F(Usbip, FramesMayComeInPieces) {
  Client client = Configured();
  const Bytes frame = client.Encode({.length = 3, .setup = SendCommand(3), .data = {1, 2, 3}});
  for (const std::uint8_t byte : frame)
    client.Send(Bytes{byte});
  EXPECT_EQ(client.Next(false).length, 3u);
  EXPECT_THAT(client.Control(kFetch).data, ElementsAre(1, 2, 3));
}

TEST_F(Usbip, ProtocolErrorsCloseTheConnection) {
  Client web = Connect();
  web.Send(Bytes{'G', 'E', 'T', ' ', '/', ' ', 'H', 'T', 'T', 'P'});
  EXPECT_TRUE(web.Closed());
  using Frame = Client::Frame;
  for (const Frame& frame :
       {Frame{.command = 3}, Frame{.command = 0}, Frame{.device = kFirstDevice + 1},
        Frame{.direction = 2}, Frame{.endpoint = 16}, Frame{.direction = 1, .packets = 8},
        Frame{.direction = 1, .endpoint = 2, .length = UINT32_MAX},
        Frame{.endpoint = 7, .length = 256 * 1024 + 1}, Frame{.command = 2, .device = 0}}) {
    Client client = Imported();
    client.Submit(frame);
    EXPECT_TRUE(client.Closed());
  }
}

TEST_F(Usbip, SequenceNumberInUseClosesTheConnection) {
  Client client = Configured();
  const Bytes frame = client.Encode({.direction = 1, .endpoint = kNotifications, .length = 64});
  client.Send(frame);
  client.Send(frame);
  EXPECT_TRUE(client.Closed());
}

TEST_F(Usbip, DirectionMustAgreeWithTheSetupPacket) {
  Client client = Imported();
  const auto wrong = client.Submit({.direction = 0, .setup = kGetDeviceDescriptor});
  EXPECT_EQ(client.Next(false), Submitted(wrong, -71, 0));
  EXPECT_EQ(client.Control(kGetDeviceDescriptor).length, 18u);
}

TEST_F(Usbip, LongRequestStalls) {
  Client client = Configured();
  const auto sent = client.SubmitControl(SendCommand(4097), Bytes(4097));
  EXPECT_EQ(client.Next(false), Submitted(sent, -32, 0));
  EXPECT_EQ(client.Control(SendCommand(4096), Bytes(4096)).length, 4096u);
}

TEST_F(Usbip, UnplugClosesTheConnectionAndPlugExportsAgain) {
  Client client = Configured();
  client.SubmitIn(kNotifications, 64);
  port_->Unplug();
  EXPECT_TRUE(client.Closed());
  EXPECT_FALSE(function_.state().attached);
  EXPECT_EQ(Connect().Import("1-1"), 4u);
  port_->Plug();
  Client again = Imported();
  EXPECT_EQ(again.Control(kGetDeviceDescriptor).length, 18u);
}

TEST_F(Usbip, TwoModemsAreIndependent) {
  EchoChannel other_channel;
  MbimFunction other{scenario::UsbIdentity{}, other_channel};
  const auto second = server_.MakePort(other);
  second->Plug();
  Client first = Configured();
  Client client = Connect();
  ASSERT_EQ(client.Import("1-2"), 0u);
  const auto wrong = client.Submit({.device = kFirstDevice + 1, .setup = kSetConfiguration});
  EXPECT_EQ(client.Next(false), Submitted(wrong, 0, 0));
  EXPECT_EQ(first.Control(SendCommand(1), {1}).status, 0);
  client.Submit({.device = kFirstDevice + 1, .direction = 1, .length = 4096, .setup = kFetch});
  EXPECT_THAT(client.Next(true).data, IsEmpty());
  EXPECT_THAT(first.Control(kFetch).data, ElementsAre(1));
}

class AtSpeed : public Usbip, public ::testing::WithParamInterface<Speed> {
 protected:
  AtSpeed() : Usbip({}, Identity()) {}
  static scenario::UsbIdentity Identity() {
    scenario::UsbIdentity identity;
    identity.speed = GetParam();
    return identity;
  }
};

TEST_P(AtSpeed, DescriptorsDependOnTheSpeed) {
  const Speed speed = GetParam();
  Client client = Configured();
  EXPECT_EQ(client.Control(kGetDeviceDescriptor).data, Encode(function_.Device(speed)));
  EXPECT_EQ(client.Control({0x80, 6, 0x0200, 0, 4096}).data,
            Encode(function_.Configuration(speed)));
  // The qualifier describes another speed of a high-speed device; BOS and SEL are for SuperSpeed.
  const int on_high = speed == Speed::kHigh ? 0 : -32;
  const int on_super = speed == Speed::kSuper ? 0 : -32;
  EXPECT_EQ(client.Control({0x80, 6, 0x0600, 0, 10}).status, on_high);
  EXPECT_EQ(client.Control({0x80, 6, 0x0700, 0, 255}).status, on_high);
  EXPECT_EQ(client.Control({0x80, 6, 0x0f00, 0, 255}).status, on_super);
  EXPECT_EQ(client.Control({0x00, 48, 0, 0, 6}, Bytes(6)).status, on_super);
  EXPECT_EQ(client.Control({0x00, 3, 48, 0, 0}).status, on_super) << "U1 enable";
  const std::uint8_t u1 = speed == Speed::kSuper ? 4 : 0, u2 = speed == Speed::kSuper ? 8 : 0;
  const SetupPacket get_status{0x80, 0, 0, 0, 2};
  EXPECT_THAT(client.Control(get_status).data, ElementsAre(u1, 0));
  EXPECT_EQ(client.Control({0x00, 3, 49, 0, 0}).status, on_super) << "U2 enable";
  EXPECT_THAT(client.Control(get_status).data, ElementsAre(u1 | u2, 0));
  EXPECT_EQ(client.Control({0x00, 1, 48, 0, 0}).status, on_super) << "not U1";
  EXPECT_THAT(client.Control(get_status).data, ElementsAre(u2, 0));
}

INSTANTIATE_TEST_SUITE_P(Usbip, AtSpeed,
                         ::testing::Values(Speed::kFull, Speed::kHigh, Speed::kSuper));

class WithinLimits : public Usbip {
 protected:
  WithinLimits()
      : Usbip(
            {.transfer = 4096, .transfers = 16, .output = 100, .guests = 2, .guest_timeout = 1h}) {}
};

TEST_F(WithinLimits, TooManyTransfersCloseTheConnection) {
  Client client = Configured();
  for (int i = 0; i < 17; ++i)
    client.SubmitIn(kNotifications, 64);
  EXPECT_TRUE(client.Closed());
}

TEST_F(WithinLimits, TooManyGuestsAreDisconnected) {
  Client first = Connect();
  Client second = Connect();
  Client third = Connect();
  EXPECT_TRUE(third.Closed());
  EXPECT_EQ(first.Import("1-1"), 0u);
  EXPECT_EQ(second.Import("1-1"), 2u);
}

TEST_F(WithinLimits, ASmallOutputLimitIsEnough) {
  Client client = Imported();
  Bytes frames;
  for (int i = 0; i < 500; ++i) {
    const Bytes frame =
        client.Encode({.direction = 1, .length = 18, .setup = kGetDeviceDescriptor});
    frames.insert(frames.end(), frame.begin(), frame.end());
    if (i % 10 == 9) {  // fewer than the limit
      client.Send(frames);
      frames.clear();
      for (int j = 0; j < 10; ++j)
        EXPECT_EQ(client.Next(true).length, 18u);
    }
  }
}

class WithoutPatience : public Usbip {
 protected:
  WithoutPatience() : Usbip({.guest_timeout = 1ms}) {}
};

TEST_F(WithoutPatience, SilentGuestIsDisconnected) {
  Client client = Connect();
  EXPECT_TRUE(client.Closed());
}

TEST_F(WithoutPatience, GuestWithAnIncompleteOperationIsDisconnected) {
  Client client = Connect();
  client.Send(Bytes{1, 0x11, 0x80});
  EXPECT_TRUE(client.Closed());
}

}  // namespace
}  // namespace mbnrig::usb
