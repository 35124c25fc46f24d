// The modem is on this machine's USB.

#include <iostream>
#include <nlohmann/json.hpp>

#include "bench/bench.h"
#include "control/client.h"
#include "device/target.h"
#include "transport/libusb.h"

namespace mbnrig::device {
namespace {

class UsbTarget final : public Target {
 public:
  explicit UsbTarget(const Options& options) : Target(options) {
    try {
      StartBus(transport::MakeLibusbBus());
    } catch (const bench::RigFault&) {
      throw;
    } catch (const std::exception& error) {
      throw bench::RigFault(error.what());
    }
  }
  ~UsbTarget() override { StopBus(); }

 private:
  std::optional<Hands> hands() override {
    if (!options().control.empty()) {
      return Hands{[this] { Call("unplug"); }, [this] { Call("plug"); }};
    }
    if (options().by_hand) {
      return Hands{[] { std::cerr << "\nUnplug the modem now.\n"; },
                   [] { std::cerr << "Plug it in again.\n"; }};
    }
    return std::nullopt;
  }

  void Call(const char* method) {
    try {
      control::Client(control::ParseAddress(options().control)).Call(method);
    } catch (const std::exception& error) {
      throw bench::RigFault(std::string("gadget: ") + method + ": " + error.what());
    }
  }
};

}  // namespace

std::unique_ptr<Target> MakeUsbTarget(const Options& options) {
  return std::make_unique<UsbTarget>(options);
}

}  // namespace mbnrig::device
