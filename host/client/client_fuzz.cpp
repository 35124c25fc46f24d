/// A hostile device: arbitrary responses, fragments, notifications and transfer errors, while the
/// host opens the device, sends commands and closes it. Checks that every request is answered once
/// and in time, and that the host sends valid messages.

#include <spdlog/spdlog.h>

#include <deque>
#include <mutex>
#include <set>

#include "client/clock.h"
#include "client/usb_monitor.h"
#include "mbim/basic_connect.h"
#include "mbim/codec.h"
#include "mbim/fragment.h"
#include "mbim/testing/fuzz_recording.h"
#include "mbim/testing/generate.h"
#include "transport/log.h"
#include "transport/testing/fake_usb.h"
#include "transport/testing/fuzz_status.h"

namespace mbnrig::fuzz {
namespace {

using client::Reply;
using std::chrono::milliseconds;
using transport::UsbStatus;
using transport::testing::FakeUsbDevice;

enum Step : std::uint8_t {
  kOpen,
  kClose,
  kQuery,         ///< a byte: the CID
  kSet,           ///< a byte: the CID, a chunk: the information buffer
  kAnswer,        ///< to the host's oldest message. A byte: the status, a chunk: the information
  kIndicate,      ///< a byte: the CID, a chunk: the information buffer
  kResponse,      ///< a chunk, sent unchanged, and its notification
  kNotification,  ///< a byte: how it ends, a chunk
  kSendStatus,    ///< a byte: how SEND_ENCAPSULATED_COMMAND ends from now on
  kOtherAnswer,   ///< a byte: how other control requests end, a chunk
  kEndPending,    ///< a byte: how pending requests end
  kPass,          ///< a word: the time that passes, in hundredths of a second
  kSilent,        ///< a byte: whether RESPONSE_AVAILABLE is sent
  kUnplug
};
/// Steps are numbers below this. Some numbers mean nothing yet, so that stored inputs keep their
/// meaning when a step is added.
constexpr std::uint8_t kStepRange = 16;

constexpr std::uint8_t kNotificationEndpoint = 0x85;
const Bytes kResponseAvailable{0xa1, 0x01, 0, 0, 0, 0, 0, 0};

class HostileModem {
 public:
  HostileModem(bool functional, std::uint16_t max_control_message)
      : usb(std::make_shared<FakeUsbDevice>(
            transport::UsbDeviceInfo{"usb-1-1", 0x1d6b, 0x0104, "", "", ""},
            transport::testing::FakeMbimConfiguration(functional, max_control_message))) {
    usb->set_control_handler([this](const auto& call) { return OnControl(call); });
  }

  const std::shared_ptr<FakeUsbDevice> usb;

  void set_send_status(std::optional<UsbStatus> status) {
    std::lock_guard lock(mutex_);
    send_status_ = status;
  }
  void set_other_answer(std::optional<UsbStatus> status, ByteView bytes) {
    std::lock_guard lock(mutex_);
    other_status_ = status;
    other_bytes_.assign(bytes.begin(), bytes.end());
  }
  void set_notifies(bool notifies) { notifies_ = notifies; }

  void Respond(ByteView response) {
    {
      std::lock_guard lock(mutex_);
      responses_.emplace_back(response.begin(), response.end());
    }
    if (notifies_) usb->CompleteIn(kNotificationEndpoint, UsbStatus::kOk, kResponseAvailable);
  }
  void Say(const mbim::FunctionMessage& message) {
    std::uint32_t max_transfer = 0;
    {
      std::lock_guard lock(mutex_);
      max_transfer = max_transfer_;
    }
    for (const Bytes& fragment : mbim::Fragment(mbim::EncodeMessage(message), max_transfer)) {
      Respond(fragment);
    }
  }
  std::optional<mbim::HostMessage> TakeReceived() {
    std::lock_guard lock(mutex_);
    if (received_.empty()) return std::nullopt;
    mbim::HostMessage message = std::move(received_.front());
    received_.pop_front();
    return message;
  }

 private:
  std::optional<FakeUsbDevice::ControlAnswer> OnControl(const FakeUsbDevice::ControlCall& call) {
    std::lock_guard lock(mutex_);
    if (call.request.request_type == 0x21 && call.request.request == 0) {
      if (send_status_ == UsbStatus::kOk) {
        Receive(call.data);
      } else {
        reassembler_.Reset();
        whole_ = false;  // a message may lack its beginning or its end
      }
      return Ended(send_status_, {});
    }
    if (call.request.request_type == 0xa1 && call.request.request == 1) {
      Bytes response;
      if (!responses_.empty()) {
        response = std::move(responses_.front());
        responses_.pop_front();
      }
      // No host controller lets a device send more than was requested.
      if (response.size() > call.length) return Ended(UsbStatus::kOverflow, {});
      return Ended(UsbStatus::kOk, std::move(response));
    }
    Bytes bytes = other_bytes_;
    bytes.resize(std::min<std::size_t>(bytes.size(), call.length));
    return Ended(other_status_, std::move(bytes));
  }
  static std::optional<FakeUsbDevice::ControlAnswer> Ended(std::optional<UsbStatus> status,
                                                           Bytes bytes) {
    if (!status) return std::nullopt;
    return FakeUsbDevice::ControlAnswer{*status, std::move(bytes)};
  }

