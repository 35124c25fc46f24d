#pragma once

#include <chrono>
#include <memory>
#include <thread>

#include "transport/cdc_wdm_devices.h"
#include "transport/cdc_wdm_io.h"
#include "transport/control_pipe.h"
#include "transport/executor.h"
#include "transport/outbox.h"

namespace mbnrig::transport {

/// The control pipe over a /dev/cdc-wdm* file. Its own thread writes and reads whole fragments.
class CdcWdmPipe final : public ControlPipe,
                         public CdcWdmIo::Listener,
                         public std::enable_shared_from_this<CdcWdmPipe> {
 public:
  CdcWdmPipe(std::shared_ptr<Executor> executor, const CdcWdmDevice& device,
             const CdcWdmPaths& paths, std::chrono::milliseconds longest_hold);
  ~CdcWdmPipe() override;

  void Open(Handlers handlers, std::function<void(UsbStatus)> done) override;
  std::string Advice(UsbStatus failure) const override;
  std::uint16_t max_control_message() const override { return max_control_message_; }
  SendId Send(std::vector<Bytes> fragments, SendDone done) override;
  void Discard(SendId id) override { outbox_.Discard(id); }
  void DiscardAll() override { outbox_.DiscardAll(); }
  /// Does nothing: the kernel fetches what is notified, and no other process can fetch.
  void set_expecting(bool) override {}
  void Close(std::function<void()> done) override;

 private:
  enum class State { kNew, kOpening, kOpen, kEnded };

  void OnOpened(UsbStatus status, std::uint16_t max_control_message, std::string holder) override;
  void OnBytes(const Bytes& bytes) override;
  void OnWritten(SendResult result) override;
  void OnTrouble(const std::string& what) override;
  void OnGone() override;

  void SendNext();
  void HoldBack(const Bytes& fragment);
  void LetGo();
  void Join();

  const std::shared_ptr<Executor> executor_;
  const CdcWdmDevice device_;
  const CdcWdmPaths paths_;
  const std::chrono::milliseconds longest_hold_;
  State state_ = State::kNew;
  Handlers handlers_;
  std::function<void(UsbStatus)> open_done_;
  std::uint16_t max_control_message_ = 4096;
  std::string holder_;
  Outbox outbox_;
  std::uint32_t written_transaction_ = 0;  ///< of the last fragment
  Executor::TimerId held_back_ = 0;  ///< the next fragment waits for its answer or for this timer
  std::shared_ptr<CdcWdmIo> io_;
  std::thread thread_;
};

}  // namespace mbnrig::transport
