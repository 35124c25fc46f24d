#pragma once

/// The transfers of an MBIM device's endpoint files, all queued at the UDC at once (Linux AIO), so
/// that an endpoint never waits for this process between two of them. For FunctionFS; GadgetFS does
/// not bear it (see transfer_thread.h).

#include <linux/aio_abi.h>

#include <array>
#include <vector>

#include "fd.h"
#include "usb/device_files.h"

namespace mbnrig::usb {

/// Used on one thread. The files must be open without blocking (O_NONBLOCK): where an endpoint is
/// not set up, a transfer then fails instead of waiting for it.
class AioTransfers {
 public:
  /// Throws std::system_error where the kernel has no AIO.
  AioTransfers();
  /// Ends what is under way and waits for its end; on a UDC that is disabled already that is at
  /// once.
  ~AioTransfers();
  AioTransfers(const AioTransfers&) = delete;
  AioTransfers& operator=(const AioTransfers&) = delete;

  /// False while as many are under way as may be (DeviceFiles), or without an endpoint.
  bool StartNotification(const Fd& endpoint, ByteView notification);
  bool StartBulkIn(const Fd& endpoint, Bytes&& ntb);
  bool StartBulkOut(const Fd& endpoint, Bytes&& buffer);
  /// The host does not see any more what is under way; its completions are still to be taken.
  void CancelBulkIn();

  /// Readable (poll) when there are completions to take.
  int completion_fd() const { return signal_.get(); }
  std::vector<EndpointCompletion> TakeCompletions();

 private:
  struct Transfer {
    iocb block{};  ///< the kernel's, while busy
    EndpointCompletion::Kind kind{};
    bool busy = false;
    Bytes buffer;
  };
  static constexpr std::size_t kTransfers = 1 + 2 * kBulkTransfers;

  bool Start(EndpointCompletion::Kind kind, const Fd& endpoint, Bytes&& buffer);
  Transfer* Free(EndpointCompletion::Kind kind);

  const Fd signal_;
  aio_context_t context_ = 0;
  /// One notification, then bulk IN, then bulk OUT.
  std::array<Transfer, kTransfers> transfers_;
};

}  // namespace mbnrig::usb
