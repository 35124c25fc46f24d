#include "mbn/modem/operations.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace mbnrig::mbn {

HRESULT CodeOf(Ending ending) {
  return HRESULT_FROM_WIN32(ending == Ending::kModemLeft ? ERROR_NOT_FOUND
                                                         : ERROR_SERVICE_NOT_ACTIVE);
}

// An accepted operation, until its completion.
class Operations::Running final : public OperationContext,
                                  public std::enable_shared_from_this<Running> {
 public:
  Running(Operations& all, std::unique_ptr<Operation> operation, std::uint32_t id)
      : all_(all), operation_(std::move(operation)), id_(id) {}

  Lane lane() const { return operation_->lane(); }
  HRESULT Admit(ModemState& state) const { return operation_->Admit(state); }
  void Begin() {
    begun_ = true;
    operation_->Begin(*this);
  }
  bool begun() const { return begun_; }
  void OnFact(const Fact& fact) {
    if (begun_ && !complete_) operation_->OnFact(fact, *this);
  }
  void Abandon(Ending ending) { Complete(operation_->Abandoned(ending)); }

  Snapshot snapshot() const override { return all_.state_.Get(); }
  const ServiceTimes& times() const override { return all_.times_; }
  bool complete() const override { return complete_; }
  void Complete(HRESULT status, mbim::Bytes answer = {}) override {
    if (std::exchange(complete_, true)) return;
    ServiceEvent completion;
    completion.which = operation_->completion();
    completion.request = id_;
    completion.status = status;
    completion.answer = std::move(answer);
    all_.state_.ApplyAndComplete([&](ModemState& state) { operation_->OnComplete(state, status); },
                                 std::move(completion));
    all_.Remove(*this);
  }

  void Send(const mbim::CommandId& cid, mbim::CommandType type, mbim::Bytes information, Step done,
            std::chrono::milliseconds timeout) override {
    all_.link_.device()->Command(
        cid.service, cid.number, type, std::move(information),
        all_.link_.Then(
            [self = shared_from_this(), done = std::move(done)](const client::Reply& reply) {
              if (!self->complete_) done(reply);
            }),
        timeout);
  }
  void After(std::chrono::milliseconds delay, std::function<void()> step) override {
    all_.link_.After(delay, [self = shared_from_this(), step = std::move(step)] {
      if (!self->complete_) step();
    });
  }
  bool Learn(const Fact& fact, mbim::ByteView payload) override {
    return all_.facts_.Learn(fact, payload);
  }
  void Learn(const Fact& fact, const StateChange& change) override {
    all_.facts_.Learn(fact, change);
  }
  void Ask(const Fact& fact) override { all_.facts_.Ask(fact); }
  void LogWarning(std::string_view what) const override { all_.link_.LogWarning(what); }

 private:
  Operations& all_;
  const std::unique_ptr<Operation> operation_;
  const std::uint32_t id_;
  bool begun_ = false, complete_ = false;  // of the worker
};

Operations::Operations(ModemLink& link, PublishedState& state, KnownFacts& facts,
                       RequestIds& request_ids, const ServiceTimes& times,
                       service::TaskThread& worker)
    : link_(link),
      state_(state),
      facts_(facts),
      request_ids_(request_ids),
      times_(times),
      worker_(worker) {}

HRESULT Operations::Submit(std::shared_ptr<const void> owner, std::unique_ptr<Operation> operation,
                           std::uint32_t* request) {
  const std::uint32_t id = request_ids_.Next();
  auto running = std::make_shared<Running>(*this, std::move(operation), id);
  // Allocates all memory before the state changes. The task also runs after the session's end.
  service::TaskThread::Ready begin([this, owner = std::move(owner), running] { Enqueue(running); });
  const HRESULT admitted =
      state_.TryApply([&](ModemState& state) { return running->Admit(state); });
  if (admitted != S_OK) return admitted;
  *request = id;
  worker_.Post(std::move(begin));
  return S_OK;
}

void Operations::Enqueue(const RunningPtr& operation) {
  auto& lane = lanes_[operation->lane()];
  lane.push_back(operation);
  if (ending_) {
    operation->Abandon(*ending_);
  } else if (lane.size() == 1) {
    operation->Begin();
  }
}

void Operations::OnFact(const Fact& fact) {
  std::vector<RunningPtr> first;  // an operation that completes changes its lane
  for (const auto& [lane, operations] : lanes_) {
    if (!operations.empty()) first.push_back(operations.front());
  }
  for (const RunningPtr& operation : first)
    operation->OnFact(fact);
}

void Operations::End(Ending ending) {
  ending_ = ending;
  for (auto& [lane, operations] : lanes_) {
    while (!operations.empty()) {
      const RunningPtr operation = operations.front();
      operation->Abandon(ending);
    }
  }
}

// The operation is complete. Its successor begins.
void Operations::Remove(const Running& operation) {
  auto& lane = lanes_[operation.lane()];
  std::erase_if(lane, [&](const RunningPtr& one) { return one.get() == &operation; });
  if (lane.empty() || ending_) return;
  const RunningPtr next = lane.front();
  if (!next->begun()) next->Begin();
}

}  // namespace mbnrig::mbn
