#include "device/modem.h"

#include <algorithm>

#include "bench/bench.h"
#include "mbim/basic_connect.h"
#include "mbim/wire.h"

namespace mbnrig::device {
namespace {

using Clock = std::chrono::steady_clock;
using transport::UsbStatusName;

// Class requests (MBIM 1.0, table 8-1; NCM 1.0, table 6-2).
constexpr std::uint8_t kSendEncapsulatedCommand = 0x00;
constexpr std::uint8_t kGetEncapsulatedResponse = 0x01;
constexpr std::uint8_t kResetFunction = 0x05;
constexpr std::uint8_t kGetNtbParameters = 0x80;
constexpr std::uint8_t kSetNtbFormat = 0x84;
constexpr std::uint8_t kSetNtbInputSize = 0x86;
constexpr std::uint8_t kSetMaxDatagramSize = 0x88;

constexpr std::uint8_t kClassOut = 0x21;
constexpr std::uint8_t kClassIn = 0xa1;
constexpr std::uint8_t kNotificationType = 0xa1;
constexpr std::uint8_t kResponseAvailable = 0x01;
constexpr std::size_t kNotificationSize = 8;
constexpr std::uint8_t kTakesMaxDatagramSize = 1u << 3;  // D3 of bmNetworkCapabilities

constexpr std::uint16_t kLargestFragment = 4096;
constexpr std::uint32_t kLargestMessage = 1u << 20;
/// Limit of leftovers: more than this many are not leftovers.
constexpr int kMaxFlushed = 1'024;

mbim::Reassembler::Limits LimitsFor(std::uint32_t max_transfer) {
  mbim::Reassembler::Limits limits;
  limits.max_transfer = max_transfer;
  limits.max_message = kLargestMessage;
  limits.fragment_timeout =
      milliseconds(60'000);  // other code waits for fragments and reports missing ones
  return limits;
}

/// The assertion that a fragment with this error breaks.
const char* Broken(mbim::ProtocolError error) {
  switch (error) {
    case mbim::ProtocolError::kMaxTransfer:
      return "mbim1.0:9.2";
    case mbim::ProtocolError::kLengthMismatch:
      return "mbim1.0:9.1#2";
    default:
      return "mbim1.0:9.5#1";
  }
}

}  // namespace

template <>
std::string Modem::What<mbim::OpenDone>(std::uint32_t id) {
  return "OPEN_DONE of transaction " + std::to_string(id);
}
template <>
std::string Modem::What<mbim::CloseDone>(std::uint32_t id) {
  return "CLOSE_DONE of transaction " + std::to_string(id);
}
template <>
std::string Modem::What<mbim::CommandDone>(std::uint32_t id) {
  return "COMMAND_DONE of transaction " + std::to_string(id);
}
template <>
std::string Modem::What<mbim::FunctionErrorMessage>(std::uint32_t id) {
  return "FUNCTION_ERROR of transaction " + std::to_string(id);
}

Modem::Modem(Usb& usb, const transport::MbimFunctionInfo& function, const Timeouts& times)
    : usb_(usb),
      function_(function),
      times_(times),
      max_transfer_(max_control_message()),
      reassembler_(LimitsFor(max_transfer_)) {
  for (const std::uint8_t interface : {function_.control_interface, function_.data_interface}) {
    const UsbStatus status = usb_.Claim(interface);
    if (status != UsbStatus::kOk) {
      throw bench::RigFault("cannot claim interface " + std::to_string(interface) + ": " +
                            std::string(UsbStatusName(status)));
    }
  }
  ReadCapabilities();
}

std::uint16_t Modem::max_control_message() const {
  return function_.max_control_message.value_or(std::uint16_t{mbim::kMinControlTransfer});
}

void Modem::ReadCapabilities() {
  const Configuration configuration = TakeApart(ReadConfiguration(usb_));
  for (const Setting& setting : configuration.settings) {
    if (setting.number() != function_.control_interface) continue;
    for (const Descriptor* mbim : setting.Of(Functional::kMbim)) {
      network_capabilities_ = mbim->U8(11);
      max_segment_size_ = mbim->U16(9);
    }
    for (const Descriptor* extended : setting.Of(Functional::kExtended)) {
      max_outstanding_ = std::max<std::uint8_t>(extended->U8(5), 1);
    }
  }
}

void Modem::Require(UsbStatus status, const char* what) {
  if (status == UsbStatus::kOk) return;
  throw Missing(std::string(what) + " ended with " + std::string(UsbStatusName(status)));
}

Reply Modem::ClassIn(std::uint8_t request, std::uint16_t length) {
  return usb_.ControlIn({kClassIn, request, 0, function_.control_interface}, length);
}

UsbStatus Modem::ClassOut(std::uint8_t request, std::uint16_t value, ByteView data) {
  return usb_.ControlOut({kClassOut, request, value, function_.control_interface}, data);
}

// --- opening ------------------------------------------------------------------------------------

void Modem::Prepare(mbim::NtbFormat format) {
  usb_.CancelIn(function_.bulk_in.address);
  if (function_.data_idle_alternate) {
    Require(usb_.SetAlternate(function_.data_interface, *function_.data_idle_alternate),
            "SET_INTERFACE of the idle data interface");
  }
  if (function_.control_alternate) {
    Require(usb_.SetAlternate(function_.control_interface, *function_.control_alternate),
            "SET_INTERFACE of the control interface");
  }
  Require(ClassOut(kResetFunction), "RESET_FUNCTION");
  Flush();

  const Reply reply = ClassIn(kGetNtbParameters, mbim::NtbParameters::kSize);
  Require(reply.status, "GET_NTB_PARAMETERS");
  const auto parameters = mbim::DecodeNtbParameters(reply.data);
  if (const auto* error = std::get_if<mbim::NtbError>(&parameters)) {
    throw Missing("malformed GET_NTB_PARAMETERS response: " + error->reason);
  }
  parameters_ = std::get<mbim::NtbParameters>(parameters);
  format_ = parameters_.ntb16 ? mbim::NtbFormat::kNtb16 : mbim::NtbFormat::kNtb32;
  if (parameters_.ntb32) {
    if (has(format)) format_ = format;
    Require(ClassOut(kSetNtbFormat, static_cast<std::uint16_t>(format_)), "SET_NTB_FORMAT");
  }
  Bytes size;
  mbim::AppendU32(size, parameters_.in_max_size);
  Require(ClassOut(kSetNtbInputSize, 0, size), "SET_NTB_INPUT_SIZE");
  const std::uint16_t segment = std::min<std::uint16_t>(1'514, max_segment_size_);
  if ((network_capabilities_ & kTakesMaxDatagramSize) != 0) {
    const Bytes datagram{static_cast<std::uint8_t>(segment & 0xff),
                         static_cast<std::uint8_t>(segment >> 8)};
    Require(ClassOut(kSetMaxDatagramSize, 0, datagram), "SET_MAX_DATAGRAM_SIZE");
  }
  if (function_.data_active_alternate) {
    Require(usb_.SetAlternate(function_.data_interface, *function_.data_active_alternate),
            "SET_INTERFACE of the active data interface");
  }
}

Received Modem::Open(const OpenOptions& options) {
  Prepare(options.format);
  const std::uint32_t size =
      options.max_control_transfer != 0 ? options.max_control_transfer : max_control_message();
  const std::uint32_t id = NextId();
  Send(mbim::OpenMessage{id, size});
  Received received = Await<mbim::OpenDone>(id, times_.open);
  const auto status = As<mbim::OpenDone>(received)->status;
  if (status != mbim::Status::kSuccess) {
    throw Missing("OPEN_DONE has status " + mbim::StatusName(status));
  }
  max_transfer_ = std::min<std::uint32_t>(size, max_control_message());
  reassembler_.set_limits(LimitsFor(max_transfer_));
  return received;
}

Received Modem::Close() {
  const std::uint32_t id = NextId();
  Send(mbim::CloseMessage{id});
  return Await<mbim::CloseDone>(id, times_.open);
}

/// Drops what was on its way when the function was reset.
void Modem::Flush() {
  for (int i = 0; i < kMaxFlushed && AwaitNotification(milliseconds(0)); ++i) {
  }
  for (int i = 0; i < kMaxFlushed && Fetch(); ++i) {
  }
  max_transfer_ = max_control_message();
  reassembler_ = mbim::Reassembler(LimitsFor(max_transfer_));
  fragments_.clear();
  others_.clear();
  irregularities_.clear();
  announced_ = fetched_ = 0;
}

// --- messages -----------------------------------------------------------------------------------

UsbStatus Modem::SendRaw(ByteView fragment) {
  return ClassOut(kSendEncapsulatedCommand, 0, fragment);
}

void Modem::SendFragments(const std::vector<Bytes>& fragments) {
  for (const Bytes& fragment : fragments) {
    Require(SendRaw(fragment), "SEND_ENCAPSULATED_COMMAND");
  }
}

void Modem::Send(const mbim::HostMessage& message) {
  SendFragments(mbim::Fragment(mbim::EncodeMessage(message), max_transfer_));
}

std::uint32_t Modem::Command(const Cid& cid, mbim::CommandType type, Bytes information) {
  const std::uint32_t id = NextId();
  Send(mbim::CommandMessage{id, cid.service, cid.number, type, std::move(information)});
  return id;
}

bool Modem::AwaitNotification(milliseconds timeout) {
  const auto deadline = Clock::now() + timeout;
  const std::size_t packet = std::max<std::size_t>(function_.notification.packet_size(), 1);
  const std::size_t length = (kNotificationSize + packet - 1) / packet * packet;
  while (true) {
    const auto left = std::chrono::ceil<milliseconds>(deadline - Clock::now());
    const auto reply =
        usb_.In(function_.notification.address, length, std::max(left, milliseconds(0)));
    if (!reply) return false;
    if (reply->status == UsbStatus::kStall) {
      Require(usb_.ClearHalt(function_.notification.address), "CLEAR_FEATURE(ENDPOINT_HALT)");
      continue;
    }
    Require(reply->status, "reading the notification endpoint");
    if (reply->data.size() >= kNotificationSize && reply->data[0] == kNotificationType &&
        reply->data[1] == kResponseAvailable) {
      ++announced_;
      return true;
    }
  }
}

/// GET_ENCAPSULATED_RESPONSE.
std::optional<Bytes> Modem::Fetch() {
  Reply reply = ClassIn(kGetEncapsulatedResponse, kLargestFragment);
  if (reply.status == UsbStatus::kStall) return std::nullopt;
  Require(reply.status, "GET_ENCAPSULATED_RESPONSE");
  if (reply.data.empty()) return std::nullopt;
  ++fetched_;
  return std::move(reply.data);
}

std::optional<Received> Modem::Take(const Bytes& fragment) {
  fragments_.push_back(fragment);
  const auto pushed = reassembler_.Push(fragment, Clock::now());
  if (std::holds_alternative<std::monostate>(pushed)) return std::nullopt;
  std::vector<Bytes> fragments = std::exchange(fragments_, {});
  if (const auto* error = std::get_if<mbim::MessageError>(&pushed)) {
    irregularities_.push_back({Broken(error->error), error->reason});
    return std::nullopt;
  }
  const Bytes& whole = std::get<Bytes>(pushed);
  auto decoded = mbim::DecodeFunctionMessage(whole);
  if (const auto* error = std::get_if<mbim::MessageError>(&decoded)) {
    irregularities_.push_back({Broken(error->error), error->reason});
    return std::nullopt;
  }
  return Received{std::get<mbim::FunctionMessage>(std::move(decoded)), whole, std::move(fragments)};
}

std::optional<Received> Modem::Receive(milliseconds timeout) {
  const auto deadline = Clock::now() + timeout;
  while (true) {
    const auto left = std::chrono::ceil<milliseconds>(deadline - Clock::now());
    const bool announced = AwaitNotification(std::max(left, milliseconds(0)));
    const auto fragment = Fetch();
    if (!announced && fragment) {
      irregularities_.push_back({"mbim1.0:8.1.2#3", "a fragment was not announced"});
    }
    if (fragment) {
      if (auto received = Take(*fragment)) return received;
    } else if (!announced) {
      return std::nullopt;
    }
  }
}

Received Modem::AwaitThat(const std::string& what, milliseconds timeout,
                          const std::function<bool(const Received&)>& wanted) {
  const auto deadline = Clock::now() + timeout;
  while (Clock::now() < deadline) {
    auto received = Receive(std::chrono::ceil<milliseconds>(deadline - Clock::now()));
    if (!received) break;
    if (wanted(*received)) return *std::move(received);
    others_.push_back(*std::move(received));
  }
  std::string seen;
  for (const Received& other : others_)
    seen += "\n  received: " + mbim::Describe(other.bytes);
  for (const Irregularity& irregularity : irregularities_)
    seen += "\n  irregular: " + irregularity.what;
  throw Missing(what + " did not arrive within " + std::to_string(timeout.count()) + " ms" + seen);
}

Received Modem::AwaitAnswer(std::uint32_t id) {
  return AwaitThat("an answer to transaction " + std::to_string(id), times_.answer,
                   [id](const Received& received) {
                     return As<mbim::IndicateStatus>(received) == nullptr &&
                            received.transaction_id() == id;
                   });
}

void Modem::Settle() {
  // Its content does not matter, and any answer will do: a closed function answers with an error.
  AwaitAnswer(Query(mbim::kDeviceCaps));
  Listen();
}

void Modem::Listen() {
  while (auto received = Receive(times_.quiet)) {
    others_.push_back(*std::move(received));
  }
}

}  // namespace mbnrig::device
