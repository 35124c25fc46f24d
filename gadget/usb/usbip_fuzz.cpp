/// Hostile clients of the USB/IP server: arbitrary byte streams and commands, clients that do not
/// read their replies, connections that come and go. They use two modems that are plugged and
/// unplugged at the same time. Checks that a transfer is answered once and with no more data than
/// requested, that the memory for a client is bounded, and that work and output come to an end.

#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <optional>

#include "mbim/message.h"
#include "mbim/testing/fuzz_recording.h"
#include "usb/mbim_function.h"
#include "usb/modem_channel.h"
#include "usb/testing/usbip_client.h"

namespace mbnrig::fuzz {
namespace {

using usb::UsbipConversation;
using usb::UsbipExport;

enum Step : std::uint8_t {
  kConnect,   ///< replaces the client that is there
  kImport,    ///< connects and imports a modem; a byte: which
  kLeave,     ///< the connection ends
  kBytes,     ///< the client sends a chunk
  kSubmit,    ///< the client submits a transfer: see SubmitFrame
  kUnlink,    ///< the client unlinks a transfer; a byte: how many before the last
  kRead,      ///< the client reads a word of bytes of its replies
  kPlug,      ///< a byte: which modem
  kUnplug,    ///< a byte: which modem
  kDownlink,  ///< a byte: which modem; a chunk: a datagram
  kDrop,      ///< a byte: the modem that drops its next class request
  kPass,      ///< a word: the time that passes, in tenths of a second
};
/// Steps are numbers below this. Some numbers mean nothing yet, so that stored inputs keep their
/// meaning when a step is added. After each step follows a byte: which of the clients.
constexpr std::uint8_t kStepRange = 16;
constexpr std::size_t kClients = 3, kModems = 2;

/// More rounds than a client needs to read all its output.
constexpr int kManyRounds = 100'000;

void Put32(Output& output, std::uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) {
    output.Byte(value >> shift & 0xff);
  }
}

Bytes ImportRequest(std::uint32_t modem) {
  Output request;
  request.Word(usbip::kVersion >> 8 | (usbip::kVersion & 0xff) << 8).Raw(Bytes{0x80, 0x03});
  Put32(request, 0);
  Bytes bus_id(usbip::kBusIdLength);
  std::ranges::copy(usb::UsbipServer::BusId(modem), bus_id.begin());
  return request.Raw(bus_id).bytes();
}

/// A command as Linux sends it.
Bytes SubmitFrame(std::uint32_t device, std::uint32_t sequence, bool in, std::uint8_t endpoint,
                  std::uint32_t flags, std::uint32_t length, ByteView setup, ByteView data) {
  Output frame;
  for (const std::uint32_t word :
       {std::uint32_t{1}, sequence, device, std::uint32_t{in}, std::uint32_t{endpoint}, flags,
        length, std::uint32_t{0}, std::uint32_t{0}, std::uint32_t{0}}) {
    Put32(frame, word);
  }
  return frame.Raw(setup).Raw(data).bytes();
}

/// The contents of kSubmit. A byte: the endpoint, with the direction in bit 7 and URB_ZERO_PACKET
/// in bit 6. For endpoint 0 a SETUP packet. Then a word, the length of a read, or a chunk, the data
/// of a write.
Bytes SubmitFrame(Input& input, std::uint32_t device, std::uint32_t sequence) {
  const std::uint8_t byte = input.Byte();
  const bool in = (byte & 0x80) != 0;
  const std::uint8_t endpoint = byte & 0x0f;
  Bytes setup(8);
  if (endpoint == 0) {
    const ByteView given = input.Take(setup.size());
    std::ranges::copy(given, setup.begin());
  }
  const std::uint32_t flags = byte & 0x40;
  if (in) return SubmitFrame(device, sequence, in, endpoint, flags, input.Word(), setup, {});
  const ByteView data = input.Chunk();
  return SubmitFrame(device, sequence, in, endpoint, flags, static_cast<std::uint32_t>(data.size()),
                     setup, data);
}

Bytes UnlinkFrame(std::uint32_t device, std::uint32_t sequence, std::uint32_t submitted) {
  Output frame;
  for (const std::uint32_t word :
       {std::uint32_t{2}, sequence, device, std::uint32_t{0}, std::uint32_t{0}, submitted}) {
    Put32(frame, word);
  }
  return frame.Raw(Bytes(24)).bytes();
}

struct Modem {
  usb::ModemChannel channel;
  usb::MbimFunction function{scenario::UsbIdentity{}, channel};
};

class Server {
 public:
  Server() {
    for (std::uint32_t i = 0; i < kModems; ++i) {
      modems_[i].function.data().SetSession(0, true);
      exports_.emplace(i + 1, std::make_unique<UsbipExport>(i + 1, modems_[i].function, kLimits,
                                                            [this] { ready_ = true; }));
      exports_.at(i + 1)->Plug();
    }
  }

  ~Server() {
    for (auto& client : clients_)
      client.reset();
    for (auto& entry : exports_)
      entry.second->Unplug();
  }

