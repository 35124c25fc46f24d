#include "usb/udc_controller.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/eventfd.h>

#include <condition_variable>
#include <deque>
#include <functional>
#include <future>

#include "fault/plan.h"

namespace mbnrig::usb {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;

constexpr auto kPatience = 10s;

/// A device whose host is the test: the test queues events and checks what is done to the device.
class ScriptedDevice : public DeviceFiles {
 public:
  explicit ScriptedDevice(bool data_first) : data_first_(data_first) {}

  // --- the host's side -------------------------------------------------------------------------

  void Raise(DeviceEvent event) {
    std::lock_guard lock(mutex_);
    if (std::holds_alternative<SetupPacket>(event)) data_.reset();
    events_.push_back(std::move(event));
    SignalEvent();
  }
  void GiveData(Bytes data) {
    std::lock_guard lock(mutex_);
    data_ = std::move(data);
    SignalEvent();
  }
  void EndNotification(bool ok) { End({EndpointCompletion::Kind::kNotification, ok, {}}); }
  /// The oldest read ends with `data`.
  void EndBulk(bool ok, const Bytes& data) {
    Bytes read;
    {
      std::lock_guard lock(mutex_);
      if (!reads_.empty()) {
        read = std::move(reads_.front());
        reads_.pop_front();
      }
    }
    read.assign(data.begin(), data.end());
    End({EndpointCompletion::Kind::kBulkOut, ok, std::move(read)});
  }

  void EndBulkIn() {
    {
      std::lock_guard lock(mutex_);
      ins_.pop_front();
    }
    End({EndpointCompletion::Kind::kBulkIn, true, {}});
  }

  /// Waits until every event was taken. False if that does not happen.
  bool AwaitTaken() {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, kPatience, [this] { return events_.empty(); });
  }

