#pragma once

/// Getting a thread out of a call that blocks in the kernel. A signal that comes just before the
/// call is lost on it, so whoever interrupts repeats it until the thread says that it is out.

#include <chrono>

namespace mbnrig::usb {

/// A signal that does nothing but interrupt; its handler is installed by the first call.
int InterruptionSignal();

/// How long to wait for the thread's word before the signal is sent again.
inline constexpr std::chrono::milliseconds kInterruptAgain{1};

}  // namespace mbnrig::usb
