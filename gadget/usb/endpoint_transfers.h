#pragma once

/// The transfers of an MBIM device's endpoints: one notification, and several bulk transfers in
/// each direction.

#include <utility>
#include <vector>

#include "fd.h"
#include "usb/device_files.h"
#include "usb/transfer_thread.h"

namespace mbnrig::usb {

class EndpointTransfers {
 public:
  EndpointTransfers();

  /// False if the number of pending transfers is at its limit, or without an endpoint.
  bool StartNotification(const Fd& endpoint, ByteView notification) {
    return notification_.StartWrite(endpoint.get(), {notification.begin(), notification.end()});
  }
  bool StartBulkIn(const Fd& endpoint, Bytes&& ntb) {
    return bulk_in_.StartWrite(endpoint.get(), std::move(ntb));
  }
  bool StartBulkOut(const Fd& endpoint, Bytes&& buffer) {
    return bulk_out_.StartRead(endpoint.get(), std::move(buffer));
  }
  void CancelNotification() { notification_.Cancel(); }
  void CancelBulkIn() { bulk_in_.Cancel(); }
  void CancelBulk() {
    bulk_in_.Cancel();
    bulk_out_.Cancel();
  }
  /// Cancels the pending transfers and waits for their end. Their completions can still be taken.
  void Cancel();

  /// Readable (poll) when there are completions to take.
  int completion_fd() const { return signal_.get(); }
  std::vector<EndpointCompletion> TakeCompletions();

 private:
  void Signal() const;

  Fd signal_;
  TransferThread notification_;
  TransferThread bulk_in_, bulk_out_;
};

}  // namespace mbnrig::usb
