#include "transport/mbim_pipe.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <deque>

#include "transport/testing/fake_usb.h"
#include "transport/testing/test_executor.h"

namespace mbnrig::transport {
namespace {

using namespace transport::testing;

using std::chrono::milliseconds;
using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::IsEmpty;

constexpr std::uint8_t kNotifications = 0x85;
const Bytes kResponseAvailable = {0xA1, 0x01, 0, 0, 0, 0, 0, 0};

class MbimPipeTest : public ::testing::Test {
 protected:
  MbimPipeTest() { Use(FakeMbimConfiguration(true)); }
  ~MbimPipeTest() override {
    pipe_->Close([] {});
    executor_->Run();
  }

  void Use(const Configuration& configuration) {
    usb_ =
        std::make_shared<FakeUsbDevice>(UsbDeviceInfo{"usb-1-1", 1, 2, "", "", ""}, configuration);
    usb_->set_control_handler([this](const auto& call) { return OnControl(call); });
    pipe_ = std::make_shared<MbimPipe>(
        executor_, usb_, std::get<MbimFunctionInfo>(FindMbimFunction(configuration)), config_);
  }

  std::optional<FakeUsbDevice::ControlAnswer> OnControl(const FakeUsbDevice::ControlCall& call) {
    if (call.request.request_type == 0x80) {
      ++presence_checks_;
      return FakeUsbDevice::ControlAnswer{presence_, {0, 0}};
    }
    EXPECT_EQ(call.request.index, 0);  // the control interface
    switch (call.request.request) {
      case 0x00:
        sent_.push_back(call.data);
        return send_answer_;
      case 0x01: {
        ++fetches_;
        EXPECT_EQ(call.length, pipe_->max_control_message());
        if (!fetch_errors_.empty()) {
          const UsbStatus status = fetch_errors_.front();
          fetch_errors_.pop_front();
          return FakeUsbDevice::ControlAnswer{status, {}};
        }
        if (responses_.empty()) {
          return FakeUsbDevice::ControlAnswer{UsbStatus::kOk, {}};
        }
        Bytes response = responses_.front();
        responses_.pop_front();
        return FakeUsbDevice::ControlAnswer{UsbStatus::kOk, response};
      }
      case 0x83:
        class_requests_.push_back(call.request.request);
        return format_answer_;
      case 0x84:
        class_requests_.push_back(call.request.request);
        format_asked_ = call.request.value;
        return set_format_answer_ ? set_format_answer_ : class_answer_;
      case 0x86:
        input_size_ = call.data;
        class_requests_.push_back(call.request.request);
        return class_answer_;
      default:
        class_requests_.push_back(call.request.request);
        return class_answer_;
    }
  }

  void Open() {
    pipe_->Open(
        {[this](ByteView f) { fragments_.emplace_back(f.begin(), f.end()); }, [this] { ++gone_; }},
        [this](UsbStatus status) { opened_ = status; });
    executor_->Run();
  }
  void OpenWell() {
    Open();
    ASSERT_EQ(opened_, UsbStatus::kOk);
    class_requests_.clear();
  }
  void Notify(Bytes bytes = kResponseAvailable, UsbStatus status = UsbStatus::kOk) {
    usb_->CompleteIn(kNotifications, status, std::move(bytes));
    executor_->Run();
  }
  void Send(std::vector<Bytes> fragments) {
    pipe_->Send(std::move(fragments), [this](SendResult result) { results_.push_back(result); });
    executor_->Run();
  }

  const std::shared_ptr<TestExecutor> executor_ = std::make_shared<TestExecutor>();
  PipeConfig config_;
  std::shared_ptr<FakeUsbDevice> usb_;
  std::shared_ptr<MbimPipe> pipe_;

  std::optional<UsbStatus> opened_;
  int gone_ = 0;
  std::vector<Bytes> fragments_;
  std::vector<SendResult> results_;

