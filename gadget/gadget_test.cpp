#include "gadget.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <thread>

#include "control/rpc.h"
#include "mbim/codec.h"
#include "mbim/fragment.h"
#include "mbim/message.h"
#include "rule_json.h"
#include "usb/descriptors.h"
#include "usb/loopback.h"
#include "usb/mbim_function.h"

namespace mbnrig {
namespace {

using namespace std::chrono_literals;
using control::RpcError;
using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;
using usb::TransferStatus;

constexpr auto kPatience = 10s;

/// A minimal host: opens the modem on a loopback bus, sends commands, and listens.
class Host {
 public:
  explicit Host(usb::LoopbackBus& bus) : bus_(bus) {
    subscription_ =
        bus_.Subscribe([this](std::shared_ptr<usb::LoopbackDevice> device, bool arrived) {
          std::lock_guard lock(mutex_);
          if (arrived) ++arrivals_;
          device_ = arrived ? std::move(device) : nullptr;
          changed_.notify_all();
        });
  }
  ~Host() {
    bus_.Unsubscribe(subscription_);
    std::shared_ptr<usb::LoopbackDevice> device;
    {
      std::lock_guard lock(mutex_);
      closing_ = true;
      device = device_;
    }
    if (device) device->Cancel(0);
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, kPatience, [this] { return pending_ == 0; });
  }

  bool WaitForDevice(bool present) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, kPatience, [&] { return (device_ != nullptr) == present; });
  }

  /// Waits until a device has arrived that often since the host was made.
  bool WaitForArrivals(int count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, kPatience, [&] { return arrivals_ >= count; });
  }
  int arrivals() {
    const std::lock_guard lock(mutex_);
    return arrivals_;
  }

  TransferStatus Send(const mbim::HostMessage& message, std::uint32_t max_transfer) {
    for (const auto& fragment : mbim::Fragment(mbim::EncodeMessage(message), max_transfer)) {
      const auto status =
          Control({0x21, 0, 0, 0, static_cast<std::uint16_t>(fragment.size())}, fragment).status;
      if (status != TransferStatus::kCompleted) return status;
    }
    return TransferStatus::kCompleted;
  }

  /// The next message of the modem. Nothing if none arrives in time.
  std::optional<mbim::FunctionMessage> Next(std::uint32_t max_transfer) {
    mbim::Reassembler reassembler({max_transfer, 1u << 20, kPatience});
    for (;;) {
      if (!AwaitNotification()) return std::nullopt;
      const auto fetched = Control({0xa1, 1, 0, 0, 4096}, {});
      EXPECT_LE(fetched.data.size(), max_transfer);
      const auto whole = reassembler.Push(fetched.data, std::chrono::steady_clock::now());
      if (std::holds_alternative<std::monostate>(whole)) continue;
      if (!std::holds_alternative<mbim::Bytes>(whole)) return std::nullopt;
      auto message = mbim::DecodeFunctionMessage(std::get<mbim::Bytes>(whole));
      if (!std::holds_alternative<mbim::FunctionMessage>(message)) return std::nullopt;
      return std::get<mbim::FunctionMessage>(message);
    }
  }

  std::optional<mbim::Status> Open(std::uint32_t max_transfer = 4096) {
    Send(mbim::OpenMessage{1, max_transfer}, max_transfer);
    const auto answer = Next(max_transfer);
    if (!answer || !std::holds_alternative<mbim::OpenDone>(*answer)) return std::nullopt;
    return std::get<mbim::OpenDone>(*answer).status;
  }

  std::optional<mbim::Status> Close() {
    Send(mbim::CloseMessage{1}, 4096);
    const auto answer = Next(4096);
    if (!answer || !std::holds_alternative<mbim::CloseDone>(*answer)) return std::nullopt;
    return std::get<mbim::CloseDone>(*answer).status;
  }

  std::optional<mbim::CommandDone> Query(const mbim::CommandId& cid,
                                         std::uint32_t max_transfer = 4096) {
    return Command(cid, mbim::CommandType::kQuery, {}, max_transfer);
  }

  /// A Basic Connect command and its answer; indications before it are skipped.
  std::optional<mbim::CommandDone> Command(const mbim::CommandId& cid, mbim::CommandType type,
                                           mbim::Bytes information,
                                           std::uint32_t max_transfer = 4096) {
    Send(
        mbim::CommandMessage{++transaction_, cid.service, cid.number, type, std::move(information)},
        max_transfer);
    for (;;) {
      const auto answer = Next(max_transfer);
      if (!answer) return std::nullopt;
      if (const auto* done = std::get_if<mbim::CommandDone>(&*answer)) return *done;
    }
  }

  struct Ended {
    TransferStatus status = TransferStatus::kNoDevice;
    mbim::Bytes data;
  };
  Ended Control(const usb::SetupPacket& setup, const mbim::Bytes& out,
                std::chrono::milliseconds timeout = kPatience) {
    std::shared_ptr<usb::LoopbackDevice> device;
    {
      std::lock_guard lock(mutex_);
      device = device_;
    }
    if (!device) return {};
    std::optional<Ended> ended;
    device->SubmitControl(setup, out, timeout, [&](TransferStatus status, mbim::ByteView data) {
      std::lock_guard lock(mutex_);
      ended = Ended{status, {data.begin(), data.end()}};
      changed_.notify_all();
    });
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return ended.has_value(); });
    return *ended;
  }

 private:
  bool AwaitNotification() {
    std::unique_lock lock(mutex_);
    if (pending_ == 0 && device_) {
      const auto device = device_;
      ++pending_;
      lock.unlock();
      device->SubmitIn(usb::Layout{}.notification_endpoint, 16,
                       [this](TransferStatus status, mbim::ByteView) {
                         std::lock_guard guard(mutex_);
                         --pending_;
                         if (status == TransferStatus::kCompleted && !closing_) ++notified_;
                         changed_.notify_all();
                       });
      lock.lock();
    }
    if (!changed_.wait_for(lock, kPatience, [this] { return notified_ > 0 || !device_; })) {
      return false;
    }
    if (notified_ == 0) return false;
    --notified_;
    return true;
  }

  usb::LoopbackBus& bus_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::uint32_t subscription_ = 0;
  std::shared_ptr<usb::LoopbackDevice> device_;
  std::uint32_t transaction_ = 1;
  int pending_ = 0, notified_ = 0, arrivals_ = 0;
  bool closing_ = false;
};

