#include "client/mbim_device.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <random>

#include "mbim/service_table.h"

namespace mbnrig::client {

using transport::Log;
using transport::SendResult;
using transport::UsbStatus;

namespace {

// Bounds the number of answers to a peer that sends only malformed messages.
constexpr unsigned kMaxErrorsUnderWay = 8;

/// Each session begins at a random multiple of a thousand, so that a late answer to an earlier
/// session, even of another process, is not taken for an answer to this one.
std::uint32_t FirstTransactionId() {
  return std::random_device()() % 4'000'000 * 1'000 + 1;
}

mbim::Reassembler::Limits LimitsFor(std::uint32_t max_transfer) {
  mbim::Reassembler::Limits limits;
  limits.max_transfer = max_transfer;
  return limits;
}

Reply Ended(Outcome outcome) {
  Reply reply;
  reply.outcome = outcome;
  return reply;
}

}  // namespace

MbimDevice::MbimDevice(std::shared_ptr<Dispatcher> dispatcher,
                       std::unique_ptr<transport::Function> function, DeviceIdentity identity,
                       const Timeouts& timeouts)
    : dispatcher_(std::move(dispatcher)),
      function_(std::move(function)),
      identity_(std::move(identity)),
      timeouts_(timeouts),
      limits_(function_->limits()),
      transactions_(FirstTransactionId()),
      reassembler_(LimitsFor(mbim::kMinControlTransfer)),
      complaints_(identity_.id) {}

MbimDevice::~MbimDevice() = default;

Reply MbimDevice::Unavailable() const {
  return Ended(present_ ? Outcome::kNotOpen : Outcome::kGone);
}

// --- Device: any thread -------------------------------------------------------------------------

// After the monitor has stopped, the dispatcher refuses tasks. The caller's thread answers then.

void MbimDevice::Open(ReplyHandler done) {
  const auto shared_done = std::make_shared<ReplyHandler>(std::move(done));
  const bool posted = dispatcher_->Post([self = shared_from_this(), shared_done] {
    if (!self->present_ || self->retired_) {
      (*shared_done)(self->Unavailable());
      return;
    }
    if (self->state_ == State::kOpen) {
      (*shared_done)(Ended(Outcome::kAnswered));
      return;
    }
    self->open_waiters_.push_back(std::move(*shared_done));
    if (self->state_ == State::kClosed) {
      self->BeginOpening();
    }
  });
  if (!posted) {
    (*shared_done)(Unavailable());
  }
}

void MbimDevice::Close(std::function<void()> done) {
  const auto shared_done = std::make_shared<std::function<void()>>(std::move(done));
  const bool posted = dispatcher_->Post([self = shared_from_this(), shared_done] {
    self->close_waiters_.push_back(std::move(*shared_done));
    self->BeginClosing();
  });
  if (!posted) {
    (*shared_done)();
  }
}

void MbimDevice::Command(const mbim::Uuid& service, std::uint32_t cid, mbim::CommandType type,
                         mbim::Bytes information, ReplyHandler done,
                         std::chrono::milliseconds timeout) {
  const auto request = std::make_shared<WaitingCommand>(
      WaitingCommand{{0, service, cid, type, std::move(information)}, std::move(done), timeout});
  const bool posted = dispatcher_->Post(
      [self = shared_from_this(), request] { self->StartCommand(std::move(*request)); });
  if (!posted) {
    request->done(Unavailable());
  }
}

void MbimDevice::set_indication_handler(IndicationHandler handler) {
  auto shared = std::make_shared<const IndicationHandler>(std::move(handler));
  std::lock_guard lock(handler_mutex_);
  indication_handler_ = std::move(shared);
}

void MbimDevice::set_datagram_handler(std::uint8_t session, DatagramHandler handler) {
  if (auto* data = function_->data()) {
    data->set_sink({session}, {std::move(handler.datagram), std::move(handler.idle)});
  }
}

bool MbimDevice::SendDatagram(std::uint8_t session, mbim::ByteView datagram, bool more) {
  auto* data = function_->data();
  return data && data->Send({session}, datagram, more);
}

void MbimDevice::FlushDatagrams() {
  if (auto* data = function_->data()) {
    data->Flush();
  }
}

// --- Opening ------------------------------------------------------------------------------------

void MbimDevice::BeginOpening() {
  state_ = State::kOpening;
  open_failure_ = Ended(Outcome::kTimedOut);
  open_failure_text_ = "timed out";
  closed_before_open_ = false;
  open_timer_ = dispatcher_->After(timeouts_.open, [self = shared_from_this()] {
    Log().warn("{}: cannot open the modem: {}", self->identity_.id, self->open_failure_text_);
    self->FinishOpening(self->open_failure_);
  });
  AttemptOpening();
}

void MbimDevice::AttemptOpening() {
  pipe_ = function_->MakeControlPipe();
  reassembler_.Reset();
  transport::ControlPipe::Handlers handlers;
  handlers.fragment = [this, self = shared_from_this()](mbim::ByteView f) { OnFragment(f); };
  handlers.gone = [this, self = shared_from_this()] {
    Log().info("{}: no longer answers on the bus", identity_.id);
    Remove();
  };
  pipe_->Open(std::move(handlers),
              [self = shared_from_this()](UsbStatus status) { self->OnPipeOpened(status); });
}

void MbimDevice::OnPipeOpened(UsbStatus status) {
  switch (status) {
    case UsbStatus::kOk:
      reassembler_.set_limits(LimitsFor(pipe_->max_control_message()));
      SendOpen();
      return;
    case UsbStatus::kNoDevice:
      Remove();
      return;
    default:
      // May pass: another program lets go of the device, udev grants the rights, or the function
      // finishes its start.
      open_failure_ =
          Ended(status == UsbStatus::kTimedOut ? Outcome::kTimedOut : Outcome::kNotOpen);
      open_failure_text_ = pipe_->Advice(status);
      ReleasePipe();
      return;
  }
}

void MbimDevice::SendOpen() {
  open_failure_ = Ended(Outcome::kTimedOut);
  open_failure_text_ = "no answer to OPEN";
  Transaction transaction;
  transaction.answer = mbim::MessageType::kOpenDone;
  transaction.done = [this](Reply reply) { OnOpenDone(std::move(reply)); };
  open_id_ = transactions_.Add(std::move(transaction));
  Send(open_id_, mbim::OpenMessage{open_id_, pipe_->max_control_message()});
  StepAfter(timeouts_.open_resend, &MbimDevice::OnOpenUnanswered);
}

void MbimDevice::StepAfter(std::chrono::milliseconds pause, void (MbimDevice::*step)()) {
  dispatcher_->Cancel(open_step_timer_);
  open_step_timer_ =
      dispatcher_->After(pause, [self = shared_from_this(), step] { ((*self).*step)(); });
}

/// An earlier host may have left the function open. Some functions then answer OPEN with CLOSE_DONE
/// or with nothing until they get CLOSE (Sierra EM7345; libmbim commit 7626a07). Over USB the pipe
/// has reset the function (RESET_FUNCTION); the kernel's driver does not reset it.
void MbimDevice::OnOpenUnanswered() {
  dispatcher_->Cancel(open_step_timer_);
  if (const auto unanswered = transactions_.Abandon(open_id_)) {
    pipe_->Discard(unanswered->send);
    UpdateExpecting();
  }
  if (!std::exchange(closed_before_open_, true)) {
    CloseBeforeOpen();
    return;
  }
  // The pause limits what a function causes that answers every OPEN with CLOSE_DONE.
  StepAfter(timeouts_.open_retry, &MbimDevice::CloseBeforeOpen);
}

void MbimDevice::CloseBeforeOpen() {
  SendClose([this] { SendOpen(); });
}

void MbimDevice::OnOpenDone(Reply reply) {
  if (reply.outcome == Outcome::kAnswered && reply.status == mbim::Status::kBusy) {
    open_failure_ = std::move(reply);
    open_failure_text_ = "the function stays busy";
    StepAfter(timeouts_.open_retry, &MbimDevice::SendOpen);
    return;
  }
  if (!reply.ok()) {
    Log().warn("{}: OPEN: {}", identity_.id, reply.Why());
  }
  FinishOpening(reply);
}

void MbimDevice::StopOpeningTimers() {
  dispatcher_->Cancel(open_timer_);
  dispatcher_->Cancel(open_step_timer_);
}

void MbimDevice::FinishOpening(const Reply& reply) {
  StopOpeningTimers();
  if (reply.ok()) {
    state_ = State::kOpen;
  } else {
    AbandonAll(reply.outcome);
    EndSession();
  }
  std::vector<ReplyHandler> waiters;
  waiters.swap(open_waiters_);
  for (const auto& done : waiters) {
    done(reply);
  }
  if (state_ == State::kClosing && !releasing_) {
    FinishClosing();
  }
}

// --- Closing ------------------------------------------------------------------------------------

void MbimDevice::BeginClosing() {
  switch (state_) {
    case State::kClosed:
      FinishClosing();
      return;
    case State::kClosing:
      return;
    case State::kOpening:
      FinishOpening(Ended(Outcome::kCancelled));
      return;
    case State::kOpen:
      break;
  }
  AbandonAll(Outcome::kCancelled);
  state_ = State::kClosing;
  SendClose([this] {
    EndSession();
    if (!releasing_) {
      FinishClosing();
    }
  });
}

void MbimDevice::SendClose(std::function<void()> ended) {
  Transaction transaction;
  transaction.answer = mbim::MessageType::kCloseDone;
  transaction.done = [ended = std::move(ended)](const Reply&) { ended(); };
  const std::uint32_t id = transactions_.Add(std::move(transaction));
  transactions_.Find(id)->timer =
      dispatcher_->After(timeouts_.close, [self = shared_from_this(), id] { self->Expire(id); });
  Send(id, mbim::CloseMessage{id});
}

void MbimDevice::EndSession() {
  state_ = State::kClosing;
  dispatcher_->Cancel(fragment_timer_);
  fragment_timer_ = 0;
  errors_under_way_ = 0;
  if (pipe_) {
    ReleasePipe();
  }
}

void MbimDevice::ReleasePipe() {
  releasing_ = true;
  std::exchange(pipe_, nullptr)->Close([self = shared_from_this()] {
    self->releasing_ = false;
    self->OnPipeReleased();
  });
}

void MbimDevice::OnPipeReleased() {
  if (state_ == State::kClosing) {
    FinishClosing();
  } else if (state_ == State::kOpening) {
    StepAfter(timeouts_.open_retry, &MbimDevice::AttemptOpening);
  }
}

void MbimDevice::FinishClosing() {
  state_ = State::kClosed;
  std::vector<std::function<void()>> waiters;
  waiters.swap(close_waiters_);
  for (const auto& done : waiters) {
    done();
  }
  if (open_waiters_.empty()) {
    return;
  }
  if (present_ && !retired_) {
    BeginOpening();
    return;
  }
  std::vector<ReplyHandler> open_waiters;
  open_waiters.swap(open_waiters_);
  for (const auto& done : open_waiters) {
    done(Unavailable());
  }
}

void MbimDevice::Remove() {
  if (!present_) {
    return;
  }
  present_ = false;
  if (state_ == State::kOpening) {
    FinishOpening(Ended(Outcome::kGone));
    return;
  }
  const bool was_closing = state_ == State::kClosing;
  AbandonAll(Outcome::kGone);
  if (state_ == State::kOpen || (was_closing && pipe_)) {
    EndSession();
  }
}

void MbimDevice::Retire(std::function<void()> done) {
  retired_ = true;
  close_waiters_.push_back([self = shared_from_this(), done = std::move(done)] {
    {
      std::lock_guard lock(self->handler_mutex_);
      self->indication_handler_ = nullptr;
    }
    done();
  });
  BeginClosing();
}

// --- Transactions -------------------------------------------------------------------------------

void MbimDevice::StartCommand(WaitingCommand command) {
  if (!present_ || state_ != State::kOpen) {
    command.done(Unavailable());
    return;
  }
  waiting_.push_back(std::move(command));
  SendWaiting();
}

/// A command that timed out does not count. Otherwise a function that loses as many commands as it
/// takes would never get another one.
void MbimDevice::SendWaiting() {
  const auto& most = limits_.outstanding_commands;
  while (state_ == State::kOpen && !waiting_.empty() && (!most || transactions_.size() < *most)) {
    WaitingCommand command = std::move(waiting_.front());
    waiting_.pop_front();
    Transaction transaction;
    transaction.answer = mbim::MessageType::kCommandDone;
    transaction.service = command.message.service;
    transaction.cid = command.message.cid;
    transaction.done = std::move(command.done);
    const std::uint32_t id = transactions_.Add(std::move(transaction));
    command.message.transaction_id = id;
    transactions_.Find(id)->timer =
        dispatcher_->After(command.timeout.count() > 0 ? command.timeout : timeouts_.command,
                           [self = shared_from_this(), id] { self->Expire(id); });
    Send(id, command.message);
  }
}

void MbimDevice::Send(std::uint32_t id, const mbim::HostMessage& message) {
  const mbim::Bytes bytes = mbim::EncodeMessage(message);
  if (Log().should_log(spdlog::level::debug)) {
    Log().debug("{}: > {}", identity_.id, mbim::Describe(bytes));
  }
  transactions_.Find(id)->send =
      pipe_->Send(mbim::Fragment(bytes, pipe_->max_control_message()),
                  [self = shared_from_this(), id](SendResult result) { self->OnSent(id, result); });
  UpdateExpecting();
}

void MbimDevice::OnSent(std::uint32_t id, SendResult result) {
  if (result != SendResult::kRefused) {
    return;  // Wait for the answer or its timeout.
  }
  complaints_.Add(fmt::format("the function stalled transaction {}", id));
  if (state_ == State::kOpening && id == open_id_) {
    transactions_.Take(id);
    UpdateExpecting();
    open_failure_text_ = "the function stalls OPEN";
    StepAfter(timeouts_.open_retry, &MbimDevice::SendOpen);
    return;
  }
  Reply reply = Ended(Outcome::kFunctionError);
  reply.error = mbim::ProtocolError::kUnknown;
  Finish(id, std::move(reply));
}

void MbimDevice::Expire(std::uint32_t id) {
  auto transaction = transactions_.Abandon(id);
  pipe_->Discard(transaction->send);
  UpdateExpecting();
  Log().warn("{}: transaction {} ({}) timed out", identity_.id, id,
             transaction->answer == mbim::MessageType::kCommandDone
                 ? mbim::CommandName(transaction->service, transaction->cid)
                 : "CLOSE");
  transaction->done(Ended(Outcome::kTimedOut));
  SendWaiting();
}

void MbimDevice::Finish(std::uint32_t id, Reply reply) {
  auto transaction = transactions_.Take(id);
  if (!transaction) {
    return;
  }
  dispatcher_->Cancel(transaction->timer);
  pipe_->Discard(transaction->send);
  UpdateExpecting();
  transaction->done(std::move(reply));
  SendWaiting();
}

void MbimDevice::AbandonAll(Outcome outcome) {
  const auto all = transactions_.AbandonAll();
  const auto waiting = std::exchange(waiting_, {});
  for (const auto& transaction : all) {
    dispatcher_->Cancel(transaction.timer);
  }
  if (pipe_) {
    pipe_->DiscardAll();
    UpdateExpecting();
  }
  for (const auto& transaction : all) {
    if (transaction.answer == mbim::MessageType::kCommandDone) {
      transaction.done(Ended(outcome));
    }
  }
  for (const auto& command : waiting)
    command.done(Ended(outcome));
}

void MbimDevice::UpdateExpecting() {
  pipe_->set_expecting(!transactions_.empty());
}

// --- What the function sends --------------------------------------------------------------------

void MbimDevice::OnFragment(mbim::ByteView fragment) {
  auto result = reassembler_.Push(fragment, dispatcher_->Now());
  ArmFragmentTimer();
  if (const auto* message = std::get_if<mbim::Bytes>(&result)) {
    OnMessage(*message);
  } else if (const auto* error = std::get_if<mbim::MessageError>(&result)) {
    const auto waiting = reassembler_.TakeWaiting();
    OnBadMessage(*error);
    if (waiting && pipe_) {
      OnMessage(*waiting);
    }
  }
}

void MbimDevice::ArmFragmentTimer() {
  dispatcher_->Cancel(fragment_timer_);
  fragment_timer_ = 0;
  const auto deadline = reassembler_.Deadline();
  if (!deadline) {
    return;
  }
  const auto delay = std::chrono::ceil<std::chrono::milliseconds>(*deadline - dispatcher_->Now());
  fragment_timer_ = dispatcher_->After(delay, [self = shared_from_this()] {
    self->fragment_timer_ = 0;
    if (const auto error = self->reassembler_.Expire(self->dispatcher_->Now())) {
      self->OnBadMessage(*error);
    }
  });
}

void MbimDevice::OnMessage(mbim::ByteView message) {
  if (Log().should_log(spdlog::level::debug)) {
    Log().debug("{}: < {}", identity_.id, mbim::Describe(message));
  }
  auto decoded = mbim::DecodeFunctionMessage(message);
  if (const auto* error = std::get_if<mbim::MessageError>(&decoded)) {
    OnBadMessage(*error);
    return;
  }
  std::visit([this](auto& each) { On(each); }, std::get<mbim::FunctionMessage>(decoded));
}

void MbimDevice::OnBadMessage(const mbim::MessageError& error) {
  complaints_.Add(fmt::format("transaction {}: {}", error.transaction_id, error.reason));
  const auto end = [&](std::uint32_t id, std::optional<std::uint32_t> type) {
    TellError(id, error.error);
    const auto* transaction = transactions_.Find(id);
    if (!transaction) return;
    // Only an answer says something about the transaction whose number it has.
    const bool answer = type == static_cast<std::uint32_t>(transaction->answer) ||
                        type == static_cast<std::uint32_t>(mbim::MessageType::kFunctionError);
    if (answer) Finish(id, Ended(Outcome::kMalformed));
  };
  end(error.transaction_id, error.type);
  if (error.other_transaction_id) end(*error.other_transaction_id, error.other_type);
}

void MbimDevice::TellError(std::uint32_t id, mbim::ProtocolError error) {
  if (state_ != State::kOpen || errors_under_way_ >= kMaxErrorsUnderWay) {
    return;
  }
  ++errors_under_way_;
  pipe_->Send({mbim::EncodeMessage(mbim::HostMessage(mbim::HostErrorMessage{id, error}))},
              [self = shared_from_this()](SendResult) { --self->errors_under_way_; });
}

Transaction* MbimDevice::FindAwaiting(std::uint32_t id, mbim::MessageType answer) {
  auto* transaction = transactions_.Find(id);
  if (!transaction) {
    // The caller was told that the command timed out. Its late answer is dropped.
    if (transactions_.Abandoned(id))
      Log().debug("{}: dropping a late answer to transaction {}", identity_.id, id);
    else
      complaints_.Add(
          fmt::format("dropping an answer to transaction {}, which is not pending", id));
    return nullptr;
  }
  if (transaction->answer != answer) {
    // Not an answer, as for libmbim, which looks for a transaction by number and type.
    complaints_.Add(
        fmt::format("dropping a message with the number of transaction {}, but of "
                    "another type than its answer",
                    id));
    return nullptr;
  }
  return transaction;
}

void MbimDevice::On(mbim::OpenDone& message) {
  if (FindAwaiting(message.transaction_id, mbim::MessageType::kOpenDone)) {
    Reply reply = Ended(Outcome::kAnswered);
    reply.status = message.status;
    Finish(message.transaction_id, std::move(reply));
  }
}

void MbimDevice::On(mbim::CloseDone& message) {
  if (state_ == State::kOpening && transactions_.Find(open_id_) &&
      !transactions_.Abandoned(message.transaction_id)) {
    Log().info("{}: answers OPEN with CLOSE_DONE", identity_.id);
    OnOpenUnanswered();
    return;
  }
  if (FindAwaiting(message.transaction_id, mbim::MessageType::kCloseDone)) {
    Finish(message.transaction_id, Ended(Outcome::kAnswered));
  }
}

void MbimDevice::On(mbim::CommandDone& message) {
  const auto* transaction = FindAwaiting(message.transaction_id, mbim::MessageType::kCommandDone);
  if (!transaction) {
    return;
  }
  if (message.service != transaction->service || message.cid != transaction->cid) {
    complaints_.Add(fmt::format("transaction {} is a {} command, but its answer is for {}",
                                message.transaction_id,
                                mbim::CommandName(transaction->service, transaction->cid),
                                mbim::CommandName(message.service, message.cid)));
    Finish(message.transaction_id, Ended(Outcome::kMalformed));
    return;
  }
  Reply reply = Ended(Outcome::kAnswered);
  reply.status = message.status;
  reply.information = std::move(message.information);
  Finish(message.transaction_id, std::move(reply));
}

void MbimDevice::On(mbim::FunctionErrorMessage& message) {
  if (!transactions_.Find(message.transaction_id)) {
    complaints_.Add(fmt::format("FUNCTION_ERROR {} for transaction {}, which is not pending",
                                static_cast<std::uint32_t>(message.error), message.transaction_id));
    return;
  }
  Reply reply = Ended(Outcome::kFunctionError);
  reply.error = message.error;
  Finish(message.transaction_id, std::move(reply));
}

void MbimDevice::On(mbim::IndicateStatus& message) {
  if (state_ != State::kOpen) {
    return;  // Indications count only while the device is open.
  }
  std::shared_ptr<const IndicationHandler> handler;
  {
    std::lock_guard lock(handler_mutex_);
    handler = indication_handler_;
  }
  if (handler && *handler) {
    (*handler)(Indication{message.service, message.cid, std::move(message.information)});
  }
}

}  // namespace mbnrig::client
