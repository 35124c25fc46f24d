#include "trace/conversation.h"

#include <algorithm>
#include <chrono>
#include <utility>
#include <variant>

#include "mbim/hex.h"
#include "mbim/service_table.h"
#include "scenario/names.h"
#include "trace/ip_text.h"
#include "trace/summary.h"

namespace mbnrig::trace {
namespace {

constexpr std::uint8_t kSendEncapsulatedCommand = 0x00, kGetEncapsulatedResponse = 0x01;
/// Limit of unfinished transfers and of transactions without an answer. Beyond it, the oldest one
/// is forgotten.
constexpr std::size_t kMaxUnderWay = 4096;
/// Limit of one fragment, in bytes. The reassembler's default limits the messages.
constexpr std::uint32_t kMaxTransfer = 65'536;

bool IsClassRequest(const Setup& setup) {
  return (setup[0] >> 5 & 3) == 1;
}

std::uint16_t Word(const Setup& setup, std::size_t at) {
  return static_cast<std::uint16_t>(setup[at] | setup[at + 1] << 8);
}

/// The name of a standard request that a modem gets (USB 2.0, table 9-4), otherwise its number.
std::string StandardName(const Setup& setup) {
  switch (setup[1]) {
    case 0:
      return "GET_STATUS";
    case 1:
      return "CLEAR_FEATURE " + std::to_string(Word(setup, 2)) + " of endpoint " +
             std::to_string(Word(setup, 4) & 0x7f);
    case 6:
      switch (setup[3]) {
        case 1:
          return "GET_DESCRIPTOR device";
        case 2:
          return "GET_DESCRIPTOR configuration";
        case 3:
          return "GET_DESCRIPTOR string " + std::to_string(setup[2]);
        default:
          return "GET_DESCRIPTOR type " + std::to_string(setup[3]);
      }
    case 8:
      return "GET_CONFIGURATION";
    case 9:
      return "SET_CONFIGURATION " + std::to_string(setup[2]);
    case 10:
      return "GET_INTERFACE " + std::to_string(Word(setup, 4));
    case 11:
      return "SET_INTERFACE " + std::to_string(Word(setup, 4)) + " to setting " +
             std::to_string(Word(setup, 2));
    default:
      return "request " + std::to_string(setup[1]);
  }
}

std::string RequestName(const Setup& setup) {
  if (!IsClassRequest(setup)) return StandardName(setup);
  std::string name = scenario::ToName(scenario::ClassRequestNames(), setup[1]);
  constexpr std::uint8_t kSetNtbFormat = 0x84;
  if (setup[1] == kSetNtbFormat) name += Word(setup, 2) == 0 ? " NTB16" : " NTB32";
  return name;
}

std::string StatusText(std::int32_t status) {
  switch (status) {
    case urb_status::kOk:
      return "ok";
    case urb_status::kCancelled:
      return "given up";
    case urb_status::kStall:
      return "stalled";
    case urb_status::kNoDevice:
    case urb_status::kShutdown:
      return "device gone";
    case urb_status::kTimedOut:
      return "timed out";
    case urb_status::kOverflow:
      return "too long";
    case urb_status::kProtocol:
      return "I/O error";
    default:
      return "error " + std::to_string(-static_cast<std::int64_t>(status));
  }
}

/// "SUCCESS" for "MBIM_STATUS_SUCCESS".
std::string ShortStatus(mbim::Status status) {
  constexpr std::string_view kPrefix = "MBIM_STATUS_";
  std::string name = mbim::StatusName(status);
  return name.starts_with(kPrefix) ? name.substr(kPrefix.size()) : name;
}

/// "CONNECT". For services other than Basic Connect, the service's name comes first.
std::string CommandWord(const mbim::Uuid& service, std::uint32_t cid) {
  const mbim::CidEntry* entry = mbim::FindCid(service, cid);
  if (service == mbim::kServiceBasicConnect && entry != nullptr) return std::string(entry->name);
  return mbim::CommandName(service, cid);
}

std::string Detail(const mbim::Form* form, const Bytes& information) {
  if (information.empty()) return "";
  return form != nullptr ? form->to_text(information) : mbim::Hex(information);
}

/// Why a structure cannot be read. Empty if it can be read or is not there.
std::string Damage(const mbim::Form* form, const Bytes& information) {
  return form == nullptr || information.empty() ? "" : form->damage(information);
}

const mbim::Form* FormOf(const mbim::Uuid& service, std::uint32_t cid, mbim::FormKind kind) {
  const mbim::CidEntry* entry = mbim::FindCid(service, cid);
  return entry != nullptr ? entry->FormOf(kind) : nullptr;
}

mbim::Reassembler::TimePoint MomentOf(std::uint64_t time) {
  using Clock = mbim::Reassembler::TimePoint::clock;
  return mbim::Reassembler::TimePoint(std::chrono::duration_cast<Clock::duration>(
      std::chrono::nanoseconds(static_cast<std::int64_t>(time & INT64_MAX))));
}

template <class Map>
void Bound(Map& under_way) {
  if (under_way.size() > kMaxUnderWay) under_way.erase(under_way.begin());
}

}  // namespace

Conversation::Channel::Channel() : reassembler({}) {
  mbim::Reassembler::Limits limits;
  limits.max_transfer = kMaxTransfer;
  reassembler.set_limits(limits);
}

Entry& Conversation::Append(Entry::Kind kind, std::uint64_t time, std::uint8_t device, bool to_host,
                            std::string name) {
  Entry& entry = entries_.emplace_back();
  entry.kind = kind;
  entry.time = time;
  entry.device = device;
  entry.to_host = to_host;
  entry.name = std::move(name);
  return entry;
}

std::vector<const Entry*> Conversation::entries() const {
  std::vector<const Entry*> ordered;
  ordered.reserve(entries_.size());
  for (const Entry& entry : entries_)
    ordered.push_back(&entry);
  std::stable_sort(ordered.begin(), ordered.end(),
                   [](const Entry* a, const Entry* b) { return a->time < b->time; });
  return ordered;
}

void Conversation::Add(const Packet& packet) {
  const auto decoded = DecodeUrb(packet.data);
  const std::uint8_t number = decoded ? decoded->urb.device : std::uint8_t{0};
  for (const std::string& comment : packet.comments)
    Append(Entry::Kind::kComment, packet.time, number, false, comment);
  if (!decoded) {
    Append(Entry::Kind::kUsb, packet.time, 0, false,
           "unreadable packet of " + std::to_string(packet.data.size()) + " bytes");
    return;
  }
  const Urb& urb = decoded->urb;
  const std::uint32_t key = static_cast<std::uint32_t>(urb.bus) << 8 | urb.device;
  switch (urb.transfer) {
    case Urb::Transfer::kControl:
      Control(devices_[key], *decoded, packet.time);
      break;
    case Urb::Transfer::kBulk:
      Bulk(*decoded, packet.time);
      break;
    case Urb::Transfer::kInterrupt:  // the trace has the response itself
    case Urb::Transfer::kIsochronous:
      break;
  }
}

void Conversation::Control(Device& device, const UrbPacket& packet, std::uint64_t time) {
  const Urb& urb = packet.urb;
  if (urb.event == Urb::Event::kSubmit) {
    if (!urb.setup) return;
    Request request{*urb.setup, time, nullptr, Bytes(packet.data.begin(), packet.data.end())};
    const bool encapsulated =
        IsClassRequest(request.setup) && (request.setup[1] == kSendEncapsulatedCommand ||
                                          request.setup[1] == kGetEncapsulatedResponse);
    if (!encapsulated) {
      request.entry =
          &Append(Entry::Kind::kUsb, time, urb.device, false, RequestName(request.setup));
    }
    device.requests.insert_or_assign(urb.id, std::move(request));
    Bound(device.requests);
    return;
  }
  const auto found = device.requests.find(urb.id);
  if (found == device.requests.end()) return;
  const Request request = std::move(found->second);
  device.requests.erase(found);
  EndRequest(device, request, packet, time);
}

void Conversation::EndRequest(Device& device, const Request& request, const UrbPacket& packet,
                              std::uint64_t time) {
  const Urb& urb = packet.urb;
  const bool ok = urb.status == urb_status::kOk;
  if (request.entry != nullptr) {
    request.entry->answer = Entry::Answer{time, StatusText(urb.status), "", ""};
    if (!packet.data.empty() && IsClassRequest(request.setup)) {
      request.entry->answer->summary = mbim::Hex(packet.data);
    }
    return;
  }
  const bool command = request.setup[1] == kSendEncapsulatedCommand;
  const ByteView fragment = command ? ByteView(request.data) : packet.data;
  if (ok && !fragment.empty()) {
    Fragment(device, urb.device, !command, fragment, request.time, time);
  }
  if (!ok) {
    Entry& entry =
        Append(Entry::Kind::kUsb, request.time, urb.device, false, RequestName(request.setup));
    if (!request.data.empty()) entry.detail = mbim::Describe(request.data);
    entry.answer = Entry::Answer{time, StatusText(urb.status), "", ""};
  }
}

void Conversation::Fragment(Device& device, std::uint8_t number, bool to_host, ByteView fragment,
                            std::uint64_t begun, std::uint64_t time) {
  Channel& channel = to_host ? device.to_host : device.from_host;
  if (channel.fragments++ == 0) channel.begun = begun;
  auto result = channel.reassembler.Push(fragment, MomentOf(time));
  if (std::holds_alternative<std::monostate>(result)) return;
  if (const auto* error = std::get_if<mbim::MessageError>(&result)) {
    Unreadable(device, number, to_host, channel.begun, *error, fragment, time);
    // This fragment may be the first of the next message.
    channel.fragments = 1;
    channel.begun = begun;
  } else if (to_host) {
    FunctionMessage(device, number, channel, std::get<Bytes>(result), time);
  } else {
    HostMessage(device, number, channel, std::get<Bytes>(result));
  }
  if (const auto waiting = channel.reassembler.TakeWaiting()) {
    to_host ? FunctionMessage(device, number, channel, *waiting, time)
            : HostMessage(device, number, channel, *waiting);
  } else if (std::holds_alternative<mbim::MessageError>(result)) {
    return;
  }
  channel.fragments = 0;
}

/// Adds a damaged message or fragment. If its transaction has a question, it becomes the answer.
void Conversation::Unreadable(Device& device, std::uint8_t number, bool to_host,
                              std::uint64_t begun, const mbim::MessageError& error,
                              ByteView message, std::uint64_t time) {
  const std::string text = mbim::Describe(message);  // without anything that may be secret
  if (to_host && device.transactions.contains(error.transaction_id)) {
    Answer(device, number, error.transaction_id, "answer",
           {time, "damaged answer: " + error.reason, "", text});
    return;
  }
  Append(Entry::Kind::kIndication, begun, number, to_host, "unreadable message: " + error.reason)
      .detail = text;
}

void Conversation::HostMessage(Device& device, std::uint8_t number, const Channel& channel,
                               const Bytes& message) {
  Entry& entry = Append(Entry::Kind::kMessage, channel.begun, number, false, "");
  entry.fragments = channel.fragments;
  const auto decoded = mbim::DecodeHostMessage(message);
  if (const auto* error = std::get_if<mbim::MessageError>(&decoded)) {
    entry.name = "unreadable message: " + error->reason;
    entry.transaction = error->transaction_id;
    entry.detail = mbim::Describe(message);
  } else {
    const auto& value = std::get<mbim::HostMessage>(decoded);
    entry.transaction = std::visit([](const auto& m) { return m.transaction_id; }, value);
    if (const auto* command = std::get_if<mbim::CommandMessage>(&value)) {
      const bool set = command->type == mbim::CommandType::kSet;
      entry.name =
          CommandWord(command->service, command->cid) + " " + scenario::ToName(command->type);
      entry.summary = Summarize(*command);
      entry.detail = Detail(FormOf(command->service, command->cid,
                                   set ? mbim::FormKind::kSet : mbim::FormKind::kQuery),
                            command->information);
    } else if (const auto* open = std::get_if<mbim::OpenMessage>(&value)) {
      entry.name = "OPEN";
      entry.summary =
          "control messages of " + std::to_string(open->max_control_transfer) + " bytes";
    } else if (const auto* error_message = std::get_if<mbim::HostErrorMessage>(&value)) {
      entry.kind = Entry::Kind::kIndication;  // it has no answer
      entry.name = "HOST_ERROR " + scenario::ToName(error_message->error);
      return;
    } else {
      entry.name = "CLOSE";
    }
  }
  device.transactions.insert_or_assign(*entry.transaction, &entry);
  Bound(device.transactions);
}

void Conversation::FunctionMessage(Device& device, std::uint8_t number, const Channel& channel,
                                   const Bytes& message, std::uint64_t time) {
  const auto decoded = mbim::DecodeFunctionMessage(message);
  if (const auto* error = std::get_if<mbim::MessageError>(&decoded)) {
    Unreadable(device, number, true, channel.begun, *error, message, time);
    return;
  }
  const auto& value = std::get<mbim::FunctionMessage>(decoded);
  if (const auto* indication = std::get_if<mbim::IndicateStatus>(&value)) {
    Entry& entry = Append(Entry::Kind::kIndication, time, number, true,
                          CommandWord(indication->service, indication->cid));
    entry.fragments = channel.fragments;
    entry.summary = Summarize(*indication);
    entry.detail = Detail(FormOf(indication->service, indication->cid, mbim::FormKind::kIndication),
                          indication->information);
  } else if (const auto* done = std::get_if<mbim::CommandDone>(&value)) {
    const mbim::Form* form = FormOf(done->service, done->cid, mbim::FormKind::kResponse);
    const std::string damage = Damage(form, done->information);
    Answer(
        device, number, done->transaction_id, CommandWord(done->service, done->cid) + " answer",
        {time, ShortStatus(done->status), damage.empty() ? Summarize(*done) : "damaged: " + damage,
         Detail(form, done->information)});
  } else if (const auto* open = std::get_if<mbim::OpenDone>(&value)) {
    Answer(device, number, open->transaction_id, "OPEN_DONE",
           {time, ShortStatus(open->status), "", ""});
  } else if (const auto* close = std::get_if<mbim::CloseDone>(&value)) {
    Answer(device, number, close->transaction_id, "CLOSE_DONE",
           {time, ShortStatus(close->status), "", ""});
  } else {
    const auto& failure = std::get<mbim::FunctionErrorMessage>(value);
    Answer(device, number, failure.transaction_id, "FUNCTION_ERROR",
           {time, "FUNCTION_ERROR " + scenario::ToName(failure.error), "", ""});
  }
}

void Conversation::Answer(Device& device, std::uint8_t number, std::uint32_t transaction,
                          const std::string& name, Entry::Answer answer) {
  const auto found = device.transactions.find(transaction);
  if (found != device.transactions.end()) {
    found->second->answer = std::move(answer);
    device.transactions.erase(found);
    return;
  }
  // There was no such question, or it was answered before.
  Entry& entry = Append(Entry::Kind::kIndication, answer.time, number, true,
                        name + " " + answer.status + " without a question");
  entry.transaction = transaction;
  entry.summary = std::move(answer.summary);
  entry.detail = std::move(answer.detail);
}

void Conversation::Bulk(const UrbPacket& packet, std::uint64_t time) {
  const Urb& urb = packet.urb;
  // Data to the device is in the submission, data from the device in the completion.
  if (packet.data.empty()) return;
  const std::string_view signature(reinterpret_cast<const char*>(packet.data.data()),
                                   std::min<std::size_t>(packet.data.size(), 4));
  const auto format = signature == "ncmh" ? mbim::NtbFormat::kNtb32 : mbim::NtbFormat::kNtb16;
  const auto error = mbim::ParseNtb(packet.data, format, ntb_);
  for (const mbim::Datagram& datagram : ntb_.datagrams) {
    Entry& entry = Append(Entry::Kind::kDatagram, time, urb.device, urb.in(),
                          datagram.ip ? DescribeIp(datagram.bytes) : "device service stream");
    entry.session = datagram.session;
    entry.bytes = datagram.bytes.size();
    entry.detail = mbim::Hex(datagram.bytes);
  }
  if (error) {
    Append(Entry::Kind::kUsb, time, urb.device, urb.in(), "damaged NTB: " + error->reason).detail =
        mbim::Hex(packet.data);
  }
}

}  // namespace mbnrig::trace
