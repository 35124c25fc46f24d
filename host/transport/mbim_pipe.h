#pragma once

/// The control pipe of an MBIM function (MBIM 1.0, sections 6 and 8; CDC 1.2): fragments to the
/// function by SEND_ENCAPSULATED_COMMAND, fragments from it by GET_ENCAPSULATED_RESPONSE whenever
/// it notifies RESPONSE_AVAILABLE. Knows fragments as bytes only; client/ knows what they mean.
///
/// A function is not trusted to notify: see set_expecting.

#include <deque>
#include <memory>
#include <vector>

#include "transport/descriptors.h"
#include "transport/executor.h"
#include "transport/log.h"
#include "transport/usb.h"

namespace mbnrig::transport {

/// Bounds of the pipe's waits, and what a function without functional descriptors is taken for.
struct PipeConfig {
  std::uint16_t default_max_control_message = 4096;  ///< 64 to 4096, for want of a descriptor
  std::chrono::milliseconds transfer{5'000};         ///< one control transfer
  std::chrono::milliseconds first_poll{500};         ///< see set_expecting
  std::chrono::milliseconds longest_poll{8'000};
  std::chrono::milliseconds first_pause{100};  ///< before an I/O error is followed by a new attempt
  std::chrono::milliseconds longest_pause{5'000};
};

/// What became of a message handed to Send.
enum class SendResult {
  kSent,       ///< the function took every fragment
  kRefused,    ///< it stalled one
  kUncertain,  ///< a transfer timed out or failed: it may have arrived or not
};

/// One opening of one function: made, opened, closed, thrown away. To be used on the executor's
/// thread only, which also calls every handler, never from within a method.
class MbimPipe : public std::enable_shared_from_this<MbimPipe> {
 public:
  struct Handlers {
    std::function<void(ByteView)> fragment;  ///< a response, 1 to max_control_message bytes
    std::function<void()> gone;              ///< the device left, or I/O fails as if it had
  };
  using SendId = std::uint64_t;
  using SendDone = std::function<void(SendResult)>;

  MbimPipe(std::shared_ptr<Executor> executor, std::shared_ptr<UsbDevice> device,
           const MbimFunctionInfo& function, const PipeConfig& config);
  ~MbimPipe();

  /// Claims both interfaces, resets the function, sets up its NTBs (a function may stall any of
  /// that) and listens for notifications. After a failure, too, Close is due.
  void Open(Handlers handlers, std::function<void(UsbStatus)> done);

  /// Bytes of the largest control transfer, both ways.
  std::uint16_t max_control_message() const { return max_control_message_; }

  /// Sends the fragments of one message, in order and with nothing between them, after the messages
  /// handed over before. `done` is not called once the device is gone or Close was called.
  SendId Send(std::vector<Bytes> fragments, SendDone done);
  /// What is not yet on its way of that message stays unsent, and its `done` uncalled.
  void Discard(SendId id);
  /// The same for every message.
  void DiscardAll();

  /// Whether a response is due. While it is, the function is polled when it does not notify: first
  /// after `first_poll`, then at doubled intervals up to `longest_poll`. A response that was found
  /// so, or a notification that could not be read, shows that notifications were lost; then
  /// responses are fetched until there are none.
  void set_expecting(bool expecting);

  /// Ends everything and gives the interfaces back. Afterwards only `done` is called.
  void Close(std::function<void()> done);

 private:
  struct Step;
  struct Outgoing {
    SendId id = 0;
    std::vector<Bytes> fragments;
    std::size_t next = 0;
    SendDone done;
  };
  enum class State { kNew, kOpening, kOpen, kEnded };

  UsbDevice::Done OnExecutor(std::function<void(UsbStatus)> handler);
  UsbDevice::TransferDone OnExecutorWithData(std::function<void(UsbStatus, const Bytes&)> handler);
  ControlRequest ClassRequest(bool in, std::uint8_t request, std::uint16_t value = 0) const;

  std::vector<Step> OpeningSteps();
  void RunSteps(std::shared_ptr<const std::vector<Step>> steps, std::size_t at);
  void FinishOpening(UsbStatus status);

  void Listen();
  void OnNotification(UsbStatus status, const Bytes& notification);
  void ListenAgainAfterPause();

  void Fetch(bool polled);
  void OnResponse(UsbStatus status, const Bytes& response, bool polled);
  void ArmPoll();
  void DisarmPoll();

  void SendNext();
  static void Curtail(Outgoing& message);
  void OnSent(UsbStatus status);

  void CheckPresence(unsigned attempt);
  void OnPresence(UsbStatus status, unsigned attempt);
  void Gone();

  const std::shared_ptr<Executor> executor_;
  const std::shared_ptr<UsbDevice> device_;
  const MbimFunctionInfo function_;
  const PipeConfig config_;
  const std::uint16_t max_control_message_;

  Complaints complaints_;
  State state_ = State::kNew;
  Handlers handlers_;
  std::function<void(UsbStatus)> open_done_;
  std::uint16_t ntb_formats_ = 0;

  std::chrono::milliseconds listen_pause_;
  Executor::TimerId listen_timer_ = 0;

  unsigned due_ = 0;       ///< responses notified and not yet fetched
  bool fetching_ = false;  ///< a GET_ENCAPSULATED_RESPONSE is under way
  bool draining_ = false;  ///< notifications were lost: fetch until there is nothing
  bool retry_ = false;     ///< a fetch failed: poll once although nothing is expected
  bool expecting_ = false;
  std::chrono::milliseconds poll_interval_;
  Executor::TimerId poll_timer_ = 0;

  std::deque<Outgoing> outgoing_;
  bool sending_ = false;
  SendId last_send_id_ = 0;

  bool checking_presence_ = false;
  Executor::TimerId presence_timer_ = 0;
};

}  // namespace mbnrig::transport
