#include "mbn/modem/operations.h"

#include <cassert>
#include <new>
#include <utility>

#include "mbn/log.h"

namespace mbnrig::mbn {

HRESULT CodeOf(Ending ending) {
  return HRESULT_FROM_WIN32(ending == Ending::kModemLeft ? ERROR_NOT_FOUND
                                                         : ERROR_SERVICE_NOT_ACTIVE);
}

// An accepted operation, until its completion.
class Operations::Running final : public OperationContext,
                                  public std::enable_shared_from_this<Running> {
 public:
  Running(Operations& all, std::shared_ptr<Operation> operation, std::uint32_t id)
      : all_(all),
        operation_(std::move(operation)),
        completion_(all.state_.Prepare(operation_->completion(), id,
                                       [operation = operation_](ModemState& state, HRESULT status) {
                                         operation->OnComplete(state, status);
                                       })) {}

  Lane lane() const { return operation_->lane(); }
  HRESULT Admit(ModemState& state) const { return operation_->Admit(state); }
  void Begin() {
    begun_ = true;
    Try([&] { operation_->Begin(*this); });
  }
  bool begun() const { return begun_; }
  void OnFact(const Fact& fact) {
    if (!begun_ || complete_) return;
    Try([&] { operation_->OnFact(fact, *this); });
  }
  void Abandon(Ending ending) { Complete(operation_->Abandoned(ending)); }

  Snapshot snapshot() const override { return all_.state_.Get(); }
  const ServiceTimes& times() const override { return all_.times_; }
  bool complete() const override { return complete_; }
  void Complete(HRESULT status, mbim::Bytes answer = {}) override {
    if (std::exchange(complete_, true)) return;
    // A client that gets the completion may use the free place.
    {
      const std::lock_guard lock(all_.accepted_mutex_);
      --all_.AcceptedIn(lane());
    }
    all_.state_.Complete(std::move(completion_), status, std::move(answer));
    all_.Remove(*this);
  }

  void Send(const mbim::CommandId& cid, mbim::CommandType type, mbim::Bytes information, Step done,
            std::chrono::milliseconds timeout) override {
    all_.link_.device()->Command(
        cid.service, cid.number, type, std::move(information),
        all_.link_.Then([self = shared_from_this(), done = std::move(done)](
                            const client::Reply& reply) { self->OnReply(reply, done); }),
        timeout);
  }
  void After(std::chrono::milliseconds delay, std::function<void()> step) override {
    all_.link_.After(delay, [self = shared_from_this(), step = std::move(step)] {
      if (!self->complete_) self->Try(step);
    });
  }
  bool Learn(const Fact& fact, mbim::ByteView payload) override {
    return all_.facts_.Learn(fact, payload);
  }
  void Learn(const Fact& fact, const StateChange& change) override {
    all_.facts_.Learn(fact, change);
  }
  void Ask(const Fact& fact) override { all_.facts_.Ask(fact); }
  bool InDoubt(const Fact& fact) const override { return all_.facts_.InDoubt(fact); }
  void LogWarning(std::string_view what) const override { all_.link_.LogWarning(what); }

 private:
  void OnReply(const client::Reply& reply, const Step& done) {
    if (complete_) return;
    Try([&] {
      if (reply.outcome == client::Outcome::kAnswered && reply.status != mbim::Status::kSuccess)
        all_.facts_.OnRefused(reply.status);
      done(reply);
    });
  }

  // If memory is too short for a step, the operation ends. The modem may have done more than the
  // service knows then.
  template <class StepOfOperation>
  void Try(const StepOfOperation& step) {
    try {
      step();
    } catch (const std::bad_alloc&) {
      mbn::LogWarning("memory is short: a request fails");
      Complete(operation_->Failed());
      all_.facts_.AskAllWithoutFail();
    }
  }

  Operations& all_;
  const std::shared_ptr<Operation> operation_;
  PublishedState::Completion completion_;
  bool begun_ = false, complete_ = false;  // of the worker
};

Operations::Operations(ModemLink& link, PublishedState& state, KnownFacts& facts,
                       RequestIds& request_ids, const ServiceTimes& times,
                       service::TaskThread& worker, std::size_t most)
    : link_(link),
      state_(state),
      facts_(facts),
      request_ids_(request_ids),
      times_(times),
      worker_(worker),
      most_(most) {}

HRESULT Operations::Submit(std::shared_ptr<const void> owner, std::unique_ptr<Operation> operation,
                           std::uint32_t* request) {
  const std::uint32_t id = request_ids_.Next();
  const auto running = std::make_shared<Running>(*this, std::move(operation), id);
  // Allocates all memory before the state changes. The task also runs after the session's end.
  service::TaskThread::Ready begin(
      [this, owner = std::move(owner), place = std::make_shared<Line>(1, running)] {
        Enqueue(*place);
      });
  {
    const std::lock_guard lock(accepted_mutex_);
    if (closed_) return E_HANDLE;
    const bool full = AcceptedIn(running->lane()) >= most_;
    const HRESULT admitted = state_.TryApply([&](ModemState& state) {
      const HRESULT admitted_by_operation = running->Admit(state);
      return admitted_by_operation == S_OK && full ? E_OUTOFMEMORY : admitted_by_operation;
    });
    if (admitted != S_OK) return admitted;
    ++AcceptedIn(running->lane());
    *request = id;
    worker_.Post(std::move(begin));  // before Close returns
  }
  return S_OK;
}

void Operations::Close() {
  const std::lock_guard lock(accepted_mutex_);
  closed_ = true;
}

void Operations::Enqueue(Line& operation) {
  const RunningPtr running = operation.front();
  Line& line = LineOf(running->lane());
  line.splice(line.end(), operation);
  if (ending_) {
    running->Abandon(*ending_);
  } else if (line.size() == 1) {
    running->Begin();
  }
}

void Operations::OnFact(const Fact& fact) {
  std::array<RunningPtr, kLanes> first;  // an operation that completes changes its lane
  for (std::size_t i = 0; i < kLanes; ++i) {
    if (!lines_[i].empty()) first[i] = lines_[i].front();
  }
  for (const RunningPtr& operation : first) {
    if (operation != nullptr) operation->OnFact(fact);
  }
}

void Operations::End(Ending ending) {
  ending_ = ending;
  for (Line& line : lines_) {
    while (!line.empty()) {
      const RunningPtr operation = line.front();
      operation->Abandon(ending);
    }
  }
}

// The operation is complete. It is the first of its lane, because a lane runs one after the other.
// Its successor begins.
void Operations::Remove(const Running& operation) {
  Line& line = LineOf(operation.lane());
  assert(!line.empty() && line.front().get() == &operation);
  line.pop_front();
  if (line.empty() || ending_) return;
  const RunningPtr next = line.front();
  if (!next->begun()) next->Begin();
}

}  // namespace mbnrig::mbn
