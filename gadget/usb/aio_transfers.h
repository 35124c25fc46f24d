#pragma once

/// The transfers of an MBIM device's endpoint files. All of them are queued at the UDC at once
/// (Linux AIO), so that an endpoint never waits for this process between two transfers. For
/// FunctionFS only: GadgetFS cannot do it (see transfer_thread.h).

#include <linux/aio_abi.h>

#include <array>
#include <vector>

#include "fd.h"
#include "usb/device_files.h"

namespace mbnrig::usb {

/// Used on one thread. The files must be open without blocking (O_NONBLOCK): a transfer on an
/// endpoint that is not set up then fails instead of waiting for the endpoint.
class AioTransfers {
 public:
  /// Throws std::system_error if the kernel has no AIO.
  AioTransfers();
  /// Cancels the pending transfers and waits until they have ended. On a UDC that is already
  /// disabled this takes no time.
  ~AioTransfers();
  AioTransfers(const AioTransfers&) = delete;
  AioTransfers& operator=(const AioTransfers&) = delete;

  /// False if the number of pending transfers is at its limit (DeviceFiles), or without an
  /// endpoint.
  bool StartNotification(const Fd& endpoint, ByteView notification);
  bool StartBulkIn(const Fd& endpoint, Bytes&& ntb);
  bool StartBulkOut(const Fd& endpoint, Bytes&& buffer);
  /// The host does not see the pending transfers any more. Their completions must still be taken.
  void CancelBulkIn() { Cancel(EndpointCompletion::Kind::kBulkIn); }
  void CancelNotification() { Cancel(EndpointCompletion::Kind::kNotification); }

  /// Readable (poll) when there are completions to take.
  int completion_fd() const { return signal_.get(); }
  std::vector<EndpointCompletion> TakeCompletions();

 private:
  struct Transfer {
    iocb block{};  ///< belongs to the kernel while busy
    EndpointCompletion::Kind kind{};
    bool busy = false;
    Bytes buffer;
  };
  static constexpr std::size_t kTransfers = 1 + 2 * kBulkTransfers;

  bool Start(EndpointCompletion::Kind kind, const Fd& endpoint, Bytes&& buffer);
  Transfer* Free(EndpointCompletion::Kind kind);
  void Cancel(EndpointCompletion::Kind kind);

  const Fd signal_;
  aio_context_t context_ = 0;
  /// One notification, then bulk IN, then bulk OUT.
  std::array<Transfer, kTransfers> transfers_;
};

}  // namespace mbnrig::usb
