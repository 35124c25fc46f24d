#include "transport/mbim_pipe.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>

#include "transport/log.h"

namespace mbnrig::transport {
namespace {

// Class requests (CDC 1.2, table 13; NCM 1.0, table 6-2; MBIM 1.0, section 8.1).
constexpr std::uint8_t kSendEncapsulatedCommand = 0x00;
constexpr std::uint8_t kGetEncapsulatedResponse = 0x01;
constexpr std::uint8_t kResetFunction = 0x05;
constexpr std::uint8_t kGetNtbParameters = 0x80;
constexpr std::uint8_t kSetNtbFormat = 0x84;

constexpr std::uint8_t kClassOut = 0x21;
constexpr std::uint8_t kClassIn = 0xA1;
constexpr ControlRequest kGetDeviceStatus{0x80, 0x00, 0, 0};

constexpr std::uint8_t kNotificationType = 0xA1;
constexpr std::uint8_t kResponseAvailable = 0x01;
constexpr std::size_t kNotificationSize = 8;

constexpr std::uint16_t kNtbParametersSize = 28;
constexpr std::uint16_t kNtb32Supported = 2;

// A function that announces more than it has costs that many empty fetches.
constexpr unsigned kMaxDue = 64;
constexpr unsigned kPresenceAttempts = 3;

/// Bytes of one read of the notification endpoint: one packet, so that a full one ends the
/// transfer.
std::size_t NotificationLength(const EndpointDescriptor& endpoint) {
  const std::size_t packet = endpoint.packet_size();
  return (kNotificationSize + packet - 1) / packet * packet;
}

}  // namespace

/// One request of the opening. Statuses but kOk and, where tolerated, kStall and kError end it.
struct MbimPipe::Step {
  const char* what;
  std::function<void(UsbDevice::Done)> run;
  bool may_stall = false;
  bool may_fail = false;
};

MbimPipe::MbimPipe(std::shared_ptr<Executor> executor, std::shared_ptr<UsbDevice> device,
                   const MbimFunctionInfo& function, const PipeConfig& config)
    : executor_(std::move(executor)),
      device_(std::move(device)),
      function_(function),
      config_(config),
      max_control_message_(
          function.max_control_message.value_or(config.default_max_control_message)),
      complaints_(device_->info().location),
      listen_pause_(config.first_pause),
      poll_interval_(config.first_poll) {}

MbimPipe::~MbimPipe() = default;

UsbDevice::Done MbimPipe::OnExecutor(std::function<void(UsbStatus)> handler) {
  return [self = shared_from_this(), handler = std::move(handler)](UsbStatus status) {
    self->executor_->Post([self, handler, status] {
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
        self->executor_->Post([self, handler, status, bytes = Bytes(data.begin(), data.end())] {
          if (self->state_ != State::kEnded) {
            handler(status, bytes);
          }
        });
      };
}

ControlRequest MbimPipe::ClassRequest(bool in, std::uint8_t request, std::uint16_t value) const {
  return {in ? kClassIn : kClassOut, request, value, function_.control_interface};
}

// --- Opening ------------------------------------------------------------------------------------

void MbimPipe::Open(Handlers handlers, std::function<void(UsbStatus)> done) {
  state_ = State::kOpening;
  handlers_ = std::move(handlers);
  open_done_ = std::move(done);
  RunSteps(std::make_shared<const std::vector<Step>>(OpeningSteps()), 0);
}

std::vector<MbimPipe::Step> MbimPipe::OpeningSteps() {
  std::vector<Step> steps;
  const auto alternate = [this](std::uint8_t interface, std::uint8_t setting) {
    return [this, interface, setting](UsbDevice::Done next) {
      device_->SetAlternate(interface, setting, std::move(next));
    };
  };
  const auto& f = function_;
  steps.push_back({"open", [this](auto next) { device_->Open(std::move(next)); }});
  steps.push_back({"claim of the control interface", [this](auto next) {
                     device_->Claim(function_.control_interface, std::move(next));
                   }});
  steps.push_back({"claim of the data interface", [this](auto next) {
                     device_->Claim(function_.data_interface, std::move(next));
                   }});
  if (f.control_alternate) {
    steps.push_back({"SET_INTERFACE of the control interface",
                     alternate(f.control_interface, *f.control_alternate), true, true});
  }
  if (f.data_idle_alternate) {
    steps.push_back({"SET_INTERFACE of the data interface",
                     alternate(f.data_interface, *f.data_idle_alternate), true, true});
  }
  steps.push_back({"RESET_FUNCTION",
                   [this](auto next) {
                     device_->ControlOut(ClassRequest(false, kResetFunction), {}, config_.transfer,
                                         std::move(next));
                   },
                   true});
  steps.push_back(
      {"GET_NTB_PARAMETERS",
       [this](UsbDevice::Done next) {
         device_->ControlIn(
             ClassRequest(true, kGetNtbParameters), kNtbParametersSize, config_.transfer,
             [self = shared_from_this(), next = std::move(next)](UsbStatus status, ByteView data) {
               // Read on the bus's thread: nothing else touches it until `next` has been posted.
               if (status == UsbStatus::kOk && data.size() >= 4) {
                 self->ntb_formats_ = static_cast<std::uint16_t>(data[2] | data[3] << 8);
               }
               next(status);
             });
       },
       true});
  steps.push_back({"SET_NTB_FORMAT",
                   [this](UsbDevice::Done next) {
                     if ((ntb_formats_ & kNtb32Supported) == 0) {
                       next(UsbStatus::kOk);
                       return;
                     }
                     device_->ControlOut(ClassRequest(false, kSetNtbFormat, 0), {},
                                         config_.transfer, std::move(next));
                   },
                   true});
  if (f.data_active_alternate) {
    steps.push_back({"SET_INTERFACE of the data interface",
                     alternate(f.data_interface, *f.data_active_alternate), true, true});
  }
  return steps;
}

void MbimPipe::RunSteps(std::shared_ptr<const std::vector<Step>> steps, std::size_t at) {
  if (at == steps->size()) {
    FinishOpening(UsbStatus::kOk);
    return;
  }
  (*steps)[at].run(OnExecutor([this, steps, at](UsbStatus status) {
    const Step& step = (*steps)[at];
    const bool tolerated = (step.may_stall && status == UsbStatus::kStall) ||
                           (step.may_fail && status == UsbStatus::kError);
    if (status != UsbStatus::kOk) {
      Log().debug("{}: {}: {}{}", device_->info().location, step.what, UsbStatusName(status),
                  tolerated ? ", which is tolerated" : "");
    }
    if (status == UsbStatus::kOk || tolerated) {
      RunSteps(steps, at + 1);
    } else {
      FinishOpening(status);
    }
  }));
}

void MbimPipe::FinishOpening(UsbStatus status) {
  if (status == UsbStatus::kOk) {
    state_ = State::kOpen;
    Listen();
  }
  const auto done = std::move(open_done_);
  open_done_ = nullptr;
  done(status);
}

// --- Notifications ------------------------------------------------------------------------------

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
        complaints_.Add(fmt::format("{} bytes came that are no notification", notification.size()));
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

// --- Responses ----------------------------------------------------------------------------------

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
    // Copied, for the handler may close the pipe.
    if (const auto handler = handlers_.fragment) {
      handler(response);
    }
    if (state_ == State::kOpen && (due_ > 0 || draining_)) {
      Fetch(false);
    }
  } else {
    // Nothing there, or not now. What was notified may still come.
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

// --- Commands -----------------------------------------------------------------------------------

MbimPipe::SendId MbimPipe::Send(std::vector<Bytes> fragments, SendDone done) {
  outgoing_.push_back({++last_send_id_, std::move(fragments), 0, std::move(done)});
  SendNext();
  return last_send_id_;
}

void MbimPipe::Discard(SendId id) {
  const auto it = std::lower_bound(outgoing_.begin(), outgoing_.end(), id,
                                   [](const Outgoing& o, SendId wanted) { return o.id < wanted; });
  if (it == outgoing_.end() || it->id != id) {
    return;
  }
  if (it == outgoing_.begin() && sending_) {
    Curtail(*it);
  } else {
    outgoing_.erase(it);
  }
}

void MbimPipe::DiscardAll() {
  if (sending_) {
    outgoing_.resize(1);
    Curtail(outgoing_.front());
  } else {
    outgoing_.clear();
  }
}

/// The fragment under way goes on; OnSent finds nothing behind it and tells nobody.
void MbimPipe::Curtail(Outgoing& message) {
  message.fragments.resize(message.next + 1);
  message.done = [](SendResult) {};
}

void MbimPipe::SendNext() {
  if (sending_ || checking_presence_ || outgoing_.empty() || state_ != State::kOpen) {
    return;
  }
  sending_ = true;
  const Outgoing& message = outgoing_.front();
  device_->ControlOut(ClassRequest(false, kSendEncapsulatedCommand),
                      message.fragments[message.next], config_.transfer,
                      OnExecutor([this](UsbStatus status) { OnSent(status); }));
}

void MbimPipe::OnSent(UsbStatus status) {
  sending_ = false;
  if (status == UsbStatus::kNoDevice) {
    Gone();
    return;
  }
  if (status == UsbStatus::kError) {
    CheckPresence(1);
  }
  Outgoing& message = outgoing_.front();
  if (status == UsbStatus::kOk && ++message.next < message.fragments.size()) {
    SendNext();
    return;
  }
  const auto done = std::move(message.done);
  outgoing_.pop_front();
  done(status == UsbStatus::kOk      ? SendResult::kSent
       : status == UsbStatus::kStall ? SendResult::kRefused
                                     : SendResult::kUncertain);
  if (state_ == State::kOpen) {
    SendNext();
  }
}

// --- Presence -----------------------------------------------------------------------------------

// A device that is being pulled fails transfers before the bus knows that it left. A request every
// device answers tells that from a transient error.
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
  outgoing_.clear();
  sending_ = false;
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
  outgoing_.clear();
  sending_ = false;
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