class PluggedGadget : public ::testing::Test {
 protected:
  PluggedGadget() {
    gadget_.set_port(&port_);
    gadget_.Plug();
    EXPECT_TRUE(host_.WaitForDevice(true));
  }
  ~PluggedGadget() override { gadget_.set_port(nullptr); }

  json Call(const std::string& method, const json& params = json::object()) {
    return gadget_.Control(method, params);
  }
  std::string Refusal(const std::string& method, const json& params = json::object()) {
    try {
      return "no refusal but " + Call(method, params).dump();
    } catch (const RpcError& error) {
      return error.what();
    }
  }
  fault::RuleId Inject(const json& rule) { return Call("inject", rule)["rule"]; }

  Gadget gadget_{scenario::Scenario{}};
  usb::LoopbackBus bus_;
  usb::LoopbackPort port_{bus_, gadget_.function()};
  Host host_{bus_};
};

TEST_F(PluggedGadget, ModemAnswersOverTheBus) {
  ASSERT_EQ(host_.Open(), mbim::Status::kSuccess);
  const auto caps = host_.Query(mbim::kDeviceCaps);
  ASSERT_TRUE(caps);
  EXPECT_EQ(caps->status, mbim::Status::kSuccess);
  const auto decoded = mbim::Decode<mbim::DeviceCapsInfo>(caps->information);
  ASSERT_TRUE(decoded);
  EXPECT_EQ(decoded->device_id, scenario::DefaultCaps().device_id);
}

