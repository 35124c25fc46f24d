#pragma once

/// The address of a control socket: the path of a Unix socket, or tcp:ADDRESS:PORT.

#include <cstdint>
#include <string>
#include <string_view>

#include "fd.h"

namespace mbnrig::control {

struct Address {
  std::string path;                        ///< Unix socket; empty for TCP
  std::string host = "127.0.0.1";          ///< TCP: an IPv4 or IPv6 address, not a name
  std::uint16_t port = 0;                  ///< TCP; 0: any free port (servers only)
  std::string purpose = "control socket";  ///< begins every error message
  bool unix_domain() const { return !path.empty(); }
};

/// "/run/mbnrig/gadget.sock", "unix:PATH", "tcp:7070", "tcp:192.0.2.1:7070", "tcp:[::1]:7070".
/// TCP without an address means 127.0.0.1. Throws std::invalid_argument that says what is wrong.
Address ParseAddress(std::string_view text);
std::string ToText(const Address& address);

/// A listening socket. Makes the folder of a Unix socket, and replaces a socket file on which no
/// program listens. A socket that is in use is an error, and so is another file of that name.
/// Throws std::runtime_error with one line.
Fd Listen(const Address& address);
/// A connected socket. Throws std::runtime_error with one line that says what to do.
Fd Connect(const Address& address);
/// The port of a TCP socket; 0 for other sockets.
std::uint16_t BoundPort(const Fd& socket);

}  // namespace mbnrig::control
