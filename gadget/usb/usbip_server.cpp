#include "usb/usbip_server.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <spdlog/spdlog.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <deque>
#include <future>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "usb/usbip_conversation.h"

namespace mbnrig::usb {
namespace {

using Clock = std::chrono::steady_clock;
using ClientId = std::uint64_t;

constexpr std::size_t kReadSize = 64 * 1024;
constexpr std::size_t kEvents = 64;
constexpr std::chrono::milliseconds kAcceptPause{500};
/// A client whose machine has vanished is disconnected after about 25 s, whether or not it is idle.
constexpr int kKeepIdleSeconds = 10, kKeepIntervalSeconds = 5, kKeepCount = 3;
constexpr int kUserTimeoutMs = 25'000;

// What epoll reports, apart from clients.
constexpr ClientId kListener = 0, kWake = 1, kFirstClient = 2;

struct Client {
  Client(Fd socket, ClientId number, const UsbipConversation::Exports& exports,
         const UsbipLimits& limits, std::string name)
      : fd(std::move(socket)), id(number), conversation(exports, limits, number, std::move(name)) {}

  Fd fd;
  const ClientId id;
  UsbipConversation conversation;
  std::uint32_t events = EPOLLIN;  ///< the events that epoll waits for
  bool guest = true;               ///< has not imported a device yet
  Clock::time_point deadline;      ///< for the import of a guest
};

[[noreturn]] void Fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

void SetOption(const Fd& fd, int level, int option, int value) {
  ::setsockopt(fd.get(), level, option, &value, sizeof value);
}

std::string PeerName(const sockaddr_storage& peer) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const void* address = &reinterpret_cast<const sockaddr_in*>(&peer)->sin_addr;
  if (peer.ss_family == AF_INET6) {
    address = &reinterpret_cast<const sockaddr_in6*>(&peer)->sin6_addr;
  }
  return ::inet_ntop(peer.ss_family, address, text.data(), text.size()) ? text.data() : "a client";
}

}  // namespace

/// The thread owns everything except `tasks` and `ready`.
struct UsbipServer::Impl {
  class ExportPort;

  Impl(Fd socket, UsbipLimits bounds)
      : limits(bounds),
        listener(std::move(socket)),
        epoll(::epoll_create1(EPOLL_CLOEXEC)),
        wake(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (!epoll || !wake) Fail("USB/IP server");
    const int flags = ::fcntl(listener.get(), F_GETFL);
    if (flags < 0 || ::fcntl(listener.get(), F_SETFL, flags | O_NONBLOCK) != 0 ||
        !Watch(EPOLL_CTL_ADD, listener, kListener, EPOLLIN) ||
        !Watch(EPOLL_CTL_ADD, wake, kWake, EPOLLIN)) {
      Fail("USB/IP server");
    }
    thread = std::thread([this] { Run(); });
  }

  ~Impl() {
    Perform([this] { stopping = true; });
    thread.join();
  }

  bool Watch(int operation, const Fd& fd, ClientId id, std::uint32_t events) const {
    epoll_event event{};
    event.events = events;
    event.data.u64 = id;
    return ::epoll_ctl(epoll.get(), operation, fd.get(), &event) == 0;
  }

  // --- for other threads ----------------------------------------------------------------------

  void Wake() const {
    const std::uint64_t one = 1;
    // Fails only if the counter is full, and then the thread is awake anyway.
    [[maybe_unused]] const auto written = ::write(wake.get(), &one, sizeof one);
  }

  /// Runs `work` on the thread and waits for it. Rethrows what it throws.
  void Perform(std::function<void()> work) {
    std::packaged_task<void()> task(std::move(work));
    auto done = task.get_future();
    {
      std::lock_guard lock(mutex);
      tasks.push_back(std::move(task));
    }
    Wake();
    done.get();
  }

  /// An export has something to do. On the thread itself nobody must be woken: it checks `ready`
  /// before it waits.
  void MarkReady(std::uint32_t number, std::atomic<bool>& marked) {
    if (marked.exchange(true)) return;
    {
      std::lock_guard lock(mutex);
      ready.push_back(number);
    }
    if (std::this_thread::get_id() != self.load()) Wake();
  }

  // --- on the thread --------------------------------------------------------------------------