TEST_F(PluggedGadget, ModemAnswersInFragments) {
  for (const std::uint32_t max_transfer : {64u, 256u}) {
    ASSERT_EQ(host_.Open(max_transfer), mbim::Status::kSuccess);
    const auto caps = host_.Query(mbim::kDeviceCaps, max_transfer);
    ASSERT_TRUE(caps);
    EXPECT_TRUE(mbim::Decode<mbim::DeviceCapsInfo>(caps->information));
  }
}

TEST_F(PluggedGadget, ScenarioDecidesTheControlTransferSize) {
  Call("load", {{"yaml", "name: small\nusb: {max_control_message: 64}\n"}});
  ASSERT_TRUE(host_.WaitForArrivals(2));
  ASSERT_EQ(host_.Open(64), mbim::Status::kSuccess);
  EXPECT_TRUE(host_.Query(mbim::kDeviceCaps, 64));
  EXPECT_EQ(host_.Control({0x21, 0, 0, 0, 65}, mbim::Bytes(65)).status, TransferStatus::kStall);
}

TEST_F(PluggedGadget, ResetFunctionClosesTheModem) {
  ASSERT_EQ(host_.Open(), mbim::Status::kSuccess);
  ASSERT_EQ(host_.Control({0x21, 5, 0, 0, 0}, {}).status, TransferStatus::kCompleted);
  host_.Send(mbim::CommandMessage{9, mbim::kServiceBasicConnect, 1, mbim::CommandType::kQuery, {}},
             4096);
  const auto answer = host_.Next(4096);
  ASSERT_TRUE(answer && std::holds_alternative<mbim::FunctionErrorMessage>(*answer));
  EXPECT_EQ(std::get<mbim::FunctionErrorMessage>(*answer).error, mbim::ProtocolError::kNotOpened);
}

TEST_F(PluggedGadget, UnplugAndPlugAreAPowerCycle) {
  ASSERT_EQ(host_.Open(), mbim::Status::kSuccess);
  Call("set", {{"sim.state", "absent"}});
  EXPECT_EQ(Call("unplug"), (json{{"plugged", false}}));
  EXPECT_TRUE(host_.WaitForDevice(false));
  EXPECT_EQ(Call("state")["plugged"], false);
  EXPECT_EQ(Call("unplug"), (json{{"plugged", false}}));
  EXPECT_EQ(Call("plug"), (json{{"plugged", true}}));
  EXPECT_TRUE(host_.WaitForDevice(true));
  const json modem = Call("state")["modem"];
  EXPECT_EQ(modem["control"]["open"], false);
  EXPECT_EQ(modem["sim"]["state"], "absent");  // a power cycle keeps changes by `set`
}

TEST_F(PluggedGadget, LoadIsAPowerCycleWithAnotherModem) {
  Inject({{"on", "open"}, {"do", "drop"}});
  const json result = Call("load", {{"yaml",
                                     "name: other\n"
                                     "usb: {serial: OTHER}\n"
                                     "faults: [{on: close, do: drop}]\n"}});
  EXPECT_EQ(result, (json{{"scenario", "other"}, {"replugged", true}}));
  const json state = Call("state");
  EXPECT_EQ(state["plugged"], true);
  EXPECT_EQ(state["scenario"], "other");
  ASSERT_EQ(state["rules"].size(), 1u);
  EXPECT_EQ(state["rules"][0]["rule"]["on"], "close");
  EXPECT_EQ(gadget_.function().identity().serial, "OTHER");
  ASSERT_TRUE(host_.WaitForArrivals(2));
  EXPECT_EQ(host_.Open(), mbim::Status::kSuccess);
}

