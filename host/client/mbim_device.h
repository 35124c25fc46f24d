#pragma once

/// A Device over an MBIM function: opening with its retries, transactions, fragments, indications,
/// closing.
///
/// Identity, presence, datagrams and the indication handler may be used on any thread. Everything
/// else belongs to the dispatcher's thread. The methods of Device post to it, also to report a
/// failure that they see at once.

#include <atomic>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "client/device.h"
#include "client/dispatcher.h"
#include "client/transactions.h"
#include "mbim/fragment.h"
#include "transport/function.h"
#include "transport/log.h"

namespace mbnrig::client {

class MbimDevice final : public Device, public std::enable_shared_from_this<MbimDevice> {
 public:
  MbimDevice(std::shared_ptr<Dispatcher> dispatcher, std::unique_ptr<transport::Function> function,
             DeviceIdentity identity, const Timeouts& timeouts);
  ~MbimDevice() override;

  const DeviceIdentity& identity() const override { return identity_; }
  bool present() const override { return present_; }
  void Open(ReplyHandler done) override;
  void Close(std::function<void()> done) override;
  void Command(const mbim::Uuid& service, std::uint32_t cid, mbim::CommandType type,
               mbim::Bytes information, ReplyHandler done,
               std::chrono::milliseconds timeout) override;
  void set_indication_handler(IndicationHandler handler) override;
  void set_datagram_handler(std::uint8_t session, DatagramHandler handler) override;
  bool SendDatagram(std::uint8_t session, mbim::ByteView datagram, bool more) override;
  void FlushDatagrams() override;
  std::string kernel_interface() const override { return function_->network_interface(); }
  DatagramLimits datagram_limits() const override { return {limits_.datagram, limits_.mtu}; }

  // For the monitor, on the dispatcher's thread.

  /// The device has left the bus: everything pending ends with kGone.
  void Remove();
  /// Like Close. Afterwards the device cannot be opened any more.
  void Retire(std::function<void()> done);

 private:
  enum class State { kClosed, kOpening, kOpen, kClosing };

  Reply Unavailable() const;

  void BeginOpening();
  void AttemptOpening();
  void OnPipeOpened(transport::UsbStatus status);
  void SendOpen();
  /// Makes the next step of opening after a pause, in place of the one that waits.
  void StepAfter(std::chrono::milliseconds pause, void (MbimDevice::*step)());
  void OnOpenUnanswered();
  void CloseBeforeOpen();
  void OnOpenDone(Reply reply);
  void FinishOpening(const Reply& reply);
  void StopOpeningTimers();

  void BeginClosing();
  /// Sends CLOSE. `ended` is called when it is answered or refused, or not answered in time.
  void SendClose(std::function<void()> ended);
  void EndSession();
  void ReleasePipe();
  void OnPipeReleased();
  void FinishClosing();

  /// A command that is not sent yet.
  struct WaitingCommand {
    mbim::CommandMessage message;
    ReplyHandler done;
    std::chrono::milliseconds timeout;
  };
  void StartCommand(WaitingCommand command);
  /// Sends waiting commands while the function can take more.
  void SendWaiting();
  /// Sends a message whose transaction has been added.
  void Send(std::uint32_t id, const mbim::HostMessage& message);
  void OnSent(std::uint32_t id, transport::SendResult result);
  void Expire(std::uint32_t id);
  void Finish(std::uint32_t id, Reply reply);
  /// Ends all transactions. Those of commands are answered with `outcome`; those of OPEN and CLOSE
  /// are dropped.
  void AbandonAll(Outcome outcome);
  void UpdateExpecting();

  void OnFragment(mbim::ByteView fragment);
  void ArmFragmentTimer();
  void OnMessage(mbim::ByteView message);
  void OnBadMessage(const mbim::MessageError& error);
  void TellError(std::uint32_t id, mbim::ProtocolError error);
  void On(mbim::OpenDone& message);
  void On(mbim::CloseDone& message);
  void On(mbim::CommandDone& message);
  void On(mbim::FunctionErrorMessage& message);
  void On(mbim::IndicateStatus& message);
  /// The transaction with that id, if it waits for that type of answer. Otherwise drops the message
  /// and returns null.
  Transaction* FindAwaiting(std::uint32_t id, mbim::MessageType answer);

  const std::shared_ptr<Dispatcher> dispatcher_;
  const std::unique_ptr<transport::Function> function_;
  const DeviceIdentity identity_;
  const Timeouts timeouts_;
  const transport::FunctionLimits limits_;

  std::atomic<bool> present_ = true;
  std::mutex handler_mutex_;
  std::shared_ptr<const IndicationHandler> indication_handler_;

  // Used on the dispatcher's thread.
  State state_ = State::kClosed;
  bool retired_ = false;
  std::shared_ptr<transport::ControlPipe> pipe_;
  bool releasing_ = false;  ///< a previous pipe is being closed
  std::vector<ReplyHandler> open_waiters_;
  std::vector<std::function<void()>> close_waiters_;
  Reply open_failure_;             ///< reported when opening times out
  std::string open_failure_text_;  ///< the reason, for the log
  Dispatcher::TimerId open_timer_ = 0, open_step_timer_ = 0;
  std::uint32_t open_id_ = 0;
  bool closed_before_open_ = false;  ///< this opening has sent CLOSE
  TransactionTable transactions_;
  std::deque<WaitingCommand> waiting_;  ///< for transactions to end
  mbim::Reassembler reassembler_;
  Dispatcher::TimerId fragment_timer_ = 0;
  unsigned errors_under_way_ = 0;
  transport::Complaints complaints_;
};

}  // namespace mbnrig::client
