#pragma once

/// The configuration of the pipe over the kernel's driver (cdc_wdm.h).

#include <chrono>

namespace mbnrig::transport {

/// How long a written fragment delays the next one, unless it is answered earlier. GadgetFS drops a
/// request that its program has not read when another request follows (the kernel's next_event).
/// The driver fetches a response whenever one is notified, even directly after a command. So the
/// gadget's program needs time to read a request. 0: no delay, for modems that do not use GadgetFS.
inline constexpr std::chrono::milliseconds kDefaultCdcWdmHold{50};

}  // namespace mbnrig::transport
