#pragma once

/// A device through GadgetFS. Every descriptor is ours, so that the host's own MBIM driver binds. A
/// control transfer carries at most 256 bytes there, and an OUT request with data can neither be
/// stalled nor delayed (docs/boards.md).

#include <memory>

#include "usb/device_files.h"
#include "usb/udc.h"

namespace mbnrig::usb {

/// Holds the UDC's lock from construction on. The call and DeviceFiles::Open throw
/// std::runtime_error with one line that says what to do.
std::unique_ptr<DeviceFiles> MakeGadgetFs(UdcLock lock);

/// Removes what a GadgetFS gadget of this project has left behind, if its process has ended.
void ClearAbandonedGadgetFs();

/// Endpoint addresses for the files that GadgetFS offers. Their names are those of the UDC's
/// endpoints ("ep5in-int", "ep2in-bulk", "ep7out-bulk", "ep1in"). Takes the addresses of `wish`
/// where they are offered, otherwise any that fit. Throws std::runtime_error if the UDC lacks an
/// endpoint.
Layout FitLayout(const std::vector<std::string>& files, const Layout& wish);

/// The file in `files` for an endpoint address, e.g. "ep5in-int" for 0x85. Empty if there is none.
std::string EndpointFile(const std::vector<std::string>& files, std::uint8_t address);

}  // namespace mbnrig::usb
