#pragma once

namespace mbnrig {

/// Where a gadget is plugged in: a controller (usb/) implements it. Called on the gadget's thread.
/// Plug throws std::runtime_error with one line for a person, and then nothing is half set up.
/// Unplug throws nothing.
class Port {
 public:
  virtual ~Port() = default;
  virtual void Plug() = 0;
  /// After it returns the bus calls the function no more.
  virtual void Unplug() = 0;
};

}  // namespace mbnrig
