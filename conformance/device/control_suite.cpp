// CM: control messages (MBIM 1.0, sections 8.1 and 9). CID: the contents of commands.

#include <algorithm>

#include "device/case.h"

namespace mbnrig::device {
namespace {

using mbim::CommandDone;
using mbim::FunctionErrorMessage;
using mbim::IndicateStatus;
using mbim::Status;

constexpr Cid kNoSuchCid{mbim::kServiceBasicConnect, 255};

/// Two commands at once, whose answers differ in length. Waits until both are answered.
struct TwoAnswers {
  std::uint32_t caps = 0, services = 0;
  std::vector<Received> answers;

  explicit TwoAnswers(Modem& modem) {
    caps = modem.Query(mbim::kDeviceCaps);
    services = modem.Query(mbim::kDeviceServices);
    while (answers.size() < 2) {
      answers.push_back(modem.AwaitThat("an answer to one of two commands in flight",
                                        modem.times().answer, [this](const Received& received) {
                                          return As<CommandDone>(received) != nullptr &&
                                                 (received.transaction_id() == caps ||
                                                  received.transaction_id() == services);
                                        }));
    }
  }

  /// Checks that each answer belongs to its command and is valid.
  void Check(const char* assertion) const {
    EXPECT_NE(answers[0].transaction_id(), answers[1].transaction_id()) << Asserts(assertion);
    for (const Received& received : answers) {
      const auto& done = *As<CommandDone>(received);
      const bool is_caps = received.transaction_id() == caps;
      EXPECT_EQ(done.service, mbim::kServiceBasicConnect) << Asserts(assertion);
      EXPECT_EQ(done.cid, is_caps ? mbim::kDeviceCaps.number : mbim::kDeviceServices.number)
          << Asserts(assertion);
      const bool readable =
          is_caps ? static_cast<bool>(mbim::Decode<mbim::DeviceCapsInfo>(done.information))
                  : static_cast<bool>(mbim::Decode<mbim::DeviceServicesInfo>(done.information));
      EXPECT_TRUE(readable) << mbim::Describe(received.bytes) << '\n' << Asserts(assertion);
    }
  }
};

void ExpectNone(const Modem& modem, std::string_view assertion) {
  for (const Irregularity& irregularity : modem.irregularities()) {
    if (assertion == irregularity.assertion) {
      ADD_FAILURE() << irregularity.what << '\n' << Asserts(assertion);
    }
  }
}

DEVICE_CASE(Control, CM_01, "OPEN is answered by its OPEN_DONE", "mbim1.0:9.4.1#1",
            "mbim1.0:9.4.1#2") {
  modem().Prepare();
  const std::uint32_t id = modem().NextId();
  modem().Send(mbim::OpenMessage{id, modem().max_control_message()});
  const Received received =
      modem().AwaitThat("OPEN_DONE", modem().times().open,
                        [](const Received& other) { return As<mbim::OpenDone>(other) != nullptr; });
  EXPECT_EQ(received.transaction_id(), id) << Asserts("mbim1.0:9.4.1#1");
  EXPECT_EQ(As<mbim::OpenDone>(received)->status, Status::kSuccess) << Asserts("mbim1.0:9.4.1#2");
}

DEVICE_CASE(Control, CM_02, "MessageLength of OPEN_DONE", "mbim1.0:9.1#2") {
  const Received received = modem().Open();
  const auto header = mbim::PeekHeader(received.bytes);
  EXPECT_GE(header->length, mbim::kHeaderSize) << Asserted();
  EXPECT_EQ(header->length, received.bytes.size()) << Asserted();
  ExpectNone(modem(), "mbim1.0:9.1#2");
}

DEVICE_CASE(Control, CM_03, "OPEN of an open function", "mbim1.0:9.3.1#1") {
  modem().Open();
  modem().Settle();
  modem().TakeOthers();
  const std::uint32_t id = modem().NextId();
  modem().Send(mbim::OpenMessage{id, modem().max_control_message()});
  const Received received = modem().Await<mbim::OpenDone>(id, modem().times().open);
  EXPECT_EQ(As<mbim::OpenDone>(received)->status, Status::kSuccess) << Asserted();
  modem().Settle();
  for (const Received& other : modem().others()) {
    EXPECT_EQ(As<mbim::CloseDone>(other), nullptr) << Asserted();
  }
}

DEVICE_CASE(Control, CM_04, "an answer has its command's transaction", "mbim1.0:9.4.3") {
  modem().Open();
  const std::uint32_t id = modem().Query(mbim::kDeviceCaps);
  const Received received =
      modem().AwaitThat("COMMAND_DONE", modem().times().answer,
                        [](const Received& other) { return As<CommandDone>(other) != nullptr; });
  EXPECT_EQ(received.transaction_id(), id) << Asserted();
}

DEVICE_CASE(Control, CM_05, "two commands have answers of their own", "mbim1.0:8.1.2#2",
            "mbim1.0:8.1.2#3") {
  modem().Open();
  const std::size_t announced = modem().announced(), fetched = modem().fetched();
  TwoAnswers(modem()).Check("mbim1.0:8.1.2#2");
  ExpectNone(modem(), "mbim1.0:8.1.2#3");
  EXPECT_GE(modem().announced() - announced, modem().fetched() - fetched)
      << Asserts("mbim1.0:8.1.2#3");
}

DEVICE_CASE(Control, CM_06, "a command that succeeds reports SUCCESS", "mbim1.0:9.4.5#1") {
  modem().Open();
  const Received received = modem().Await<CommandDone>(modem().Query(mbim::kDeviceCaps));
  EXPECT_EQ(As<CommandDone>(received)->status, Status::kSuccess) << Asserted();
}

DEVICE_CASE(Control, CM_07, "a CID that is not implemented", "mbim1.0:9.4.5#2") {
  modem().Open();
  const Received received = modem().AwaitAnswer(modem().Query(kNoSuchCid));
  ASSERT_NE(As<CommandDone>(received), nullptr) << mbim::Describe(received.bytes) << '\n'
                                                << Asserted();
  EXPECT_EQ(As<CommandDone>(received)->status, Status::kNoDeviceSupport) << Asserted();
}

DEVICE_CASE(Control, CM_08, "a command that fails carries no information", "mbim1.0:9.4.5#3") {
  modem().Open();
  // Neither on nor off.
  const mbim::SetRadioState neither{static_cast<mbim::RadioSwitch>(2)};
  const Received received =
      modem().AwaitAnswer(modem().Set(mbim::kRadioState, mbim::Encode(neither)));
  ASSERT_NE(As<CommandDone>(received), nullptr) << mbim::Describe(received.bytes) << '\n'
                                                << Asserted();
  EXPECT_NE(As<CommandDone>(received)->status, Status::kSuccess) << Asserted();
  EXPECT_TRUE(As<CommandDone>(received)->information.empty()) << Asserted();
}

DEVICE_CASE(Control, CM_09, "notifications have transaction 0", "mbim1.0:9.1#1") {
  modem().Open();
  Connect(modem(), network());
  Disconnect(modem());
  // Switching the radio off changes registration, packet service and signal.
  modem().SetAndAsk<mbim::RadioStateInfo>(
      mbim::kRadioState, mbim::Encode(mbim::SetRadioState{mbim::RadioSwitch::kOff}),
      modem().times().network);
  modem().Settle();
  std::size_t notifications = 0;
  for (const Received& other : modem().others()) {
    if (As<IndicateStatus>(other) == nullptr) continue;
    ++notifications;
    EXPECT_EQ(other.transaction_id(), 0u) << mbim::Describe(other.bytes) << '\n' << Asserted();
  }
  modem().SetAndAsk<mbim::RadioStateInfo>(mbim::kRadioState,
                                          mbim::Encode(mbim::SetRadioState{mbim::RadioSwitch::kOn}),
                                          modem().times().network);
  if (notifications == 0) throw NotApplicable("the modem had nothing to indicate");
}

DEVICE_CASE(Control, CM_10, "CLOSE is answered by its CLOSE_DONE", "mbim1.0:9.4.2#1",
            "mbim1.0:9.4.2#2") {
  modem().Open();
  const std::uint32_t id = modem().NextId();
  modem().Send(mbim::CloseMessage{id});
  const Received received = modem().AwaitThat(
      "CLOSE_DONE", modem().times().open,
      [](const Received& other) { return As<mbim::CloseDone>(other) != nullptr; });
  EXPECT_EQ(received.transaction_id(), id) << Asserts("mbim1.0:9.4.2#1");
  EXPECT_EQ(As<mbim::CloseDone>(received)->status, Status::kSuccess) << Asserts("mbim1.0:9.4.2#2");
}

DEVICE_CASE(Control, CM_11, "messages after CLOSE are ignored", "mbim1.0:9.3.2#1") {
  modem().Open();
  const std::uint32_t close = modem().NextId();
  modem().Send(mbim::CloseMessage{close});
  const std::uint32_t late = modem().Query(mbim::kDeviceCaps);
  modem().Await<mbim::CloseDone>(close, modem().times().open);
  modem().Listen();
  for (const Received& other : modem().others()) {
    if (As<IndicateStatus>(other) != nullptr || other.transaction_id() != late) continue;
    // The function may already be closed when the command arrives, and may report this.
    const auto* error = As<FunctionErrorMessage>(other);
    EXPECT_TRUE(error != nullptr && error->error == mbim::ProtocolError::kNotOpened)
        << mbim::Describe(other.bytes) << '\n'
        << Asserted();
  }
}

DEVICE_CASE(Control, CM_12, "a closed function is silent", "mbim1.0:9.3.2#2") {
  modem().Open();
  Connect(modem(), network());
  modem().Close();
  modem().TakeOthers();
  const std::uint32_t id = modem().Query(mbim::kDeviceCaps);
  modem().Listen();
  for (const Received& other : modem().others()) {
    const auto* error = As<FunctionErrorMessage>(other);
    EXPECT_TRUE(error != nullptr && error->error == mbim::ProtocolError::kNotOpened &&
                other.transaction_id() == id)
        << mbim::Describe(other.bytes) << '\n'
        << Asserted();
  }
}

DEVICE_CASE(Control, CM_13, "CLOSE ends contexts", "mbim1.0:9.3.2#3") {
  modem().Open();
  Connect(modem(), network());
  modem().Close();
  modem().Open();
  mbim::ConnectInfo query;
  query.context_type = mbim::kContextTypeNone;
  const Received received =
      modem().Await<CommandDone>(modem().Query(mbim::kConnect, mbim::Encode(query)));
  const auto& done = *As<CommandDone>(received);
  if (done.status == Status::kContextNotActivated) return;
  // MBIM 1.0 also lets a query of a context that is not active succeed (docs/compliance.md).
  const auto info = mbim::Decode<mbim::ConnectInfo>(done.information);
  EXPECT_TRUE(done.status == Status::kSuccess && info &&
              info->activation_state == mbim::ActivationState::kDeactivated)
      << mbim::Describe(received.bytes) << '\n'
      << Asserted();
}

DEVICE_CASE(Control, CM_14, "FUNCTION_ERROR carries no data", "mbim1.0:9.3.4#2") {
  modem().Open();
  modem().Close();
  const std::uint32_t id = modem().Set(mbim::kConnect, mbim::Encode(Activation(network(), 0)));
  const Received received = modem().AwaitAnswer(id);
  EXPECT_NE(As<FunctionErrorMessage>(received), nullptr) << mbim::Describe(received.bytes) << '\n'
                                                         << Asserted();
  EXPECT_EQ(received.bytes.size(), mbim::kHeaderSize + 4) << Asserted();
}

DEVICE_CASE(Control, CM_15, "answers in fragments of 64 bytes", "mbim1.0:9.2") {
  modem().Open({.max_control_transfer = mbim::kMinControlTransfer});
  const Received received = modem().Await<CommandDone>(modem().Query(mbim::kDeviceCaps));
  EXPECT_GT(received.fragments.size(), 1u) << Asserted();
  for (const Bytes& fragment : received.fragments) {
    EXPECT_LE(fragment.size(), mbim::kMinControlTransfer) << Asserted();
  }
  const auto& done = *As<CommandDone>(received);
  EXPECT_TRUE(mbim::Decode<mbim::DeviceCapsInfo>(done.information)) << Asserted();
  ExpectNone(modem(), "mbim1.0:9.2");
}

DEVICE_CASE(Control, CM_16, "fragments of two answers are not mixed", "mbim1.0:9.5#1") {
  if (modem().max_outstanding() < 2) {
    throw NotApplicable("the modem announces one outstanding command at a time");
  }
  modem().Open({.max_control_transfer = mbim::kMinControlTransfer});
  TwoAnswers(modem()).Check("mbim1.0:9.5#1");
  ExpectNone(modem(), "mbim1.0:9.5#1");
}

DEVICE_CASE(Commands, CID_01, "a CDMA modem reports its type of IP", "mbim1.0:10.5.1.3#1") {
  modem().Open();
  const auto caps = modem().Ask<mbim::DeviceCapsInfo>(mbim::kDeviceCaps);
  const auto classes = static_cast<std::uint32_t>(caps.cellular_class);
  if ((classes & static_cast<std::uint32_t>(mbim::CellularClass::kCdma)) == 0) {
    throw NotApplicable("the modem does not support CDMA");
  }
  EXPECT_NE(caps.ctrl_caps & (mbim::ctrl_caps::kCdmaMobileIp | mbim::ctrl_caps::kCdmaSimpleIp), 0u)
      << Asserted();
}

}  // namespace
}  // namespace mbnrig::device
