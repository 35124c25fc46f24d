// A session of host and modem over a bus in the process, recorded on both sides at once. Two
// programs read the recording: `mbnrig trace` and, as an independent check, tshark.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "client/monitor.h"
#include "client/testing/client_fixture.h"
#include "gadget.h"
#include "mbim/ntb.h"
#include "mbim/testing/wire_text.h"
#include "trace/conversation.h"
#include "trace/writer.h"
#include "usb/loopback.h"
#include "usb/mbim_function.h"

namespace mbnrig::client {
namespace {
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::IsSupersetOf;
using ::testing::Not;

/// The non-empty lines that tshark prints.
std::vector<std::string> Tshark(const std::filesystem::path& trace, const std::string& arguments) {
  const std::string command = "tshark -r '" + trace.string() + "' " + arguments + " 2>/dev/null";
  std::FILE* pipe = ::popen(command.c_str(), "r");
  if (pipe == nullptr) throw std::runtime_error("cannot run tshark");
  std::string output;
  std::array<char, 4096> buffer{};
  while (const std::size_t size = std::fread(buffer.data(), 1, buffer.size(), pipe))
    output.append(buffer.data(), size);
  if (::pclose(pipe) != 0) ADD_FAILURE() << "tshark failed: " << command;
  std::vector<std::string> lines;
  std::istringstream in(output);
  for (std::string line; std::getline(in, line);) {
    if (!line.empty()) lines.push_back(line);
  }
  return lines;
}

bool TsharkIsThere() {
  return std::system("tshark --version >/dev/null 2>&1") == 0;
}

class SessionTraceTest : public ::testing::Test {
 protected:
  SessionTraceTest() {
    std::string name = (std::filesystem::temp_directory_path() / "mbnrig-trace-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
    folder_ = name;
  }
  ~SessionTraceTest() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path GadgetFile() const { return folder_ / "gadget.pcapng"; }
  std::filesystem::path HostFile() const { return folder_ / "host.pcapng"; }

  /// Opens the modem, runs `talk`, and unplugs the modem. Both sides record everything.
  template <class Talk>
  void Session(Talk talk) {
    scenario_.usb.max_control_message = 64;
    auto gadget_writer = std::make_shared<trace::Writer>(GadgetFile());
    MonitorOptions options;
    options.trace = std::make_shared<trace::Writer>(HostFile());

    usb::LoopbackBus bus;
    Gadget gadget(scenario_);
    usb::LoopbackPort port(bus, gadget.function());
    gadget.set_trace(gadget_writer);
    gadget.set_port(&port);
    gadget.Plug();
    RecordingListener listener;
    const auto monitor = MakeLoopbackMonitor(bus, Timeouts{}, options);
    monitor->Start(listener);
    const auto device = listener.arrivals.Next();
    ASSERT_TRUE(Open(*device).Get().ok());
    talk(gadget, *device);
    gadget.Unplug();
    listener.removals.Next();
    monitor->Stop();
    gadget.set_port(nullptr);
  }

  /// DEVICE_CAPS, attach, a datagram each way, a refused and a good CONNECT.
  static void Talk(Gadget& gadget, Device& device) {
    ASSERT_TRUE(Query(device, mbim::kDeviceCaps).Get().ok());
    ASSERT_TRUE(Ask(device, mbim::kPacketService, mbim::CommandType::kSet,
                    mbim::SetPacketService{mbim::PacketServiceAction::kAttach})
                    .Get()
                    .ok());
    gadget.Control("inject", {{"on", "command"},
                              {"cid", "CONNECT"},
                              {"do", "status"},
                              {"status", "BUSY"},
                              {"times", 1}});
    mbim::SetConnect connect;
    connect.activation_command = mbim::ActivationCommand::kActivate;
    connect.access_string = "internet";
    connect.user_name = "user";
    connect.password = "secret";
    connect.ip_type = mbim::IpType::kIpv4;
    const auto ask = [&] {
      return Ask(device, mbim::kConnect, mbim::CommandType::kSet, connect).Get().status;
    };
    EXPECT_EQ(ask(), mbim::Status::kBusy);
    EXPECT_EQ(ask(), mbim::Status::kSuccess);
    gadget.function().ReceiveBulk(Ping());
  }
  void Record() { Session(Talk); }

  /// An NTB16 with one ping from 192.0.2.10.
  static mbim::Bytes Ping() {
    mbim::NtbWriter writer;
    writer.Reset({}, mbim::NtbFormat::kNtb16, 0);
    writer.Add(0, true, mbim::testing::FromText(R"(
        45 00 00 1c  00 01 00 00  40 01 f6 d4  c0 00 02 0a  c0 00 02 01
        08 00 f7 fd  00 01 00 01)"));
    const auto block = writer.Finish();
    return {block.begin(), block.end()};
  }

  static std::vector<trace::Entry> Read(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    trace::Reader reader(in);
    trace::Conversation conversation;
    for (trace::Packet packet; reader.Next(packet);)
      conversation.Add(packet);
    EXPECT_FALSE(reader.truncated());
    EXPECT_EQ(reader.dropped(), 0u);
    std::vector<trace::Entry> entries;
    for (const trace::Entry* entry : conversation.entries())
      entries.push_back(*entry);
    return entries;
  }
  /// "CONNECT set SUCCESS" and so on.
  static std::vector<std::string> Messages(const std::vector<trace::Entry>& entries) {
    std::vector<std::string> messages;
    for (const trace::Entry& entry : entries) {
      if (entry.kind != trace::Entry::Kind::kMessage) continue;
      messages.push_back(entry.name + " " + (entry.answer ? entry.answer->status : "unanswered"));
    }
    return messages;
  }
  static std::vector<std::string> Lines(const std::vector<trace::Entry>& entries) {
    trace::PrintOptions options;
    options.details = true;
    options.start = entries.empty() ? 0 : entries.front().time;
    std::vector<std::string> lines;
    for (const trace::Entry& entry : entries)
      lines.push_back(ToText(entry, options));
    return lines;
  }

  scenario::Scenario scenario_;
  std::filesystem::path folder_;
};

TEST_F(SessionTraceTest, IsTheSameConversationFromBothSides) {
  ASSERT_NO_FATAL_FAILURE(Record());
  const auto expected =
      ElementsAre("OPEN SUCCESS", "DEVICE_CAPS query SUCCESS", "PACKET_SERVICE set SUCCESS",
                  "CONNECT set BUSY", "CONNECT set SUCCESS");
  EXPECT_THAT(Messages(Read(GadgetFile())), expected);
  EXPECT_THAT(Messages(Read(HostFile())), expected);
}

TEST_F(SessionTraceTest, TellsWhatBecameOfTheModem) {
  ASSERT_NO_FATAL_FAILURE(Record());
  const auto lines = Lines(Read(GadgetFile()));
  EXPECT_THAT(
      lines,
      IsSupersetOf({
          HasSubstr("-- plugged in"),
          HasSubstr("-- packet service: attached"),
          HasSubstr(
              "-- fault 1 injected: on command BASIC_CONNECT CONNECT: status MBIM_STATUS_BUSY"),
          HasSubstr("-- fault 1 acts"),
          HasSubstr("-- context 0 activated (internet)"),
          HasSubstr("-> IPv4 ICMP echo request 192.0.2.10 > 192.0.2.1 28 B"),
          HasSubstr("-- unplugged"),
      }));
  EXPECT_THAT(lines,
              Contains(AllOf(HasSubstr("CONNECT set #"),
                             HasSubstr("(session 0, activate, internet, ipv4) -> SUCCESS"))));
  EXPECT_THAT(lines,
              Contains(AllOf(HasSubstr("<- indication PACKET_SERVICE"), HasSubstr("attached"))));
  EXPECT_THAT(lines, Not(Contains(HasSubstr("secret"))));
}

TEST_F(SessionTraceTest, SaysThatAnAnswerWasDamaged) {
  Session([](Gadget& gadget, Device& device) {
    gadget.Control("inject",
                   {{"on", "command"}, {"cid", "DEVICE_CAPS"}, {"do", "truncate"}, {"bytes", 8}});
    EXPECT_EQ(Query(device, mbim::kDeviceCaps).Get().outcome, Outcome::kMalformed);
  });
  std::vector<std::string> answers;
  for (const auto& entry : Read(GadgetFile())) {
    if (entry.name == "DEVICE_CAPS query" && entry.answer) answers.push_back(entry.answer->status);
    EXPECT_THAT(entry.name, Not(HasSubstr("unreadable")));
  }
  EXPECT_THAT(answers, ElementsAre(HasSubstr("damaged answer: ")));
}

TEST_F(SessionTraceTest, SaysThatAStructureWasDamaged) {
  static constexpr int kDeviceIdSize = 48 + 44 + 20;  // in the second fragment
  Session([](Gadget& gadget, Device& device) {
    gadget.Control(
        "inject",
        {{"on", "command"}, {"cid", "DEVICE_CAPS"}, {"do", "corrupt"}, {"bytes", kDeviceIdSize}});
    Query(device, mbim::kDeviceCaps).Get();
  });
  std::vector<std::string> answers;
  for (const auto& entry : Read(GadgetFile())) {
    if (entry.name == "DEVICE_CAPS query" && entry.answer) answers.push_back(entry.answer->summary);
  }
  EXPECT_THAT(answers, ElementsAre(HasSubstr("damaged: DeviceId")));
}

TEST_F(SessionTraceTest, IsReadByTshark) {
  if (!TsharkIsThere()) GTEST_SKIP() << "tshark is not installed: scripts/setup --test";
  ASSERT_NO_FATAL_FAILURE(Record());
  for (const auto& file : {GadgetFile(), HostFile()}) {
    SCOPED_TRACE(file);
    EXPECT_THAT(Tshark(file, "-Y '_ws.malformed || _ws.unreassembled'"), IsEmpty());
    const auto field = [&](const std::string& filter, const std::string& name) {
      return Tshark(file, fmt::format("-Y '{}' -T fields -e {}", filter, name));
    };
    const std::string type = "mbim.control.header.message_type";
    EXPECT_THAT(field(type + " == 1", type), ElementsAre("0x00000001"));
    EXPECT_THAT(field(type + " == 0x80000001", "mbim.control.status"), ElementsAre("0"));
    // Commands and answers by CID. A fragmented message counts where it is complete.
    EXPECT_THAT(field(type + " == 3 && mbim.control.command_type", "mbim.control.cid"),
                ElementsAre("1", "10", "12", "12"));
    EXPECT_THAT(field(type + " == 0x80000003 && mbim.control.status", "mbim.control.cid"),
                ElementsAre("1", "10", "12", "12"));
    EXPECT_THAT(field(type + " == 0x80000003 && mbim.control.device_caps_info.device_id",
                      "mbim.control.device_caps_info.device_id"),
                ElementsAre(scenario_.caps.device_id));
    EXPECT_THAT(
        field("mbim.control.set_connect.access_string", "mbim.control.set_connect.access_string"),
        ElementsAre("internet", "internet"));
  }
  EXPECT_THAT(Tshark(GadgetFile(), "-Y icmp -T fields -e ip.src -e icmp.type"),
              Contains("192.0.2.10\t8"));  // the answer may come after the end of the session
  EXPECT_THAT(Tshark(GadgetFile(), "-Y frame.comment -T fields -e frame.comment"),
              Contains(HasSubstr("context 0 activated (internet)")));
}

TEST_F(SessionTraceTest, NamesTheFaultsOfAScenarioThatIsLoaded) {
  {
    Gadget gadget{scenario::Scenario{}};
    gadget.set_trace(std::make_shared<trace::Writer>(GadgetFile()));
    gadget.Control("load", {{"yaml", "faults: [{on: command, cid: CONNECT, do: drop}]"}});
  }
  std::vector<std::string> names;
  for (const auto& entry : Read(GadgetFile()))
    names.push_back(entry.name);
  EXPECT_THAT(names, IsSupersetOf({HasSubstr("scenario yaml loaded"),
                                   HasSubstr("on command BASIC_CONNECT CONNECT: drop")}));
}

TEST_F(SessionTraceTest, EndsWhenItIsTakenAway) {
  Gadget gadget{scenario::Scenario{}};
  gadget.set_trace(std::make_shared<trace::Writer>(GadgetFile()));
  gadget.set_trace(nullptr);
  usb::LoopbackBus bus;
  usb::LoopbackPort port(bus, gadget.function());
  gadget.set_port(&port);
  gadget.Plug();
  gadget.set_port(nullptr);
  for (const auto& entry : Read(GadgetFile()))
    EXPECT_NE(entry.name, "plugged in");
}

}  // namespace
}  // namespace mbnrig::client
