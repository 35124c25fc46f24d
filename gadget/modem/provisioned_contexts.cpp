#include "modem/provisioned_contexts.h"

#include <algorithm>
#include <array>

#include "modem/command.h"
#include "modem/conditions.h"

namespace mbnrig::modem {
namespace {

using mbim::Status;

std::uint32_t FreeId(const std::vector<mbim::Context>& contexts) {
  std::uint32_t id = 0;
  while (std::ranges::find(contexts, id, &mbim::Context::context_id) != contexts.end())
    ++id;
  return id;
}

}  // namespace

std::span<const Command> ProvisionedContexts::commands() const {
  static constexpr std::array kCommands{
      On<&ProvisionedContexts::Query, &ProvisionedContexts::Set>(mbim::kProvisionedContexts)};
  return kCommands;
}

void ProvisionedContexts::Query(const Answer<mbim::ProvisionedContextsInfo>& answer) {
  const Status obstacle = Obstacle(machine_, Needs::kPin);
  if (obstacle != Status::kSuccess) return answer(obstacle);
  answer({machine_.world.provisioned_contexts});
}

void ProvisionedContexts::Set(const mbim::SetProvisionedContext& request,
                              const Answer<mbim::ProvisionedContextsInfo>& answer) {
  if (!IsOneOf(request.compression, mbim::Compression::kEnable) ||
      !IsOneOf(request.auth_protocol, mbim::AuthProtocol::kMsChapV2)) {
    return answer(Status::kInvalidParameters);
  }
  const Status obstacle = Obstacle(machine_, Needs::kPin);
  if (obstacle != Status::kSuccess) return answer(obstacle);
  if (!request.provider_id.empty() &&
      request.provider_id != machine_.world.sim.home_provider.provider_id) {
    return answer(Status::kInvalidParameters);
  }
  auto& contexts = machine_.world.provisioned_contexts;
  const bool append = request.context_id == kAppendContext;
  auto found = std::ranges::find(contexts, request.context_id, &mbim::Context::context_id);
  if (!append && found == contexts.end()) return answer(Status::kInvalidParameters);
  if (append && contexts.size() >= scenario::kMaxProvisionedContexts) {
    return answer(Status::kWriteFailure);
  }
  if (append) {
    const std::uint32_t id = FreeId(contexts);
    contexts.emplace_back().context_id = id;
    found = contexts.end() - 1;
  }
  if (request.context_type == mbim::kContextTypeNone) {
    contexts.erase(found);
  } else {
    *found = {found->context_id, request.context_type, request.access_string, request.user_name,
              request.password,  request.compression,  request.auth_protocol};
  }
  answer({contexts});
}

}  // namespace mbnrig::modem
