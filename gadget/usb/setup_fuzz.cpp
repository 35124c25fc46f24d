/// A hostile host against the MBIM function and its modem: SETUP packets, data stages, resets, bulk
/// data, and notifications that it may or may not fetch, while fault rules act and the world
/// changes. Checks that every request is answered once, and that the modem's messages are valid
/// unless a rule has changed them.

#include <nlohmann/json.hpp>

#include "mbim/codec.h"
#include "mbim/fragment.h"
#include "mbim/message.h"
#include "mbim/testing/fuzz_recording.h"
#include "mbim/testing/generate.h"
#include "usb/mbim_function.h"
#include "usb/modem_channel.h"

namespace mbnrig::fuzz {
namespace {

using std::chrono::milliseconds;

enum Step : std::uint8_t {
  kSetup,     ///< eight bytes, a chunk of data
  kCommand,   ///< SEND_ENCAPSULATED_COMMAND of a chunk
  kFetchAll,  ///< GET_ENCAPSULATED_RESPONSE until there is none
  kPass,      ///< a word: the time that passes, in tenths of a second
  kReset,     ///< a bus reset; the host configures the device again
  kBulk,      ///< a chunk on bulk OUT
  kRule,      ///< seam and action, a byte: a number of bytes or of tenths of a second
  kRelease,   ///< all rules are cleared
  kChange,    ///< of the world; a byte: which change
  kNotice,    ///< the host listens for one notification
  kPower,     ///< the modem loses power and gets it back
};
/// Steps are numbers below this. Some numbers mean nothing yet, so that stored inputs keep their
/// meaning when a step is added.
constexpr std::uint8_t kStepRange = 16;

constexpr std::uint16_t kLongest = 4096;
/// More fragments than the modem can send for any input.
constexpr int kManyFragments = 100'000;

const std::vector<std::string>& Changes() {
  static const std::vector<std::string> changes{R"({"sim.state": "absent"})",
                                                R"({"sim.state": "ready"})",
                                                R"({"sim.state": "locked"})",
                                                R"({"radio.hardware": "off"})",
                                                R"({"radio.hardware": "on"})",
                                                R"({"network.registration": "denied"})",
                                                R"({"network.registration": "home"})",
                                                R"({"network.signal": 3})",
                                                R"({"network.packet_service": "refused"})",
                                                R"({"network.packet_service": "available"})",
                                                R"({"network.subscription": "lapsed"})",
                                                R"({"network.deactivate": 0})",
                                                R"({"voice.call": "in-progress"})",
                                                R"({"contexts.limit": 1})",
                                                R"({"timing.activation": 900})"};
  return changes;
}

class Host {
 public:
  Host() : function_(scenario::UsbIdentity{}, channel_) {
    function_.Attach({});
    function_.SetConfiguration(1);
  }

  void Do(Input& input) {
    switch (input.Byte() % kStepRange) {
      case kSetup:
        AnySetup(input);
        break;
      case kCommand:
        Command(input.Chunk());
        break;
      case kFetchAll:
        FetchAll();
        break;
      case kPass:
        Pass(milliseconds(100 * input.Word()));
        break;
      case kReset:
        function_.BusReset();
        function_.SetConfiguration(1);
        break;
      case kBulk:
        function_.ReceiveBulk(input.Chunk());
        break;
      case kRule:
        AddRule(input);
        break;
      case kRelease:
        channel_.plan.Clear();
        Pass(milliseconds(0));
        break;
      case kChange:
        Change(input.Byte());
        break;
      case kNotice:
        function_.TakeNotification();
        break;
      case kPower:
        function_.BusReset();
        function_.Run([this] { channel_.modem().PowerCycle(channel_.now); });
        function_.SetConfiguration(1);
        break;
      default:
        break;
    }
    const auto state = function_.state();
    Require(state.responses <= usb::kMaxResponses, "the number of waiting responses is bounded");
    Require(state.notifications <= usb::kMaxResponses,
            "the number of waiting notifications is bounded");
  }

