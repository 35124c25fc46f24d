// Target embedded: modem and host are in this process, with a loopback bus between them.
#include <nlohmann/json.hpp>

#include "bench/linux_bench.h"
#include "client/monitor.h"
#include "gadget.h"
#include "transport/tracing.h"
#include "usb/loopback.h"

namespace mbnrig::bench {
namespace {

class EmbeddedBench final : public LinuxBench {
 public:
  explicit EmbeddedBench(const Options& options)
      : LinuxBench(options),
        gadget_(scenario::Load(ScenarioFile("default"))),
        port_(bus_, gadget_.function()) {
    // Only the host writes the transfers into the trace.
    gadget_.set_trace(transport::EnvironmentTrace(), Gadget::Traced::kComments);
    gadget_.set_port(&port_);
    gadget_.Plug();
  }
  ~EmbeddedBench() override {
    StopRras();
    StopMbn();
    gadget_.set_port(nullptr);
  }

  std::chrono::milliseconds patience() const override { return std::chrono::seconds(30); }

 private:
  std::string Control(std::string_view method, const std::string& parameters) override {
    try {
      return gadget_.Control(std::string(method), nlohmann::json::parse(parameters)).dump();
    } catch (const std::exception& error) {
      throw RigFault("gadget: " + std::string(method) + ": " + error.what());
    }
  }
  std::unique_ptr<client::Monitor> MakeMonitor() override {
    return client::MakeLoopbackMonitor(bus_, client::Timeouts{});
  }
  /// Connections do not become network interfaces, so that tests may run side by side on one
  /// machine.
  l2::L2Mode l2_mode() const override { return l2::L2Mode::kDatagrams; }

  usb::LoopbackBus bus_;
  Gadget gadget_;
  usb::LoopbackPort port_;
};

const TargetRegistration kEmbedded(Target::kEmbedded, [](const Options& options) {
  return std::unique_ptr<Bench>(std::make_unique<EmbeddedBench>(options));
});

}  // namespace
}  // namespace mbnrig::bench
