// The data path from end to end: a host on a loopback bus opens the modem, connects sessions, and
// exchanges datagrams with the network behind them.

#include <gmock/gmock.h>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>

#include "data/testing/packets.h"
#include "gadget.h"
#include "mbim/codec.h"
#include "mbim/message.h"
#include "mbim/ntb.h"
#include "usb/loopback.h"
#include "usb/mbim_function.h"

namespace mbnrig {
namespace {

using namespace std::chrono_literals;
using data::testing::EchoRequest;
using mbim::Bytes;
using mbim::ByteView;
using mbim::NtbFormat;
using mbim::Status;
using usb::TransferStatus;

constexpr auto kDataPatience = 10s;
constexpr std::size_t kReads = 8;

/// A minimal host with a data pipe. It asks one thing after the other: this modem answers at once.
class DataHost {
 public:
  DataHost(usb::LoopbackBus& bus, NtbFormat format) : bus_(bus), format_(format) {
    subscription_ = bus_.Subscribe([this](std::shared_ptr<usb::LoopbackDevice> device, bool here) {
      std::lock_guard lock(mutex_);
      device_ = here ? std::move(device) : nullptr;
      changed_.notify_all();
    });
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, kDataPatience, [this] { return device_ != nullptr; });
  }
  ~DataHost() {
    bus_.Unsubscribe(subscription_);
    {
      std::lock_guard lock(mutex_);
      closing_ = true;
    }
    device_->Cancel(0);
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, kDataPatience, [this] { return reads_ == 0; });
  }

  /// Selects format and data setting, opens the modem, attaches, and starts to read.
  void Open() {
    Control({0x21, 0x84, static_cast<std::uint16_t>(format_), 0, 0}, {});
    EXPECT_TRUE(Control({0x01, 11, 1, 1, 0}, {}));
    writer_.Reset(mbim::NtbParameters{}.OutLimits(format_), format_, 0, 512);
    for (std::size_t i = 0; i < kReads; ++i)
      Read();
    Send(mbim::OpenMessage{1, 4096});
    Command(mbim::kPacketService, mbim::SetPacketService{mbim::PacketServiceAction::kAttach});
  }
  Status Connect(std::uint32_t session, const std::string& apn = "internet") {
    mbim::SetConnect request;
    request.session_id = session;
    request.activation_command = mbim::ActivationCommand::kActivate;
    request.access_string = apn;
    request.ip_type = mbim::IpType::kIpv4v6;
    return Command(mbim::kConnect, request);
  }
  Status Disconnect(std::uint32_t session) {
    mbim::SetConnect request;
    request.session_id = session;
    return Command(mbim::kConnect, request);
  }

