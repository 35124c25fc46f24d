// Measures what many modems in one process cost: the memory of each, including its bus and its
// host, and how many commands all of them answer together.

#include <spdlog/spdlog.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <future>
#include <list>
#include <vector>

#include "client/call.h"
#include "client/monitor.h"
#include "gadget.h"
#include "transport/log.h"
#include "usb/loopback.h"

namespace mbnrig {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds kMeasured{2};
constexpr std::chrono::seconds kPatience{120};

/// Resident memory of this process that is not shared, in bytes.
double ResidentBytes() {
  std::ifstream file("/proc/self/statm");
  double size = 0, resident = 0, shared = 0;
  file >> size >> resident >> shared;
  return (resident - shared) * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

struct Modem {
  explicit Modem(usb::LoopbackBus& bus)
      : gadget(scenario::Scenario{}), port(bus, gadget.function()) {
    gadget.set_port(&port);
    gadget.Plug();
  }
  ~Modem() { gadget.set_port(nullptr); }
  Modem(const Modem&) = delete;
  Modem& operator=(const Modem&) = delete;

  Gadget gadget;
  usb::LoopbackPort port;
};

/// Opens every modem that arrives, and keeps one command pending at each. Everything except the
/// promises is used on the client's thread.
class Host : public client::Monitor::Listener {
 public:
  explicit Host(std::size_t modems) : modems_(modems) {}

  void WaitUntilOpen() { Wait(open_); }
  double CommandsPerSecond() {
    Wait(finished_);
    return static_cast<double>(answers_) / std::chrono::duration<double>(end_ - begin_).count();
  }

 private:
  static void Wait(std::promise<void>& what) {
    if (what.get_future().wait_for(kPatience) != std::future_status::ready) {
      throw std::runtime_error("the modems do not answer");
    }
  }
  void OnArrival(std::shared_ptr<client::Device> device) override {
    devices_.push_back(device);
    device->Open([this](const client::Reply& reply) {
      if (!reply.ok() || ++opened_ < modems_) return;
      open_.set_value();
      begin_ = Clock::now();
      for (const auto& each : devices_)
        Ask(*each);
    });
  }
  void OnRemoval(std::shared_ptr<client::Device>) override {}
  void Ask(client::Device& device) {
    client::Query(device, mbim::kDeviceCaps, {}, [this, &device](const client::Reply& reply) {
      if (!reply.ok() || ended_) return;
      ++answers_;
      end_ = Clock::now();
      if (end_ - begin_ < kMeasured) return Ask(device);
      ended_ = true;
      finished_.set_value();
    });
  }

  const std::size_t modems_;
  std::size_t opened_ = 0;
  std::vector<std::shared_ptr<client::Device>> devices_;
  std::uint64_t answers_ = 0;
  bool ended_ = false;
  Clock::time_point begin_, end_;
  std::promise<void> open_, finished_;
};

int Main(int argc, char** argv) {
  const std::size_t count = argc == 2 ? std::strtoul(argv[1], nullptr, 10) : 0;
  if (count == 0 || count > 10'000) {
    std::fprintf(
        stderr,
        "usage: %s MODEMS\n"
        "Runs MODEMS modems (1 to 10000) and a host for each of them in this process; prints, as\n"
        "JSON, the memory of one modem and how many commands all of them answer per second.\n",
        argv[0]);
    return 2;
  }
  transport::Log().set_level(spdlog::level::off);  // stopping them all at once causes warnings
  try {
    const double before = ResidentBytes();
    usb::LoopbackBus bus;
    std::list<Modem> modems;
    for (std::size_t i = 0; i < count; ++i)
      modems.emplace_back(bus);
    Host host(count);
    const auto monitor = client::MakeLoopbackMonitor(bus, {});
    monitor->Start(host);
    host.WaitUntilOpen();
    const double rate = host.CommandsPerSecond();
    std::printf("{\"modems\": %zu, \"bytes_each\": %.0f, \"commands_per_second\": %.0f}\n", count,
                (ResidentBytes() - before) / static_cast<double>(count), rate);
    monitor->Stop();
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s: %s\n", argv[0], error.what());
    return 1;
  }
}

}  // namespace
}  // namespace mbnrig

int main(int argc, char** argv) {
  return mbnrig::Main(argc, argv);
}