  void Do(Input& input) {
    const std::uint8_t step = input.Byte() % kStepRange;
    std::optional<UsbipClient>& client = clients_[input.Byte() % kClients];
    switch (step) {
      case kConnect:
        client.reset();
        client.emplace(exports_, ++last_client_);
        break;
      case kImport: {
        client.reset();
        client.emplace(exports_, ++last_client_);
        Send(client, ImportRequest(1 + input.Byte() % kModems));
        break;
      }
      case kLeave:
        client.reset();
        break;
      case kBytes:
        Send(client, input.Chunk());
        break;
      case kSubmit: {
        const Bytes frame = SubmitFrame(input, device(client), ++last_sequence_);
        Send(client, frame);
        break;
      }
      case kUnlink: {
        const std::uint32_t sequence = ++last_sequence_;
        Send(client, UnlinkFrame(device(client), sequence, sequence - 1 - input.Byte()));
        break;
      }
      case kRead:
        if (client && !client->Read(input.Word())) client.reset();
        break;
      case kPlug:
        Plug(1 + input.Byte() % kModems);
        break;
      case kUnplug:
        Unplug(1 + input.Byte() % kModems);
        break;
      case kDownlink: {
        const std::uint8_t modem = input.Byte() % kModems;
        const ByteView datagram = input.Chunk();
        modems_[modem].function.data().Downlink(0, {datagram.begin(), datagram.end()});
        break;
      }
      case kDrop: {
        fault::Rule rule;
        rule.seam = fault::Seam::kSetup;
        rule.action = fault::Action::kDrop;
        rule.times = 1;
        modems_[input.Byte() % kModems].channel.plan.Add(rule);
        dropped_ = true;
        break;
      }
      case kPass:
        Pass(std::chrono::milliseconds(100 * input.Word()));
        break;
      default:
        break;
    }
    Work();
  }

  /// Every client reads all its output. After that no transfer may be pending.
  void End() {
    for (auto& client : clients_) {
      for (int i = 0; client && (!client->conversation.output().empty() || i == 0); ++i) {
        Require(i < kManyRounds, "a client's output ends");
        if (!client->Read(kMaxOutput)) client.reset();
        Work();
      }
      Require(!client || dropped_ || !client->Owed(), "control transfers and writes end");
    }
  }

 private:
  static std::uint32_t device(const std::optional<UsbipClient>& client) {
    const UsbipExport* device = client ? client->conversation.device() : nullptr;
    return usb::kUsbipBus << 16 | (device != nullptr ? device->number() : 1);
  }

  static void Send(std::optional<UsbipClient>& client, ByteView bytes) {
    if (client && !client->Send(bytes)) client.reset();
  }

  void Plug(std::uint32_t number) {
    if (!exports_.at(number)->plugged()) exports_.at(number)->Plug();
  }
  void Unplug(std::uint32_t number) {
    UsbipExport& device = *exports_.at(number);
    for (auto& client : clients_) {
      if (client && client->conversation.device() == &device) client.reset();
    }
    device.Unplug();
  }

  void Pass(std::chrono::milliseconds time) {
    for (Modem& modem : modems_) {
      modem.channel.now += time;
      modem.function.Run([&modem] { modem.channel.modem().Tick(modem.channel.now); });
      modem.function.Tick(modem.channel.now);
    }
  }

  void Work() {
    for (int i = 0; ready_; ++i) {
      Require(i < kManyRounds, "the exports' work ends");
      ready_ = false;
      for (auto& entry : exports_)
        entry.second->Work();
      // An export whose output is full continues when the client reads it.
    }
  }

  std::array<Modem, kModems> modems_;
  bool ready_ = false;
  UsbipConversation::Exports exports_;
  std::array<std::optional<UsbipClient>, kClients> clients_;
  std::uint64_t last_client_ = 0;
  std::uint32_t last_sequence_ = 0;
  bool dropped_ = false;  ///< a control transfer may stay pending forever
};

// --- seeds ---------------------------------------------------------------------------------------

Output& Step(Output& output, std::uint8_t step, std::uint8_t client = 0) {
  return output.Byte(step).Byte(client);
}
void Control(Output& output, const Bytes& setup, ByteView out = {}) {
  const bool in = (setup[0] & 0x80) != 0;
  Step(output, kSubmit).Byte(in ? 0x80 : 0).Raw(setup);
  in ? output.Raw(ByteView(setup).subspan(6, 2)) : output.Chunk(out);
}
void ReadFrom(Output& output, std::uint8_t endpoint, std::uint16_t length) {
  Step(output, kSubmit).Byte(0x80 | endpoint).Word(length);
}
void WriteTo(Output& output, std::uint8_t endpoint, ByteView data) {
  Step(output, kSubmit).Byte(endpoint).Chunk(data);
}
void Take(Output& output) {
  Step(output, kRead).Word(0xffff);
}

/// Imports a modem and configures it as a host's driver does.
Output Configured() {
  Output output;
  Step(output, kImport).Byte(0);
  Control(output, {0x80, 6, 0, 1, 0, 0, 18, 0});
  Control(output, {0x80, 6, 0, 2, 0, 0, 0xff, 0});
  Control(output, {0x00, 9, 1, 0, 0, 0, 0, 0});
  Control(output, {0x01, 11, 1, 0, 1, 0, 0, 0});
  Take(output);
  return output;
}

}  // namespace