  /// Sends an NTB with these datagrams of one session. The function has it when this returns.
  void Say(std::uint8_t session, const std::vector<Bytes>& datagrams) {
    for (const Bytes& datagram : datagrams)
      ASSERT_TRUE(writer_.Add(session, true, datagram));
    std::unique_lock lock(mutex_);
    said_ = false;
    device_->SubmitOut(usb::Layout{}.bulk_out_endpoint, writer_.Finish(),
                       [this](TransferStatus status, ByteView) {
                         std::lock_guard guard(mutex_);
                         EXPECT_EQ(status, TransferStatus::kCompleted);
                         said_ = true;
                         changed_.notify_all();
                       });
    changed_.wait(lock, [this] { return said_; });
  }
  struct Heard {
    int session = -1;
    Bytes datagram;
  };
  /// The next datagram from the network.
  Heard Hear() {
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, kDataPatience, [this] { return !heard_.empty(); })) return {};
    Heard heard = std::move(heard_.front());
    heard_.pop_front();
    return heard;
  }
  /// Whether the datagrams sent so far caused no answer. Answers go out before the next request is
  /// handled.
  bool IsSilent() {
    Control({0xa1, 0x80, 0, 0, 28}, {});
    std::lock_guard lock(mutex_);
    return heard_.empty();
  }

  std::optional<Bytes> Control(const usb::SetupPacket& setup, const Bytes& out) {
    std::mutex mutex;
    std::condition_variable ended;
    bool done = false;
    std::optional<Bytes> answer;
    device_->SubmitControl(setup, out, kDataPatience, [&](TransferStatus status, ByteView data) {
      std::lock_guard lock(mutex);
      if (status == TransferStatus::kCompleted) answer.emplace(data.begin(), data.end());
      done = true;
      ended.notify_all();
    });
    std::unique_lock lock(mutex);
    ended.wait(lock, [&] { return done; });
    return answer;
  }

 private:
  /// The last answer.
  mbim::FunctionMessage Send(const mbim::HostMessage& message) {
    const Bytes bytes = mbim::EncodeMessage(message);
    EXPECT_TRUE(Control({0x21, 0, 0, 0, static_cast<std::uint16_t>(bytes.size())}, bytes));
    mbim::FunctionMessage last;
    for (;;) {
      const auto fetched = Control({0xa1, 1, 0, 0, 4096}, {});
      if (!fetched || fetched->empty()) return last;
      auto decoded = mbim::DecodeFunctionMessage(*fetched);
      if (auto* answer = std::get_if<mbim::FunctionMessage>(&decoded)) {
        if (!std::holds_alternative<mbim::IndicateStatus>(*answer)) last = std::move(*answer);
      }
    }
  }
  template <class Payload>
  Status Command(const mbim::CommandId& cid, const Payload& payload) {
    const auto answer = Send(mbim::CommandMessage{++transaction_, cid.service, cid.number,
                                                  mbim::CommandType::kSet, mbim::Encode(payload)});
    const auto* done = std::get_if<mbim::CommandDone>(&answer);
    return done != nullptr ? done->status : Status::kFailure;
  }
  void Read() {
    {
      std::lock_guard lock(mutex_);
      if (closing_) return;
      ++reads_;
    }
    device_->SubmitIn(usb::Layout{}.bulk_in_endpoint, mbim::NtbParameters{}.in_max_size,
                      [this](TransferStatus status, ByteView ntb) { Came(status, ntb); });
  }
  void Came(TransferStatus status, ByteView ntb) {
    if (status == TransferStatus::kCompleted) {
      mbim::NtbContents contents;
      EXPECT_FALSE(mbim::ParseNtb(ntb, format_, contents));
      std::lock_guard lock(mutex_);
      EXPECT_EQ(contents.sequence, next_sequence_++);
      for (const auto& datagram : contents.datagrams)
        heard_.push_back({datagram.session, {datagram.bytes.begin(), datagram.bytes.end()}});
      changed_.notify_all();
    }
    if (status == TransferStatus::kCompleted) Read();
    std::lock_guard lock(mutex_);
    --reads_;
    changed_.notify_all();
  }

  usb::LoopbackBus& bus_;
  const NtbFormat format_;
  std::uint32_t subscription_ = 0;
  std::uint32_t transaction_ = 1;
  mbim::NtbWriter writer_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::shared_ptr<usb::LoopbackDevice> device_;
  std::size_t reads_ = 0;
  std::uint16_t next_sequence_ = 0;
  std::deque<Heard> heard_;
  bool closing_ = false;
  bool said_ = false;
};

class DataPath : public ::testing::TestWithParam<NtbFormat> {
 protected:
  void Start(const std::string& yaml = "name: test") {
    gadget_.emplace(scenario::Parse(yaml, "test"));
    port_.emplace(bus_, gadget_->function());
    gadget_->set_port(&*port_);
    gadget_->Plug();
    host_.emplace(bus_, GetParam());
    host_->Open();
  }
  void TearDown() override {
    host_.reset();
    if (gadget_) gadget_->set_port(nullptr);
  }
  /// The whole answer to an echo request of `size` bytes.
  void ExpectEcho(bool v6, std::size_t size, std::uint8_t session = 0) {
    host_->Say(session, EchoRequest(v6, size));
    data::Defragmenter together;
    for (;;) {
      const auto heard = host_->Hear();
      ASSERT_EQ(heard.session, session);
      const auto packet = data::ParsePacket(heard.datagram);
      ASSERT_TRUE(packet);
      if (!packet->fragment) {
        EXPECT_EQ(packet->payload.size(), size + 8);
        return;
      }
      if (const auto whole = together.Add(*packet)) {
        EXPECT_EQ(whole->payload.size(), size + 8);
        return;
      }
    }
  }
  nlohmann::json Statistics() {
    return gadget_->Control("state", nlohmann::json::object())["usb"]["data"];
  }

