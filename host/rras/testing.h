#pragma once

/// What several tests of this room share.

#include <functional>

namespace mbnrig::rras::testing {

/// Whether this process may give up rights, which needs them.
bool CanDropRights();

/// Runs `call` on a thread whose user is nobody and whose only group is nogroup. The kernel keeps
/// credentials by thread; the rest of the process keeps its rights. Throws std::system_error.
void AsNobody(const std::function<void()>& call);

}  // namespace mbnrig::rras::testing
