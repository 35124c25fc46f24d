#pragma once

/// The modem under test, with the methods that a test uses to talk to it. Messages are encoded with
/// gadget/mbim, but any bytes may be sent, fragment by fragment. A method that does not get what it
/// waits for throws Missing, which fails the test with a text.
///
///     modem.Open();
///     const auto id = modem.Query(mbim::kDeviceCaps);
///     const auto done = modem.Await<mbim::CommandDone>(id);

#include <functional>
#include <stdexcept>
#include <utility>
#include <vector>

#include "device/descriptors.h"
#include "device/usb.h"
#include "mbim/cid.h"
#include "mbim/codec.h"
#include "mbim/fragment.h"
#include "mbim/message.h"
#include "mbim/ntb.h"

namespace mbnrig::device {

using Cid = mbim::CommandId;

/// Something did not arrive.
class Missing : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The modem, its SIM, its network or its location lacks what a test needs. This fails nothing.
class NotApplicable : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// How long to wait. A modem of this rig needs far less than a real one at the edge of its cell.
struct Timeouts {
  milliseconds transfer{5'000};   ///< one control transfer
  milliseconds answer{10'000};    ///< an answer to a message
  milliseconds open{30'000};      ///< OPEN_DONE; real modems initialise before they answer
  milliseconds network{180'000};  ///< registration, attach, activation
  milliseconds quiet{300};        ///< if nothing arrives for this long, nothing more is expected
  milliseconds data{5'000};       ///< a datagram, there and back
  milliseconds arrival{
      60'000};  ///< a modem to appear on the bus, including its firmware's start and enumeration
  milliseconds by_hand{120'000};  ///< a person to unplug the modem
};

/// One message from the modem.
struct Received {
  mbim::FunctionMessage message;
  Bytes bytes;  ///< the whole message, after reassembly
  std::vector<Bytes> fragments;

  std::uint32_t transaction_id() const { return mbim::PeekHeader(bytes)->transaction_id; }
};

/// The message as a `Message`. Null if it is another one.
template <class Message>
const Message* As(const Received& received) {
  return std::get_if<Message>(&received.message);
}

/// Something that the modem did wrong and that no message shows.
struct Irregularity {
  const char* assertion;  ///< the one that the modem broke
  std::string what;
};

class Modem {
 public:
  struct OpenOptions {
    std::uint32_t max_control_transfer = 0;  ///< 0: wMaxControlMessage
    mbim::NtbFormat format = mbim::NtbFormat::kNtb16;
  };

  /// Claims the function's interfaces. `usb` must outlive it. Throws bench::RigFault if the
  /// interfaces cannot be claimed.
  Modem(Usb& usb, const transport::MbimFunctionInfo& function, const Timeouts& times);

  Usb& usb() { return usb_; }
  const Timeouts& times() const { return times_; }
  const transport::MbimFunctionInfo& function() const { return function_; }
  bool is_ncm_too() const { return function_.control_alternate.value_or(0) != 0; }
  /// wMaxControlMessage. Without a descriptor 64, which every function must accept.
  std::uint16_t max_control_message() const;
  std::uint8_t network_capabilities() const { return network_capabilities_; }
  /// bMaxOutstandingCommandMessages. Without a descriptor 1.
  std::uint8_t max_outstanding() const { return max_outstanding_; }

  // --- class requests ---------------------------------------------------------------------------

  Reply ClassIn(std::uint8_t request, std::uint16_t length);
  UsbStatus ClassOut(std::uint8_t request, std::uint16_t value = 0, ByteView data = {});

  // --- opening ----------------------------------------------------------------------------------

  /// Everything before OPEN: idle data interface, RESET_FUNCTION, NTB parameters and format, active
  /// data interface. Removes what an earlier test has left. Throws Missing if a request fails.
  void Prepare(mbim::NtbFormat format = mbim::NtbFormat::kNtb16);
  /// The plan's generic sequence: Prepare, OPEN, and OPEN_DONE with SUCCESS. Returns the OPEN_DONE.
  Received Open(const OpenOptions& options);
  Received Open() { return Open(OpenOptions{}); }
  /// CLOSE and CLOSE_DONE. Returns the CLOSE_DONE.
  Received Close();
  /// Whether the modem offers NTB32. Valid after Prepare.
  bool has(mbim::NtbFormat format) const { return parameters_.Has(format); }
  const mbim::NtbParameters& ntb_parameters() const { return parameters_; }
  mbim::NtbFormat format() const { return format_; }
  /// The agreed MaxControlTransfer.
  std::uint32_t max_transfer() const { return max_transfer_; }

  // --- messages ---------------------------------------------------------------------------------

  std::uint32_t NextId() { return ++last_id_; }
  /// SEND_ENCAPSULATED_COMMAND with any bytes.
  UsbStatus SendRaw(ByteView fragment);
  /// Sends a message in as many fragments as it needs. Throws Missing if a transfer fails.
  void Send(const mbim::HostMessage& message);
  void SendFragments(const std::vector<Bytes>& fragments);
  /// Sends a command of Basic Connect. Returns its transaction.
  std::uint32_t Command(const Cid& cid, mbim::CommandType type, Bytes information);
  std::uint32_t Query(const Cid& cid, Bytes information = {}) {
    return Command(cid, mbim::CommandType::kQuery, std::move(information));
  }
  std::uint32_t Set(const Cid& cid, Bytes information) {
    return Command(cid, mbim::CommandType::kSet, std::move(information));
  }

  /// One fragment, without waiting for its notification. Nothing if the function has none.
  std::optional<Bytes> Fetch();
  /// Whether RESPONSE_AVAILABLE arrives in time. Ignores other notifications.
  bool AwaitNotification(milliseconds timeout);

  /// The next message of any kind. Nothing if none arrives in time.
  std::optional<Received> Receive(milliseconds timeout);
  /// The next message for which `wanted` is true. Earlier ones go to others(). Throws Missing.
  Received AwaitThat(const std::string& what, milliseconds timeout,
                     const std::function<bool(const Received&)>& wanted);
  /// The message of this kind and transaction.
  template <class Message>
  Received Await(std::uint32_t transaction_id, milliseconds timeout = milliseconds(0)) {
    return AwaitThat(What<Message>(transaction_id), timeout.count() != 0 ? timeout : times_.answer,
                     [transaction_id](const Received& received) {
                       const auto* message = As<Message>(received);
                       return message != nullptr && received.transaction_id() == transaction_id;
                     });
  }
  /// Takes a fragment that Fetch has returned. Returns the message that it completes.
  std::optional<Received> Take(const Bytes& fragment);
  /// The message that answers the transaction, also an error.
  Received AwaitAnswer(std::uint32_t transaction_id);
  /// Sends a harmless query, waits for its answer, and then until nothing more arrives. All earlier
  /// messages of the modem have arrived by then and are in others().
  void Settle();
  /// Reads until nothing arrives for times().quiet.
  void Listen();

  /// The messages that arrived while another one was awaited, oldest first. Each is returned once.
  std::vector<Received> TakeOthers() { return std::exchange(others_, {}); }
  const std::vector<Received>& others() const { return others_; }
  /// What went wrong on the wire since Prepare.
  const std::vector<Irregularity>& irregularities() const { return irregularities_; }
  /// Number of RESPONSE_AVAILABLE notifications and of fetched fragments since Prepare.
  std::size_t announced() const { return announced_; }
  std::size_t fetched() const { return fetched_; }

  /// A query's information as `Info`. Throws Missing if the answer is malformed or not SUCCESS.
  template <class Info>
  Info Ask(const Cid& cid, Bytes information = {}) {
    return Decoded<Info>(Await<mbim::CommandDone>(Query(cid, std::move(information))));
  }
  template <class Info>
  Info SetAndAsk(const Cid& cid, Bytes information, milliseconds timeout = milliseconds(0)) {
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
      throw Missing(std::string(Info::kName) + " expected, received: " +
                    mbim::Describe(received.bytes) + (info ? "" : ", " + info.error().ToString()));
    }
    return *info;
  }

  void ReadCapabilities();
  void Require(UsbStatus status, const char* what);
  void Flush();

  Usb& usb_;
  const transport::MbimFunctionInfo function_;
  const Timeouts times_;
  std::uint8_t network_capabilities_ = 0;
  std::uint8_t max_outstanding_ = 1;
  std::uint16_t max_segment_size_ = 2'048;

  mbim::NtbParameters parameters_;
  mbim::NtbFormat format_ = mbim::NtbFormat::kNtb16;
  std::uint32_t max_transfer_;
  std::uint32_t last_id_ = 0;
  mbim::Reassembler reassembler_;
  std::vector<Bytes> fragments_;  ///< of the message that is being received
  std::vector<Received> others_;
  std::vector<Irregularity> irregularities_;
  std::size_t announced_ = 0, fetched_ = 0;
};

}  // namespace mbnrig::device