  usb::LoopbackBus bus_;
  std::optional<Gadget> gadget_;
  std::optional<usb::LoopbackPort> port_;
  std::optional<DataHost> host_;
};
INSTANTIATE_TEST_SUITE_P(Formats, DataPath, ::testing::Values(NtbFormat::kNtb16, NtbFormat::kNtb32),
                         [](const auto& test) {
                           return test.param == NtbFormat::kNtb16 ? "Ntb16" : "Ntb32";
                         });

TEST_P(DataPath, PingsTheGateway) {
  Start();
  ASSERT_EQ(host_->Connect(0), Status::kSuccess);
  for (const bool v6 : {false, true}) {
    for (const std::size_t size : {0u, 1u, 56u, 1400u, 1452u, 4000u})
      ExpectEcho(v6, size);
  }
  EXPECT_EQ(Statistics()["malformed_ntbs"], 0);
  EXPECT_EQ(Statistics()["downlink_dropped"], 0);
  EXPECT_EQ(Statistics()["uplink_dropped"], 0);
}

TEST_P(DataPath, ManyDatagramsInAnNtb) {
  Start();
  ASSERT_EQ(host_->Connect(0), Status::kSuccess);
  std::vector<Bytes> requests(100, EchoRequest(false, 56).front());
  host_->Say(0, requests);
  for (std::size_t i = 0; i < requests.size(); ++i)
    ASSERT_EQ(host_->Hear().session, 0);
}

TEST_P(DataPath, SessionsDoNotLeakIntoEachOther) {
  Start("{contexts: {limit: 3}}");
  ASSERT_EQ(host_->Connect(3), Status::kSuccess);
  ASSERT_EQ(host_->Connect(200, "loopback"), Status::kSuccess);
  host_->Say(0, EchoRequest(false, 10));
  EXPECT_TRUE(host_->IsSilent()) << "session 0 is not active";
  const Bytes any{9, 8, 7};
  host_->Say(200, {any});
  const auto heard = host_->Hear();
  EXPECT_EQ(heard.session, 200);
  EXPECT_EQ(heard.datagram, any) << "the loopback access point echoes anything";
  ExpectEcho(true, 10, 3);
  host_->Say(3, {any});
  EXPECT_TRUE(host_->IsSilent());
}

TEST_P(DataPath, ADeactivatedSessionPassesNothing) {
  Start();
  ASSERT_EQ(host_->Connect(0), Status::kSuccess);
  ExpectEcho(false, 10);
  ASSERT_EQ(host_->Disconnect(0), Status::kSuccess);
  host_->Say(0, EchoRequest(false, 10));
  EXPECT_TRUE(host_->IsSilent());
  EXPECT_EQ(Statistics()["uplink_dropped"], 1);
  ASSERT_EQ(host_->Connect(0), Status::kSuccess);
  ExpectEcho(false, 10);
}

TEST_P(DataPath, TheNetworkTakesASessionAway) {
  Start();
  ASSERT_EQ(host_->Connect(0), Status::kSuccess);
  gadget_->Control("set", {{"network.deactivate", 0}});
  host_->Say(0, EchoRequest(false, 10));
  EXPECT_TRUE(host_->IsSilent());
}

TEST_P(DataPath, AnotherScenarioHasAnotherNetwork) {
  Start();
  ASSERT_EQ(host_->Connect(0), Status::kSuccess);
  ExpectEcho(false, 10);
  host_.reset();
  gadget_->Control("load", {{"yaml", "network: {data: none}"}});
  host_.emplace(bus_, GetParam());
  host_->Open();
  ASSERT_EQ(host_->Connect(0), Status::kSuccess);
  host_->Say(0, EchoRequest(false, 10));
  EXPECT_TRUE(host_->IsSilent());
}

TEST_P(DataPath, ASlowLinkIsSlow) {
  Start("{network: {link: {latency: 20ms}}}");
  ASSERT_EQ(host_->Connect(0), Status::kSuccess);
  const auto begin = std::chrono::steady_clock::now();
  ExpectEcho(false, 10);
  EXPECT_GE(std::chrono::steady_clock::now() - begin, 40ms);
}

}  // namespace
}  // namespace mbnrig
