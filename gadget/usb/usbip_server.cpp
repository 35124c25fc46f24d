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

#include "usb/usbip_export.h"

namespace mbnrig::usb {
namespace {

using Clock = std::chrono::steady_clock;
using ClientId = std::uint64_t;

constexpr std::size_t kReadSize = 64 * 1024;
constexpr std::size_t kEvents = 64;
/// Idle buffers larger than this are given back.
constexpr std::size_t kKeptCapacity = 16 * 1024;
constexpr std::chrono::milliseconds kAcceptPause{500};
/// A client whose machine has gone is let go after some 25 s, whether it owes an answer or not.
constexpr int kKeepIdleSeconds = 10, kKeepIntervalSeconds = 5, kKeepCount = 3;
constexpr int kUserTimeoutMs = 25'000;

// What epoll tells of, besides clients.
constexpr ClientId kListener = 0, kWake = 1, kFirstClient = 2;

struct Client {
  Fd fd;
  ClientId id = 0;
  std::string name;
  Bytes input, output;
  std::uint32_t events = 0;       ///< what epoll waits for
  UsbipExport* device = nullptr;  ///< what it has imported
  bool leaving = false;           ///< it goes when it has taken its output
  Clock::time_point deadline;     ///< until it has imported something
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

/// Everything but `tasks` and `ready` is the thread's.
struct UsbipServer::Impl {
  class ExportPort;
  struct Export {
    std::unique_ptr<UsbipExport> device;
    std::atomic<bool> ready = false;  ///< it is among `ready`
  };

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
    // Fails only when the counter is full, and then the thread is awake anyway.
    [[maybe_unused]] const auto written = ::write(wake.get(), &one, sizeof one);
  }

  /// Has the thread carry out `work` and waits for it; passes on what it throws.
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

  /// An export has something to do. On the thread itself nothing has to be woken: it looks before
  /// it waits.
  void MarkReady(std::uint32_t number, Export& entry) {
    if (entry.ready.exchange(true)) return;
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

  /// For epoll_wait, in milliseconds; -1: no end.
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
    const auto found = clients.find(event.data.u64);
    if (found == clients.end()) return;  // let go by an event before this one
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
      found->second.ready = false;
      UsbipExport& device = *found->second.device;
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
          spdlog::error("USB/IP: no client can be taken: {}", std::strerror(errno));
          accept_again = Clock::now() + kAcceptPause;
          Watch(EPOLL_CTL_MOD, listener, kListener, 0);
        }
        return;
      }
      if (guests.size() >= limits.guests) {
        spdlog::warn("USB/IP: {} is sent away: too many clients at once", PeerName(peer));
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
    Client& client = clients[id];
    client.fd = std::move(fd);
    client.id = id;
    client.name = std::move(name);
    client.events = EPOLLIN;
    client.deadline = Clock::now() + limits.guest_timeout;
    guests.push_back(id);
    if (!Watch(EPOLL_CTL_ADD, client.fd, id, client.events)) LetGo(client);
  }

  void LetGuestsGo() {
    while (!guests.empty() && clients.at(guests.front()).deadline <= Clock::now())
      LetGo(clients.at(guests.front()));
  }

  void LetGo(Client& client) {
    if (client.device != nullptr) {
      spdlog::info("USB/IP: {} has left {}", client.name, client.device->bus_id());
      client.device->Leave();
    }
    const ClientId id = client.id;
    ForgetGuest(id);
    clients.erase(id);  // closed, and so out of epoll
  }

  void ForgetGuest(ClientId id) {
    const auto found = std::find(guests.begin(), guests.end(), id);
    if (found != guests.end()) guests.erase(found);
  }

  /// False when the client has gone or is to go.
  bool Read(Client& client) {
    const ssize_t count = ::recv(client.fd.get(), buffer.data(), buffer.size(), 0);
    if (count < 0) return errno == EAGAIN || errno == EINTR;
    if (count == 0) return false;
    const ByteView fresh(buffer.data(), static_cast<std::size_t>(count));
    if (!client.input.empty()) {
      client.input.insert(client.input.end(), fresh.begin(), fresh.end());
      return TakeInput(client);
    }
    const auto taken = Take(client, fresh);
    if (!taken) return false;
    client.input.assign(fresh.begin() + static_cast<std::ptrdiff_t>(*taken), fresh.end());
    return true;
  }

  /// What waits in the client's input.
  bool TakeInput(Client& client) {
    const auto taken = Take(client, client.input);
    if (!taken) return false;
    client.input.erase(client.input.begin(),
                       client.input.begin() + static_cast<std::ptrdiff_t>(*taken));
    Shrink(client.input);
    return true;
  }

  static void Shrink(Bytes& bytes) {
    if (bytes.empty() && bytes.capacity() > kKeptCapacity) Bytes().swap(bytes);
  }

  /// How many bytes were of use; nothing when the client is to go.
  std::optional<std::size_t> Take(Client& client, ByteView input) {
    std::size_t taken = 0;
    if (client.device == nullptr) {
      if (client.leaving) return input.size();  // its question is answered
      const auto operation = TakeOperation(client, input);
      if (!operation) return std::nullopt;
      taken = *operation;
      if (client.device == nullptr) return taken;
    }
    std::string why;
    const auto commands = client.device->Take(input.subspan(taken), why);
    if (!commands) {
      spdlog::warn("USB/IP: {} is sent away: it sent {}", client.name, why);
      return std::nullopt;
    }
    return taken + *commands;
  }

