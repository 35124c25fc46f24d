#pragma once

/// PROVISIONED_CONTEXTS: the connection parameters that the device keeps.

#include "mbim/basic_connect.h"
#include "modem/answer.h"
#include "modem/machine.h"

namespace mbnrig::modem {

/// ContextId of a set that adds a context instead of replacing one.
inline constexpr std::uint32_t kAppendContext = 0xFFFFFFFF;

class ProvisionedContexts final : public Service {
 public:
  using Service::Service;
  std::span<const Command> commands() const override;

 private:
  void Query(const Answer<mbim::ProvisionedContextsInfo>& answer);
  /// Replaces the context with that id, or adds one. ContextType None removes it.
  void Set(const mbim::SetProvisionedContext& request,
           const Answer<mbim::ProvisionedContextsInfo>& answer);
};

}  // namespace mbnrig::modem
