#include "rras/access.h"

#include <grp.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <vector>

namespace mbnrig::rras {
namespace {

std::optional<gid_t> GroupId(const std::string& name) {
  std::vector<char> buffer(1024);
  while (true) {
    group entry{};
    group* found = nullptr;
    const int error = getgrnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found);
    if (error == ERANGE && buffer.size() < (1u << 20)) {
      buffer.resize(buffer.size() * 2);
      continue;
    }
    return error == 0 && found != nullptr ? std::optional(entry.gr_gid) : std::nullopt;
  }
}

// System calls, because glibc has no functions for the credentials of one thread.
std::vector<gid_t> ThreadGroups() {
  std::vector<gid_t> groups{static_cast<gid_t>(syscall(SYS_getegid))};
  const long count = syscall(SYS_getgroups, 0, nullptr);
  if (count > 0) {
    std::vector<gid_t> more(static_cast<std::size_t>(count));
    const long filled = syscall(SYS_getgroups, count, more.data());
    if (filled > 0) groups.insert(groups.end(), more.begin(), more.begin() + filled);
  }
  return groups;
}

}  // namespace

bool CallerIsPrivileged(const std::string& group) {
  if (syscall(SYS_geteuid) == 0) return true;
  const std::optional<gid_t> wanted = GroupId(group);
  if (!wanted) return false;
  const std::vector<gid_t> groups = ThreadGroups();
  return std::find(groups.begin(), groups.end(), *wanted) != groups.end();
}

}  // namespace mbnrig::rras