  void Receive(const Bytes& fragment) {
    auto result = reassembler_.Push(fragment, {});
    Require(!whole_ || !std::holds_alternative<mbim::MessageError>(result),
            "the host's fragments come in order");
    const auto* whole = std::get_if<Bytes>(&result);
    if (!whole) return;
    auto decoded = mbim::DecodeHostMessage(*whole);
    auto* message = std::get_if<mbim::HostMessage>(&decoded);
    Require(message != nullptr, "the host's messages are valid");
    if (const auto* open = std::get_if<mbim::OpenMessage>(message)) {
      max_transfer_ = open->max_control_transfer;
    }
    received_.push_back(std::move(*message));
  }

  std::mutex mutex_;
  std::optional<UsbStatus> send_status_ = UsbStatus::kOk;
  std::optional<UsbStatus> other_status_ = UsbStatus::kOk;
  Bytes other_bytes_;
  std::deque<Bytes> responses_;
  std::deque<mbim::HostMessage> received_;
  mbim::Reassembler reassembler_{mbim::Reassembler::Limits{}};
  std::uint32_t max_transfer_ = 4096;
  bool whole_ = true;
  bool notifies_ = true;
};

class Rig : private client::Monitor::Listener {
 public:
  Rig(bool functional, std::uint16_t max_control_message)
      : modem_(functional, max_control_message) {
    auto bus = std::make_unique<transport::testing::FakeUsbBus>();
    bus_ = bus.get();
    bus_->Plug(modem_.usb);
    client::MonitorOptions options;
    options.clock = clock_;
    monitor_ = std::make_unique<client::UsbMonitor>(std::move(bus), client::DeviceFilter{},
                                                    client::Timeouts{}, options);
    monitor_->Start(*this);
    monitor_->Settle();
    Require(device_ != nullptr, "the device is announced");
    device_->set_indication_handler([](const client::Indication&) {});
  }

