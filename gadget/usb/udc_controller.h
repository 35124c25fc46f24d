#pragma once

/// Runs the MBIM function on a device made of files. One thread carries control requests,
/// notifications and bulk transfers between them.

#include <atomic>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "fd.h"
#include "usb/block_pool.h"
#include "usb/device_files.h"
#include "usb/port.h"

namespace mbnrig::usb {

class UdcController : public Port {
 public:
  UdcController(MbimFunction& function, std::unique_ptr<DeviceFiles> files);
  ~UdcController() override;
  UdcController(const UdcController&) = delete;
  UdcController& operator=(const UdcController&) = delete;

  void Plug() override;
  void Unplug() override;

 private:
  /// The control request that waits for its reply.
  struct Request {
    std::uint64_t number = 0;
    SetupPacket setup;
    bool acknowledged = false;  ///< the kernel has not delivered its data yet
    std::optional<Bytes> data;  ///< data that came before it was acknowledged
  };

  void Loop();
  bool Waiting() const;
  bool HandleNext();
  void Handle(const DeviceEvent& event);
  void Begin(const SetupPacket& setup);
  void Ask(Request request);
  void AnswerReplies();
  void Reply(const ControlReply& reply);
  void CollectData();
  void FollowRequest(const SetupPacket& setup);
  void TakeCompletions();
  void Complete(EndpointCompletion&& completion);
  void Pump();
  void PumpBulk();
  void ForgetBulkIn();
  void ForgetNotification();
  void TakeBackBulkIn();
  void ReturnBulkIn();
  void Wake();

  MbimFunction& function_;
  const std::unique_ptr<DeviceFiles> files_;
  bool plugged_ = false;
  Fd wake_;
  std::atomic<bool> stopping_ = false;
  std::atomic<bool> renewed_ = false;        ///< Attachment::renewed was called
  std::atomic<bool> session_ended_ = false;  ///< Attachment::session_ended was called
  std::thread thread_;

  // Of the loop thread.
  std::uint8_t data_interface_ = 0;
  std::size_t read_size_ = 0;  ///< bytes of one read of bulk OUT
  BlockPool reads_{kBulkTransfers};
  std::optional<Bytes> read_;  ///< memory of a read that has not started
  std::optional<Request> request_;
  std::uint64_t last_request_ = 0;
  bool endpoints_on_ = false;
  std::optional<Bytes> notification_;  ///< taken from the function, not yet with the host
  bool notification_under_way_ = false;
  std::optional<Bytes> ntb_;  ///< taken from the function, not yet started
  std::size_t bulk_in_under_way_ = 0, bulk_out_under_way_ = 0;
  /// The cancelled NTBs so far, while the function waits to get them back.
  std::optional<std::vector<Bytes>> taken_back_;
  bool received_ = false;  ///< the function must be told when no more follows
  int failures_ = 0;       ///< endpoint transfers that failed one after the other

  std::mutex mutex_;
  std::deque<std::pair<std::uint64_t, ControlReply>> replies_;  ///< by request number
};

}  // namespace mbnrig::usb
