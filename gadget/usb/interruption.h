#pragma once

/// Interrupts a thread that blocks in a kernel call. A signal that arrives just before the call has
/// no effect on it, so the interrupting thread repeats it until the other thread says that it has
/// returned.

#include <chrono>

namespace mbnrig::usb {

/// A signal that does nothing but interrupt. The first call installs its handler.
int InterruptionSignal();

/// How long to wait for the other thread before the signal is sent again.
inline constexpr std::chrono::milliseconds kInterruptAgain{1};

}  // namespace mbnrig::usb
