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

/// Bounds what clients may cost.
struct Limits {
  std::size_t line = 1u << 20;  ///< bytes of a request
  std::size_t clients = 32;     ///< at once; a further client gets an error and is disconnected
  std::chrono::milliseconds send_timeout{5'000};  ///< until a client has taken an answer
};

class Server {
 public:
  /// Listens at once. Each client has a thread, on which `handler` is called. Throws
  /// std::runtime_error, see Listen.
  Server(const Address& address, Handler handler, Limits limits = {});
  /// Disconnects all clients, waits for requests under way, joins all threads, and removes the
  /// socket file.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// The address that it listens on, with the real port.
  const Address& address() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace mbnrig::control
