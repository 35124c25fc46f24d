#pragma once

namespace mbnrig {

/// Where a gadget is plugged in: a controller (usb/) implements it. Called on the gadget's thread.
/// Both throw std::runtime_error with one line for a person; Unplug leaves nothing half taken down.
class Port {
 public:
  virtual ~Port() = default;
  virtual void Plug() = 0;
  /// After it returns the bus calls the function no more.
  virtual void Unplug() = 0;
};

}  // namespace mbnrig
