#include "control/server.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <list>
#include <string>
#include <thread>
#include <utility>

namespace mbnrig::control {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kReadSize = 16 * 1024;

/// One client: its socket, its thread, and whether the thread has ended.
struct Connection {
  Fd fd;
  std::atomic<bool> done = false;
  std::thread thread;
};

/// Identifies a file, so that one can tell whether a path still names it.
struct FileId {
  dev_t device = 0;
  ino_t inode = 0;
  friend bool operator==(const FileId&, const FileId&) = default;
};

FileId IdOf(const std::string& path) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0) return {};
  return {status.st_dev, status.st_ino};
}

}  // namespace

struct Server::Impl {
  Impl(const Address& where, Handler serve, Limits bounds)
      : address(where),
        handler(std::move(serve)),
        limits(bounds),
        listener(Listen(address)),
        stop(::eventfd(0, EFD_CLOEXEC)) {
    if (address.unix_domain()) {
      file = IdOf(address.path);
    } else {
      address.port = BoundPort(listener);
    }
    thread = std::thread([this] { Accept(); });
  }

  ~Impl() {
    const std::uint64_t one = 1;
    // Nobody reads it, so it wakes every thread for good. Writing 1 to a fresh eventfd cannot fail.
    [[maybe_unused]] const auto written = ::write(stop.get(), &one, sizeof one);
    thread.join();
    for (auto& connection : connections)
      connection.thread.join();
    if (address.unix_domain() && IdOf(address.path) == file) ::unlink(address.path.c_str());
  }

  /// Waits until the descriptor is ready. False if the server stops or `timeout` ends first.
  bool Ready(int fd, short events, std::chrono::milliseconds timeout) const {
    std::array<pollfd, 2> fds{{{fd, events, 0}, {stop.get(), POLLIN, 0}}};
    const auto deadline = Clock::now() + timeout;
    for (;;) {
      int wait = -1;
      if (timeout.count() >= 0) {
        const auto left =
            std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
        wait = static_cast<int>(std::max<std::int64_t>(left, 0));
      }
      const int ready = ::poll(fds.data(), fds.size(), wait);
      if (ready < 0 && errno == EINTR) continue;
      if (ready <= 0 || fds[1].revents != 0) return false;
      return true;
    }
  }

  void Accept() {
    while (Ready(listener.get(), POLLIN, std::chrono::milliseconds(-1))) {
      Fd fd(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
      Reap();
      if (!fd) continue;
      if (connections.size() >= limits.clients) {
        Send(fd, ErrorAnswer(ErrorCode::kFailed, "the control socket has too many clients"));
        continue;
      }
      auto& connection = connections.emplace_back();
      connection.fd = std::move(fd);
      connection.thread = std::thread([this, &connection] {
        Serve(connection.fd);
        ::shutdown(connection.fd.get(), SHUT_RDWR);
        connection.done = true;
      });
    }
  }

  void Reap() {
    for (auto it = connections.begin(); it != connections.end();) {
      if (!it->done) {
        ++it;
        continue;
      }
      it->thread.join();
      it = connections.erase(it);
    }
  }

  void Serve(const Fd& fd) const {
    std::string buffer;
    std::array<char, kReadSize> chunk{};
    while (Ready(fd.get(), POLLIN, std::chrono::milliseconds(-1))) {
      const ssize_t count = ::recv(fd.get(), chunk.data(), chunk.size(), 0);
      if (count < 0 && (errno == EINTR || errno == EAGAIN)) continue;
      if (count <= 0) return;
      buffer.append(chunk.data(), static_cast<std::size_t>(count));
      std::size_t begin = 0;
      for (auto end = buffer.find('\n'); end != std::string::npos;
           begin = end + 1, end = buffer.find('\n', begin)) {
        if (!AnswerLine(fd, std::string_view(buffer).substr(begin, end - begin))) return;
      }
      buffer.erase(0, begin);
      if (buffer.size() > limits.line) {
        Send(fd,
             ErrorAnswer(ErrorCode::kInvalidRequest, "a request must be one line of at most " +
                                                         std::to_string(limits.line) + " bytes"));
        return;
      }
    }
  }

  bool AnswerLine(const Fd& fd, std::string_view line) const {
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    if (line.find_first_not_of(" \t") == std::string_view::npos) return true;
    const auto answer = Answer(line, handler);
    return !answer || Send(fd, *answer);
  }

  bool Send(const Fd& fd, std::string text) const {
    text += '\n';
    const auto deadline = Clock::now() + limits.send_timeout;
    for (std::string_view rest = text; !rest.empty();) {
      const ssize_t count = ::send(fd.get(), rest.data(), rest.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
      if (count >= 0) {
        rest.remove_prefix(static_cast<std::size_t>(count));
        continue;
      }
      if (errno == EINTR) continue;
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
      if (errno != EAGAIN || left.count() <= 0 || !Ready(fd.get(), POLLOUT, left)) return false;
    }
    return true;
  }

  Address address;
  const Handler handler;
  const Limits limits;
  Fd listener;
  Fd stop;
  FileId file;
  std::list<Connection>
      connections;  // used on the accepting thread, and by the destructor after it
  std::thread thread;
};

Server::Server(const Address& address, Handler handler, Limits limits)
    : impl_(std::make_unique<Impl>(address, std::move(handler), limits)) {}
Server::~Server() = default;

const Address& Server::address() const {
  return impl_->address;
}

}  // namespace mbnrig::control
