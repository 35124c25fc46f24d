/// Compares libmbim with our decoders on truncated messages and on messages with damaged headers.
/// Both must refuse a message, or both must accept it, except in the fields of libmbim_departures.h
/// (docs/libmbim.md).

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "mbim/message.h"
#include "mbim/testing/libmbim.h"
#include "mbim/testing/libmbim_departures.h"
#include "mbim/wire.h"

namespace mbnrig::mbim {
namespace {

using mbim::testing::TheirMessage;

constexpr std::uint32_t kTid = 11;

/// Why we refuse a message, as a field of kHeaders. Empty if we accept it.
template <class Message>
std::string Refusal(const MessageResult<Message>& decoded) {
  const auto* error = std::get_if<MessageError>(&decoded);
  if (!error) return "";
  for (const auto& [text, field] :
       {std::pair{"InformationBufferLength", "InformationBufferLength"},
        std::pair{"MessageLength", "MessageLength"}, std::pair{"fragment", "FragmentHeader"},
        std::pair{"message type", "MessageType"}, std::pair{"type of message", "MessageType"}}) {
    if (error->reason.find(text) != std::string::npos) return field;
  }
  return error->reason;
}

template <class Message>
void JudgeHeaders(const Message& message, MessageResult<Message> (*decode)(ByteView),
                  std::set<std::string>& seen) {
  const Bytes valid = EncodeMessage(message);
  auto judge = [&](const Bytes& damaged) {
    const auto decoded = decode(damaged);
    const std::string refusal = Refusal(decoded);
    const auto theirs = TheirMessage(damaged);
    const bool valid_there = mbim_message_validate(theirs.get(), nullptr);
    if (refusal.empty()) {
      ASSERT_TRUE(valid_there) << Describe(damaged);
      std::visit(
          [&theirs](const auto& part) {
            if constexpr (requires { part.transaction_id; }) {
              EXPECT_EQ(mbim_message_get_transaction_id(theirs.get()), part.transaction_id);
            }
          },
          std::get<Message>(decoded));
    } else if (valid_there) {
      seen.insert(refusal);
    }
  };
  for (std::size_t size = 1; size < valid.size(); ++size) {
    judge(Bytes(valid.begin(), valid.begin() + static_cast<std::ptrdiff_t>(size)));
  }
  Bytes longer = valid;
  longer.resize(valid.size() + 8);
  judge(longer);
  const auto size = static_cast<std::uint32_t>(valid.size());
  for (std::size_t at = 0; at + 4 <= std::min<std::size_t>(size, 48); at += 4) {
    Bytes damaged = valid;
    for (const std::uint32_t value :
         {0u, 1u, 2u, 3u, 4u, 7u, 8u, 0xFFFFu, 0x7FFFFFFFu, 0x80000000u, 0x80000001u, 0x80000002u,
          0x80000003u, 0x80000004u, 0x80000007u, 0xFFFFFFFFu, size - 4, size - 1, size + 1}) {
      StoreU32(damaged, at, value);
      judge(damaged);
    }
  }
}

TEST(LibmbimHeaders, AreRefusedOrReadAlike) {
  std::set<std::string> seen;
  const Bytes information(20, 1);
  for (const HostMessage& message :
       {HostMessage(OpenMessage{1, 4096}), HostMessage(CloseMessage{2}),
        HostMessage(CommandMessage{kTid, kServiceBasicConnect, 12, CommandType::kSet, information}),
        HostMessage(HostErrorMessage{3, ProtocolError::kCancel})}) {
    ASSERT_NO_FATAL_FAILURE(JudgeHeaders(message, &DecodeHostMessage, seen));
  }
  for (const FunctionMessage& message :
       {FunctionMessage(OpenDone{1, Status::kSuccess}),
        FunctionMessage(CloseDone{2, Status::kSuccess}),
        FunctionMessage(CommandDone{kTid, kServiceBasicConnect, 12, Status::kSuccess, information}),
        FunctionMessage(IndicateStatus{kServiceBasicConnect, 12, information}),
        FunctionMessage(FunctionErrorMessage{3, ProtocolError::kCancel})}) {
    ASSERT_NO_FATAL_FAILURE(JudgeHeaders(message, &DecodeFunctionMessage, seen));
  }
  EXPECT_THAT(seen, ::testing::UnorderedElementsAreArray(testing::departures::kHeaders));
}

}  // namespace
}  // namespace mbnrig::mbim
