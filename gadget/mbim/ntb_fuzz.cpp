/// NTBs and NTB parameters from a hostile peer. Checks that no view leads outside, that a small
/// block does not expand, and that everything that was read can be written and read again.

#include "mbim/ntb.h"
#include "mbim/testing/fuzz_recording.h"
#include "mbim/testing/generate.h"

namespace mbnrig::fuzz {
namespace {

using namespace mbim;
using mbim::testing::Random;

enum Kind : std::uint8_t { kNtb16, kNtb32, kParameters, kKinds };

void CheckViews(const NtbContents& contents, ByteView ntb) {
  Require(contents.block_length <= ntb.size(), "the block is within the transfer");
  std::size_t total = 0;
  for (const Datagram& datagram : contents.datagrams) {
    Require(!datagram.bytes.empty(), "no datagram is empty");
    Require(datagram.bytes.data() >= ntb.data() &&
                datagram.bytes.data() + datagram.bytes.size() <= ntb.data() + contents.block_length,
            "a datagram is within the block");
    total += datagram.bytes.size();
  }
  Require(total <= contents.block_length, "the datagrams together are not longer than the block");
  Require(contents.ndp_indexes.size() <= kNtbMaxNdps, "the chain has an end");
}

/// Writes the datagrams as blocks. Each block must contain the datagrams that were added to it.
void WriteAgain(const NtbContents& contents, NtbFormat format, const NtbLimits& limits) {
  NtbWriter writer;
  writer.Reset(limits, format, contents.sequence, 64);
  NtbContents again;
  std::size_t in_block = 0;
  auto finish = [&] {
    const ByteView ntb = writer.Finish();
    Require(ntb.size() <= limits.max_size, "a block is not longer than the maximum");
    Require(ntb.size() == limits.max_size || ntb.size() % 64 != 0, "a short packet ends a block");
    Require(!ParseNtb(ntb, format, again), "a written block can be read");
    Require(again.datagrams.size() == in_block, "a block contains what was added to it");
    in_block = 0;
  };
  for (const Datagram& datagram : contents.datagrams) {
    if (datagram.bytes.size() > writer.MaxDatagram()) continue;
    if (!writer.Add(datagram.session, datagram.ip, datagram.bytes)) {
      finish();
      Require(writer.Add(datagram.session, datagram.ip, datagram.bytes),
              "the longest datagram fits into an empty block");
    }
    ++in_block;
  }
  if (in_block != 0) finish();
}

void RunNtb(ByteView ntb, NtbFormat format) {
  NtbContents contents;
  const auto error = ParseNtb(ntb, format, contents);
  Require(!error || !error->reason.empty(), "a refusal has a reason");
  CheckViews(contents, ntb);
  WriteAgain(contents, format, {2048, 0, 4, 0, 4});
  WriteAgain(contents, format, {64 + contents.block_length / 2, 5, 7, 3, 16});
}

void RunParameters(ByteView bytes) {
  const auto decoded = DecodeNtbParameters(bytes);
  const auto* parameters = std::get_if<NtbParameters>(&decoded);
  if (!parameters) return;
  const auto again = DecodeNtbParameters(Encode(*parameters));
  Require(
      std::holds_alternative<NtbParameters>(again) && std::get<NtbParameters>(again) == *parameters,
      "parameters are the same after a round trip");
  for (const auto format : {NtbFormat::kNtb16, NtbFormat::kNtb32}) {
    NtbWriter writer;
    writer.Reset(parameters->OutLimits(format, 65536), format, 0, 512);
    if (writer.MaxDatagram() == 0) continue;
    Require(writer.Add(0, true, Bytes(writer.MaxDatagram())), "the longest datagram fits");
    Require(writer.Finish().size() <= parameters->out_max_size,
            "a block is not longer than the maximum");
  }
}

Bytes SeedNtb(std::uint64_t seed, NtbFormat format) {
  Random random(seed);
  NtbWriter writer;
  writer.Reset({1024, 0, 4, 0, 4}, format, static_cast<std::uint16_t>(seed), 64);
  for (std::uint64_t i = 0; i <= seed; ++i) {
    writer.Add(static_cast<std::uint8_t>(random.Below(3)), !random.OneIn(4),
               Bytes(1 + random.Below(60), 0x45));
  }
  const ByteView ntb = writer.Finish();
  return {ntb.begin(), ntb.end()};
}

}  // namespace

std::vector<std::pair<std::string, Bytes>> Seeds() {
  std::vector<std::pair<std::string, Bytes>> seeds;
  for (const std::uint64_t seed : {0u, 2u, 9u}) {
    const std::string number = std::to_string(seed + 1);
    seeds.emplace_back("ntb16-" + number,
                       Output().Byte(kNtb16).Raw(SeedNtb(seed, NtbFormat::kNtb16)).bytes());
    seeds.emplace_back("ntb32-" + number,
                       Output().Byte(kNtb32).Raw(SeedNtb(seed, NtbFormat::kNtb32)).bytes());
  }
  seeds.emplace_back("parameters", Output().Byte(kParameters).Raw(Encode(NtbParameters{})).bytes());
  return seeds;
}

std::vector<Bytes> SeedsOf(const Recording& recording) {
  std::vector<Bytes> seeds;
  for (const Transfer& transfer : recording) {
    if (transfer.IsNtbParameters()) {
      seeds.push_back(Output().Byte(kParameters).Raw(transfer.data).bytes());
    }
    const auto format = FormatOf(transfer.data);
    if (transfer.pipe != Transfer::Pipe::kBulk || !format) continue;
    const Kind kind = *format == NtbFormat::kNtb16 ? kNtb16 : kNtb32;
    seeds.push_back(Output().Byte(kind).Raw(transfer.data).bytes());
  }
  return seeds;
}

}  // namespace mbnrig::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace mbnrig::fuzz;
  Input input(data, size);
  switch (input.Byte() % kKinds) {
    case kNtb16:
      RunNtb(input.Rest(), mbnrig::mbim::NtbFormat::kNtb16);
      break;
    case kNtb32:
      RunNtb(input.Rest(), mbnrig::mbim::NtbFormat::kNtb32);
      break;
    default:
      RunParameters(input.Rest());
      break;
  }
  return 0;
}
