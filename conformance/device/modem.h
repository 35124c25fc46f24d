#pragma once

/// The modem under test: the few words in which a test talks to it. Messages are encoded with
/// gadget/mbim, but anything may be sent, fragment by fragment. What a word waits for and does not
/// get is thrown as Missing, which fails the test with a sentence.
///
///     modem.Open();
///     const auto id = modem.Query(Cid::kDeviceCaps);
///     const auto done = modem.Await<mbim::CommandDone>(id);

#include <functional>
#include <stdexcept>
#include <utility>
#include <vector>

#include "device/descriptors.h"
#include "device/usb.h"
#include "mbim/fragment.h"
#include "mbim/message.h"
#include "mbim/ntb.h"

namespace mbnrig::device {

using Cid = mbim::BasicConnectCid;

/// What was to come did not.
class Missing : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The modem, its SIM, its network or its place has not what a test needs; that fails nothing.
class NotApplicable : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// How long is waited. A modem of this rig needs far less than a real one at the edge of its cell.
struct Times {
  milliseconds transfer{5'000};   ///< one control transfer
  milliseconds answer{10'000};    ///< to a message, unless said otherwise
  milliseconds open{30'000};      ///< OPEN_DONE; real modems initialise before they answer
  milliseconds network{180'000};  ///< registration, attach, activation
  milliseconds quiet{300};        ///< nothing more is believed to come after that
  milliseconds data{5'000};       ///< a datagram's way there and back
  milliseconds arrival{60'000};   ///< a modem on the bus: enumeration, and its firmware before that
  milliseconds by_hand{120'000};  ///< somebody's reach for the plug
};

/// One message from the modem.
struct Received {
  mbim::FunctionMessage message;
  Bytes bytes;  ///< whole, as after reassembly
  std::vector<Bytes> fragments;

  std::uint32_t transaction_id() const { return mbim::PeekHeader(bytes)->transaction_id; }
};

/// A message that is `Message`, null otherwise.
template <class Message>
const Message* As(const Received& received) {
  return std::get_if<Message>(&received.message);
}

/// Something the modem did that no message shows.
struct Irregularity {
  const char* assertion;  ///< the one that it breaks
  std::string what;
};

class Modem {
 public:
  struct OpenOptions {
    std::uint32_t max_control_transfer = 0;  ///< 0: wMaxControlMessage
    mbim::NtbFormat format = mbim::NtbFormat::kNtb16;
  };

  /// Claims the function's interfaces. `usb` must outlive it. Throws bench::RigFault where the
  /// device cannot be had.
  Modem(Usb& usb, const transport::MbimFunctionInfo& function, const Times& times);

  Usb& usb() { return usb_; }
  const Times& times() const { return times_; }
  const transport::MbimFunctionInfo& function() const { return function_; }
  bool is_ncm_too() const { return function_.control_alternate.value_or(0) != 0; }
  /// wMaxControlMessage; 64, which every function takes, where no descriptor says it.
  std::uint16_t max_control_message() const;
  std::uint8_t network_capabilities() const { return network_capabilities_; }
  /// bMaxOutstandingCommandMessages; 1 where no descriptor says it.
  std::uint8_t max_outstanding() const { return max_outstanding_; }

  // --- class requests ---------------------------------------------------------------------------

  Reply ClassIn(std::uint8_t request, std::uint16_t length);
  UsbStatus ClassOut(std::uint8_t request, std::uint16_t value = 0, ByteView data = {});

  // --- opening ----------------------------------------------------------------------------------

  /// Everything before OPEN: idle data interface, RESET_FUNCTION, NTB parameters and format, active
  /// data interface. What an earlier test has left is gone. Throws Missing where a request fails.
  void Prepare(mbim::NtbFormat format = mbim::NtbFormat::kNtb16);
  /// The plan's generic sequence: Prepare, OPEN, OPEN_DONE with SUCCESS, which is given back.
  Received Open(const OpenOptions& options);
  Received Open() { return Open(OpenOptions{}); }
  /// CLOSE and CLOSE_DONE, which is given back.
  Received Close();
  /// Whether NTB32 is offered; after Prepare.
  bool has_ntb32() const { return parameters_.ntb32; }
  const mbim::NtbParameters& ntb_parameters() const { return parameters_; }
  mbim::NtbFormat format() const { return format_; }
  /// MaxControlTransfer agreed upon.
  std::uint32_t max_transfer() const { return max_transfer_; }

  // --- messages ---------------------------------------------------------------------------------

  std::uint32_t NextId() { return ++last_id_; }
  /// SEND_ENCAPSULATED_COMMAND of any bytes.
  UsbStatus SendRaw(ByteView fragment);
  /// A message in as many fragments as it needs. Throws Missing where a transfer fails.
  void Send(const mbim::HostMessage& message);
  void SendFragments(const std::vector<Bytes>& fragments);
  /// A command of Basic Connect; the transaction.
  std::uint32_t Command(Cid cid, mbim::CommandType type, Bytes information);
  std::uint32_t Query(Cid cid, Bytes information = {}) {
    return Command(cid, mbim::CommandType::kQuery, std::move(information));
  }
  std::uint32_t Set(Cid cid, Bytes information) {
    return Command(cid, mbim::CommandType::kSet, std::move(information));
  }

  /// The next message, of any kind; nothing when none comes in time.
  std::optional<Received> Receive(milliseconds timeout);
  /// The next message for which `wanted`; those before go to others(). Throws Missing.
  Received AwaitThat(const std::string& what, milliseconds timeout,
                     const std::function<bool(const Received&)>& wanted);
  /// The message of that kind and transaction.
  template <class Message>
  Received Await(std::uint32_t transaction_id, milliseconds timeout = milliseconds(0)) {
    return AwaitThat(What<Message>(transaction_id), timeout.count() != 0 ? timeout : times_.answer,
                     [transaction_id](const Received& received) {
                       const auto* message = As<Message>(received);
                       return message != nullptr && received.transaction_id() == transaction_id;
                     });
  }
  /// Whatever answers the transaction, error or not.
  Received AwaitAnswer(std::uint32_t transaction_id);
  /// Asks something harmless and waits for its answer, then for silence: what the modem was going
  /// to say before has come by then, and is in others().
  void Settle();
  /// Reads until nothing comes for times().quiet.
  void Listen();

  /// What came while something else was awaited, oldest first; handed out once.
  std::vector<Received> TakeOthers() { return std::exchange(others_, {}); }
  const std::vector<Received>& others() const { return others_; }
  /// What went wrong on the wire since Prepare.
  const std::vector<Irregularity>& irregularities() const { return irregularities_; }
  /// RESPONSE_AVAILABLE notifications, and fragments fetched, since Prepare.
  std::size_t announced() const { return announced_; }
  std::size_t fetched() const { return fetched_; }

  /// A query's information as `Info`. Throws Missing where the answer is none, or not SUCCESS.
  template <class Info>
  Info Ask(Cid cid, Bytes information = {}) {
    return Decoded<Info>(Await<mbim::CommandDone>(Query(cid, std::move(information))));
  }
  template <class Info>
  Info SetAndAsk(Cid cid, Bytes information, milliseconds timeout = milliseconds(0)) {
    return Decoded<Info>(Await<mbim::CommandDone>(Set(cid, std::move(information)), timeout));
  }

 private:
  template <class Message>
  static std::string What(std::uint32_t transaction_id);
  template <class Info>
  static Info Decoded(const Received& received) {
    const auto& done = std::get<mbim::CommandDone>(received.message);
    auto info = mbim::Decode<Info>(done.information);
    if (done.status != mbim::Status::kSuccess || !info) {
      throw Missing(std::string(Info::kName) + " is not what came: " +
                    mbim::Describe(received.bytes) + (info ? "" : ", " + info.error().ToString()));
    }
    return *info;
  }

  void ReadCapabilities();
  void Require(UsbStatus status, const char* what);
  bool AwaitNotification(milliseconds timeout);
  std::optional<Bytes> Fetch();
  std::optional<Received> Take(const Bytes& fragment);
  void Flush();

  Usb& usb_;
  const transport::MbimFunctionInfo function_;
  const Times times_;
  std::uint8_t network_capabilities_ = 0;
  std::uint8_t max_outstanding_ = 1;

  mbim::NtbParameters parameters_;
  mbim::NtbFormat format_ = mbim::NtbFormat::kNtb16;
  std::uint32_t max_transfer_;
  std::uint32_t last_id_ = 0;
  mbim::Reassembler reassembler_;
  std::vector<Bytes> fragments_;  ///< of the message under way
  std::vector<Received> others_;
  std::vector<Irregularity> irregularities_;
  std::size_t announced_ = 0, fetched_ = 0;
};

}  // namespace mbnrig::device
