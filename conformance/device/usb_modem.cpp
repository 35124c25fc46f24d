// The modem is on this machine's USB.

#include <iostream>
#include <nlohmann/json.hpp>

#include "bench/bench.h"
#include "control/client.h"
#include "device/modem_under_test.h"
#include "transport/libusb.h"

namespace mbnrig::device {
namespace {

class UsbModem final : public ModemUnderTest {
 public:
  explicit UsbModem(const ModemOptions& options) : ModemUnderTest(options) {
    try {
      StartBus(transport::MakeLibusbBus());
    } catch (const bench::RigFault&) {
      throw;
    } catch (const std::exception& error) {
      throw bench::RigFault(error.what());
    }
  }
  ~UsbModem() override { StopBus(); }

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

std::unique_ptr<ModemUnderTest> MakeUsbModem(const ModemOptions& options) {
  return std::make_unique<UsbModem>(options);
}

}  // namespace mbnrig::device
