/// A hostile trace: a pcapng file, which is read up to its first damage, and packets, valid or
/// damaged. Prints both as `mbnrig trace` does, and checks that every entry can be printed as text
/// and as JSON.

#include <nlohmann/json.hpp>
#include <sstream>

#include "mbim/message.h"
#include "mbim/service_ids.h"
#include "mbim/testing/fuzz_recording.h"
#include "trace/conversation.h"
#include "trace/urb.h"

namespace mbnrig::fuzz {
namespace {

using trace::Urb;

enum Kind : std::uint8_t { kFile, kPackets, kKinds };

void Print(const trace::Conversation& conversation, std::size_t packets) {
  const auto entries = conversation.entries();
  // An NTB has at most one datagram for about every 12 bytes, and a packet has at most 4096 bytes
  // here.
  Require(entries.size() <= 1 + packets * 1024, "entries are bounded by the packets");
  for (const trace::Entry* entry : entries) {
    trace::PrintOptions options;
    options.details = options.devices = true;
    Require(!ToText(*entry, options).empty(), "every entry has a text");
    // Replaces bytes that are not UTF-8, as the program does.
    Require(!ToJson(*entry).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace).empty(),
            "every entry is JSON");
  }
}

void RunFile(ByteView bytes) {
  std::istringstream in(std::string(bytes.begin(), bytes.end()));
  trace::Conversation conversation;
  std::size_t packets = 0;
  try {
    trace::Reader reader(in);
    for (trace::Packet packet; reader.Next(packet); ++packets) {
      Require(packet.data.size() <= bytes.size(), "a packet is not longer than its file");
      conversation.Add(packet);
    }
  } catch (const trace::TraceError& error) {
    Require(std::string(error.what()).find('\n') == std::string::npos, "a refusal is one line");
  }
  Print(conversation, packets);
}

/// For each packet the input has a word, the milliseconds before it, and a chunk, its bytes.
void RunPackets(Input& input) {
  trace::Conversation conversation;
  trace::Packet packet;
  std::size_t packets = 0;
  for (; !input.empty(); ++packets) {
    packet.time += 1'000'000u * input.Word();
    const ByteView data = input.Chunk();
    packet.data.assign(data.begin(), data.end());
    conversation.Add(packet);
  }
  Print(conversation, packets);
}

Bytes PacketOf(const Urb& urb, ByteView data) {
  const auto header = EncodeUrb(urb, 0, data.size());
  Bytes packet(header.begin(), header.end());
  packet.insert(packet.end(), data.begin(), data.end());
  return packet;
}

/// The packets of a transfer: its submission and its completion.
std::vector<Bytes> PacketsOf(const Transfer& transfer, std::uint64_t id) {
  Urb urb;
  urb.id = id;
  urb.device = 1;
  const bool control = transfer.pipe == Transfer::Pipe::kControl;
  urb.transfer = control                                  ? Urb::Transfer::kControl
                 : transfer.pipe == Transfer::Pipe::kBulk ? Urb::Transfer::kBulk
                                                          : Urb::Transfer::kInterrupt;
  urb.endpoint = static_cast<std::uint8_t>((control ? 0 : 2) | (transfer.in ? 0x80 : 0));
  urb.length = static_cast<std::uint32_t>(transfer.data.size());
  urb.event = Urb::Event::kSubmit;
  urb.status = trace::urb_status::kInProgress;
  if (control) urb.setup = transfer.setup;
  const ByteView data = transfer.data;
  std::vector<Bytes> packets{PacketOf(urb, transfer.in ? ByteView() : data)};
  urb.event = Urb::Event::kComplete;
  urb.status = trace::urb_status::kOk;
  urb.setup.reset();
  packets.push_back(PacketOf(urb, transfer.in ? data : ByteView()));
  return packets;
}

Transfer Control(std::uint8_t request_type, std::uint8_t request, const Bytes& data) {
  Transfer transfer;
  transfer.in = (request_type & 0x80) != 0;
  transfer.setup = {request_type, request};
  transfer.data = data;
  return transfer;
}

}  // namespace

std::vector<std::pair<std::string, Bytes>> Seeds() {
  using mbim::EncodeMessage;
  const Recording recording{
      Control(0x21, 0, EncodeMessage(mbim::HostMessage(mbim::OpenMessage{1, 4096}))),
      Control(0xa1, 1, EncodeMessage(mbim::FunctionMessage(mbim::OpenDone{1, {}}))),
      Control(0x21, 0,
              EncodeMessage(mbim::HostMessage(mbim::CommandMessage{
                  2, mbim::kServiceBasicConnect, 1, mbim::CommandType::kQuery, {}})))};
  Bytes file;
  trace::AppendSectionHeader(file, "a fuzzer");
  trace::AppendInterface(file, trace::kLinkTypeUsbLinuxMmapped, "usb");
  std::uint64_t time = 0;
  for (const Transfer& transfer : recording) {
    ++time;
    for (const Bytes& packet : PacketsOf(transfer, time)) {
      trace::AppendPacket(file, time, packet, {}, std::string_view("a comment\0", 10));
    }
  }
  trace::AppendStatistics(file, time, 6, 0);
  std::vector<std::pair<std::string, Bytes>> seeds{
      {"file", Output().Byte(kFile).Raw(file).bytes()}};
  for (const Bytes& seed : SeedsOf(recording)) {
    seeds.emplace_back("packets", seed);
  }
  return seeds;
}

std::vector<Bytes> SeedsOf(const Recording& recording) {
  SeedCutter seeds(Output().Byte(kPackets).bytes());
  std::uint64_t id = 0;
  for (const Transfer& transfer : recording) {
    Output step;
    ++id;
    for (const Bytes& packet : PacketsOf(transfer, id)) {
      step.Word(1).Chunk(packet);
    }
    seeds.Add(step);
  }
  return seeds.Finish();
}

}  // namespace mbnrig::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace mbnrig::fuzz;
  Input input(data, size);
  if (input.Byte() % kKinds == kFile) {
    RunFile(input.Rest());
  } else {
    RunPackets(input);
  }
  return 0;
}
