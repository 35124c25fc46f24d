#include "transport/cdc_wdm.h"

#include <utility>

#include "transport/cdc_wdm_pipe.h"

namespace mbnrig::transport {

CdcWdmFunction::CdcWdmFunction(std::shared_ptr<Executor> executor, CdcWdmDevice device,
                               CdcWdmPaths paths, std::chrono::milliseconds longest_hold)
    : executor_(std::move(executor)),
      device_(std::move(device)),
      paths_(std::move(paths)),
      longest_hold_(longest_hold) {}

std::shared_ptr<ControlPipe> CdcWdmFunction::MakeControlPipe() {
  return std::make_shared<CdcWdmPipe>(executor_, device_, paths_, longest_hold_);
}

std::string CdcWdmFunction::network_interface() const {
  return NetworkInterfaceOf(device_);
}

}  // namespace mbnrig::transport
