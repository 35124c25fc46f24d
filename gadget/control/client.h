#pragma once

/// The client's end of a control socket, for the bench and for tests.
///
///     control::Client gadget(control::ParseAddress("/run/mbnrig/gadget.sock"));
///     gadget.Call("unplug");

#include <chrono>
#include <mutex>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "control/address.h"
#include "control/rpc.h"

namespace mbnrig::control {

/// Thread-safe; calls take turns.
class Client {
 public:
  /// Throws std::runtime_error, see Connect.
  explicit Client(const Address& address);

  /// The result of the request. Throws RpcError with the error that the gadget answered. Throws
  /// std::runtime_error if no answer comes in time or the connection is lost; no call succeeds
  /// after that.
  nlohmann::json Call(const std::string& method, const nlohmann::json& params,
                      std::chrono::milliseconds timeout = std::chrono::seconds(60));
  nlohmann::json Call(const std::string& method);

 private:
  std::string Receive(std::chrono::steady_clock::time_point deadline);

  const Address address_;
  std::mutex mutex_;
  Fd fd_;
  std::string buffer_;
  std::uint64_t last_id_ = 0;
};

}  // namespace mbnrig::control