  /// The next thing that was done to the device. Empty if nothing happens.
  std::string Done() {
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, kPatience, [this] { return !done_.empty(); })) return {};
    std::string what = done_.front();
    done_.pop_front();
    return what;
  }
  bool fail_to_open = false;

  // --- DeviceFiles -----------------------------------------------------------------------------

  Attachment Open(const scenario::UsbIdentity&) override {
    if (fail_to_open) throw std::runtime_error("a reason");
    Note("open");
    return {};
  }
  void LeaveBus() override { Note("leave"); }
  void Close() override { Note("close"); }
  void BeginLoop() override {}
  int event_fd() const override { return event_signal_.get(); }
  void ClearEventSignal() override { Clear(event_signal_); }
  std::optional<DeviceEvent> NextEvent() override {
    std::lock_guard lock(mutex_);
    // Like the kernel: while a request waits for its reply, a read of events is taken as the reply.
    if (waiting_ &&
        (events_.empty() || !std::holds_alternative<SetupCancelledEvent>(events_.front()))) {
      NoteLocked("read as reply");
      return std::nullopt;
    }
    if (events_.empty()) return std::nullopt;
    DeviceEvent event = std::move(events_.front());
    events_.pop_front();
    waiting_ = std::holds_alternative<SetupPacket>(event);
    changed_.notify_all();
    return event;
  }
  void StallControl(const SetupPacket&) override { Reply("stall"); }
  void AckControl(const SetupPacket&) override { Reply("ack"); }
  void SendControl(const SetupPacket&, ByteView data) override {
    Reply("send " + std::to_string(data.size()));
  }
  std::variant<Bytes, Pending, Cancelled> ReceiveControl(const SetupPacket&) override {
    std::lock_guard lock(mutex_);
    if (!data_) return Pending{};
    waiting_ = false;
    NoteLocked("receive " + std::to_string(data_->size()));
    return *std::exchange(data_, std::nullopt);
  }
  bool data_comes_first() const override { return data_first_; }
  void SetEndpoints(bool on) override { Note(on ? "endpoints on" : "endpoints off"); }
  void ResetToggles(Interface interface) override {
    Note(interface == Interface::kData ? "toggles" : "notification's toggle");
  }
  bool StartNotification(ByteView notification) override {
    Note("notify " + std::to_string(notification.size()));
    return true;
  }
  bool StartBulkIn(Bytes&& ntb) override {
    std::lock_guard lock(mutex_);
    NoteLocked("in " + std::to_string(ntb.size()));
    ins_.push_back(std::move(ntb));
    return true;
  }
  void CancelBulkIn() override {
    std::deque<Bytes> ins;
    {
      std::lock_guard lock(mutex_);
      if (!ins_.empty()) NoteLocked("cancel " + std::to_string(ins_.size()));
      ins = std::exchange(ins_, {});
    }
    for (Bytes& ntb : ins)
      End({EndpointCompletion::Kind::kBulkIn, false, std::move(ntb)});
  }
  void CancelNotification() override {
    Note("cancel notification");
    EndNotification(false);
  }
  bool StartBulkOut(Bytes&& buffer) override {
    const std::size_t size = buffer.size();
    std::lock_guard lock(mutex_);
    reads_.push_back(std::move(buffer));
    NoteLocked(size == mbim::NtbParameters{}.out_max_size ? "bulk"
                                                          : "bulk of " + std::to_string(size));
    return true;
  }
  int completion_fd() const override { return completion_signal_.get(); }
  std::vector<EndpointCompletion> TakeCompletions() override {
    std::lock_guard lock(mutex_);
    Clear(completion_signal_);
    return std::exchange(completions_, {});
  }

 private:
  static void Clear(const Fd& fd) {
    std::uint64_t count = 0;
    [[maybe_unused]] const auto read = ::read(fd.get(), &count, sizeof count);
  }
  void SignalEvent() {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(event_signal_.get(), &one, sizeof one);
  }
  void End(EndpointCompletion completion) {
    std::lock_guard lock(mutex_);
    completions_.push_back(std::move(completion));
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(completion_signal_.get(), &one, sizeof one);
  }
  void Reply(const std::string& what) {
    std::lock_guard lock(mutex_);
    waiting_ = false;
    NoteLocked(what);
  }
  void Note(const std::string& what) {
    std::lock_guard lock(mutex_);
    NoteLocked(what);
  }
  void NoteLocked(const std::string& what) {
    done_.push_back(what);
    changed_.notify_all();
  }

  const bool data_first_;
  const Fd event_signal_{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
  const Fd completion_signal_{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<DeviceEvent> events_;
  bool waiting_ = false;
  std::optional<Bytes> data_;
  std::vector<EndpointCompletion> completions_;
  std::deque<Bytes> ins_;    ///< pending on bulk IN
  std::deque<Bytes> reads_;  ///< pending on bulk OUT
  std::deque<std::string> done_;
};

/// Records commands, and sends what the test puts into `fragments`.
class Channel : public ControlChannel {
 public:
  bool Receive(ByteView fragment) override {
    received.emplace_back(fragment.begin(), fragment.end());
    return true;
  }
  Output output() const override { return {fragments.size(), 0}; }
  std::optional<Bytes> TakeOutput() override {
    if (fragments.empty()) return std::nullopt;
    Bytes fragment = fragments.front();
    fragments.pop_front();
    return fragment;
  }
  void ResetFunction() override {
    fragments.clear();
    if (const auto call = std::exchange(on_reset, nullptr)) call();
  }
  std::optional<fault::RuleState> Consult(const fault::Event& event) override {
    return plan.Consult(event);
  }
  bool Released(fault::RuleId rule) override { return plan.Released(rule); }

  std::vector<Bytes> received;
  std::deque<Bytes> fragments;
  fault::Plan plan;
  std::function<void()> on_reset;
};

class Controlled : public ::testing::Test {
 protected:
  void Start(bool data_first) {
    auto files = std::make_unique<ScriptedDevice>(data_first);
    device_ = files.get();
    controller_.emplace(function_, std::move(files));
    controller_->Plug();
    EXPECT_EQ(device_->Done(), "open");
  }
  void Configure() {
    device_->Raise(SetupPacket{0x00, 9, 1, 0, 0});
    EXPECT_EQ(device_->Done(), "endpoints off");
    EXPECT_EQ(device_->Done(), "endpoints on");
    EXPECT_EQ(device_->Done(), "ack");
    if (std::exchange(reading_, true)) return;
    ExpectReads();
  }
  void ExpectReads() {
    for (std::size_t i = 0; i < kBulkTransfers; ++i)
      EXPECT_EQ(device_->Done(), "bulk");
  }
  void Hold() {
    fault::Rule rule;
    rule.seam = fault::Seam::kSetup;
    rule.action = fault::Action::kHold;
    rule_ = channel_.plan.Add(rule);
  }
  void Release() {
    channel_.plan.Release(rule_);
    function_.Tick(std::chrono::steady_clock::now());
  }
  void Say(const Bytes& fragment) {
    function_.Run([&] { channel_.fragments.push_back(fragment); });
  }
  std::vector<Bytes> Received() {
    std::vector<Bytes> received;
    function_.Run([&] { received = channel_.received; });
    return received;
  }

  static constexpr SetupPacket kSend{0x21, 0x00, 0, 0, 3};
  static constexpr SetupPacket kFetch{0xa1, 0x01, 0, 0, 64};
  static constexpr SetupPacket kGetFormat{0xa1, 0x83, 0, 0, 2};

  Channel channel_;
  MbimFunction function_{scenario::UsbIdentity{}, channel_};
  std::optional<UdcController> controller_;
  ScriptedDevice* device_ = nullptr;
  fault::RuleId rule_ = 0;
  bool reading_ = false;  ///< the device has got its bulk reads
};

TEST_F(Controlled, RequestsAreAnswered) {
  Start(false);
  Configure();
  device_->Raise(kGetFormat);
  EXPECT_EQ(device_->Done(), "send 2");
  device_->Raise(SetupPacket{0xa1, 0x89, 0, 0, 2});
  EXPECT_EQ(device_->Done(), "stall");
  device_->Raise(SetupPacket{0x21, 0x05, 0, 0, 0});
  EXPECT_EQ(device_->Done(), "ack");
  device_->Raise(SetupPacket{0x01, 11, 1, 1, 0});
  EXPECT_EQ(device_->Done(), "toggles");
  EXPECT_EQ(device_->Done(), "ack");
}

TEST_F(Controlled, DataStageFollowsItsSetup) {
  Start(false);
  Configure();
  device_->Raise(kSend);
  device_->GiveData({1, 2, 3});
  EXPECT_EQ(device_->Done(), "receive 3");
  device_->Raise(kGetFormat);  // once this is answered, the data has been passed on
  EXPECT_EQ(device_->Done(), "send 2");
  EXPECT_THAT(Received(), ElementsAre(Bytes{1, 2, 3}));
}

TEST_F(Controlled, RefusedDataIsNotCollected) {
  Start(false);
  Configure();
  device_->Raise(SetupPacket{0x21, 0x00, 0, 0, 5000});
  EXPECT_EQ(device_->Done(), "stall");
}

TEST_F(Controlled, DataThatComesFirstIsPassedOnWhenAccepted) {
  Start(true);
  Configure();
  device_->Raise(kSend);
  device_->GiveData({1, 2, 3});
  EXPECT_EQ(device_->Done(), "receive 3");
  device_->Raise(SetupPacket{0x21, 0x00, 0, 0, 5000});
  device_->GiveData(Bytes(5000));
  EXPECT_EQ(device_->Done(), "receive 5000");  // and dropped
  device_->Raise(kGetFormat);
  EXPECT_EQ(device_->Done(), "send 2");
  EXPECT_THAT(Received(), ElementsAre(Bytes{1, 2, 3}));
}

TEST_F(Controlled, DataThatComesFirstCannotBeHeld) {
  Start(true);
  Configure();
  Hold();
  device_->Raise(kSend);
  device_->GiveData({1, 2, 3});
  EXPECT_EQ(device_->Done(), "receive 3");
  device_->Raise(kGetFormat);
  ASSERT_TRUE(channel_.plan.WaitForHits(rule_, 1, kPatience)) << "this request has no data";
  EXPECT_THAT(Received(), ElementsAre(Bytes{1, 2, 3}));
  EXPECT_EQ(channel_.plan.Find(rule_)->hits, 1u);
}

TEST_F(Controlled, HeldRequestIsAnsweredWhenReleased) {
  Start(false);
  Configure();
  Hold();
  device_->Raise(kGetFormat);
  ASSERT_TRUE(channel_.plan.WaitForHits(rule_, 1, kPatience));
  Release();
  EXPECT_EQ(device_->Done(), "send 2");
}

TEST_F(Controlled, ReplyToACancelledRequestIsDropped) {
  Start(false);
  Configure();
  Hold();
  device_->Raise(kGetFormat);
  ASSERT_TRUE(channel_.plan.WaitForHits(rule_, 1, kPatience));
  device_->Raise(SetupCancelledEvent{});
  device_->Raise(SetupPacket{0x81, 10, 0, 1, 1});
  EXPECT_EQ(device_->Done(), "send 1");
  Release();
  device_->Raise(SetupPacket{0xa1, 0x80, 0, 0, 28});
  EXPECT_EQ(device_->Done(), "send 28");
}

TEST_F(Controlled, NotificationsAreSentOneAtATime) {
  Start(false);
  Configure();
  Say({1});
  EXPECT_EQ(device_->Done(), "notify 8");
  Say({2});
  device_->Raise(kFetch);
  EXPECT_EQ(device_->Done(), "send 1");
  device_->EndNotification(true);
  EXPECT_EQ(device_->Done(), "notify 8");
}

TEST_F(Controlled, FailedNotificationIsRepeated) {
  Start(false);
  Configure();
  Say({1});
  EXPECT_EQ(device_->Done(), "notify 8");
  device_->EndNotification(false);
  EXPECT_EQ(device_->Done(), "notify 8");
}

TEST_F(Controlled, EndpointThatKeepsFailingRestsUntilConfiguredAgain) {
  Start(false);
  Configure();
  constexpr int kFailures = 8 * (2 * kBulkTransfers + 1);
  for (int i = 1; i < kFailures; ++i) {
    device_->EndBulk(false, {});
    EXPECT_EQ(device_->Done(), "bulk");
  }
  device_->EndBulk(false, {});
  device_->Raise(kGetFormat);
  EXPECT_EQ(device_->Done(), "send 2");
  Configure();
  EXPECT_EQ(device_->Done(), "bulk") << "the read that was missing";
}

TEST_F(Controlled, BulkOutIsPassedOn) {
  Start(false);
  Configure();
  device_->EndBulk(true, Bytes(100));
  EXPECT_EQ(device_->Done(), "bulk");
  EXPECT_EQ(function_.state().data.out_bytes, 100u);
}

TEST_F(Controlled, SessionsAreToldWhenTheyAreIdle) {
  std::promise<std::uint8_t> idle;
  function_.data().set_uplink(
      {[](std::uint8_t, ByteView) {}, [&idle](std::uint8_t session) { idle.set_value(session); }});
  function_.data().SetSession(3, true);
  Start(false);
  Configure();
  device_->Raise(SetupPacket{0x01, 11, 1, 1, 0});
  EXPECT_EQ(device_->Done(), "toggles");
  EXPECT_EQ(device_->Done(), "ack");
  mbim::NtbWriter ntb;
  ntb.Reset({}, mbim::NtbFormat::kNtb16, 0, 512);
  ASSERT_TRUE(ntb.Add(3, true, Bytes(100)));
  const ByteView bytes = ntb.Finish();
  device_->EndBulk(true, {bytes.begin(), bytes.end()});
  auto heard = idle.get_future();
  ASSERT_EQ(heard.wait_for(kPatience), std::future_status::ready);
  EXPECT_EQ(heard.get(), 3);
}

TEST_F(Controlled, BulkInHasSeveralPendingTransfers) {
  Start(false);
  Configure();
  device_->Raise(SetupPacket{0x01, 11, 1, 1, 0});
  EXPECT_EQ(device_->Done(), "toggles");
  EXPECT_EQ(device_->Done(), "ack");
  function_.data().SetSession(0, true);
  for (std::size_t i = 0; i < kBulkTransfers; ++i) {
    function_.data().Downlink(0, Bytes(100));
    EXPECT_EQ(device_->Done(), "in 132");
  }
  function_.data().Downlink(0, Bytes(100));
  function_.data().Downlink(0, Bytes(100));
  device_->Raise(kGetFormat);
  EXPECT_EQ(device_->Done(), "send 2") << "the limit is reached";
  device_->EndBulkIn();
  EXPECT_THAT(device_->Done(), ::testing::StartsWith("in 2")) << "both in one NTB";
}

TEST_F(Controlled, ResetFunctionCancelsBulkIn) {
  Start(false);
  Configure();
  device_->Raise(SetupPacket{0x01, 11, 1, 1, 0});
  EXPECT_EQ(device_->Done(), "toggles");
  EXPECT_EQ(device_->Done(), "ack");
  function_.data().SetSession(0, true);
  function_.data().Downlink(0, Bytes(100));
  EXPECT_EQ(device_->Done(), "in 132");
  device_->Raise(SetupPacket{0x21, 0x05, 0, 0, 0});
  EXPECT_EQ(device_->Done(), "cancel 1");
  EXPECT_EQ(device_->Done(), "ack");
  function_.data().Downlink(0, Bytes(100));
  EXPECT_EQ(device_->Done(), "in 132");
}

TEST_F(Controlled, ResetFunctionCancelsTheNotification) {
  Start(false);
  Configure();
  Say({1});
  EXPECT_EQ(device_->Done(), "notify 8");
  device_->Raise(SetupPacket{0x21, 0x05, 0, 0, 0});
  EXPECT_EQ(device_->Done(), "cancel notification");
  EXPECT_EQ(device_->Done(), "ack");
  device_->Raise(kGetFormat);
  EXPECT_EQ(device_->Done(), "send 2") << "and no notification";
}

TEST_F(Controlled, TheControlInterfacesSettingLeavesBulkAlone) {
  Start(false);
  Configure();
  device_->Raise(SetupPacket{0x01, 11, 1, 1, 0});
  EXPECT_EQ(device_->Done(), "toggles");
  EXPECT_EQ(device_->Done(), "ack");
  function_.data().SetSession(0, true);
  function_.data().Downlink(0, Bytes(100));
  EXPECT_EQ(device_->Done(), "in 132");
  device_->Raise(SetupPacket{0x01, 11, 0, 0, 0});
  EXPECT_EQ(device_->Done(), "notification's toggle");
  EXPECT_EQ(device_->Done(), "ack");
  device_->Raise(SetupPacket{0x01, 11, 2, 1, 0});
  EXPECT_EQ(device_->Done(), "stall");
}

TEST_F(Controlled, AnEndedSessionsNtbsAreTakenBackBeforeTheAnswer) {
  Start(false);
  Configure();
  device_->Raise(SetupPacket{0x01, 11, 1, 1, 0});
  EXPECT_EQ(device_->Done(), "toggles");
  EXPECT_EQ(device_->Done(), "ack");
  function_.data().SetSession(0, true);
  function_.data().SetSession(1, true);
  function_.data().Downlink(0, Bytes(100));
  EXPECT_EQ(device_->Done(), "in 132");
  function_.data().Downlink(1, Bytes(200));
  EXPECT_EQ(device_->Done(), "in 228");
  function_.Run([&] {
    function_.data().SetSession(0, false);
    channel_.fragments.push_back({1});
  });
  EXPECT_EQ(device_->Done(), "cancel 2");
  std::vector<std::string> then{device_->Done(), device_->Done()};
  EXPECT_THAT(then, ::testing::UnorderedElementsAre("in 228", "notify 8"))
      << "the other session's datagram goes on";
  EXPECT_EQ(function_.state().data.downlink_datagrams, 1u);
}

TEST_F(Controlled, DataThatCameBeforeARequestIsPassedOnBeforeIt) {
  Start(false);
  Configure();
  device_->Raise(SetupPacket{0x01, 11, 1, 1, 0});
  EXPECT_EQ(device_->Done(), "toggles");
  EXPECT_EQ(device_->Done(), "ack");
  std::promise<std::uint64_t> seen;
  channel_.on_reset = [&] { seen.set_value(function_.data().statistics().out_bytes); };
  function_.Run([&] {  // the loop waits for this lock, and then finds both
    device_->Raise(kGetFormat);
    EXPECT_TRUE(device_->AwaitTaken());
    device_->EndBulk(true, Bytes(10));
    device_->Raise(SetupPacket{0x21, 0x05, 0, 0, 0});
  });
  auto heard = seen.get_future();
  ASSERT_EQ(heard.wait_for(kPatience), std::future_status::ready);
  EXPECT_EQ(heard.get(), 10u);
}

TEST_F(Controlled, AnotherModemCancelsBulkInOfTheFirst) {
  Start(false);
  Configure();
  device_->Raise(SetupPacket{0x01, 11, 1, 1, 0});
  EXPECT_EQ(device_->Done(), "toggles");
  EXPECT_EQ(device_->Done(), "ack");
  function_.data().SetSession(0, true);
  function_.data().Downlink(0, Bytes(100));
  EXPECT_EQ(device_->Done(), "in 132");
  ASSERT_TRUE(function_.Renew([] { return true; }));
  EXPECT_EQ(device_->Done(), "cancel 1");
  EXPECT_EQ(function_.state().data.downlink_datagrams, 0u);
  EXPECT_EQ(function_.state().data_alternate, 1);
  function_.data().Downlink(0, Bytes(100));
  EXPECT_EQ(device_->Done(), "in 132");
}

TEST_F(Controlled, ConfigurationByTheKernelIsFollowed) {
  Start(false);
  device_->Raise(ConfiguredEvent{true});
  ExpectReads();
  EXPECT_TRUE(function_.configured());
  Say({1});
  EXPECT_EQ(device_->Done(), "notify 8");
  device_->Raise(ConfiguredEvent{true, false});  // the host selected a setting: the modem goes on
  device_->EndNotification(false);               // and the endpoints were set up again
  EXPECT_EQ(device_->Done(), "notify 8");
  device_->Raise(ConfiguredEvent{true});  // the configuration again, or a setting
  EXPECT_EQ(device_->Done(), "cancel notification");
  device_->Raise(kFetch);
  EXPECT_EQ(device_->Done(), "send 0");
  Say({1});
  EXPECT_EQ(device_->Done(), "notify 8");
  device_->Raise(ConfiguredEvent{false});
  EXPECT_EQ(device_->Done(), "cancel notification");
  device_->Raise(ConfiguredEvent{true});
  device_->Raise(kFetch);
  EXPECT_EQ(device_->Done(), "send 0");
}

TEST_F(Controlled, BusResetUnconfigures) {
  Start(false);
  Configure();
  device_->Raise(BusResetEvent{});
  EXPECT_EQ(device_->Done(), "endpoints off");
  device_->Raise(kGetFormat);
  EXPECT_EQ(device_->Done(), "stall");
}

TEST_F(Controlled, UnplugLeavesTheBusThenCloses) {
  Start(false);
  Configure();
  controller_->Unplug();
  EXPECT_EQ(device_->Done(), "leave");
  EXPECT_EQ(device_->Done(), "close");
  EXPECT_FALSE(function_.state().attached);
  controller_->Plug();
  EXPECT_EQ(device_->Done(), "open");
  reading_ = false;
  Configure();
}

TEST_F(Controlled, DeviceThatCannotBeOpenedLeavesTheFunctionFree) {
  Start(false);
  controller_->Unplug();
  device_->fail_to_open = true;
  EXPECT_THROW(controller_->Plug(), std::runtime_error);
  EXPECT_FALSE(function_.state().attached);
}

}  // namespace
}  // namespace mbnrig::usb
