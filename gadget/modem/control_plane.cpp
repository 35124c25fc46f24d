#include "modem/control_plane.h"

#include <algorithm>
#include <utility>

namespace mbnrig::modem {
namespace {

using fault::Action;
using fault::Seam;
using mbim::Bytes;
using mbim::Status;

// Limits of the memory for a host that does not wait for answers or does not fetch them.
constexpr std::size_t kMaxOutput = 1024;   // answers, and again as many indications
constexpr std::size_t kMaxWaiting = 1024;  // delayed or held by rules
constexpr std::uint32_t kMaxMessage = 64 * 1024;

mbim::Reassembler::Limits LimitsFor(std::uint32_t max_transfer) {
  mbim::Reassembler::Limits limits;
  limits.max_transfer = max_transfer;
  limits.max_message = kMaxMessage;
  return limits;
}

bool IsWireFault(const std::optional<fault::Rule>& rule) {
  return rule && (rule->action == Action::kTruncate || rule->action == Action::kCorrupt);
}

/// Offsets count over the bytes of all fragments as they go over the wire.
void Damage(std::deque<Bytes>& fragments, const fault::Rule& rule) {
  if (rule.action == Action::kCorrupt) {
    std::size_t at = rule.bytes;
    for (Bytes& fragment : fragments) {
      if (at < fragment.size()) {
        fragment[at] = static_cast<std::uint8_t>(~fragment[at]);
        return;
      }
      at -= fragment.size();
    }
    return;
  }
  std::size_t missing = rule.bytes;
  while (missing != 0 && !fragments.empty()) {
    Bytes& last = fragments.back();
    if (missing < last.size()) {
      last.resize(last.size() - missing);
      return;
    }
    missing -= last.size();
    fragments.pop_back();
  }
}

}  // namespace

ControlPlane::ControlPlane(Handler& handler, fault::Plan& plan, const Limits& limits)
    : handler_(handler),
      plan_(plan),
      limits_(limits),
      reassembler_(LimitsFor(limits.max_control_message)),
      max_transfer_(limits.max_control_message) {}

bool ControlPlane::Receive(mbim::ByteView fragment) {
  const auto header = mbim::PeekHeader(fragment);
  const bool command =
      header && header->type == static_cast<std::uint32_t>(mbim::MessageType::kCommand);
  const auto is_answer = [](const Outgoing& outgoing) {
    return outgoing.transaction_id.has_value();
  };
  if (command && output_.size() >= kMaxOutput &&
      static_cast<std::size_t>(std::ranges::count_if(output_, is_answer)) >= kMaxOutput) {
    return false;
  }
  const auto pushed = reassembler_.Push(fragment, now_);
  if (const auto* error = std::get_if<mbim::MessageError>(&pushed)) {
    const auto waiting = reassembler_.TakeWaiting();
    SendError(*error);
    if (waiting) OnMessage(*waiting);
  } else if (const auto* whole = std::get_if<Bytes>(&pushed)) {
    OnMessage(*whole);
  }
  return true;
}

void ControlPlane::OnMessage(mbim::ByteView message) {
  auto decoded = mbim::DecodeHostMessage(message);
  if (const auto* error = std::get_if<mbim::MessageError>(&decoded)) return SendError(*error);
  auto& host_message = std::get<mbim::HostMessage>(decoded);
  if (auto* open = std::get_if<mbim::OpenMessage>(&host_message)) return OnOpen(*open);
  if (auto* close = std::get_if<mbim::CloseMessage>(&host_message)) return OnClose(*close);
  if (auto* error = std::get_if<mbim::HostErrorMessage>(&host_message)) return OnHostError(*error);
  OnCommand(std::move(std::get<mbim::CommandMessage>(host_message)));
}

void ControlPlane::AtSeam(const fault::Event& event, std::function<void(const Verdict&)> go) {
  const auto acting = plan_.Consult(event);
  if (!acting || acting->rule.action == Action::kStall) return go(std::nullopt);
  const fault::Rule& rule = acting->rule;
  const bool waits = rule.action == Action::kDelay || rule.action == Action::kHold;
  if (waits && held_.size() + timers_.size() >= kMaxWaiting) return;
  if (rule.action == Action::kDelay) {
    timers_.Add(now_ + rule.delay, [go = std::move(go)] { go(std::nullopt); });
  } else if (rule.action == Action::kHold) {
    held_.push_back({acting->id, [go = std::move(go)] { go(std::nullopt); }});
  } else {
    go(rule);
  }
}

bool ControlPlane::Swallowed(std::uint32_t transaction_id, const Verdict& verdict) {
  if (!verdict) return false;
  if (verdict->action == Action::kDrop) return true;
  if (verdict->action == Action::kUnplug) {
    unplug_requested_ = true;
    return true;
  }
  if (verdict->action == Action::kError) {
    SendError({transaction_id, verdict->error, "a fault rule says so", std::nullopt});
    return true;
  }
  return false;
}

void ControlPlane::OnOpen(const mbim::OpenMessage& message) {
  fault::Event event;
  event.seam = Seam::kOpen;
  AtSeam(event, [this, message](const Verdict& verdict) { Open(message, verdict); });
}

void ControlPlane::Open(const mbim::OpenMessage& message, const Verdict& verdict) {
  if (Swallowed(message.transaction_id, verdict)) return;
  const bool refused = verdict && verdict->action == Action::kStatus;
  if (!refused && message.max_control_transfer < mbim::kMinControlTransfer) {
    return SendError({message.transaction_id, mbim::ProtocolError::kMaxTransfer,
                      "MaxControlTransfer is below 64", std::nullopt});
  }
  const Status status = refused ? verdict->status : Status::kSuccess;
  if (status == Status::kSuccess) {
    Forget(Rest::kIsSent);
    handler_.Reset();
    max_transfer_ = std::min(message.max_control_transfer, limits_.max_control_message);
    reassembler_.set_limits(LimitsFor(max_transfer_));
    open_ = true;
  }
  Send(mbim::OpenDone{message.transaction_id, status}, message.transaction_id, verdict);
}

void ControlPlane::OnClose(const mbim::CloseMessage& message) {
  fault::Event event;
  event.seam = Seam::kClose;
  AtSeam(event, [this, message](const Verdict& verdict) { Close(message, verdict); });
}

void ControlPlane::Close(const mbim::CloseMessage& message, const Verdict& verdict) {
  if (Swallowed(message.transaction_id, verdict)) return;
  if (!open_) {
    return SendError({message.transaction_id, mbim::ProtocolError::kNotOpened,
                      "CLOSE came before OPEN", std::nullopt});
  }
  const bool refused = verdict && verdict->action == Action::kStatus;
  const Status status = refused ? verdict->status : Status::kSuccess;
  if (status == Status::kSuccess) {
    Forget(Rest::kIsSent);
    handler_.Reset();
  }
  Send(mbim::CloseDone{message.transaction_id, status}, message.transaction_id, verdict);
}

void ControlPlane::OnHostError(const mbim::HostErrorMessage& message) {
  // Whatever the error is, the host has given up the transaction, so nothing more is sent for it,
  // except the rest of an answer that the host has got in part.
  pending_.erase(message.transaction_id);
  std::erase_if(output_, [&](const Outgoing& outgoing) {
    return outgoing.transaction_id == message.transaction_id && !outgoing.started;
  });
}

void ControlPlane::OnCommand(mbim::CommandMessage message) {
  const std::uint32_t id = message.transaction_id;
  if (!open_) {
    // The plan is asked here too, so that a rule can keep the modem silent before OPEN.
    return AtSeam(
        {Seam::kCommand, message.service, message.cid, message.type, message.information, 0},
        [this, id](const Verdict& verdict) {
          if (Swallowed(id, verdict)) return;
          SendError(
              {id, mbim::ProtocolError::kNotOpened, "a command came before OPEN", std::nullopt});
        });
  }
  if (pending_.contains(id)) {
    return SendError({id, mbim::ProtocolError::kDuplicatedTid,
                      "a command with that transaction id is pending", std::nullopt});
  }
  if (outstanding() >= limits_.max_outstanding_commands) {
    return Send(mbim::CommandDone{id, message.service, message.cid, Status::kBusy, {}}, id);
  }
  const std::uint64_t serial = ++last_serial_;
  const Transaction& transaction =
      pending_.emplace(id, Transaction{std::move(message), serial, {}, false}).first->second;
  const mbim::CommandMessage& command = transaction.command;
  AtSeam({Seam::kCommand, command.service, command.cid, command.type, command.information, 0},
         [this, id, serial](const Verdict& verdict) { CarryOut(id, serial, verdict); });
}

void ControlPlane::CarryOut(std::uint32_t id, std::uint64_t serial, const Verdict& verdict) {
  Transaction* transaction = Find(id, serial);
  if (transaction == nullptr) return;
  if (Swallowed(id, verdict)) {
    pending_.erase(id);
    return;
  }
  if (IsWireFault(verdict)) transaction->wire_fault = verdict;
  const mbim::CommandMessage command = transaction->command;  // the answer may end the transaction
  if (verdict && verdict->action == Action::kStatus) {
    const bool failed = verdict->status != Status::kSuccess;
    transaction->answered = true;
    return SendAnswer(
        id, serial, verdict->status,
        failed ? handler_.FailureInformation(command, verdict->network_error) : Bytes{}, {});
  }
  handler_.CarryOut(command, [this, id, serial](Status status, Bytes information) {
    Finish(id, serial, status, std::move(information));
  });
}

void ControlPlane::Finish(std::uint32_t id, std::uint64_t serial, Status status,
                          Bytes information) {
  Transaction* transaction = Find(id, serial);
  if (transaction == nullptr || transaction->answered) return;
  transaction->answered = true;
  const mbim::CommandMessage& command = transaction->command;
  AtSeam({Seam::kAnswer, command.service, command.cid, command.type, command.information, 0},
         [this, id, serial, status, information = std::move(information)](const Verdict& verdict) {
           SendAnswer(id, serial, status, information, verdict);
         });
}

void ControlPlane::SendAnswer(std::uint32_t id, std::uint64_t serial, Status status,
                              Bytes information, const Verdict& verdict) {
  const Transaction* transaction = Find(id, serial);
  if (transaction == nullptr) return;
  const Transaction ended = *transaction;
  pending_.erase(id);
  if (Swallowed(id, verdict)) return;
  if (verdict && verdict->action == Action::kStatus) {
    status = verdict->status;
    if (status != Status::kSuccess) {
      information = handler_.FailureInformation(ended.command, verdict->network_error);
    }
  }
  Send(mbim::CommandDone{id, ended.command.service, ended.command.cid, status,
                         std::move(information)},
       id, IsWireFault(verdict) ? verdict : ended.wire_fault);
}

void ControlPlane::Indicate(const mbim::Uuid& service, std::uint32_t cid, Bytes information) {
  if (!open_) return;
  fault::Event event;
  event.seam = Seam::kIndication;
  event.service = service;
  event.cid = cid;
  event.information = information;
  AtSeam(event, [this, service, cid, information](const Verdict& verdict) {
    if (verdict && (verdict->action == Action::kStatus || verdict->action == Action::kError)) {
      return Send(mbim::IndicateStatus{service, cid, information}, std::nullopt);
    }
    if (Swallowed(0, verdict)) return;
    Send(mbim::IndicateStatus{service, cid, information}, std::nullopt, verdict);
  });
}

void ControlPlane::SendError(const mbim::MessageError& error) {
  Send(mbim::FunctionErrorMessage{error.transaction_id, error.error}, error.transaction_id);
  if (error.other_transaction_id) {
    const std::uint32_t other = *error.other_transaction_id;
    Send(mbim::FunctionErrorMessage{other, error.error}, other);
  }
}

void ControlPlane::Send(const mbim::FunctionMessage& message,
                        std::optional<std::uint32_t> transaction_id, const Verdict& wire_fault) {
  // Receive limits the commands. Everything else is lost when the host does not fetch; what answers
  // a successful OPEN or CLOSE has room, because these withdraw the rest.
  const bool ends_command = std::holds_alternative<mbim::CommandDone>(message);
  if (!ends_command && output_.size() >= kMaxOutput) return;
  const Bytes whole = mbim::EncodeMessage(message);
  const std::vector<Bytes> fragments = mbim::Fragment(whole, max_transfer_);
  Outgoing outgoing{transaction_id, {fragments.begin(), fragments.end()}};
  outgoing.ends_command = ends_command;
  if (IsWireFault(wire_fault)) Damage(outgoing.fragments, *wire_fault);
  if (!outgoing.fragments.empty()) output_.push_back(std::move(outgoing));
}

void ControlPlane::Tick() {
  // A message that goes on may be held again by another rule, so only those held now are looked at.
  // It may also be an OPEN or CLOSE, which ends everything else that was held.
  const std::uint64_t epoch = epoch_;
  for (Held& held : std::exchange(held_, {})) {
    if (epoch_ != epoch) break;
    if (plan_.Released(held.rule)) {
      held.go();
    } else {
      held_.push_back(std::move(held));
    }
  }
  timers_.RunDue(now_);
  if (const auto error = reassembler_.Expire(now_)) SendError(*error);
}

std::optional<TimePoint> ControlPlane::Deadline() const {
  const auto timer = timers_.Next();
  const auto fragment = reassembler_.Deadline();
  if (timer && fragment) return std::min(*timer, *fragment);
  return timer ? timer : fragment;
}

std::optional<Bytes> ControlPlane::TakeOutput() {
  if (output_.empty()) return std::nullopt;
  auto& fragments = output_.front().fragments;
  output_.front().started = true;
  Bytes fragment = std::move(fragments.front());
  fragments.pop_front();
  if (fragments.empty()) output_.pop_front();
  return fragment;
}

std::size_t ControlPlane::waiting() const {
  std::size_t fragments = 0;
  for (const Outgoing& outgoing : output_)
    fragments += outgoing.fragments.size();
  return fragments;
}

/// Commands whose answer the host has not fetched yet. A host counts them in this way.
std::size_t ControlPlane::outstanding() const {
  return pending_.size() +
         static_cast<std::size_t>(std::ranges::count_if(output_, &Outgoing::ends_command));
}

void ControlPlane::Reset() {
  Forget(Rest::kIsDropped);
  handler_.Reset();
}

/// Closes the channel and drops all transactions, all output, and everything held or delayed.
void ControlPlane::Forget(Rest rest) {
  ++epoch_;
  open_ = false;
  max_transfer_ = limits_.max_control_message;
  reassembler_.Reset();
  reassembler_.set_limits(LimitsFor(max_transfer_));
  timers_.Clear();
  pending_.clear();
  held_.clear();
  if (rest == Rest::kIsSent && !output_.empty() && output_.front().started) {
    output_.resize(1);
  } else {
    output_.clear();
  }
}

ControlPlane::Transaction* ControlPlane::Find(std::uint32_t transaction_id, std::uint64_t serial) {
  const auto found = pending_.find(transaction_id);
  return found == pending_.end() || found->second.serial != serial ? nullptr : &found->second;
}

}  // namespace mbnrig::modem