// The host uses everything that a modem remembers, then closes it: PIN attempts and modes,
// subscriptions, an active context, the radio, provisioned contexts. The test changes the world and
// adds a fault. After `load`, `state`, which reports all of this, must be the same as that of a
// gadget that was just plugged in.
TEST_F(PluggedGadget, LoadWithoutReplugKeepsTheDeviceAndNothingElse) {
  Call("load", {{"yaml", "name: same"}});
  ASSERT_TRUE(host_.WaitForArrivals(2));
  const json fresh = Call("state");
  ASSERT_EQ(host_.Open(), mbim::Status::kSuccess);
  const auto set = [this](const mbim::CommandId& cid, const auto& information) {
    const auto answer = host_.Command(cid, mbim::CommandType::kSet, mbim::Encode(information));
    return answer ? std::optional(answer->status) : std::nullopt;
  };
  EXPECT_EQ(
      set(mbim::kPin, mbim::SetPin{mbim::PinType::kPin1, mbim::PinOperation::kEnable, "0000", ""}),
      mbim::Status::kFailure);
  EXPECT_EQ(set(mbim::kDeviceServiceSubscribeList, mbim::DeviceServiceSubscribeList{}),
            mbim::Status::kSuccess);
  EXPECT_EQ(set(mbim::kPacketService, mbim::SetPacketService{mbim::PacketServiceAction::kAttach}),
            mbim::Status::kSuccess);
  mbim::SetConnect connect;
  connect.activation_command = mbim::ActivationCommand::kActivate;
  connect.access_string = "internet";
  EXPECT_EQ(set(mbim::kConnect, connect), mbim::Status::kSuccess);
  Call("set", {{"network.registration", "denied"}, {"contexts.limit", 0}});
  ASSERT_EQ(host_.Close(), mbim::Status::kSuccess);
  Inject({{"on", "open"}, {"do", "drop"}});
  const json used = Call("state");
  EXPECT_NE(used["modem"]["sim"], fresh["modem"]["sim"]);
  EXPECT_NE(used["modem"]["network"], fresh["modem"]["network"]);

  EXPECT_EQ(Call("load", {{"yaml", "name: same"}, {"replug", false}})["replugged"], false);
  EXPECT_EQ(Call("state"), fresh);
  EXPECT_EQ(host_.arrivals(), 2);
  EXPECT_EQ(host_.Open(), mbim::Status::kSuccess);
  EXPECT_EQ(host_.Query(mbim::kDeviceCaps)->status, mbim::Status::kSuccess);
}

TEST_F(PluggedGadget, LoadReplugsWhereAHostWouldNotice) {
  const auto replugged = [this](const char* yaml) {
    const json result = Call("load", {{"yaml", yaml}, {"replug", false}});
    return result["replugged"].get<bool>();
  };
  ASSERT_EQ(host_.Open(), mbim::Status::kSuccess);
  EXPECT_TRUE(replugged("name: open channel"));
  ASSERT_TRUE(host_.WaitForArrivals(2));
  EXPECT_FALSE(replugged("name: closed channel"));
  EXPECT_TRUE(replugged("usb: {serial: OTHER}"));
  ASSERT_TRUE(host_.WaitForArrivals(3));
  EXPECT_TRUE(replugged("usb: {ntb: {in_max_size: 4096}}"));
  ASSERT_TRUE(host_.WaitForArrivals(4));
  Call("unplug");
  EXPECT_TRUE(replugged("usb: {ntb: {in_max_size: 4096}}"));
  ASSERT_TRUE(host_.WaitForArrivals(5));
}

TEST_F(PluggedGadget, LoadReplugsWhereAResponseWaits) {
  Inject({{"on", "notification"}, {"do", "drop"}});
  ASSERT_EQ(host_.Send(mbim::OpenMessage{1, 4096}, 4096), TransferStatus::kCompleted);
  ASSERT_EQ(host_.Send(mbim::CloseMessage{2}, 4096), TransferStatus::kCompleted);
  EXPECT_EQ(Call("load", {{"yaml", "name: same"}, {"replug", false}})["replugged"], true);
}

TEST_F(PluggedGadget, ScenarioThatCannotBeUsedChangesNothing) {
  EXPECT_THAT(Refusal("load", {{"yaml", "name: other\nsimm: {}\n"}}), HasSubstr("'sim'"));
  EXPECT_THAT(Refusal("load", {{"path", "/nowhere.yaml"}}), HasSubstr("/nowhere.yaml"));
  EXPECT_THAT(Refusal("load"), HasSubstr("either"));
  EXPECT_THAT(Refusal("load", {{"yaml", ""}, {"replug", 0}}), HasSubstr("true or false"));
  EXPECT_THAT(Refusal("load", {{"path", "a"}, {"yaml", "b"}}), HasSubstr("either"));
  EXPECT_EQ(Call("state")["scenario"], "");
  EXPECT_EQ(host_.Open(), mbim::Status::kSuccess);
}

