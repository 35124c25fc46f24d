// EXT: what the plan does not test and modems get wrong: protocol errors, commands in flight, the
// answer to a refused CONNECT, indications, NTB parameters, and replugging.

#include <algorithm>
#include <set>

#include "device/case.h"
#include "mbim/wire.h"

namespace mbnrig::device {
namespace {

using mbim::CommandDone;
using mbim::FunctionErrorMessage;
using mbim::ProtocolError;
using mbim::Status;

// NCM 1.0, table 6-2.
constexpr std::uint8_t kGetEncapsulatedResponse = 0x01;
constexpr std::uint8_t kGetNtbParameters = 0x80;
constexpr std::uint8_t kGetNtbFormat = 0x83;
constexpr std::uint8_t kGetNtbInputSize = 0x85;
constexpr std::uint8_t kSetNtbInputSize = 0x86;

/// The limit between fragments (MBIM 1.0, section 9.3.4.1), plus time for a modem to notice.
constexpr milliseconds kFragmentTimeout{1'250 + 5'000};

void ExpectError(const Received& received, ProtocolError expected, const std::string& asserted) {
  const auto* error = As<FunctionErrorMessage>(received);
  EXPECT_TRUE(error != nullptr && error->error == expected)
      << mbim::Describe(received.bytes) << '\n'
      << asserted;
}

DEVICE_CASE(Beyond, EXT_01, "a command before OPEN", "rig:mbim1.0:9.3.4.5") {
  modem().Prepare();
  ExpectError(modem().AwaitAnswer(modem().Query(mbim::kDeviceCaps)), ProtocolError::kNotOpened,
              Asserted());
}

DEVICE_CASE(Beyond, EXT_02, "OPEN with MaxControlTransfer below 64", "rig:mbim1.0:9.3.1") {
  modem().Prepare();
  const std::uint32_t id = modem().NextId();
  modem().Send(mbim::OpenMessage{id, mbim::kMinControlTransfer - 1});
  ExpectError(modem().AwaitAnswer(id), ProtocolError::kMaxTransfer, Asserted());
}

DEVICE_CASE(Beyond, EXT_03, "a message that is never finished", "rig:mbim1.0:9.3.4.1") {
  modem().Open({.max_control_transfer = mbim::kMinControlTransfer});
  const std::uint32_t id = modem().NextId();
  const auto fragments =
      mbim::Fragment(mbim::EncodeMessage(mbim::CommandMessage{
                         id, mbim::kServiceBasicConnect, mbim::kConnect.number,
                         mbim::CommandType::kSet, mbim::Encode(Activation(network(), 0))}),
                     mbim::kMinControlTransfer);
  modem().SendFragments({fragments.front()});
  ExpectError(modem().Await<FunctionErrorMessage>(id, kFragmentTimeout),
              ProtocolError::kTimeoutFragment, Asserted());
}

DEVICE_CASE(Beyond, EXT_04, "a message with a wrong MessageLength", "rig:mbim1.0:9.3.4.3") {
  modem().Open();
  const std::uint32_t id = modem().NextId();
  Bytes message = mbim::EncodeMessage(mbim::CommandMessage{
      id, mbim::kServiceBasicConnect, mbim::kDeviceCaps.number, mbim::CommandType::kQuery, {}});
  mbim::StoreU32(message, 4, static_cast<std::uint32_t>(message.size()) + 4);
  modem().SendFragments({message});
  ExpectError(modem().AwaitAnswer(id), ProtocolError::kLengthMismatch, Asserted());
}

DEVICE_CASE(Beyond, EXT_05, "a message of an unknown type", "rig:mbim1.0:9.3.4.6") {
  modem().Open();
  const std::uint32_t id = modem().NextId();
  Bytes message = mbim::EncodeMessage(mbim::CloseMessage{id});
  mbim::StoreU32(message, 0, 0x7f);
  modem().SendFragments({message});
  ExpectError(modem().AwaitAnswer(id), ProtocolError::kUnknown, Asserted());
}

DEVICE_CASE(Beyond, EXT_06, "as many commands in flight as announced", "rig:mbim1.0:9.4.3") {
  if (modem().max_outstanding() < 2) {
    throw NotApplicable("the modem announces one outstanding command at a time");
  }
  modem().Open({.max_control_transfer = mbim::kMinControlTransfer});
  std::set<std::uint32_t> due;
  for (int i = 0; i < modem().max_outstanding(); ++i)
    due.insert(modem().Query(i % 2 == 0 ? Cid(mbim::kDeviceServices) : Cid(mbim::kDeviceCaps)));
  while (!due.empty()) {
    const Received received = modem().AwaitThat(
        std::to_string(due.size()) + " answers", modem().times().answer,
        [&due](const Received& other) {
          return As<mbim::IndicateStatus>(other) == nullptr && due.contains(other.transaction_id());
        });
    due.erase(received.transaction_id());
    const auto* done = As<CommandDone>(received);
    EXPECT_TRUE(done != nullptr && done->status == Status::kSuccess)
        << mbim::Describe(received.bytes) << '\n'
        << Asserted();
  }
  for (const Irregularity& irregularity : modem().irregularities())
    ADD_FAILURE() << irregularity.what << '\n' << Asserted();
}

DEVICE_CASE(Beyond, EXT_07, "a CONNECT that fails names its session", "rig:mbim1.0:10.5.12") {
  modem().Open();
  Attach(modem());
  // The session is not active, so there is nothing to deactivate.
  mbim::SetConnect request;
  request.session_id = 0;
  request.activation_command = mbim::ActivationCommand::kDeactivate;
  const Received received =
      modem().Await<CommandDone>(modem().Set(mbim::kConnect, mbim::Encode(request)));
  const auto& done = *As<CommandDone>(received);
  const auto info = mbim::Decode<mbim::ConnectInfo>(done.information);
  ASSERT_TRUE(info) << mbim::Describe(received.bytes) << '\n' << Asserted();
  EXPECT_NE(done.status, Status::kSuccess) << Asserted();
  EXPECT_EQ(info->session_id, 0u) << Asserted();
  EXPECT_NE(info->activation_state, mbim::ActivationState::kActivated) << Asserted();
}

DEVICE_CASE(Beyond, EXT_08, "switching the radio is indicated", "rig:mbim1.0:9.4.4") {
  modem().Open();
  Attach(modem());
  modem().TakeOthers();
  modem().SetAndAsk<mbim::RadioStateInfo>(
      mbim::kRadioState, mbim::Encode(mbim::SetRadioState{mbim::RadioSwitch::kOff}),
      modem().times().network);
  const auto is_register_state = [](const Received& received) {
    const auto* indication = As<mbim::IndicateStatus>(received);
    return indication != nullptr && indication->service == mbim::kServiceBasicConnect &&
           indication->cid == mbim::kRegisterState.number;
  };
  // The indication may arrive before the answer to the command.
  auto others = modem().TakeOthers();
  const auto early = std::ranges::find_if(others, is_register_state);
  const Received indication = early != others.end()
                                  ? *early
                                  : modem().AwaitThat("an indication of REGISTER_STATE",
                                                      modem().times().network, is_register_state);
  EXPECT_TRUE(
      mbim::Decode<mbim::RegistrationStateInfo>(As<mbim::IndicateStatus>(indication)->information))
      << mbim::Describe(indication.bytes) << '\n'
      << Asserted();
  modem().SetAndAsk<mbim::RadioStateInfo>(mbim::kRadioState,
                                          mbim::Encode(mbim::SetRadioState{mbim::RadioSwitch::kOn}),
                                          modem().times().network);
}

DEVICE_CASE(Beyond, EXT_09, "no response if none is waiting", "rig:mbim1.0:8.1.2.2") {
  modem().Open();
  modem().Settle();
  const Reply reply = modem().ClassIn(kGetEncapsulatedResponse, modem().max_control_message());
  EXPECT_TRUE(reply.status == UsbStatus::kStall || (reply.ok() && reply.data.empty()))
      << UsbStatusName(reply.status) << ", " << reply.data.size() << " bytes\n"
      << Asserted();
}

DEVICE_CASE(Beyond, EXT_10, "the NTB parameters", "rig:ncm1.0:6.2.1") {
  const Reply reply = modem().ClassIn(kGetNtbParameters, mbim::NtbParameters::kSize);
  ASSERT_TRUE(reply.ok()) << UsbStatusName(reply.status) << '\n' << Asserted();
  const auto parameters = mbim::DecodeNtbParameters(reply.data);
  const auto* error = std::get_if<mbim::NtbError>(&parameters);
  if (error != nullptr) ADD_FAILURE() << error->reason << '\n' << Asserted();
}

DEVICE_CASE(Beyond, EXT_11, "NTB format and size are set, read and reset", "rig:ncm1.0:6.2") {
  if (!modem().function().data_idle_alternate) {
    throw NotApplicable("the data interface has one setting");
  }
  const auto input_size = [this] {
    const Reply reply = modem().ClassIn(kGetNtbInputSize, 8);
    if (!reply.ok() || reply.data.size() < 4) throw Missing("GET_NTB_INPUT_SIZE returned no size");
    return mbim::LoadU32(reply.data, 0);
  };
  modem().Prepare();
  if (modem().has(mbim::NtbFormat::kNtb32)) {
    modem().Prepare(mbim::NtbFormat::kNtb32);
    const Reply format = modem().ClassIn(kGetNtbFormat, 2);
    EXPECT_TRUE(format.ok() && format.data == (Bytes{1, 0})) << Asserted();
  }
  Bytes size;
  mbim::AppendU32(size, mbim::kNtbMinMaxSize);
  EXPECT_EQ(modem().ClassOut(kSetNtbInputSize, 0, size), UsbStatus::kOk) << Asserted();
  EXPECT_EQ(input_size(), mbim::kNtbMinMaxSize) << Asserted();
  EXPECT_EQ(modem().usb().SetAlternate(modem().function().data_interface,
                                       *modem().function().data_idle_alternate),
            UsbStatus::kOk);
  EXPECT_EQ(input_size(), modem().ntb_parameters().in_max_size) << Asserted();
  if (modem().has(mbim::NtbFormat::kNtb32)) {
    const std::uint8_t initial = modem().has(mbim::NtbFormat::kNtb16) ? 0 : 1;
    const Reply format = modem().ClassIn(kGetNtbFormat, 2);
    EXPECT_TRUE(format.ok() && format.data == (Bytes{initial, 0})) << Asserted();
  }
}

DEVICE_CASE(Beyond, EXT_20, "the modem opens again after a replug", "rig:usb:replug") {
  modem().Open();
  Target::Get().Replug();
  modem().Open();
  const Received received = modem().Await<CommandDone>(modem().Query(mbim::kDeviceCaps));
  EXPECT_EQ(As<CommandDone>(received)->status, Status::kSuccess) << Asserted();
}

}  // namespace
}  // namespace mbnrig::device