  std::optional<std::size_t> TakeOperation(Client& client, ByteView input) {
    if (input.size() < usbip::kOperationLength) return 0;
    const auto request = usbip::DecodeOperation(input.first(usbip::kOperationLength));
    if (!request) {
      spdlog::warn("USB/IP: {} is sent away: it sent no operation of USB/IP", client.name);
      return std::nullopt;
    }
    std::size_t length = usbip::kOperationLength;
    if (request->operation == usbip::Operation::kImport) length += usbip::kBusIdLength;
    if (input.size() < length) return 0;
    if (request->version != usbip::kVersion) {
      Refuse(client, request->operation, usbip::OperationStatus::kError);
    } else if (request->operation == usbip::Operation::kDeviceList) {
      std::vector<usbip::ExportedDevice> devices;
      for (const auto& entry : exports) {
        const UsbipExport& device = *entry.second.device;
        if (device.plugged()) devices.push_back(device.Describe());
      }
      Say(client, usbip::EncodeDeviceList(devices));
      client.leaving = true;
    } else {
      Import(client, usbip::DecodeBusId(input.subspan(usbip::kOperationLength, usbip::kBusIdLength))
                         .value_or(""));
    }
    return length;
  }

  void Import(Client& client, const std::string& bus_id) {
    const auto found = std::find_if(exports.begin(), exports.end(), [&](const auto& entry) {
      return entry.second.device->plugged() && entry.second.device->bus_id() == bus_id;
    });
    if (found == exports.end()) {
      return Refuse(client, usbip::Operation::kImport, usbip::OperationStatus::kNoDevice);
    }
    UsbipExport& device = *found->second.device;
    if (device.client() != 0) {
      return Refuse(client, usbip::Operation::kImport, usbip::OperationStatus::kBusy);
    }
    Say(client, usbip::EncodeImported(device.Describe()));
    client.device = &device;
    device.Enter(client.id, client.output);
    ForgetGuest(client.id);
    spdlog::info("USB/IP: {} has imported {}", client.name, bus_id);
  }

  static void Refuse(Client& client, usbip::Operation operation, usbip::OperationStatus status) {
    Say(client, usbip::EncodeRefusal(operation, status));
    client.leaving = true;
  }

  static void Say(Client& client, const Bytes& bytes) {
    client.output.insert(client.output.end(), bytes.begin(), bytes.end());
  }

  /// Sends what the client takes; false when it has gone or is to go.
  bool Flush(Client& client) {
    Bytes& output = client.output;
    const bool was_full = output.size() > limits.output;
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
    Shrink(output);
    if (output.empty() && client.leaving) return false;
    if (was_full && output.size() <= limits.output && client.device != nullptr) {
      // What waited for room goes on.
      const std::uint32_t number = client.device->number();
      MarkReady(number, exports.at(number));
      if (!TakeInput(client)) return false;
    }
    const bool full = output.size() > limits.output;
    const std::uint32_t events = (full ? 0u : EPOLLIN) | (output.empty() ? 0u : EPOLLOUT);
    if (events == client.events) return true;
    client.events = events;
    return Watch(EPOLL_CTL_MOD, client.fd, client.id, events);
  }

  std::uint32_t AddExport(MbimFunction& function) {
    const std::uint32_t number = ++last_export;
    Export& entry = exports[number];
    entry.device = std::make_unique<UsbipExport>(
        number, function, limits, [this, number, &entry] { MarkReady(number, entry); });
    return number;
  }

  void Unplug(std::uint32_t number) {
    UsbipExport& device = *exports.at(number).device;
    const auto client = clients.find(device.client());
    if (client != clients.end()) LetGo(client->second);
    device.Unplug();
  }

  const UsbipLimits limits;
  Fd listener, epoll, wake;
  bool stopping = false;
  std::optional<Clock::time_point> accept_again;
  std::map<std::uint32_t, Export> exports;  ///< by number
  std::uint32_t last_export = 0;
  std::map<ClientId, Client> clients;
  std::deque<ClientId> guests;  ///< those that have imported nothing, oldest first
  ClientId next_client = kFirstClient;
  std::array<std::uint8_t, kReadSize> buffer{};

  std::mutex mutex;
  std::deque<std::packaged_task<void()>> tasks;
  std::vector<std::uint32_t> ready;  ///< exports with something to do, by number

  std::atomic<std::thread::id> self{};
  std::thread thread;
};

/// A modem's place at the server. What it asks for is done on the server's thread.
class UsbipServer::Impl::ExportPort : public Port {
 public:
  ExportPort(Impl& server, std::uint32_t number) : server_(server), number_(number) {}
  ~ExportPort() override {
    server_.Perform([this] {
      server_.Unplug(number_);
      server_.exports.erase(number_);
    });
  }
  ExportPort(const ExportPort&) = delete;
  ExportPort& operator=(const ExportPort&) = delete;

  void Plug() override {
    server_.Perform([this] { server_.exports.at(number_).device->Plug(); });
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
