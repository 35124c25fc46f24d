#pragma once

/// PROVISIONED_CONTEXTS (MBIM 1.0, section 10.5.13): the connection parameters kept in the device.

#include "modem/state.h"

namespace mbnrig::modem {

/// ContextId of a set that adds a context instead of replacing one.
inline constexpr std::uint32_t kAppendContext = 0xFFFFFFFF;

void QueryProvisionedContexts(Machine& machine, const mbim::Empty& request, const Answer& answer);
/// Replaces the context with that id, or adds one; ContextType None takes it away.
void SetProvisionedContext(Machine& machine, const mbim::SetProvisionedContext& request,
                           const Answer& answer);

}  // namespace mbnrig::modem