std::vector<std::pair<std::string, Bytes>> Seeds() {
  std::vector<std::pair<std::string, Bytes>> seeds;

  Output list;
  Step(list, kConnect);
  seeds.emplace_back("list", Step(list, kBytes).Chunk(Bytes{1, 0x11, 0x80, 5, 0, 0, 0, 0}).bytes());

  const Bytes open = mbim::EncodeMessage(mbim::HostMessage(mbim::OpenMessage{1, 4096}));
  Output conversation = Configured();
  ReadFrom(conversation, 5, 64);
  const auto size = static_cast<std::uint8_t>(open.size());
  Control(conversation, {0x21, 0, 0, 0, 0, 0, size, 0}, open);
  Step(conversation, kPass).Word(100);
  Control(conversation, {0xa1, 1, 0, 0, 0, 0, 0, 0x10});
  Take(conversation);
  Step(conversation, kUnlink).Byte(0);
  seeds.emplace_back("conversation", conversation.bytes());

  Output data = Configured();
  ReadFrom(data, 2, 4096);
  ReadFrom(data, 2, 512);
  Step(data, kDownlink).Byte(0).Chunk(Bytes(100, 0x45));
  Step(data, kDownlink).Byte(0).Chunk(Bytes(1500, 0x45));
  WriteTo(data, 7, Bytes(512));
  WriteTo(data, 7, Bytes(10));
  Control(data, {0x02, 3, 0, 0, 0x82, 0, 0, 0});
  Take(data);
  seeds.emplace_back("data", data.bytes());

  Output two = Configured();
  Step(two, kImport, 1).Byte(0);
  Step(two, kRead, 1).Word(100);
  Step(two, kImport, 2).Byte(1);
  Step(two, kSubmit, 2).Byte(0x80).Raw(Bytes{0x80, 6, 0, 1, 0, 0, 18, 0}).Word(18);
  Step(two, kUnplug).Byte(0);
  Step(two, kPlug).Byte(0);
  Step(two, kImport, 1).Byte(0);
  seeds.emplace_back("two-modems", two.bytes());

  Output flood = Configured();
  for (int i = 0; i < 40; ++i) {
    Control(flood, {0x80, 6, 0, 2, 0, 0, 0xff, 0});
  }
  for (int i = 0; i < 10; ++i) {
    Take(flood);
  }
  seeds.emplace_back("flood", flood.bytes());

  Output silent = Configured();
  Step(silent, kDrop).Byte(0);
  Control(silent, {0xa1, 1, 0, 0, 0, 0, 0, 0x10});
  Control(silent, {0x80, 6, 0, 1, 0, 0, 18, 0});
  Step(silent, kUnlink).Byte(1);
  Step(silent, kLeave);
  seeds.emplace_back("silent", silent.bytes());

  Output pieces;
  Step(pieces, kConnect);
  Bytes stream = ImportRequest(1);
  const Bytes frame = SubmitFrame(usb::kUsbipBus << 16 | 1, 1, true, 0, 0, 18,
                                  Bytes{0x80, 6, 0, 1, 0, 0, 18, 0}, {});
  stream.insert(stream.end(), frame.begin(), frame.end());
  for (std::size_t at = 0; at < stream.size(); at += 30) {
    Step(pieces, kBytes)
        .Chunk(ByteView(stream).subspan(at, std::min<std::size_t>(30, stream.size() - at)));
  }
  Take(pieces);
  seeds.emplace_back("pieces", pieces.bytes());
  return seeds;
}

std::vector<Bytes> SeedsOf(const Recording& recording) {
  SeedCutter seeds(Configured().bytes());
  for (const Transfer& transfer : recording) {
    Output step;
    if (transfer.pause >= std::chrono::milliseconds(100)) {
      Step(step, kPass)
          .Word(std::min<std::int64_t>(transfer.pause / std::chrono::milliseconds(100), 0xffff));
    }
    const auto length = static_cast<std::uint16_t>(
        std::min<std::size_t>(transfer.data.size() + 1, kLimits.transfer));
    if (transfer.pipe == Transfer::Pipe::kControl) {
      Control(step, {transfer.setup.begin(), transfer.setup.end()},
              transfer.in ? ByteView() : transfer.data);
    } else if (transfer.pipe == Transfer::Pipe::kNotification) {
      ReadFrom(step, 5, length);
    } else if (transfer.in) {
      ReadFrom(step, 2, length);
    } else {
      WriteTo(step, 7, transfer.data);
    }
    Take(step);
    seeds.Add(step);
  }
  return seeds.Finish();
}

}  // namespace mbnrig::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace mbnrig::fuzz;
  spdlog::set_level(spdlog::level::off);  // inputs are broken on purpose: no warnings
  Input input(data, size);
  Server server;
  while (!input.empty()) {
    server.Do(input);
  }
  server.End();
  return 0;
}
