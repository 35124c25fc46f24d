#include "transport/usb_function.h"

namespace mbnrig::transport {

UsbFunction::UsbFunction(std::shared_ptr<Executor> executor, std::shared_ptr<UsbDevice> device,
                         const MbimFunctionInfo& function, const PipeConfig& control,
                         const DataPipeConfig& data)
    : executor_(std::move(executor)),
      device_(std::move(device)),
      function_(function),
      control_(control),
      data_(std::make_shared<DataPipe>(executor_, device_, function_, data)) {}

UsbFunction::~UsbFunction() {
  data_->Stop();
}

std::shared_ptr<ControlPipe> UsbFunction::MakeControlPipe() {
  return std::make_shared<MbimPipe>(executor_, device_, function_, control_, data_);
}

}  // namespace mbnrig::transport
