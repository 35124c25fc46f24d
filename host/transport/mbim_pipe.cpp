#include "transport/mbim_pipe.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>

#include "transport/log.h"

namespace mbnrig::transport {
namespace {

// Class requests (CDC 1.2, table 13).
constexpr std::uint8_t kSendEncapsulatedCommand = 0x00;
constexpr std::uint8_t kGetEncapsulatedResponse = 0x01;

constexpr std::uint8_t kClassOut = 0x21;
constexpr std::uint8_t kClassIn = 0xA1;
constexpr ControlRequest kGetDeviceStatus{0x80, 0x00, 0, 0};

constexpr std::uint8_t kNotificationType = 0xA1;
constexpr std::uint8_t kResponseAvailable = 0x01;
constexpr std::size_t kNotificationSize = 8;

// Limit of empty fetches that a function can cause by announcing responses that it does not have.
constexpr unsigned kMaxDue = 64;
constexpr unsigned kPresenceAttempts = 3;

/// Length of one read of the notification endpoint: whole packets, so that a full packet ends the
/// transfer.
std::size_t NotificationLength(const EndpointDescriptor& endpoint) {
  const std::size_t packet = endpoint.packet_size();
  return (kNotificationSize + packet - 1) / packet * packet;
}

}  // namespace

MbimPipe::MbimPipe(std::shared_ptr<Executor> executor, std::shared_ptr<UsbDevice> device,
                   const MbimFunctionInfo& function, const PipeConfig& config,
                   std::shared_ptr<DataPipe> data)
    : executor_(std::move(executor)),
      device_(std::move(device)),
      function_(function),
      config_(config),
      data_(std::move(data)),
      max_control_message_(
          function.max_control_message.value_or(config.default_max_control_message)),
      complaints_(device_->info().location),
      listen_pause_(config.first_pause),
      poll_interval_(config.first_poll) {}

MbimPipe::~MbimPipe() = default;

UsbDevice::Done MbimPipe::OnExecutor(std::function<void(UsbStatus)> handler) {
  return [self = shared_from_this(), handler = std::move(handler)](UsbStatus status) {
    self->executor_->Dispatch([self, handler, status] {
      if (self->state_ != State::kEnded) {
        handler(status);
      }
    });
  };
}

UsbDevice::TransferDone MbimPipe::OnExecutorWithData(
    std::function<void(UsbStatus, const Bytes&)> handler) {
  return
      [self = shared_from_this(), handler = std::move(handler)](UsbStatus status, ByteView data) {
        self->executor_->Dispatch([self, handler, status, bytes = Bytes(data.begin(), data.end())] {
          if (self->state_ != State::kEnded) {
            handler(status, bytes);
          }
        });
      };
}

ControlRequest MbimPipe::ClassRequest(bool in, std::uint8_t request, std::uint16_t value) const {
  return {in ? kClassIn : kClassOut, request, value, function_.control_interface};
}

// --- notifications ------------------------------------------------------------------------------

void MbimPipe::Listen() {
  device_->In(function_.notification.address, NotificationLength(function_.notification),
              OnExecutorWithData([this](UsbStatus status, const Bytes& notification) {
                OnNotification(status, notification);
              }));
}

void MbimPipe::OnNotification(UsbStatus status, const Bytes& notification) {
  switch (status) {
    case UsbStatus::kOk:
      listen_pause_ = config_.first_pause;
      if (notification.size() < kNotificationSize || notification[0] != kNotificationType) {
        complaints_.Add(
            fmt::format("received {} bytes that are not a notification", notification.size()));
        draining_ = true;
        Fetch(false);
      } else if (notification[1] == kResponseAvailable) {
        due_ = std::min(due_ + 1, kMaxDue);
        Fetch(false);
      }
      Listen();
      return;
    case UsbStatus::kNoDevice:
      Gone();
      return;
    case UsbStatus::kStall:
      draining_ = true;
      device_->ClearHalt(function_.notification.address, OnExecutor([this](UsbStatus cleared) {
                           if (cleared == UsbStatus::kNoDevice) {
                             Gone();
                           } else {
                             ListenAgainAfterPause();
                           }
                         }));
      Fetch(false);
      return;
    case UsbStatus::kError:
      draining_ = true;
      ListenAgainAfterPause();
      CheckPresence(1);
      return;
    default:
      complaints_.Add(fmt::format("reading notifications: {}", UsbStatusName(status)));
      draining_ = true;
      ListenAgainAfterPause();
      Fetch(false);
      return;
  }
}

void MbimPipe::ListenAgainAfterPause() {
  listen_timer_ = executor_->After(listen_pause_, [self = shared_from_this()] {
    self->listen_timer_ = 0;
    self->Listen();
  });
  listen_pause_ = std::min(2 * listen_pause_, config_.longest_pause);
}

// --- responses ----------------------------------------------------------------------------------

void MbimPipe::Fetch(bool polled) {
  if (fetching_ || checking_presence_ || state_ != State::kOpen) {
    return;
  }
  fetching_ = true;
  device_->ControlIn(ClassRequest(true, kGetEncapsulatedResponse), max_control_message_,
                     config_.transfer,
                     OnExecutorWithData([this, polled](UsbStatus status, const Bytes& response) {
                       OnResponse(status, response, polled);
                     }));
}

void MbimPipe::OnResponse(UsbStatus status, const Bytes& response, bool polled) {
  fetching_ = false;
  if (status == UsbStatus::kNoDevice) {
    Gone();
    return;
  }
  const bool notified = due_ > 0;
  if (notified) {
    --due_;
  }
  if (status == UsbStatus::kOk && !response.empty()) {
    if (polled && !notified) {
      Log().debug("{}: a response came without a notification", device_->info().location);
      draining_ = true;
    }
    retry_ = false;
    poll_interval_ = config_.first_poll;
    DisarmPoll();
    // A copy, because the handler may close the pipe.
    if (const auto handler = handlers_.fragment) {
      handler(response);
    }
    if (state_ == State::kOpen && (due_ > 0 || draining_)) {
      Fetch(false);
    }
  } else {
    // There is no response, or not now. A response that was notified may still come.
    draining_ = false;
    retry_ = retry_ || notified;
    if (status == UsbStatus::kError) {
      retry_ = true;
      CheckPresence(1);
    } else if (due_ > 0) {
      Fetch(false);
    }
  }
  if (state_ == State::kOpen) {
    ArmPoll();
  }
}

void MbimPipe::set_expecting(bool expecting) {
  if (expecting == expecting_) {
    return;
  }
  expecting_ = expecting;
  DisarmPoll();
  poll_interval_ = config_.first_poll;
  if (state_ == State::kOpen) {
    ArmPoll();
  }
}

void MbimPipe::ArmPoll() {
  if (poll_timer_ != 0 || (!expecting_ && !retry_)) {
    return;
  }
  poll_timer_ = executor_->After(poll_interval_, [self = shared_from_this()] {
    self->poll_timer_ = 0;
    self->retry_ = false;
    self->poll_interval_ = std::min(2 * self->poll_interval_, self->config_.longest_poll);
    if (self->fetching_ || self->checking_presence_) {
      self->ArmPoll();
    } else {
      self->Fetch(true);
    }
  });
}

void MbimPipe::DisarmPoll() {
  executor_->Cancel(poll_timer_);
  poll_timer_ = 0;
}

// --- commands -----------------------------------------------------------------------------------

MbimPipe::SendId MbimPipe::Send(std::vector<Bytes> fragments, SendDone done) {
  const SendId id = outbox_.Add(std::move(fragments), std::move(done));
  SendNext();
  return id;
}

void MbimPipe::SendNext() {
  if (checking_presence_ || state_ != State::kOpen) {
    return;
  }
  if (const Bytes* fragment = outbox_.Begin()) {
    device_->ControlOut(ClassRequest(false, kSendEncapsulatedCommand), *fragment, config_.transfer,
                        OnExecutor([this](UsbStatus status) { OnSent(status); }));
  }
}

void MbimPipe::OnSent(UsbStatus status) {
  if (status == UsbStatus::kNoDevice) {
    Gone();
    return;
  }
  if (status == UsbStatus::kError) {
    CheckPresence(1);
  }
  outbox_.End(status == UsbStatus::kOk      ? SendResult::kSent
              : status == UsbStatus::kStall ? SendResult::kRefused
                                            : SendResult::kUncertain);
  SendNext();
}

// --- presence -----------------------------------------------------------------------------------

// While a device is being unplugged, its transfers fail before the bus knows that it left. A
// request that every device answers distinguishes this from a transient error.
void MbimPipe::CheckPresence(unsigned attempt) {
  if ((checking_presence_ && attempt == 1) || state_ != State::kOpen) {
    return;
  }
  checking_presence_ = true;
  device_->ControlIn(kGetDeviceStatus, 2, config_.transfer,
                     OnExecutorWithData([this, attempt](UsbStatus status, const Bytes&) {
                       OnPresence(status, attempt);
                     }));
}

void MbimPipe::OnPresence(UsbStatus status, unsigned attempt) {
  if (status == UsbStatus::kNoDevice ||
      (status == UsbStatus::kError && attempt == kPresenceAttempts)) {
    Gone();
    return;
  }
  if (status == UsbStatus::kError) {
    presence_timer_ = executor_->After(config_.first_pause, [self = shared_from_this(), attempt] {
      self->presence_timer_ = 0;
      self->CheckPresence(attempt + 1);
    });
    return;
  }
  checking_presence_ = false;
  SendNext();
  if (due_ > 0 || draining_) {
    Fetch(false);
  }
  ArmPoll();
}

void MbimPipe::Gone() {
  state_ = State::kEnded;
  DisarmPoll();
  executor_->Cancel(listen_timer_);
  executor_->Cancel(presence_timer_);
  outbox_.Clear();
  if (data_) {
    data_->Stop();
  }
  const auto gone = std::move(handlers_.gone);
  handlers_ = {};
  gone();
}

void MbimPipe::Close(std::function<void()> done) {
  const bool opened = state_ != State::kNew;
  state_ = State::kEnded;
  DisarmPoll();
  executor_->Cancel(listen_timer_);
  executor_->Cancel(presence_timer_);
  outbox_.Clear();
  if (data_) {
    data_->Stop();
  }
  handlers_ = {};
  open_done_ = nullptr;
  if (!opened) {
    executor_->Post(std::move(done));
    return;
  }
  device_->Close([executor = executor_, done = std::move(done)]() mutable {
    executor->Post(std::move(done));
  });
}

}  // namespace mbnrig::transport