  /// Throws if the modem has stored text that is not valid UTF-8.
  void Report() {
    function_.Run([this] { channel_.modem().State().dump(); });
  }

 private:
  std::optional<usb::ControlReply> Setup(const usb::SetupPacket& setup) {
    // Shared with the responder: a delayed request is answered in a later step.
    auto reply = std::make_shared<std::optional<usb::ControlReply>>();
    function_.HandleSetup(setup, [reply, setup](usb::ControlReply answer) {
      Require(!*reply, "a request is answered once");
      if (const auto* bytes = std::get_if<Bytes>(&answer)) {
        Require(bytes->size() <= setup.length, "a reply is not longer than wLength");
      }
      *reply = std::move(answer);
    });
    Require(reply->has_value() || ruled_, "without a rule a request is answered at once");
    return *reply;
  }

  void AnySetup(Input& input) {
    usb::SetupPacket setup;
    setup.request_type = input.Byte();
    setup.request = input.Byte();
    setup.value = input.Word();
    setup.index = input.Word();
    setup.length = input.Word();
    const ByteView data = input.Chunk();
    const auto reply = Setup(setup);
    whole_ = false;  // it may have fetched a response
    if (reply && std::holds_alternative<usb::Ack>(*reply) && (setup.request_type & 0x80) == 0) {
      function_.DataStage(setup, data);
    }
    if (!function_.configured()) function_.SetConfiguration(1);
  }

  void Command(ByteView data) {
    const usb::SetupPacket setup{0x21, 0, 0, 0, static_cast<std::uint16_t>(data.size())};
    const auto reply = Setup(setup);
    if (reply && std::holds_alternative<usb::Ack>(*reply)) function_.DataStage(setup, data);
  }

  void FetchAll() {
    mbim::Reassembler reassembler({kLongest, 1u << 20, milliseconds(1250)});
    for (int i = 0;; ++i) {
      Require(i < kManyFragments, "the modem's output ends");
      const auto reply = Setup({0xa1, 1, 0, 0, kLongest});
      const auto* fragment = reply ? std::get_if<Bytes>(&*reply) : nullptr;
      if (!fragment) break;  // a rule has acted
      if (fragment->empty()) break;
      if (whole_ && !ruled_) Read(reassembler, *fragment);
    }
    while (function_.TakeNotification()) {
    }
    whole_ = true;
  }

  void Read(mbim::Reassembler& reassembler, const Bytes& fragment) {
    const auto result = reassembler.Push(fragment, {});
    Require(!std::holds_alternative<mbim::MessageError>(result), "fragments come in order");
    if (const auto* message = std::get_if<Bytes>(&result)) {
      Require(std::holds_alternative<mbim::FunctionMessage>(mbim::DecodeFunctionMessage(*message)),
              "the modem's messages are valid");
    }
  }

  void Pass(milliseconds time) {
    channel_.now += time;
    function_.Run([this] { channel_.modem().Tick(channel_.now); });
    function_.Tick(channel_.now);
    const auto deadline = channel_.modem().Deadline();
    Require(!deadline || *deadline > channel_.now, "Tick has done everything that was due");
  }

  void AddRule(Input& input) {
    fault::Rule rule;
    rule.seam = static_cast<fault::Seam>(input.Byte() % 7);
    rule.action = static_cast<fault::Action>(input.Byte() % 9);
    const std::uint8_t amount = input.Byte();
    rule.bytes = amount;
    rule.delay = milliseconds(100 * amount);
    rule.times = amount % 4;
    channel_.plan.Add(rule);
    ruled_ = true;
  }

  void Change(std::uint8_t which) {
    const auto change = nlohmann::json::parse(Changes()[which % Changes().size()]);
    try {
      function_.Run([&] { channel_.modem().Set(change, channel_.now); });
    } catch (const std::invalid_argument&) {
      // There is no session to deactivate.
    }
  }

