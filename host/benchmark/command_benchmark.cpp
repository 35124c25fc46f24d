// Measures what a command costs over a real bus. Asks for DEVICE_CAPS repeatedly, each time after
// the previous answer has arrived. Prints the microseconds of each command as a JSON array.
// scripts/bench runs it in the virtual board next to libmbim_command_benchmark.cpp, which does the
// same.

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <future>

#include "client/call.h"
#include "client/monitor.h"
#include "mbim/basic_connect.h"

namespace mbnrig::client {
namespace {

using Clock = std::chrono::steady_clock;

class Benchmark : private Monitor::Listener {
 public:
  Benchmark(std::unique_ptr<Monitor> monitor, unsigned count)
      : monitor_(std::move(monitor)), left_(count) {}
  ~Benchmark() override { monitor_->Stop(); }

  /// Throws std::runtime_error if no modem arrives within `patience` or if it refuses a command.
  std::vector<double> Run(std::chrono::seconds patience) {
    auto arrived = arrived_.get_future();
    monitor_->Start(*this);
    if (arrived.wait_for(patience) != std::future_status::ready) {
      throw std::runtime_error("no MBIM modem");
    }
    device_ = arrived.get();
    device_->Open([this](const Reply& reply) { Begin(reply); });
    auto done = done_.get_future();
    if (done.wait_for(patience) != std::future_status::ready) {
      throw std::runtime_error("the modem does not answer");
    }
    if (!done.get()) throw std::runtime_error("the modem refuses a command");
    std::promise<void> closed;
    device_->Close([&closed] { closed.set_value(); });
    closed.get_future().wait();
    return std::move(times_);
  }

 private:
  void OnArrival(std::shared_ptr<Device> device) override {
    if (!device_) arrived_.set_value(std::move(device));
  }
  void OnRemoval(std::shared_ptr<Device>) override {}

  // Both run on the client's thread.
  void Begin(const Reply& reply) {
    if (!reply.ok()) return done_.set_value(false);
    Ask();
  }
  void Ask() {
    const auto begin = Clock::now();
    client::Query(*device_, mbim::kDeviceCaps, {}, [this, begin](const Reply& reply) {
      if (!reply.ok()) return done_.set_value(false);
      times_.push_back(std::chrono::duration<double, std::micro>(Clock::now() - begin).count());
      --left_ > 0 ? Ask() : done_.set_value(true);
    });
  }

  std::unique_ptr<Monitor> monitor_;
  std::promise<std::shared_ptr<Device>> arrived_;
  std::promise<bool> done_;
  std::shared_ptr<Device> device_;
  unsigned left_;
  std::vector<double> times_;
};

int Main(int argc, char** argv) {
  CLI::App app(
      "Asks an attached MBIM modem for DEVICE_CAPS, one command at a time; prints the\n"
      "microseconds of each command as a JSON array.");
  std::string transport = "libusb";
  unsigned count = 200;
  int patience = 60;
  app.add_option("--transport", transport,
                 "libusb, or cdc-wdm for the kernel's driver (default: libusb)")
      ->check(CLI::IsMember({"libusb", "cdc-wdm"}));
  app.add_option("--count", count, "number of commands (default: 200)")
      ->check(CLI::Range(1u, 1'000'000u));
  app.add_option("--patience", patience,
                 "seconds to wait for the modem, and for all answers (default: 60)");
  CLI11_PARSE(app, argc, argv);
  try {
    Benchmark benchmark(
        transport == "libusb" ? MakeLibusbMonitor({}, {}) : MakeCdcWdmMonitor({}, {}), count);
    const char* separator = "[";
    for (const double time : benchmark.Run(std::chrono::seconds(patience))) {
      std::printf("%s%.1f", separator, time);
      separator = ", ";
    }
    std::puts("]");
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s: %s\n", argv[0], error.what());
    return 1;
  }
}

}  // namespace
}  // namespace mbnrig::client

int main(int argc, char** argv) {
  return mbnrig::client::Main(argc, argv);
}