TEST_F(PluggedGadget, RuleIsInjectedWaitedForAndCleared) {
  ASSERT_EQ(host_.Open(), mbim::Status::kSuccess);
  const auto rule =
      Inject({{"on", "command"}, {"cid", "DEVICE_CAPS"}, {"do", "status"}, {"status", "BUSY"}});
  EXPECT_EQ(Call("wait", {{"rule", rule}, {"timeout_ms", 0}}),
            (json{{"reached", false}, {"hits", 0}}));
  std::thread query(
      [this] { EXPECT_EQ(host_.Query(mbim::kDeviceCaps)->status, mbim::Status::kBusy); });
  EXPECT_EQ(Call("wait", {{"rule", rule}}), (json{{"reached", true}, {"hits", 1}}));
  query.join();
  Call("clear", {{"rule", rule}});
  EXPECT_EQ(host_.Query(mbim::kDeviceCaps)->status, mbim::Status::kSuccess);
  EXPECT_THAT(Refusal("clear", {{"rule", rule}}), HasSubstr("no rule"));
  EXPECT_THAT(Refusal("wait", {{"rule", rule}}), HasSubstr("no rule"));
}

TEST_F(PluggedGadget, HeldAnswerGoesWhenTheRuleIsReleased) {
  ASSERT_EQ(host_.Open(), mbim::Status::kSuccess);
  const auto rule = Inject({{"rule", {{"on", "answer"}, {"do", "hold"}}}});
  std::optional<mbim::CommandDone> answer;
  std::thread query([&] { answer = host_.Query(mbim::kDeviceCaps); });
  EXPECT_EQ(Call("wait", {{"rule", rule}})["reached"], true);
  Call("release", {{"rule", rule}});
  query.join();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, mbim::Status::kSuccess);
}

TEST_F(PluggedGadget, DelayedAnswerComesByItself) {
  ASSERT_EQ(host_.Open(), mbim::Status::kSuccess);
  Inject({{"on", "answer"}, {"do", "delay"}, {"delay", "20ms"}});
  const auto before = std::chrono::steady_clock::now();
  ASSERT_TRUE(host_.Query(mbim::kDeviceCaps));
  EXPECT_GE(std::chrono::steady_clock::now() - before, 20ms);
}

TEST_F(PluggedGadget, UsbRequestIsHeldAndReleased) {
  const auto rule = Inject({{"on", "setup"}, {"do", "hold"}});
  std::thread request([this] {
    EXPECT_EQ(host_.Control({0xa1, 0x83, 0, 0, 2}, {}).status, TransferStatus::kCompleted);
  });
  EXPECT_EQ(Call("wait", {{"rule", rule}})["reached"], true);
  Call("release", {{"rule", rule}});
  request.join();
}

TEST_F(PluggedGadget, UsbRequestIsDelayed) {
  Inject({{"on", "setup"}, {"do", "delay"}, {"delay", "20ms"}});
  EXPECT_EQ(host_.Control({0xa1, 0x83, 0, 0, 2}, {}).status, TransferStatus::kCompleted);
}

TEST_F(PluggedGadget, RuleUnplugsDuringACall) {
  for (const char* on : {"command", "answer"}) {
    ASSERT_EQ(host_.Open(), mbim::Status::kSuccess);
    const auto rule = Inject({{"on", on}, {"do", "unplug"}});
    EXPECT_EQ(host_.Query(mbim::kDeviceCaps), std::nullopt);
    EXPECT_TRUE(host_.WaitForDevice(false));
    Call("clear", {{"rule", rule}});
    Call("plug");
    EXPECT_TRUE(host_.WaitForDevice(true));
  }
}

