#include "usb/loopback.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <iterator>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <thread>
#include <utility>

#include "usb/device_pipes.h"
#include "usb/mbim_function.h"

namespace mbnrig::usb {
namespace {

using Clock = DevicePipes::Clock;
using Completion = LoopbackDevice::Completion;

constexpr SetupPacket kSetConfiguration1{0x00, 9, 1, 0, 0};

class Device;

}  // namespace

/// `mutex` guards all state of the bus and its devices. It is not held while the function, a
/// completion or a listener is called. The function calls back under its own lock. Lock order: the
/// function's lock, then the bus's.
struct LoopbackBus::Impl {
  using Task = std::function<void()>;
  struct Subscriber {
    std::uint32_t id;
    Listener listener;
  };

  void Run();
  bool Step(std::unique_lock<std::mutex>& lock);
  void MarkOverdue();
  void Wait(std::unique_lock<std::mutex>& lock);
  void Stop();
  /// The current subscribers. Call with `mutex` held.
  std::vector<std::uint32_t> Audience() const;
  void Announce(const std::vector<std::uint32_t>& audience, const std::shared_ptr<Device>& device,
                bool arrived);
  void Post(Task task);
  /// Call with `mutex` held.
  void Wake() { changed.notify_all(); }
  void MarkReady(Device& device);
  void Remove(std::unique_lock<std::mutex>& lock, std::uint32_t address);
  bool OnBusThread() const { return std::this_thread::get_id() == thread.get_id(); }

  std::mutex mutex;
  std::condition_variable changed;
  std::deque<Task> tasks;
  std::map<std::uint32_t, std::shared_ptr<Device>> devices;
  // These hold addresses, possibly of devices that have left.
  std::deque<std::uint32_t> ready;           ///< devices that may have something to do, in turn
  std::set<std::uint32_t> timed;             ///< devices whose control transfer has a deadline
  std::optional<Clock::time_point> look_at;  ///< the earliest of these deadlines
  std::vector<Subscriber> subscribers;
  std::uint32_t last_subscriber = 0;
  std::uint32_t last_address = 0;
  std::uint32_t notifying = 0;  ///< the subscriber whose listener is running
  bool stopping = false;
  bool stopped = false;
  std::thread thread;
};

namespace {

class Device : public LoopbackDevice, DevicePipes::Bus {
 public:
  Device(std::shared_ptr<LoopbackBus::Impl> bus, std::uint32_t address)
      : bus_(std::move(bus)), address_(address), pipes_(*this) {}

  void Attach(MbimFunction& function) {
    pipes_.Attach(function);
    identity_ = function.identity();
    device_ = Encode(function.Device(identity_.speed));
    configuration_ = Encode(function.Configuration(identity_.speed));
    function.HandleSetup(kSetConfiguration1, [](const ControlReply&) {});
  }

  std::uint32_t address() const override { return address_; }
  Bytes DeviceDescriptor() const override { return device_; }
  Bytes ConfigurationDescriptor() const override { return configuration_; }
  std::string StringDescriptor(std::uint8_t index) const override {
    return StringOf(identity_, index).value_or("");
  }

  void SubmitControl(const SetupPacket& setup, ByteView out, std::chrono::milliseconds timeout,
                     Completion done) override {
    std::unique_lock lock(bus_->mutex);
    if (bus_->stopped) return Refuse(lock, done);
    pipes_.SubmitControl(0, setup, {out.begin(), out.end()}, timeout, std::move(done));
  }

  void SubmitIn(std::uint8_t endpoint, std::size_t length, Completion done) override {
    std::unique_lock lock(bus_->mutex);
    if (bus_->stopped) return Refuse(lock, done);
    pipes_.SubmitIn(0, endpoint, length, std::move(done));
  }

  void SubmitOut(std::uint8_t endpoint, ByteView data, Completion done) override {
    std::unique_lock lock(bus_->mutex);
    if (bus_->stopped) return Refuse(lock, done);
    pipes_.SubmitOut(0, endpoint, {data.begin(), data.end()}, false, std::move(done));
  }

  void Cancel(std::uint8_t endpoint) override {
    std::lock_guard lock(bus_->mutex);
    pipes_.End(endpoint, TransferStatus::kCancelled);
  }

  // For the bus, with its mutex held.
  DevicePipes& pipes() { return pipes_; }
  bool marked = false;  ///< the device is in the bus's ready queue

 private:
  /// For a transfer that the stopped bus would not end any more.
  static void Refuse(std::unique_lock<std::mutex>& lock, const Completion& done) {
    lock.unlock();
    done(TransferStatus::kNoDevice, {});
  }

  // DevicePipes::Bus
  std::mutex& mutex() override { return bus_->mutex; }
  void Wake() override {
    bus_->MarkReady(*this);
    bus_->Wake();
  }
  void Finish(Completion done, TransferStatus status, Bytes data) override {
    bus_->Post([done = std::move(done), status, data = std::move(data)] { done(status, data); });
  }

