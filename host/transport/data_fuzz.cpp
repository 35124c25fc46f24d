/// A hostile modem on the host's data pipe: arbitrary blocks, transfer errors and NTB parameters,
/// while datagrams are sent, sinks are set and removed, and the pipe stops and starts. Checks that
/// accepted datagrams leave in order, in blocks that the function accepts; that every delivered
/// datagram was in a block; and that reading and writing continue after every error.

#include <spdlog/spdlog.h>

#include <array>
#include <deque>
#include <map>

#include "mbim/testing/fuzz_recording.h"
#include "transport/data_pipe.h"
#include "transport/log.h"
#include "transport/testing/fake_usb.h"
#include "transport/testing/fuzz_status.h"
#include "transport/testing/test_executor.h"

namespace mbnrig::fuzz {
namespace {

using mbim::NtbFormat;
using std::chrono::milliseconds;
using transport::DataStream;
using transport::UsbStatus;
using transport::testing::FakeUsbDevice;

enum Step : std::uint8_t {
  kBlock,     ///< a byte: how a read ends; a chunk: the bytes read
  kSend,      ///< a stream, a byte: whether more follows, a word: the length
  kFlush,     ///< sends the waiting datagrams
  kOutEnds,   ///< a byte: how writes end from now on
  kComplete,  ///< a byte: how the oldest pending write ends
  kPass,      ///< a word: the time that passes, in tenths of a second
  kRestart,   ///< the pipe stops and starts
  kSink,      ///< a stream, a byte: its new sink (Sink)
  kVanish     ///< the device leaves
};
/// Steps are numbers below this. Some numbers mean nothing yet, so that stored inputs keep their
/// meaning when a step is added.
constexpr std::uint8_t kStepRange = 16;

/// What a stream's sink does with a datagram.
enum Sink : std::uint8_t { kNone, kTakes, kSendsBack, kSinks };

constexpr std::uint8_t kIn = 0x82, kOut = 0x07;
/// Small limits, so that fuzz inputs reach them.
constexpr transport::DataPipeConfig kConfig{.transfers = 3, .waiting = 2, .largest_out = 8192};
constexpr std::uint32_t kLargestIn = 65536;

using StreamKey = std::pair<std::uint8_t, bool>;

class Host {
 public:
  Host(NtbFormat format, const mbim::NtbParameters& parameters) {
    settings_ = {parameters, format, std::min(parameters.in_max_size, kLargestIn)};
    limits_ = parameters.OutLimits(format, kConfig.largest_out);
    usb_->set_out_handler([this](std::uint8_t endpoint, ByteView block) {
      Require(endpoint == kOut, "blocks go to bulk OUT");
      Take(block);
      NoteEnd(out_ends_);
      return out_ends_;
    });
    pipe_ = std::make_shared<transport::DataPipe>(
        executor_, usb_,
        std::get<transport::MbimFunctionInfo>(transport::FindMbimFunction(usb_->configuration())),
        kConfig);
    SetSink({0, true}, kTakes);
    pipe_->Start(settings_);
  }

  ~Host() {
    pipe_->Stop();
    executor_->Advance(kConfig.longest_pause);
    Require(usb_->pending() == 0, "a stopped pipe has no pending transfers");
  }

  void Do(Input& input) {
    switch (input.Byte() % kStepRange) {
      case kBlock: {
        const auto status = StatusOf(input.Byte());
        const ByteView bytes = input.Chunk();
        if (status) Block(*status, bytes);
        break;
      }
      case kSend: {
        const DataStream stream = StreamOf(input);
        const bool more = input.Byte() % 2 == 1;
        Send(stream, Bytes(input.Word() % (2 * kConfig.largest_out), 0x45), more);
        break;
      }
      case kFlush:
        pipe_->Flush();
        break;
      case kOutEnds:
        out_ends_ = StatusOf(input.Byte());
        break;
      case kComplete: {
        const UsbStatus status = StatusOf(input.Byte()).value_or(UsbStatus::kOk);
        NoteEnd(status);
        usb_->CompleteOut(kOut, status);
        break;
      }
      case kPass:
        executor_->Advance(milliseconds(100 * input.Word()));
        break;
      case kRestart:
        pipe_->Stop();
        sent_.clear();
        gone_ = vanished_;
        pipe_->Start(settings_);
        break;
      case kSink: {
        const DataStream stream = StreamOf(input);
        SetSink(stream, static_cast<Sink>(input.Byte() % kSinks));
        break;
      }
      case kVanish:
        usb_->Vanish();
        gone_ = vanished_ = true;
        break;
      default:
        break;
    }
    executor_->Run();
    Require(usb_->pending(kIn) <= kConfig.transfers && usb_->pending(kOut) <= kConfig.transfers,
            "the number of pending transfers keeps its limit");
    const auto counters = pipe_->counters();
    Require(counters.in_bytes <= in_bytes_, "every delivered byte was received");
    Require(counters.out_datagrams == taken_, "every accepted datagram is counted");
  }

