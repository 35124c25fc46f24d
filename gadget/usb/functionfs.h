#pragma once

/// A device through FunctionFS. libusbgx sets the gadget up and tears it down; the function's
/// requests and endpoints are files. docs/boards.md says what a stock kernel's FunctionFS cannot
/// do.

#include <memory>

#include "usb/device_files.h"
#include "usb/udc.h"

namespace mbnrig::usb {

/// Holds the UDC's lock from construction on. The call and DeviceFiles::Open throw
/// std::runtime_error with one line that says what to do.
std::unique_ptr<DeviceFiles> MakeFunctionFs(UdcLock lock);

/// Removes what FunctionFS gadgets of this project have left behind, if their process has ended.
void ClearAbandonedFunctionFs();

}  // namespace mbnrig::usb
