#pragma once

/// Any USB bus, with what passes on it written into a trace (docs/trace.md).

#include <memory>

#include "trace/writer.h"
#include "transport/usb.h"

namespace mbnrig::transport {

/// The transfers of the devices that are opened, not of others. A transfer costs the copying of its
/// bytes more than over `bus` itself.
std::unique_ptr<UsbBus> MakeTracingBus(std::unique_ptr<UsbBus> bus,
                                       std::shared_ptr<trace::Writer> writer);

/// The trace that $MBNRIG_TRACE names, "%p" in it standing for the process's number; null where it
/// names none. The file is begun at the first call and goes on until the process ends. Throws
/// std::runtime_error with one line when it cannot be written.
std::shared_ptr<trace::Writer> EnvironmentTrace();

}  // namespace mbnrig::transport
