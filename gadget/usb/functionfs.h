#pragma once

/// A device through FunctionFS: the gadget is set up and torn down with libusbgx, the function's
/// requests and endpoints are files. What a stock kernel's FunctionFS cannot do is in
/// docs/boards.md.

#include <memory>

#include "usb/device_files.h"
#include "usb/udc.h"

namespace mbnrig::usb {

/// Holds the UDC's lock from construction on. Throws std::runtime_error with one line that says
/// what to do; the same from Open.
std::unique_ptr<DeviceFiles> MakeFunctionFs(UdcLock lock);

/// Takes away what FunctionFS gadgets of ours have left behind that do not live any more.
void ClearAbandonedFunctionFs();

}  // namespace mbnrig::usb
