#pragma once

/// The controllers that put the MBIM function on a real USB bus, through a USB device controller
/// (UDC) of this machine.

#include <memory>
#include <string>

#include "usb/port.h"

namespace mbnrig::usb {

class MbimFunction;

enum class ControllerKind { kFunctionFs, kGadgetFs };

/// Makes a controller for a UDC, e.g. "dummy_udc.0" or "fe980000.usb". If `udc` is empty, takes the
/// only one there is. Holds the UDC's lock against other gadgets of this project, and removes what
/// crashed gadgets have left behind. Throws std::runtime_error with one line that says what to do.
/// The controller unplugs in its destructor; `function` must outlive it.
std::unique_ptr<Port> MakeController(ControllerKind kind, const std::string& udc,
                                     MbimFunction& function);

}  // namespace mbnrig::usb
