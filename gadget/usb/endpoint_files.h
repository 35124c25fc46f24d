#pragma once

/// What FunctionFS and GadgetFS devices have in common: three endpoint files and their transfers.

#include <optional>
#include <utility>
#include <vector>

#include "fd.h"
#include "usb/device_files.h"

namespace mbnrig::usb {

/// The endpoint methods of DeviceFiles over `Transfers` (AioTransfers or EndpointTransfers). The
/// derived class opens the files and makes the transfers.
template <class Transfers>
class EndpointFiles : public DeviceFiles {
 public:
  bool StartNotification(ByteView notification) final {
    return transfers_->StartNotification(notification_, notification);
  }
  bool StartBulkIn(Bytes&& ntb) final { return transfers_->StartBulkIn(bulk_in_, std::move(ntb)); }
  bool StartBulkOut(Bytes&& buffer) final {
    return transfers_->StartBulkOut(bulk_out_, std::move(buffer));
  }
  void CancelBulkIn() final { transfers_->CancelBulkIn(); }
  int completion_fd() const final { return transfers_->completion_fd(); }
  std::vector<EndpointCompletion> TakeCompletions() final { return transfers_->TakeCompletions(); }

 protected:
  void CloseEndpointFiles() {
    for (Fd* file : {&notification_, &bulk_in_, &bulk_out_})
      file->Close();
  }

  Fd notification_, bulk_in_, bulk_out_;
  std::optional<Transfers> transfers_;
};

}  // namespace mbnrig::usb