  ~Rig() override {
    // The modem is silent from now on: everything that the host waits for times out.
    for (int i = 0; i < 25 && Waits(); ++i) {
      modem_.usb->EndPendingControl(UsbStatus::kTimedOut);
      Pass(milliseconds(5'000));
    }
    Require(!Waits(), "every request is answered in time");
    modem_.usb->Vanish();
    monitor_->Stop();
  }

  void Do(Input& input) {
    switch (input.Byte() % kStepRange) {
      case kOpen:
        device_->Open(OnReply());
        break;
      case kClose:
        device_->Close([done = OnReply()] { done({}); });
        break;
      case kQuery:
        device_->Command(mbim::kServiceBasicConnect, input.Byte(), mbim::CommandType::kQuery, {},
                         OnReply(), milliseconds(0));
        break;
      case kSet: {
        const std::uint8_t cid = input.Byte();
        const ByteView information = input.Chunk();
        device_->Command(mbim::kServiceBasicConnect, cid, mbim::CommandType::kSet,
                         {information.begin(), information.end()}, OnReply(), milliseconds(0));
        break;
      }
      case kAnswer:
        Answer(input);
        break;
      case kIndicate: {
        const std::uint8_t cid = input.Byte();
        const ByteView information = input.Chunk();
        modem_.Say(mbim::IndicateStatus{
            mbim::kServiceBasicConnect, cid, {information.begin(), information.end()}});
        break;
      }
      case kResponse:
        modem_.Respond(input.Chunk());
        break;
      case kNotification: {
        const auto status = StatusOf(input.Byte());
        const ByteView bytes = input.Chunk();
        if (status) {
          modem_.usb->CompleteIn(kNotificationEndpoint, *status, {bytes.begin(), bytes.end()});
        }
        break;
      }
      case kSendStatus:
        modem_.set_send_status(StatusOf(input.Byte()));
        break;
      case kOtherAnswer: {
        const auto status = StatusOf(input.Byte());
        modem_.set_other_answer(status, input.Chunk());
        break;
      }
      case kEndPending:
        modem_.usb->EndPendingControl(StatusOf(input.Byte()).value_or(UsbStatus::kError));
        break;
      case kPass:
        Pass(milliseconds(10 * input.Word()));
        break;
      case kSilent:
        modem_.set_notifies(input.Byte() % 2 == 0);
        break;
      case kUnplug:
        bus_->Unplug(modem_.usb);
        break;
      default:
        break;
    }
    monitor_->Settle();
  }

 private:
  void OnArrival(std::shared_ptr<client::Device> device) override { device_ = std::move(device); }
  void OnRemoval(std::shared_ptr<client::Device>) override {}

  bool Waits() {
    std::lock_guard lock(mutex_);
    return !waiting_.empty();
  }

  /// A handler that must be called once.
  client::Device::ReplyHandler OnReply() {
    std::lock_guard lock(mutex_);
    const int id = ++last_request_;
    waiting_.insert(id);
    return [this, id](const Reply&) {
      std::lock_guard reply_lock(mutex_);
      Require(waiting_.erase(id) == 1, "a request is answered exactly once");
    };
  }

  void Answer(Input& input) {
    const auto status = static_cast<mbim::Status>(input.Byte());
    const ByteView information = input.Chunk();
    const auto message = modem_.TakeReceived();
    if (!message) return;
    if (const auto* open = std::get_if<mbim::OpenMessage>(&*message)) {
      modem_.Say(mbim::OpenDone{open->transaction_id, status});
    } else if (const auto* close = std::get_if<mbim::CloseMessage>(&*message)) {
      modem_.Say(mbim::CloseDone{close->transaction_id, status});
    } else if (const auto* command = std::get_if<mbim::CommandMessage>(&*message)) {
      modem_.Say(mbim::CommandDone{command->transaction_id,
                                   command->service,
                                   command->cid,
                                   status,
                                   {information.begin(), information.end()}});
    }
  }

  void Pass(milliseconds time) {
    monitor_->Settle();
    clock_->Advance(time);
    monitor_->Settle();
  }

  HostileModem modem_;
  const std::shared_ptr<client::ManualClock> clock_ = std::make_shared<client::ManualClock>();
  transport::testing::FakeUsbBus* bus_ = nullptr;
  std::mutex mutex_;
  std::set<int> waiting_;
  int last_request_ = 0;
  std::unique_ptr<client::UsbMonitor> monitor_;
  std::shared_ptr<client::Device> device_;
};

Output Started(std::uint16_t max_control_message = 4096) {
  Output output;
  output.Byte(1).Word(max_control_message);
  return output;
}
Output Opened(std::uint16_t max_control_message = 4096) {
  Output output = Started(max_control_message);
  output.Byte(kOpen).Byte(kAnswer).Byte(0).Chunk({});
  return output;
}

/// Adds the step that made the host send this message.
void AddAsked(Output& output, ByteView message) {
  const auto decoded = mbim::DecodeHostMessage(message);
  const auto* asked = std::get_if<mbim::HostMessage>(&decoded);
  if (!asked) return;
  if (std::holds_alternative<mbim::OpenMessage>(*asked)) output.Byte(kOpen);
  if (std::holds_alternative<mbim::CloseMessage>(*asked)) output.Byte(kClose);
  const auto* command = std::get_if<mbim::CommandMessage>(&*asked);
  if (!command) return;
  if (command->type == mbim::CommandType::kQuery) {
    output.Byte(kQuery).Byte(command->cid);
  } else {
    output.Byte(kSet).Byte(command->cid).Chunk(command->information);
  }
}

/// Adds a message of the modem, with the transaction that the host has now.
void AddSaid(Output& output, ByteView message) {
  const auto decoded = mbim::DecodeFunctionMessage(message);
  const auto* said = std::get_if<mbim::FunctionMessage>(&decoded);
  if (!said) return;
  auto answer = [&output](mbim::Status status, ByteView information) {
    output.Byte(kAnswer).Byte(static_cast<std::uint32_t>(status) & 0xff).Chunk(information);
  };
  if (const auto* open = std::get_if<mbim::OpenDone>(said)) {
    answer(open->status, {});
  } else if (const auto* close = std::get_if<mbim::CloseDone>(said)) {
    answer(close->status, {});
  } else if (const auto* done = std::get_if<mbim::CommandDone>(said)) {
    answer(done->status, done->information);
  } else if (const auto* indication = std::get_if<mbim::IndicateStatus>(said)) {
    output.Byte(kIndicate).Byte(indication->cid).Chunk(indication->information);
  } else {
    output.Byte(kResponse).Chunk(message);
  }
}

}  // namespace

std::vector<std::pair<std::string, Bytes>> Seeds() {
  std::vector<std::pair<std::string, Bytes>> seeds;
  mbim::testing::Random random(1, 12);
  const Bytes caps = mbim::Encode(mbim::testing::Generate<mbim::DeviceCapsInfo>(random));
  const Bytes connect = mbim::Encode(mbim::testing::Generate<mbim::SetConnect>(random));

  for (const std::uint16_t max : {std::uint16_t{64}, std::uint16_t{4096}}) {
    Output conversation = Opened(max);
    conversation.Byte(kQuery).Byte(1).Byte(kAnswer).Byte(0).Chunk(caps);
    conversation.Byte(kSet).Byte(12).Chunk(connect).Byte(kAnswer).Byte(2).Chunk(Bytes(36));
    conversation.Byte(kIndicate).Byte(2).Chunk(Bytes(28));
    conversation.Byte(kClose).Byte(kAnswer).Byte(0).Chunk({});
    seeds.emplace_back("conversation-" + std::to_string(max), conversation.bytes());
  }

  Output silent = Started();
  silent.Byte(kSilent).Byte(1).Byte(kOpen).Byte(kPass).Word(600).Byte(kAnswer).Byte(0).Chunk({});
  silent.Byte(kPass).Word(100).Byte(kQuery).Byte(4).Byte(kPass).Word(4000);
  seeds.emplace_back("silent", silent.bytes());

  Output busy = Started();
  busy.Byte(kOpen).Byte(kAnswer).Byte(1).Chunk({}).Byte(kPass).Word(110).Byte(kAnswer).Byte(0);
  seeds.emplace_back("busy", busy.Chunk({}).bytes());

  Output errors = Opened();
  for (std::uint8_t status = 0; status < 10; ++status) {
    errors.Byte(kSendStatus).Byte(status).Byte(kQuery).Byte(3).Byte(kEndPending).Byte(status);
    errors.Byte(kNotification).Byte(status).Chunk(kResponseAvailable).Byte(kPass).Word(300);
  }
  seeds.emplace_back("errors", errors.bytes());

  Output late = Opened();
  late.Byte(kQuery).Byte(1).Byte(kPass).Word(3100).Byte(kAnswer).Byte(0).Chunk(caps);
  seeds.emplace_back("late", late.bytes());

  Output unplugged = Opened();
  seeds.emplace_back("unplugged",
                     unplugged.Byte(kQuery).Byte(1).Byte(kUnplug).Byte(kOpen).Byte(kClose).bytes());

  Output raw = Opened(64);
  raw.Byte(kQuery).Byte(1);
  for (const mbim::FunctionMessage& message :
       {mbim::FunctionMessage(
            mbim::CommandDone{2, mbim::kServiceBasicConnect, 1, mbim::Status::kSuccess, caps}),
        mbim::FunctionMessage(mbim::FunctionErrorMessage{2, mbim::ProtocolError::kNotOpened}),
        mbim::FunctionMessage(mbim::CloseDone{9, mbim::Status::kSuccess})}) {
    for (const Bytes& fragment : mbim::Fragment(mbim::EncodeMessage(message), 64)) {
      raw.Byte(kResponse).Chunk(fragment);
    }
  }
  seeds.emplace_back("raw", raw.bytes());

  Output parameters = Started();
  parameters.Byte(kOtherAnswer).Byte(0).Chunk(Bytes{28, 0, 3, 0, 0, 0x40, 0, 0,    4, 0,
                                                    0,  0, 4, 0, 0, 0,    0, 0x40, 0, 0,
                                                    4,  0, 0, 0, 4, 0,    0, 0});
  seeds.emplace_back("ntb-parameters",
                     parameters.Byte(kOpen).Byte(kAnswer).Byte(0).Chunk({}).bytes());
  return seeds;
}

std::vector<Bytes> SeedsOf(const Recording& recording) {
  SeedCutter seeds(Opened().bytes());
  mbim::Reassembler from_host{mbim::Reassembler::Limits{}}, to_host{mbim::Reassembler::Limits{}};
  for (const Transfer& transfer : recording) {
    Output step;
    if (transfer.pause >= milliseconds(10)) {
      step.Byte(kPass).Word(std::min<std::int64_t>(transfer.pause / milliseconds(10), 0xffff));
    }
    if (transfer.IsCommand()) {
      const auto result = from_host.Push(transfer.data, {});
      if (const auto* whole = std::get_if<Bytes>(&result)) AddAsked(step, *whole);
    } else if (transfer.IsResponse()) {
      const auto result = to_host.Push(transfer.data, {});
      if (const auto* whole = std::get_if<Bytes>(&result)) AddSaid(step, *whole);
    }
    seeds.Add(step);
  }
  return seeds.Finish();
}

}  // namespace mbnrig::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace mbnrig::fuzz;
  // Inputs are faulty on purpose: no warnings.
  mbnrig::transport::Log().set_level(spdlog::level::off);
  Input input(data, size);
  const bool functional = input.Byte() % 2 == 1;
  Rig rig(functional, input.Word());
  while (!input.empty()) {
    rig.Do(input);
  }
  return 0;
}
