#pragma once

/// Callers without rights, for tests and the bench.

#include <sys/types.h>

#include <functional>
#include <vector>

namespace mbnrig::rras::testing {

/// Whether this process has rights that it can drop.
bool CanDropRights();

/// Debian's numbers. No group of administrators has this user.
inline constexpr uid_t kNobody = 65534;
inline constexpr gid_t kNogroup = 65534;

/// What the kernel keeps for each thread. The default is a caller without rights.
struct Credentials {
  uid_t real_user = kNobody, effective_user = kNobody;
  gid_t real_group = kNogroup, effective_group = kNogroup;
  std::vector<gid_t> supplementary_groups{};
};

/// Runs `call` on a thread of its own with these credentials, waits for it, and rethrows what it
/// throws. Throws std::system_error if the thread cannot have them.
void WithCredentials(const Credentials& credentials, const std::function<void()>& call);

/// Runs `call` on a thread of its own whose user is nobody and whose only group is nogroup, waits
/// for it, and rethrows what it throws. The other threads keep their rights, because the kernel
/// keeps credentials by thread. Throws std::system_error if the thread cannot drop its rights.
void WithoutRights(const std::function<void()>& call);

}  // namespace mbnrig::rras::testing
