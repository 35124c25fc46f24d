// Measures a command from the host through the modem and back over a bus in the process, next to a
// memcpy of the same bytes. Argument: the size of the answer's information buffer in bytes.

#include <benchmark/benchmark.h>
#include <unistd.h>

#include <cstring>
#include <deque>
#include <filesystem>
#include <future>
#include <iostream>

#include "client/call.h"
#include "client/monitor.h"
#include "gadget.h"
#include "mbim/message.h"
#include "trace/writer.h"
#include "usb/loopback.h"

namespace mbnrig::client {
namespace {

constexpr auto kCapsCid = mbim::kDeviceCaps.number;

/// A gadget on a bus, and its opened device.
class Rig : private Monitor::Listener {
 public:
  /// If `trace` is set, both sides write into it.
  explicit Rig(std::uint16_t max_control_message, std::shared_ptr<trace::Writer> trace = nullptr)
      : gadget_(ScenarioWith(max_control_message)), port_(bus_, gadget_.function()) {
    if (trace) gadget_.set_trace(trace);
    MonitorOptions options;
    options.trace = std::move(trace);
    gadget_.set_port(&port_);
    gadget_.Plug();
    monitor_ = MakeLoopbackMonitor(bus_, Timeouts{}, options);
    auto arrived = arrived_.get_future();
    monitor_->Start(*this);
    device_ = arrived.get();
    std::promise<bool> opened;
    device_->Open([&opened](const Reply& reply) { opened.set_value(reply.ok()); });
    if (!opened.get_future().get()) {
      throw std::runtime_error("cannot open the emulated modem");
    }
  }
  ~Rig() override {
    monitor_->Stop();
    gadget_.set_port(nullptr);
  }

  /// Sends `count` queries of DEVICE_CAPS at once. Returns the bytes of the answers on the wire.
  std::size_t Ask(int count) {
    std::promise<std::size_t> answered;
    std::size_t bytes = 0;
    int left = count;  // used on the dispatch thread, like the next one
    for (int i = 0; i < count; ++i) {
      client::Query(*device_, mbim::kDeviceCaps, {}, [&](const Reply& reply) {
        bytes += mbim::kHeaderSize + mbim::kFragmentHeaderSize + 28 + reply.information.size();
        if (--left == 0) {
          answered.set_value(bytes);
        }
      });
    }
    return answered.get_future().get();
  }

 private:
  static scenario::Scenario ScenarioWith(std::uint16_t max_control_message) {
    scenario::Scenario scenario;
    scenario.usb.max_control_message = max_control_message;
    return scenario;
  }
  void OnArrival(std::shared_ptr<Device> device) override { arrived_.set_value(std::move(device)); }
  void OnRemoval(std::shared_ptr<Device>) override {}

  usb::LoopbackBus bus_;
  Gadget gadget_;
  usb::LoopbackPort port_;
  std::promise<std::shared_ptr<Device>> arrived_;
  std::unique_ptr<Monitor> monitor_;
  std::shared_ptr<Device> device_;
};

/// Bytes of the query on the wire.
std::size_t QuestionSize() {
  return mbim::EncodeMessage(
             mbim::HostMessage(mbim::CommandMessage{
                 1, mbim::kServiceBasicConnect, kCapsCid, mbim::CommandType::kQuery, {}}))
      .size();
}

/// DEVICE_CAPS from host to modem and back: `commands` pending at a time, control messages of
/// `max_control` bytes, and whether both sides write a trace.
void RoundTrip(benchmark::State& state) {
  const int commands = static_cast<int>(state.range(0));
  const auto path = std::filesystem::temp_directory_path() /
                    ("mbnrig-benchmark-" + std::to_string(::getpid()) + ".pcapng");
  Rig rig(static_cast<std::uint16_t>(state.range(1)),
          state.range(2) != 0 ? std::make_shared<trace::Writer>(path) : nullptr);
  std::size_t bytes = 0;
  for (auto _ : state) {
    bytes += rig.Ask(commands);
  }
  std::filesystem::remove(path);  // the writer still has the open file
  state.SetItemsProcessed(state.iterations() * commands);
  state.SetBytesProcessed(static_cast<std::int64_t>(
      bytes + static_cast<std::size_t>(state.iterations() * commands) * QuestionSize()));
}
BENCHMARK(RoundTrip)
    ->ArgNames({"commands", "max_control", "trace"})
    ->ArgsProduct({{1, 16}, {64, 4096}, {0, 1}})
    ->UseRealTime();

/// Copies the bytes of one such query and answer once.
void Memcpy(benchmark::State& state) {
  std::size_t size = QuestionSize();
  {
    Rig rig(4096);
    size += rig.Ask(1);
  }
  const mbim::Bytes from(size, 0x5A);
  mbim::Bytes to(size);
  for (auto _ : state) {
    std::memcpy(to.data(), from.data(), size);
    benchmark::DoNotOptimize(to.data());
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations());
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(size));
}
BENCHMARK(Memcpy)->UseRealTime();

}  // namespace
}  // namespace mbnrig::client

BENCHMARK_MAIN();
