#pragma once

#include <string>

namespace mbnrig::rras {

/// Whether the calling thread may administer the router: its effective user is root, or one of its
/// groups is `group`. Each call asks the kernel for the credentials of this thread as they are now.
/// A group that does not exist has no members. Throws std::bad_alloc.
bool CallerIsPrivileged(const std::string& group);

}  // namespace mbnrig::rras
