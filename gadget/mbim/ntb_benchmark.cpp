/// Measures how long it takes to write and read NTBs of full-sized packets, compared with a memcpy
/// of the same bytes.

#include <benchmark/benchmark.h>

#include <cstring>

#include "mbim/ntb.h"

namespace mbnrig::mbim {
namespace {

constexpr std::size_t kDatagram = 1500;

/// Fills one block and returns it.
ByteView Fill(NtbWriter& writer, ByteView packet) {
  while (writer.Add(0, true, packet)) {
  }
  return writer.Finish();
}

void CountBytes(benchmark::State& state, std::size_t size) {
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(size));
  state.counters["bytes"] = static_cast<double>(size);
}

void EncodeNtb(benchmark::State& state, NtbFormat format) {
  const Bytes packet(kDatagram, 0x45);
  NtbWriter writer;
  writer.Reset({}, format, 0, 512);
  std::size_t size = 0;
  for ([[maybe_unused]] auto _ : state) {
    const ByteView ntb = Fill(writer, packet);
    size = ntb.size();
    benchmark::DoNotOptimize(ntb.data());
    benchmark::ClobberMemory();
  }
  CountBytes(state, size);
}

/// Reads a block and copies each datagram to its own memory, as a data path does.
void DecodeNtb(benchmark::State& state, NtbFormat format, bool copy) {
  const Bytes packet(kDatagram, 0x45);
  NtbWriter writer;
  writer.Reset({}, format, 0, 512);
  const ByteView ntb = Fill(writer, packet);
  NtbContents contents;
  Bytes out(ntb.size());
  for ([[maybe_unused]] auto _ : state) {
    if (ParseNtb(ntb, format, contents)) state.SkipWithError("refused");
    if (copy) {
      std::uint8_t* to = out.data();
      for (const Datagram& datagram : contents.datagrams) {
        std::memcpy(to, datagram.bytes.data(), datagram.bytes.size());
        to += datagram.bytes.size();
      }
    }
    benchmark::DoNotOptimize(contents.datagrams.data());
    benchmark::ClobberMemory();
  }
  CountBytes(state, ntb.size());
}

void MemcpyNtb(benchmark::State& state, NtbFormat format) {
  const Bytes packet(kDatagram, 0x45);
  NtbWriter writer;
  writer.Reset({}, format, 0, 512);
  const ByteView ntb = Fill(writer, packet);
  Bytes out(ntb.size());
  for ([[maybe_unused]] auto _ : state) {
    std::memcpy(out.data(), ntb.data(), ntb.size());
    benchmark::DoNotOptimize(out.data());
    benchmark::ClobberMemory();
  }
  CountBytes(state, ntb.size());
}

BENCHMARK_CAPTURE(EncodeNtb, NTB16, NtbFormat::kNtb16);
BENCHMARK_CAPTURE(DecodeNtb, NTB16, NtbFormat::kNtb16, false);
BENCHMARK_CAPTURE(DecodeNtb, NTB16 and copy, NtbFormat::kNtb16, true);
BENCHMARK_CAPTURE(MemcpyNtb, NTB16, NtbFormat::kNtb16);
BENCHMARK_CAPTURE(EncodeNtb, NTB32, NtbFormat::kNtb32);
BENCHMARK_CAPTURE(DecodeNtb, NTB32, NtbFormat::kNtb32, false);
BENCHMARK_CAPTURE(DecodeNtb, NTB32 and copy, NtbFormat::kNtb32, true);
BENCHMARK_CAPTURE(MemcpyNtb, NTB32, NtbFormat::kNtb32);

}  // namespace
}  // namespace mbnrig::mbim

BENCHMARK_MAIN();
