#pragma once

namespace mbnrig {

/// Where a gadget is plugged in. The controllers of usb/ implement it. Called on the gadget's
/// thread. Plug throws std::runtime_error with one line for a person, and then leaves nothing half
/// set up. Unplug throws nothing.
class Port {
 public:
  virtual ~Port() = default;
  virtual void Plug() = 0;
  /// After it returns, the bus does not call the function any more.
  virtual void Unplug() = 0;
};

}  // namespace mbnrig
