#include "rras/testing/without_rights.h"

#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <exception>
#include <system_error>
#include <thread>

namespace mbnrig::rras::testing {
namespace {

// Debian's numbers. No group of administrators has this user.
constexpr uid_t kNobody = 65534;
constexpr gid_t kNogroup = 65534;

}  // namespace

bool CanDropRights() {
  return geteuid() == 0;
}

void WithoutRights(const std::function<void()>& call) {
  std::exception_ptr failure;
  std::thread([&] {
    try {
      // glibc's functions would change the credentials of the whole process.
      if (syscall(SYS_setgroups, 0, nullptr) != 0 ||
          syscall(SYS_setresgid, kNogroup, kNogroup, kNogroup) != 0 ||
          syscall(SYS_setresuid, kNobody, kNobody, kNobody) != 0)
        throw std::system_error(errno, std::system_category(), "dropping rights");
      call();
    } catch (...) {
      failure = std::current_exception();
    }
  }).join();
  if (failure) std::rethrow_exception(failure);
}

}  // namespace mbnrig::rras::testing