  const std::shared_ptr<LoopbackBus::Impl> bus_;
  const std::uint32_t address_;
  Bytes device_, configuration_;
  scenario::UsbIdentity identity_;
  DevicePipes pipes_;
};

}  // namespace

void LoopbackBus::Impl::Post(Task task) {
  tasks.push_back(std::move(task));
  Wake();
}

void LoopbackBus::Impl::Run() {
  std::unique_lock lock(mutex);
  for (;;) {
    if (look_at && *look_at <= Clock::now()) MarkOverdue();
    if (!tasks.empty()) {
      Task task = std::move(tasks.front());
      tasks.pop_front();
      lock.unlock();
      task();
      task = nullptr;  // releases what the task holds before the lock is taken again
      lock.lock();
    } else if (stopping) {
      stopped = true;
      return;
    } else if (!Step(lock)) {
      Wait(lock);
    }
  }
}

void LoopbackBus::Impl::MarkReady(Device& device) {
  if (!std::exchange(device.marked, true)) ready.push_back(device.address());
}

/// Lets the next device do one thing. False if none is ready.
bool LoopbackBus::Impl::Step(std::unique_lock<std::mutex>& lock) {
  if (ready.empty()) return false;
  const std::uint32_t address = ready.front();
  ready.pop_front();
  const auto found = devices.find(address);
  if (found == devices.end()) return true;
  const std::shared_ptr<Device> device = found->second;
  device->marked = false;
  if (device->pipes().Step(lock)) MarkReady(*device);  // there may be more
  if (const auto deadline = device->pipes().deadline()) {
    timed.insert(address);
    look_at = std::min(look_at.value_or(*deadline), *deadline);
  } else {
    timed.erase(address);
  }
  return true;
}

/// Marks the devices whose control transfer has timed out as ready, and forgets devices without a
/// deadline.
void LoopbackBus::Impl::MarkOverdue() {
  look_at.reset();
  const auto now = Clock::now();
  for (auto it = timed.begin(); it != timed.end();) {
    const auto found = devices.find(*it);
    const auto deadline = found == devices.end() ? std::nullopt : found->second->pipes().deadline();
    if (deadline && *deadline <= now) MarkReady(*found->second);
    if (deadline && *deadline > now) look_at = std::min(look_at.value_or(*deadline), *deadline);
    it = deadline ? std::next(it) : timed.erase(it);
  }
}

/// Waits until there is something to do or a deadline has passed.
void LoopbackBus::Impl::Wait(std::unique_lock<std::mutex>& lock) {
  if (look_at) {
    changed.wait_until(lock, *look_at);
  } else {
    changed.wait(lock);
  }
}

std::vector<std::uint32_t> LoopbackBus::Impl::Audience() const {
  std::vector<std::uint32_t> ids;
  for (const auto& subscriber : subscribers)
    ids.push_back(subscriber.id);
  return ids;
}

void LoopbackBus::Impl::Announce(const std::vector<std::uint32_t>& audience,
                                 const std::shared_ptr<Device>& device, bool arrived) {
  for (const std::uint32_t id : audience) {
    Post([this, device, arrived, id] {
      Listener listener;
      {
        std::lock_guard lock(mutex);
        const auto found = std::find_if(subscribers.begin(), subscribers.end(),
                                        [id](const auto& s) { return s.id == id; });
        if (found == subscribers.end()) return;
        listener = found->listener;
        notifying = id;
      }
      listener(device, arrived);
      std::lock_guard lock(mutex);
      notifying = 0;
      Wake();
    });
  }
}

void LoopbackBus::Impl::Remove(std::unique_lock<std::mutex>& lock, std::uint32_t address) {
  const auto found = devices.find(address);
  if (found == devices.end()) return;
  const std::shared_ptr<Device> device = found->second;
  devices.erase(found);
  const auto audience = Audience();  // later subscribers have not heard of the device
  changed.wait(lock, [&] { return !device->pipes().calling() || OnBusThread(); });
  MbimFunction* function = device->pipes().function();
  device->pipes().SetGone();
  lock.unlock();
  function->Detach();
  lock.lock();
  Announce(audience, device, false);
}

void LoopbackBus::Impl::Stop() {
  std::unique_lock lock(mutex);
  while (!devices.empty())
    Remove(lock, devices.begin()->first);
  stopping = true;
  Wake();
}

LoopbackBus::LoopbackBus() : impl_(std::make_shared<Impl>()) {
  // The thread waits for this lock until `thread` is set, so that OnBusThread may read it.
  std::lock_guard lock(impl_->mutex);
  impl_->thread = std::thread([impl = impl_.get()] { impl->Run(); });
}

LoopbackBus::~LoopbackBus() {
  impl_->Stop();
  impl_->thread.join();
}

std::uint32_t LoopbackBus::Subscribe(Listener listener) {
  std::lock_guard lock(impl_->mutex);
  const std::uint32_t id = ++impl_->last_subscriber;
  impl_->subscribers.push_back({id, std::move(listener)});
  for (const auto& entry : impl_->devices)
    impl_->Announce({id}, entry.second, true);
  return id;
}

void LoopbackBus::Unsubscribe(std::uint32_t id) {
  std::unique_lock lock(impl_->mutex);
  auto& subscribers = impl_->subscribers;
  subscribers.erase(std::remove_if(subscribers.begin(), subscribers.end(),
                                   [id](const auto& s) { return s.id == id; }),
                    subscribers.end());
  impl_->changed.wait(lock, [&] { return impl_->notifying != id || impl_->OnBusThread(); });
}

std::uint32_t LoopbackBus::Plug(MbimFunction& function) {
  std::uint32_t address = 0;
  {
    std::lock_guard lock(impl_->mutex);
    address = ++impl_->last_address;
  }
  auto device = std::make_shared<Device>(impl_, address);
  device->Attach(function);
  std::lock_guard lock(impl_->mutex);
  impl_->devices[address] = device;
  device->marked = false;  // it may have been marked before it was in `devices`
  impl_->MarkReady(*device);
  impl_->Announce(impl_->Audience(), device, true);
  return address;
}

void LoopbackBus::Unplug(std::uint32_t address) {
  std::unique_lock lock(impl_->mutex);
  impl_->Remove(lock, address);
}

void LoopbackPort::Plug() {
  if (address_ == 0) address_ = bus_.Plug(function_);
}

void LoopbackPort::Leave() {
  if (address_ != 0) bus_.Unplug(address_);
  address_ = 0;
}

}  // namespace mbnrig::usb
