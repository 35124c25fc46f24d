#include "usb/device_pipes.h"

#include <algorithm>
#include <utility>

#include "usb/requests.h"

namespace mbnrig::usb {
namespace {

/// Bytes of one control transfer's data stage.
constexpr std::uint16_t kControlLimit = 4096;

}  // namespace

void DevicePipes::Attach(MbimFunction& function) {
  Attachment attachment;
  attachment.layout = layout_;
  attachment.control_transfer_limit = kControlLimit;
  attachment.speed = function.identity().speed;
  attachment.notification_ready = [this] { NotificationReady(); };
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
  ins_.push_back({id, endpoint, length, std::move(done)});
  unchecked_ = true;
  notification_ready_ = true;
  bus_.Wake();
}

void DevicePipes::SubmitOut(TransferId id, std::uint8_t endpoint, Bytes data, Completion done) {
  if (function_ == nullptr) return bus_.Finish(std::move(done), TransferStatus::kNoDevice, {});
  outs_.push_back({id, endpoint, std::move(data), std::move(done)});
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
}

bool DevicePipes::Step(std::unique_lock<std::mutex>& lock) {
  if (function_ == nullptr) return false;
  if (reply_) return FinishControl(lock), true;
  if (deadline_ && *deadline_ <= Clock::now()) {
    return EndControl(TransferStatus::kTimedOut), true;
  }
  if (!active_ && !controls_.empty()) return StartControl(lock), true;
  if (unchecked_) return CheckIns(lock), true;
  if (!outs_.empty()) return FinishOut(lock), true;
  return notification_ready_ && FinishNotification(lock);
}

void DevicePipes::ForgetControl() {
  ++control_number_;  // a reply that comes late finds another number
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

/// Calls the function with the mutex let go.
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
  // It may have taken an endpoint away, or halted it.
  if (RequestTypeOf(setup) == RequestType::kStandard && !IsIn(setup)) {
    for (In& in : ins_)
      in.checked = false;
    unchecked_ = !ins_.empty();
  }
  if (auto* bytes = std::get_if<Bytes>(&reply)) {
    EndControl(IsIn(setup) ? TransferStatus::kCompleted : TransferStatus::kError,
               std::move(*bytes));
  } else {
    EndControl(std::holds_alternative<Ack>(reply) ? TransferStatus::kCompleted
                                                  : TransferStatus::kStall);
  }
}

std::optional<TransferStatus> DevicePipes::Refusal(std::uint8_t endpoint,
                                                   const FunctionState& state) const {
  const bool bulk = endpoint == layout_.bulk_in_endpoint || endpoint == layout_.bulk_out_endpoint;
  const bool there = state.configuration != 0 && (endpoint == layout_.notification_endpoint ||
                                                  (bulk && state.data_alternate == 1));
  if (!there) return TransferStatus::kError;
  if (state.halted.count(endpoint) != 0) return TransferStatus::kStall;
  return std::nullopt;
}

/// Ends reads that cannot go.
void DevicePipes::CheckIns(std::unique_lock<std::mutex>& lock) {
  unchecked_ = false;
  const auto state = CallFunction(lock, [](MbimFunction& f) { return f.state(); });
  for (auto in = ins_.begin(); in != ins_.end();) {
    const auto refusal = in->checked ? std::nullopt : Refusal(in->endpoint, state);
    if (!refusal) {
      in->checked = true;
      ++in;
      continue;
    }
    bus_.Finish(std::move(in->done), *refusal, {});
    in = ins_.erase(in);
  }
}

void DevicePipes::FinishOut(std::unique_lock<std::mutex>& lock) {
  Out out = std::move(outs_.front());
  outs_.pop_front();
  const auto refusal = CallFunction(lock, [this, &out](MbimFunction& function) {
    auto why = out.endpoint == layout_.bulk_out_endpoint ? Refusal(out.endpoint, function.state())
                                                         : std::optional(TransferStatus::kError);
    if (!why) function.ReceiveBulk(out.data);
    return why;
  });
  bus_.Finish(std::move(out.done), refusal.value_or(TransferStatus::kCompleted), {});
}

std::deque<DevicePipes::In>::iterator DevicePipes::FirstRead(std::uint8_t endpoint) {
  return std::find_if(ins_.begin(), ins_.end(),
                      [endpoint](const In& in) { return in.endpoint == endpoint; });
}

bool DevicePipes::FinishNotification(std::unique_lock<std::mutex>& lock) {
  if (FirstRead(layout_.notification_endpoint) == ins_.end()) return false;
  notification_ready_ = false;
  auto notification = CallFunction(lock, [](MbimFunction& f) { return f.TakeNotification(); });
  if (!notification) return true;
  notification_ready_ = true;  // there may be more
  const auto in = FirstRead(layout_.notification_endpoint);
  if (in == ins_.end()) return true;  // cancelled meanwhile; the packet is lost, as on a wire
  const bool fits = notification->size() <= in->length;
  Completion done = std::move(in->done);
  ins_.erase(in);
  bus_.Finish(std::move(done), fits ? TransferStatus::kCompleted : TransferStatus::kError,
              fits ? std::move(*notification) : Bytes{});
  return true;
}

void DevicePipes::NotificationReady() {
  std::lock_guard lock(bus_.mutex());
  notification_ready_ = true;
  bus_.Wake();
}

}  // namespace mbnrig::usb
