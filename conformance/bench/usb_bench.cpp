// Targets vm and board: the modem is on real USB, and the bench uses the modem's control socket.
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "bench/linux_bench.h"
#include "client/monitor.h"
#include "control/client.h"
#include "transport/taken_from_kernel.h"

namespace mbnrig::bench {
namespace {

/// The gadget's control socket: $MBNRIG_CONTROL, or the socket of scripts/vm if that is not set.
std::string ControlAddress() {
  const char* const address = std::getenv("MBNRIG_CONTROL");
  return address != nullptr ? address : "/run/mbnrig/gadget.sock";
}

class UsbBench final : public LinuxBench {
 public:
  explicit UsbBench(const Options& options) try
      : LinuxBench(options), control_(control::ParseAddress(ControlAddress())) {
  } catch (const std::exception& error) {
    throw RigFault(error.what());
  }
  ~UsbBench() override {
    StopRras();
    StopMbn();
  }

  std::chrono::milliseconds patience() const override { return std::chrono::seconds(60); }

 private:
  std::string Control(std::string_view method, const std::string& parameters) override {
    try {
      return control_.Call(std::string(method), nlohmann::json::parse(parameters), patience() * 2)
          .dump();
    } catch (const std::exception& error) {
      throw RigFault("gadget: " + std::string(method) + ": " + error.what());
    }
  }
  std::unique_ptr<client::Monitor> MakeMonitor() override {
    if (options().transport == "cdc-wdm") {
      return client::MakeCdcWdmMonitor({}, client::Timeouts{});
    }
    client::MonitorOptions monitor;
    monitor.taken_from_kernel = taken_from_kernel_;
    return client::MakeLibusbMonitor({}, client::Timeouts{}, monitor);
  }
  l2::L2Mode l2_mode() const override { return l2::L2Mode::kInterface; }

  // Each test starts the service again. The kernel's driver would bind to the modem in between.
  const std::shared_ptr<transport::TakenFromKernel> taken_from_kernel_ =
      std::make_shared<transport::TakenFromKernel>();
  control::Client control_;
};

template <Target kTarget>
std::unique_ptr<Bench> Make(const Options& options) {
  return std::make_unique<UsbBench>(options);
}

const TargetRegistration kVm(Target::kVm, Make<Target::kVm>);
const TargetRegistration kBoard(Target::kBoard, Make<Target::kBoard>);

}  // namespace
}  // namespace mbnrig::bench
