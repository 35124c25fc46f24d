#include "usb/device_pipes.h"

#include <algorithm>
#include <utility>

#include "usb/requests.h"

namespace mbnrig::usb {
namespace {

std::size_t BulkPacket(Speed speed) {
  return speed == Speed::kFull ? 64 : speed == Speed::kHigh ? 512 : 1024;
}

}  // namespace

void DevicePipes::Attach(MbimFunction& function) {
  Attachment attachment;
  attachment.layout = layout_;
  attachment.control_transfer_limit = kControlLimit;
  attachment.speed = function.identity().speed;
  attachment.notification_ready = [this] { Ready(notification_ready_); };
  attachment.data_ready = [this] { Ready(data_ready_); };
  attachment.renewed = [this] {
    std::lock_guard lock(bus_.mutex());
    EndpointsChanged();
    bus_.Wake();
  };
  const std::size_t read_size = function.bulk_read_size();
  {
    std::lock_guard lock(bus_.mutex());
    packet_ = BulkPacket(attachment.speed);
    read_size_ = read_size;
    EndpointsChanged();
  }
  function.Attach(std::move(attachment));
  std::lock_guard lock(bus_.mutex());
  function_ = &function;
}

void DevicePipes::SetGone() {
  function_ = nullptr;
  End(0, TransferStatus::kNoDevice);
}

void DevicePipes::SubmitControl(TransferId id, const SetupPacket& setup, Bytes out,
                                std::chrono::milliseconds timeout, Completion done) {
  if (function_ == nullptr) return bus_.Finish(std::move(done), TransferStatus::kNoDevice, {});
  controls_.push_back({id, setup, std::move(out), timeout, std::move(done)});
  bus_.Wake();
}

void DevicePipes::SubmitIn(TransferId id, std::uint8_t endpoint, std::size_t length,
                           Completion done) {
  if (function_ == nullptr) return bus_.Finish(std::move(done), TransferStatus::kNoDevice, {});
  ins_.push_back({id, endpoint, length, std::move(done), false, {}});
  unchecked_ = true;
  notification_ready_ = data_ready_ = true;
  bus_.Wake();
}

void DevicePipes::SubmitOut(TransferId id, std::uint8_t endpoint, Bytes data, bool zero_packet,
                            Completion done) {
  if (function_ == nullptr) return bus_.Finish(std::move(done), TransferStatus::kNoDevice, {});
  outs_.push_back({id, endpoint, std::move(data), zero_packet, std::move(done)});
  bus_.Wake();
}

void DevicePipes::End(std::uint8_t endpoint, TransferStatus status) {
  if (endpoint == 0) {
    for (auto& control : controls_)
      bus_.Finish(std::move(control.done), status, {});
    controls_.clear();
    ForgetControl();
  }
  auto match = [endpoint](const auto& t) { return endpoint == 0 || t.endpoint == endpoint; };
  auto end_all = [&](auto& transfers) {
    for (auto& transfer : transfers) {
      if (match(transfer)) bus_.Finish(std::move(transfer.done), status, {});
    }
    transfers.erase(std::remove_if(transfers.begin(), transfers.end(), match), transfers.end());
  };
  end_all(ins_);
  end_all(outs_);
}

bool DevicePipes::Withdraw(TransferId id) {
  if (active_ && controls_.front().id == id) ForgetControl();
  auto remove = [id](auto& transfers) {
    const auto found = std::find_if(transfers.begin(), transfers.end(),
                                    [id](const auto& transfer) { return transfer.id == id; });
    if (found == transfers.end()) return false;
    transfers.erase(found);
    return true;
  };
  return remove(controls_) || remove(ins_) || remove(outs_);
}

void DevicePipes::WithdrawAll() {
  ForgetControl();
  controls_.clear();
  ins_.clear();
  outs_.clear();
  EndpointsChanged();
}

bool DevicePipes::Step(std::unique_lock<std::mutex>& lock) {
  if (function_ == nullptr) return false;
  if (reply_) return FinishControl(lock), true;
  if (deadline_ && *deadline_ <= Clock::now()) {
    return EndControl(TransferStatus::kTimedOut), true;
  }
  if (!active_ && !controls_.empty()) return StartControl(lock), true;
  if (stale_) return AskForEndpoints(lock), true;
  if (unchecked_) return CheckIns(), true;
  // Each direction gets its turn, however busy the others are.
  const bool out = !outs_.empty() && FinishOut(lock);
  if (function_ != nullptr && outs_.empty() && received_) TellOfIdleness(lock);
  const bool in = function_ != nullptr && data_ready_ && FinishBulkIn(lock);
  const bool notification = function_ != nullptr && notification_ready_ && FinishNotification(lock);
  return out || in || notification;
}

void DevicePipes::ForgetControl() {
  ++control_number_;  // a late reply then finds another number
  active_ = false;
  reply_.reset();
  deadline_.reset();
}

void DevicePipes::EndControl(TransferStatus status, Bytes data) {
  Completion done = std::move(controls_.front().done);
  controls_.pop_front();
  ForgetControl();
  bus_.Finish(std::move(done), status, std::move(data));
}

/// Calls the function with the mutex unlocked.
template <class Call>
auto DevicePipes::CallFunction(std::unique_lock<std::mutex>& lock, Call call) {
  MbimFunction& function = *function_;
  calling_ = true;
  lock.unlock();
  auto result = call(function);
  lock.lock();
  calling_ = false;
  bus_.Wake();
  return result;
}

void DevicePipes::StartControl(std::unique_lock<std::mutex>& lock) {
  const Control& control = controls_.front();
  const SetupPacket setup = control.setup;
  const bool out_fits = IsIn(setup) || control.out.size() == setup.length;
  active_ = true;
  if (control.timeout.count() > 0) deadline_ = Clock::now() + control.timeout;
  if (!out_fits) return EndControl(TransferStatus::kError);
  const std::uint64_t number = control_number_;
  CallFunction(lock, [this, setup, number](MbimFunction& function) {
    function.HandleSetup(setup,
                         [this, number](ControlReply reply) { Reply(number, std::move(reply)); });
    return true;
  });
}

void DevicePipes::Reply(std::uint64_t number, ControlReply reply) {
  std::lock_guard lock(bus_.mutex());
  if (number != control_number_ || !active_) return;
  reply_ = std::move(reply);
  bus_.Wake();
}

void DevicePipes::FinishControl(std::unique_lock<std::mutex>& lock) {
  const SetupPacket setup = controls_.front().setup;
  ControlReply reply = std::move(*reply_);
  reply_.reset();
  if (std::holds_alternative<Ack>(reply) && !IsIn(setup) && setup.length > 0) {
    const std::uint64_t number = control_number_;
    reply = CallFunction(lock, [setup, data = controls_.front().out](MbimFunction& function) {
      return function.DataStage(setup, data);
    });
    if (number != control_number_) return;  // cancelled or removed meanwhile
  }
  if (std::holds_alternative<Ack>(reply)) FollowRequest(setup);
  if (auto* bytes = std::get_if<Bytes>(&reply)) {
    EndControl(IsIn(setup) ? TransferStatus::kCompleted : TransferStatus::kError,
               std::move(*bytes));
  } else {
    EndControl(std::holds_alternative<Ack>(reply) ? TransferStatus::kCompleted
                                                  : TransferStatus::kStall);
  }
}

/// All endpoints restart or disappear.
void DevicePipes::EndpointsChanged() {
  stale_ = restarted_ = true;
  ForgetBulkIn();
}

/// Does what a request that was carried out does to the endpoints. A transfer that is half way goes
/// on unless its own endpoint restarts.
void DevicePipes::FollowRequest(const SetupPacket& setup) {
  enum class Request : std::uint8_t {
    kClearFeature = 1,
    kSetFeature = 3,
    kSetConfiguration = 9,
    kSetInterface = 11
  };
  const Recipient recipient = RecipientOf(setup);
  if (IsIn(setup)) return;
  if (RequestTypeOf(setup) == RequestType::kClass) {
    if (setup.request == static_cast<std::uint8_t>(ClassRequest::kResetFunction)) {
      ForgetBulkIn();
      ForgetBulkOut();
    }
    return;
  }
  stale_ = true;
  switch (static_cast<Request>(setup.request)) {
    case Request::kSetConfiguration:
      return EndpointsChanged();
    case Request::kSetInterface:
      if (setup.index == layout_.data_interface) EndpointsChanged();
      return;
    case Request::kClearFeature:
    case Request::kSetFeature:
      if (recipient != Recipient::kEndpoint) return;
      if (setup.index == layout_.bulk_in_endpoint) ForgetBulkIn();
      if (setup.index == layout_.bulk_out_endpoint) ForgetBulkOut();
      return;
    default:
      return;
  }
}

void DevicePipes::ForgetBulkIn() {
  bulk_in_.clear();
  bulk_in_sent_ = 0;
}

void DevicePipes::AskForEndpoints(std::unique_lock<std::mutex>& lock) {
  stale_ = false;
  if (std::exchange(restarted_, false)) ForgetBulkOut();
  auto state = CallFunction(lock, [](MbimFunction& f) { return f.state(); });
  endpoints_ = {state.configuration != 0, state.configuration != 0 && state.data_alternate == 1,
                std::move(state.halted)};
  for (In& in : ins_)
    in.checked = false;
  unchecked_ = true;
}

std::optional<TransferStatus> DevicePipes::Refusal(std::uint8_t endpoint) const {
  const bool bulk = endpoint == layout_.bulk_in_endpoint || endpoint == layout_.bulk_out_endpoint;
  const bool there =
      bulk ? endpoints_.data : endpoints_.configured && endpoint == layout_.notification_endpoint;
  if (!there) return TransferStatus::kError;
  if (endpoints_.halted.count(endpoint) != 0) return TransferStatus::kStall;
  return std::nullopt;
}

/// Ends reads that the endpoint refuses.
void DevicePipes::CheckIns() {
  unchecked_ = false;
  for (auto in = ins_.begin(); in != ins_.end();) {
    const auto refusal = in->checked ? std::nullopt : Refusal(in->endpoint);
    if (!refusal) {
      in->checked = true;
      ++in;
      continue;
    }
    Completion done = std::move(in->done);
    in = ins_.erase(in);
    bus_.Finish(std::move(done), *refusal, {});
  }
}

bool DevicePipes::FinishOut(std::unique_lock<std::mutex>& lock) {
  Out out = std::move(outs_.front());
  outs_.pop_front();
  const auto refusal = out.endpoint == layout_.bulk_out_endpoint
                           ? Refusal(out.endpoint)
                           : std::optional(TransferStatus::kError);
  if (!refusal) {
    received_ = true;
    CallFunction(lock, [this, &out](MbimFunction& function) {
      const bool ended = out.zero_packet || out.data.size() % packet_ != 0 || out.data.empty();
      if (unfinished_out_.empty() && ended && out.data.size() <= read_size_) {
        function.ReceiveBulk(out.data);
        return true;
      }
      unfinished_out_.insert(unfinished_out_.end(), out.data.begin(), out.data.end());
      ByteView rest = unfinished_out_;
      while (rest.size() >= read_size_ || (ended && !rest.empty())) {
        const ByteView read = rest.first(std::min(rest.size(), read_size_));
        function.ReceiveBulk(read);
        rest = rest.subspan(read.size());
      }
      unfinished_out_ = Bytes(rest.begin(), rest.end());
      return true;
    });
  }
  bus_.Finish(std::move(out.done), refusal.value_or(TransferStatus::kCompleted), {});
  return true;
}

void DevicePipes::TellOfIdleness(std::unique_lock<std::mutex>& lock) {
  received_ = false;
  CallFunction(lock, [](MbimFunction& function) {
    function.BulkIdle();
    return true;
  });
}

std::deque<DevicePipes::In>::iterator DevicePipes::FirstRead(std::uint8_t endpoint) {
  return std::find_if(ins_.begin(), ins_.end(),
                      [endpoint](const In& in) { return in.endpoint == endpoint; });
}

/// Takes the next NTB once there is a read for it, and sends as much of it as there are reads. The
/// rest waits for the next reads.
bool DevicePipes::FinishBulkIn(std::unique_lock<std::mutex>& lock) {
  auto in = FirstRead(layout_.bulk_in_endpoint);
  if (in == ins_.end()) return false;
  if (bulk_in_.empty()) {
    data_ready_ = false;
    auto ntb = CallFunction(lock, [](MbimFunction& f) { return f.TakeBulk(); });
    if (!ntb || function_ == nullptr) return true;
    data_ready_ = true;           // there may be more
    if (restarted_) return true;  // the NTB is from before EndpointsChanged
    bulk_in_ = std::move(*ntb);
    in = FirstRead(layout_.bulk_in_endpoint);
  }
  auto finish = [&](TransferStatus status, Bytes data) {
    Completion done = std::move(in->done);
    ins_.erase(in);
    bus_.Finish(std::move(done), status, std::move(data));
  };
  // Nearly always one read takes one whole NTB, which then need not be copied.
  const bool ends_short = bulk_in_.size() % packet_ != 0;
  if (in != ins_.end() && in->data.empty() && bulk_in_sent_ == 0 &&
      (bulk_in_.size() == in->length || (ends_short && bulk_in_.size() < in->length))) {
    finish(TransferStatus::kCompleted, std::exchange(bulk_in_, {}));
    return true;
  }
  for (; in != ins_.end() && bulk_in_sent_ < bulk_in_.size();
       in = FirstRead(layout_.bulk_in_endpoint)) {
    const std::size_t size = std::min(packet_, bulk_in_.size() - bulk_in_sent_);
    const bool fits = size <= in->length - in->data.size();
    const auto packet = bulk_in_.begin() + static_cast<std::ptrdiff_t>(bulk_in_sent_);
    bulk_in_sent_ += size;
    if (!fits) {
      finish(TransferStatus::kError, {});
      continue;
    }
    in->data.insert(in->data.end(), packet, packet + static_cast<std::ptrdiff_t>(size));
    // An NTB of the size that the host has chosen may end with a full packet. A longer read then
    // goes on with the next NTB.
    if (size < packet_ || in->data.size() == in->length) {
      finish(TransferStatus::kCompleted, std::move(in->data));
    }
  }
  if (bulk_in_sent_ == bulk_in_.size()) {
    bulk_in_.clear();
    bulk_in_sent_ = 0;
  }
  return true;
}

bool DevicePipes::FinishNotification(std::unique_lock<std::mutex>& lock) {
  if (FirstRead(layout_.notification_endpoint) == ins_.end()) return false;
  notification_ready_ = false;
  auto notification = CallFunction(lock, [](MbimFunction& f) { return f.TakeNotification(); });
  if (!notification) return true;
  notification_ready_ = true;  // there may be more
  const auto in = FirstRead(layout_.notification_endpoint);
  if (in == ins_.end()) return true;  // cancelled in the meantime; the packet is lost, as on a wire
  const bool fits = notification->size() <= in->length;
  Completion done = std::move(in->done);
  ins_.erase(in);
  bus_.Finish(std::move(done), fits ? TransferStatus::kCompleted : TransferStatus::kError,
              fits ? std::move(*notification) : Bytes{});
  return true;
}

/// Called under a lock of the function.
void DevicePipes::Ready(bool& what) {
  std::lock_guard lock(bus_.mutex());
  if (!std::exchange(what, true)) bus_.Wake();
}

}  // namespace mbnrig::usb
