#pragma once

/// Serves JSON-RPC, one object a line, on a Unix or TCP socket.
///
///     control::Server server(control::ParseAddress("/run/mbnrig/gadget.sock"), handler);

#include <chrono>
#include <cstdint>
#include <memory>

#include "control/address.h"
#include "control/rpc.h"

namespace mbnrig::control {

/// What a client may cost.
struct Limits {
  std::size_t line = 1u << 20;                    ///< bytes of a request
  std::size_t clients = 32;                       ///< at once; more are told so and let go
  std::chrono::milliseconds send_timeout{5'000};  ///< for a client to take an answer
};

class Server {
 public:
  /// Listens at once; `handler` is called on one thread a client. Throws std::runtime_error, see
  /// Listen.
  Server(const Address& address, Handler handler, Limits limits = {});
  /// Lets every client go, joins every thread (a request under way is waited for) and removes the
  /// socket file.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Where it listens, with the port it got.
  const Address& address() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace mbnrig::control
