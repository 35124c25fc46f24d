#include "control/rpc.h"

#include <nlohmann/json.hpp>

namespace mbnrig::control {
namespace {

using nlohmann::json;

// Requests are shallow. nlohmann's parser builds everything it reads, so the depth is bounded
// during parsing.
constexpr int kMaxDepth = 64;
constexpr std::size_t kMaxBatch = 64;

/// One line, whatever the text holds. Bytes that are not UTF-8 are replaced.
std::string Line(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

json ErrorObject(const json& id, int code, const std::string& message) {
  return {{"jsonrpc", "2.0"}, {"id", id}, {"error", {{"code", code}, {"message", message}}}};
}

json ErrorObject(const json& id, ErrorCode code, const std::string& message) {
  return ErrorObject(id, static_cast<int>(code), message);
}

bool IsId(const json& id) {
  return id.is_null() || id.is_string() || id.is_number();
}

/// The answer to one request object; nothing for a notification.
std::optional<json> AnswerOne(const json& request, const Handler& handler) {
  if (!request.is_object()) {
    return ErrorObject(nullptr, ErrorCode::kInvalidRequest, "a request must be a JSON object");
  }
  const bool notification = !request.contains("id");
  const json id = notification || !IsId(request["id"]) ? json(nullptr) : request["id"];
  auto invalid = [&id](const std::string& why) {
    return ErrorObject(id, ErrorCode::kInvalidRequest, why);
  };
  if (!notification && !IsId(request["id"])) {
    return invalid("\"id\" must be a string, a number or null");
  }
  if (request.value("jsonrpc", json()) != "2.0") return invalid("\"jsonrpc\" must be \"2.0\"");
  if (!request.contains("method") || !request["method"].is_string()) {
    return invalid("\"method\" must be a string");
  }
  const json params = request.value("params", json::object());
  if (!params.is_object() && !params.is_array()) {
    return invalid("\"params\" must be an object");
  }
  json answer;
  try {
    if (!params.is_object()) {
      throw RpcError(ErrorCode::kInvalidParams, "\"params\" must be an object of names and values");
    }
    json result = handler(request["method"].get<std::string>(), params);
    answer = {{"jsonrpc", "2.0"}, {"id", id}, {"result", std::move(result)}};
  } catch (const RpcError& error) {
    answer = ErrorObject(id, error.code(), error.what());
  } catch (const std::exception& error) {
    answer = ErrorObject(id, ErrorCode::kInternalError, error.what());
  }
  if (notification) return std::nullopt;
  return answer;
}

json ParseBounded(std::string_view line) {
  const auto too_deep = [](int depth, json::parse_event_t, json&) {
    if (depth > kMaxDepth) {
      throw RpcError(ErrorCode::kParseError, "the JSON is nested too deeply");
    }
    return true;
  };
  return json::parse(line.begin(), line.end(), too_deep);
}

}  // namespace

std::string ErrorAnswer(ErrorCode code, const std::string& message) {
  return Line(ErrorObject(nullptr, code, message));
}

std::optional<std::string> Answer(std::string_view line, const Handler& handler) {
  json request;
  try {
    request = ParseBounded(line);
  } catch (const RpcError& error) {
    return ErrorAnswer(ErrorCode::kParseError, error.what());
  } catch (const json::exception& error) {
    return ErrorAnswer(ErrorCode::kParseError, std::string("not JSON: ") + error.what());
  }
  if (!request.is_array()) {
    const auto answer = AnswerOne(request, handler);
    return answer ? std::optional(Line(*answer)) : std::nullopt;
  }
  if (request.empty()) return ErrorAnswer(ErrorCode::kInvalidRequest, "the batch is empty");
  if (request.size() > kMaxBatch) {
    return ErrorAnswer(ErrorCode::kInvalidRequest,
                       "a batch has at most " + std::to_string(kMaxBatch) + " requests");
  }
  json answers = json::array();
  for (const auto& one : request) {
    if (auto answer = AnswerOne(one, handler)) answers.push_back(std::move(*answer));
  }
  if (answers.empty()) return std::nullopt;
  return Line(answers);
}

}  // namespace mbnrig::control
