#pragma once

/// Any USB bus, with its traffic written into a trace (docs/trace.md).

#include <memory>

#include "trace/writer.h"
#include "transport/usb.h"

namespace mbnrig::transport {

/// Traces the transfers of devices that are opened, and of no others. A traced transfer costs one
/// more copy of its bytes.
std::unique_ptr<UsbBus> MakeTracingBus(std::unique_ptr<UsbBus> bus,
                                       std::shared_ptr<trace::Writer> writer);

/// The trace that $MBNRIG_TRACE names; null if it is not set. "%p" in the name is replaced by the
/// process id. The first call creates the file, and the process writes to it until it ends. Throws
/// std::runtime_error with one line if the file cannot be written.
std::shared_ptr<trace::Writer> EnvironmentTrace();

}  // namespace mbnrig::transport
