#pragma once

/// MBIM functions behind the kernel's driver (drivers/net/usb/cdc_mbim.c, drivers/usb/class/
/// cdc-wdm.c). It offers a character device /dev/cdc-wdm* for control messages and a network
/// interface wwan* for the datagrams of session 0. The driver claims the interfaces and agrees on
/// NTBs. It fetches a response only when the function has notified it.

#include <chrono>
#include <memory>
#include <string>

#include "transport/cdc_wdm_config.h"
#include "transport/cdc_wdm_devices.h"
#include "transport/executor.h"
#include "transport/function.h"

namespace mbnrig::transport {

class CdcWdmFunction final : public Function {
 public:
  CdcWdmFunction(std::shared_ptr<Executor> executor, CdcWdmDevice device, CdcWdmPaths paths,
                 std::chrono::milliseconds longest_hold = kDefaultCdcWdmHold);

  std::shared_ptr<ControlPipe> MakeControlPipe() override;
  DataPipe* data() const override { return nullptr; }
  std::string network_interface() const override;
  FunctionLimits limits() const override { return device_.limits; }

 private:
  const std::shared_ptr<Executor> executor_;
  const CdcWdmDevice device_;
  const CdcWdmPaths paths_;
  const std::chrono::milliseconds longest_hold_;
};

}  // namespace mbnrig::transport
