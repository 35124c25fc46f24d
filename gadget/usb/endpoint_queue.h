#pragma once

/// Transfers on a device's endpoint files that nobody has to wait for (Linux AIO): one notification
/// and one bulk OUT read at a time.

#include <linux/aio_abi.h>

#include <vector>

#include "fd.h"
#include "usb/device_files.h"

namespace mbnrig::usb {

class EndpointQueue {
 public:
  EndpointQueue();
  /// Waits for what is under way: the endpoints must have been disabled or closed.
  ~EndpointQueue();
  EndpointQueue(const EndpointQueue&) = delete;
  EndpointQueue& operator=(const EndpointQueue&) = delete;

  bool StartNotification(const Fd& endpoint, ByteView notification);
  bool StartBulkOut(const Fd& endpoint);
  /// Ends what is under way; completions still come.
  void Cancel();

  bool busy() const { return notification_.under_way || bulk_out_.under_way; }
  int completion_fd() const { return signal_.get(); }
  std::vector<EndpointCompletion> TakeCompletions();

 private:
  struct Transfer {
    iocb control{};
    Bytes buffer;
    bool under_way = false;
  };

  bool Start(Transfer& transfer, int fd, std::uint16_t opcode);

  Fd signal_;
  aio_context_t context_ = 0;
  Transfer notification_, bulk_out_;
};

}  // namespace mbnrig::usb
