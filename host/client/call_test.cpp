#include "client/call.h"

#include <gtest/gtest.h>

#include "mbim/basic_connect.h"

namespace mbnrig::client {
namespace {

using mbim::CommandType;
using mbim::RadioStateInfo;
using mbim::RadioSwitch;
using mbim::Status;

/// Keeps the last command and answers it at once.
class AnsweringDevice final : public Device {
 public:
  Reply answer;
  mbim::CommandId id;
  CommandType type{};
  mbim::Bytes information;
  std::chrono::milliseconds timeout{};

  void Command(const mbim::Uuid& service, std::uint32_t cid, CommandType command_type,
               mbim::Bytes bytes, ReplyHandler done, std::chrono::milliseconds wait) override {
    id = {service, cid};
    type = command_type;
    information = std::move(bytes);
    timeout = wait;
    done(answer);
  }

  const DeviceIdentity& identity() const override { return identity_; }
  bool present() const override { return true; }
  void Open(ReplyHandler) override {}
  void Close(std::function<void()>) override {}
  void set_indication_handler(IndicationHandler) override {}
  void set_datagram_handler(std::uint8_t, DatagramHandler) override {}
  bool SendDatagram(std::uint8_t, mbim::ByteView, bool) override { return false; }
  void FlushDatagrams() override {}
  std::string kernel_interface() const override { return {}; }

 private:
  DeviceIdentity identity_;
};

Reply Answered(Status status, mbim::Bytes information) {
  return {Outcome::kAnswered, status, {}, std::move(information)};
}

TEST(Call, SendsTheCommandOfTheConstant) {
  AnsweringDevice device;
  Set(
      device, mbim::kRadioState, {RadioSwitch::kOn}, [](const Reply&) {},
      std::chrono::milliseconds{7});
  EXPECT_EQ(device.id, mbim::kRadioState);
  EXPECT_EQ(device.type, CommandType::kSet);
  EXPECT_EQ(device.information, mbim::Encode(mbim::SetRadioState{RadioSwitch::kOn}));
  EXPECT_EQ(device.timeout.count(), 7);
  Query(device, mbim::kRadioState, {}, [](const Reply&) {});
  EXPECT_EQ(device.type, CommandType::kQuery);
  EXPECT_TRUE(device.information.empty());
}

Result<RadioStateInfo> Ask(const Reply& answer) {
  AnsweringDevice device;
  device.answer = answer;
  Result<RadioStateInfo> result;
  Query(device, mbim::kRadioState, {},
        [&](Result<RadioStateInfo> got) { result = std::move(got); });
  return result;
}

TEST(Call, ReadsTheAnswer) {
  const RadioStateInfo info{RadioSwitch::kOn, RadioSwitch::kOff};
  const auto result = Ask(Answered(Status::kSuccess, mbim::Encode(info)));
  ASSERT_TRUE(result);
  EXPECT_EQ(*result.value, info);
}

TEST(Call, SaysWhyThereIsNoAnswer) {
  const auto malformed = Ask(Answered(Status::kSuccess, {1, 0, 0, 0}));
  EXPECT_FALSE(malformed);
  EXPECT_EQ(malformed.Why(), "malformed answer: SwRadioState: needs 4 bytes at 4, 0 remain");
  const auto refused = Ask(Answered(Status::kBusy, {}));
  EXPECT_FALSE(refused);
  EXPECT_EQ(refused.Why(), "MBIM_STATUS_BUSY");
  const auto gone = Ask({Outcome::kGone, {}, {}, {}});
  EXPECT_FALSE(gone);
  EXPECT_EQ(gone.Why(), "gone");
}

TEST(Call, KeepsWhatARefusalCarries) {
  const auto refused = Ask(Answered(Status::kFailure, mbim::Encode(RadioStateInfo{})));
  EXPECT_FALSE(refused);
  EXPECT_EQ(refused.value, RadioStateInfo{});
}

}  // namespace
}  // namespace mbnrig::client
