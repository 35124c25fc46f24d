#pragma once

/// The host's side of MBIM: one modem, with its transactions and their timeouts, fragments and
/// indications. host/mbn builds on it and sees only commands and answers.
///
/// Threads: all methods may be called on any thread. Handlers are called on the client's thread,
/// one at a time, with no lock held, and never from within a method of this class. The client's
/// thread is the dispatcher's own, or for a moment the thread on which a transfer has ended
/// (dispatcher.h). Handlers must not throw and must not block, because that would delay every modem
/// and USB itself. After Monitor::Stop has returned, the thread has ended; a device then answers on
/// the caller's thread, before the method returns.

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "mbim/bytes.h"
#include "mbim/protocol.h"
#include "mbim/uuid.h"

namespace mbnrig::client {

/// How a transaction ended.
enum class Outcome {
  kAnswered,       ///< COMMAND_DONE arrived; see `status`
  kFunctionError,  ///< FUNCTION_ERROR arrived, see `error`; kUnknown also if the function stalled
                   ///< the command
  kTimedOut,       ///< the modem did not answer in time
  kGone,           ///< the device left the bus, or USB I/O failed as if it had
  kNotOpen,        ///< the device was not opened, was closed, or could not be opened
  kMalformed,      ///< the answer that arrived cannot be read
  kCancelled,      ///< Close was called before the answer arrived
};
std::string_view OutcomeName(Outcome outcome);

struct Reply {
  Outcome outcome = Outcome::kNotOpen;
  mbim::Status status = mbim::Status::kSuccess;
  mbim::ProtocolError error{};
  mbim::Bytes information;

  bool ok() const { return outcome == Outcome::kAnswered && status == mbim::Status::kSuccess; }
  /// How the transaction ended, for a log: the status in the modem's answer ("MBIM_STATUS_BUSY"),
  /// or the name of the outcome if the modem did not answer.
  std::string Why() const;
};

struct Indication {
  mbim::Uuid service;
  std::uint32_t cid = 0;
  mbim::Bytes information;
};

/// The limit of each wait.
struct Timeouts {
  std::chrono::milliseconds open{10'000};        ///< for OPEN_DONE, all attempts together
  std::chrono::milliseconds open_retry{1'000};   ///< between attempts while the function is busy
  std::chrono::milliseconds open_resend{5'000};  ///< an unanswered OPEN is sent again after this
  std::chrono::milliseconds command{30'000};     ///< for COMMAND_DONE, after the command is sent;
                                                 ///< CONNECT and scans may set their own
  std::chrono::milliseconds close{2'000};
  std::chrono::milliseconds transfer{5'000};  ///< one USB control transfer
};

/// The modem's identity and place, from USB.
struct DeviceIdentity {
  std::string id;  ///< unique while present and never used again, e.g. "usb-1-4#7"
  std::uint16_t vendor_id = 0, product_id = 0;
  std::string manufacturer, product, serial;
};

/// Limits of the modem's data path, from its descriptors (MBIM 1.0, sections 6.4 and 6.5). 0: the
/// modem does not announce one.
struct DatagramLimits {
  std::uint32_t longest = 0;  ///< bytes of a datagram; longer ones are not sent
  std::uint32_t mtu = 0;      ///< of the operator's network, if the IP configuration has no MTU
};

/// One modem, obtained from a Monitor. It lives as long as there is a reference, also after it left
/// the bus.
class Device {
 public:
  using ReplyHandler = std::function<void(Reply)>;
  using IndicationHandler = std::function<void(const Indication&)>;

  virtual ~Device() = default;
  virtual const DeviceIdentity& identity() const = 0;
  /// False once the device has left the bus, or I/O has failed as if it had.
  virtual bool present() const = 0;

  /// Claims the interfaces and sends OPEN. `done` gets kAnswered/kSuccess when the modem is open.
  /// Within Timeouts::open it tries again after failures that may pass: another program holds the
  /// device, the rights are not granted yet, MBIM_STATUS_BUSY, no answer. May be called when open,
  /// and again after a failure or Close.
  virtual void Open(ReplyHandler done) = 0;
  /// Ends pending transactions with kCancelled, sends CLOSE, and gives the interfaces back.
  virtual void Close(std::function<void()> done) = 0;

  /// Sends one command, untyped. call.h has the typed forms. `done` is called exactly once,
  /// whatever happens. A `timeout` of 0 means Timeouts::command.
  virtual void Command(const mbim::Uuid& service, std::uint32_t cid, mbim::CommandType type,
                       mbim::Bytes information, ReplyHandler done,
                       std::chrono::milliseconds timeout = std::chrono::milliseconds{0}) = 0;

  /// The handler gets the indications, in order of arrival. Set it before Open.
  virtual void set_indication_handler(IndicationHandler handler) = 0;

  // The data pipe of IP sessions. The methods may be called on any thread, also while the device is
  // not open. A handler stays set from one opening to the next.

  /// Receives the datagrams of a session. Called on a thread of the bus, one call at a time. Must
  /// not wait for anything and must not call set_datagram_handler.
  struct DatagramHandler {
    /// A datagram, valid only during the call.
    std::function<void(mbim::ByteView)> datagram;
    /// The next datagram does not follow at once. May be empty.
    std::function<void()> idle = nullptr;
  };
  /// An empty handler drops datagrams. After this returns, the previous handler is not called any
  /// more.
  virtual void set_datagram_handler(std::uint8_t session, DatagramHandler handler) = 0;
  /// Sends a datagram. With `more` it may wait for others, until FlushDatagrams. False if it was
  /// dropped: the device is not open, its queue is full, or the kernel carries the datagrams.
  virtual bool SendDatagram(std::uint8_t session, mbim::ByteView datagram, bool more) = 0;
  virtual void FlushDatagrams() = 0;
  /// The network interface on which the kernel's driver carries session 0, "wwan0". Empty if this
  /// process carries the datagrams itself, with the methods above.
  virtual std::string kernel_interface() const = 0;
  virtual DatagramLimits datagram_limits() const { return {}; }
};

/// Watches a bus for MBIM functions. Do not call two methods at the same time.
class Monitor {
 public:
  struct Listener {
    virtual ~Listener() = default;
    virtual void OnArrival(std::shared_ptr<Device> device) = 0;
    virtual void OnRemoval(std::shared_ptr<Device> device) = 0;
  };
  virtual ~Monitor() = default;
  /// Reports the present devices as arrivals, then changes. The listener is called on the client's
  /// thread and must outlive Stop. Call it at most once. Throws std::runtime_error with one line
  /// that says what to do if the bus cannot be used.
  virtual void Start(Listener& listener) = 0;
  /// Closes every device that was reported. After it returns, no handler is called any more, and
  /// every thread is joined. Must not be called on the client's thread.
  virtual void Stop() = 0;
};

}  // namespace mbnrig::client
