#include "mbim/message.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mbim/basic_connect.h"
#include "mbim/codec.h"
#include "mbim/fragment.h"
#include "mbim/testing/wire_text.h"
#include "mbim/wire.h"

namespace mbnrig::mbim {
namespace {

using mbim::testing::FromText;

using ::testing::HasSubstr;
using ::testing::Not;

const Bytes& Open() {
  static const Bytes bytes = FromText(R"(
      01 00 00 00  10 00 00 00  05 00 00 00  | OPEN
      00 10 00 00                            | MaxControlTransfer 4096
  )");
  return bytes;
}

const Bytes& Command() {
  static const Bytes bytes = FromText(R"(
      03 00 00 00  34 00 00 00  05 00 00 00  | COMMAND
      01 00 00 00  00 00 00 00               | fragment 0 of 1
      BASIC_CONNECT
      03 00 00 00  01 00 00 00               | RADIO_STATE, set
      04 00 00 00                            | InformationBufferLength
      01 00 00 00
  )");
  return bytes;
}

const Bytes& CommandDoneBytes() {
  static const Bytes bytes = FromText(R"(
      03 00 00 80  38 00 00 00  05 00 00 00  | COMMAND_DONE
      01 00 00 00  00 00 00 00               | fragment 0 of 1
      BASIC_CONNECT
      03 00 00 00  00 00 00 00               | RADIO_STATE, MBIM_STATUS_SUCCESS
      08 00 00 00                            | InformationBufferLength
      01 00 00 00  00 00 00 00
  )");
  return bytes;
}

Bytes With(Bytes bytes, std::size_t at, std::uint32_t value) {
  StoreU32(bytes, at, value);
  return bytes;
}

/// `bytes` with `tail` appended and with the new length in MessageLength.
Bytes Grown(Bytes bytes, const Bytes& tail) {
  bytes.insert(bytes.end(), tail.begin(), tail.end());
  StoreU32(bytes, 4, static_cast<std::uint32_t>(bytes.size()));
  return bytes;
}

MessageError HostRefusal(const Bytes& bytes) {
  const auto result = DecodeHostMessage(bytes);
  const auto* error = std::get_if<MessageError>(&result);
  return error != nullptr ? *error : MessageError{0, ProtocolError{}, "accepted"};
}

MessageError FunctionRefusal(const Bytes& bytes) {
  const auto result = DecodeFunctionMessage(bytes);
  const auto* error = std::get_if<MessageError>(&result);
  return error != nullptr ? *error : MessageError{0, ProtocolError{}, "accepted"};
}

template <class M>
const M& Host(const MessageResult<HostMessage>& result) {
  return std::get<M>(std::get<HostMessage>(result));
}
template <class M>
const M& Function(const MessageResult<FunctionMessage>& result) {
  return std::get<M>(std::get<FunctionMessage>(result));
}

// --- golden bytes of the messages that carry no information buffer ------------------------------

TEST(Message, Open) {
  EXPECT_EQ(EncodeMessage(HostMessage(OpenMessage{5, 4096})), Open());
  const auto decoded = DecodeHostMessage(Open());
  EXPECT_EQ(Host<OpenMessage>(decoded).transaction_id, 5u);
  EXPECT_EQ(Host<OpenMessage>(decoded).max_control_transfer, 4096u);
}

TEST(Message, Close) {
  const Bytes golden = FromText("02 00 00 00  0c 00 00 00  06 00 00 00");
  EXPECT_EQ(EncodeMessage(HostMessage(CloseMessage{6})), golden);
  EXPECT_EQ(Host<CloseMessage>(DecodeHostMessage(golden)).transaction_id, 6u);
}

TEST(Message, HostError) {
  const Bytes golden = FromText("04 00 00 00  10 00 00 00  07 00 00 00  07 00 00 00");
  EXPECT_EQ(EncodeMessage(HostMessage(HostErrorMessage{7, ProtocolError::kCancel})), golden);
  EXPECT_EQ(Host<HostErrorMessage>(DecodeHostMessage(golden)).error, ProtocolError::kCancel);
}

TEST(Message, OpenDone) {
  const Bytes golden = FromText("01 00 00 80  10 00 00 00  05 00 00 00  02 00 00 00");
  EXPECT_EQ(EncodeMessage(FunctionMessage(OpenDone{5, Status::kFailure})), golden);
  EXPECT_EQ(Function<OpenDone>(DecodeFunctionMessage(golden)).status, Status::kFailure);
}

TEST(Message, CloseDone) {
  const Bytes golden = FromText("02 00 00 80  10 00 00 00  06 00 00 00  00 00 00 00");
  EXPECT_EQ(EncodeMessage(FunctionMessage(CloseDone{6, Status::kSuccess})), golden);
  EXPECT_EQ(Function<CloseDone>(DecodeFunctionMessage(golden)).transaction_id, 6u);
}

TEST(Message, FunctionError) {
  const Bytes golden = FromText("04 00 00 80  10 00 00 00  08 00 00 00  05 00 00 00");
  EXPECT_EQ(EncodeMessage(FunctionMessage(FunctionErrorMessage{8, ProtocolError::kNotOpened})),
            golden);
  EXPECT_EQ(Function<FunctionErrorMessage>(DecodeFunctionMessage(golden)).error,
            ProtocolError::kNotOpened);
}

TEST(Message, KeepsAStatusAndATypeThatHaveNoName) {
  const auto done = DecodeFunctionMessage(With(CommandDoneBytes(), 40, 0x80000001));
  EXPECT_EQ(static_cast<std::uint32_t>(Function<CommandDone>(done).status), 0x80000001u);
  const auto command = DecodeHostMessage(With(Command(), 40, 9));
  EXPECT_EQ(static_cast<std::uint32_t>(Host<CommandMessage>(command).type), 9u);
}

// --- malformed messages -------------------------------------------------------------------------

TEST(Message, WithoutAWholeHeaderIsALengthMismatchOfNoTransaction) {
  for (std::size_t size = 0; size < kHeaderSize; ++size) {
    const Bytes cut(Command().begin(), Command().begin() + static_cast<std::ptrdiff_t>(size));
    const auto error = HostRefusal(cut);
    EXPECT_EQ(error.error, ProtocolError::kLengthMismatch) << size;
    EXPECT_EQ(error.transaction_id, 0u) << size;
  }
}

TEST(Message, CutAnywhereIsALengthMismatchOfItsTransaction) {
  for (std::size_t size = kHeaderSize; size < Command().size(); ++size) {
    const Bytes cut(Command().begin(), Command().begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_EQ(HostRefusal(cut).error, ProtocolError::kLengthMismatch) << size;
    EXPECT_EQ(HostRefusal(cut).transaction_id, 5u) << size;
    // The same bytes with a MessageLength that is correct.
    const Bytes agreed = With(cut, 4, static_cast<std::uint32_t>(size));
    EXPECT_EQ(HostRefusal(agreed).error, ProtocolError::kLengthMismatch) << size;
  }
}

TEST(Message, WithBytesBehindMessageLengthIsALengthMismatch) {
  Bytes longer = Open();
  longer.push_back(0);
  EXPECT_EQ(HostRefusal(longer).error, ProtocolError::kLengthMismatch);
  EXPECT_EQ(HostRefusal(With(longer, 4, 17)).reason, "this type of message has 16 bytes, not 17");
}

TEST(Message, OfUnknownTypeIsAnUnknownError) {
  for (const std::uint32_t type : {0u, 5u, 7u, 0x80000005u, 0xFFFFFFFFu}) {
    EXPECT_EQ(HostRefusal(With(Open(), 0, type)).error, ProtocolError::kUnknown) << type;
    EXPECT_EQ(HostRefusal(With(Open(), 0, type)).transaction_id, 5u);
    EXPECT_EQ(FunctionRefusal(With(Open(), 0, type)).error, ProtocolError::kUnknown) << type;
  }
}

TEST(Message, OfTheOtherSideIsAnUnknownError) {
  EXPECT_EQ(HostRefusal(CommandDoneBytes()).error, ProtocolError::kUnknown);
  EXPECT_EQ(FunctionRefusal(Command()).error, ProtocolError::kUnknown);
}

TEST(Message, ThatIsOneFragmentOfManyIsOutOfSequence) {
  EXPECT_EQ(HostRefusal(With(Command(), 12, 2)).error, ProtocolError::kFragmentOutOfSequence);
  EXPECT_EQ(HostRefusal(With(Command(), 12, 0)).error, ProtocolError::kFragmentOutOfSequence);
  EXPECT_EQ(HostRefusal(With(Command(), 16, 1)).error, ProtocolError::kFragmentOutOfSequence);
  EXPECT_EQ(FunctionRefusal(With(CommandDoneBytes(), 12, 2)).error,
            ProtocolError::kFragmentOutOfSequence);
}

TEST(Message, WhoseInformationIsLongerThanTheMessageIsALengthMismatch) {
  for (const std::uint32_t length : {5u, 8u, 0x7FFFFFFFu, 0xFFFFFFFFu}) {
    EXPECT_EQ(HostRefusal(With(Command(), 44, length)).error, ProtocolError::kLengthMismatch)
        << length;
  }
  for (const std::uint32_t length : {9u, 12u, 0x7FFFFFFFu, 0xFFFFFFFFu}) {
    EXPECT_EQ(FunctionRefusal(With(CommandDoneBytes(), 44, length)).error,
              ProtocolError::kLengthMismatch)
        << length;
  }
}

TEST(Message, FromAHostMayPadItsInformationToFourBytesOnly) {
  // One byte of information and three bytes of padding, as section 9.3.4.3 counts them.
  EXPECT_EQ(Host<CommandMessage>(DecodeHostMessage(With(Command(), 44, 1))).information,
            (Bytes{1}));
  EXPECT_EQ(HostRefusal(With(Command(), 44, 0)).error, ProtocolError::kLengthMismatch);
  EXPECT_EQ(HostRefusal(Grown(Command(), Bytes(4))).error, ProtocolError::kLengthMismatch);
}

TEST(Message, FromAFunctionMayCarryMoreThanItsInformation) {
  const auto decoded = DecodeFunctionMessage(With(CommandDoneBytes(), 44, 0));
  EXPECT_TRUE(Function<CommandDone>(decoded).information.empty());
}

TEST(Message, PeekNeedsTwelveBytes) {
  EXPECT_FALSE(PeekHeader(ByteView(Open()).first(11)));
  const auto header = PeekHeader(ByteView(Open()).first(12));
  ASSERT_TRUE(header);
  EXPECT_EQ(header->type, 1u);
  EXPECT_EQ(header->length, 16u);
  EXPECT_EQ(header->transaction_id, 5u);
}

// --- one line for traces ------------------------------------------------------------------------

TEST(Describe, NamesWhatCrossedTheWire) {
  EXPECT_EQ(Describe(Open()), "OPEN tid 5 MaxControlTransfer 4096");
  EXPECT_EQ(Describe(Command()),
            "COMMAND tid 5 BASIC_CONNECT RADIO_STATE SET MBIM_SET_RADIO_STATE { RadioState = 1 }");
  EXPECT_EQ(Describe(CommandDoneBytes()),
            "COMMAND_DONE tid 5 BASIC_CONNECT RADIO_STATE MBIM_STATUS_SUCCESS "
            "MBIM_RADIO_STATE_INFO { HwRadioState = 1, SwRadioState = 0 }");
  EXPECT_EQ(Describe(EncodeMessage(HostMessage(CloseMessage{6}))), "CLOSE tid 6");
  EXPECT_EQ(Describe(EncodeMessage(HostMessage(HostErrorMessage{7, ProtocolError::kCancel}))),
            "HOST_ERROR tid 7 MBIM_ERROR_CANCEL");
  EXPECT_EQ(Describe(EncodeMessage(FunctionMessage(OpenDone{5, Status::kBusy}))),
            "OPEN_DONE tid 5 MBIM_STATUS_BUSY");
  EXPECT_EQ(Describe(EncodeMessage(FunctionMessage(CloseDone{5, Status{77}}))),
            "CLOSE_DONE tid 5 MBIM_STATUS 77");
  EXPECT_EQ(Describe(EncodeMessage(FunctionMessage(FunctionErrorMessage{5, ProtocolError{99}}))),
            "FUNCTION_ERROR tid 5 MBIM_ERROR 99");
  EXPECT_EQ(Describe(EncodeMessage(FunctionMessage(
                IndicateStatus{kServiceBasicConnect, 3, Encode(RadioStateInfo{})}))),
            "INDICATE_STATUS BASIC_CONNECT RADIO_STATE MBIM_RADIO_STATE_INFO { HwRadioState = 0, "
            "SwRadioState = 0 }");
}

TEST(Describe, ShowsAFailedCommandWithoutInformation) {
  EXPECT_EQ(Describe(EncodeMessage(FunctionMessage(
                CommandDone{9, kServiceBasicConnect, 12, Status::kMaxActivatedContexts, {}}))),
            "COMMAND_DONE tid 9 BASIC_CONNECT CONNECT MBIM_STATUS_MAX_ACTIVATED_CONTEXTS -");
}

TEST(Describe, ShowsUnknownServicesAsHex) {
  EXPECT_EQ(Describe(EncodeMessage(
                HostMessage(CommandMessage{1, kServiceSms, 3, CommandType::kQuery, {0xAB, 0xCD}}))),
            "COMMAND tid 1 SMS 3 QUERY ab cd");
}

TEST(Describe, SaysWhyAPayloadCannotBeRead) {
  EXPECT_EQ(Describe(EncodeMessage(HostMessage(
                CommandMessage{1, kServiceBasicConnect, 3, CommandType::kSet, {0xAB}}))),
            "COMMAND tid 1 BASIC_CONNECT RADIO_STATE SET MBIM_SET_RADIO_STATE unreadable "
            "(RadioState: needs 4 bytes at 0, 1 remain): ab");
}

TEST(Describe, NeverShowsAPin) {
  const Bytes secret = FromText("u\"5309\"");
  const std::string hex = "35 00 33 00";
  Bytes pin = EncodeMessage(HostMessage(
      CommandMessage{1, kServiceBasicConnect, 4, CommandType::kSet,
                     Encode(SetPin{PinType::kPin1, PinOperation::kEnter, "5309", ""})}));
  for (std::size_t size = 0; size <= pin.size(); ++size) {
    const Bytes cut(pin.begin(), pin.begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_THAT(Describe(cut), Not(HasSubstr("5309"))) << size;
    EXPECT_THAT(Describe(cut), Not(HasSubstr(hex))) << size;
    if (size < kHeaderSize) continue;
    EXPECT_THAT(Describe(With(cut, 4, static_cast<std::uint32_t>(size))), Not(HasSubstr(hex)));
  }
  // Damage inside the buffer: the bytes are withheld, whatever the damaged offset is.
  for (std::size_t at = 48; at + 4 <= pin.size(); at += 4) {
    EXPECT_THAT(Describe(With(pin, at, 0xFFFFFFFF)), Not(HasSubstr(hex))) << at;
  }
}

/// After its headers, any fragment except the first may contain a PIN.
TEST(Describe, NeverShowsAPinOfAFragment) {
  const Bytes message = EncodeMessage(HostMessage(
      CommandMessage{1, kServiceBasicConnect, 4, CommandType::kSet,
                     Encode(SetPin{PinType::kPin1, PinOperation::kEnter, "5309", ""})}));
  const auto fragments = Fragment(message, kMinControlTransfer);
  ASSERT_GT(fragments.size(), 1u);
  for (const Bytes& fragment : fragments) {
    EXPECT_THAT(Describe(fragment), HasSubstr("unreadable message"));
    EXPECT_THAT(Describe(fragment), Not(HasSubstr("35 00 33 00")));
  }
}

TEST(Describe, TakesAnyBytes) {
  EXPECT_THAT(Describe({}), HasSubstr("unreadable message of 0 bytes"));
  EXPECT_THAT(Describe(Bytes(200, 0xFF)), HasSubstr("unreadable message of 200 bytes"));
}

}  // namespace
}  // namespace mbnrig::mbim
