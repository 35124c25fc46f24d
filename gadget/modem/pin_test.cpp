// Entering, changing, blocking and unblocking PINs.

#include "modem/testing/host.h"

namespace mbnrig::modem::testing {
namespace {

using mbim::PinInfo;
using mbim::PinOperation;
using mbim::PinState;
using mbim::PinType;
using ::testing::Contains;

constexpr PinInfo kUnlocked{PinType::kNone, PinState::kUnlocked, mbim::kAttemptsUnknown};

class PinHost : public OpenHost {
 public:
  using OpenHost::OpenHost;
  Reply Pin(PinType type, PinOperation operation, const std::string& pin,
            const std::string& new_pin = "") {
    return Set(mbim::kPin, mbim::SetPin{type, operation, pin, new_pin});
  }
  Reply Enter(const std::string& pin) { return Pin(PinType::kPin1, PinOperation::kEnter, pin); }
  PinInfo Current() { return Query(mbim::kPin).As<PinInfo>(); }
};

const char* const kLocked = "sim: {pin1: {mode: enabled}}";

TEST(Pin, IsNotNeededWhenDisabled) {
  PinHost host;
  EXPECT_EQ(host.Current(), kUnlocked);
  EXPECT_EQ(host.Enter("1234").status, Status::kPinDisabled);
}

TEST(Pin, UnlocksTheSimAndTheModemRegisters) {
  PinHost host(kLocked);
  EXPECT_EQ(host.Current(), (PinInfo{PinType::kPin1, PinState::kLocked, 3}));
  EXPECT_EQ(host.Connect().status, Status::kPinRequired);
  EXPECT_EQ(host.State()["registration"]["state"], "deregistered");

  const Reply reply = host.Enter("1234");
  EXPECT_EQ(reply.status, Status::kSuccess);
  EXPECT_EQ(reply.As<PinInfo>(), kUnlocked);
  EXPECT_EQ(host.LastIndicated<mbim::SubscriberReadyInfo>(mbim::kSubscriberReadyStatus).ready_state,
            mbim::ReadyState::kInitialized);
  EXPECT_THAT(host.TakeIndicated(), Contains(mbim::kRegisterState));
  EXPECT_EQ(host.State()["registration"]["state"], "home");
}

TEST(Pin, AWrongOneCostsAnAttemptUntilThePukIsNeeded) {
  PinHost host(kLocked);
  const Reply first = host.Enter("0000");
  EXPECT_EQ(first.status, Status::kFailure);
  EXPECT_EQ(first.As<PinInfo>(), (PinInfo{PinType::kPin1, PinState::kLocked, 2}));
  EXPECT_EQ(host.Enter("0001").As<PinInfo>().remaining_attempts, 1u);
  EXPECT_EQ(host.Enter("0002").As<PinInfo>(), (PinInfo{PinType::kPuk1, PinState::kLocked, 10}));
  EXPECT_EQ(host.Enter("1234").status, Status::kPinRequired) << "the right PIN, but it is blocked";
  EXPECT_EQ(host.Current(), (PinInfo{PinType::kPuk1, PinState::kLocked, 10}));
}

TEST(Pin, AttemptsMayBeUnknownToTheHost) {
  OpenHost host(R"(sim: {pin1: {mode: enabled, value: "1234", attempts: unknown}})");
  EXPECT_EQ(host.Query(mbim::kPin).As<mbim::PinInfo>().remaining_attempts, mbim::kAttemptsUnknown);
  mbim::SetPin wrong;
  wrong.pin_type = mbim::PinType::kPin1;
  wrong.pin = "9999";
  for (int i = 0; i < 2; ++i) {
    const Reply reply = host.Set(mbim::kPin, wrong);
    EXPECT_EQ(reply.As<mbim::PinInfo>().remaining_attempts, mbim::kAttemptsUnknown);
  }
  EXPECT_EQ(host.Set(mbim::kPin, wrong).As<mbim::PinInfo>().pin_type, mbim::PinType::kPuk1)
      << "the modem counts";
}

TEST(Pin, ARightOneGivesTheAttemptsBack) {
  PinHost host(kLocked);
  host.Enter("0000");
  host.Enter("1234");
  EXPECT_EQ(host.State()["sim"]["pins"]["pin1"]["attempts"], 3);
}

TEST(Pin, MalformedOnesCostNothing) {
  PinHost host(kLocked);
  EXPECT_EQ(host.Enter("12").status, Status::kInvalidParameters);
  EXPECT_EQ(host.Enter("123456789").status, Status::kInvalidParameters);
  EXPECT_EQ(host.Enter("12a4").status, Status::kInvalidParameters);
  EXPECT_EQ(host.Current().remaining_attempts, 3u);
}

TEST(Pin, ThePukUnblocksItWithANewPin) {
  PinHost host("sim: {pin1: {mode: enabled, attempts: 0}}");
  EXPECT_EQ(host.Current(), (PinInfo{PinType::kPuk1, PinState::kLocked, 10}));
  const Reply wrong = host.Pin(PinType::kPuk1, PinOperation::kEnter, "00000000", "4321");
  EXPECT_EQ(wrong.status, Status::kFailure);
  EXPECT_EQ(wrong.As<PinInfo>(), (PinInfo{PinType::kPuk1, PinState::kLocked, 9}));
  EXPECT_EQ(host.Pin(PinType::kPuk1, PinOperation::kEnter, "12345678", "1").status,
            Status::kInvalidParameters);
  const Reply right = host.Pin(PinType::kPuk1, PinOperation::kEnter, "12345678", "4321");
  EXPECT_EQ(right.status, Status::kSuccess);
  EXPECT_EQ(right.As<PinInfo>(), kUnlocked);

  host.modem().PowerCycle(host.now());
  host.Open();
  EXPECT_EQ(host.Enter("1234").status, Status::kFailure);
  EXPECT_EQ(host.Enter("4321").status, Status::kSuccess);
}

TEST(Pin, ABlockedPukIsABadSim) {
  PinHost host("sim: {pin1: {mode: enabled, attempts: 0, puk_attempts: 2}}");
  host.Pin(PinType::kPuk1, PinOperation::kEnter, "00000000", "4321");
  const Reply last = host.Pin(PinType::kPuk1, PinOperation::kEnter, "00000001", "4321");
  EXPECT_EQ(last.status, Status::kFailure);
  EXPECT_EQ(last.As<PinInfo>(), (PinInfo{PinType::kPuk1, PinState::kLocked, 0}));
  EXPECT_EQ(host.Pin(PinType::kPuk1, PinOperation::kEnter, "12345678", "4321").status,
            Status::kBadSim);
  EXPECT_EQ(host.Query(mbim::kPin).status, Status::kBadSim);
  EXPECT_EQ(host.LastIndicated<mbim::SubscriberReadyInfo>(mbim::kSubscriberReadyStatus).ready_state,
            mbim::ReadyState::kBadSim);
}

TEST(Pin, ThePukIsForBlockedPinsOnly) {
  PinHost host(kLocked);
  EXPECT_EQ(host.Pin(PinType::kPuk1, PinOperation::kEnter, "12345678", "4321").status,
            Status::kOperationNotAllowed);
  EXPECT_EQ(host.Pin(PinType::kPuk1, PinOperation::kChange, "12345678", "4321").status,
            Status::kInvalidParameters);
}

TEST(Pin, IsEnabledDisabledAndChanged) {
  PinHost host;
  EXPECT_EQ(host.Pin(PinType::kPin1, PinOperation::kChange, "1234", "4321").status,
            Status::kPinDisabled);
  EXPECT_EQ(host.Pin(PinType::kPin1, PinOperation::kDisable, "1234").status, Status::kPinDisabled);
  EXPECT_EQ(host.Pin(PinType::kPin1, PinOperation::kEnable, "9999").status, Status::kFailure);
  EXPECT_EQ(host.Pin(PinType::kPin1, PinOperation::kEnable, "1234").status, Status::kSuccess);
  EXPECT_EQ(host.Current(), kUnlocked) << "enabled with the PIN, hence entered";
  EXPECT_EQ(host.Pin(PinType::kPin1, PinOperation::kEnable, "1234").status,
            Status::kOperationNotAllowed);
  EXPECT_EQ(host.Query(mbim::kPinList).As<mbim::PinListInfo>().pin1.pin_mode,
            mbim::PinMode::kEnabled);
  EXPECT_EQ(host.Pin(PinType::kPin1, PinOperation::kChange, "1234", "43").status,
            Status::kInvalidParameters);
  EXPECT_EQ(host.Pin(PinType::kPin1, PinOperation::kChange, "1234", "4321").status,
            Status::kSuccess);

  host.modem().PowerCycle(host.now());
  host.Open();
  EXPECT_EQ(host.Current().pin_type, PinType::kPin1) << "the modem asks for it after power on";
  EXPECT_EQ(host.Pin(PinType::kPin1, PinOperation::kDisable, "4321").status, Status::kPinRequired);
  EXPECT_EQ(host.Enter("4321").status, Status::kSuccess);
  EXPECT_EQ(host.Pin(PinType::kPin1, PinOperation::kDisable, "4321").status, Status::kSuccess);

  host.modem().PowerCycle(host.now());
  host.Open();
  EXPECT_EQ(host.Current(), kUnlocked);
}

TEST(Pin, WrongWhileUnlockedStillBlocks) {
  PinHost host(kLocked);
  host.Enter("1234");
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(host.Pin(PinType::kPin1, PinOperation::kChange, "0000", "1111").status,
              Status::kFailure);
  }
  EXPECT_EQ(host.Current().pin_type, PinType::kPuk1);
  EXPECT_EQ(host.State()["registration"]["state"], "deregistered");
}

TEST(Pin, NothingWaitsForPin2) {
  PinHost host;
  EXPECT_EQ(host.Current(), kUnlocked) << "although PIN2 is enabled";
  EXPECT_EQ(host.Pin(PinType::kPin2, PinOperation::kEnter, "0000").As<PinInfo>(),
            (PinInfo{PinType::kPin2, PinState::kLocked, 2}));
  EXPECT_EQ(host.Pin(PinType::kPin2, PinOperation::kEnter, "5678").status, Status::kSuccess);
  for (int i = 0; i < 3; ++i)
    host.Pin(PinType::kPin2, PinOperation::kEnter, "0000");
  EXPECT_EQ(host.Pin(PinType::kPuk2, PinOperation::kEnter, "87654321", "1111").status,
            Status::kSuccess);
  EXPECT_EQ(host.Pin(PinType::kPin2, PinOperation::kEnter, "1111").status, Status::kSuccess);
}

TEST(Pin, LocksOfTheDeviceComeAfterPin1) {
  PinHost host(R"(
sim:
  pin1: {mode: enabled}
  network_pin: {mode: enabled, value: "11112222", puk: "33334444"}
  subsidy_lock: {mode: enabled, value: "5555", attempts: 1}
)");
  EXPECT_EQ(host.Pin(PinType::kNetworkPin, PinOperation::kEnter, "11112222").status,
            Status::kPinRequired);
  EXPECT_EQ(host.Enter("1234").As<PinInfo>(),
            (PinInfo{PinType::kNetworkPin, PinState::kLocked, 3}));
  EXPECT_EQ(host.Connect().status, Status::kPinRequired);
  for (int i = 0; i < 3; ++i)
    host.Pin(PinType::kNetworkPin, PinOperation::kEnter, "0000");
  EXPECT_EQ(host.Current().pin_type, PinType::kNetworkPuk);
  EXPECT_EQ(host.Pin(PinType::kNetworkPuk, PinOperation::kEnter, "33334444", "1111").status,
            Status::kSuccess);
  EXPECT_EQ(host.Current().pin_type, PinType::kSubsidyPin);
  EXPECT_EQ(host.Pin(PinType::kSubsidyPin, PinOperation::kEnter, "0000").status, Status::kFailure);
  EXPECT_EQ(host.Current(), (PinInfo{PinType::kSubsidyPin, PinState::kLocked, 0}))
      << "a lock without a PUK stays locked";
}

TEST(Pin, UnsupportedAndUnknownOnesAreRefused) {
  PinHost host;
  EXPECT_EQ(host.Pin(PinType::kCorporatePin, PinOperation::kEnter, "1234").status,
            Status::kNoDeviceSupport);
  EXPECT_EQ(host.Pin(PinType::kNone, PinOperation::kEnter, "1234").status,
            Status::kInvalidParameters);
  EXPECT_EQ(host.Pin(static_cast<PinType>(18), PinOperation::kEnter, "1234").status,
            Status::kInvalidParameters);
  EXPECT_EQ(host.Pin(PinType::kPin1, static_cast<PinOperation>(4), "1234").status,
            Status::kInvalidParameters);
}

TEST(PinList, DescribesWhatTheSimHas) {
  PinHost host;
  const auto list = host.Query(mbim::kPinList).As<mbim::PinListInfo>();
  EXPECT_EQ(list.pin1, (mbim::PinDesc{mbim::PinMode::kDisabled, mbim::PinFormat::kNumeric, 4, 8}));
  EXPECT_EQ(list.pin2, (mbim::PinDesc{mbim::PinMode::kEnabled, mbim::PinFormat::kNumeric, 4, 8}));
  EXPECT_EQ(list.corporate_pin, mbim::PinDesc{});
}

TEST(Pin, AttemptsSurviveLosingPower) {
  PinHost host(kLocked);
  host.Enter("0000");
  host.modem().PowerCycle(host.now());
  host.Open();
  EXPECT_EQ(host.Current().remaining_attempts, 2u);
}

}  // namespace
}  // namespace mbnrig::modem::testing
