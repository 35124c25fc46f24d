#pragma once

/// What a user of the kernel's driver (cdc_wdm.h) may choose.

#include <chrono>

namespace mbnrig::transport {

/// How long a fragment that was written keeps back the next one, unless it is answered before.
/// GadgetFS drops a request that its program has not read when another one follows (the kernel's
/// next_event), and the driver asks for responses whenever it is told of one, right behind a
/// command even: a program has to have the time to read a request. 0: not at all, for modems other
/// than GadgetFS's.
inline constexpr std::chrono::milliseconds kDefaultCdcWdmHold{50};

}  // namespace mbnrig::transport
