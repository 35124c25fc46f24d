#include "data/dns.h"

#include <gmock/gmock.h>

#include <random>

#include "data/testing/packets.h"

namespace mbnrig::data {
namespace {

using namespace data::testing;

Bytes Query(const std::string& name, std::uint16_t type, std::uint16_t cls = 1) {
  Bytes query = Unhex("abcd01000001000000000000");
  std::size_t at = 0;
  while (at < name.size()) {
    const std::size_t dot = std::min(name.find('.', at), name.size());
    query.push_back(static_cast<std::uint8_t>(dot - at));
    query.insert(query.end(), name.begin() + static_cast<std::ptrdiff_t>(at),
                 name.begin() + static_cast<std::ptrdiff_t>(dot));
    at = dot + 1;
  }
  for (const std::uint16_t value : {std::uint16_t{0}, type, cls}) {
    if (value != 0) query.push_back(static_cast<std::uint8_t>(value >> 8));
    query.push_back(static_cast<std::uint8_t>(value & 0xff));
  }
  return query;
}

struct Answered {
  int code = -1;
  int questions = -1, answers = -1;
};
Answered Ask(const Bytes& query) {
  const auto reply = AnswerDns(query, scenario::DefaultNames());
  if (!reply) return {};
  EXPECT_EQ(Get16(*reply, 0), Get16(query, 0));
  EXPECT_LE(reply->size(), 512u);
  return {Get16(*reply, 2) & 0x0f, Get16(*reply, 4), Get16(*reply, 6)};
}

TEST(Dns, AnswersWithTheNamesAddress) {
  const auto reply = AnswerDns(Query("HOST.test", 1), scenario::DefaultNames());
  ASSERT_TRUE(reply);
  EXPECT_EQ(*reply, Unhex("abcd8580000100010000000004484f535404746573740000010001"
                          "c00c000100010000003c0004c0000250"));
}

TEST(Dns, AnswersTheRequestedType) {
  EXPECT_EQ(Ask(Query("host.test", 28)).answers, 1);
  EXPECT_EQ(Ask(Query("host.test", 255)).answers, 2);
  EXPECT_EQ(Ask(Query("host.test", 15)).answers, 0);
  EXPECT_EQ(Ask(Query("host.test", 15)).code, 0) << "the name exists";
  EXPECT_EQ(Ask(Query("host.test", 1, 3)).answers, 0) << "another class";
}

TEST(Dns, OtherNamesDoNotExist) {
  for (const char* name : {"test", "host.tes", "a.host.test", ""}) {
    EXPECT_EQ(Ask(Query(name, 1)).code, 3) << name;
    EXPECT_EQ(Ask(Query(name, 1)).questions, 1);
  }
}

TEST(Dns, OnlyASingleQuestionIsAnswered) {
  Bytes query = Query("host.test", 1);
  query[5] = 2;
  EXPECT_EQ(Ask(query).code, 1) << "two questions";
  query[5] = 1;
  query[12] = 0xc0;
  EXPECT_EQ(Ask(query).code, 1) << "a pointer";
  query = Query("host.test", 1);
  query[2] = 0x28;
  EXPECT_EQ(Ask(query).code, 4) << "another operation";
  query[2] = 0x81;
  EXPECT_EQ(Ask(query).code, -1) << "the message is an answer";
}

TEST(Dns, IsNeverReadBeyondItsEnd) {
  const Bytes query = Query("host.test", 1);
  for (std::size_t size = 0; size < query.size(); ++size) {
    const Bytes cut(query.begin(), query.begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_EQ(Ask(cut).code, size < 12 ? -1 : 1);
  }
  EXPECT_EQ(Ask(Query(std::string(64, 'a'), 1)).code, 1);
  std::string longest;
  for (int i = 0; i < 200; ++i)
    longest += "a.";
  EXPECT_EQ(Ask(Query(longest, 1)).code, 1);
}

TEST(Dns, TheLongestAnswerFitsIntoOneMessage) {
  std::string name;
  for (int i = 0; i < 4; ++i)
    name += (i == 0 ? "" : ".") + std::string(i == 3 ? 61 : 63, 'a');
  ASSERT_EQ(name.size(), 253u);
  scenario::NameAddresses all;
  all.ipv6.resize(8);
  const auto reply = AnswerDns(Query(name, 28), {{name, all}});
  ASSERT_TRUE(reply);
  EXPECT_EQ(Get16(*reply, 6), 8);
  EXPECT_LE(reply->size(), 512u);
}

}  // namespace
}  // namespace mbnrig::data
