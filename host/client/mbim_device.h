#pragma once

/// Device over an MBIM function: opening with its retries, transactions, fragments, indications,
/// closing.
///
/// Everything but identity, presence, datagrams and the indication handler belongs to the
/// dispatcher's thread; the methods of Device post to it, also what they answer themselves.

#include <atomic>
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

  // The monitor's, on the dispatcher's thread.

  /// The device has left the bus: everything that waits ends with kGone.
  void Remove();
  /// Close, after which it cannot be opened any more.
  void Retire(std::function<void()> done);

 private:
  enum class State { kClosed, kOpening, kOpen, kClosing };

  Reply Unavailable() const;

  void BeginOpening();
  void AttemptOpening();
  void OnPipeOpened(transport::UsbStatus status);
  void SendOpen();
  void SendOpenAgainAfter(std::chrono::milliseconds pause);
  void OnOpenDone(Reply reply);
  void FinishOpening(const Reply& reply);
  void StopOpeningTimers();

  void BeginClosing();
  void EndSession();
  void ReleasePipe();
  void OnPipeReleased();
  void FinishClosing();

  void StartCommand(mbim::CommandMessage message, ReplyHandler done,
                    std::chrono::milliseconds timeout);
  /// Sends a message whose transaction has been added.
  void Send(std::uint32_t id, const mbim::HostMessage& message);
  void OnSent(std::uint32_t id, transport::SendResult result);
  void Expire(std::uint32_t id);
  void Finish(std::uint32_t id, Reply reply);
  /// Ends all that wait with the outcome; those of OPEN and CLOSE without a word.
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
  /// The transaction if it awaits that type of answer. Otherwise the error has been handled.
  Transaction* FindAwaiting(std::uint32_t id, mbim::MessageType answer);

  const std::shared_ptr<Dispatcher> dispatcher_;
  const std::unique_ptr<transport::Function> function_;
  const DeviceIdentity identity_;
  const Timeouts timeouts_;

  std::atomic<bool> present_ = true;
  std::mutex handler_mutex_;
  std::shared_ptr<const IndicationHandler> indication_handler_;

  // The dispatcher's thread's.
  State state_ = State::kClosed;
  bool retired_ = false;
  std::shared_ptr<transport::ControlPipe> pipe_;
  bool releasing_ = false;  ///< a previous pipe is being closed
  std::vector<ReplyHandler> open_waiters_;
  std::vector<std::function<void()>> close_waiters_;
  Reply open_failure_;             ///< reported when the time to open is over
  std::string open_failure_text_;  ///< why, for people
  Dispatcher::TimerId open_timer_ = 0, open_step_timer_ = 0;
  std::uint32_t open_id_ = 0;
  TransactionTable transactions_;
  mbim::Reassembler reassembler_;
  Dispatcher::TimerId fragment_timer_ = 0;
  unsigned errors_under_way_ = 0;
  transport::Complaints complaints_;
};

}  // namespace mbnrig::client