  /// From now on the modem takes and sends as it should.
  void End() {
    out_ends_ = UsbStatus::kOk;
    // The end of a pending transfer may pause the pipe once more.
    for (unsigned i = 0; i <= kConfig.transfers; ++i) {
      while (usb_->pending(kOut) > 0) {
        usb_->CompleteOut(kOut, UsbStatus::kOk);
      }
      executor_->Advance(kConfig.longest_pause);
      pipe_->Flush();
    }
    if (gone_) return;
    Require(usb_->pending(kIn) == kConfig.transfers, "reading continues");
    Require(usb_->pending(kOut) == 0, "writing continues");
    for (const auto& [stream, datagrams] : sent_) {
      Require(datagrams.empty(), "every accepted datagram leaves");
    }
  }

 private:
  static DataStream StreamOf(Input& input) {
    const std::uint8_t byte = input.Byte();
    return {static_cast<std::uint8_t>(byte >> 1), byte % 2 == 0};
  }

  /// The pipe believes a transfer that ends with kNoDevice.
  void NoteEnd(std::optional<UsbStatus> status) { gone_ |= status == UsbStatus::kNoDevice; }

  void Block(UsbStatus status, ByteView bytes) {
    if (usb_->pending(kIn) == 0) return;
    NoteEnd(status);
    // No host controller lets a device send more than was requested.
    if (bytes.size() > settings_.in_size) status = UsbStatus::kOverflow;
    if (status != UsbStatus::kOk) bytes = {};
    in_bytes_ += bytes.size();
    // A copy of exactly this size, so that the sanitizers detect a read beyond the end.
    usb_->CompleteIn(kIn, status, {bytes.begin(), bytes.end()});
  }

  void Send(DataStream stream, const Bytes& datagram, bool more) {
    // The datagram may leave before Send returns.
    auto& queue = sent_[{stream.session, stream.ip}];
    queue.push_back(datagram);
    const bool taken = pipe_->Send(stream, datagram, more);
    if (taken) {
      ++taken_;
    } else {
      Require(!queue.empty() && queue.back() == datagram, "a refused datagram does not leave");
      queue.pop_back();
    }
  }

  void SetSink(DataStream stream, Sink sink) {
    if (sink == kNone) return pipe_->set_sink(stream, {});
    pipe_->set_sink(stream, {[this, stream, sink](ByteView datagram) {
                      Require(!datagram.empty(), "a datagram is not empty");
                      if (sink == kSendsBack)
                        Send(stream, {datagram.begin(), datagram.end()}, false);
                    }});
  }

  /// Reads a block as the function does.
  void Take(ByteView block) {
    Require(block.size() <= limits_.max_size, "a block keeps the function's maximum size");
    mbim::NtbContents contents;
    Require(!mbim::ParseNtb(block, settings_.format, contents), "the host's blocks are valid");
    Require(!contents.datagrams.empty(), "a block is not empty");
    for (const mbim::Datagram& datagram : contents.datagrams) {
      auto& queue = sent_[{datagram.session, datagram.ip}];
      Require(!queue.empty() && std::ranges::equal(queue.front(), datagram.bytes),
              "datagrams leave unchanged, in order, and once");
      queue.pop_front();
    }
  }

