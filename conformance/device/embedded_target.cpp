// The modem is one of this rig, in this process, on a loopback bus.

#include "bench/bench.h"
#include "device/target.h"
#include "gadget.h"
#include "scenario/scenario.h"
#include "transport/loopback.h"
#include "usb/loopback.h"

namespace mbnrig::device {
namespace {

scenario::Scenario Load(const std::string& file) {
  try {
    return scenario::Load(file);
  } catch (const std::exception& error) {
    throw bench::RigFault(error.what());
  }
}

class EmbeddedTarget final : public Target {
 public:
  explicit EmbeddedTarget(const Options& options)
      : Target(options), gadget_(Load(options.scenario)), port_(wire_, gadget_.function()) {
    gadget_.set_port(&port_);
    gadget_.Plug();
    StartBus(transport::MakeLoopbackUsbBus(wire_));
  }
  ~EmbeddedTarget() override {
    StopBus();
    gadget_.set_port(nullptr);
  }

 private:
  std::optional<Hands> hands() override {
    return Hands{[this] { gadget_.Unplug(); }, [this] { gadget_.Plug(); }};
  }

  usb::LoopbackBus wire_;
  Gadget gadget_;
  usb::LoopbackPort port_;
};

}  // namespace

std::unique_ptr<Target> MakeEmbeddedTarget(const Options& options) {
  return std::make_unique<EmbeddedTarget>(options);
}

}  // namespace mbnrig::device
