#pragma once

namespace mbnrig::com {

/// Whether the calling thread belongs to the multithreaded apartment. Every thread does while some
/// thread of the process has initialised COM. Thread-safe.
bool InApartment();

}  // namespace mbnrig::com