  const std::shared_ptr<transport::testing::TestExecutor> executor_ =
      std::make_shared<transport::testing::TestExecutor>();
  const std::shared_ptr<FakeUsbDevice> usb_ = std::make_shared<FakeUsbDevice>(
      transport::UsbDeviceInfo{"usb-1-1", 0x1d6b, 0x0104, "", "", ""},
      transport::testing::FakeMbimConfiguration(true));
  transport::NtbSettings settings_;
  mbim::NtbLimits limits_;
  std::shared_ptr<transport::DataPipe> pipe_;
  std::optional<UsbStatus> out_ends_ = UsbStatus::kOk;
  std::map<StreamKey, std::deque<Bytes>>
      sent_;  ///< accepted datagrams that have not left, by stream
  std::uint64_t in_bytes_ = 0, taken_ = 0;
  bool vanished_ = false, gone_ = false;
};

// --- seeds ---------------------------------------------------------------------------------------

Bytes ModemBlock(NtbFormat format, std::uint16_t sequence, std::size_t datagrams,
                 std::uint8_t session = 0) {
  mbim::NtbWriter writer;
  writer.Reset({}, format, sequence, 512);
  for (std::size_t i = 0; i < datagrams; ++i) {
    writer.Add(session, true, Bytes(40 + i, 0x45));
  }
  const ByteView block = writer.Finish();
  return {block.begin(), block.end()};
}

/// The preamble: the format, and empty NTB parameters, which stand for the defaults.
Output Started(NtbFormat format) {
  Output output;
  return output.Byte(format == NtbFormat::kNtb32).Chunk({});
}
void AddBlock(Output& output, const Bytes& block, UsbStatus status = UsbStatus::kOk) {
  output.Byte(kBlock).Byte(static_cast<std::uint8_t>(status)).Chunk(block);
}
void AddSend(Output& output, std::uint8_t stream, std::uint16_t length, bool more = false) {
  output.Byte(kSend).Byte(stream).Byte(more).Word(length);
}

}  // namespace

std::vector<std::pair<std::string, Bytes>> Seeds() {
  std::vector<std::pair<std::string, Bytes>> seeds;
  for (const NtbFormat format : {NtbFormat::kNtb16, NtbFormat::kNtb32}) {
    const std::string name = format == NtbFormat::kNtb16 ? "16" : "32";
    Output both = Started(format);
    both.Byte(kSink).Byte(6).Byte(kSendsBack);
    for (std::uint16_t i = 0; i < 5; ++i) {
      AddBlock(both, ModemBlock(format, i, i, i % 2 == 0 ? 0 : 3));
      AddSend(both, 0, static_cast<std::uint16_t>(100 + 300 * i), i % 2 == 0);
    }
    seeds.emplace_back("both-ways-" + name, both.Byte(kFlush).bytes());

    Output full = Started(format);
    full.Byte(kOutEnds).Byte(255);
    for (int i = 0; i < 40; ++i) {
      AddSend(full, static_cast<std::uint8_t>(i % 3), 1400);
    }
    full.Byte(kComplete).Byte(0).Byte(kRestart);
    seeds.emplace_back("full-queue-" + name, full.bytes());

    Output errors = Started(format);
    for (std::uint8_t status = 0; status < 10; ++status) {
      errors.Byte(kOutEnds).Byte(status);
      AddSend(errors, 0, 100);
      AddBlock(errors, ModemBlock(format, status, 1), static_cast<UsbStatus>(status));
      errors.Byte(kPass).Word(20);
    }
    seeds.emplace_back("errors-" + name, errors.Byte(kVanish).bytes());
  }
  Output parameters;
  parameters.Byte(1).Chunk(mbim::Encode(mbim::NtbParameters{.in_max_size = 2048,
                                                            .in_divisor = 16,
                                                            .in_remainder = 3,
                                                            .out_max_size = 2048,
                                                            .out_divisor = 32,
                                                            .out_remainder = 14,
                                                            .out_alignment = 64,
                                                            .out_max_datagrams = 2}));
  for (int i = 0; i < 6; ++i) {
    AddSend(parameters, 0, 600, true);
  }
  seeds.emplace_back("parameters", parameters.Byte(kFlush).bytes());
  return seeds;
}

std::vector<Bytes> SeedsOf(const Recording& recording) {
  std::optional<NtbFormat> format;
  Bytes parameters;
  for (const Transfer& transfer : recording) {
    if (transfer.IsNtbParameters()) parameters = transfer.data;
    if (transfer.pipe == Transfer::Pipe::kBulk && !format) format = FormatOf(transfer.data);
  }
  Output preamble;
  preamble.Byte(format == NtbFormat::kNtb32).Chunk(parameters);
  SeedCutter seeds(preamble.bytes());
  for (const Transfer& transfer : recording) {
    Output step;
    if (transfer.pipe != Transfer::Pipe::kBulk) continue;
    if (transfer.in) {
      AddBlock(step, transfer.data);
    } else {
      for (const mbim::Datagram& datagram : DatagramsOf(transfer.data)) {
        AddSend(step, static_cast<std::uint8_t>(2 * datagram.session + (datagram.ip ? 0 : 1)),
                static_cast<std::uint16_t>(datagram.bytes.size()), true);
      }
      step.Byte(kFlush);
    }
    seeds.Add(step);
  }
  return seeds.Finish();
}

}  // namespace mbnrig::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace mbnrig::fuzz;
  // Inputs are broken on purpose: no warnings.
  mbnrig::transport::Log().set_level(spdlog::level::off);
  Input input(data, size);
  const bool ntb32 = input.Byte() % 2 == 1;
  const auto decoded = mbnrig::mbim::DecodeNtbParameters(input.Chunk());
  const auto* parameters = std::get_if<mbnrig::mbim::NtbParameters>(&decoded);
  Host host(ntb32 ? mbnrig::mbim::NtbFormat::kNtb32 : mbnrig::mbim::NtbFormat::kNtb16,
            parameters ? *parameters : mbnrig::mbim::NtbParameters{});
  while (!input.empty()) {
    host.Do(input);
  }
  host.End();
  return 0;
}
