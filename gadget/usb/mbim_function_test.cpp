#include "usb/mbim_function.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>

#include "fault/plan.h"

namespace mbnrig::usb {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::VariantWith;

using Clock = std::chrono::steady_clock;
using Reply = std::optional<ControlReply>;

constexpr std::uint8_t kOut = 0x21;
constexpr std::uint8_t kIn = 0xa1;

MATCHER(IsStall, "") {
  return arg && std::holds_alternative<Stall>(*arg);
}
MATCHER(IsAck, "") {
  return arg && std::holds_alternative<Ack>(*arg);
}
MATCHER_P(IsData, bytes, "") {
  return arg && std::holds_alternative<Bytes>(*arg) && std::get<Bytes>(*arg) == bytes;
}

SetupPacket Request(std::uint8_t type, ClassRequest request, std::uint16_t value,
                    std::uint16_t length, std::uint16_t index = 0) {
  return {type, static_cast<std::uint8_t>(request), value, index, length};
}

/// A channel that records what it is given.
class RecordingChannel : public ControlChannel {
 public:
  bool Receive(ByteView fragment) override {
    received.emplace_back(fragment.begin(), fragment.end());
    return !full;
  }
  Output output() const override { return {fragments.size(), restarts}; }
  std::optional<Bytes> TakeOutput() override {
    if (fragments.empty()) return std::nullopt;
    Bytes fragment = fragments.front();
    fragments.pop_front();
    return fragment;
  }
  void ResetFunction() override {
    ++resets;
    fragments.clear();
  }
  std::optional<fault::RuleState> Consult(const fault::Event& event) override {
    return plan.Consult(event);
  }
  bool Released(fault::RuleId rule) override { return plan.Released(rule); }
  void RequestUnplug() override { ++unplugs; }
  void Reschedule() override { ++reschedules; }

  std::vector<Bytes> received;
  std::deque<Bytes> fragments;
  fault::Plan plan;
  int resets = 0, unplugs = 0, reschedules = 0;
  bool full = false;
  std::uint64_t restarts = 0;
};

class Function : public ::testing::Test {
 protected:
  Function() {
    identity_.max_control_message = 64;
    function_.emplace(identity_, channel_);
    Attachment attachment;
    attachment.notification_ready = [this] { ++signals_; };
    function_->Attach(attachment);
    function_->SetConfiguration(1);
  }

  Reply Control(const SetupPacket& setup) {
    Reply reply;
    function_->HandleSetup(setup, [&reply](ControlReply r) { reply = std::move(r); });
    return reply;
  }
  ControlReply Send(std::uint8_t request, const Bytes& data) {
    const SetupPacket setup{kOut, request, 0, 0, static_cast<std::uint16_t>(data.size())};
    const auto reply = Control(setup);
    if (!reply || !std::holds_alternative<Ack>(*reply)) return Stall{};
    return function_->DataStage(setup, data);
  }
  ControlReply Send(ClassRequest request, const Bytes& data) {
    return Send(static_cast<std::uint8_t>(request), data);
  }
  /// Makes the modem send a fragment.
  void Say(const Bytes& fragment) {
    function_->Run([&] { channel_.fragments.push_back(fragment); });
  }
  Reply Fetch(std::uint16_t length = 64) {
    return Control(Request(kIn, ClassRequest::kGetEncapsulatedResponse, 0, length));
  }
  fault::RuleId AddRule(fault::Seam seam, fault::Action action,
                        std::chrono::milliseconds delay = 0ms, std::uint32_t bytes = 0) {
    fault::Rule rule;
    rule.seam = seam;
    rule.action = action;
    rule.delay = delay;
    rule.bytes = bytes;
    return channel_.plan.Add(rule);
  }

