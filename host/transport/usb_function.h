#pragma once

#include "transport/function.h"
#include "transport/mbim_pipe.h"

namespace mbnrig::transport {

/// An MBIM function whose pipes this process operates itself.
class UsbFunction final : public Function {
 public:
  UsbFunction(std::shared_ptr<Executor> executor, std::shared_ptr<UsbDevice> device,
              const MbimFunctionInfo& function, const PipeConfig& control,
              const DataPipeConfig& data);
  ~UsbFunction() override;

  std::shared_ptr<ControlPipe> MakeControlPipe() override;
  DataPipe* data() const override { return data_.get(); }
  std::string network_interface() const override { return {}; }
  FunctionLimits limits() const override { return LimitsOf(function_); }

 private:
  const std::shared_ptr<Executor> executor_;
  const std::shared_ptr<UsbDevice> device_;
  const MbimFunctionInfo function_;
  const PipeConfig control_;
  const std::shared_ptr<DataPipe> data_;
};

}  // namespace mbnrig::transport
