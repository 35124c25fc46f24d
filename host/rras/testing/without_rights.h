#pragma once

/// Callers without rights, for tests and the bench.

#include <functional>

namespace mbnrig::rras::testing {

/// Whether this process has rights that it can drop.
bool CanDropRights();

/// Runs `call` on a thread of its own whose user is nobody and whose only group is nogroup, waits
/// for it, and rethrows what it throws. The other threads keep their rights, because the kernel
/// keeps credentials by thread. Throws std::system_error if the thread cannot drop its rights.
void WithoutRights(const std::function<void()>& call);

}  // namespace mbnrig::rras::testing
