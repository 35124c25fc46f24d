#pragma once

/// A device through GadgetFS: every descriptor is ours, so that the host's own MBIM driver binds.
/// Control transfers carry 256 bytes at most there, and an OUT request with data can be neither
/// stalled nor kept waiting (docs/boards.md).

#include <memory>

#include "usb/device_files.h"
#include "usb/udc.h"

namespace mbnrig::usb {

/// Holds the UDC's lock from construction on. Throws std::runtime_error with one line that says
/// what to do; the same from Open.
std::unique_ptr<DeviceFiles> MakeGadgetFs(UdcLock lock);

/// Takes away what a GadgetFS gadget of ours has left behind that does not live any more.
void ClearAbandonedGadgetFs();

/// Endpoint addresses for the files that GadgetFS offers, which are named after the UDC's endpoints
/// ("ep5in-int", "ep2in-bulk", "ep7out-bulk", "ep1in"): those of `wish` where they are offered,
/// else any that fit. Throws std::runtime_error when the UDC lacks endpoints of a kind.
Layout FitLayout(const std::vector<std::string>& files, const Layout& wish);

/// The file among them for an endpoint address, e.g. "ep5in-int" for 0x85; empty when there is
/// none.
std::string EndpointFile(const std::vector<std::string>& files, std::uint8_t address);

}  // namespace mbnrig::usb
