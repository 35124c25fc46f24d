#include "control/client.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <nlohmann/json.hpp>

namespace mbnrig::control {
namespace {

using Clock = std::chrono::steady_clock;
using nlohmann::json;

constexpr std::size_t kClientReadSize = 16 * 1024;

}  // namespace

Client::Client(const Address& address) : address_(address), fd_(Connect(address)) {}

json Client::Call(const std::string& method) {
  return Call(method, json::object());
}

json Client::Call(const std::string& method, const json& params,
                  std::chrono::milliseconds timeout) {
  std::lock_guard lock(mutex_);
  const auto deadline = Clock::now() + timeout;
  const json request = {
      {"jsonrpc", "2.0"}, {"id", ++last_id_}, {"method", method}, {"params", params}};
  const std::string line = request.dump() + "\n";
  for (std::string_view rest = line; !rest.empty();) {
    const ssize_t count = ::send(fd_.get(), rest.data(), rest.size(), MSG_NOSIGNAL);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) break;  // Receive reads the last answer, or finds the connection closed
    rest.remove_prefix(static_cast<std::size_t>(count));
  }
  for (;;) {
    const json answer = json::parse(Receive(deadline), nullptr, false);
    if (!answer.is_object()) {
      throw std::runtime_error("control socket " + ToText(address_) +
                               ": the answer is not a JSON object");
    }
    const json id = answer.value("id", json());
    // Another number belongs to a call that timed out. The server answers null if it could not read
    // a request.
    if (!id.is_null() && id != last_id_) continue;
    if (!answer.contains("error")) return answer.value("result", json());
    const json& error = answer["error"];
    throw RpcError(error.value("code", static_cast<int>(ErrorCode::kInternalError)),
                   error.value("message", "the gadget gives no reason"));
  }
}

std::string Client::Receive(Clock::time_point deadline) {
  for (;;) {
    const auto end = buffer_.find('\n');
    if (end != std::string::npos) {
      std::string line = buffer_.substr(0, end);
      buffer_.erase(0, end + 1);
      return line;
    }
    pollfd fd{fd_.get(), POLLIN, 0};
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
    const int ready = ::poll(&fd, 1, static_cast<int>(std::max<std::int64_t>(left.count(), 0)));
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) {
      throw std::runtime_error("control socket " + ToText(address_) + ": no answer in time");
    }
    std::array<char, kClientReadSize> chunk{};
    const ssize_t count = ::recv(fd_.get(), chunk.data(), chunk.size(), 0);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) {
      throw std::runtime_error("control socket " + ToText(address_) +
                               ": the gadget closed the connection");
    }
    buffer_.append(chunk.data(), static_cast<std::size_t>(count));
  }
}

}  // namespace mbnrig::control
