/// Control messages of either side. Turns fragments into messages, messages into values and
/// information buffers into structures, and back. Checks that nothing changes on the way.

#include "mbim/basic_connect.h"
#include "mbim/codec.h"
#include "mbim/fragment.h"
#include "mbim/message.h"
#include "mbim/service_table.h"
#include "mbim/testing/fuzz_recording.h"
#include "mbim/testing/generate.h"
#include "mbim/testing/samples.h"

namespace mbnrig::fuzz {
namespace {

using namespace mbim;
using mbim::testing::Generate;
using mbim::testing::Random;

/// kSamples: structures with every kind of field (testing/samples.h).
enum Kind : std::uint8_t { kFragments, kMessage, kInformation, kSamples, kKinds };

constexpr std::uint32_t kMaxMessage = 16384;

std::vector<const Form*> FormsOf(const CidEntry& cid) {
  std::vector<const Form*> forms;
  for (const Form* form : cid.forms.front()) {
    if (form) forms.push_back(form);
  }
  return forms;
}

void RunForm(const Form& form, ByteView information) {
  Require(form.round_trip(information) != RoundTrip::kDifferent,
          "a structure is the same after a round trip");
  Require(!form.to_text(information).empty(), "a structure has a text");
  Require(
      form.damage(information).empty() == (form.round_trip(information) != RoundTrip::kNotDecoded),
      "unreadable information has a reason");
}

void RunInformation(const Uuid& service, std::uint32_t cid, ByteView information) {
  const CidEntry* entry = FindCid(service, cid);
  if (!entry) return;
  for (const Form* form : FormsOf(*entry)) {
    RunForm(*form, information);
  }
}

template <class Part>
void RunInformationOf(const Part& part) {
  if constexpr (requires { part.information; }) {
    RunInformation(part.service, part.cid, part.information);
  }
}

/// Checks that `message` is the same after it was split and reassembled.
void RunFragments(const Bytes& message, std::uint32_t max_transfer) {
  Reassembler reassembler({max_transfer, 1u << 20, std::chrono::milliseconds(1250)});
  const auto fragments = Fragment(message, max_transfer);
  Require(!fragments.empty(), "a message has a fragment");
  for (std::size_t i = 0; i < fragments.size(); ++i) {
    Require(fragments[i].size() <= max_transfer, "a fragment is not longer than the maximum");
    const auto result = reassembler.Push(fragments[i], {});
    if (i + 1 < fragments.size()) {
      Require(std::holds_alternative<std::monostate>(result), "fragments in order are accepted");
    } else {
      const auto* whole = std::get_if<Bytes>(&result);
      Require(whole != nullptr && *whole == message, "the last fragment completes the message");
    }
  }
}

template <class Message>
void RunDecoded(const MessageResult<Message>& decoded, MessageResult<Message> (*decode)(ByteView),
                std::uint32_t max_transfer) {
  const auto* message = std::get_if<Message>(&decoded);
  if (!message) {
    Require(!std::get<MessageError>(decoded).reason.empty(), "a refusal has a reason");
    return;
  }
  const Bytes encoded = EncodeMessage(*message);
  const auto again = decode(encoded);
  Require(std::holds_alternative<Message>(again), "an encoded message can be decoded");
  Require(EncodeMessage(std::get<Message>(again)) == encoded,
          "a message is the same after a round trip");
  RunFragments(encoded, max_transfer);
  std::visit([](const auto& part) { RunInformationOf(part); }, *message);
}

void RunMessage(ByteView message, std::uint32_t max_transfer) {
  Require(!Describe(message).empty(), "everything can be described");
  RunDecoded(DecodeHostMessage(message), &DecodeHostMessage, max_transfer);
  RunDecoded(DecodeFunctionMessage(message), &DecodeFunctionMessage, max_transfer);
}

void RunConversation(Input& input, std::uint32_t max_transfer) {
  Reassembler reassembler({max_transfer, kMaxMessage, std::chrono::milliseconds(1250)});
  Reassembler::TimePoint now{};
  auto take = [&](const Bytes& whole) {
    Require(whole.size() <= kMaxMessage, "a message is not longer than the maximum");
    RunMessage(whole, max_transfer);
  };
  while (!input.empty()) {
    now += std::chrono::milliseconds(input.Byte() * 10);
    reassembler.Expire(now);
    const auto result = reassembler.Push(input.Chunk(), now);
    if (const auto* whole = std::get_if<Bytes>(&result)) take(*whole);
    if (const auto waiting = reassembler.TakeWaiting()) take(*waiting);
  }
}

Bytes Conversation(const Bytes& message, std::uint32_t max_transfer) {
  Output output;
  output.Byte(kFragments).Byte(0);
  for (const Bytes& fragment : Fragment(message, max_transfer)) {
    output.Byte(0).Chunk(fragment);
  }
  return output.bytes();
}

/// The input by which kInformation selects this form.
Output InformationOf(std::size_t service, std::size_t cid, std::size_t form) {
  Output output;
  output.Byte(kInformation).Byte(0).Byte(service).Byte(cid).Byte(form);
  return output;
}

}  // namespace

std::vector<std::pair<std::string, Bytes>> Seeds() {
  std::vector<std::pair<std::string, Bytes>> seeds;
  auto add = [&](const std::string& name, const auto& message) {
    const Bytes bytes = EncodeMessage(message);
    seeds.emplace_back("message-" + name, Output().Byte(kMessage).Byte(0).Raw(bytes).bytes());
    if (bytes.size() > kMinControlTransfer) {
      seeds.emplace_back("fragments-" + name, Conversation(bytes, kMinControlTransfer));
    }
  };
  Random random(1, 12);
  const Uuid& service = kServiceBasicConnect;
  add("open", HostMessage(OpenMessage{1, 4096}));
  add("close", HostMessage(CloseMessage{2}));
  add("connect", HostMessage(CommandMessage{3, service, 12, CommandType::kSet,
                                            Encode(Generate<SetConnect>(random))}));
  add("host-error", HostMessage(HostErrorMessage{4, ProtocolError::kCancel}));
  add("open-done", FunctionMessage(OpenDone{1, Status::kSuccess}));
  add("close-done", FunctionMessage(CloseDone{2, Status::kSuccess}));
  add("caps", FunctionMessage(CommandDone{5, service, 1, Status::kSuccess,
                                          Encode(Generate<DeviceCapsInfo>(random))}));
  add("function-error", FunctionMessage(FunctionErrorMessage{6, ProtocolError::kNotOpened}));
  add("subscriber",
      FunctionMessage(IndicateStatus{service, 2, Encode(Generate<SubscriberReadyInfo>(random))}));
  add("providers", FunctionMessage(CommandDone{7, service, 8, Status::kSuccess,
                                               Encode(Generate<Providers>(random))}));
  // For every other structure a seed of zeros, as long as its fixed part: empty strings and lists.
  const auto services = Services();
  for (std::size_t s = 0; s < services.size(); ++s) {
    for (std::size_t c = 0; c < services[s].cids.size(); ++c) {
      const auto forms = FormsOf(services[s].cids[c]);
      for (std::size_t f = 0; f < forms.size(); ++f) {
        const Bytes zeros(forms[f]->fixed_size);
        if (zeros.empty()) continue;
        seeds.emplace_back(
            "information-" + std::string(services[s].cids[c].name) + "-" + std::to_string(f),
            InformationOf(s, c, f).Raw(zeros).bytes());
      }
    }
  }
  const auto samples = testing::SampleForms();
  for (std::size_t i = 0; i < samples.size(); ++i) {
    seeds.emplace_back("sample-" + std::string(samples[i]->structure),
                       Output()
                           .Byte(kSamples)
                           .Byte(0)
                           .Byte(static_cast<std::uint8_t>(i))
                           .Raw(Bytes(samples[i]->fixed_size + 8))
                           .bytes());
  }
  return seeds;
}

std::vector<Bytes> SeedsOf(const Recording& recording) {
  std::vector<Bytes> seeds;
  Reassembler from_host(Reassembler::Limits{}), to_host(Reassembler::Limits{});
  Output host_fragments, function_fragments;
  for (const Transfer& transfer : recording) {
    if (!transfer.IsCommand() && !transfer.IsResponse()) continue;
    const bool command = transfer.IsCommand();
    Output& fragments = command ? host_fragments : function_fragments;
    fragments.Byte(0).Chunk(transfer.data);
    const auto result = (command ? from_host : to_host).Push(transfer.data, {});
    const auto* whole = std::get_if<Bytes>(&result);
    if (!whole) continue;
    if (*whole == transfer.data) {
      seeds.push_back(Output().Byte(kMessage).Byte(0).Raw(*whole).bytes());
    } else {
      seeds.push_back(Output().Byte(kFragments).Byte(0).Raw(fragments.bytes()).bytes());
    }
    fragments = Output();
  }
  return seeds;
}

}  // namespace mbnrig::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace mbnrig::fuzz;
  Input input(data, size);
  const std::uint8_t kind = input.Byte() % kKinds;
  const std::uint32_t max_transfer = mbnrig::mbim::kMinControlTransfer + 16u * input.Byte();
  switch (kind) {
    case kFragments:
      RunConversation(input, max_transfer);
      break;
    case kMessage:
      RunMessage(input.Rest(), max_transfer);
      break;
    case kSamples: {
      const auto samples = mbnrig::mbim::testing::SampleForms();
      RunForm(*samples[input.Byte() % samples.size()], input.Rest());
      break;
    }
    default: {
      const auto services = mbnrig::mbim::Services();
      const auto& service = services[input.Byte() % services.size()];
      const auto forms = FormsOf(service.cids[input.Byte() % service.cids.size()]);
      RunForm(*forms[input.Byte() % forms.size()], input.Rest());
      break;
    }
  }
  return 0;
}
