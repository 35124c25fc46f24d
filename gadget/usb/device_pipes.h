#pragma once

/// The device side of a bus made of software: the control pipe and the endpoint queues of one
/// device, connected to its MBIM function. The loopback bus and the USB/IP server drive it. They
/// decide who the host is and how a completion reaches it.

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <set>

#include "usb/mbim_function.h"

namespace mbnrig::usb {

/// How a transfer ended. The names are those of libusb_transfer_status.
enum class TransferStatus { kCompleted, kError, kTimedOut, kCancelled, kStall, kNoDevice };

class DevicePipes {
 public:
  using Clock = std::chrono::steady_clock;
  using Completion = std::function<void(TransferStatus, ByteView)>;
  /// The host's identifier of a transfer; 0 if it needs none.
  using TransferId = std::uint32_t;

  /// Longest data stage of a control transfer that the function takes, in bytes.
  static constexpr std::uint16_t kControlLimit = 4096;

  /// What drives the pipes. Its mutex guards them and is not held while the function is called. The
  /// function calls back under its own lock. Lock order: the function's lock, then this mutex.
  class Bus {
   public:
    virtual ~Bus() = default;
    virtual std::mutex& mutex() = 0;
    /// Step may have something to do, or a call of the function has ended. Called with the mutex
    /// held, on any thread. Must not call the pipes.
    virtual void Wake() = 0;
    /// A transfer has ended. Called with the mutex held, on the thread that called the pipes. Must
    /// not call them.
    virtual void Finish(Completion done, TransferStatus status, Bytes data) = 0;
  };

  /// `bus` must outlive the pipes.
  explicit DevicePipes(Bus& bus) : bus_(bus) {}
  DevicePipes(const DevicePipes&) = delete;
  DevicePipes& operator=(const DevicePipes&) = delete;

  /// Joins the function at the speed of its identity; its state is as after a bus reset. Call
  /// without the mutex. Throws std::logic_error if the function is attached elsewhere. The caller
  /// must also call MbimFunction::Detach before the pipes are destroyed.
  void Attach(MbimFunction& function);

  // --- call all that follows with the mutex held ------------------------------------------------

  /// Null before Attach and after SetGone.
  MbimFunction* function() const { return function_; }
  /// True while Step calls the function, on its thread, with the mutex unlocked.
  bool calling() const { return calling_; }
  /// The device has left: pending transfers end with kNoDevice, the function is not called any
  /// more.
  void SetGone();

  /// A control transfer; `out` is the data stage of an OUT request. One is on the wire at a time,
  /// and its timeout starts then. A timeout of 0 never ends it.
  void SubmitControl(TransferId id, const SetupPacket& setup, Bytes out,
                     std::chrono::milliseconds timeout, Completion done);
  /// One read of an IN endpoint. It is pending until there is data. It ends with a notification,
  /// with an NTB's last packet, or when it is full. kError if the endpoint does not exist or if a
  /// packet does not fit.
  void SubmitIn(TransferId id, std::uint8_t endpoint, std::size_t length, Completion done);
  /// One write to an OUT endpoint. The function's read ends with a short packet or when it is full,
  /// as on a wire; writes that cause neither are joined. `zero_packet`: if the last packet is not
  /// short, a packet of length zero follows it.
  void SubmitOut(TransferId id, std::uint8_t endpoint, Bytes data, bool zero_packet,
                 Completion done);
  /// Ends the pending transfers of an endpoint (0: of all).
  void End(std::uint8_t endpoint, TransferStatus status);
  /// Withdraws a pending transfer: it will not complete. False if there is none with this id.
  bool Withdraw(TransferId id);
  /// Withdraws every transfer.
  void WithdrawAll();

  /// When the control transfer on the wire times out.
  std::optional<Clock::time_point> deadline() const { return deadline_; }
  /// Does one thing that is due, with the mutex unlocked while it calls the function. False if
  /// nothing is due. Call it on one thread only.
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
    Bytes data;            ///< packets received so far
  };
  struct Out {
    TransferId id;
    std::uint8_t endpoint;
    Bytes data;
    bool zero_packet;
    Completion done;
  };
  /// The state of the endpoints after the host's last choices.
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
  void FollowRequest(const SetupPacket& setup);
  void ForgetBulkIn();
  void ForgetBulkOut() { unfinished_out_.clear(); }
  void AskForEndpoints(std::unique_lock<std::mutex>& lock);
  /// Why a transfer on an endpoint is refused. Nothing if it is not.
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
  bool stale_ = true;       ///< `endpoints_` must be asked for again
  bool restarted_ = true;   ///< data from before is void in both directions
  bool unchecked_ = false;  ///< some of `ins_` are not checked
  bool notification_ready_ = false;
  bool data_ready_ = false;
  std::size_t packet_ = 512;      ///< wMaxPacketSize of the bulk endpoints
  std::size_t read_size_ = 0;     ///< bytes of one read of bulk OUT
  Bytes bulk_in_;                 ///< an NTB on its way to the host
  std::size_t bulk_in_sent_ = 0;  ///< bytes of it that were sent
  Bytes unfinished_out_;   ///< data from the host whose transfer has not ended; used by the thread
                           ///< that steps
  bool received_ = false;  ///< the function must be told when no more follows
};

}  // namespace mbnrig::usb