  usb::ModemChannel channel_;
  usb::MbimFunction function_;
  bool ruled_ = false;  ///< a rule was added: anything may be lost or damaged from now on
  bool whole_ = true;   ///< the response that comes next begins a message
};

void AddCommand(Output& output, const mbim::HostMessage& message, std::uint32_t max_transfer) {
  for (const Bytes& fragment : mbim::Fragment(mbim::EncodeMessage(message), max_transfer)) {
    output.Byte(kCommand).Chunk(fragment);
  }
}

template <class Payload>
void AddCommand(Output& output, const mbim::CommandId& cid, mbim::CommandType type,
                const Payload& payload, std::uint32_t max_transfer = kLongest) {
  AddCommand(output, mbim::CommandMessage{7, cid.service, cid.number, type, mbim::Encode(payload)},
             max_transfer);
}

Output Opened(std::uint32_t max_transfer = kLongest) {
  Output output;
  AddCommand(output, mbim::OpenMessage{1, max_transfer}, max_transfer);
  output.Byte(kFetchAll).Byte(kPass).Word(100).Byte(kFetchAll);
  return output;
}

/// Attaches the modem and connects it.
void Connect(Output& output) {
  AddCommand(output, mbim::kPacketService, mbim::CommandType::kSet,
             mbim::SetPacketService{mbim::PacketServiceAction::kAttach});
  output.Byte(kPass).Word(100).Byte(kFetchAll);
  mbim::SetConnect connect;
  connect.activation_command = mbim::ActivationCommand::kActivate;
  connect.access_string = "internet";
  AddCommand(output, mbim::kConnect, mbim::CommandType::kSet, connect, 64);
  output.Byte(kPass).Word(100).Byte(kFetchAll);
}

}  // namespace

std::vector<std::pair<std::string, Bytes>> Seeds() {
  std::vector<std::pair<std::string, Bytes>> seeds;

  Output queries = Opened();
  for (std::uint32_t cid = 1; cid <= 19; ++cid) {
    AddCommand(queries, mbim::CommandId{mbim::kServiceBasicConnect, cid}, mbim::CommandType::kQuery,
               mbim::Empty{});
    queries.Byte(kNotice);
  }
  seeds.emplace_back("queries", queries.Byte(kFetchAll).bytes());

  Output connect = Opened();
  Connect(connect);
  seeds.emplace_back("connect", connect.bytes());

  Output sets = Opened();
  mbim::testing::Random random(1, 12);
  auto set = [&sets](const mbim::CommandId& cid, const auto& payload) {
    AddCommand(sets, cid, mbim::CommandType::kSet, payload);
    sets.Byte(kFetchAll);
  };
  set(mbim::kRadioState, mbim::SetRadioState{mbim::RadioSwitch::kOn});
  mbim::SetPin pin;
  pin.pin_type = mbim::PinType::kPin1;
  pin.pin = "0000";
  set(mbim::kPin, pin);
  set(mbim::kRegisterState, mbim::SetRegistrationState{});
  set(mbim::kSignalState, mbim::SetSignalState{});
  set(mbim::kProvisionedContexts, mbim::testing::Generate<mbim::SetProvisionedContext>(random));
  constexpr mbim::CommandId kPreferredProviders{mbim::kServiceBasicConnect, 7};
  set(kPreferredProviders, mbim::testing::Generate<mbim::Providers>(random));
  set(mbim::kDeviceServiceSubscribeList,
      mbim::testing::Generate<mbim::DeviceServiceSubscribeList>(random));
  seeds.emplace_back("sets", sets.Byte(kPower).Byte(kFetchAll).bytes());

  Output small = Opened(64);
  AddCommand(small, mbim::kDeviceCaps, mbim::CommandType::kQuery, mbim::Empty{}, 64);
  AddCommand(small, mbim::kVisibleProviders, mbim::CommandType::kQuery, mbim::VisibleProvidersReq{},
             64);
  small.Byte(kPass).Word(100).Byte(kFetchAll);
  AddCommand(small, mbim::CloseMessage{9}, 64);
  seeds.emplace_back("small-control", small.Byte(kFetchAll).bytes());

  Output enumeration;
  for (const Bytes& setup :
       {Bytes{0x80, 6, 0, 1, 0, 0, 18, 0}, Bytes{0x80, 6, 0, 2, 0, 0, 0xff, 0},
        Bytes{0x80, 6, 3, 3, 9, 4, 0xff, 0}, Bytes{0x00, 9, 1, 0, 0, 0, 0, 0},
        Bytes{0x21, 5, 0, 0, 0, 0, 0, 0}, Bytes{0xa1, 0x80, 0, 0, 0, 0, 28, 0},
        Bytes{0x21, 0x84, 1, 0, 0, 0, 0, 0}, Bytes{0xa1, 0x83, 0, 0, 0, 0, 2, 0},
        Bytes{0xa1, 0x85, 0, 0, 0, 0, 8, 0}, Bytes{0xa1, 0x87, 0, 0, 0, 0, 2, 0},
        Bytes{0x01, 11, 1, 0, 1, 0, 0, 0}, Bytes{0x80, 0, 0, 0, 0, 0, 2, 0},
        Bytes{0x02, 1, 0, 0, 0x82, 0, 0, 0}}) {
    enumeration.Byte(kSetup).Raw(setup).Chunk({});
  }
  enumeration.Byte(kSetup).Raw(Bytes{0x21, 0x86, 0, 0, 0, 0, 4, 0}).Chunk(Bytes{0, 8, 0, 0});
  enumeration.Byte(kSetup).Raw(Bytes{0x21, 0x88, 0, 0, 0, 0, 2, 0}).Chunk(Bytes{0xdc, 5});
  seeds.emplace_back("enumeration", enumeration.Byte(kBulk).Chunk(Bytes(40, 1)).bytes());

  Output world = Opened();
  Connect(world);
  for (std::size_t i = 0; i < Changes().size(); ++i) {
    world.Byte(kChange).Byte(i).Byte(kPass).Word(20).Byte(kFetchAll);
  }
  seeds.emplace_back("world", world.bytes());

  for (std::uint8_t action = 0; action < 9; ++action) {
    Output rules = Opened();
    for (std::uint8_t seam = 0; seam < 7; ++seam) {
      rules.Byte(kRule).Byte(seam).Byte(action).Byte(9);
    }
    Connect(rules);
    seeds.emplace_back("rules-" + std::to_string(action),
                       rules.Byte(kReset).Byte(kRelease).Byte(kFetchAll).bytes());
  }
  return seeds;
}

std::vector<Bytes> SeedsOf(const Recording& recording) {
  SeedCutter seeds(Opened().bytes());
  bool fetched = false;
  for (const Transfer& transfer : recording) {
    Output step;
    if (transfer.pause >= milliseconds(100)) {
      step.Byte(kPass).Word(std::min<std::int64_t>(transfer.pause / milliseconds(100), 0xffff));
    }
    if (transfer.IsCommand()) {
      step.Byte(kCommand).Chunk(transfer.data);
    } else if (transfer.IsResponse()) {
      if (!std::exchange(fetched, true)) step.Byte(kFetchAll);
    } else if (transfer.pipe == Transfer::Pipe::kControl) {
      step.Byte(kSetup).Raw(transfer.setup).Chunk(transfer.in ? ByteView() : transfer.data);
    } else if (transfer.pipe == Transfer::Pipe::kNotification) {
      step.Byte(kNotice);
    } else if (!transfer.in) {
      step.Byte(kBulk).Chunk(transfer.data);
    }
    fetched = transfer.IsResponse();
    seeds.Add(step);
  }
  return seeds.Finish();
}

}  // namespace mbnrig::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace mbnrig::fuzz;
  Input input(data, size);
  Host host;
  while (!input.empty()) {
    host.Do(input);
  }
  host.Report();
  return 0;
}
