#include "usb/loopback.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <iterator>
#include <map>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "usb/mbim_function.h"
#include "usb/requests.h"

namespace mbnrig::usb {
namespace {

using Clock = std::chrono::steady_clock;
using Completion = LoopbackDevice::Completion;

constexpr SetupPacket kSetConfiguration1{0x00, 9, 1, 0, 0};
/// wMaxPacketSize of bulk endpoints at high speed, which this bus has.
constexpr std::size_t kBulkPacket = 512;

struct Control {
  SetupPacket setup;
  Bytes out;
  std::chrono::milliseconds timeout;
  Completion done;
};

struct In {
  std::uint8_t endpoint;
  std::size_t length;
  Completion done;
  bool checked = false;  ///< the endpoint is known to exist
  Bytes data;            ///< packets that have come
};

struct Out {
  std::uint8_t endpoint;
  Bytes data;
  Completion done;
};

class Device;

}  // namespace

/// All state of the bus and its devices is guarded by `mutex`, which is never held while the
/// function, a completion or a listener is called. The function calls back under its own lock:
/// lock order is function, then bus.
struct LoopbackBus::Impl {
  using Task = std::function<void()>;
  struct Subscriber {
    std::uint32_t id;
    Listener listener;
  };

  void Run();
  bool Step(std::unique_lock<std::mutex>& lock);
  void Wait(std::unique_lock<std::mutex>& lock);
  void Stop();
  /// The subscribers of this moment. With `mutex` held.
  std::vector<std::uint32_t> Audience() const;
  void Announce(const std::vector<std::uint32_t>& audience, const std::shared_ptr<Device>& device,
                bool arrived);
  void Post(Task task);
  /// To be called with `mutex` held.
  void Wake() { changed.notify_all(); }
  void Remove(std::unique_lock<std::mutex>& lock, std::uint32_t address);
  bool OnBusThread() const { return std::this_thread::get_id() == thread.get_id(); }

  std::mutex mutex;
  std::condition_variable changed;
  std::deque<Task> tasks;
  std::map<std::uint32_t, std::shared_ptr<Device>> devices;
  std::vector<Subscriber> subscribers;
  std::uint32_t last_subscriber = 0;
  std::uint32_t last_address = 0;
  std::uint32_t notifying = 0;      ///< the subscriber whose listener runs
  const Device* calling = nullptr;  ///< the device whose function is being called
  bool stopping = false;
  bool stopped = false;
  std::thread thread;
};

namespace {

class Device : public LoopbackDevice, public std::enable_shared_from_this<Device> {
 public:
  Device(std::shared_ptr<LoopbackBus::Impl> bus, std::uint32_t address, MbimFunction& function)
      : bus_(std::move(bus)), address_(address), function_(&function) {}

  void Attach() {
    std::weak_ptr<Device> weak = weak_from_this();
    Attachment attachment{layout_, 4096, true};
    attachment.notification_ready = [weak] {
      if (auto self = weak.lock()) self->Ready(self->notification_ready_);
    };
    attachment.data_ready = [weak] {
      if (auto self = weak.lock()) self->Ready(self->data_ready_);
    };
    function_->Attach(std::move(attachment));
    device_ = Encode(function_->Device(Speed::kHigh));
    configuration_ = Encode(function_->Configuration(Speed::kHigh));
    identity_ = function_->identity();
    function_->HandleSetup(kSetConfiguration1, [](const ControlReply&) {});
  }

  std::uint32_t address() const override { return address_; }
  Bytes DeviceDescriptor() const override { return device_; }
  Bytes ConfigurationDescriptor() const override { return configuration_; }
  std::string StringDescriptor(std::uint8_t index) const override {
    return StringOf(identity_, index).value_or("");
  }

  void SubmitControl(const SetupPacket& setup, ByteView out, std::chrono::milliseconds timeout,
                     Completion done) override {
    Control control{setup, Bytes(out.begin(), out.end()), timeout, std::move(done)};
    std::unique_lock lock(bus_->mutex);
    if (function_ == nullptr) return Refuse(lock, std::move(control.done));
    controls_.push_back(std::move(control));
    bus_->Wake();
  }

  void SubmitIn(std::uint8_t endpoint, std::size_t length, Completion done) override {
    std::unique_lock lock(bus_->mutex);
    if (function_ == nullptr) return Refuse(lock, std::move(done));
    ins_.push_back({endpoint, length, std::move(done), false, {}});
    unchecked_ = true;
    notification_ready_ = data_ready_ = true;
    bus_->Wake();
  }

