#pragma once

#include <string>

namespace mbnrig::rras {

/// Whether the calling thread may administer the router: its effective user is root, or one of its
/// groups is `group`. The kernel is asked at each call and for this very thread, so rights that
/// were dropped a moment ago are gone. A group that does not exist has no members.
bool CallerIsPrivileged(const std::string& group);

}  // namespace mbnrig::rras
