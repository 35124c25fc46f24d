#include "data/dns.h"

#include <string>

namespace mbnrig::data {
namespace {

constexpr std::size_t kHeaderSize = 12;
constexpr std::size_t kLongestName = 255, kLongestLabel = 63;
constexpr std::uint16_t kResponse = 0x8000, kOpcodeMask = 0x7800, kAuthoritative = 0x0400;
constexpr std::uint16_t kRecursionDesired = 0x0100, kRecursionAvailable = 0x0080;
constexpr std::uint16_t kFormErr = 1, kNxDomain = 3, kNotImp = 4;
constexpr std::uint16_t kTypeA = 1, kTypeAaaa = 28, kTypeAny = 255;
constexpr std::uint16_t kClassIn = 1, kClassAny = 255;
constexpr std::uint16_t kPointerToQuestion = 0xc000 | kHeaderSize;
constexpr std::uint32_t kTimeToLive = 60;  // seconds

struct Question {
  std::string name;  ///< in lower case
  std::uint16_t type = 0, cls = 0;
  std::size_t end = 0;  ///< offset of its end in the message
};

std::optional<Question> ReadQuestion(ByteView message) {
  Question question;
  std::size_t at = kHeaderSize;
  for (;;) {
    if (at >= message.size()) return std::nullopt;
    const std::size_t length = message[at++];
    if (length == 0) break;
    // The first name cannot be a pointer: there is no earlier name to point to.
    if (length > kLongestLabel || length > message.size() - at) return std::nullopt;
    if (!question.name.empty()) question.name += '.';
    for (const std::uint8_t octet : message.subspan(at, length)) {
      question.name += static_cast<char>(octet >= 'A' && octet <= 'Z' ? octet | 0x20 : octet);
    }
    at += length;
    if (at - kHeaderSize > kLongestName) return std::nullopt;
  }
  if (message.size() - at < 4) return std::nullopt;
  question.type = Get16(message, at);
  question.cls = Get16(message, at + 2);
  question.end = at + 4;
  return question;
}

void AppendBig16(Bytes& bytes, std::uint16_t value) {
  bytes.push_back(static_cast<std::uint8_t>(value >> 8));
  bytes.push_back(static_cast<std::uint8_t>(value & 0xff));
}

void AppendRecord(Bytes& bytes, std::uint16_t type, ByteView data) {
  AppendBig16(bytes, kPointerToQuestion);
  AppendBig16(bytes, type);
  AppendBig16(bytes, kClassIn);
  AppendBig16(bytes, 0);
  AppendBig16(bytes, kTimeToLive);
  AppendBig16(bytes, static_cast<std::uint16_t>(data.size()));
  bytes.insert(bytes.end(), data.begin(), data.end());
}

}  // namespace

std::optional<Bytes> AnswerDns(ByteView query, const scenario::NameTable& names) {
  if (query.size() < kHeaderSize) return std::nullopt;
  const std::uint16_t flags = Get16(query, 2);
  if ((flags & kResponse) != 0) return std::nullopt;
  std::uint16_t reply_flags =
      kResponse | kRecursionAvailable | (flags & (kOpcodeMask | kRecursionDesired));
  Bytes reply(query.begin(), query.begin() + kHeaderSize);
  auto finish = [&](std::uint16_t questions, std::uint16_t answers) {
    Put16(reply, 2, reply_flags);
    Put16(reply, 4, questions);
    Put16(reply, 6, answers);
    Put32(reply, 8, 0);  // no authority records, no additional records
    return reply;
  };
  if ((flags & kOpcodeMask) != 0) {
    reply_flags |= kNotImp;
    return finish(0, 0);
  }
  const auto question = Get16(query, 4) == 1 ? ReadQuestion(query) : std::nullopt;
  if (!question) {
    reply_flags |= kFormErr;
    return finish(0, 0);
  }
  reply.assign(query.begin(), query.begin() + static_cast<std::ptrdiff_t>(question->end));
  reply_flags |= kAuthoritative;
  const auto found = names.find(question->name);
  if (found == names.end()) {
    reply_flags |= kNxDomain;
    return finish(1, 0);
  }
  std::uint16_t answers = 0;
  auto add = [&](std::uint16_t type, const auto& addresses) {
    if (question->type != type && question->type != kTypeAny) return;
    if (question->cls != kClassIn && question->cls != kClassAny) return;
    for (const auto& address : addresses) {
      AppendRecord(reply, type, address.octets);
      ++answers;
    }
  };
  add(kTypeA, found->second.ipv4);
  add(kTypeAaaa, found->second.ipv6);
  return finish(1, answers);
}

}  // namespace mbnrig::data