  void SubmitOut(std::uint8_t endpoint, ByteView data, Completion done) override {
    Out out{endpoint, Bytes(data.begin(), data.end()), std::move(done)};
    std::unique_lock lock(bus_->mutex);
    if (function_ == nullptr) return Refuse(lock, std::move(out.done));
    outs_.push_back(std::move(out));
    bus_->Wake();
  }

  void Cancel(std::uint8_t endpoint) override {
    std::lock_guard lock(bus_->mutex);
    End(endpoint, TransferStatus::kCancelled);
  }

  // --- for the bus; all with its mutex held ----------------------------------------------------

  bool plugged() const { return function_ != nullptr; }
  MbimFunction* function() const { return function_; }
  void set_gone() {
    function_ = nullptr;
    End(0, TransferStatus::kNoDevice);
  }

  /// When the control transfer on the wire runs out of time.
  std::optional<Clock::time_point> deadline() const { return deadline_; }

  /// Does one thing that is due, with the mutex let go meanwhile; false when there is none.
  bool Step(std::unique_lock<std::mutex>& lock) {
    if (function_ == nullptr) return false;
    if (reply_) return FinishControl(lock), true;
    if (deadline_ && *deadline_ <= Clock::now()) {
      return EndControl(TransferStatus::kTimedOut), true;
    }
    if (!active_ && !controls_.empty()) return StartControl(lock), true;
    if (unchecked_) return CheckIns(lock), true;
    // Each gets its turn, however busy the others are.
    const bool out = !outs_.empty() && FinishOut(lock);
    const bool in = function_ != nullptr && data_ready_ && FinishBulkIn(lock);
    const bool notification =
        function_ != nullptr && notification_ready_ && FinishNotification(lock);
    return out || in || notification;
  }

 private:
  /// A transfer that cannot begin.
  void Refuse(std::unique_lock<std::mutex>& lock, Completion done) {
    if (bus_->stopped) {
      lock.unlock();
      done(TransferStatus::kNoDevice, {});
      return;
    }
    Complete(std::move(done), TransferStatus::kNoDevice);
  }

  void Complete(Completion done, TransferStatus status, Bytes data = {}) {
    bus_->Post([done = std::move(done), status, data = std::move(data)] { done(status, data); });
  }

  /// Ends what is pending on an endpoint (0: everything).
  void End(std::uint8_t endpoint, TransferStatus status) {
    if (endpoint == 0) {
      for (auto& control : controls_)
        Complete(std::move(control.done), status);
      controls_.clear();
      ForgetControl();
    }
    auto match = [endpoint](const auto& t) { return endpoint == 0 || t.endpoint == endpoint; };
    auto end_all = [&](auto& transfers) {
      for (auto& transfer : transfers) {
        if (match(transfer)) Complete(std::move(transfer.done), status);
      }
      transfers.erase(std::remove_if(transfers.begin(), transfers.end(), match), transfers.end());
    };
    end_all(ins_);
    end_all(outs_);
  }

  void ForgetControl() {
    ++control_id_;  // a reply that comes late finds another number
    active_ = false;
    reply_.reset();
    deadline_.reset();
  }

  void EndControl(TransferStatus status, Bytes data = {}) {
    Complete(std::move(controls_.front().done), status, std::move(data));
    controls_.pop_front();
    ForgetControl();
  }

  /// Calls the function with the mutex let go; Unplug waits for it.
  template <class Call>
  auto CallFunction(std::unique_lock<std::mutex>& lock, Call call) {
    MbimFunction& function = *function_;
    bus_->calling = this;
    lock.unlock();
    auto result = call(function);
    lock.lock();
    bus_->calling = nullptr;
    bus_->Wake();
    return result;
  }

  void StartControl(std::unique_lock<std::mutex>& lock) {
    const Control& control = controls_.front();
    const SetupPacket setup = control.setup;
    const bool out_fits = IsIn(setup) || control.out.size() == setup.length;
    active_ = true;
    if (control.timeout.count() > 0) deadline_ = Clock::now() + control.timeout;
    if (!out_fits) return EndControl(TransferStatus::kError);
    const std::uint64_t id = control_id_;
    CallFunction(lock, [this, setup, id](MbimFunction& function) {
      function.HandleSetup(setup, [self = shared_from_this(), id](ControlReply reply) {
        self->Reply(id, std::move(reply));
      });
      return true;
    });
  }

  void Reply(std::uint64_t id, ControlReply reply) {
    std::lock_guard lock(bus_->mutex);
    if (id != control_id_ || !active_) return;
    reply_ = std::move(reply);
    bus_->Wake();
  }

