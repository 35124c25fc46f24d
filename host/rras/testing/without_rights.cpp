#include "rras/testing/without_rights.h"

#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <exception>
#include <system_error>
#include <thread>

namespace mbnrig::rras::testing {

bool CanDropRights() {
  return geteuid() == 0;
}

void WithCredentials(const Credentials& credentials, const std::function<void()>& call) {
  std::exception_ptr failure;
  std::thread([&] {
    try {
      // glibc's functions would change the credentials of the whole process.
      const auto& [real_user, effective_user, real_group, effective_group, groups] = credentials;
      if (syscall(SYS_setgroups, groups.size(), groups.data()) != 0 ||
          syscall(SYS_setresgid, real_group, effective_group, effective_group) != 0 ||
          syscall(SYS_setresuid, real_user, effective_user, effective_user) != 0)
        throw std::system_error(errno, std::system_category(), "dropping rights");
      call();
    } catch (...) {
      failure = std::current_exception();
    }
  }).join();
  if (failure) std::rethrow_exception(failure);
}

void WithoutRights(const std::function<void()>& call) {
  WithCredentials({}, call);
}

}  // namespace mbnrig::rras::testing