  void Run() {
    self = std::this_thread::get_id();
    while (!stopping) {
      std::array<epoll_event, kEvents> events{};
      const int count = ::epoll_wait(epoll.get(), events.data(), kEvents, TimeToWait());
      for (int i = 0; i < count; ++i)
        Handle(events[static_cast<std::size_t>(i)]);
      RunTasks();
      WorkOnReady();
      LetGuestsGo();
      if (accept_again && *accept_again <= Clock::now()) {
        accept_again.reset();
        Watch(EPOLL_CTL_MOD, listener, kListener, EPOLLIN);
      }
    }
    while (!clients.empty())
      LetGo(clients.begin()->second);
  }

  /// The timeout for epoll_wait in milliseconds. -1: wait without end.
  int TimeToWait() {
    {
      std::lock_guard lock(mutex);
      if (!ready.empty()) return 0;
    }
    std::optional<Clock::time_point> due = accept_again;
    if (!guests.empty()) {
      const auto oldest = clients.at(guests.front()).deadline;
      due = std::min(due.value_or(oldest), oldest);
    }
    if (!due) return -1;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(*due - Clock::now()).count();
    return static_cast<int>(std::max<std::int64_t>(left, 0));
  }

  void Handle(const epoll_event& event) {
    if (event.data.u64 == kListener) return Accept();
    if (event.data.u64 == kWake) {
      std::uint64_t count = 0;
      [[maybe_unused]] const auto read = ::read(wake.get(), &count, sizeof count);
      return;
    }
    const std::uint64_t id = event.data.u64;  // a copy: epoll_event is packed
    const auto found = clients.find(id);
    if (found == clients.end()) return;  // an earlier event has disconnected it
    Client& client = found->second;
    const bool readable = (event.events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0;
    if ((readable && !Read(client)) || !Flush(client)) LetGo(client);
  }

  void RunTasks() {
    for (;;) {
      std::packaged_task<void()> task;
      {
        std::lock_guard lock(mutex);
        if (tasks.empty()) return;
        task = std::move(tasks.front());
        tasks.pop_front();
      }
      task();
    }
  }

  void WorkOnReady() {
    std::vector<std::uint32_t> now;
    {
      std::lock_guard lock(mutex);
      now.swap(ready);
    }
    for (const std::uint32_t number : now) {
      const auto found = exports.find(number);
      if (found == exports.end()) continue;
      marks.at(number) = false;
      UsbipExport& device = *found->second;
      device.Work();
      const auto client = clients.find(device.client());
      if (client != clients.end() && !Flush(client->second)) LetGo(client->second);
    }
  }

  void Accept() {
    for (;;) {
      sockaddr_storage peer{};
      socklen_t length = sizeof peer;
      Fd fd(::accept4(listener.get(), reinterpret_cast<sockaddr*>(&peer), &length,
                      SOCK_CLOEXEC | SOCK_NONBLOCK));
      if (!fd) {
        if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
          spdlog::error("USB/IP: cannot accept a client: {}", std::strerror(errno));
          accept_again = Clock::now() + kAcceptPause;
          Watch(EPOLL_CTL_MOD, listener, kListener, 0);
        }
        return;
      }
      if (guests.size() >= limits.guests) {
        spdlog::warn("USB/IP: closing {}: too many clients at once", PeerName(peer));
        continue;
      }
      Welcome(std::move(fd), PeerName(peer));
    }
  }

