#include "control/rpc.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace mbnrig::control {
namespace {

using nlohmann::json;

json Double(const std::string& method, const json& params) {
  if (method == "double") return params.at("n").get<int>() * 2;
  if (method == "fail") throw RpcError(ErrorCode::kFailed, "no such thing");
  if (method == "throw") throw std::runtime_error("a bug");
  throw RpcError(ErrorCode::kMethodNotFound, "unknown");
}

std::optional<json> Ask(const std::string& line) {
  const auto answer = Answer(line, Double);
  if (!answer) return std::nullopt;
  EXPECT_EQ(answer->find('\n'), std::string::npos);
  return json::parse(*answer);
}

int CodeOf(const std::string& line) {
  const auto answer = Ask(line);
  return answer && answer->contains("error") ? (*answer)["error"]["code"].get<int>() : 0;
}

TEST(Rpc, ResultCarriesTheId) {
  EXPECT_EQ(Ask(R"({"jsonrpc":"2.0","id":7,"method":"double","params":{"n":21}})"),
            json::parse(R"({"jsonrpc":"2.0","id":7,"result":42})"));
  EXPECT_EQ((*Ask(R"({"jsonrpc":"2.0","id":"a","method":"double","params":{"n":1}})"))["id"], "a");
}

TEST(Rpc, NotificationIsNotAnswered) {
  EXPECT_EQ(Ask(R"({"jsonrpc":"2.0","method":"double","params":{"n":1}})"), std::nullopt);
  EXPECT_EQ(Ask(R"({"jsonrpc":"2.0","method":"fail"})"), std::nullopt);
}

TEST(Rpc, HandlersReasonIsTold) {
  const auto answer = Ask(R"({"jsonrpc":"2.0","id":1,"method":"fail"})");
  EXPECT_EQ((*answer)["error"], json::parse(R"({"code":-32000,"message":"no such thing"})"));
}

TEST(Rpc, UnexpectedExceptionIsAnInternalError) {
  EXPECT_EQ(CodeOf(R"({"jsonrpc":"2.0","id":1,"method":"throw"})"), -32603);
  EXPECT_EQ(CodeOf(R"({"jsonrpc":"2.0","id":1,"method":"double"})"), -32603);
}

TEST(Rpc, MalformedLinesAreErrors) {
  EXPECT_EQ(CodeOf("{"), -32700);
  EXPECT_EQ(CodeOf("\xff\xfe"), -32700);
  EXPECT_EQ(CodeOf(std::string("{\"a\":\0}", 7)), -32700);
  EXPECT_EQ(CodeOf(std::string(100'000, '[')), -32700);
  EXPECT_EQ(CodeOf("17"), -32600);
  EXPECT_EQ(CodeOf("[]"), -32600);
  EXPECT_EQ(CodeOf(R"({"jsonrpc":"1.0","id":1,"method":"double"})"), -32600);
  EXPECT_EQ(CodeOf(R"({"jsonrpc":"2.0","id":1})"), -32600);
  EXPECT_EQ(CodeOf(R"({"jsonrpc":"2.0","id":1,"method":3})"), -32600);
  EXPECT_EQ(CodeOf(R"({"jsonrpc":"2.0","id":[],"method":"double"})"), -32600);
  EXPECT_EQ(CodeOf(R"({"jsonrpc":"2.0","id":1,"method":"double","params":3})"), -32600);
  EXPECT_EQ(CodeOf(R"({"jsonrpc":"2.0","id":1,"method":"double","params":[3]})"), -32602);
  EXPECT_EQ(CodeOf(R"({"jsonrpc":"2.0","id":1,"method":"nonsense"})"), -32601);
}

TEST(Rpc, DepthIsBounded) {
  EXPECT_EQ(CodeOf(std::string(200, '[') + std::string(200, ']')), -32700);
}

TEST(Rpc, BatchIsAnsweredInOrderWithoutNotifications) {
  const auto answer = Ask(
      R"([{"jsonrpc":"2.0","id":1,"method":"double","params":{"n":1}},
          {"jsonrpc":"2.0","method":"double","params":{"n":2}}, 3])");
  ASSERT_TRUE(answer && answer->is_array());
  ASSERT_EQ(answer->size(), 2u);
  EXPECT_EQ((*answer)[0]["result"], 2);
  EXPECT_EQ((*answer)[1]["error"]["code"], -32600);
  EXPECT_EQ(Ask(R"([{"jsonrpc":"2.0","method":"double","params":{"n":2}}])"), std::nullopt);
}

TEST(Rpc, BatchIsBounded) {
  std::string batch = "[1";
  for (int i = 0; i < 100; ++i)
    batch += ",1";
  EXPECT_EQ(CodeOf(batch + "]"), -32600);
}

}  // namespace
}  // namespace mbnrig::control