  scenario::UsbIdentity identity_;
  RecordingChannel channel_;
  std::optional<MbimFunction> function_;
  int signals_ = 0;
};

TEST_F(Function, CommandReachesTheModem) {
  EXPECT_TRUE(std::holds_alternative<Ack>(Send(ClassRequest::kSendEncapsulatedCommand, {1, 2, 3})));
  EXPECT_THAT(channel_.received, ElementsAre(Bytes{1, 2, 3}));
}

// fixtures/cases/555-ntb32-only
TEST(FunctionWithNtb32Only, RefusesNtb16) {
  scenario::UsbIdentity identity;
  identity.ntb_format = mbim::NtbFormat::kNtb32;
  RecordingChannel channel;
  const auto status = [&](std::uint16_t format) {
    MbimFunction function(identity, channel);
    function.Attach({});
    function.SetConfiguration(1);
    Reply reply;
    function.HandleSetup(Request(kOut, ClassRequest::kSetNtbFormat, format, 0),
                         [&reply](ControlReply r) { reply = std::move(r); });
    return reply;
  };
  EXPECT_THAT(status(0), IsAck());
  identity.ntb.ntb16 = false;
  EXPECT_THAT(status(0), IsStall());
  EXPECT_THAT(status(1), IsAck());
  EXPECT_THAT(status(2), IsStall());
}

TEST_F(Function, TheSameConfigurationAgainResets) {
  function_->HandleSetup({0x01, 11, 1, 1, 0}, [](const ControlReply&) {});
  Say({1});
  const int before = channel_.resets;
  function_->SetConfiguration(1);
  EXPECT_EQ(channel_.resets, before + 1);
  EXPECT_EQ(function_->state().data_alternate, 0);
  EXPECT_EQ(function_->TakeNotification(), std::nullopt);
}

TEST_F(Function, CommandIsAtMostWMaxControlMessage) {
  EXPECT_THAT(Control(Request(kOut, ClassRequest::kSendEncapsulatedCommand, 0, 64)), IsAck());
  EXPECT_THAT(Control(Request(kOut, ClassRequest::kSendEncapsulatedCommand, 0, 65)), IsStall());
  EXPECT_THAT(Control(Request(kOut, ClassRequest::kSendEncapsulatedCommand, 0, 0)), IsStall());
}

TEST_F(Function, DataLongerThanAnnouncedIsRefused) {
  const auto setup = Request(kOut, ClassRequest::kSendEncapsulatedCommand, 0, 2);
  ASSERT_THAT(Control(setup), IsAck());
  EXPECT_THAT(function_->DataStage(setup, Bytes{1, 2, 3}), VariantWith<Stall>(::testing::_));
  EXPECT_TRUE(channel_.received.empty());
}

TEST_F(Function, RequestsToOtherInterfacesAndOfTheWrongDirectionStall) {
  EXPECT_THAT(Control(Request(kOut, ClassRequest::kSendEncapsulatedCommand, 0, 8, 1)), IsStall());
  EXPECT_THAT(Control(Request(kOut, ClassRequest::kSendEncapsulatedCommand, 0, 8, 0x100)),
              IsStall());
  EXPECT_THAT(Control(Request(kIn, ClassRequest::kSendEncapsulatedCommand, 0, 8)), IsStall());
  EXPECT_THAT(Control(Request(kOut, ClassRequest::kGetEncapsulatedResponse, 0, 0)), IsStall());
  EXPECT_THAT(Control(Request(0x22, ClassRequest::kSendEncapsulatedCommand, 0, 8)), IsStall());
  EXPECT_THAT(Control({kIn, 0x77, 0, 0, 8}), IsStall());
  EXPECT_THAT(Control({0xc0, 0x01, 0, 0, 8}), IsStall());
}

TEST_F(Function, ClassRequestsNeedAConfiguration) {
  function_->SetConfiguration(0);
  EXPECT_THAT(Control(Request(kIn, ClassRequest::kGetNtbParameters, 0, 28)), IsStall());
  Say({1});
  EXPECT_EQ(function_->TakeNotification(), std::nullopt);
}

TEST_F(Function, EachFragmentIsAnnouncedOnceAndFetchedInOrder) {
  Say({1, 1});
  Say({2, 2});
  const Bytes available{0xa1, 0x01, 0, 0, 0, 0, 0, 0};
  EXPECT_EQ(signals_, 2);
  EXPECT_EQ(function_->TakeNotification(), available);
  EXPECT_EQ(function_->TakeNotification(), available);
  EXPECT_EQ(function_->TakeNotification(), std::nullopt);
  EXPECT_THAT(Fetch(), IsData(Bytes{1, 1}));
  EXPECT_THAT(Fetch(), IsData(Bytes{2, 2}));
  EXPECT_THAT(Fetch(), IsData(Bytes{}));
}

TEST_F(Function, ResponseIsCutToTheRequestedLength) {
  Say({1, 2, 3, 4});
  EXPECT_THAT(Fetch(2), IsData(Bytes{1, 2}));
}

TEST_F(Function, FetchOfLengthZeroLosesNothing) {
  Say({1, 2});
  EXPECT_THAT(Fetch(0), IsData(Bytes{}));
  EXPECT_THAT(Fetch(), IsData(Bytes{1, 2}));
}

TEST_F(Function, WithdrawnFragmentsAreNotAnnounced) {
  Say({1});
  Say({2});
  Say({3});
  ASSERT_TRUE(function_->TakeNotification());
  function_->Run([&] { channel_.fragments.pop_back(); });
  EXPECT_EQ(function_->state().responses, 2u);
  EXPECT_TRUE(function_->TakeNotification());
  EXPECT_FALSE(function_->TakeNotification());
}

TEST_F(Function, AnAnswerBehindWithdrawnOnesIsAnnounced) {
  Say({1});
  ASSERT_TRUE(function_->TakeNotification());
  Say({2});
  function_->Run([&] {
    channel_.fragments = {{9}};
    ++channel_.restarts;
  });
  EXPECT_TRUE(function_->TakeNotification()) << "the host may have used the first one already";
  EXPECT_FALSE(function_->TakeNotification());
  EXPECT_THAT(Fetch(), IsData(Bytes{9}));
  EXPECT_THAT(Fetch(), IsData(Bytes{}));
}

TEST_F(Function, CommandThatTheModemDoesNotTakeIsRefused) {
  channel_.full = true;
  EXPECT_THAT(Reply(Send(ClassRequest::kSendEncapsulatedCommand, {1})), IsStall());
  channel_.full = false;
  EXPECT_THAT(Reply(Send(ClassRequest::kSendEncapsulatedCommand, {1})), IsAck());
}

TEST_F(Function, MemoryIsBoundedIfTheHostFetchesNothing) {
  function_->Run([&] {
    for (std::size_t i = 0; i < 3 * kMaxResponses; ++i)
      channel_.fragments.push_back({1});
  });
  EXPECT_EQ(function_->state().responses, kMaxResponses);
  EXPECT_EQ(function_->state().notifications, kMaxResponses);
  Fetch();
  EXPECT_EQ(function_->state().responses, kMaxResponses);
  EXPECT_EQ(function_->state().notifications, kMaxResponses);
}

TEST_F(Function, ResetFunctionForgetsResponses) {
  Say({1});
  EXPECT_THAT(Control(Request(kOut, ClassRequest::kResetFunction, 0, 0)), IsAck());
  EXPECT_EQ(channel_.resets, 1);
  EXPECT_EQ(function_->TakeNotification(), std::nullopt);
  EXPECT_THAT(Fetch(), IsData(Bytes{}));
  EXPECT_THAT(Control(Request(kOut, ClassRequest::kResetFunction, 1, 0)), IsStall());
  EXPECT_THAT(Control(Request(kOut, ClassRequest::kResetFunction, 0, 4)), IsStall());
  EXPECT_EQ(channel_.resets, 1);
}

TEST_F(Function, NtbParametersAre28Bytes) {
  EXPECT_THAT(Control(Request(kIn, ClassRequest::kGetNtbParameters, 0, 28)),
              IsData(Bytes{28, 0, 3, 0,    0, 0x40, 0, 0, 4, 0, 0, 0, 4, 0,
                           0,  0, 0, 0x40, 0, 0,    4, 0, 0, 0, 4, 0, 0, 0}));
}

TEST_F(Function, NtbFormat) {
  EXPECT_THAT(Control(Request(kIn, ClassRequest::kGetNtbFormat, 0, 2)), IsData(Bytes{0, 0}));
  EXPECT_THAT(Control(Request(kOut, ClassRequest::kSetNtbFormat, 1, 0)), IsAck());
  EXPECT_THAT(Control(Request(kIn, ClassRequest::kGetNtbFormat, 0, 2)), IsData(Bytes{1, 0}));
  EXPECT_THAT(Control(Request(kOut, ClassRequest::kSetNtbFormat, 2, 0)), IsStall());
}

TEST_F(Function, NtbParametersComeFromTheScenario) {
  function_->Detach();
  identity_.ntb = {.ntb32 = false,
                   .in_max_size = 2048,
                   .in_divisor = 64,
                   .in_remainder = 18,
                   .in_alignment = 32,
                   .out_max_size = 3000,
                   .out_max_datagrams = 5};
  function_->set_identity(identity_);
  function_->Attach({});
  function_->SetConfiguration(1);
  EXPECT_THAT(Control(Request(kIn, ClassRequest::kGetNtbParameters, 0, 28)),
              IsData(mbim::Encode(identity_.ntb)));
  EXPECT_THAT(Control(Request(kOut, ClassRequest::kSetNtbFormat, 1, 0)), IsStall());
  EXPECT_THAT(Control(Request(kIn, ClassRequest::kGetNtbInputSize, 0, 4)),
              IsData(Bytes{0, 0x08, 0, 0}));
  EXPECT_EQ(function_->bulk_read_size(), 3072u) << "whole packets";
}

TEST_F(Function, NtbFormatStartsAsInTheScenario) {
  function_->Detach();
  identity_.ntb_format = mbim::NtbFormat::kNtb32;
  function_->set_identity(identity_);
  function_->Attach({});
  function_->SetConfiguration(1);
  EXPECT_THAT(Control(Request(kIn, ClassRequest::kGetNtbFormat, 0, 2)), IsData(Bytes{1, 0}));
  EXPECT_THAT(Control(Request(kOut, ClassRequest::kSetNtbFormat, 0, 0)), IsAck());
  EXPECT_THAT(Control(Request(kIn, ClassRequest::kGetNtbFormat, 0, 2)), IsData(Bytes{0, 0}));
}

TEST_F(Function, NtbFormatIsOnlySetBeforeDataFlows) {
  ASSERT_THAT(Control({0x01, 11, 1, 1, 0}), IsAck());
  EXPECT_THAT(Control(Request(kOut, ClassRequest::kSetNtbFormat, 1, 0)), IsStall());
  ASSERT_THAT(Control({0x01, 11, 0, 1, 0}), IsAck());
  EXPECT_THAT(Control(Request(kOut, ClassRequest::kSetNtbFormat, 1, 0)), IsAck());
}

TEST_F(Function, NtbInputSizeInBothForms) {
  auto get = [this](std::uint16_t length) {
    return Control(Request(kIn, ClassRequest::kGetNtbInputSize, 0, length));
  };
  EXPECT_THAT(get(4), IsData(Bytes{0, 0x40, 0, 0}));
  EXPECT_THAT(Send(ClassRequest::kSetNtbInputSize, {0, 0x08, 0, 0}),
              VariantWith<Ack>(::testing::_));
  EXPECT_THAT(get(8), IsData(Bytes{0, 0x08, 0, 0, 0, 0, 0, 0}));
  EXPECT_THAT(Send(ClassRequest::kSetNtbInputSize, {0, 0x10, 0, 0, 9, 0, 0, 0}),
              VariantWith<Ack>(::testing::_));
  EXPECT_THAT(get(4), IsData(Bytes{0, 0x10, 0, 0}));
  for (const Bytes& wrong :
       {Bytes{0xff, 0x07, 0, 0}, Bytes{1, 0x40, 0, 0}, Bytes{0, 0, 0, 0xff}, Bytes{0, 0x10}}) {
    EXPECT_THAT(Send(ClassRequest::kSetNtbInputSize, wrong), VariantWith<Stall>(::testing::_));
  }
  EXPECT_THAT(get(4), IsData(Bytes{0, 0x10, 0, 0}));
}

TEST_F(Function, MaxDatagramSize) {
  auto get = [this] { return Control(Request(kIn, ClassRequest::kGetMaxDatagramSize, 0, 2)); };
  EXPECT_THAT(get(), IsData(Bytes{0x00, 0x08}));
  EXPECT_THAT(Send(ClassRequest::kSetMaxDatagramSize, {0xdc, 0x05}),
              VariantWith<Ack>(::testing::_));
  EXPECT_THAT(get(), IsData(Bytes{0xdc, 0x05}));
  EXPECT_THAT(Send(ClassRequest::kSetMaxDatagramSize, {0x01, 0x08}),
              VariantWith<Stall>(::testing::_));
  EXPECT_THAT(Send(ClassRequest::kSetMaxDatagramSize, {0, 0}), VariantWith<Stall>(::testing::_));
}

TEST_F(Function, NcmRequestsThatMbimLacksStall) {
  EXPECT_THAT(Control(Request(kIn, ClassRequest::kGetCrcMode, 0, 2)), IsStall());
  EXPECT_THAT(Control(Request(kOut, ClassRequest::kSetCrcMode, 0, 0)), IsStall());
  EXPECT_THAT(Control(Request(kIn, ClassRequest::kGetNetAddress, 0, 6)), IsStall());
  EXPECT_THAT(Control(Request(kOut, ClassRequest::kSetNetAddress, 0, 6)), IsStall());
}

TEST_F(Function, Alternate0ResetsNtbSettings) {
  Control(Request(kOut, ClassRequest::kSetNtbFormat, 1, 0));
  Send(ClassRequest::kSetNtbInputSize, {0, 0x08, 0, 0});
  ASSERT_THAT(Control({0x01, 11, 1, 1, 0}), IsAck());
  EXPECT_THAT(Control({0x81, 10, 0, 1, 1}), IsData(Bytes{1}));
  EXPECT_EQ(function_->state().ntb_format, 1);
  ASSERT_THAT(Control({0x01, 11, 0, 1, 0}), IsAck());
  EXPECT_EQ(function_->state().ntb_format, 0);
  EXPECT_EQ(function_->state().ntb_input_size, mbim::NtbParameters{}.in_max_size);
}

TEST_F(Function, StatusOfEndpointsAndInterfaces) {
  const auto zero = IsData(Bytes{0, 0});
  EXPECT_THAT(Control({0x82, 0, 0, 0x82, 2}), IsStall()) << "not in this setting";
  EXPECT_THAT(Control({0x02, 3, 0, 0x07, 0}), IsStall()) << "not in this setting";
  ASSERT_THAT(Control({0x01, 11, 1, 1, 0}), IsAck());
  for (const std::uint16_t endpoint : {0x00, 0x80, 0x82, 0x07, 0x85}) {
    EXPECT_THAT(Control({0x82, 0, 0, endpoint, 2}), zero) << endpoint;
  }
  EXPECT_THAT(Control({0x82, 0, 0, 0x83, 2}), IsStall());
  EXPECT_THAT(Control({0x81, 0, 0, 1, 2}), zero);
  function_->SetConfiguration(0);
  EXPECT_THAT(Control({0x82, 0, 0, 0x00, 2}), zero);
  EXPECT_THAT(Control({0x82, 0, 0, 0x82, 2}), IsStall());
  EXPECT_THAT(Control({0x81, 0, 0, 0, 2}), zero);
  EXPECT_THAT(Control({0x81, 0, 0, 1, 2}), IsStall());
}

TEST_F(Function, SetInterfaceEndsTheHaltsOfItsOwnInterface) {
  ASSERT_THAT(Control({0x01, 11, 1, 1, 0}), IsAck());
  for (const std::uint16_t endpoint : {0x82, 0x07, 0x85})
    ASSERT_THAT(Control({0x02, 3, 0, endpoint, 0}), IsAck());
  EXPECT_THAT(Control({0x01, 11, 2, 1, 0}), IsStall());
  EXPECT_THAT(function_->state().halted, ElementsAre(0x07, 0x82, 0x85)) << "it was refused";
  EXPECT_THAT(Control({0x01, 11, 0, 0, 0}), IsAck());
  EXPECT_THAT(function_->state().halted, ElementsAre(0x07, 0x82));
  EXPECT_THAT(Control({0x01, 11, 1, 1, 0}), IsAck());
  EXPECT_TRUE(function_->state().halted.empty());
}

TEST_F(Function, InterfacesHaveNoOtherSettings) {
  EXPECT_THAT(Control({0x01, 11, 2, 1, 0}), IsStall());
  EXPECT_THAT(Control({0x01, 11, 1, 0, 0}), IsStall());
  EXPECT_THAT(Control({0x01, 11, 0, 0, 0}), IsAck());
  EXPECT_THAT(Control({0x01, 11, 0, 2, 0}), IsStall());
}

TEST_F(Function, DescriptorsAreCutToTheRequestedLength) {
  const Bytes device = Encode(function_->Device(Speed::kHigh));
  EXPECT_THAT(Control({0x80, 6, 0x0100, 0, 64}), IsData(device));
  EXPECT_THAT(Control({0x80, 6, 0x0100, 0, 8}), IsData(Bytes(device.begin(), device.begin() + 8)));
  EXPECT_THAT(Control({0x80, 6, 0x0200, 0, 0xffff}),
              IsData(Encode(function_->Configuration(Speed::kHigh))));
  EXPECT_THAT(Control({0x80, 6, 0x0201, 0, 64}), IsStall());
  EXPECT_THAT(Control({0x80, 6, 0x0300, 0, 64}), IsData(Bytes{4, 3, 0x09, 0x04}));
  EXPECT_THAT(Control({0x80, 6, 0x0303, 0x0409, 255}), IsData(EncodeString(identity_.serial)));
  EXPECT_THAT(Control({0x80, 6, 0x03ee, 0x0409, 255}), IsStall());
}

TEST_F(Function, ControllerLimitsWMaxControlMessage) {
  function_->Detach();
  Attachment attachment;
  attachment.control_transfer_limit = 32;
  function_->Attach(attachment);
  const auto configuration = function_->Configuration(Speed::kHigh);
  const auto& mbim = std::get<MbimFunctional>(configuration.interfaces[0].functional[2]);
  EXPECT_EQ(mbim.max_control_message, 32);
  function_->SetConfiguration(1);
  EXPECT_THAT(Control(Request(kOut, ClassRequest::kSendEncapsulatedCommand, 0, 33)), IsStall());
}

TEST_F(Function, BusResetClosesTheControlChannel) {
  Say({1});
  function_->BusReset();
  EXPECT_EQ(channel_.resets, 1);
  EXPECT_FALSE(function_->configured());
  function_->SetConfiguration(1);
  EXPECT_THAT(Fetch(), IsData(Bytes{}));
}

TEST_F(Function, SetConfigurationStartsAfresh) {
  Say({1});
  EXPECT_THAT(Control({0x00, 9, 1, 0, 0}), IsAck());
  EXPECT_EQ(channel_.resets, 1);
  EXPECT_THAT(Fetch(), IsData(Bytes{}));
  EXPECT_THAT(Control({0x00, 9, 2, 0, 0}), IsStall());
  EXPECT_THAT(Control({0x80, 8, 0, 0, 1}), IsData(Bytes{1}));
}

TEST_F(Function, BulkRunsInTheDataSettingOnly) {
  EXPECT_FALSE(function_->data_running());
  function_->ReceiveBulk(Bytes(100));
  EXPECT_EQ(function_->state().data.out_bytes, 100u);
  EXPECT_EQ(function_->state().data.out_ntbs, 0u);
  function_->data().SetSession(0, true);
  function_->data().Downlink(0, Bytes(100));
  EXPECT_FALSE(function_->TakeBulk());
  ASSERT_THAT(Control({0x01, 11, 1, 1, 0}), IsAck());
  EXPECT_TRUE(function_->data_running());
  function_->data().Downlink(0, Bytes(100));
  EXPECT_TRUE(function_->TakeBulk());
  function_->data().Downlink(0, Bytes(100));
  ASSERT_THAT(Control({0x01, 11, 0, 1, 0}), IsAck());
  EXPECT_FALSE(function_->TakeBulk());
}

TEST_F(Function, BulkRunsAtOnceWithASingleSetting) {
  function_->Detach();
  Attachment attachment;
  attachment.alternate_settings = false;
  function_->Attach(attachment);
  EXPECT_FALSE(function_->data_running());
  function_->SetConfiguration(1);
  EXPECT_TRUE(function_->data_running());
  function_->BusReset();
  EXPECT_FALSE(function_->data_running());
}

TEST_F(Function, BulkUsesTheHostsChoices) {
  Control(Request(kOut, ClassRequest::kSetNtbFormat, 1, 0));
  Send(ClassRequest::kSetNtbInputSize, {0, 0x08, 0, 0, 2, 0, 0, 0});
  EXPECT_THAT(Control(Request(kIn, ClassRequest::kGetNtbInputSize, 0, 8)),
              IsData(Bytes{0, 0x08, 0, 0, 2, 0, 0, 0}));
  ASSERT_THAT(Control({0x01, 11, 1, 1, 0}), IsAck());
  function_->data().SetSession(0, true);
  for (int i = 0; i < 3; ++i)
    function_->data().Downlink(0, Bytes(100));
  mbim::NtbContents contents;
  const Bytes ntb = function_->TakeBulk().value();
  EXPECT_FALSE(mbim::ParseNtb(ntb, mbim::NtbFormat::kNtb32, contents));
  EXPECT_EQ(contents.datagrams.size(), 2u);
}

TEST_F(Function, SequenceNumbersRiseAcrossOtherSizes) {
  ASSERT_THAT(Control({0x01, 11, 1, 1, 0}), IsAck());
  function_->data().SetSession(0, true);
  auto sequence = [this] {
    mbim::NtbContents contents;
    EXPECT_FALSE(mbim::ParseNtb(function_->TakeBulk().value(), mbim::NtbFormat::kNtb16, contents));
    return contents.sequence;
  };
  function_->data().Downlink(0, Bytes(100));
  EXPECT_EQ(sequence(), 0);
  function_->data().Downlink(0, Bytes(100));
  ASSERT_THAT(Reply(Send(ClassRequest::kSetNtbInputSize, {0, 0x08, 0, 0})), IsAck());
  EXPECT_EQ(sequence(), 1) << "what waits is not lost";
  ASSERT_THAT(Reply(Send(ClassRequest::kSetMaxDatagramSize, {0xdc, 0x05})), IsAck());
  ASSERT_THAT(Control({0x01, 11, 1, 1, 0}), IsAck());
  function_->data().Downlink(0, Bytes(100));
  EXPECT_EQ(sequence(), 2);
}

TEST_F(Function, ResetFunctionRestartsSequenceNumbers) {
  ASSERT_THAT(Control({0x01, 11, 1, 1, 0}), IsAck());
  function_->data().SetSession(0, true);
  auto sequence = [this] {
    function_->data().Downlink(0, Bytes(100));
    mbim::NtbContents contents;
    EXPECT_FALSE(mbim::ParseNtb(function_->TakeBulk().value(), mbim::NtbFormat::kNtb16, contents));
    return contents.sequence;
  };
  EXPECT_EQ(sequence(), 0);
  EXPECT_EQ(sequence(), 1);
  function_->data().Downlink(0, Bytes(100));
  EXPECT_THAT(Control(Request(kOut, ClassRequest::kResetFunction, 0, 0)), IsAck());
  EXPECT_FALSE(function_->TakeBulk()) << "the waiting datagram is dropped";
  EXPECT_EQ(sequence(), 0);
}

TEST_F(Function, RuleStallsARequest) {
  fault::Rule rule;
  rule.seam = fault::Seam::kSetup;
  rule.request = static_cast<std::uint8_t>(ClassRequest::kSendEncapsulatedCommand);
  rule.action = fault::Action::kStall;
  channel_.plan.Add(rule);
  EXPECT_THAT(Control(Request(kOut, ClassRequest::kSendEncapsulatedCommand, 0, 8)), IsStall());
  EXPECT_THAT(Fetch(), IsData(Bytes{}));
}

TEST_F(Function, RuleLeavesARequestUnanswered) {
  AddRule(fault::Seam::kSetup, fault::Action::kDrop);
  EXPECT_EQ(Fetch(), std::nullopt);
  channel_.plan.Clear();
  EXPECT_THAT(Fetch(), IsData(Bytes{}));
}

TEST_F(Function, RuleDelaysARequest) {
  Say({7});
  const auto before = Clock::now();
  AddRule(fault::Seam::kSetup, fault::Action::kDelay, 60s);
  Reply reply;
  function_->HandleSetup(Request(kIn, ClassRequest::kGetEncapsulatedResponse, 0, 64),
                         [&](ControlReply r) { reply = std::move(r); });
  EXPECT_EQ(channel_.reschedules, 1);
  ASSERT_TRUE(function_->Deadline());
  EXPECT_GE(*function_->Deadline(), before + 60s);
  function_->Tick(before + 59s);
  EXPECT_EQ(reply, std::nullopt);
  function_->Tick(*function_->Deadline());
  EXPECT_THAT(reply, IsData(Bytes{7}));
  EXPECT_EQ(function_->Deadline(), std::nullopt);
}

TEST_F(Function, RuleHoldsARequestUntilReleased) {
  const auto rule = AddRule(fault::Seam::kSetup, fault::Action::kHold);
  Reply reply;
  function_->HandleSetup(Request(kIn, ClassRequest::kGetNtbFormat, 0, 2),
                         [&](ControlReply r) { reply = std::move(r); });
  function_->Tick(Clock::now() + 1h);
  EXPECT_EQ(reply, std::nullopt);
  channel_.plan.Release(rule);
  function_->Tick(Clock::now());
  EXPECT_THAT(reply, IsData(Bytes{0, 0}));
}

TEST_F(Function, NextSetupSupersedesAHeldOne) {
  const auto rule = AddRule(fault::Seam::kSetup, fault::Action::kHold);
  Reply overtaken;
  function_->HandleSetup(Request(kIn, ClassRequest::kGetNtbFormat, 0, 2),
                         [&](ControlReply r) { overtaken = std::move(r); });
  EXPECT_THAT(Control({0x80, 8, 0, 0, 1}), IsData(Bytes{1}));
  channel_.plan.Release(rule);
  function_->Tick(Clock::now());
  EXPECT_EQ(overtaken, std::nullopt);
}

TEST_F(Function, DetachDropsHeldRequests) {
  const auto rule = AddRule(fault::Seam::kSetup, fault::Action::kHold);
  Reply reply;
  function_->HandleSetup(Request(kIn, ClassRequest::kGetNtbFormat, 0, 2),
                         [&](ControlReply r) { reply = std::move(r); });
  function_->Detach();
  channel_.plan.Release(rule);
  function_->Tick(Clock::now());
  EXPECT_EQ(reply, std::nullopt);
}

TEST_F(Function, RuleTruncatesAResponse) {
  AddRule(fault::Seam::kSetup, fault::Action::kTruncate, 0ms, 3);
  Say({1, 2, 3, 4});
  EXPECT_THAT(Fetch(), IsData(Bytes{1}));
  Say({1, 2});
  EXPECT_THAT(Fetch(), IsData(Bytes{}));
}

TEST_F(Function, RuleCorruptsACommand) {
  AddRule(fault::Seam::kSetup, fault::Action::kCorrupt, 0ms, 1);
  Send(ClassRequest::kSendEncapsulatedCommand, {0x0f, 0x0f});
  Send(ClassRequest::kSendEncapsulatedCommand, {0x0f});
  EXPECT_THAT(channel_.received, ElementsAre(Bytes{0x0f, 0xf0}, Bytes{0x0f}));
}

TEST_F(Function, RuleDoesNotActOnARequestThatTheKernelHasAcknowledged) {
  function_->Detach();
  Attachment attachment;
  attachment.acknowledges_data = true;
  function_->Attach(attachment);
  function_->SetConfiguration(1);
  for (const auto action :
       {fault::Action::kStall, fault::Action::kDrop, fault::Action::kDelay, fault::Action::kHold}) {
    const auto id = AddRule(fault::Seam::kSetup, action, 1h);
    EXPECT_THAT(Reply(Send(ClassRequest::kSendEncapsulatedCommand, {1})), IsAck());
    EXPECT_EQ(channel_.plan.Find(id)->hits, 0u);
    Fetch();
    EXPECT_EQ(channel_.plan.Find(id)->hits, 1u) << "the host waits for the data of this request";
    fault::Rule rule = channel_.plan.Find(id)->rule;
    EXPECT_EQ(function_->Reaches(rule), MbimFunction::Reach::kSome);
    rule.request = static_cast<std::uint8_t>(ClassRequest::kSendEncapsulatedCommand);
    EXPECT_EQ(function_->Reaches(rule), MbimFunction::Reach::kNone);
    rule.request = static_cast<std::uint8_t>(ClassRequest::kGetNtbFormat);
    EXPECT_EQ(function_->Reaches(rule), MbimFunction::Reach::kAll);
    channel_.plan.Remove(id);
  }
  const auto id = AddRule(fault::Seam::kSetup, fault::Action::kCorrupt);
  EXPECT_THAT(Reply(Send(ClassRequest::kSendEncapsulatedCommand, {1})), IsAck());
  EXPECT_EQ(channel_.received.back(), Bytes{0xfe});
  EXPECT_EQ(function_->Reaches(channel_.plan.Find(id)->rule), MbimFunction::Reach::kAll);
}

TEST_F(Function, RuleUnplugsOnARequest) {
  AddRule(fault::Seam::kSetup, fault::Action::kUnplug);
  EXPECT_EQ(Fetch(), std::nullopt);
  EXPECT_EQ(channel_.unplugs, 1);
}

TEST_F(Function, RuleLosesANotificationButNotItsResponse) {
  AddRule(fault::Seam::kNotification, fault::Action::kDrop);
  Say({1});
  EXPECT_EQ(signals_, 0);
  EXPECT_EQ(function_->TakeNotification(), std::nullopt);
  EXPECT_THAT(Fetch(), IsData(Bytes{1}));
}

TEST_F(Function, RuleDelaysANotification) {
  AddRule(fault::Seam::kNotification, fault::Action::kDelay, 60s);
  Say({1});
  EXPECT_EQ(function_->TakeNotification(), std::nullopt);
  ASSERT_TRUE(function_->Deadline());
  function_->Tick(*function_->Deadline());
  EXPECT_EQ(signals_, 1);
  EXPECT_NE(function_->TakeNotification(), std::nullopt);
}

TEST_F(Function, RuleHoldsANotificationUntilRemoved) {
  const auto rule = AddRule(fault::Seam::kNotification, fault::Action::kHold);
  Say({1});
  function_->Tick(Clock::now() + 1h);
  EXPECT_EQ(function_->TakeNotification(), std::nullopt);
  channel_.plan.Remove(rule);
  function_->Tick(Clock::now());
  EXPECT_NE(function_->TakeNotification(), std::nullopt);
}

TEST_F(Function, AnotherModemFindsTheFunctionAsAfterSetConfiguration) {
  ASSERT_THAT(Control(Request(kOut, ClassRequest::kSetNtbFormat, 1, 0)), IsAck());
  ASSERT_THAT(Reply(Send(ClassRequest::kSetMaxDatagramSize, {0xdc, 0x05})), IsAck());
  bool replaced = false;
  EXPECT_TRUE(function_->Renew([&] { return replaced = true; }));
  EXPECT_TRUE(replaced);
  const FunctionState state = function_->state();
  EXPECT_EQ(state.configuration, 1);
  EXPECT_EQ(state.ntb_format, 0);
  EXPECT_EQ(state.max_datagram_size, identity_.max_segment_size);
  EXPECT_EQ(channel_.resets, 0) << "the new modem has nothing to reset";
}

TEST_F(Function, AnotherModemKeepsTheNtbParametersOfARunningDataInterface) {
  ASSERT_THAT(Control(Request(kOut, ClassRequest::kSetNtbFormat, 1, 0)), IsAck());
  ASSERT_THAT(Control({0x01, 11, 1, 1, 0}), IsAck());
  EXPECT_TRUE(function_->Renew([] { return true; }));
  EXPECT_EQ(function_->state().data_alternate, 1);
  EXPECT_EQ(function_->state().ntb_format, 1);
  EXPECT_TRUE(function_->data_running());
}

TEST_F(Function, TheModemStaysWhereTheHostWouldNotice) {
  const auto renewed = [this] { return function_->Renew([] { return true; }); };
  EXPECT_FALSE(function_->Renew([] { return false; }));
  Say({1});
  EXPECT_FALSE(renewed()) << "a notification and a response wait";
  ASSERT_TRUE(function_->TakeNotification());
  EXPECT_FALSE(renewed()) << "a response waits";
  ASSERT_THAT(Fetch(), IsData(Bytes{1}));
  EXPECT_TRUE(renewed());
  const auto rule = AddRule(fault::Seam::kSetup, fault::Action::kHold);
  Fetch();
  EXPECT_FALSE(renewed()) << "a request is held";
  channel_.plan.Remove(rule);
  function_->Tick(std::chrono::steady_clock::now());
  EXPECT_TRUE(renewed());
  ASSERT_THAT(Control({0x01, 11, 1, 1, 0}), IsAck());
  ASSERT_THAT(Control({0x02, 3, 0, Layout{}.bulk_in_endpoint, 0}), IsAck());
  EXPECT_FALSE(renewed()) << "an endpoint is halted";
  ASSERT_THAT(Control({0x02, 1, 0, Layout{}.bulk_in_endpoint, 0}), IsAck());
  EXPECT_TRUE(renewed());
  function_->BusReset();
  EXPECT_FALSE(renewed()) << "the device is not configured";
}

TEST_F(Function, HasOneControllerAtATime) {
  EXPECT_THROW(function_->Attach({}), std::logic_error);
  EXPECT_THROW(function_->set_identity({}), std::logic_error);
  function_->Detach();
  scenario::UsbIdentity other;
  other.serial = "OTHER";
  function_->set_identity(other);
  EXPECT_EQ(function_->identity().serial, "OTHER");
}

}  // namespace
}  // namespace mbnrig::usb