  void Welcome(Fd fd, std::string name) {
    SetOption(fd, IPPROTO_TCP, TCP_NODELAY, 1);
    SetOption(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
    SetOption(fd, IPPROTO_TCP, TCP_KEEPIDLE, kKeepIdleSeconds);
    SetOption(fd, IPPROTO_TCP, TCP_KEEPINTVL, kKeepIntervalSeconds);
    SetOption(fd, IPPROTO_TCP, TCP_KEEPCNT, kKeepCount);
    SetOption(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, kUserTimeoutMs);
    const ClientId id = next_client++;
    Client& client =
        clients.try_emplace(id, std::move(fd), id, exports, limits, std::move(name)).first->second;
    client.deadline = Clock::now() + limits.guest_timeout;
    guests.push_back(id);
    if (!Watch(EPOLL_CTL_ADD, client.fd, id, client.events)) LetGo(client);
  }

  void LetGuestsGo() {
    while (!guests.empty() && clients.at(guests.front()).deadline <= Clock::now())
      LetGo(clients.at(guests.front()));
  }

  void LetGo(Client& client) {
    ForgetGuest(client);
    const auto id = client.id;
    clients.erase(id);  // closes its socket, which also removes it from epoll
  }

  void ForgetGuest(Client& client) {
    if (!std::exchange(client.guest, false)) return;
    const auto found = std::find(guests.begin(), guests.end(), client.id);
    if (found != guests.end()) guests.erase(found);
  }

  /// False if the client has left or must be disconnected.
  bool Read(Client& client) {
    const ssize_t count = ::recv(client.fd.get(), buffer.data(), buffer.size(), 0);
    if (count < 0) return errno == EAGAIN || errno == EINTR;
    if (count == 0) return false;
    if (!client.conversation.Receive({buffer.data(), static_cast<std::size_t>(count)})) {
      return false;
    }
    if (client.conversation.device() != nullptr) ForgetGuest(client);
    return true;
  }

  /// Sends as much as the client takes. False if it has left or must be disconnected.
  bool Flush(Client& client) {
    UsbipConversation& conversation = client.conversation;
    Bytes& output = conversation.output();
    const bool was_full = conversation.full();
    std::size_t sent = 0;
    while (sent < output.size()) {
      const ssize_t count =
          ::send(client.fd.get(), output.data() + sent, output.size() - sent, MSG_NOSIGNAL);
      if (count >= 0) {
        sent += static_cast<std::size_t>(count);
      } else if (errno == EAGAIN) {
        break;
      } else if (errno != EINTR) {
        return false;
      }
    }
    output.erase(output.begin(), output.begin() + static_cast<std::ptrdiff_t>(sent));
    GiveBack(output);
    if (output.empty() && conversation.leaving()) return false;
    if (was_full && !conversation.full() && conversation.device() != nullptr) {
      // There is space again: continues what waited for it.
      const std::uint32_t number = conversation.device()->number();
      MarkReady(number, marks.at(number));
      if (!conversation.Continue()) return false;
    }
    const std::uint32_t events =
        (conversation.full() ? 0u : EPOLLIN) | (output.empty() ? 0u : EPOLLOUT);
    if (events == client.events) return true;
    client.events = events;
    return Watch(EPOLL_CTL_MOD, client.fd, client.id, events);
  }

  std::uint32_t AddExport(MbimFunction& function) {
    const std::uint32_t number = ++last_export;
    std::atomic<bool>& mark = marks[number];
    exports[number] = std::make_unique<UsbipExport>(
        number, function, limits, [this, number, &mark] { MarkReady(number, mark); });
    return number;
  }

  void Unplug(std::uint32_t number) {
    UsbipExport& device = *exports.at(number);
    const auto client = clients.find(device.client());
    if (client != clients.end()) LetGo(client->second);
    device.Unplug();
  }

  const UsbipLimits limits;
  Fd listener, epoll, wake;
  bool stopping = false;
  std::optional<Clock::time_point> accept_again;
  UsbipConversation::Exports exports;
  std::map<std::uint32_t, std::atomic<bool>> marks;  ///< exports that are in `ready`
  std::uint32_t last_export = 0;
  std::map<ClientId, Client> clients;
  std::deque<ClientId> guests;  ///< clients that have not imported a device, oldest first
  ClientId next_client = kFirstClient;
  std::array<std::uint8_t, kReadSize> buffer{};

  std::mutex mutex;
  std::deque<std::packaged_task<void()>> tasks;
  std::vector<std::uint32_t> ready;  ///< numbers of exports that have something to do

  std::atomic<std::thread::id> self{};
  std::thread thread;
};

/// A modem's port at the server. Its methods run on the server's thread.
class UsbipServer::Impl::ExportPort : public Port {
 public:
  ExportPort(Impl& server, std::uint32_t number) : server_(server), number_(number) {}
  ~ExportPort() override {
    server_.Perform([this] {
      server_.Unplug(number_);
      server_.exports.erase(number_);
      server_.marks.erase(number_);
    });
  }
  ExportPort(const ExportPort&) = delete;
  ExportPort& operator=(const ExportPort&) = delete;

  void Plug() override {
    server_.Perform([this] { server_.exports.at(number_)->Plug(); });
  }
  void Unplug() override {
    server_.Perform([this] { server_.Unplug(number_); });
  }

 private:
  Impl& server_;
  const std::uint32_t number_;
};

UsbipServer::UsbipServer(Fd listener, UsbipLimits limits)
    : impl_(std::make_unique<Impl>(std::move(listener), limits)) {}
UsbipServer::~UsbipServer() = default;

std::string UsbipServer::BusId(std::uint32_t number) {
  return std::to_string(kUsbipBus) + "-" + std::to_string(number);
}

std::unique_ptr<Port> UsbipServer::MakePort(MbimFunction& function) {
  std::uint32_t number = 0;
  impl_->Perform([&] { number = impl_->AddExport(function); });
  return std::make_unique<Impl::ExportPort>(*impl_, number);
}

}  // namespace mbnrig::usb
