#include "bench/linux_bench.h"

#include <grp.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <exception>
#include <system_error>
#include <thread>
#include <utility>

#include "bench/memory.h"
#include "rras/service.h"

namespace mbnrig::bench {
namespace {

namespace fs = std::filesystem;

// "nobody" and "nogroup" of Debian: a user that no group of administrators has.
constexpr uid_t kNobody = 65534;

fs::path MakeStateDir() {
  std::string name = (fs::temp_directory_path() / "mbnrig-bench-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr)
    throw RigFault("cannot make a folder for profiles below " + fs::temp_directory_path().string());
  return name;
}

// The kernel keeps credentials by thread; glibc's functions would change those of the whole
// process.
void DropRightsOfThisThread() {
  if (syscall(SYS_setgroups, 0, nullptr) != 0 ||
      syscall(SYS_setresgid, kNobody, kNobody, kNobody) != 0 ||
      syscall(SYS_setresuid, kNobody, kNobody, kNobody) != 0)
    throw RigFault("rights cannot be dropped: " + std::system_category().message(errno) +
                   "; run the bench as root");
}

template <class Action>
void OrRigFault(Action&& action) {
  try {
    action();
  } catch (const std::exception& error) {
    throw RigFault(error.what());
  }
}

}  // namespace

LinuxBench::LinuxBench(Options options) : Bench(std::move(options)), state_dir_(MakeStateDir()) {}

LinuxBench::~LinuxBench() {
  rras::Service::Get().Stop();
  mbn::Service::Get().Stop();
  std::error_code ignored;
  fs::remove_all(state_dir_, ignored);
}

void LinuxBench::StartMbn() {
  OrRigFault([&] {
    mbn::ServiceConfig config;
    config.monitor = [this] { return MakeMonitor(); };
    config.state_dir = state_dir_;
    config.l2.mode = l2_mode();
    config.l2.socket = datagrams_;
    mbn::Service::Get().Configure(std::move(config));
    mbn::Service::Get().Start();
  });
}

void LinuxBench::StopMbn() {
  mbn::Service::Get().Stop();
}

void LinuxBench::StartRras(RouterType type) {
  OrRigFault([&] {
    rras::ServiceConfig config;
    config.router_type = type == RouterType::kLanOnly ? rras::RouterType::kLanOnly
                                                      : rras::RouterType::kLanAndDemandDial;
    rras::Service::Get().Configure(config);
    rras::Service::Get().Start();
  });
}

void LinuxBench::StopRras() {
  rras::Service::Get().Stop();
}

void LinuxBench::PauseRras() {
  rras::Service::Get().Pause();
}

bool LinuxBench::SendDatagram(std::span<const std::uint8_t> datagram) {
  return datagrams_->Send(datagram);
}

std::optional<std::vector<std::uint8_t>> LinuxBench::NextDatagram() {
  return datagrams_->Next(patience());
}

void LinuxBench::WithoutRights(const std::function<void()>& call) {
  std::exception_ptr failure;
  std::thread caller([&] {
    try {
      DropRightsOfThisThread();
      call();
    } catch (...) {
      failure = std::current_exception();
    }
  });
  caller.join();
  if (failure) std::rethrow_exception(failure);
}

void LinuxBench::WithoutMemory(const std::function<void()>& call) {
  const AllocationFailure failing;
  call();
}

void LinuxBench::ForgetProfiles() {
  for (const fs::directory_entry& entry : fs::directory_iterator(state_dir_))
    fs::remove_all(entry.path());
}

}  // namespace mbnrig::bench
