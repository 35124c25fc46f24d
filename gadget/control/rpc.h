#pragma once

/// JSON-RPC 2.0 (jsonrpc.org/specification) without a transport: one line of text in, one line out.

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace mbnrig::control {

/// Error codes: those of JSON-RPC 2.0, section 5.1, and the gadget's own.
enum class ErrorCode : int {
  kParseError = -32700,
  kInvalidRequest = -32600,
  kMethodNotFound = -32601,
  kInvalidParams = -32602,
  kInternalError = -32603,
  kFailed = -32000,  ///< a correct request that could not be carried out
};

/// Why a request failed. Becomes the error object of the answer.
class RpcError : public std::runtime_error {
 public:
  RpcError(ErrorCode code, const std::string& message)
      : std::runtime_error(message), code_(static_cast<int>(code)) {}
  /// An error with any code, as a server may answer it.
  RpcError(int code, const std::string& message) : std::runtime_error(message), code_(code) {}
  int code() const { return code_; }

 private:
  int code_;
};

/// Carries out one request; throws RpcError. May be called on several threads at once.
using Handler =
    std::function<nlohmann::json(const std::string& method, const nlohmann::json& params)>;

/// The answer to one line: a request, a notification, or a batch of them. Nothing for a
/// notification. Never throws: a mistake in the line becomes an error answer.
std::optional<std::string> Answer(std::string_view line, const Handler& handler);

/// The answer to a line that is not a request.
std::string ErrorAnswer(ErrorCode code, const std::string& message);

}  // namespace mbnrig::control
