#pragma once

/// One MBIM function, by whichever way this host reaches it: USB itself (usb_function.h), or the
/// kernel's driver (cdc_wdm.h).

#include <memory>
#include <string>

#include "transport/control_pipe.h"
#include "transport/data_pipe.h"

namespace mbnrig::transport {

class Function {
 public:
  virtual ~Function() = default;
  /// For one opening of the function; one at a time is open. The executor's thread.
  virtual std::shared_ptr<ControlPipe> MakeControlPipe() = 0;
  /// Runs while a control pipe is open. Null where the kernel carries datagrams.
  virtual DataPipe* data() const = 0;
  /// The network interface that the kernel has for session 0, "wwan0"; empty where there is none.
  virtual std::string network_interface() const = 0;
};

}  // namespace mbnrig::transport