  std::vector<std::uint8_t> class_requests_;
  std::optional<FakeUsbDevice::ControlAnswer> class_answer_ = FakeUsbDevice::ControlAnswer{};
  std::optional<FakeUsbDevice::ControlAnswer> set_format_answer_;  ///< empty: class_answer_
  FakeUsbDevice::ControlAnswer format_answer_{UsbStatus::kStall, {}};
  std::optional<std::uint16_t> format_asked_;
  Bytes input_size_;
  std::vector<Bytes> sent_;
  std::optional<FakeUsbDevice::ControlAnswer> send_answer_ = FakeUsbDevice::ControlAnswer{};
  std::deque<Bytes> responses_;
  std::deque<UsbStatus> fetch_errors_;
  int fetches_ = 0;
  UsbStatus presence_ = UsbStatus::kOk;
  int presence_checks_ = 0;
};

// --- opening and closing ------------------------------------------------------------------------

TEST_F(MbimPipeTest, OpensAFunctionWithAllItsDescriptors) {
  Open();
  EXPECT_EQ(opened_, UsbStatus::kOk);
  EXPECT_THAT(usb_->operations(),
              ElementsAre("open", "claim 0", "claim 1", "alternate 1 0", "alternate 1 1"));
  EXPECT_THAT(class_requests_, ElementsAre(0x05, 0x80));
  EXPECT_EQ(pipe_->max_control_message(), 4096);
}

TEST_F(MbimPipeTest, OpensAFunctionWithoutFunctionalDescriptorsAndSettings) {
  config_.default_max_control_message = 1024;
  Use(FakeMbimConfiguration(false));
  Open();
  EXPECT_EQ(opened_, UsbStatus::kOk);
  EXPECT_THAT(usb_->operations(), ElementsAre("open", "claim 0", "claim 1"));
  EXPECT_EQ(pipe_->max_control_message(), 1024);
}

TEST_F(MbimPipeTest, AsksForNtb16IfNtb32WouldNotHelp) {
  class_answer_->data = mbim::Encode(mbim::NtbParameters{});
  Open();
  EXPECT_EQ(opened_, UsbStatus::kOk);
  EXPECT_THAT(class_requests_, ElementsAre(0x05, 0x80, 0x84, 0x86));
  ASSERT_TRUE(pipe_->ntb());
  EXPECT_EQ(pipe_->ntb()->format, mbim::NtbFormat::kNtb16);
  EXPECT_EQ(pipe_->ntb()->in_size, 16384u);
}

/// Case 559: some functions refuse OPEN before they have had this request.
TEST_F(MbimPipeTest, AlwaysSetsTheInputSize) {
  class_answer_->data = mbim::Encode(mbim::NtbParameters{});
  Open();
  EXPECT_THAT(input_size_, ElementsAre(0, 0x40, 0, 0));
}

TEST_F(MbimPipeTest, SetsTheInputSizeInEightBytesIfTheFunctionTakesThem) {
  Configuration configuration = FakeMbimConfiguration(true);
  configuration.settings[0].extra.back() = 0x20;
  Use(configuration);
  class_answer_->data = mbim::Encode(mbim::NtbParameters{});
  Open();
  EXPECT_THAT(input_size_, ElementsAre(0, 0x40, 0, 0, 0, 0, 0, 0));
}

/// Cases 326 and 555.
TEST_F(MbimPipeTest, UsesNtb32IfTheFunctionHasNothingElse) {
  for (const NtbPreference wanted : {NtbPreference::kAuto, NtbPreference::kNtb16}) {
    config_.ntb = wanted;
    Use(FakeMbimConfiguration(true));
    class_answer_->data = mbim::Encode(mbim::NtbParameters{.ntb16 = false});
    Open();
    EXPECT_EQ(format_asked_, 1);
    ASSERT_TRUE(pipe_->ntb());
    EXPECT_EQ(pipe_->ntb()->format, mbim::NtbFormat::kNtb32);
    pipe_->Close([] {});
    executor_->Run();
  }
}

/// Case 508.
TEST_F(MbimPipeTest, AsksWhichFormatAFunctionUsesThatRefusesTheWantedOne) {
  set_format_answer_ = FakeUsbDevice::ControlAnswer{UsbStatus::kStall, {}};
  struct Case {
    NtbPreference wanted;
    FakeUsbDevice::ControlAnswer answer;
    bool ntb16;
    mbim::NtbFormat format;
  };
  using enum mbim::NtbFormat;
  const Case cases[] = {
      {NtbPreference::kNtb16, {UsbStatus::kOk, {1, 0}}, true, kNtb32},
      {NtbPreference::kNtb16, {UsbStatus::kOk, {0, 0}}, true, kNtb16},
      {NtbPreference::kNtb32, {UsbStatus::kOk, {1, 0}}, true, kNtb32},
      {NtbPreference::kNtb32, {UsbStatus::kOk, {0, 0}}, true, kNtb16},
      // What is not an answer leaves the format after a reset.
      {NtbPreference::kNtb32, {UsbStatus::kStall, {}}, true, kNtb16},
      {NtbPreference::kNtb32, {UsbStatus::kOk, {1}}, true, kNtb16},
      {NtbPreference::kNtb32, {UsbStatus::kOk, {2, 0}}, true, kNtb16},
      {NtbPreference::kNtb32, {UsbStatus::kOk, {1, 1}}, true, kNtb16},
      {NtbPreference::kNtb16, {UsbStatus::kStall, {}}, false, kNtb32},
  };
  for (const Case& c : cases) {
    config_.ntb = c.wanted;
    Use(FakeMbimConfiguration(true));
    class_requests_.clear();
    class_answer_->data = mbim::Encode(mbim::NtbParameters{.ntb16 = c.ntb16});
    format_answer_ = c.answer;
    Open();
    EXPECT_EQ(opened_, UsbStatus::kOk);
    EXPECT_THAT(class_requests_, ElementsAre(0x05, 0x80, 0x84, 0x83, 0x86));
    ASSERT_TRUE(pipe_->ntb());
    EXPECT_EQ(pipe_->ntb()->format, c.format) << (&c - cases);
    pipe_->Close([] {});
    executor_->Run();
  }
}

TEST_F(MbimPipeTest, AsksForNtb32IfBlocksMayBeLarger) {
  config_.largest_ntb_in = 1u << 20;
  Use(FakeMbimConfiguration(true));
  class_answer_->data = mbim::Encode(mbim::NtbParameters{.in_max_size = 1u << 18});
  Open();
  ASSERT_TRUE(pipe_->ntb());
  EXPECT_EQ(pipe_->ntb()->format, mbim::NtbFormat::kNtb32);
  EXPECT_EQ(pipe_->ntb()->in_size, 1u << 18);
}

TEST_F(MbimPipeTest, AsksForNtb32IfTheUserWantsIt) {
  config_.ntb = NtbPreference::kNtb32;
  Use(FakeMbimConfiguration(true));
  class_answer_->data = mbim::Encode(mbim::NtbParameters{});
  Open();
  ASSERT_TRUE(pipe_->ntb());
  EXPECT_EQ(pipe_->ntb()->format, mbim::NtbFormat::kNtb32);
}

TEST_F(MbimPipeTest, SelectsAFormatOnlyIfThereAreTwo) {
  class_answer_->data = mbim::Encode(mbim::NtbParameters{.ntb32 = false});
  Open();
  EXPECT_THAT(class_requests_, ElementsAre(0x05, 0x80, 0x86));
  ASSERT_TRUE(pipe_->ntb());
  EXPECT_EQ(pipe_->ntb()->format, mbim::NtbFormat::kNtb16);
}

TEST_F(MbimPipeTest, AsksForSmallerBlocksThanTheFunctionWouldSend) {
  class_answer_->data = mbim::Encode(mbim::NtbParameters{.in_max_size = 1u << 20});
  Open();
  EXPECT_THAT(class_requests_, ElementsAre(0x05, 0x80, 0x84, 0x86));
  ASSERT_TRUE(pipe_->ntb());
  EXPECT_EQ(pipe_->ntb()->in_size, 65536u);
}

TEST_F(MbimPipeTest, CarriesNoDatagramsWithMalformedParameters) {
  class_answer_->data = {28, 0, 3, 0};
  Open();
  EXPECT_EQ(opened_, UsbStatus::kOk);
  EXPECT_FALSE(pipe_->ntb());
}

TEST_F(MbimPipeTest, ToleratesStallsWhileOpening) {
  class_answer_->status = UsbStatus::kStall;
  usb_->set_operation_handler([](const std::string& operation) {
    return operation.starts_with("alternate") ? UsbStatus::kStall : UsbStatus::kOk;
  });
  Open();
  EXPECT_EQ(opened_, UsbStatus::kOk);
}

TEST_F(MbimPipeTest, DoesNotOpenIfItCannotClaim) {
  usb_->set_operation_handler([](const std::string& operation) {
    return operation == "claim 1" ? UsbStatus::kBusy : UsbStatus::kOk;
  });
  Open();
  EXPECT_EQ(opened_, UsbStatus::kBusy);
  EXPECT_THAT(class_requests_, IsEmpty());
}

TEST_F(MbimPipeTest, DoesNotOpenASilentFunction) {
  class_answer_->status = UsbStatus::kTimedOut;
  Open();
  EXPECT_EQ(opened_, UsbStatus::kTimedOut);
}

TEST_F(MbimPipeTest, ReportsADeviceThatLeavesWhileOpening) {
  class_answer_.reset();
  Open();
  EXPECT_EQ(opened_, std::nullopt);
  usb_->Vanish();
  executor_->Run();
  EXPECT_EQ(opened_, UsbStatus::kNoDevice);
  EXPECT_EQ(gone_, 0);
}

TEST_F(MbimPipeTest, ClosesWhileOpeningWithoutCallingDone) {
  class_answer_.reset();
  Open();
  bool closed = false;
  pipe_->Close([&] { closed = true; });
  executor_->Run();
  EXPECT_TRUE(closed);
  EXPECT_EQ(opened_, std::nullopt);
  EXPECT_EQ(usb_->operations().back(), "close");
  EXPECT_EQ(usb_->pending(), 0u);
}

TEST_F(MbimPipeTest, CallsNothingButDoneAfterClose) {
  OpenWell();
  send_answer_.reset();
  Send({{1}});
  pipe_->set_expecting(true);
  bool closed = false;
  pipe_->Close([&] { closed = true; });
  usb_->CompleteIn(kNotifications, UsbStatus::kOk, kResponseAvailable);
  executor_->Advance(milliseconds(60'000));
  EXPECT_TRUE(closed);
  EXPECT_THAT(results_, IsEmpty());
  EXPECT_EQ(fetches_, 0);
  EXPECT_EQ(executor_->timers(), 0u);
}

TEST_F(MbimPipeTest, ClosesWithoutHavingBeenOpened) {
  bool closed = false;
  pipe_->Close([&] { closed = true; });
  executor_->Run();
  EXPECT_TRUE(closed);
  EXPECT_THAT(usb_->operations(), IsEmpty());
}

// --- responses ----------------------------------------------------------------------------------

TEST_F(MbimPipeTest, FetchesOneResponseForEachNotification) {
  OpenWell();
  responses_ = {{1, 2, 3}, {4}};
  Notify();
  Notify();
  EXPECT_THAT(fragments_, ElementsAre(Bytes{1, 2, 3}, Bytes{4}));
  EXPECT_EQ(fetches_, 2);
}

TEST_F(MbimPipeTest, IgnoresOtherNotifications) {
  OpenWell();
  Notify({0xA1, 0x00, 1, 0, 0, 0, 0, 0});
  Notify({0xA1, 0x2A, 0, 0, 0, 0, 8, 0, 1, 2, 3, 4, 5, 6, 7, 8});
  EXPECT_EQ(fetches_, 0);
  responses_ = {{1}};
  Notify();
  EXPECT_THAT(fragments_, ElementsAre(Bytes{1}));
}

TEST_F(MbimPipeTest, FetchesResponsesIfANotificationCannotBeRead) {
  for (const Bytes& garbage : {Bytes{}, Bytes{0xA1, 0x01, 0}, Bytes(64, 0xFF), Bytes(8, 0x21)}) {
    Use(FakeMbimConfiguration(true));
    OpenWell();
    fragments_.clear();
    responses_ = {{1}, {2}, {3}};
    Notify(garbage);
    EXPECT_THAT(fragments_, ElementsAre(Bytes{1}, Bytes{2}, Bytes{3}));
    pipe_->Close([] {});
    executor_->Run();
  }
}

TEST_F(MbimPipeTest, SurvivesAFloodOfGarbageNotifications) {
  OpenWell();
  for (int i = 0; i < 1'000; ++i) {
    Notify(Bytes(64, 0xFF));
  }
  responses_ = {{1}};
  Notify();
  EXPECT_THAT(fragments_, ElementsAre(Bytes{1}));
}

TEST_F(MbimPipeTest, ListensAgainAfterAnOverLongNotification) {
  OpenWell();
  responses_ = {{1}};
  Notify({}, UsbStatus::kOverflow);
  EXPECT_THAT(fragments_, ElementsAre(Bytes{1}));
  executor_->Advance(config_.first_pause);
  responses_ = {{2}};
  Notify();
  EXPECT_THAT(fragments_, ElementsAre(Bytes{1}, Bytes{2}));
}

TEST_F(MbimPipeTest, ClearsAHaltedNotificationEndpoint) {
  OpenWell();
  responses_ = {{1}};
  Notify({}, UsbStatus::kStall);
  EXPECT_EQ(usb_->operations().back(), "clear-halt 133");
  EXPECT_THAT(fragments_, ElementsAre(Bytes{1}));
  executor_->Advance(config_.first_pause);
  responses_ = {{2}};
  Notify();
  EXPECT_THAT(fragments_, ElementsAre(Bytes{1}, Bytes{2}));
}

TEST_F(MbimPipeTest, ListensLessOftenToAnEndpointThatKeepsFailing) {
  OpenWell();
  usb_->set_operation_handler([](const std::string&) { return UsbStatus::kOk; });
  for (int i = 0; i < 200; ++i) {
    usb_->CompleteIn(kNotifications, UsbStatus::kStall);
  }
  executor_->Advance(milliseconds(60'000));
  const auto operations = usb_->operations();
  const auto clears = std::count(operations.begin(), operations.end(), "clear-halt 133");
  EXPECT_GE(clears, 10);
  EXPECT_LE(clears, 25);
}

TEST_F(MbimPipeTest, PollsWhileAResponseIsDueWithoutANotification) {
  OpenWell();
  pipe_->set_expecting(true);
  executor_->Advance(config_.first_poll - milliseconds(1));
  EXPECT_EQ(fetches_, 0);
  responses_ = {{1}};
  executor_->Advance(milliseconds(1));
  EXPECT_THAT(fragments_, ElementsAre(Bytes{1}));
}

TEST_F(MbimPipeTest, PollsAtGrowingIntervals) {
  OpenWell();
  pipe_->set_expecting(true);
  executor_->Advance(milliseconds(60'000));
  // 0.5, 1.5, 3.5, 7.5, then every 8 s
  EXPECT_EQ(fetches_, 4 + 6);
  pipe_->set_expecting(false);
  executor_->Advance(milliseconds(60'000));
  EXPECT_EQ(fetches_, 10);
}

TEST_F(MbimPipeTest, CatchesUpAfterLostNotifications) {
  OpenWell();
  pipe_->set_expecting(true);
  responses_ = {{1}, {2}, {3}};
  executor_->Advance(config_.first_poll);
  EXPECT_THAT(fragments_, ElementsAre(Bytes{1}, Bytes{2}, Bytes{3}));
}

TEST_F(MbimPipeTest, DoesNotPollAHealthyFunction) {
  OpenWell();
  executor_->Advance(milliseconds(600'000));
  responses_ = {{1}};
  Notify();
  executor_->Advance(milliseconds(600'000));
  EXPECT_EQ(fetches_, 1);
}

TEST_F(MbimPipeTest, RetriesOnceAfterAFailedOrEmptyFetch) {
  for (const UsbStatus status : {UsbStatus::kStall, UsbStatus::kTimedOut, UsbStatus::kOk}) {
    Use(FakeMbimConfiguration(true));
    OpenWell();
    fetches_ = 0;
    fragments_.clear();
    fetch_errors_ = {status};
    Notify();
    EXPECT_EQ(fetches_, 1);
    responses_ = {{1}};
    executor_->Advance(milliseconds(60'000));
    EXPECT_THAT(fragments_, ElementsAre(Bytes{1})) << UsbStatusName(status);
    pipe_->Close([] {});
    executor_->Run();
  }
}

TEST_F(MbimPipeTest, GivesUpOnANotificationWithoutResponseAfterOneMoreFetch) {
  OpenWell();
  Notify();
  executor_->Advance(milliseconds(600'000));
  EXPECT_EQ(fetches_, 2);
}

TEST_F(MbimPipeTest, LimitsFetchesAfterAFloodOfNotifications) {
  OpenWell();
  for (int i = 0; i < 10'000; ++i) {
    usb_->CompleteIn(kNotifications, UsbStatus::kOk, kResponseAvailable);
  }
  executor_->Advance(milliseconds(600'000));
  EXPECT_LE(fetches_, 10'001);
  responses_ = {{1}};
  Notify();
  EXPECT_THAT(fragments_, ElementsAre(Bytes{1}));
}

// --- commands -----------------------------------------------------------------------------------

TEST_F(MbimPipeTest, SendsWholeMessagesInOrder) {
  OpenWell();
  send_answer_.reset();
  Send({{1}, {2}, {3}});
  Send({{4}});
  EXPECT_THAT(sent_, ElementsAre(Bytes{1}));
  for (int i = 0; i < 3; ++i) {
    usb_->EndPendingControl(UsbStatus::kOk);
    executor_->Run();
  }
  EXPECT_THAT(sent_, ElementsAre(Bytes{1}, Bytes{2}, Bytes{3}, Bytes{4}));
  EXPECT_THAT(results_, ElementsAre(SendResult::kSent));
}

TEST_F(MbimPipeTest, DropsTheRestOfARefusedMessage) {
  OpenWell();
  send_answer_->status = UsbStatus::kStall;
  Send({{1}, {2}});
  send_answer_->status = UsbStatus::kOk;
  Send({{3}});
  EXPECT_THAT(sent_, ElementsAre(Bytes{1}, Bytes{3}));
  EXPECT_THAT(results_, ElementsAre(SendResult::kRefused, SendResult::kSent));
}

TEST_F(MbimPipeTest, IsUncertainAboutATransferThatTimedOut) {
  OpenWell();
  send_answer_->status = UsbStatus::kTimedOut;
  Send({{1}, {2}});
  EXPECT_THAT(results_, ElementsAre(SendResult::kUncertain));
  EXPECT_EQ(sent_.size(), 1u);
}

TEST_F(MbimPipeTest, DiscardsFragmentsThatAreNotOnTheirWay) {
  OpenWell();
  send_answer_.reset();
  const auto first = pipe_->Send({{1}, {2}}, [&](SendResult) { FAIL(); });
  const auto second = pipe_->Send({{3}}, [&](SendResult) { FAIL(); });
  Send({{4}});
  pipe_->Discard(second);
  pipe_->Discard(first);
  pipe_->Discard(12345);
  for (int i = 0; i < 4; ++i) {
    usb_->EndPendingControl(UsbStatus::kOk);
    executor_->Run();
  }
  EXPECT_THAT(sent_, ElementsAre(Bytes{1}, Bytes{4}));
  EXPECT_THAT(results_, ElementsAre(SendResult::kSent));
}

TEST_F(MbimPipeTest, DiscardsAllFragmentsExceptTheOneOnItsWay) {
  OpenWell();
  pipe_->DiscardAll();
  send_answer_.reset();
  pipe_->Send({{1}, {2}}, [&](SendResult) { FAIL(); });
  pipe_->Send({{3}}, [&](SendResult) { FAIL(); });
  pipe_->DiscardAll();
  Send({{4}});
  for (int i = 0; i < 2; ++i) {
    usb_->EndPendingControl(UsbStatus::kOk);
    executor_->Run();
  }
  EXPECT_THAT(sent_, ElementsAre(Bytes{1}, Bytes{4}));
  EXPECT_THAT(results_, ElementsAre(SendResult::kSent));
}

// --- a device that leaves -----------------------------------------------------------------------

TEST_F(MbimPipeTest, IsGoneOnceWhenTheDeviceLeaves) {
  OpenWell();
  send_answer_.reset();
  Send({{1}});
  pipe_->set_expecting(true);
  usb_->Vanish();
  executor_->Advance(milliseconds(60'000));
  EXPECT_EQ(gone_, 1);
  EXPECT_THAT(results_, IsEmpty());
  EXPECT_EQ(executor_->timers(), 0u);
}

TEST_F(MbimPipeTest, ContinuesAfterAnIoErrorIfTheDeviceAnswers) {
  OpenWell();
  send_answer_->status = UsbStatus::kError;
  Send({{1}});
  EXPECT_EQ(presence_checks_, 1);
  EXPECT_EQ(gone_, 0);
  send_answer_->status = UsbStatus::kOk;
  Send({{2}});
  EXPECT_THAT(results_, ElementsAre(SendResult::kUncertain, SendResult::kSent));
}

TEST_F(MbimPipeTest, IsGoneIfTheDeviceDoesNotAnswer) {
  OpenWell();
  presence_ = UsbStatus::kError;
  Notify({}, UsbStatus::kError);
  EXPECT_EQ(gone_, 0);
  executor_->Advance(milliseconds(1'000));
  EXPECT_EQ(gone_, 1);
  EXPECT_EQ(presence_checks_, 3);
  EXPECT_EQ(executor_->timers(), 0u);
}

TEST_F(MbimPipeTest, IsGoneIfNoDeviceFollowsAnIoError) {
  OpenWell();
  presence_ = UsbStatus::kNoDevice;
  fetch_errors_ = {UsbStatus::kError};
  Notify();
  EXPECT_EQ(gone_, 1);
}

TEST_F(MbimPipeTest, ContinuesAfterATransientNotificationError) {
  OpenWell();
  responses_ = {{1}};
  Notify({}, UsbStatus::kError);
  EXPECT_THAT(fragments_, ElementsAre(Bytes{1}));
  executor_->Advance(config_.first_pause);
  responses_ = {{2}};
  Notify();
  EXPECT_THAT(fragments_, ElementsAre(Bytes{1}, Bytes{2}));
}

TEST_F(MbimPipeTest, MayBeClosedByAHandler) {
  pipe_->Open({[this](ByteView) { pipe_->Close([] {}); }, [] {}}, [](UsbStatus) {});
  executor_->Run();
  responses_ = {{1}, {2}};
  Notify();
  Notify();
  EXPECT_EQ(fetches_, 1);
}

}  // namespace
}  // namespace mbnrig::transport
