#include "mbn/modem/command_operation.h"

#include <string>
#include <utility>

#include "mbn/api/page.h"
#include "mbn/api/status_map.h"
#include "mbn/modem/facts.h"

namespace mbnrig::mbn {
namespace {

class Command final : public Operation {
 public:
  explicit Command(CommandRequest request) : request_(std::move(request)) {}

  Lane lane() const override { return request_.lane; }
  EventId completion() const override { return request_.completion; }
  HRESULT Admit(ModemState&) const override { return S_OK; }

  void Begin(OperationContext& context) override {
    context.Send(request_.cid, request_.type, request_.information,
                 [this, &context](const client::Reply& reply) { OnAnswer(context, reply); });
  }

 private:
  void OnAnswer(OperationContext& context, const client::Reply& reply) {
    const Fact* fact = reply.ok() ? FindFact(request_.cid) : nullptr;
    if (fact != nullptr && (reply.information.empty() || !context.Learn(*fact, reply.information)))
      context.Ask(*fact);
    context.Complete(StatusOf(context, reply), reply.information);
  }

  // The page's code for the modem's answer. If the page has none, the code for the SIM's state may
  // explain the refusal better than the page's general failure.
  HRESULT StatusOf(const OperationContext& context, const client::Reply& reply) const {
    if (reply.ok()) return S_OK;
    if (reply.outcome == client::Outcome::kGone) return CodeOf(Ending::kModemLeft);
    const Page& page = PageOf(request_.completion);
    context.LogWarning(std::string(NameOf(request_.completion)) + ": " + reply.Why());
    if (reply.outcome != client::Outcome::kAnswered) return page.fallback();
    const HRESULT said = MeaningOf(reply.status);
    if (page.Documents(said)) return said;
    const HRESULT sim = SimTrouble(*context.snapshot());
    return sim != S_OK && page.Documents(sim) ? sim : page.fallback();
  }

  const CommandRequest request_;
};

}  // namespace

std::unique_ptr<Operation> MakeCommand(CommandRequest request) {
  return std::make_unique<Command>(std::move(request));
}

}  // namespace mbnrig::mbn
