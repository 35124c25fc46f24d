#pragma once

/// The transfers of an MBIM device's endpoints: a notification and a bulk OUT read at a time.

#include <optional>
#include <vector>

#include "fd.h"
#include "usb/device_files.h"
#include "usb/transfer_thread.h"

namespace mbnrig::usb {

class EndpointTransfers {
 public:
  EndpointTransfers();

  /// False while one is under way, or without an endpoint.
  bool StartNotification(const Fd& endpoint, ByteView notification) {
    return notification_.StartWrite(endpoint.get(), notification);
  }
  bool StartBulkOut(const Fd& endpoint) { return bulk_out_.StartRead(endpoint.get(), kNtbMaxSize); }
  /// Ends what is under way and waits for it; its completions can still be taken.
  void Cancel();

  /// Readable (poll) when there are completions to take.
  int completion_fd() const { return signal_.get(); }
  std::vector<EndpointCompletion> TakeCompletions();

 private:
  void Signal() const;

  Fd signal_;
  TransferThread notification_;
  TransferThread bulk_out_;
};

}  // namespace mbnrig::usb
