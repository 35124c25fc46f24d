#pragma once

/// Where a control socket is: a Unix socket's path, or tcp:ADDRESS:PORT.

#include <cstdint>
#include <string>
#include <string_view>

#include "fd.h"

namespace mbnrig::control {

struct Address {
  std::string path;                        ///< Unix socket; empty for TCP
  std::string host = "127.0.0.1";          ///< TCP: IPv4 or IPv6 address, no name
  std::uint16_t port = 0;                  ///< TCP; 0: any free one (servers only)
  std::string purpose = "control socket";  ///< what messages call it
  bool unix_domain() const { return !path.empty(); }
};

/// "/run/mbnrig/gadget.sock", "unix:PATH", "tcp:7070", "tcp:192.0.2.1:7070", "tcp:[::1]:7070".
/// Without an address TCP means 127.0.0.1. Throws std::invalid_argument that says what is wrong.
Address ParseAddress(std::string_view text);
std::string ToText(const Address& address);

/// A listening socket. A Unix socket file that nobody listens on is replaced, its folder is made;
/// one that is alive is an error, as is any other file of that name. Throws
/// std::runtime_error with one line.
Fd Listen(const Address& address);
/// A connected socket. Throws std::runtime_error with one line that says what to do.
Fd Connect(const Address& address);
/// The port a TCP socket got.
std::uint16_t BoundPort(const Fd& socket);

}  // namespace mbnrig::control
