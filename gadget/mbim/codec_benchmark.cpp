/// Measures how long it takes to encode and decode each form, compared with a memcpy of the same
/// bytes. A generator with a fixed seed makes the values, so that results can be compared between
/// runs.

#include <benchmark/benchmark.h>

#include <cstring>

#include "mbim/basic_connect.h"
#include "mbim/codec.h"
#include "mbim/testing/generate.h"

namespace mbnrig::mbim {
namespace {

using mbim::testing::Generate;
using mbim::testing::Random;

/// The largest of several values, so that its lists are not empty.
template <class T>
T Sample() {
  T largest{};
  for (std::uint64_t seed = 0; seed < 16; ++seed) {
    Random random(seed);
    T value = Generate<T>(random);
    if (Encode(value).size() > Encode(largest).size()) largest = std::move(value);
  }
  return largest;
}

void CountBytes(benchmark::State& state, std::size_t size) {
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(size));
  state.counters["bytes"] = static_cast<double>(size);
}

template <class T>
void EncodeForm(benchmark::State& state) {
  const T value = Sample<T>();
  std::size_t size = 0;
  for ([[maybe_unused]] auto _ : state) {
    const Bytes wire = Encode(value);
    size = wire.size();
    benchmark::DoNotOptimize(wire.data());
  }
  CountBytes(state, size);
}

template <class T>
void DecodeForm(benchmark::State& state) {
  const Bytes wire = Encode(Sample<T>());
  for ([[maybe_unused]] auto _ : state) {
    const auto decoded = Decode<T>(wire);
    if (!decoded) state.SkipWithError("refused");
    benchmark::DoNotOptimize(&decoded);
  }
  CountBytes(state, wire.size());
}

template <class T>
void MemcpyForm(benchmark::State& state) {
  const Bytes wire = Encode(Sample<T>());
  Bytes copy(wire.size());
  for ([[maybe_unused]] auto _ : state) {
    std::memcpy(copy.data(), wire.data(), wire.size());
    benchmark::DoNotOptimize(copy.data());
    benchmark::ClobberMemory();
  }
  CountBytes(state, wire.size());
}

template <class... T>
void Register() {
  auto each = [](const std::string& name, auto encode, auto decode, auto copy) {
    benchmark::RegisterBenchmark(("encode/" + name).c_str(), encode);
    benchmark::RegisterBenchmark(("decode/" + name).c_str(), decode);
    benchmark::RegisterBenchmark(("memcpy/" + name).c_str(), copy);
  };
  (each(std::string(T::kName), EncodeForm<T>, DecodeForm<T>, MemcpyForm<T>), ...);
}

}  // namespace
}  // namespace mbnrig::mbim

int main(int argc, char** argv) {
  using namespace mbnrig::mbim;
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  Register<DeviceCapsInfo, SubscriberReadyInfo, SetRadioState, RadioStateInfo, SetPin, PinInfo,
           PinListInfo, Provider, VisibleProvidersReq, Providers, SetRegistrationState,
           RegistrationStateInfo, SetPacketService, PacketServiceInfo, SetSignalState,
           SignalStateInfo, SetConnect, ConnectInfo, SetProvisionedContext, ProvisionedContextsInfo,
           IpConfigurationInfo, DeviceServicesInfo, DeviceServiceSubscribeList>();
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
