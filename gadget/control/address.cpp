#include "control/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <stdexcept>

namespace mbnrig::control {
namespace {

constexpr int kBacklog = 16;

/// A socket address of either kind, as system calls take it.
struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t length = 0;
  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
};

[[noreturn]] void Fail(const Address& address, const std::string& what) {
  throw std::runtime_error(address.purpose + " " + ToText(address) + ": " + what);
}

std::string ErrorText() {
  return std::strerror(errno);
}

SocketAddress Resolve(const Address& address) {
  SocketAddress result;
  if (address.unix_domain()) {
    auto* un = reinterpret_cast<sockaddr_un*>(&result.storage);
    if (address.path.size() >= sizeof un->sun_path) {
      Fail(address,
           "the path is longer than " + std::to_string(sizeof un->sun_path - 1) + " bytes");
    }
    un->sun_family = AF_UNIX;
    std::memcpy(un->sun_path, address.path.c_str(), address.path.size() + 1);
    result.length = sizeof *un;
    return result;
  }
  auto* v4 = reinterpret_cast<sockaddr_in*>(&result.storage);
  if (::inet_pton(AF_INET, address.host.c_str(), &v4->sin_addr) == 1) {
    v4->sin_family = AF_INET;
    v4->sin_port = htons(address.port);
    result.length = sizeof *v4;
    return result;
  }
  result.storage = {};
  auto* v6 = reinterpret_cast<sockaddr_in6*>(&result.storage);
  if (::inet_pton(AF_INET6, address.host.c_str(), &v6->sin6_addr) == 1) {
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons(address.port);
    result.length = sizeof *v6;
    return result;
  }
  Fail(address, "not an IP address");
}

Fd OpenSocket(const Address& address, const SocketAddress& to) {
  Fd fd(::socket(to.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!fd) Fail(address, ErrorText());
  return fd;
}

/// Removes a socket file on which no program listens.
void ClearStale(const Address& address, const SocketAddress& to) {
  struct stat status {};
  if (::lstat(address.path.c_str(), &status) != 0) return;
  if (!S_ISSOCK(status.st_mode)) Fail(address, "the file exists and is not a socket");
  const Fd probe = OpenSocket(address, to);
  if (::connect(probe.get(), to.get(), to.length) == 0) {
    Fail(address, "another program listens there; stop it or choose another socket");
  }
  if (errno != ECONNREFUSED) Fail(address, "cannot tell whether it is in use: " + ErrorText());
  if (::unlink(address.path.c_str()) != 0 && errno != ENOENT) Fail(address, ErrorText());
}

std::uint16_t ParsePort(std::string_view text, std::string_view whole) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) {
    throw std::invalid_argument("control socket " + std::string(whole) +
                                ": expected tcp:ADDRESS:PORT with a port from 0 to 65535");
  }
  return port;
}

}  // namespace

Address ParseAddress(std::string_view text) {
  constexpr std::string_view kTcp = "tcp:";
  constexpr std::string_view kUnix = "unix:";
  Address address;
  if (text.substr(0, kTcp.size()) != kTcp) {
    if (text.substr(0, kUnix.size()) == kUnix) text.remove_prefix(kUnix.size());
    if (text.empty()) throw std::invalid_argument("control socket: the path is empty");
    address.path = text;
    return address;
  }
  std::string_view rest = text.substr(kTcp.size());
  const auto colon = rest.rfind(':');
  if (colon != std::string_view::npos) {
    std::string_view host = rest.substr(0, colon);
    if (host.size() >= 2 && host.front() == '[' && host.back() == ']') {
      host = host.substr(1, host.size() - 2);
    }
    if (!host.empty()) address.host = host;
    rest.remove_prefix(colon + 1);
  }
  address.port = ParsePort(rest, text);
  return address;
}

std::string ToText(const Address& address) {
  if (address.unix_domain()) return address.path;
  const bool v6 = address.host.find(':') != std::string::npos;
  return "tcp:" + (v6 ? "[" + address.host + "]" : address.host) + ":" +
         std::to_string(address.port);
}

Fd Listen(const Address& address) {
  const SocketAddress to = Resolve(address);
  Fd fd = OpenSocket(address, to);
  if (address.unix_domain()) {
    std::error_code error;
    const auto folder = std::filesystem::path(address.path).parent_path();
    if (!folder.empty()) std::filesystem::create_directory(folder, error);
    if (error) Fail(address, "cannot make the folder: " + error.message());
    ClearStale(address, to);
  } else {
    const int on = 1;
    ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  }
  if (::bind(fd.get(), to.get(), to.length) != 0) Fail(address, ErrorText());
  if (::listen(fd.get(), kBacklog) != 0) Fail(address, ErrorText());
  return fd;
}

Fd Connect(const Address& address) {
  const SocketAddress to = Resolve(address);
  Fd fd = OpenSocket(address, to);
  if (::connect(fd.get(), to.get(), to.length) == 0) return fd;
  if (errno == ENOENT || errno == ECONNREFUSED) {
    Fail(address, "no gadget listens there; start mbim-gadget with --control " + ToText(address));
  }
  if (errno == EACCES) Fail(address, "permission denied; use the user that runs the gadget");
  Fail(address, ErrorText());
}

std::uint16_t BoundPort(const Fd& socket) {
  sockaddr_storage storage{};
  socklen_t length = sizeof storage;
  if (::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&storage), &length) != 0) return 0;
  if (storage.ss_family == AF_INET) {
    return ntohs(reinterpret_cast<const sockaddr_in*>(&storage)->sin_port);
  }
  if (storage.ss_family == AF_INET6) {
    return ntohs(reinterpret_cast<const sockaddr_in6*>(&storage)->sin6_port);
  }
  return 0;
}

}  // namespace mbnrig::control