TEST_F(PluggedGadget, WorldChangesAreIndicated) {
  ASSERT_EQ(host_.Open(), mbim::Status::kSuccess);
  Call("set", {{"radio.hardware", "off"}});
  const auto message = host_.Next(4096);
  ASSERT_TRUE(message && std::holds_alternative<mbim::IndicateStatus>(*message));
  EXPECT_THAT(Refusal("set", {{"radio.hardwire", "off"}}), HasSubstr("radio.hardware"));
}

TEST_F(PluggedGadget, TraceTellsWhatPassed) {
  ASSERT_EQ(host_.Open(), mbim::Status::kSuccess);
  const json messages = Call("trace")["messages"];
  ASSERT_EQ(messages.size(), 2u);
  EXPECT_EQ(messages[0]["direction"], "from-host");
  EXPECT_THAT(messages[0]["text"].get<std::string>(), HasSubstr("OPEN"));
  EXPECT_EQ(messages[1]["direction"], "to-host");
  EXPECT_THAT(messages[1]["text"].get<std::string>(), HasSubstr("OPEN_DONE"));
  EXPECT_EQ(Call("trace", {{"after", 1}})["messages"].size(), 1u);
  EXPECT_EQ(Call("trace", {{"limit", 1}})["messages"][0]["number"], 2);
  Call("trace", {{"clear", true}});
  EXPECT_TRUE(Call("trace")["messages"].empty());
}

TEST_F(PluggedGadget, StateTellsOfUsb) {
  const json usb = Call("state")["usb"];
  EXPECT_EQ(usb["attached"], true);
  EXPECT_EQ(usb["configuration"], 1);
}

TEST_F(PluggedGadget, WrongRequestsAreRefusedWithTheReason) {
  EXPECT_THAT(Refusal("plugg"), HasSubstr("nearest is 'plug'"));
  EXPECT_THAT(Refusal("wait"), HasSubstr("\"rule\" is missing"));
  EXPECT_THAT(Refusal("wait", {{"rule", "one"}}), HasSubstr("whole number"));
  EXPECT_THAT(Refusal("wait", {{"rule", -1}}), HasSubstr("whole number"));
  EXPECT_THAT(Refusal("wait", {{"rule", 1}, {"timeout_ms", 1e9}}), HasSubstr("whole number"));
  EXPECT_THAT(Refusal("state", {{"verbose", true}}), HasSubstr("'verbose'"));
  EXPECT_THAT(Refusal("release", {{"rule", 99}}), HasSubstr("no rule 99"));
  EXPECT_THAT(Refusal("inject", {{"on", "command"}}), HasSubstr("'do'"));
  EXPECT_THAT(Refusal("inject", {{"rule", 3}}), HasSubstr("expected an object"));
  EXPECT_THAT(Refusal("inject", {{"first", 3}}), HasSubstr("expected true or false"));
  EXPECT_THAT(Refusal("trace", {{"clear", 1}}), HasSubstr("true or false"));
  EXPECT_THAT(Refusal("load", {{"path", 1}}), HasSubstr("expected a string"));
  EXPECT_THAT(Refusal("load", {{"yaml", "usb: 1"}, {"name", "my.yaml"}}),
              HasSubstr("my.yaml:1: usb"));
  EXPECT_THAT(Refusal("load", {{"path", "a"}, {"name", "b"}}), HasSubstr("is only for"));
  const auto drop = Inject({{"on", "open"}, {"do", "drop"}});
  EXPECT_THAT(Refusal("release", {{"rule", drop}}), HasSubstr("holds nothing"));
}

