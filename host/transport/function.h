#pragma once

/// One MBIM function, independent of how this host reaches it: over USB (usb_function.h) or over
/// the kernel's driver (cdc_wdm.h).

#include <memory>
#include <string>

#include "transport/control_pipe.h"
#include "transport/data_pipe.h"
#include "transport/descriptors.h"

namespace mbnrig::transport {

class Function {
 public:
  virtual ~Function() = default;
  /// Makes the control pipe for one opening of the function. Only one may be open. Executor's
  /// thread.
  virtual std::shared_ptr<ControlPipe> MakeControlPipe() = 0;
  /// Runs while a control pipe is open. Null if the kernel carries the datagrams.
  virtual DataPipe* data() const = 0;
  /// The kernel's network interface for session 0, "wwan0". Empty if there is none.
  virtual std::string network_interface() const = 0;
  virtual FunctionLimits limits() const = 0;
};

}  // namespace mbnrig::transport