  void FinishControl(std::unique_lock<std::mutex>& lock) {
    const SetupPacket setup = controls_.front().setup;
    ControlReply reply = std::move(*reply_);
    reply_.reset();
    if (std::holds_alternative<Ack>(reply) && !IsIn(setup) && setup.length > 0) {
      const std::uint64_t id = control_id_;
      reply = CallFunction(lock, [setup, data = controls_.front().out](MbimFunction& function) {
        return function.DataStage(setup, data);
      });
      if (id != control_id_) return;  // cancelled or removed meanwhile
    }
    // Another configuration or setting: the endpoints begin anew.
    if (RequestTypeOf(setup) == RequestType::kStandard && !IsIn(setup)) ForgetBulkIn();
    if (auto* bytes = std::get_if<Bytes>(&reply)) {
      EndControl(IsIn(setup) ? TransferStatus::kCompleted : TransferStatus::kError,
                 std::move(*bytes));
    } else {
      EndControl(std::holds_alternative<Ack>(reply) ? TransferStatus::kCompleted
                                                    : TransferStatus::kStall);
    }
  }

  /// Fails reads of endpoints that are not there.
  void CheckIns(std::unique_lock<std::mutex>& lock) {
    unchecked_ = false;
    const auto state = CallFunction(lock, [](MbimFunction& f) { return f.state(); });
    for (auto in = ins_.begin(); in != ins_.end();) {
      if (in->checked || Exists(in->endpoint, state)) {
        in->checked = true;
        ++in;
        continue;
      }
      Complete(std::move(in->done), TransferStatus::kError);
      in = ins_.erase(in);
    }
  }

  bool Exists(std::uint8_t endpoint, const FunctionState& state) const {
    if (state.configuration == 0) return false;
    if (endpoint == layout_.notification_endpoint) return true;
    return state.data_alternate == 1 &&
           (endpoint == layout_.bulk_in_endpoint || endpoint == layout_.bulk_out_endpoint);
  }

  /// One transfer of the host's. What the function reads ends with a short packet or when it is
  /// full, as on a wire: transfers without either run together.
  bool FinishOut(std::unique_lock<std::mutex>& lock) {
    Out out = std::move(outs_.front());
    outs_.pop_front();
    const bool taken = CallFunction(lock, [this, &out](MbimFunction& function) {
      if (out.endpoint != layout_.bulk_out_endpoint || !function.data_running()) {
        unfinished_out_.clear();
        return false;
      }
      const bool ended = out.data.size() % kBulkPacket != 0 || out.data.empty();
      if (unfinished_out_.empty() && ended && out.data.size() <= kNtbMaxSize) {
        function.ReceiveBulk(out.data);
        return true;
      }
      unfinished_out_.insert(unfinished_out_.end(), out.data.begin(), out.data.end());
      ByteView rest = unfinished_out_;
      while (rest.size() >= kNtbMaxSize || (ended && !rest.empty())) {
        const ByteView read = rest.first(std::min<std::size_t>(rest.size(), kNtbMaxSize));
        function.ReceiveBulk(read);
        rest = rest.subspan(read.size());
      }
      unfinished_out_ = Bytes(rest.begin(), rest.end());
      return true;
    });
    Complete(std::move(out.done), taken ? TransferStatus::kCompleted : TransferStatus::kError);
    return true;
  }

  std::deque<In>::iterator FindIn(std::uint8_t endpoint) {
    return std::find_if(ins_.begin(), ins_.end(),
                        [endpoint](const In& in) { return in.endpoint == endpoint; });
  }

  /// Takes the next NTB, once there is a read for it, and sends it as far as there are reads. A
  /// read ends with a short packet or when it is full; a packet that does not fit ends it with an
  /// error.
  bool FinishBulkIn(std::unique_lock<std::mutex>& lock) {
    auto in = FindIn(layout_.bulk_in_endpoint);
    if (in == ins_.end()) return false;
    if (bulk_in_.empty()) {
      data_ready_ = false;
      auto ntb = CallFunction(lock, [](MbimFunction& f) { return f.TakeBulk(); });
      if (!ntb || function_ == nullptr) return true;
      data_ready_ = true;  // there may be more
      bulk_in_ = std::move(*ntb);
      in = FindIn(layout_.bulk_in_endpoint);
      if (in == ins_.end()) return ForgetBulkIn(), true;  // cancelled meanwhile: lost
    }
    // Nearly always one read is one NTB, which need not be copied.
    if (in->data.empty() && bulk_in_sent_ == 0 && bulk_in_.size() <= in->length &&
        (bulk_in_.size() % kBulkPacket != 0 || bulk_in_.size() == in->length)) {
      Complete(std::move(in->done), TransferStatus::kCompleted, std::move(bulk_in_));
      ins_.erase(in);
      bulk_in_.clear();
      return true;
    }
    while (bulk_in_sent_ < bulk_in_.size() && in != ins_.end()) {
      const std::size_t size = std::min(kBulkPacket, bulk_in_.size() - bulk_in_sent_);
      const bool fits = size <= in->length - in->data.size();
      if (fits) {
        const auto packet = bulk_in_.begin() + static_cast<std::ptrdiff_t>(bulk_in_sent_);
        in->data.insert(in->data.end(), packet, packet + static_cast<std::ptrdiff_t>(size));
      }
      bulk_in_sent_ += size;
      if (fits && size == kBulkPacket && in->data.size() < in->length) continue;
      Complete(std::move(in->done), fits ? TransferStatus::kCompleted : TransferStatus::kError,
               std::move(in->data));
      ins_.erase(in);
      in = FindIn(layout_.bulk_in_endpoint);
    }
    if (bulk_in_sent_ == bulk_in_.size()) ForgetBulkIn();
    return true;
  }

