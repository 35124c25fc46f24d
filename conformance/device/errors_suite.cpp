// ERR: how a modem reacts to messages that break the rules (MBIM 1.0, sections 9.3.4 and 10.3).

#include <algorithm>

#include "device/case.h"
#include "mbim/wire.h"

namespace mbnrig::device {
namespace {

using mbim::CommandDone;
using mbim::FunctionErrorMessage;
using mbim::ProtocolError;
using mbim::Status;

// Fields of MBIM_SET_CONNECT (MBIM 1.0, table 10-61).
constexpr std::size_t kAccessStringOffset = 8;
constexpr std::size_t kAccessStringSize = 12;

/// A CONNECT in at least three fragments of 64 bytes, and its transaction. It uses an access string
/// that does not exist, so that it has no effect.
struct Fragmented {
  std::uint32_t id;
  std::vector<Bytes> fragments;

  explicit Fragmented(Modem& modem) : id(modem.NextId()) {
    Network nowhere;
    nowhere.apn = "out-of-sequence";
    fragments = mbim::Fragment(mbim::EncodeMessage(mbim::CommandMessage{
                                   id, mbim::kServiceBasicConnect, mbim::kConnect.number,
                                   mbim::CommandType::kSet, mbim::Encode(Activation(nowhere, 0))}),
                               mbim::kMinControlTransfer);
  }

  /// Sends the fragments with these numbers, and waits until all their answers have arrived.
  void Send(Modem& modem, std::initializer_list<std::size_t> order) const {
    for (const std::size_t number : order)
      modem.SendFragments({fragments.at(number)});
    modem.Settle();
  }
};

/// The messages of this transaction, in order.
std::vector<Received> For(std::uint32_t id, Modem& modem) {
  auto others = modem.TakeOthers();
  std::erase_if(others, [id](const Received& received) {
    return As<mbim::IndicateStatus>(received) != nullptr || received.transaction_id() != id;
  });
  return others;
}

std::size_t OutOfSequence(const std::vector<Received>& messages) {
  return static_cast<std::size_t>(std::ranges::count_if(messages, [](const Received& received) {
    const auto* error = As<FunctionErrorMessage>(received);
    return error != nullptr && error->error == ProtocolError::kFragmentOutOfSequence;
  }));
}

DEVICE_CASE(Errors, ERR_01, "variable-length encoding that breaks the rules", "mbim1.0:10.3#2") {
  modem().Open();
  const auto refuses = [this](const char* what, std::size_t at, std::uint32_t value) {
    Bytes information = mbim::Encode(Activation(network(), 0));
    mbim::StoreU32(information, at, value);
    const Received received = modem().AwaitAnswer(modem().Set(mbim::kConnect, information));
    const auto* done = As<CommandDone>(received);
    ASSERT_NE(done, nullptr) << what << ": " << mbim::Describe(received.bytes) << '\n'
                             << Asserted();
    EXPECT_EQ(done->status, Status::kInvalidParameters) << what << '\n' << Asserted();
  };
  refuses("the access string in the fixed part", kAccessStringOffset, 0);
  refuses("the access string beyond the buffer", kAccessStringOffset, 0x10000);
  refuses("an offset that overflows", kAccessStringOffset, 0xfffffffe);
  refuses("an access string longer than the buffer", kAccessStringSize, 0x10000);
}

DEVICE_CASE(Errors, ERR_02, "fragments out of sequence are an error", "mbim1.0:9.3.4#3") {
  modem().Open({.max_control_transfer = mbim::kMinControlTransfer});
  const Fragmented message(modem());
  message.Send(modem(), {1, 0, 2});
  EXPECT_GE(OutOfSequence(For(message.id, modem())), 1u) << Asserted();
}

DEVICE_CASE(Errors, ERR_03, "the error has the faulty transaction", "mbim1.0:9.3.4.2#2") {
  modem().Open({.max_control_transfer = mbim::kMinControlTransfer});
  const Fragmented message(modem());
  message.Send(modem(), {1, 0, 2});
  for (const Received& other : modem().others()) {
    if (As<FunctionErrorMessage>(other) == nullptr) continue;
    EXPECT_EQ(other.transaction_id(), message.id) << mbim::Describe(other.bytes) << '\n'
                                                  << Asserted();
  }
  EXPECT_GE(OutOfSequence(For(message.id, modem())), 1u) << Asserted();
}

DEVICE_CASE(Errors, ERR_04, "fragments out of sequence are discarded", "mbim1.0:9.3.4.2#3") {
  modem().Open({.max_control_transfer = mbim::kMinControlTransfer});
  const Fragmented message(modem());
  message.Send(modem(), {1, 0, 2});
  const auto answers = For(message.id, modem());
  EXPECT_GE(OutOfSequence(answers), 1u) << Asserted();
  for (const Received& answer : answers) {
    EXPECT_NE(As<FunctionErrorMessage>(answer), nullptr) << mbim::Describe(answer.bytes) << '\n'
                                                         << Asserted();
  }
}

DEVICE_CASE(Errors, ERR_05, "the next fragment out of sequence is an error again",
            "mbim1.0:9.3.4.2#4") {
  modem().Open({.max_control_transfer = mbim::kMinControlTransfer});
  const Fragmented message(modem());
  message.Send(modem(), {1, 1});
  const auto answers = For(message.id, modem());
  EXPECT_EQ(OutOfSequence(answers), 2u) << Asserted();
  EXPECT_EQ(answers.size(), 2u) << Asserted();
}

}  // namespace
}  // namespace mbnrig::device
