// Compares every byte that the writer writes, and tests what the reader accepts and refuses.

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "mbim/testing/wire_text.h"
#include "trace/device_trace.h"
#include "trace/ip_text.h"
#include "trace/reader.h"
#include "trace/writer.h"

namespace mbnrig::trace {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::ThrowsMessage;

constexpr std::uint64_t kThen = 1'700'000'000'123'456'789;

/// A temporary folder for the test.
class TraceTest : public ::testing::Test {
 protected:
  TraceTest() {
    std::string name = (std::filesystem::temp_directory_path() / "mbnrig-trace-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
    folder_ = name;
  }
  ~TraceTest() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path File() const { return folder_ / "t.pcapng"; }
  std::string Content() const {
    std::ifstream in(File(), std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  WriterOptions Options() {
    WriterOptions options;
    options.application = "test";
    options.clock = [this] { return now_.load(); };
    return options;
  }
  std::vector<Packet> ReadAll() const {
    std::istringstream in(Content());
    Reader reader(in);
    std::vector<Packet> packets;
    for (Packet packet; reader.Next(packet);)
      packets.push_back(packet);
    return packets;
  }

  std::filesystem::path folder_;
  std::atomic<std::uint64_t> now_ = kThen;
};

Urb Notified() {
  Urb urb;
  urb.id = 0x0102030405060708;
  urb.event = Urb::Event::kComplete;
  urb.transfer = Urb::Transfer::kInterrupt;
  urb.endpoint = 0x85;
  urb.device = 3;
  urb.length = 3;
  return urb;
}

TEST_F(TraceTest, IsWrittenByteForByte) {
  {
    Writer writer(File(), Options());
    writer.Comment("hi");
    writer.Add(Notified(), Bytes{0xa1, 0x01, 0x00});
  }
  const Bytes expected = mbim::testing::FromText(R"(
      0a 0d 0d 0a  28 00 00 00      | section header, 40 bytes
      4d 3c 2b 1a  01 00 00 00      | byte order, version 1.0
      ff ff ff ff  ff ff ff ff      | length of the section not known
      04 00 04 00  74 65 73 74      | shb_userappl "test"
      00 00 00 00  28 00 00 00
      01 00 00 00  28 00 00 00      | interface, 40 bytes
      dc 00 00 00  00 00 00 00      | LINKTYPE_USB_LINUX_MMAPPED, whole packets
      02 00 03 00  75 73 62 00      | if_name "usb"
      09 00 01 00  09 00 00 00      | if_tsresol: nanoseconds
      00 00 00 00  28 00 00 00
      06 00 00 00  70 00 00 00      | packet, 112 bytes
      00 00 00 00                   | interface 0
      fe 9c 97 17  15 cd 85 3d      | time, the higher half first
      43 00 00 00  43 00 00 00      | 67 bytes
      08 07 06 05  04 03 02 01      | URB
      43 01 85 03  01 00            | 'C', interrupt, endpoint 0x85, device 3, bus 1
      2d 00                         | no setup, data
      00 f1 53 65  00 00 00 00      | 1700000000 s
      40 e2 01 00  00 00 00 00      | 123456 us, status 0
      03 00 00 00  03 00 00 00      | length, data
      00 00 00 00  00 00 00 00
      00 00 00 00  00 00 00 00
      00 00 00 00  00 00 00 00
      a1 01 00 00                   | the data and its padding
      01 00 02 00  68 69 00 00      | opt_comment "hi"
      00 00 00 00  70 00 00 00
      05 00 00 00  34 00 00 00      | statistics, 52 bytes
      00 00 00 00  fe 9c 97 17  15 cd 85 3d
      04 00 08 00  01 00 00 00  00 00 00 00   | isb_ifrecv
      05 00 08 00  00 00 00 00  00 00 00 00   | isb_ifdrop
      00 00 00 00  34 00 00 00
  )");
  const std::string content = Content();
  EXPECT_EQ(Bytes(content.begin(), content.end()), expected);
}

TEST_F(TraceTest, ComesBackAsItWas) {
  {
    auto writer = std::make_shared<Writer>(File(), Options());
    writer->Comment("one");
    writer->Comment("two");
    DeviceTrace device(writer, Bytes{18, 1}, Bytes{9, 2, 0});
    now_ += 1000;
    const auto id = device.SubmitControl({0x21, 0, 0, 0, 0, 0, 2, 0}, Bytes{7, 8});
    device.CompleteControl(id, false, urb_status::kStall, {});
  }
  const auto packets = ReadAll();
  ASSERT_EQ(packets.size(), 6u);
  EXPECT_THAT(packets[0].comments, ElementsAre("one", "two"));
  EXPECT_EQ(packets[0].time, kThen);
  EXPECT_EQ(packets[4].time, kThen + 1000);
  EXPECT_THAT(packets[4].comments, IsEmpty());
  const auto configuration = DecodeUrb(packets[3].data);
  ASSERT_TRUE(configuration);
  EXPECT_EQ(Bytes(configuration->data.begin(), configuration->data.end()), (Bytes{9, 2, 0}));
  const auto submitted = DecodeUrb(packets[4].data);
  const auto completed = DecodeUrb(packets[5].data);
  ASSERT_TRUE(submitted && completed);
  EXPECT_EQ(submitted->urb.event, Urb::Event::kSubmit);
  EXPECT_EQ(submitted->urb.setup, (trace::Setup{0x21, 0, 0, 0, 0, 0, 2, 0}));
  EXPECT_EQ(Bytes(submitted->data.begin(), submitted->data.end()), (Bytes{7, 8}));
  EXPECT_EQ(completed->urb.event, Urb::Event::kComplete);
  EXPECT_EQ(completed->urb.id, submitted->urb.id);
  EXPECT_EQ(completed->urb.status, urb_status::kStall);
}

TEST_F(TraceTest, GivesACommentItsOwnPacketWhereNoneFollowsSoon) {
  {
    Writer writer(File(), Options());
    writer.Add(Notified());
    writer.Comment("early");
    now_ += 5'000'000;
    writer.Add(Notified());
    writer.Comment("last");
    now_ += 5'000'000;
  }
  const auto packets = ReadAll();
  ASSERT_EQ(packets.size(), 4u);
  EXPECT_THAT(packets[1].comments, ElementsAre("early"));
  EXPECT_EQ(packets[1].time, kThen);
  EXPECT_THAT(packets[2].comments, IsEmpty());
  EXPECT_THAT(packets[3].comments, ElementsAre("last"));
  EXPECT_EQ(packets[3].time, kThen + 5'000'000);
  const auto carrier = DecodeUrb(packets[1].data);
  ASSERT_TRUE(carrier);
  EXPECT_EQ(carrier->urb.endpoint, 0x85);
  EXPECT_EQ(carrier->urb.device, 3);
}

TEST_F(TraceTest, IsOnTheDiskAfterAFlushAndForItsOwnerOnly) {
  std::ofstream(File()) << "was there, for all to read";
  std::filesystem::permissions(File(), std::filesystem::perms(0644));
  Writer writer(File(), Options());
  writer.Add(Notified());
  writer.Comment("there");
  writer.Flush();
  EXPECT_EQ(ReadAll().size(), 2u);
  struct ::stat file {};
  ASSERT_EQ(::stat(File().c_str(), &file), 0);
  EXPECT_EQ(file.st_mode & 0777, 0600u);
}

TEST_F(TraceTest, DropsAndCountsWhatASlowReaderDoesNotTake) {
  ASSERT_EQ(::mkfifo(File().c_str(), 0600), 0);
  const Fd reader(::open(File().c_str(), O_RDONLY | O_NONBLOCK));
  ASSERT_TRUE(reader);
  WriterOptions options = Options();
  options.max_waiting = 64 << 10;
  options.write_timeout = std::chrono::milliseconds(1);
  Writer writer(File(), options);
  // More than the pipe and the writer can hold. Add never waits.
  const Bytes data(16 << 10);
  for (int i = 0; i < 100; ++i)
    writer.Add(Notified(), data);
  writer.Flush();
  EXPECT_EQ(writer.statistics().packets, 100u);
  EXPECT_GT(writer.statistics().dropped, 0u);
}

TEST_F(TraceTest, EndsWhenTheDiskIsFull) {
  Writer writer("/dev/full", Options());
  writer.Add(Notified());
  writer.Flush();
  EXPECT_EQ(writer.statistics().dropped, 0u);  // the writer did not know yet that the disk is full
  writer.Add(Notified());
  EXPECT_EQ(writer.statistics().dropped, 1u);
}

TEST_F(TraceTest, NamesTheFileItCannotWrite) {
  const auto missing = folder_ / "no" / "t.pcapng";
  EXPECT_THAT([&] { Writer writer(missing); },
              ThrowsMessage<std::runtime_error>(HasSubstr(missing.string())));
}

TEST_F(TraceTest, CountsDevicesTo127) {
  Writer writer(File(), Options());
  EXPECT_EQ(writer.NextDevice(), 1);
  for (int i = 2; i <= 127; ++i)
    writer.NextDevice();
  EXPECT_EQ(writer.NextDevice(), 1);
}

/// A valid trace with one packet.
std::string GoodTrace() {
  Bytes bytes;
  AppendSectionHeader(bytes, "test");
  AppendInterface(bytes, kLinkTypeUsbLinuxMmapped, "usb");
  const UrbHeader header = EncodeUrb(Notified(), kThen, 0);
  AppendPacket(bytes, kThen, header, {}, std::string("a comment\0", 10));
  AppendStatistics(bytes, kThen, 1, 0);
  return {bytes.begin(), bytes.end()};
}

/// Why reading fails. "" if it does not fail.
std::string Fault(const std::string& content) {
  std::istringstream in(content);
  try {
    Reader reader(in);
    for (Packet packet; reader.Next(packet);)
      DecodeUrb(packet.data);
    return reader.truncated() ? "truncated" : "";
  } catch (const TraceError& error) {
    return error.what();
  }
}

TEST(ReaderTest, RefusesWhatIsNoTrace) {
  EXPECT_EQ(Fault(GoodTrace()), "");
  EXPECT_EQ(Fault(""), "not a pcapng file");
  EXPECT_EQ(Fault("{\"this\": \"is JSON\"}"), "not a pcapng file");
  EXPECT_THAT(Fault(GoodTrace().substr(0, 20)), HasSubstr("ends in its first block"));
  std::string ethernet = GoodTrace();
  ethernet[40 + 8] = 1;
  EXPECT_THAT(Fault(ethernet), HasSubstr("link type 1"));
}

TEST(ReaderTest, TakesWhatAKilledWriterLeaves) {
  const std::string whole = GoodTrace();
  EXPECT_EQ(Fault(whole.substr(0, whole.size() - 5)), "truncated");
}

TEST(ReaderTest, SaysWhereTheFileIsDamaged) {
  std::string bad = GoodTrace();
  bad[80 + 4] = 13;  // the packet's length
  EXPECT_THAT(Fault(bad), HasSubstr("the block at byte 80 is damaged"));
}

TEST(ReaderTest, SurvivesEveryDamagedByte) {
  const std::string good = GoodTrace();
  for (std::size_t at = 0; at < good.size(); ++at) {
    for (const int value : {0, 1, 0x7f, 0x80, 0xff}) {
      std::string bad = good;
      bad[at] = static_cast<char>(value);
      Fault(bad);
      Fault(bad.substr(0, at));
    }
  }
}

TEST(IpTextTest, SaysWhoSendsWhatToWhom) {
  const Bytes ping = mbim::testing::FromText(R"(
      45 00 00 1c  00 01 00 00  40 01 00 00  c0 00 02 0a  c0 00 02 01
      08 00 00 00  00 01 00 01)");
  EXPECT_EQ(DescribeIp(ping), "IPv4 ICMP echo request 192.0.2.10 > 192.0.2.1");
  const Bytes syn = mbim::testing::FromText(R"(
      45 00 00 28  00 01 00 00  40 06 00 00  c0 00 02 0a  c0 00 02 01
      c0 00 00 50  00 00 00 00  00 00 00 00  50 02 00 00  00 00 00 00)");
  EXPECT_EQ(DescribeIp(syn), "IPv4 TCP SYN 192.0.2.10 port 49152 > 192.0.2.1 port 80");
  const Bytes dns = mbim::testing::FromText(R"(
      60 00 00 00  00 08 11 40
      20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 01
      20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 53
      c0 00 00 35  00 08 00 00)");
  EXPECT_EQ(DescribeIp(dns), "IPv6 UDP 2001:db8::1 port 49152 > 2001:db8::53 port 53");
  for (std::size_t size = 0; size < syn.size(); ++size)
    DescribeIp(ByteView(syn).first(size));
  EXPECT_EQ(DescribeIp({}), "not an IP packet");
}

}  // namespace
}  // namespace mbnrig::trace