TEST_F(PluggedGadget, ARuleThatCannotActIsRefused) {
  const json stall = {{"on", "setup"}, {"do", "stall"}};
  const json stall_command = {
      {"on", "setup"}, {"request", "SEND_ENCAPSULATED_COMMAND"}, {"do", "stall"}};
  EXPECT_FALSE(Call("inject", stall).contains("warning"));
  EXPECT_THAT(Refusal("inject", stall_command), HasSubstr("no refusal"));
  Call("clear");
  gadget_.Unplug();
  gadget_.function().Attach({.layout = {}, .acknowledges_data = true});  // as GadgetFS does
  EXPECT_THAT(Refusal("inject", stall_command), HasSubstr("cannot act"));
  EXPECT_TRUE(Call("state")["rules"].empty());
  EXPECT_TRUE(Call("inject", stall).contains("warning"));
  gadget_.function().Detach();
}

TEST_F(PluggedGadget, HelpNamesEveryMethod) {
  const json help = Call("help");
  for (const auto& method : help.items()) {
    EXPECT_THAT(Refusal(method.key(), {{"no such parameter", 1}}),
                ::testing::Not(HasSubstr("there is no method")));
  }
}

TEST_F(PluggedGadget, StopEndsWaitsAndRefusesWhatFollows) {
  const auto rule = Inject({{"on", "open"}, {"do", "drop"}});
  std::thread waiting([&] {
    EXPECT_THAT(Refusal("wait", {{"rule", rule}, {"timeout_ms", 60'000}}),
                HasSubstr("is stopping"));
  });
  gadget_.Stop();
  waiting.join();
  EXPECT_TRUE(host_.WaitForDevice(false));
  EXPECT_THAT(Refusal("state"), HasSubstr("is stopping"));
}

TEST(Gadget, WithoutAPortCannotBePluggedIn) {
  Gadget gadget{scenario::Scenario{}};
  EXPECT_THAT([&] { gadget.Plug(); }, ThrowsMessage<std::runtime_error>(HasSubstr("no port")));
  EXPECT_THAT([&] { gadget.Control("plug", json::object()); },
              ThrowsMessage<RpcError>(HasSubstr("no port")));
}

TEST(Gadget, PortThatFailsIsReportedAndTriedAgain) {
  struct Broken : Port {
    void Plug() override {
      if (broken) throw std::runtime_error("the cable is broken");
    }
    void Unplug() override {}
    bool broken = true;
  } port;
  Gadget gadget{scenario::Scenario{}};
  gadget.set_port(&port);
  EXPECT_THAT([&] { gadget.Control("plug", json::object()); },
              ThrowsMessage<RpcError>(HasSubstr("the cable is broken")));
  EXPECT_EQ(gadget.Control("state", json::object())["plugged"], false);
  port.broken = false;
  EXPECT_EQ(gadget.Control("plug", json::object()), (json{{"plugged", true}}));
  gadget.set_port(nullptr);
}

TEST(Gadget, FaultsOfTheScenarioAreInForce) {
  scenario::Scenario scenario;
  fault::Rule rule;
  rule.seam = fault::Seam::kOpen;
  rule.action = fault::Action::kDrop;
  scenario.faults = {rule};
  Gadget gadget{scenario};
  ASSERT_EQ(gadget.plan().List().size(), 1u);
  EXPECT_EQ(gadget.plan().List()[0].rule, rule);
}

TEST(RuleJson, IsWhatParseRuleReads) {
  for (const char* text : {
           "{on: open, do: drop}",
           "{on: command, cid: CONNECT, type: set, session: 0, activation: activate, do: status,"
           " status: MAX_ACTIVATED_CONTEXTS, network_error: 27}",
           "{on: answer, service: BASIC_CONNECT, cid: 1, do: error, error: UNKNOWN, after: 2, "
           "times: 1}",
           "{on: indication, first_word: 1, second_word: 2, do: delay, delay: 2s}",
           "{on: setup, request: get_encapsulated_response, do: truncate, bytes: 3}",
           "{on: setup, request: 7, do: corrupt, bytes: 3}",
           "{on: notification, do: hold}",
           "{on: setup, do: stall}",
           "{on: command, do: unplug}",
       }) {
    const auto rule = scenario::ParseRule(text, "rule");
    const json printed = ToJson(rule);
    EXPECT_EQ(scenario::ParseRule(printed.dump(), "printed"), rule) << printed;
  }
}

}  // namespace
}  // namespace mbnrig