  void ForgetBulkIn() {
    bulk_in_.clear();
    bulk_in_sent_ = 0;
  }

  bool FinishNotification(std::unique_lock<std::mutex>& lock) {
    auto reads_notifications = [this](const In& in) {
      return in.endpoint == layout_.notification_endpoint;
    };
    if (std::none_of(ins_.begin(), ins_.end(), reads_notifications)) return false;
    notification_ready_ = false;
    auto notification = CallFunction(lock, [](MbimFunction& f) { return f.TakeNotification(); });
    if (!notification) return true;
    notification_ready_ = true;  // there may be more
    const auto in = std::find_if(ins_.begin(), ins_.end(), reads_notifications);
    if (in == ins_.end()) return true;  // cancelled meanwhile; the packet is lost, as on a wire
    const bool fits = notification->size() <= in->length;
    Complete(std::move(in->done), fits ? TransferStatus::kCompleted : TransferStatus::kError,
             fits ? std::move(*notification) : Bytes{});
    ins_.erase(in);
    return true;
  }

  /// Called under a lock of the function's.
  void Ready(bool& what) {
    std::lock_guard lock(bus_->mutex);
    if (std::exchange(what, true)) return;
    bus_->Wake();
  }

  const std::shared_ptr<LoopbackBus::Impl> bus_;
  const std::uint32_t address_;
  const Layout layout_;
  Bytes device_, configuration_;
  scenario::UsbIdentity identity_;

  MbimFunction* function_;  ///< null once unplugged
  std::deque<Control> controls_;
  bool active_ = false;  ///< the first of controls_ is on the wire
  std::uint64_t control_id_ = 1;
  std::optional<ControlReply> reply_;
  std::optional<Clock::time_point> deadline_;
  std::deque<In> ins_;
  std::deque<Out> outs_;
  bool unchecked_ = false;
  bool notification_ready_ = false;
  bool data_ready_ = false;
  Bytes bulk_in_;                 ///< an NTB on its way to the host
  std::size_t bulk_in_sent_ = 0;  ///< of it, in bytes
  Bytes unfinished_out_;          ///< from the host, not yet ended; the bus's thread's
};

}  // namespace

void LoopbackBus::Impl::Post(Task task) {
  tasks.push_back(std::move(task));
  Wake();
}

void LoopbackBus::Impl::Run() {
  std::unique_lock lock(mutex);
  for (;;) {
    if (!tasks.empty()) {
      Task task = std::move(tasks.front());
      tasks.pop_front();
      lock.unlock();
      task();
      task = nullptr;  // what it holds goes before the lock is taken again
      lock.lock();
    } else if (stopping) {
      stopped = true;
      return;
    } else if (!Step(lock)) {
      Wait(lock);
    }
  }
}

bool LoopbackBus::Impl::Step(std::unique_lock<std::mutex>& lock) {
  std::vector<std::shared_ptr<Device>> present;
  for (const auto& entry : devices)
    present.push_back(entry.second);
  return std::any_of(present.begin(), present.end(),
                     [&lock](const auto& device) { return device->Step(lock); });
}

void LoopbackBus::Impl::Wait(std::unique_lock<std::mutex>& lock) {
  std::optional<Clock::time_point> deadline;
  for (const auto& entry : devices) {
    const auto due = entry.second->deadline();
    if (due && (!deadline || *due < *deadline)) deadline = due;
  }
  if (deadline) {
    changed.wait_until(lock, *deadline);
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
  const auto audience = Audience();  // who comes later has not heard of it
  changed.wait(lock, [&] { return calling != device.get() || OnBusThread(); });
  MbimFunction* function = device->function();
  device->set_gone();
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
  // The thread waits for the lock until `thread` is set, so that OnBusThread may read it.
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
  auto device = std::make_shared<Device>(impl_, address, function);
  device->Attach();
  std::lock_guard lock(impl_->mutex);
  impl_->devices[address] = device;
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
