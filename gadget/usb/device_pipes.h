#pragma once

/// The device side of a bus made of software: the control pipe and the endpoint queues of one
/// device, run over its MBIM function. The loopback bus and the USB/IP server drive it; what they
/// add is who the host is and how a completion reaches it.

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <set>

#include "usb/mbim_function.h"

namespace mbnrig::usb {

/// How a transfer ended; the words of libusb_transfer_status.
enum class TransferStatus { kCompleted, kError, kTimedOut, kCancelled, kStall, kNoDevice };

class DevicePipes {
 public:
  using Clock = std::chrono::steady_clock;
  using Completion = std::function<void(TransferStatus, ByteView)>;
  /// The host's name for a transfer; 0 where it needs none.
  using TransferId = std::uint32_t;

  /// Bytes of a control transfer's data stage that the function takes.
  static constexpr std::uint16_t kControlLimit = 4096;

  /// What drives the pipes. Its mutex guards them and is never held while the function is called;
  /// the function calls back under its own lock: lock order is function, then this mutex.
  class Bus {
   public:
    virtual ~Bus() = default;
    virtual std::mutex& mutex() = 0;
    /// Step may have something to do, or a call of the function has ended. With the mutex held, on
    /// any thread; must not call the pipes.
    virtual void Wake() = 0;
    /// A transfer has ended. With the mutex held, on the thread that called the pipes; must not
    /// call them.
    virtual void Finish(Completion done, TransferStatus status, Bytes data) = 0;
  };

  /// `bus` must outlive the pipes.
  explicit DevicePipes(Bus& bus) : bus_(bus) {}
  DevicePipes(const DevicePipes&) = delete;
  DevicePipes& operator=(const DevicePipes&) = delete;

  /// Joins the function, as after a reset of the bus, at the speed of its identity. Without the
  /// mutex. Throws std::logic_error when the function is attached elsewhere. Who attaches also sees
  /// to MbimFunction::Detach before the pipes go.
  void Attach(MbimFunction& function);

  // --- all that follows with the mutex held ---------------------------------------------------

  /// Null before Attach and after SetGone.
  MbimFunction* function() const { return function_; }
  /// The function is being called (by Step, on its thread, with the mutex let go).
  bool calling() const { return calling_; }
  /// The device has left: what is pending ends with kNoDevice, the function is called no more.
  void SetGone();

  /// A control transfer; `out` is the data stage of an OUT request. One is on the wire at a time,
  /// the timeout runs from then on; 0: none.
  void SubmitControl(TransferId id, const SetupPacket& setup, Bytes out,
                     std::chrono::milliseconds timeout, Completion done);
  /// One read of an IN endpoint; pending until there is data. It ends with a notification, or with
  /// an NTB's last packet or when it is full. kError for an endpoint that is not there, and when a
  /// packet does not fit.
  void SubmitIn(TransferId id, std::uint8_t endpoint, std::size_t length, Completion done);
  /// One write to an OUT endpoint. What the function reads ends with a short packet or when it is
  /// full, as on a wire: writes without either run together. `zero_packet`: a packet of no length
  /// follows where the last one is not short.
  void SubmitOut(TransferId id, std::uint8_t endpoint, Bytes data, bool zero_packet,
                 Completion done);
  /// Ends what is pending on an endpoint (0: everything).
  void End(std::uint8_t endpoint, TransferStatus status);
  /// Takes back a transfer that has not ended: it completes no more. False when there is none.
  bool Withdraw(TransferId id);
  /// Takes back every transfer.
  void WithdrawAll();

  /// When the control transfer on the wire runs out of time.
  std::optional<Clock::time_point> deadline() const { return deadline_; }
  /// Does one thing that is due, with the mutex let go meanwhile; false when there is none. On one
  /// thread only.
  bool Step(std::unique_lock<std::mutex>& lock);

 private:
  struct Control {
    TransferId id;
    SetupPacket setup;
    Bytes out;
    std::chrono::milliseconds timeout;
    Completion done;
  };
  struct In {
    TransferId id;
    std::uint8_t endpoint;
    std::size_t length;
    Completion done;
    bool checked = false;  ///< the endpoint is known to take transfers
    Bytes data;            ///< packets that have come
  };
  struct Out {
    TransferId id;
    std::uint8_t endpoint;
    Bytes data;
    bool zero_packet;
    Completion done;
  };
  /// What the host's last choices made of the endpoints.
  struct Endpoints {
    bool configured = false, data = false;
    std::set<std::uint8_t> halted;
  };

  void ForgetControl();
  void EndControl(TransferStatus status, Bytes data = {});
  template <class Call>
  auto CallFunction(std::unique_lock<std::mutex>& lock, Call call);
  void StartControl(std::unique_lock<std::mutex>& lock);
  void Reply(std::uint64_t number, ControlReply reply);
  void FinishControl(std::unique_lock<std::mutex>& lock);
  void EndpointsChanged();
  void AskForEndpoints(std::unique_lock<std::mutex>& lock);
  /// Why a transfer on an endpoint cannot go; nothing when it can.
  std::optional<TransferStatus> Refusal(std::uint8_t endpoint) const;
  void CheckIns();
  bool FinishOut(std::unique_lock<std::mutex>& lock);
  void TellOfIdleness(std::unique_lock<std::mutex>& lock);
  std::deque<In>::iterator FirstRead(std::uint8_t endpoint);
  bool FinishBulkIn(std::unique_lock<std::mutex>& lock);
  bool FinishNotification(std::unique_lock<std::mutex>& lock);
  void Ready(bool& what);

  Bus& bus_;
  const Layout layout_;
  MbimFunction* function_ = nullptr;
  bool calling_ = false;
  std::deque<Control> controls_;
  bool active_ = false;  ///< the first of controls_ is on the wire
  std::uint64_t control_number_ = 1;
  std::optional<ControlReply> reply_;
  std::optional<Clock::time_point> deadline_;
  std::deque<In> ins_;
  std::deque<Out> outs_;
  Endpoints endpoints_;
  bool stale_ = true;       ///< `endpoints_` is to be asked for
  bool unchecked_ = false;  ///< among `ins_` are some
  bool notification_ready_ = false;
  bool data_ready_ = false;
  std::size_t packet_ = 512;      ///< wMaxPacketSize of the bulk endpoints
  std::size_t read_size_ = 0;     ///< bytes of a read of bulk OUT
  Bytes bulk_in_;                 ///< an NTB on its way to the host
  std::size_t bulk_in_sent_ = 0;  ///< of it, in bytes
  Bytes unfinished_out_;          ///< from the host, not yet ended; of the thread that steps
  bool received_ = false;         ///< the function is to be told when no more follows
};

}  // namespace mbnrig::usb
