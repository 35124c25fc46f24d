#pragma once

/// The control pipe of an MBIM function (MBIM 1.0, sections 6 and 8; CDC 1.2). It sends fragments
/// with SEND_ENCAPSULATED_COMMAND, and fetches fragments with GET_ENCAPSULATED_RESPONSE when the
/// function notifies RESPONSE_AVAILABLE. It treats fragments as bytes; client/ interprets them.
///
/// The pipe does not trust a function to notify it: see set_expecting.

#include <memory>
#include <vector>

#include "transport/control_pipe.h"
#include "transport/data_pipe.h"
#include "transport/descriptors.h"
#include "transport/executor.h"
#include "transport/log.h"
#include "transport/outbox.h"
#include "transport/usb.h"

namespace mbnrig::transport {

/// Limits of the pipe's waits, and assumptions about a function without functional descriptors.
struct PipeConfig {
  std::uint16_t default_max_control_message = 4096;  ///< used without a descriptor; 64 to 4096
  std::chrono::milliseconds transfer{5'000};         ///< one control transfer
  std::chrono::milliseconds first_poll{500};         ///< see set_expecting
  std::chrono::milliseconds longest_poll{8'000};
  std::chrono::milliseconds first_pause{
      100};  ///< pause after an I/O error; doubled up to longest_pause
  std::chrono::milliseconds longest_pause{5'000};
  NtbPreference ntb = NtbPreference::kAuto;
  std::uint32_t largest_ntb_in = 65536;  ///< bytes of one block from the function, 2048 or more
};

class MbimPipe : public ControlPipe, public std::enable_shared_from_this<MbimPipe> {
 public:
  /// `data` may be null. It runs while the pipe is open.
  MbimPipe(std::shared_ptr<Executor> executor, std::shared_ptr<UsbDevice> device,
           const MbimFunctionInfo& function, const PipeConfig& config,
           std::shared_ptr<DataPipe> data = nullptr);
  ~MbimPipe() override;

  /// Claims both interfaces, resets the function, sets up its NTBs (the function may stall each of
  /// these requests) and listens for notifications. Call Close afterwards, also after a failure.
  void Open(Handlers handlers, std::function<void(UsbStatus)> done) override;
  std::string Advice(UsbStatus failure) const override;

  /// The settings of the data pipe, once the control pipe is open. Nothing if the function did not
  /// report its NTB parameters or reported invalid ones.
  const std::optional<NtbSettings>& ntb() const { return ntb_; }

  std::uint16_t max_control_message() const override { return max_control_message_; }

  SendId Send(std::vector<Bytes> fragments, SendDone done) override;
  void Discard(SendId id) override { outbox_.Discard(id); }
  void DiscardAll() override { outbox_.DiscardAll(); }

  /// While a response is due and the function does not notify, the pipe polls: first after
  /// `first_poll`, then at doubled intervals up to `longest_poll`. If polling finds a response, or
  /// if a notification could not be read, notifications were lost. The pipe then fetches responses
  /// until there are none.
  void set_expecting(bool expecting) override;

  void Close(std::function<void()> done) override;

 private:
  struct Step;
  enum class State { kNew, kOpening, kOpen, kEnded };

  UsbDevice::Done OnExecutor(std::function<void(UsbStatus)> handler);
  UsbDevice::TransferDone OnExecutorWithData(std::function<void(UsbStatus, const Bytes&)> handler);
  ControlRequest ClassRequest(bool in, std::uint8_t request, std::uint16_t value = 0) const;

  // mbim_pipe_opening.cpp
  std::vector<Step> OpeningSteps();
  Step SetAlternate(const char* what, std::uint8_t interface, std::uint8_t alternate);
  Step ResetFunction();
  Step GetNtbParameters();
  Step SetNtbFormat();
  Step GetNtbFormat();
  Step SetNtbInputSize();
  Step SetMaxDatagramSize();
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
  void OnSent(UsbStatus status);

  void CheckPresence(unsigned attempt);
  void OnPresence(UsbStatus status, unsigned attempt);
  void Gone();

  const std::shared_ptr<Executor> executor_;
  const std::shared_ptr<UsbDevice> device_;
  const MbimFunctionInfo function_;
  const PipeConfig config_;
  const std::shared_ptr<DataPipe> data_;
  const std::uint16_t max_control_message_;

  Complaints complaints_;
  State state_ = State::kNew;
  Handlers handlers_;
  std::function<void(UsbStatus)> open_done_;
  std::optional<NtbSettings> ntb_;
  bool format_refused_ = false;  ///< the function stalled SET_NTB_FORMAT

  std::chrono::milliseconds listen_pause_;
  Executor::TimerId listen_timer_ = 0;

  unsigned due_ = 0;       ///< responses that were notified and not fetched yet
  bool fetching_ = false;  ///< a GET_ENCAPSULATED_RESPONSE is pending
  bool draining_ = false;  ///< notifications were lost: fetch until there is no response
  bool retry_ = false;     ///< a fetch failed: poll once although no response is due
  bool expecting_ = false;
  std::chrono::milliseconds poll_interval_;
  Executor::TimerId poll_timer_ = 0;

  Outbox outbox_;

  bool checking_presence_ = false;
  Executor::TimerId presence_timer_ = 0;
};

}  // namespace mbnrig::transport
