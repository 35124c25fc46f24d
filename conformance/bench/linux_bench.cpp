#include "bench/linux_bench.h"

#include <unistd.h>

#include <exception>
#include <system_error>
#include <utility>

#include "client/monitor.h"
#include "mbim/testing/allocations.h"
#include "mbn/store_app.h"
#include "rras/service.h"
#include "rras/testing/without_rights.h"

namespace mbnrig::bench {
namespace {

namespace fs = std::filesystem;

fs::path MakeStateDir() {
  std::string name = (fs::temp_directory_path() / "mbnrig-bench-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr)
    throw RigFault("cannot make a folder for profiles below " + fs::temp_directory_path().string());
  return name;
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

void LinuxBench::AddModem(std::string_view scenario) {
  OrRigFault([&] {
    added_modems_.push_back(std::make_unique<AddedModem>(added_bus_, ScenarioFile(scenario)));
  });
}

void LinuxBench::StartMbn() {
  OrRigFault([&] {
    mbn::ServiceConfig config;
    config.monitor = [this] {
      return WatchBoth(MakeMonitor(), client::MakeLoopbackMonitor(added_bus_, client::Timeouts{}));
    };
    config.state_dir = state_dir_;
    // Tests of modems that refuse a question wait for the next one.
    config.times.retry = std::chrono::milliseconds(500);
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

void LinuxBench::WithoutRights(const std::function<void()>& call) {
  try {
    rras::testing::WithoutRights(call);
  } catch (const std::system_error& error) {
    throw RigFault(std::string("cannot drop rights: ") + error.what() + "; run the bench as root");
  }
}

void LinuxBench::AsStoreApp(std::string_view name, const std::function<void()>& call) {
  struct App {
    explicit App(std::string_view name) { mbn::ActAsStoreApp(std::string(name)); }
    ~App() { mbn::ActAsStoreApp(""); }
  };
  const App app(name);
  call();
}

void LinuxBench::WithoutMemory(const std::function<void()>& call) {
  const mbim::testing::AllocationFailure failing;
  call();
}

void LinuxBench::ForgetProfiles() {
  for (const fs::directory_entry& entry : fs::directory_iterator(state_dir_))
    fs::remove_all(entry.path());
}

}  // namespace mbnrig::bench
